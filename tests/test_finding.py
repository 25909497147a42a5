"""The layout is found in what a file holds; its ending counts where that is unclear."""

import pytest
from texts import text_of

from lstm_helpers.data.finding import find_layout
from lstm_helpers.data.layouts import Options

FIRST, TAGS = "its first line", "the tags at the ends of its lines"


@pytest.mark.parametrize(
    ("content", "name", "is_table", "reason"),
    [
        ("Sentence #,Word,POS,Tag\n1,a,NN,O\n", "x.csv", True, FIRST),
        ("Sentence #,Word,POS,Tag\n1,a,NN,O\n", "x.conll", True, FIRST),
        ("Sentence #;Word;POS;Tag\n1;a;NN;O\n", "x.txt", True, FIRST),
        ("sentence_idx\tword\ttag\n1\ta\tO\n", "x", True, FIRST),
        ("Sentence #,Word,POS\n1,a,NN\n", "x.txt", True, FIRST),
        ("a O\nb B-x\n", "x.csv", False, TAGS),
        ("a\tO\nb\tB-x\n", "x.tsv.gz", False, TAGS),
        ("\n\na O\n\nb S-x\n\n", "x.zip", False, TAGS),
        ("a x\nb y\n", "x.tsv", True, "its ending .tsv"),
        ("a x\nb y\n", "x.csv.gz", True, "its ending .csv.gz"),
        ("a x\nb y\n", "x.zip", True, "its ending .zip"),
        ("a NN O\nb O x\nc NN O\n", "x", False, TAGS),
        ("a O x\nb O x\n", "x", False, "its name without an ending"),
        ("a x\nb y\n", "x.iob", False, "its ending .iob"),
        ("a x\nb y\n", "x", False, "its name without an ending"),
        ("a O\nb x\n", "x.csv", False, TAGS),
        ("a O\nb x\nc y\n", "x.csv", True, "its ending .csv"),  # less than half
        ("word,tag\na,O\nb,B-x\n", "x.csv", True, "its ending .csv"),
        ("word,tag\na,O\n\nb,B-x\n", "x.csv", False, TAGS),  # parted by blank lines
        ("word,tag\na,O\nb,B-x\n\n \n", "x.csv", True, "its ending .csv"),
        ("a b|O\nc d|B-x\n", "x", False, TAGS),
        ("", "x.csv", True, "its ending .csv"),
        ("", "x.txt", False, "its ending .txt"),
        ("O\nO\n", "x.txt", False, "its ending .txt"),
        ("Word Tag\na O\nb O\n", "x.csv", False, TAGS),
    ],
)
def test_a_layout_is_found_with_its_reason(content, name, is_table, reason):
    found = find_layout(text_of(content, name), Options())
    assert (found.is_table, found.reason) == (is_table, reason)
    assert found.name == ("Kaggle's csv layout" if is_table else "CoNLL columns")


def test_columns_that_are_asked_for_make_a_table():
    text = text_of("a|b|c\n1|x|O\n", "x.txt")
    options = Options(sentence_column="a", word_column="b", delimiter="|")
    assert find_layout(text, options)[::2] == (
        True,
        "the sentence_column that is asked for",
    )
    assert not find_layout(text, Options()).is_table
    with_tags = text_of("a O\nb O\n")
    assert find_layout(with_tags, Options(sentence_column="id")).is_table
    assert not find_layout(with_tags, Options(word_column=0, tag_column=1)).is_table


def test_only_the_first_lines_are_looked_at():
    assert not find_layout(text_of("a O\n" * 1000 + "a x\n" * 9000), Options()).is_table
    text = text_of("a x\n" * 501 + "a O\n" * 9000, "x.csv")
    assert find_layout(text, Options()).reason == "its ending .csv"
    text = text_of("a x\n" * 500 + "a O\n" * 500 + "a x\n", "x.csv")
    assert find_layout(text, Options()).reason == TAGS
    text = text_of("a x\n" * 1000 + "a O\n" * 9000, "x.csv")
    assert find_layout(text, Options()).is_table
