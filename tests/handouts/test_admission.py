"""What a notebook must hold to be handed out; odd things that come through whole."""

import base64
import functools
import json
import operator
import re

import nbformat.v4 as nbf
import pdfplumber
import pytest
from nbformat import from_dict

from handouts import __main__ as handouts
from handouts.book import make_book
from handouts.course import Edition, read_course
from handouts.documents import make_document
from handouts.fragments import without_comments
from handouts.markdown import to_markdown
from handouts.nbgrader import make_nbgrader
from handouts.pages import make_pages
from handouts.slides import make_slides

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8A"
    "AAAASUVORK5CYII="
)


PNG = base64.b64encode(DOT).decode()


def executed(source, *outputs, **metadata):
    return nbf.new_code_cell(
        source, execution_count=1, outputs=list(outputs), metadata=metadata
    )


def shown(data, **about):
    return nbf.new_output("display_data", data, metadata=about)


def printed(text):
    return nbf.new_output("stream", text=text)


def picture(**about):
    return shown({"image/png": PNG}, **{"image/png": about})


@pytest.fixture
def write(tmp_path):
    def write_notebook(*cells, title="# 1. One"):
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        notebook = nbf.new_notebook(cells=[nbf.new_markdown_cell(title), *cells])
        (folder / "01_one.ipynb").write_text(json.dumps(notebook), "utf-8")
        return folder

    return write_notebook


@pytest.fixture
def page(write, tmp_path):
    def make(*cells, **options):
        chapters = read_course(write(*cells, **options))
        [path] = make_pages(chapters, Edition.SOLUTIONS, tmp_path)
        return path.read_text("utf-8")

    return make


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (nbf.new_code_cell("x = 1"), "was not run"),
        (executed("# Solution\nx = 1"), "without the tag 'solution'"),
        (
            executed("# Solution\nx = 1", tags=["Solution"]),
            "without the tag 'solution'",
        ),
        (
            executed("1 / 0", nbf.new_output("error", ename="ZeroDivisionError")),
            "got the error ZeroDivisionError, wanted a cell that runs, or the tag",
        ),
        (executed("draw()", picture()), "picture without an alternative text"),
        (executed("draw()", picture(alt=" ")), "picture without an alternative text"),
        (executed("x", shown({"image/svg+xml": "<svg/>"})), r"image/svg\+xml, wanted"),
        (
            executed("x", shown({"text/plain": "<IPython.core.display.SVG object>"})),
            "text/plain, wanted",
        ),
        (
            executed("x", shown({"text/html": '<img src="https://a.invalid/p.png">'})),
            "got <img src> in HTML",
        ),
        (
            executed("x", shown({"text/html": "<script>1</script>"})),
            "got <script> in HTML",
        ),
        (
            executed("x", shown({"text/html": "<svg onload=f()>", "text/plain": "x"})),
            "got <svg onload> in HTML, wanted",
        ),
        (  # the site shows HTML, if there is some, and other pages the picture
            executed(
                "x",
                shown(
                    {"image/png": PNG, "text/html": "<p onclick=f()>"},
                    **{"image/png": {"alt": "x"}},
                ),
            ),
            "got <p onclick> in HTML, wanted",
        ),
        (
            executed("x", shown({"application/javascript": "f()", "text/plain": "x"})),
            "got an output of application/javascript, text/plain, wanted",
        ),
        (
            executed(
                "x",
                shown(
                    {
                        "application/vnd.jupyter.widget-view+json": {},
                        "text/plain": "x",
                    }
                ),
            ),
            r"got an output of application/vnd.jupyter.widget-view\+json, text/plain",
        ),
        (nbf.new_markdown_cell("```{\x9b}\n```"), "marked {\ufffd}, wanted"),
        (nbf.new_markdown_cell("<meta http-equiv=refresh>"), "<meta http-equiv> in"),
        (nbf.new_markdown_cell("![](p.png)"), "got a picture by its address"),
        (nbf.new_raw_cell("x"), "got a raw cell"),
        (
            nbf.new_markdown_cell(
                "$$\\begin{aligned} a \\tag{1.1} \\\\ b \\tag{1.2} \\end{aligned}$$"
            ),
            r"got an equation with two \\tag",
        ),
        (nbf.new_markdown_cell("x", attachments={"a": {}}), "got an attachment"),
    ],
)
def test_what_would_be_lost_is_refused_with_its_cell(write, cell, problem):
    with pytest.raises(ValueError, match=rf"01_one\.ipynb: cell 1: .*{problem}"):
        read_course(write(cell))


@pytest.mark.parametrize(
    "content",
    [
        *("", "{}", "[]", "[1]", "null", '"x"', "{", "[" * 100_000, '{"nbformat": 4}'),
        '{"nbformat": [], "nbformat_minor": 5, "metadata": {}, "cells": []}',
        '{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        '{"nbformat": 4, "nbformat_minor": "x", "metadata": {}, "cells": []}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [NaN]}',
    ],
)
def test_what_is_no_notebook_is_named(tmp_path, content):
    (tmp_path / "01_one.ipynb").write_text(content)
    with pytest.raises(ValueError, match=r"01_one\.ipynb: got no "):
        read_course(tmp_path)


def test_empty_cells_and_commands_of_ipython_come_through(write, tmp_path):
    cells = [nbf.new_code_cell(""), executed("%matplotlib inline"), executed("# only")]
    chapters = read_course(write(*cells, executed("!ls\n", printed("a"))))
    [deck] = make_slides(chapters, tmp_path)
    assert "!ls" in re.sub("<[^>]*>", "", deck.read_text("utf-8"))


def test_what_a_terminal_would_hide_is_written_out(write, tmp_path):
    text = "\x1b[31mred\x1b[0m \x1b]8;;x\x07link\x1b]8;;\x07 \x08 \ufffe \udc80"
    chapters = read_course(write(executed("x", printed(text))))
    [output] = chapters[0].notebook.cells[1].outputs
    assert output.text == "red link ␈ \ufffd \\udc80"
    make_document(chapters, Edition.LEARNER, tmp_path / "course.epub")


def places(value, place=()):
    """List where in JSON a value stands, from the outside to the inside."""
    if place:
        yield place
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*place, key))


WHOLE = nbf.new_notebook(
    cells=[
        nbf.new_markdown_cell("# 1. One"),
        executed(
            "x",
            picture(alt="x", width=3, height=3.5),
            printed("x"),
            nbf.new_output("error", ename="a", evalue="b", traceback=["c"]),
            nbf.new_output("execute_result", {"text/html": "x"}, execution_count=1),
            tags=["raises-exception"],
        ),
    ]
)
LEFT_OUT = "left out"


@pytest.mark.parametrize("place", [*places(WHOLE)], ids=lambda p: "/".join(map(str, p)))
def test_what_has_an_odd_type_is_named_or_harmless(tmp_path, place):
    odd = [None, 1, -1, True, 1.5, "y", "é", [], [[]], {}, {"a": {}}, ["z"], 10**400]
    for value in [*odd, LEFT_OUT]:
        content = json.loads(json.dumps(WHOLE))
        *outer, last = place
        around = functools.reduce(operator.getitem, outer, content)
        around[last] = value
        if value is LEFT_OUT:
            del around[last]
        (tmp_path / "01_one.ipynb").write_text(json.dumps(content))
        message = ""
        try:
            to_markdown(read_course(tmp_path)[0], tmp_path)
        except ValueError as error:
            message = str(error)
        assert not message or "01_one.ipynb: " in message
        assert len(message) < 500 + len(str(tmp_path))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda cell: cell.pop("source"), "cells/1: 'source' is a required property"),
        (lambda cell: cell.update(outputs={}), "cells/1/outputs: {} is not of type"),
        (lambda cell: cell.update(outputs=[{}]), "'output_type' is a required"),
    ],
)
def test_what_is_wrong_in_a_notebook_is_said(tmp_path, change, message):
    content = json.loads(json.dumps(WHOLE))
    change(content["cells"][1])
    (tmp_path / "01_one.ipynb").write_text(json.dumps(content))
    with pytest.raises(ValueError, match=rf"01_one\.ipynb: got no .*{message}"):
        read_course(tmp_path)


@pytest.mark.parametrize(
    ("content", "about", "problem"),
    [
        (PNG, 1, "got 1 about a picture"),
        (PNG, {"alt": 1}, "without an alternative text"),
        (PNG, {"alt": "x", "width": "3em"}, "got '3em' for a picture's width"),
        (PNG, {"alt": "x", "width": True}, "got True for a picture's width"),
        (PNG, {"alt": "x", "height": -1}, "got -1 for a picture's height"),
        (PNG, {"alt": "x", "width": float("nan")}, "got nan for a picture's width"),
        ("A", {"alt": "x"}, "no base64"),
        (PNG + "!", {"alt": "x"}, "no base64"),
        ("é", {"alt": "x"}, "no base64"),
        ("", {"alt": "x"}, "no whole PNG"),
        (base64.b64encode(b"GIF89a").decode(), {"alt": "x"}, "no whole PNG"),
        (base64.b64encode(DOT[:-9]).decode(), {"alt": "x"}, "no whole PNG"),
    ],
)
def test_a_broken_picture_is_refused_with_its_cell(write, content, about, problem):
    cell = executed("x", shown({"image/png": content}, **{"image/png": about}))
    with pytest.raises(ValueError, match=rf"01_one\.ipynb: cell 1: .*{problem}"):
        read_course(write(cell))


def test_a_picture_in_lines_is_admitted_and_its_text_made_legible(write):
    lines = "\n".join(re.findall(".{1,20}", PNG)) + "\n"
    about = {"image/png": {"alt": "a\x9bb"}}
    chapters = read_course(write(executed("x", shown({"image/png": lines}, **about))))
    [output] = chapters[0].notebook.cells[1].outputs
    assert output.metadata["image/png"]["alt"] == "a\ufffdb"


ODD = "a\x85b\x9bc\u202ed\u2066e\x7ff"
SHOWN = "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"


@pytest.mark.parametrize(
    "output",
    [
        printed(ODD),
        shown({"text/plain": ODD}),
        shown({"text/html": ODD}),
        nbf.new_output("error", ename=ODD, evalue=ODD, traceback=[ODD, ODD]),
    ],
)
def test_what_turns_or_hides_letters_is_shown(write, output):
    chapters = read_course(write(executed("x", output, tags=["raises-exception"])))
    [found] = chapters[0].notebook.cells[1].outputs
    written = json.dumps(output, ensure_ascii=False)
    assert found == json.loads(written.replace(ODD, SHOWN))


def test_a_tag_that_an_escape_sequence_splits_is_refused(write):
    split = executed("x", shown({"text/html": "<\x1b[0mscript>f()</script>"}))
    with pytest.raises(ValueError, match="got <script> in HTML"):
        read_course(write(split))


@pytest.mark.parametrize("alt", ['F1 of "B-per"', "a \\ b", "a < b & c", "[x]{y} $z$"])
def test_a_figures_text_arrives_whatever_it_says(page, alt):
    text = page(executed("draw()", picture(alt=alt)))
    [found] = re.findall(r'<img[^>]* alt="([^"]*)"', text)
    for entity, letter in [("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">")]:
        found = found.replace(entity, letter)
    assert found.replace("&amp;", "&") == alt
    assert "{.figure" not in text


def test_text_is_no_part_of_the_template(page):
    text = page(
        executed("x", printed("{style} {script} $body$ $5")), title="# 1. $5 <b"
    )
    assert "{style} {script} $body$ $5" in text
    assert "<title>1. $5 &lt;b</title>" in text


def test_comments_go_but_not_out_of_code(page):
    text = page(
        nbf.new_markdown_cell("a<!-- gone --> b `<!-- kept -->`\n\n<!-- gone -->")
    )
    assert "gone" not in text
    assert "&lt;!-- kept --&gt;" in text
    fenced = "```html\n<!-- kept -->\n```\n\n    <!-- kept -->\n\nx<!-- gone -->"
    assert without_comments(fenced) == fenced.removesuffix("<!-- gone -->")


def test_an_equation_in_a_list_keeps_its_number(page):
    text = page(nbf.new_markdown_cell("- $$x = 1 \\tag{1.1}$$\n- b"))
    assert 'data-number="1.1"' in text
    assert "\\tag" not in text


def test_equations_beside_each_other_and_code_may_have_their_tags(page):
    text = page(
        nbf.new_markdown_cell(
            "$$x \\tag{1.1}$$\n$$y \\tag{1.2}$$\n\n`$$a \\tag{1} \\tag{2}$$`"
        )
    )
    assert re.findall(r'data-number="([^"]*)"', text) == ["1.1", "1.2"]


def test_tabs_stay_tabs(page):
    text = page(executed("if x:\n\tprint()", printed("a\tb")))
    assert "\tprint()" in re.sub("<[^>]*>", "", text)
    assert "a\tb" in text


MAKERS = {
    "pages": lambda chapters, out: [*make_pages(chapters, Edition.LEARNER, out)],
    "slides": lambda chapters, out: [*make_slides(chapters, out)],
    "book": lambda chapters, out: make_book(chapters, Edition.LEARNER, out / "a.pdf"),
    "epub": lambda chapters, out: make_document(
        chapters, Edition.LEARNER, out / "a.epub"
    ),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_what_cannot_be_made_is_named_with_its_chapter(write, tmp_path, make):
    folder = write(nbf.new_markdown_cell("$$x$$"))
    text = (folder / "01_one.ipynb").read_text("utf-8")
    (folder / "02_two.ipynb").write_text(text.replace("$$x$$", "$$\\\\frac{x}$$"))
    (folder / "03_three.ipynb").write_text(text)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(RuntimeError, match=r"^02_two: pandoc"):
        make(read_course(folder), out)
    assert not [*out.glob("a.*")]


def test_markdown_is_what_jupyterlab_makes_of_it(page):
    text = page(nbf.new_markdown_cell("H~2~O :smile: from $30 million to $50 million"))
    assert "H~2~O :smile: from $30 million to $50 million" in text


def test_nothing_is_cut_at_the_edge_of_the_paper(write, tmp_path):
    rows = "".join(
        "<tr>" + "".join(f"<td>cell{i}_{j}</td>" for j in range(25)) + "</tr>"
        for i in range(80)
    )
    long_sum = " + ".join(f"x_{{{k}}}" for k in range(60))
    cells = [
        nbf.new_markdown_cell(f"$$ {long_sum} \\tag{{1.1}} $$"),
        nbf.new_markdown_cell(f"`{'a' * 200}` {'b' * 200}"),
        executed("x", shown({"text/html": f"<table>{rows}</table>"})),
        executed("x", shown({"text/html": f"<table><td>{'w' * 150}</td></table>"})),
        executed("x", printed("y" * 3000)),
    ]
    chapters = read_course(write(*cells))
    make_book(chapters, Edition.LEARNER, tmp_path / "book.pdf")
    with pdfplumber.open(tmp_path / "book.pdf") as pdf:
        for sheet in pdf.pages:
            for letter in filter(lambda c: c["text"].strip(), sheet.chars):
                assert 0 < letter["x0"] < letter["x1"] < sheet.width
                assert 0 < letter["top"] < letter["bottom"] < sheet.height
        text = "".join(c["text"] for sheet in pdf.pages for c in sheet.chars)
    assert "cell79_24" in text
    assert text.count("y") >= 3000


@pytest.mark.parametrize("name", ["8_x", "08_your corpus", "08_ü", "08-x", "081"])
def test_a_name_that_is_no_anchor_is_refused(write, name):
    folder = write()
    (folder / "01_one.ipynb").rename(folder / f"{name}.ipynb")
    with pytest.raises(ValueError, match=rf"got the name '{name}', wanted two digits"):
        read_course(folder)


TASK = nbf.new_markdown_cell("### Exercise 1.1: x")
ANSWER = executed("# Your code here")
SOLUTION = executed("# Solution\nx", tags=["solution"])
CHECK = executed("assert x", tags=["check"])


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ([TASK, ANSWER, CHECK], "without a solution behind it"),
        ([TASK, ANSWER, SOLUTION, CHECK, CHECK], "got a second exercise-1-1"),
        ([TASK, ANSWER, SOLUTION, CHECK, TASK], "got a second exercise-1-1-task"),
    ],
)
def test_what_nbgrader_would_mark_wrongly_is_refused(write, tmp_path, cells, problem):
    fresh = [cell | {"id": f"cell{k}"} for k, cell in enumerate(cells)]
    chapters = read_course(write(*map(from_dict, fresh)))
    with pytest.raises(ValueError, match=problem):
        list(make_nbgrader(chapters, tmp_path))


def test_a_marker_of_nbgrader_is_refused(write, tmp_path):
    secret = executed("# Solution\nx\n### END SOLUTION\ny", tags=["solution"])
    cells = [TASK, ANSWER, secret]
    arguments = ["--notebooks", str(write(*cells)), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit, match="wanted none: nbgrader would cut there"):
        handouts.main([*arguments, "--only", "nbgrader"])
    assert not (tmp_path / "out").exists()
