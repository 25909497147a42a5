"""The cells that failed are found, with the heading above them and their message."""

from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from failures import Failure, find_failures, last_heading, sum_up

RAISED = new_output("error", ename="KeyError", evalue="'a'", traceback=["..."])


def test_the_last_heading_outside_of_listings_is_the_section():
    source = "## 2.1 One\n\n### Two `x`\n\n```\n# three\n```\ntext # four"
    assert last_heading(source) == "Two `x`"
    assert last_heading("text\n#### a small one") is None


def test_each_failure_has_its_place_and_the_first_error():
    cells = [
        new_code_cell("a", id="first", outputs=[RAISED, RAISED]),
        new_markdown_cell("# 2. Data"),
        new_markdown_cell("text"),
        new_code_cell("a", execution_count=3, outputs=[RAISED]),
        new_code_cell("a", metadata={"tags": ["raises-exception"]}, outputs=[RAISED]),
        new_code_cell("a", outputs=[new_output("stream", text="KeyError")]),
    ]
    found = find_failures("02_data", new_notebook(cells=cells))
    assert [*map(str, found)] == [
        "02_data, cell first: KeyError: 'a'",
        "02_data, 2. Data, cell [3]: KeyError: 'a'",
    ]


def test_an_error_without_a_message_is_told_by_its_code_and_a_long_one_is_cut():
    lines = [
        "\x1b[32m      1\x1b[39m a = 1",
        "\x1b[32m----> 2\x1b[39m \x1b[1massert\x1b[0m a",
    ]
    silent = new_output("error", ename="AssertionError", evalue=" ", traceback=lines)
    long = new_output("error", ename="E", evalue="x" * 999, traceback=[])
    bare = new_output("error", ename="E", evalue="", traceback=[])
    cells = [
        new_code_cell("a", id=str(k), outputs=[o])
        for k, o in enumerate((silent, long, bare))
    ]
    messages = [
        failure.message for failure in find_failures("n", new_notebook(cells=cells))
    ]
    assert messages == ["AssertionError at assert a", f"E: {'x' * 294}...", "E"]


def test_what_follows_from_a_failure_is_counted():
    name_error = "NameError: name 'a' is not defined"
    found = [
        Failure("01", "1.1", "cell [1]", name_error),
        Failure("01", "1.1", "cell [2]", name_error),
        Failure("01", "1.2", "cell [5]", "ValueError: one"),
        Failure("01", "1.2", "cell [6]", name_error),
        Failure("02", "", "cell [2]", "ValueError: two"),
    ]
    assert sum_up(found) == [
        f"01, 1.1, cell [1]: {name_error}",
        "01, 1.2, cell [5]: ValueError: one",
        "01: 2 more lack a name that a cell above did not make",
        "02, cell [2]: ValueError: two",
    ]
    assert sum_up([]) == []
