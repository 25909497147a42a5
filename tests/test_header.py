"""Columns are found by their names, in whatever spelling, or by their numbers."""

import pytest
from texts import text_of

from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.header import (
    Wanted,
    as_number,
    count_found,
    find_columns,
    find_roles,
)

TEXT = text_of("")


def places(names, **wanted):
    header = find_columns(TEXT, names.split("|"), Wanted(**wanted))
    return header.sentence, header.word, header.tag, header.pos


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ("Sentence #|Word|POS|Tag", (0, 1, 3, 2)),
        ("Sentence#|word|pos|tag", (0, 1, 3, 2)),
        (" SENTENCE_# |WORD|TAG", (0, 1, 2, None)),
        ("|lemma|prev-word|sentence_idx|word|tag|pos|prev-iob", (3, 4, 5, 6)),
        ("Sentence ID|Token|NER", (0, 1, 2, None)),
        ("tag|Tag|word|sentence", (3, 2, 1, None)),  # the very name is first choice
        ("label|text|word|sentence", (3, 2, 0, None)),
        ("sentence_id|Word|Label", (0, 1, 2, None)),
        ("Sentence #|Word|Tag||", (0, 1, 2, None)),
    ],
)
def test_names_are_found_in_any_spelling(names, wanted):
    assert places(names) == wanted


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"word": "lemma", "tag": "X"}, (0, 2, 4, None)),
        ({"word": "LEMMA", "tag": "x"}, (0, 2, 4, None)),
        ({"word": 2, "tag": -1}, (0, 2, 4, None)),
        ({"word": "2", "tag": "-1"}, (0, 2, 4, None)),
        ({"sentence": 3, "tag": -2, "pos": 1}, (3, 1, 3, 1)),
        ({"word": "1", "tag": 4}, (0, 5, 4, None)),  # a name, before it is a number
    ],
)
def test_columns_can_be_named_or_numbered(wanted, found):
    names = "Sentence #|Word|lemma|id|x" + "|1" * (wanted.get("word") == "1")
    assert places(names, **wanted) == found


@pytest.mark.parametrize(
    ("names", "wanted", "said"),
    [
        (
            "Word|Tag",
            {},
            "the column 'Sentence #' once. sentence_column='...' names the right one "
            "of them; the first line must hold the columns' names",
        ),
        (
            "Sentence #|Tag",
            {},
            "the column 'Word' once. word_column='...' names the right one of them",
        ),
        ("Sentence #|Word|word|Word|Tag", {}, "the column 'Word' once"),
        ("Sentence #|word|WORD|Tag", {}, "the column 'Word' once"),
        ("Sentence #|Word|POS|POS|Tag", {}, "the column 'POS' once"),
        ("Sentence #|Word|Tag", {"pos": "xpos"}, "the column 'xpos' once"),
        ("Sentence #|Word|Tag", {"tag": "ner"}, "the column 'ner' once"),
        ("Sentence #|Word|Tag", {"tag": 3}, "the column 3 once"),
        ("Sentence #|Word|Tag", {"tag": -4}, "the column -4 once"),
        ("Sentence #:Word:Tag", {}, "once. delimiter='...' says what parts"),
        (
            "Sentence #|Word|POS",
            {},
            "the column 'Tag' once. tag_column='...' names the right one of them; if "
            "no column holds tags, there is nothing to learn from here, but a trained "
            "tagger can tag the words (prediction.tag_text)",
        ),
    ],
)
def test_what_is_missing_or_doubled_comes_with_the_way_out(names, wanted, said):
    with pytest.raises(CorpusError) as caught:
        places(names, **wanted)
    assert str(caught.value).startswith("corpus.conll, line 1: got the columns ['")
    assert said in str(caught.value)
    assert "right one" not in said or str(caught.value).endswith(said)


@pytest.mark.parametrize(("header", "got"), [(None, "an empty file"), ([], "a blank")])
def test_a_header_must_be_there(header, got):
    with pytest.raises(CorpusError, match=f"line 1: got {got}.* 'Sentence #' once"):
        find_columns(TEXT, header, Wanted())


def test_a_line_is_looked_through():
    line = 'Sentence #;"Word";Tag;tag\n'
    found = {"sentence": 1, "word": 1, "tag": 1, "pos": 0}
    assert count_found(line, ";", Wanted()) == found
    assert {*count_found(line, ",", Wanted()).values()} == {0}
    assert {*count_found("x" * 200_000, ",", Wanted()).values()} == {0}
    assert find_roles(["word", "WORD"], Wanted())["word"] == [0, 1]


@pytest.mark.parametrize(
    ("column", "wanted"),
    [(0, 0), (-1, -1), ("12", 12), ("-2", -2), ("²", None), ("--1", None), ("", None)],
)
def test_a_number_is_read(column, wanted):
    assert as_number(column) == wanted
    assert as_number(None) is None
