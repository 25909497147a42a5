"""Which column holds the words, which the tags, and which lines are comments."""

import pytest
from texts import text_of

from lstm_helpers.data.columns import find_positions, is_beside
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.header import Wanted
from lstm_helpers.data.rows import find_cut


def positions(content, word=None, tag=None):
    """Find columns; a / ends a line, a | parts columns."""
    text = text_of(content.replace("/", "\n").replace("|", "\t"))
    return find_positions(text, find_cut(text), Wanted(word=word, tag=tag))


def message(content, **wanted):
    with pytest.raises(CorpusError) as caught:
        positions(content, **wanted)
    return str(caught.value).removeprefix("corpus.conll, ")


@pytest.mark.parametrize(
    ("content", "word", "tag"),
    [
        ("a O/b B-x", 0, -1),
        ("a NN O/b NN B-x//c NN I-NP O", 0, -1),
        ("a O _/b B-x _", 0, 1),  # tags that are not last
        ("a O _/b B-x _/c _ O _", 0, -2),
        ("a x _/b y _", 0, -1),  # without anything that looks like tags
        ("a NN I-NP O/b NN B-NP B-LOC", 0, -1),  # phrases beside names
        ("a NN I-NP/b NN B-NP", 0, -1),  # phrases alone
        ("a NN I-NP O/b NN O O", 0, -1),
        ("a O O e-x/b B-y O O/c B-y O O", 0, None),
        ("a B-x 1 /b B-x 1/c O 2/d x 1", 0, 1),  # most of them
        ("a B-x 1 /b x 1", 0, -1),
        ("O a/B-x b/O c", 1, 0),  # tags first
        ("O a _/B-x b _/O c _", 0, -1),
        ("O O/B-x b", 0, -1),
        ("O a/B-x b/c c", 0, -1),
        ("O a/B-x O/O c", 1, 0),
        ("1 a O/2 b B-x//1 c O", 1, -1),
        ("0 a O/1 b B-x//0 c O", 1, -1),
        ("1 a O/1-2 b B-x/2 c O/2.1 _ _//1 c O", 1, -1),
        ("1 a O/2 b B-x/1 c O", 1, -1),  # without a blank line
        ("1 a O/2 b B-x//3 c O", 1, -1),  # through the whole file
        ("1 a O _/2 b B-x _//1 c O _", 1, 2),
        ("2024 O/2025 O", 0, -1),
        ("3 O/1 O/4 O", 0, -1),
        ("0 O/1 O/1 O/0 O/1 O", 0, -1),
        ("0 O/1 O/0 O/0 O/2 O", 0, -1),
        ("a b|O|O/c d|O|O", 0, None),
        ("ID|Word|Tag|x/1|a|O|x/2|b|B-y|x", 1, 2),
        ("Token NER/a O", 0, 1),
        ("NER x Token/O y a/B-z y b", 2, 0),
        ("a I-NP _/b B-NP _", 0, 1),
    ],
)
def test_columns_are_found(content, word, tag):
    if tag is None:
        assert "tag_column" in message(content)
        return
    found = positions(content)
    assert (found.word, found.tag) == (word, tag)


@pytest.mark.parametrize(
    ("content", "wanted", "word", "tag"),
    [
        ("1 a O/2 b B-x", {"word": 0}, 0, -1),
        ("1 a O/2 b B-x", {"word": "0", "tag": "2"}, 0, 2),
        ("1 O/2 B-x", {"word": 0}, 0, -1),
        ("a O O/b B-x O", {"tag": 1}, 0, 1),
        ("a O O/b B-x O", {"tag": -1}, 0, -1),
        ("O a/B-x b", {"word": -1}, -1, 0),
        ("Word Tag x/a O B-x", {"tag": "x"}, 0, 2),
        ("Word Tag x/a O B-x", {"tag": 2}, 0, 2),
        ("Word x Tag/a b O", {"word": 1}, 1, 2),
        ("a O/b O", {"word": -9}, -9, -1),
        ("a O/b O", {"word": 9}, 9, -1),
    ],
)
def test_what_is_asked_for_is_taken(content, wanted, word, tag):
    found = positions(content, **wanted)
    assert (found.word, found.tag) == (word, tag)
    assert found.header == int(content.startswith("Word"))


def test_numbers_that_count_are_no_words():
    assert message("1 O/2 B-x//1 O") == (
        "line 2: got numbers that count the words, and beside them only tags, wanted a "
        "column with the words. If the numbers are the words, word_column=0 says so"
    )
    assert "line 5" in message("# 1//0 O//0 O/1 O".replace("//0 O//", "//0 O/"))


@pytest.mark.parametrize(
    ("content", "label", "place"),
    [
        ("5 a O/6 b O", "5", 1),  # counts, but not from the beginning
        ("1 a O//1 b B-x", "1", 1),
        ("0 a O/1 b O/1 c O", "0", 1),
        ("1 a O/1 b O/2 c O/2 d O", "1", 1),  # numbers of sentences
        ("1 1 a O/1 2 b O/2 1 c O/2 2 d O", "1", 2),
        ("1.5 NN B-x a/2.5 NN O b", "1.5", 1),
        ("s1 a O/s1 b O/s2 a O/s2 b O", "s1", 1),
        ("x a O/x b B-x//x c O//x d O", "x", 1),
    ],
)
def test_numbers_and_labels_of_sentences_are_no_words(content, label, place):
    first = content.split("/")[0].split()[place]
    assert message(content) == (
        f"line 1: got what seem to be numbers or labels, such as '{label}', wanted "
        f"words in column 0. word_column={place} (here '{first}'), or word_column=0 if "
        "these are the words"
    )
    assert positions(content, word=0).word == 0
    assert positions(content, word=place).word == place


@pytest.mark.parametrize(
    "content",
    [
        "1984 O/2001 B-x",
        "1984 7 O/2001 8 B-x",
        "1984 NN O",
        "7 NN O/a NN O",
        "ha NN O/ha NN O/ha NN O",
        "ha NN O/ha NN O/a NN O/b NN O",
        "ha O/ha O/ha O/ha O",
    ],
)
def test_numbers_and_words_that_come_twice_are_words(content):
    assert positions(content).word == 0


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("a O/b O", {"word": 1}),
        ("a O/b O", {"word": -1}),
        ("a O/b O", {"tag": 0}),
        ("a NN O/b NN O", {"word": 2}),
        ("a NN O/b NN O", {"word": -2, "tag": 1}),
        ("a O/b O", {"word": -9, "tag": -9}),
    ],
)
def test_one_column_cannot_hold_the_words_and_the_tags(content, wanted):
    word = wanted.get("word", 0)
    said = f"line 1: got column {word} for the words and for the tags, wanted two"
    assert message(content, **wanted) == f"{said} columns"


def test_numbers_behind_an_index_are_no_words():
    content = "1 7 a O/2 7 b O//1 8 c O/2 8 d O"
    assert "such as '7', wanted words in column 1. word_column=2" in message(content)
    assert "or word_column=1 if" in message(content)
    assert positions(content, word=1).word == 1


def test_of_two_columns_of_tags_none_is_guessed():
    assert message("1|Mira|O|O/2|Oslo|B-LOC|O") == (
        "line 2: got 2 columns of tags, wanted one of them to be chosen. "
        "tag_column=2 (here 'B-LOC') or tag_column=3 (here 'O')"
    )
    assert message("a O O/b B-x O/c O").startswith("line 2: got 2 columns of tags")
    assert "tag_column=-2 (here 'B-x')" in message("a O O/b B-x O/c O")
    assert message("a O O/b O O").startswith("line 1: got 2 columns of tags")
    assert message("c O/a O O/b B-x O/d O O").startswith("line 3: got 2 columns")
    three = message("a I-NP O B-x/b I-NP B-y O")
    assert three.endswith("tag_column=2 (here 'O') or tag_column=3 (here 'B-x')")
    assert "tag_column=0 (here 'O')" in message("O B-y a/B-x O b", word=-1)


CHUNKS = "NP VP PP ADVP ADJP SBAR PRT CONJP INTJ LST UCP NC VC PC"


def test_tags_of_phrases_are_no_second_column_of_tags():
    rows = "/".join(
        f"{kind} NN {prefix}-{kind} O" for prefix in "BI" for kind in CHUNKS.split()
    )
    assert positions(f"{rows}/b NN O B-x").tag == -1


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"^word_column: got 'form', wanted a number"):
        positions("a O", word="form")
    with pytest.raises(ValueError, match=r"^tag_column: got 'ner', wanted a number"):
        positions("a O", tag="ner")


@pytest.mark.parametrize(
    ("content", "comments"),
    [
        ("# a/1 b O/2 c O", {1}),
        ("1 b O/# x O/2 c O", {2}),  # beside an index all are
        ("1 b O/2 c O//#|news 7|[2020]/1 d O", {4}),
        ("# text = a b/a O/b B-x//# x/# y/c O", {1, 5, 6}),
        ("#a O/b O", set()),  # hash tags are words
        ("# O/a O", set()),
        ("a O/# x", set()),  # within a sentence: the fault of a row, and named
        ("#a B-x/b O", set()),
        ("#a x/b O/c y", {1}),  # no tag of others
        ("#a x/b O/c x", set()),
        ("#a NN x/b NN O/c NN x", set()),
        ("#a x NN/b NN O/c NN x", {1}),
        ("#a NN B-x/b NN O", set()),
        ("#a B-x NN/b NN O", {1}),
        ("#a O/# x/b O", set()),  # behind a word: the fault of a row, and named
        ("# x/#a O/# x/b O", {1}),
        ("#a B-x/b O/c B-x", set()),
        ("a O/b B-x//#c B-x/#d O", set()),
        ("# text of a O/b O", {1}),  # another number of columns
        ("# text is a|O/b c|O", set()),
        ("-DOCSTART- O//# x/a O", {3}),
        ("# a/# b", {1, 2}),
    ],
)
def test_comments_are_told_from_hash_tags(content, comments):
    assert positions(content).comments == comments


def test_the_names_of_columns_are_no_words():
    assert positions("Token NER/a O").header == 1
    assert positions("/ID Word POS Tag/1 a NN O/2 b NN O").header == 2
    assert positions("Word O/Tag O").header == 0
    assert positions("Token Tag O/a x O").header == 0


def test_an_index_is_one_unless_it_is_said_to_be_the_words():
    content = "1 a O/2 b O"
    assert positions(content).is_index
    assert positions(content, word=1).is_index
    assert not positions(content, word=0).is_index


def test_what_stands_beside_an_index_is_seen():
    assert [is_beside(each) for each in ("1-2", "3.1", "1", "-", "1-")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_of_many_columns_the_last_may_be_tags():
    row = "x " * 10**5
    assert positions(f"{row}O x/{row}B-y x").tag == 10**5
    assert positions(f"O {row}x/B-y {row}x").tag == -1
    last = "x " * 998
    assert positions(f"a x O {last}/b x B-y {last}").tag == 2
    assert positions(f"a x O x {last}/b x B-y x {last}").tag == -1


def test_only_the_first_rows_show_which_column_has_the_tags():
    halves = "a O _/b O _/" * 2500 + "a _ x/b _ x/" * 2500
    assert positions(halves + "a O _/b O _/" * 5).tag == -1
    assert positions("c O _/" + halves).tag == 1
    assert positions("a O _/b O _/" * 5000 + "a _ O/" * 30_000).tag == 1
