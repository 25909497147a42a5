"""Rows of fields, with the numbers of their lines."""

import pytest
from texts import text_of

from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.rows import (
    Cut,
    find_cut,
    find_delimiter,
    read_lines,
    read_table_rows,
    split_line,
)


def fields(content, delimiter=None):
    text = text_of(content)
    return [row for _, row in read_lines(text, find_cut(text, delimiter).separator)]


def message(content):
    with pytest.raises(CorpusError) as caught:
        find_cut(text_of(content))
    return str(caught.value)


def test_rows_of_a_table_have_the_number_of_their_last_line():
    rows = read_table_rows(text_of('a;b\r"1\n2";3\r\n\n4;"5"'), ";")
    assert [*rows] == [(1, ["a", "b"]), (3, ["1\n2", "3"]), (4, []), (5, ["4", "5"])]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("a O\nb\tO\n", [["a", "O"], ["b", "O"]]),  # a mixture that does not matter
        ("a  b \t O \n", [["a  b", "O"]]),
        ("New Oslo\tB-x\n\n \t\nb\tO", [["New Oslo", "B-x"], [], [], ["b", "O"]]),
        ("New Oslo\tB-x\nb\t\nc", None),
        ("New Oslo\tB-x\nb\t\n\tO\n", [["New Oslo", "B-x"], ["b"], ["", "O"]]),
        ("a\t\tO\n", [["a", "", "O"]]),
        ("a\tNNP\tO\n-DOCSTART- -X- O\nb c\tO", [["a", "NNP", "O"], [], ["b c", "O"]]),
        ("# a b\na b\tO\n", [0, ["a b", "O"]]),
        ("\ta NN O\n", [["a", "NN", "O"]]),
    ],
)
def test_tabs_part_columns_if_every_line_has_one_and_otherwise_blanks_do(
    content, wanted
):
    if wanted is None:
        assert "got no tab" in message(content)
        return
    found = fields(content)
    assert len(found) == len(wanted)
    for row, expected in zip(found, wanted, strict=True):
        assert expected == 0 or row == expected


def test_a_mixture_of_blanks_and_tabs_is_refused_with_the_line_of_the_few():
    assert message("New Oslo\tB-x\nin\tO\n\nfell O\n") == (
        "corpus.conll, line 4: got no tab (1 such in all), wanted columns that are "
        "parted alike in all lines. 2 lines have tabs: delimiter='tab' lets a blank "
        "belong to its word, delimiter='blank' lets both part columns"
    )
    assert message("a O\nb O\n\nNew Oslo\tB-x\n").startswith(
        "corpus.conll, line 4: got a tab (1 such in all), wanted"
    )
    assert message("New Oslo\tB-x\na\tO\nb\tO\nb O\n\tc NN O\n").startswith(
        "corpus.conll, line 4: got no tab (2 such in all), wanted"
    )
    assert message("New Oslo\tB-x\na\tO\n\tc NN O\n").startswith(
        "corpus.conll, line 3: got no tab (1 such in all), wanted"
    )
    mixture = "New Oslo\tB-x\nfell O\n"
    assert fields(mixture, "\t") == [["New Oslo", "B-x"], ["fell O"]]
    assert fields(mixture, " ") == [["New", "Oslo", "B-x"], ["fell", "O"]]


def test_another_character_may_part_columns():
    assert fields("a|NN |O\n\nb||O", "|") == [["a", "NN", "O"], [], ["b", "", "O"]]


def test_hashes_are_seen_and_whether_they_may_be_comments():
    cut = find_cut(text_of("# a O\n#b O\nc O\n #d O\n\n#e\n-DOCSTART-\n#f\tO\nc# O"))
    hashes = {1: "# a O", 2: "#b O", 4: "#d O", 6: "#e", 8: "#f\tO"}
    assert cut == Cut(" ", hashes, frozenset([1, 2, 6, 8]))


@pytest.mark.parametrize("separator", [" ", "\t"])
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", []),
        (" \t\r\n", []),
        ("-DOCSTART- -X- O\n", []),
        (" -DOCSTART- -X- O\n", []),
        ("a-DOCSTART-\tO\n", ["a-DOCSTART-", "O"]),
        ("-DOCSTART-\tO", []),
        ("-DOCSTART-", []),
        ("-DOCSTART-x\tO\n", ["-DOCSTART-x", "O"]),
        ("-\tO\n", ["-", "O"]),
        ("a\tO \r\n", ["a", "O"]),
        ("a\x85b\u2028c\x0c\tO\n", ["a\x85b\u2028c\x0c", "O"]),
    ],
)
def test_a_line_is_split_unless_it_parts_sentences(line, wanted, separator):
    assert split_line(line, separator) == wanted
    assert [*read_lines(text_of(line), separator)] == [(1, wanted)] * bool(line)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (None, None),
        ("tab", "\t"),
        ("\t", "\t"),
        (r"\t", "\t"),
        ("blank", " "),
        ("comma", ","),
        ("semicolon", ";"),
        ("|", "|"),
    ],
)
def test_a_delimiter_may_be_named(name, wanted):
    assert find_delimiter(name) == wanted


@pytest.mark.parametrize("name", ["", "\n", "\r", '"', "\0", "::", "tabs"])
def test_what_parts_no_columns_is_refused(name):
    with pytest.raises(
        ValueError, match=r"delimiter: got .* wanted a character, or 'tab"
    ):
        find_delimiter(name)
