"""Reading: both layouts as they are, and what is wrong in them with its line."""

import csv
import re
import zipfile
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.decoding import read_text
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.layouts import (
    Options,
    Reading,
    read_columns,
    read_conll,
    read_csv,
    read_table,
)
from lstm_helpers.data.sentences import Sentence

HEADER = "Sentence #,Word,POS,Tag\n"
START = HEADER + "Sentence: 1,In,IN,O\n"
CLOSED = "each quote that opens in this row closed"
TYPE_OR_O = "O, B-type or I-type (IOB2)"
B_OR_I_GEO = "B-geo or I-geo before it (IOB2)"
IOB2 = re.compile(r"(O |B-(\w+) (I-\2 )*)*")  # the whole scheme, each tag and a space


def as_words(sentences):
    return [tuple(sentence.words) for sentence in sentences]


# --- Kaggle's csv layout


def test_a_csv_is_read_word_by_word_and_nothing_is_missing(write):
    path = write(
        START + ",New,NNP,B-geo\n,York,NNP,I-geo\n,None,NN,O\n"
        'Sentence: 7,NA,NNP,B-org\n,nan,NN,O\n,"""","""",O\n,",",",",O\n,–,:,O\n'
    )
    assert read_csv(path) == [
        Sentence(
            ["In", "New", "York", "None"],
            ["O", "B-geo", "I-geo", "O"],
            ["IN", "NNP", "NNP", "NN"],
            "Sentence: 1",
        ),
        Sentence(
            ["NA", "nan", '"', ",", "–"],
            ["B-org", "O", "O", "O", "O"],
            ["NNP", "NN", '"', ",", ":"],
            "Sentence: 7",
        ),
    ]


def test_without_a_pos_column_pos_is_empty(write):
    path = write("Tag,Word,Sentence #\nB-geo,Rome,1\nO,fell,\n")
    assert read_csv(path) == [Sentence(["Rome", "fell"], ["B-geo", "O"], [], "1")]


def test_the_label_may_be_filled_on_every_row(write):
    path = write(HEADER + "1,Rome,NNP,B-geo\n1,fell,VBD,O\n2,So,RB,O\n2,what,WP,O\n")
    assert as_words(read_csv(path)) == [("Rome", "fell"), ("So", "what")]


def test_columns_and_encoding_can_be_named(tmp_path):
    path = tmp_path / "corpus.csv"
    path.write_text("id,token,ner,xpos\n1,Łódź,B-geo,NNP\n", encoding="utf-16")
    sentences = read_csv(
        path,
        sentence_column="id",
        word_column="token",
        tag_column="ner",
        pos_column="xpos",
        encoding="utf-16",
    )
    assert sentences == [Sentence(["Łódź"], ["B-geo"], ["NNP"], "1")]


def test_a_zip_is_read_by_its_members_name(tmp_path):
    path = tmp_path / "corpus.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ner.csv", "another layout")
        archive.writestr("ner_dataset.csv", START)
        archive.writestr("mine.csv", START.replace("In", "On"))
    assert as_words(read_csv(path)) == [("In",)]
    assert as_words(read_csv(path, member="mine.csv")) == [("On",)]


@pytest.mark.parametrize(
    ("text", "line", "got", "wanted"),
    [
        ("", 1, "an empty file", "the column 'Sentence #' once"),
        (
            "Sentence #,Word,POS\n",
            1,
            "the columns ['Sentence #', 'Word', 'POS']",
            "the column 'Tag' once",
        ),
        (
            "Sentence #,Word,Tag,Word\n",
            1,
            "the columns ['Sentence #', 'Word', 'Tag', 'Word']",
            "the column 'Word' once",
        ),
        (HEADER, 2, "no rows", "at least one sentence"),
        (
            HEADER + ",In,IN,O\n",
            2,
            "the word 'In' before the first sentence",
            "a label under 'Sentence #'",
        ),
        (START + ",Rome,O\n", 3, "3 fields", "4, as in the first line"),
        (START + ",Rome,NNP,O,\n", 3, "5 fields", "4, as in the first line"),
        (START + ",,NNP,O\n", 3, "the word ''", "a word"),
        (START + ",\xa0 ,NNP,O\n", 3, r"the word '\xa0 '", "a word"),
        (
            START + "Sentence: 2,So,RB,O\n,what,WP,O\nSentence: 1,.,.,O\n",
            5,
            "'Sentence: 1' again",
            "each sentence's rows together",
        ),
        (START + ",Rome,NNP,\n", 3, "the tag ''", TYPE_OR_O),
        (START + ",Rome,NNP,b-geo\n", 3, "the tag 'b-geo'", TYPE_OR_O),
        (START + ",Rome,NNP,B-\n", 3, "the tag 'B-'", TYPE_OR_O),
        (START + ",Rome,NNP,I-geo\n", 3, "the tag 'I-geo' after 'O'", B_OR_I_GEO),
        (
            START + ",Roma,NNP,B-org\n,Rome,NNP,I-geo\n",
            4,
            "the tag 'I-geo' after 'B-org'",
            B_OR_I_GEO,
        ),
        # The entity before ends with its sentence.
        (
            HEADER + "1,Rome,NNP,B-geo\n2,Rome,NNP,I-geo\n",
            3,
            "the tag 'I-geo' after 'O'",
            B_OR_I_GEO,
        ),
        # A word with a line break in it: lines are the file's, not the rows.
        (START + ',"New\nYork",NNP,B\n', 4, "the tag 'B'", TYPE_OR_O),
        (START + ',"Rome,NNP,B-geo\n', 3, "unexpected end of data", CLOSED),
    ],
)
def test_a_wrong_csv_is_refused_with_its_line(write, text, line, got, wanted):
    path = write(text)
    with pytest.raises(CorpusError) as caught:
        read_csv(path)
    said = f"{path}, line {line}: got {got}, wanted {wanted}"
    hint = caught.value.hint
    assert str(caught.value) == (f"{said}. {hint}" if hint else said)


FAULTS = {  # of one row each
    "width": ",Rome,O\n",
    "label": "Sentence: 0,In,IN,O\n",
    "word": ",,NNP,O\n",
    "tag": ",Rome,NNP,b-geo\n",
    "step": ",Rome,NNP,I-geo\n",
    "quote": ',"Rome,NNP,B-geo\n',
}


@pytest.mark.parametrize(("first", "then"), [*permutations(FAULTS, 2)])
@pytest.mark.parametrize("between", ["", ",so,RB,O\n", "Sentence: 2,So,RB,O\n"])
def test_the_first_fault_of_a_csv_is_the_one_that_is_named(write, first, then, between):
    before = HEADER + "Sentence: 0,So,RB,O\nSentence: 1,In,IN,O\n"
    alone, both = write(before + FAULTS[first]), None
    with pytest.raises(CorpusError) as wanted:
        read_csv(alone)
    if first == "quote":
        return  # it takes in all that follows
    both = write(before + FAULTS[first] + between + FAULTS[then])
    with pytest.raises(CorpusError) as caught:
        read_csv(both)
    assert str(caught.value) == str(wanted.value)


@pytest.mark.parametrize("read", [read_csv, read_conll])
def test_a_byte_that_the_encoding_does_not_know_is_refused_with_its_line(
    tmp_path, read
):
    path = tmp_path / "corpus"
    path.write_bytes(START.encode() + b",Troms\xf8,NNP,B-geo\r\n")
    with pytest.raises(CorpusError) as caught:
        read(path, encoding="ascii")
    assert str(caught.value) == (
        f"{path}, line 3: got the byte 0xF8, wanted text encoded as ascii"
    )


def test_a_csv_is_windows_1252_unless_told_otherwise(tmp_path):
    path = tmp_path / "corpus.csv"
    path.write_bytes(START.encode() + b",\x80,SYM,O\n")
    assert as_words(read_csv(path)) == [("In", "€")]
    path.write_bytes(START.encode() + b",\x81,SYM,O\n")
    with pytest.raises(CorpusError, match="line 3: got the byte 0x81"):
        read_csv(path)


word_lists = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
        str.strip
    ),
    min_size=1,
    max_size=3,
)
chunks = st.tuples(st.sampled_from([None, "geo", "per"]), word_lists)


def words_and_tags(chunks):
    words = [word for _, words in chunks for word in words]
    tags = [
        f"{'I' if k else 'B'}-{kind}" if kind else "O"
        for kind, words in chunks
        for k in range(len(words))
    ]
    return words, tags


@given(
    corpus=st.lists(st.lists(chunks, min_size=1).map(words_and_tags), min_size=1),
    every_row=st.booleans(),
)
def test_what_is_written_as_csv_reads_back(tmp_path_factory, corpus, every_row):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Sentence #", "Word", "Tag"])
        for number, (words, tags) in enumerate(corpus):
            for k, (word, tag) in enumerate(zip(words, tags, strict=True)):
                writer.writerow([number if every_row or k == 0 else "", word, tag])
    assert read_csv(path, encoding="utf-8") == [
        Sentence(words, tags, [], str(number))
        for number, (words, tags) in enumerate(corpus)
    ]


def test_exactly_the_valid_iob2_sequences_are_read(write):
    for tags in product(["O", "B-x", "I-x", "B-y", "I-y"], repeat=4):
        path = write(HEADER + "1" + "".join(f",word,NN,{tag}\n" for tag in tags))
        if IOB2.fullmatch(" ".join(tags) + " "):
            assert read_csv(path)[0].tags == list(tags)
        else:
            with pytest.raises(CorpusError):
                read_csv(path)


# --- CoNLL-style columns


def test_conll_columns_are_read_first_and_last(write):
    path = write(
        "-DOCSTART- -X- -X- O\n\nIn IN I-PP O\nNew\tNNP\tI-NP\tB-LOC\n"
        "York NNP I-NP I-LOC\n\n  \n-DOCSTART- -X- -X- O\nSo O\n-DOCSTART-\nwhat O",
        "corpus.conll",
    )
    assert read_conll(path) == [
        Sentence(["In", "New", "York"], ["O", "B-LOC", "I-LOC"], [], "Sentence: 1"),
        Sentence(["So"], ["O"], [], "Sentence: 2"),
        Sentence(["what"], ["O"], [], "Sentence: 3"),
    ]


@pytest.mark.parametrize(
    ("iob1", "iob2"),
    [
        ("I-x I-x O I-x", "B-x I-x O B-x"),
        ("I-x B-x I-x", "B-x B-x I-x"),  # adjacent entities of one type
        ("I-x I-y B-y", "B-x B-y B-y"),
        ("B-x I-x O", "B-x I-x O"),
    ],
)
def test_iob1_is_converted(write, iob1, iob2):
    path = write("".join(f"word {tag}\n" for tag in iob1.split()) + "\nword I-x\n")
    first, second = read_conll(path, tag_scheme="IOB1")
    assert first.tags == iob2.split()
    assert second.tags == ["B-x"]


@pytest.mark.parametrize("tag_scheme", ["IOB1", "IOB2"])
@pytest.mark.parametrize(
    ("text", "line", "got", "wanted"),
    [
        ("", 1, "no sentence", "at least one"),
        ("-DOCSTART- O\n\n", 1, "no sentence", "at least one"),
        (
            "In O\nRome\n",
            2,
            "the single column 'Rome'",
            "a word and, in the last column, its tag",
        ),
        ("In O\n\nRome LOC\n", 3, "the tag 'LOC'", "O, B-type or I-type"),
    ],
)
def test_wrong_conll_is_refused_with_its_line(
    write, text, line, got, wanted, tag_scheme
):
    path = write(text)
    with pytest.raises(CorpusError) as caught:
        read_conll(path, tag_scheme=tag_scheme)
    said = f"{path}, line {line}: got {got}, wanted {wanted}"
    if "tag" in got:
        said += f" ({tag_scheme}). There is one such tag: tag_scheme='IO' reads such"
    assert str(caught.value).startswith(said)
    assert str(caught.value) == said or "such tag" in said


def test_iob1_tags_are_refused_where_iob2_is_wanted(write):
    path = write("In O\nRome I-LOC\n")
    with pytest.raises(CorpusError, match="line 2: got the tag 'I-LOC' after 'O'"):
        read_conll(path)


def test_another_tag_scheme_is_refused(write):
    for read in (read_csv, read_conll):
        with pytest.raises(
            ValueError, match="got 'IOB', wanted 'IOB2', 'IOB1', 'IO', "
        ):
            read(write("In O\n"), tag_scheme="IOB")
        with pytest.raises(ValueError, match="strays: got 'mend', wanted 'refuse' or"):
            read(write("In O\n"), strays="mend")
        with pytest.raises(ValueError, match="delimiter: got '::', wanted a character"):
            read(write("In O\n"), delimiter="::")


# --- both


@pytest.mark.parametrize(
    ("scheme", "tags", "wanted"),
    [
        ("IO", ["x", "x", "O", "y"], ["B-x", "I-x", "O", "B-y"]),
        ("IOBES", ["B-x", "E-x", "S-x", "O"], ["B-x", "I-x", "B-x", "O"]),
        (None, ["B-x", "L-x", "U-x", "O"], ["B-x", "I-x", "B-x", "O"]),
        ("BI", ["B", "I", "O", "B"], ["B-entity", "I-entity", "O", "B-entity"]),
    ],
)
def test_other_schemes_are_converted_if_they_are_named(write, scheme, tags, wanted):
    rows = write(HEADER + "1" + "".join(f",word,NN,{tag}\n" for tag in tags))
    lines = write("".join(f"word {tag}\n" for tag in tags), "corpus.conll")
    assert read_csv(rows, tag_scheme=scheme)[0].tags == wanted
    assert read_conll(lines, tag_scheme=scheme)[0].tags == wanted


def test_strays_begin_a_mention_if_that_is_wanted(write):
    rows = write(START + ",Rome,NNP,I-geo\n,Po,NNP,I-geo\n")
    assert read_csv(rows, strays="begin")[0].tags == ["O", "B-geo", "I-geo"]
    lines = write("In O\nRome I-LOC\n", "corpus.conll")
    assert read_conll(lines, strays="begin")[0].tags == ["O", "B-LOC"]


@pytest.mark.parametrize("scheme", ["IOBES", "BILOU", None])
def test_a_file_that_is_cut_by_a_fault_is_not_asked_for_ends(write, scheme):
    lines = write("Rome B-LOC\nin\n", "corpus.conll")
    with pytest.raises(CorpusError, match="line 2: got the single column 'in'"):
        read_conll(lines, tag_scheme=scheme)


def test_faults_come_in_the_order_of_lines(write):
    lines = write("In O\nRome LOC\nin\n", "corpus.conll")
    with pytest.raises(CorpusError, match="line 2: got the tag 'LOC'"):
        read_conll(lines)
    with pytest.raises(CorpusError, match="line 3: got the single column 'in'"):
        read_conll(lines, tag_scheme="IO")


def test_what_was_read_is_said(write):
    text = read_text(write("a;b;c\n1;In;O\n;Po;S-x\n;;\n"))
    options = Options(sentence_column="a", word_column="b", tag_column=2)
    assert read_table(text, options) == Reading(
        [Sentence(["In", "Po"], ["O", "B-x"], [], "1")],
        "Kaggle's csv layout",
        ";",
        "IOBES",
        (("tags changed to IOB2", 1), ("empty rows at the end left out", 1)),
        ("one sentence holds everything: no second label parts it",),
    )
    text = read_text(write("# x\nNew Oslo\tB-x\n\nin\tO\n"))
    assert read_columns(text, Options()) == Reading(
        [
            Sentence(["New Oslo"], ["B-x"], [], "Sentence: 1"),
            Sentence(["in"], ["O"], [], "Sentence: 2"),
        ],
        "CoNLL columns",
        "\t",
        "IOB2",
        (("comments left out", 1),),
        ("every word is a sentence of its own",),
    )


@pytest.mark.parametrize("read", [read_csv, read_conll])
@pytest.mark.parametrize("wrong", [{"strays": "x"}, {"delimiter": "xx"}])
def test_a_wrong_argument_is_found_before_the_file_is_read(tmp_path, read, wrong):
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: got"):
        read(tmp_path / "none", **wrong)


def test_what_is_usual_is_not_noted(write):
    two = write("a O\nb O\n\nc O\n")
    assert read_columns(read_text(two), Options()).notes == ()
    one = read_columns(read_text(write("a O\nb O\n")), Options())
    assert one.notes == ("one sentence holds everything: no blank line parts it",)
    one = write("a O\n")
    assert read_columns(read_text(one), Options()).notes == ()
