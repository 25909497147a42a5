"""Lines of columns, as they stand in a file."""

import pytest
from texts import text_of

from lstm_helpers.data.conll import draw_lines
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.header import Wanted
from lstm_helpers.data.rows import find_cut


def draw(content, **wanted):
    """Read lines; a / ends one, a | parts columns."""
    text = text_of(content.replace("/", "\n").replace("|", "\t"))
    return draw_lines(text, Wanted(**wanted), find_cut(text))


def words(content, **wanted):
    drawn = draw(content, **wanted)
    assert drawn.fault is None
    return [" ".join(sentence.words) for sentence in drawn.sentences]


def fault(content, **wanted):
    return str(draw(content, **wanted).fault).removeprefix("corpus.conll, ")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("a O/b B-x//c O/", ["a b", "c"]),
        ("a O//-DOCSTART- O//b O/-DOCSTART-/c O", ["a", "b", "c"]),
        ("1 a O/2 b O//1 c O", ["a b", "c"]),
        ("0 a O/1 b O/0 c O/1 d O", ["a b", "c d"]),
        ("# x/1 a O/2 b O/# y/1 c O", ["a b", "c"]),
        ("1-2 ab _/1 a O/2 b O/2.1 x _//1 c O", ["a b", "c"]),
        ("1 a O/2 b O//3 c O/4 d O", ["a b", "c d"]),
        ("Word Tag/a O/b O", ["a b"]),
        ("New Oslo|B-x/fell|O", ["New Oslo fell"]),
        ("#a O/b O//# O", ["#a b", "#"]),
    ],
)
def test_sentences_are_drawn(content, wanted):
    assert words(content) == wanted


def test_every_word_has_its_line_and_every_sentence_its_number():
    drawn = draw("# x//a B-y/b I-y//# z/c ?/")
    assert [*drawn.lines] == [3, 4, 7]
    assert drawn.sentences == [
        (["a", "b"], ["B-y", "I-y"], [], "Sentence: 1"),
        (["c"], ["?"], [], "Sentence: 2"),
    ]


def test_what_is_left_out_is_counted_and_what_is_unusual_noted():
    drawn = draw("ID Form Word Tag x/1-2 _ _ _ _/1 a b O _/2 c d O _/# x")
    assert drawn.n_left_out == {
        "comments left out": 1,
        "lines with the columns' names left out": 1,
        "lines of several words or none left out": 1,
    }
    assert drawn.notes == ("the first column counts",)
    counted = "the first column counts", "words are in column 1, counted from 0"
    assert draw("1 a O/2 b O").notes == counted
    assert draw("1 a O/2 b O", word=1).notes == counted[:1]
    assert draw("a O _/b B-x _").notes == ("tags are in column 1, counted from 0",)
    first = draw("O a/B-x b/O c")
    assert first.sentences[0][:2] == (["a", "b", "c"], ["O", "B-x", "O"])
    assert first.notes == (
        "words are in column 1, counted from 0",
        "tags are in column 0, counted from 0",
    )
    assert draw("a O _/b B-x _", tag=1).notes == ()
    assert draw("a O/b O").notes == ()
    assert {*draw("a O/b O").n_left_out.values()} == {0}


@pytest.mark.parametrize(
    ("content", "wanted", "said"),
    [
        (
            "a O/b",
            {},
            "line 2: got the single column 'b', wanted a word and, in the last column, "
            "its tag",
        ),
        (
            "a,O/b,B-x",
            {},
            "line 1: got the single column 'a,O', wanted a word and, in the last "
            "column, its tag. delimiter=',' parts it into columns",
        ),
        ("a b|O/c|", {}, "line 2: got the single column 'c', wanted a word and"),
        (
            "a b|O/|B-x",
            {},
            "line 2: got the word '' with the tag 'B-x', wanted a word",
        ),
        ("a b|O/\u00a0|O", {}, "line 2: got the word '\\xa0' with the tag 'O', wanted"),
        (
            "a NN O/b O",
            {"tag": 2},
            "line 2: got 2 columns, wanted enough for word_column=0 and tag_column=2",
        ),
        ("a NN O/b O", {"word": -3, "tag": -1}, "line 2: got 2 columns, wanted enough"),
    ],
)
def test_a_line_that_lacks_something_is_named(content, wanted, said):
    assert fault(content, **wanted).startswith(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "a;",
            "the single column 'a;', wanted a word and, in the last column, its tag",
        ),
        (
            ";a",
            "the single column ';a', wanted a word and, in the last column, its tag",
        ),
        ("a;b", "its tag. delimiter=';' parts it into columns"),
        (
            "a|b,c;d e",
            "its tag. delimiter=',' or delimiter=';' or delimiter='|' or delimiter=' ' "
            "parts it into columns",
        ),
        ("\t\x0c", "got the word '', wanted a word"),
    ],
)
def test_a_line_says_what_may_part_it(line, said):
    text = text_of(f"a\tO\n{line}\n")
    drawn = draw_lines(text, Wanted(), find_cut(text, "\t"))
    assert str(drawn.fault).endswith(said)


def test_the_lines_before_a_fault_are_drawn():
    drawn = draw("a O//b O/c")
    assert [each.words for each in drawn.sentences] == [["a"], ["b"]]


@pytest.mark.parametrize("content", ["", "/|/", "-DOCSTART- O//", "# x/# y"])
def test_a_file_without_words_is_refused(content):
    with pytest.raises(CorpusError, match="line 1: got no sentence, wanted at least"):
        draw(content)
