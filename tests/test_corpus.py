"""The reader's choice of a corpus."""

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from lstm_helpers.data.corpus import Corpus, read_corpus
from lstm_helpers.data.layouts import CorpusError, read_conll, read_csv
from lstm_helpers.files import download

HEADER = "Sentence #,Word,POS,Tag\n"
START = HEADER + "Sentence: 1,In,IN,O\n"


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


@pytest.mark.slow
def test_the_real_corpus_has_the_documented_size(gmb):
    assert count(gmb.sentences) == (47_959, 1_048_575)
    assert gmb.name == "gmb"


@pytest.mark.slow
def test_the_real_corpus_keeps_its_ten_words_none(gmb):
    tags = [
        tag
        for sentence in gmb.sentences
        for word, tag in zip(sentence.words, sentence.tags, strict=True)
        if word == "None"
    ]
    assert tags == ["O"] * 10


ROWS = "Sentence #,Word,POS,Tag\n1,In,IN,O\n"
TABS = ROWS.replace(",", "\t")


def zip_of(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


KINDS = {
    "csv": ROWS.encode(),
    "tsv": TABS.encode(),
    "conll": b"In O\n",
    "csv.gz": gzip.compress(ROWS.encode()),
    "tsv.gz": gzip.compress(TABS.encode()),
    "conll.gz": gzip.compress(b"In O\n"),
    "zip": zip_of(**{"mine.csv": ROWS, "notes.txt": "", "__MACOSX/._mine.csv": "?"}),
}


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
@pytest.mark.parametrize("kind", KINDS)
def test_an_ending_is_understood_in_capitals_or_not(tmp_path, kind, change):
    path = tmp_path / f"my.{change(kind)}"
    path.write_bytes(KINDS[kind])
    corpus = read_corpus(str(path))
    assert as_words(corpus.sentences) == [("In",)]
    assert corpus.name == f"my-{hashlib.sha256(KINDS[kind]).hexdigest()[:8]}"


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("my.CSV", "Kaggle's csv layout because of its ending .csv"),
        ("my.tsv.gz", "Kaggle's csv layout because of its ending .tsv.gz"),
        ("my.txt", "CoNLL columns because of its ending .txt"),
        ("mine", "CoNLL columns because of its name without an ending"),
    ],
)
def test_what_is_wrong_comes_with_the_layout_that_was_tried(tmp_path, name, layout):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"so") if name.endswith("gz") else b"so")
    with pytest.raises(
        CorpusError, match=f"^{path}, line 1: got .* It was read as {layout}$"
    ):
        read_corpus(str(path))


def test_a_path_may_begin_with_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.csv").write_text(ROWS)
    (tmp_path / "mine.conll").write_text("In O\n")
    for read in (
        lambda: read_corpus("~/mine.csv").sentences,
        lambda: read_corpus("~/mine.conll").sentences,
        lambda: read_csv("~/mine.csv"),
        lambda: read_conll(Path("~/mine.conll")),
    ):
        assert as_words(read()) == [("In",)]
    (tmp_path / "ner_dataset.csv").touch()
    monkeypatch.setattr(download, "DATA_FOLDER", tmp_path / "none")
    monkeypatch.setenv("LSTM_DATA_DIR", "~")
    assert download.find_gmb() == tmp_path / "ner_dataset.csv"
    with pytest.raises(FileNotFoundError, match="~nobody-of-this-name"):
        read_csv("~nobody-of-this-name/mine.csv")


def test_a_relative_path_that_leads_nowhere_is_named_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=f"{tmp_path / 'mine.csv'} is no file$"):
        read_corpus("mine.csv")
    (tmp_path / "mine.csv").mkdir()
    with pytest.raises(ValueError, match=f"{tmp_path / 'mine.csv'} is a folder$"):
        read_corpus("mine.csv")
    monkeypatch.setattr(download, "DATA_FOLDER", Path("data"))
    monkeypatch.setenv("LSTM_DATA_DIR", "elsewhere")
    with pytest.raises(FileNotFoundError, match=f"{tmp_path}/data or {tmp_path}/else"):
        read_corpus("gmb")
