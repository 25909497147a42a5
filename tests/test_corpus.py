import csv
import hashlib
import re
import zipfile
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from lstm_helpers.data.corpus import (
    Corpus,
    CorpusError,
    Sentence,
    benchmark_split,
    read_conll,
    read_corpus,
    read_csv,
    seed_split,
)
from lstm_helpers.files import download

HEADER = "Sentence #,Word,POS,Tag\n"
START = HEADER + "Sentence: 1,In,IN,O\n"
TYPE_OR_O = "O, B-type or I-type (IOB2)"
B_OR_I_GEO = "B-geo or I-geo before it (IOB2)"
IOB2 = re.compile(r"(O |B-(\w+) (I-\2 )*)*")  # the whole scheme, each tag and a space


@pytest.fixture
def write(tmp_path):
    def write_corpus(content, name="corpus.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode("cp1252"))
        return path

    return write_corpus


@pytest.fixture
def gmb_folder(tmp_path, monkeypatch):
    """Stand in for the folders where the real corpus may lie."""
    monkeypatch.setattr(download, "DATA_FOLDER", tmp_path)
    monkeypatch.delenv("LSTM_DATA_DIR", raising=False)
    return tmp_path


def count(sentences):
    return len(sentences), sum(len(sentence.words) for sentence in sentences)


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
        (START + ',"Rome,NNP,B-geo\n', 3, "unexpected end of data", "a csv"),
    ],
)
def test_a_wrong_csv_is_refused_with_its_line(write, text, line, got, wanted):
    path = write(text)
    with pytest.raises(CorpusError) as caught:
        read_csv(path)
    assert str(caught.value) == f"{path}, line {line}: got {got}, wanted {wanted}"


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
        ("In O\n\nRome LOC\n", 3, "the tag 'LOC'", TYPE_OR_O),
    ],
)
def test_wrong_conll_is_refused_with_its_line(
    write, text, line, got, wanted, tag_scheme
):
    path = write(text)
    with pytest.raises(CorpusError) as caught:
        read_conll(path, tag_scheme=tag_scheme)
    assert str(caught.value) == f"{path}, line {line}: got {got}, wanted {wanted}"


def test_iob1_tags_are_refused_where_iob2_is_wanted(write):
    path = write("In O\nRome I-LOC\n")
    with pytest.raises(CorpusError, match="line 2: got the tag 'I-LOC' after 'O'"):
        read_conll(path)


def test_another_tag_scheme_is_refused(write):
    with pytest.raises(ValueError, match="got 'BILOU', wanted 'IOB2' or 'IOB1'"):
        read_conll(write("In O\n"), tag_scheme="BILOU")


# --- The reader's choice


def test_the_bundled_corpus_is_the_default(monkeypatch, sample):
    monkeypatch.delenv("LSTM_CORPUS", raising=False)
    assert read_corpus() == sample
    assert sample.name == "sample"
    n_sentences, n_words = count(sample.sentences)
    assert str(sample) == (
        f"sample corpus (sample.csv): {n_sentences:,} sentences, {n_words:,} words"
    )


def test_an_argument_wins_over_the_environment(monkeypatch, write):
    monkeypatch.setenv("LSTM_CORPUS", str(write(START)))
    assert as_words(read_corpus().sentences) == [("In",)]
    assert read_corpus("sample").name == "sample"


@pytest.mark.parametrize(
    ("name", "text"),
    [("mine.csv", START), ("mine.conll", "In O\n"), ("mine.txt", "In\tIN\tO\n")],
)
def test_a_path_is_read_by_its_ending_and_named_by_its_checksum(write, name, text):
    path = write(text, name)
    corpus = read_corpus(str(path))
    assert isinstance(corpus, Corpus)
    assert as_words(corpus.sentences) == [("In",)]
    assert corpus.name == f"mine-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def test_an_unknown_choice_is_answered_with_the_choices(tmp_path):
    with pytest.raises(ValueError, match="got 'smaple'") as caught:
        read_corpus("smaple")
    for choice in ("'sample'", "'gmb'", "path of a file", ".csv", ".zip", "CoNLL"):
        assert choice in str(caught.value)
    with pytest.raises(ValueError, match="LSTM_CORPUS: got"):
        read_corpus(str(tmp_path))


def test_a_missing_real_corpus_is_asked_for(gmb_folder):
    with pytest.raises(FileNotFoundError, match=r"python -m lstm_helpers download"):
        read_corpus("gmb")


def test_another_file_is_not_taken_for_the_real_corpus(gmb_folder, write):
    path = write(START, "ner_dataset.csv")
    with pytest.raises(ValueError, match=f"^{path}: got sha256 .*, wanted 83257dd94e"):
        read_corpus("gmb")


# --- The splits


@pytest.mark.parametrize("random_state", [0, 1])
def test_the_seeds_split_is_the_posts(sample, random_state):
    labels = [sentence.label for sentence in sample.sentences]
    grouped = [label for label, _ in pd.Series(labels).groupby(labels)]
    wanted = train_test_split(grouped, test_size=0.33, random_state=random_state)
    for part, part_wanted in zip(
        seed_split(sample.sentences, random_state), wanted, strict=True
    ):
        assert [sentence.label for sentence in part] == part_wanted


@pytest.mark.parametrize("n", [0, 1, 2])
def test_two_sentences_are_too_few_for_three_parts(sample, n):
    with pytest.raises(ValueError, match=f"got {n} sentences, wanted one at least"):
        benchmark_split(sample.sentences[:n])
    assert all(benchmark_split(sample.sentences[:3]))


def test_the_benchmarks_parts_share_no_sentence(sample):
    train, validation, test = map(set, map(as_words, benchmark_split(sample.sentences)))
    assert train.isdisjoint(validation)
    assert train.isdisjoint(test)
    assert validation.isdisjoint(test)


def test_the_benchmarks_test_part_is_the_seeds_without_what_train_has(sample):
    seed_train, seed_test = seed_split(sample.sentences)
    known = as_words(seed_train)
    wanted = [s for s in seed_test if tuple(s.words) not in known]
    assert benchmark_split(sample.sentences).test == wanted
    assert len(wanted) < len(seed_test)


def test_the_benchmarks_train_and_validation_parts_come_from_the_seeds_train_part(
    sample,
):
    seed_train, _ = seed_split(sample.sentences)
    train, validation, _ = benchmark_split(sample.sentences)
    left_out = [s for s in seed_train if s not in train + validation]
    assert len(train) == int(0.9 * len(seed_train))
    assert set(as_words(left_out)) <= set(as_words(train))


# --- The real corpus


@pytest.mark.slow
def test_the_real_corpus_has_the_documented_size(gmb):
    assert count(gmb.sentences) == (47_959, 1_048_575)
    assert gmb.name == "gmb"


@pytest.mark.slow
def test_the_real_corpus_splits_as_documented(gmb):
    assert [count(part) for part in seed_split(gmb.sentences)] == [
        (32_132, 703_215),
        (15_827, 345_360),
    ]
    train, validation, test = benchmark_split(gmb.sentences)
    assert (len(train), len(validation)) == (28_918, 3_190)
    assert count(test) == (15_661, 342_936)


@pytest.mark.slow
def test_the_real_corpus_keeps_its_ten_words_none(gmb):
    tags = [
        tag
        for sentence in gmb.sentences
        for word, tag in zip(sentence.words, sentence.tags, strict=True)
        if word == "None"
    ]
    assert tags == ["O"] * 10
