"""Tables in Kaggle's layout, as they stand in a file."""

import pytest
from texts import text_of

from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.header import Wanted
from lstm_helpers.data.kaggle import draw_table, find_table

HEADER = "Sentence #,Word,POS,Tag\n"
START = HEADER + "1,In,IN,O\n"


def draw(content, **wanted):
    return draw_table(text_of(content), Wanted(**wanted), ",")


@pytest.mark.parametrize(
    ("line", "name", "wanted"),
    [
        ("Sentence #,Word,Tag", "x.csv", ","),
        ("Sentence #;Word;Tag", "x.csv", ";"),
        ("Sentence #\tWord\tTag", "x.csv", "\t"),
        ("Sentence #,Word,Tag", "x.tsv", ","),
        ("Sentence #;Word, or ;Tag", "x.csv", ";"),
        ("a;b;c", "x.csv", ","),
        ("a;b;c", "x.TSV.gz", "\t"),
        ("a\tb", "x.tsv", "\t"),
        ("", "x.csv", ","),
    ],
)
def test_the_delimiter_is_the_one_by_which_most_columns_are_found(line, name, wanted):
    assert find_table(text_of(line, name), Wanted())[0] == wanted
    assert find_table(text_of(line, name), Wanted(), "|")[0] == "|"


def test_what_is_asked_for_counts_as_found():
    text = text_of("a,c;x;b")
    assert find_table(text, Wanted(sentence="b", word="x"))[0] == ";"


def test_every_word_has_its_line():
    drawn = draw(HEADER + '1,"In\n\n",IN,O\n,a,DT,x\n2,b,NN,I-?\n')
    assert [*drawn.lines] == [4, 5, 6]
    first, second = drawn.sentences
    assert first == (["In\n\n", "a"], ["O", "x"], ["IN", "DT"], "1")
    assert second == (["b"], ["I-?"], ["NN"], "2")
    assert drawn.fault is None


def test_empty_rows_at_the_end_are_counted_and_left_out():
    drawn = draw(START + ",,,\n, ,,\n")
    assert drawn.n_left_out == {"empty rows at the end left out": 2}
    assert len(drawn.lines) == 1


@pytest.mark.parametrize(
    "then", [",a,DT,O\n", "2,a,DT,O\n", ",,,O\n", ",a\n", ',"a\n', "2,,,\n"]
)
def test_an_empty_row_before_others_is_the_fault(then):
    drawn = draw(START + ",,,\n,,,\n" + then)
    assert str(drawn.fault) == "corpus.conll, line 3: got the word '', wanted a word"
    assert [*drawn.lines] == [2]


def test_the_rows_before_a_fault_are_drawn():
    drawn = draw(START + ",a,DT,O\n,b\n")
    assert drawn.sentences[0].words == ["In", "a"]
    assert (drawn.fault.line, drawn.fault.got) == (4, "2 fields")


def test_a_wrong_label_may_be_one_of_another_column():
    for content in (HEADER + ",a,DT,O\n", START + "2,a,DT,O\n1,b,NN,O\n"):
        assert draw(content).fault.hint == "sentence_column='...' names another column"


COUNTED = "Sentence #,Word,form,Tag\n1,{0},a,O\n,{1},b,O\n2,{0},c,O\n"


@pytest.mark.parametrize("numbers", ["01", "12"])
def test_words_that_only_count_are_refused(numbers):
    content = COUNTED.format(*numbers)
    with pytest.raises(CorpusError) as caught:
        draw(content)
    assert str(caught.value) == (
        "corpus.conll, line 2: got numbers that count the words, in each sentence, "
        "wanted words. word_column='...' names the column with the words, or this one"
    )
    with pytest.raises(CorpusError, match="line 2: got numbers"):
        draw(content + ",{1},d,O\n".format(*numbers))
    assert draw(content, word="Word").sentences[0].words == [*numbers]
    assert draw(content, word="form").sentences[0].words == ["a", "b"]


@pytest.mark.parametrize("numbers", [("1", "3"), ("1", "x"), ("01", "02"), ("2", "3")])
def test_other_numbers_are_words(numbers):
    assert draw(COUNTED.format(*numbers)).sentences[0].words == [*numbers]
    assert draw(HEADER + "1,1,CD,O\n2,1,CD,O\n").sentences[0].words == ["1"]
    two = HEADER + "1,1,CD,O\n,2,CD,O\n2,3,CD,O\n,1,CD,O\n"
    assert draw(two).sentences[1].words == ["3", "1"]


def test_a_table_without_rows_is_refused():
    for content in (HEADER, HEADER + ",,,\n"):
        with pytest.raises(CorpusError, match="line 2: got no rows"):
            draw(content)
