"""The reader's choice of a corpus."""

import gzip
import hashlib
import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.arguments import NAMES
from lstm_helpers.data.corpus import Corpus, read_corpus
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.iob2 import count_illegal
from lstm_helpers.data.layouts import read_conll, read_csv
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


# --- whatever people bring


def tagged(sentence):
    """Write a sentence as words with tags."""
    pairs = zip(sentence.words, sentence.tags, strict=True)
    return " ".join(f"{word}/{tag}" for word, tag in pairs)


FILES = {  # what it holds, the arguments, its sentences, what is said of it
    "Windows-1252.csv": (
        HEADER.encode() + "1,Zoë,NNP,B-per\n,fell,VBD,O\n2,no,RB,O\n".encode("cp1252"),
        {},
        ["Zoë/B-per fell/O", "no/O"],
        "; encoding cp1252",
    ),
    "Windows-1252.conll": (
        "Zoë B-per\nfell O\n\nno O\n".encode("cp1252"),
        {},
        ["Zoë/B-per fell/O", "no/O"],
        "; encoding cp1252",
    ),
    "cp1250.conll": (
        "Łódź B-loc\nfell O\n\nno O\n".encode("cp1250"),
        {"encoding": "cp1250"},
        ["Łódź/B-loc fell/O", "no/O"],
        "; encoding cp1250",
    ),
    "marked.csv": (
        "\ufeffSentence #,Word,POS,Tag\r\n1,Çelik,NNP,B-per\r\n,slept,VBD,O\r\n"
        "2,no,RB,O\r\n",
        {},
        ["Çelik/B-per slept/O", "no/O"],
        "",
    ),
    "semicolons.csv": (
        'Sentence #;Word;POS;Tag\n1;"a;b";NN;O\n;c,d;NN;B-x\n2;e;NN;O\n;;;\n;;;\n',
        {},
        ["a;b/O c,d/B-x", "e/O"],
        "; columns parted by ';'; empty rows at the end left out: 2",
    ),
    "words_with_semicolons.csv": (
        HEADER + "1,a;b;c,NN,O\n,;,:,O\n2,d,NN,O\n",
        {},
        ["a;b;c/O ;/O", "d/O"],
        "",
    ),
    "wide.csv": (  # as Kaggle's other file
        ",lemma,next-word,pos,prev-iob,sentence_idx,shape,word,tag\n"
        "0,new,York,NNP,O,1.0,Xx,New,B-geo\n1,york,fell,NNP,B-geo,1.0,Xx,York,I-geo\n"
        "2,fall,.,VBD,I-geo,2.0,x,fell,O\n",
        {},
        ["New/B-geo York/I-geo", "fell/O"],
        "",
    ),
    "other_names.csv": (
        "id,surface,NER,entity\n1,In,-,O\n1,Po,-,B-geo\n2,No,-,O\n",
        {"sentence_column": "ID", "word_column": 1, "tag_column": "entity"},
        ["In/O Po/B-geo", "No/O"],
        "",
    ),
    "tabs.txt": (
        HEADER.replace(",", "\t")
        + "1\tNew Oslo\tNNP\tB-geo\n\tfell\tVBD\tO\n2\ta\tb\tO",
        {},
        ["New Oslo/B-geo fell/O", "a/O"],
        "",
    ),
    "columns.tsv": (
        "New Oslo\tB-LOC\nfell\tO\n\nSo\tO\n",
        {},
        ["New Oslo/B-LOC fell/O", "So/O"],
        "",
    ),
    "columns.csv": ("Po B-LOC\nfell O\n\nSo O\n", {}, ["Po/B-LOC fell/O", "So/O"], ""),
    "both.conll": (
        "New Oslo\tB-LOC\nfell O\n\nSo\tO\n",
        {"delimiter": "blank", "tag_column": -1, "word_column": 0},
        ["New/B-LOC fell/O", "So/O"],
        "",
    ),
    "bars.txt": (
        "New Oslo|NNP|B-LOC\nfell|VBD|O\n\nSo|RB|O\n",
        {"delimiter": "|"},
        ["New Oslo/B-LOC fell/O", "So/O"],
        "; columns parted by '|'",
    ),
    "index.conllu": (
        "# id = 1\n# text = Dat is\n0\tDat\tO\n1\tis\tO\n\n# id = 2\n0\tPo\tB-LOC\n",
        {},
        ["Dat/O is/O", "Po/B-LOC"],
        "; comments left out: 3; the first column counts; words are in column 1, "
        "counted from 0",
    ),
    "nested.tsv": (
        "#\tnews 7\t[2020]\n1\tPo\tB-LOC\tO\n2\tfell\tO\tO\n\n1\tUni\tB-ORG\tO\n"
        "2\tPo\tI-ORG\tB-LOC\n",
        {"tag_column": "2"},
        ["Po/B-LOC fell/O", "Uni/B-ORG Po/I-ORG"],
        "; comments left out: 1; the first column counts; words are in column 1, "
        "counted from 0",
    ),
    "tweets.conll": (
        "#Oslo B-loc\nrocks O\n# O\n\n#fail O\n@ann B-per\n\n# O\nNo B-loc\n",
        {},
        ["#Oslo/B-loc rocks/O #/O", "#fail/O @ann/B-per", "#/O No/B-loc"],
        "",
    ),
    "numbers.conll": (
        "3 O\n1 O\n4 B-n\n\n1 O\n5 O\n",
        {},
        ["3/O 1/O 4/B-n", "1/O 5/O"],
        "",
    ),
    "counting.conll": (
        "1 O\n2 B-n\n\n1 O\n",
        {"word_column": 0},
        ["1/O 2/B-n", "1/O"],
        "",
    ),
    "iob1.conll": (
        "Po I-PER\nBerg I-PER\nin O\nOslo I-LOC\nBonn B-LOC\n\nUN I-ORG\nRome I-LOC\n",
        {},
        ["Po/B-PER Berg/I-PER in/O Oslo/B-LOC Bonn/B-LOC", "UN/B-ORG Rome/B-LOC"],
        "; tags in IOB1; tags changed to IOB2: 4",
    ),
    "valid_by_chance.conll": (  # IOB1 that is IOB2 as well is the same in both
        "Po B-PER\nBerg I-PER\n\nin O\nso O\n",
        {"tag_scheme": "iob1"},
        ["Po/B-PER Berg/I-PER", "in/O so/O"],
        "; tags in IOB1",
    ),
    "strays.conll": (
        "Po I-PER\nin O\nOslo B-LOC\nBonn I-ORG\n\nUN B-ORG\nno O\n",
        {"strays": "begin"},
        ["Po/B-PER in/O Oslo/B-LOC Bonn/B-ORG", "UN/B-ORG no/O"],
        "; strays read as beginnings of mentions: 2",
    ),
    "io.conll": (
        "Po PER\nBerg PER\nin O\nOslo LOC\n\nUN ORG\nno O\n",
        {"tag_scheme": "IO"},
        ["Po/B-PER Berg/I-PER in/O Oslo/B-LOC", "UN/B-ORG no/O"],
        "; tags in IO; tags changed to IOB2: 4",
    ),
    "types.csv": (
        "Sentence #,Word,Tag\n1,red,O\n,rice,plant\n,has,O\n,leaf,disease\n"
        ",rust,disease\n2,so,O\n,has,O\n,wild,plant\n,rye,plant\n",
        {},
        [
            "red/O rice/B-plant has/O leaf/B-disease rust/I-disease",
            "so/O has/O wild/B-plant rye/I-plant",
        ],
        "; tags in IO; tags changed to IOB2: 5",
    ),
    "bioes.conll": (  # without S
        "Po B-PER\nBerg E-PER\nin O\n\nUN B-ORG\nof I-ORG\nall E-ORG\n",
        {},
        ["Po/B-PER Berg/I-PER in/O", "UN/B-ORG of/I-ORG all/I-ORG"],
        "; tags in IOBES; tags changed to IOB2: 2",
    ),
    "bilou.conll": (
        "Po B-PER\nBerg L-PER\nin O\n\nUN U-ORG\nno O\n",
        {},
        ["Po/B-PER Berg/I-PER in/O", "UN/B-ORG no/O"],
        "; tags in BILOU; tags changed to IOB2: 2",
    ),
    "bare.conll": (
        "Po B\nBerg I\nin O\n\nUN B\nno O\n",
        {},
        ["Po/B-entity Berg/I-entity in/O", "UN/B-entity no/O"],
        "; tags in BI; tags changed to IOB2: 3",
    ),
    "one.tsv": (
        "Po\tB-PER\nfell\tO\n",
        {},
        ["Po/B-PER fell/O"],
        "; one sentence holds everything",
    ),
    "named.conll": (
        "ID Token NER misc\n1 Po B-PER O\n2 fell O O\n\n1 So O O\n",
        {},
        ["Po/B-PER fell/O", "So/O"],
        "; lines with the columns' names left out: 1; the first column counts",
    ),
}


@pytest.fixture(params=FILES)
def a_file(request, tmp_path):
    """Write one of the files; give its path and what is said of it above."""
    content, *wanted = FILES[request.param]
    path = tmp_path / request.param
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path, *wanted


def test_a_file_is_read_as_it_is_meant_and_one_says_how(a_file):
    path, arguments, sentences, said = a_file
    corpus = read_corpus(str(path), **arguments)
    assert [*map(tagged, corpus.sentences)] == sentences
    n_words = sum(len(re.findall("/(O|[BI]-)", each)) for each in sentences)
    plain = (
        f"{corpus.name} corpus ({path.name}): "
        f"{len(sentences)} sentences, {n_words} words"
    )
    assert str(corpus).startswith(plain + said)
    assert said or str(corpus) == plain
    assert count_illegal(sentence.tags for sentence in corpus.sentences) == 0


def test_arguments_may_stand_in_the_environment(a_file, monkeypatch):
    path, arguments, sentences, _ = a_file
    monkeypatch.setenv("LSTM_CORPUS", str(path))
    given = " ".join(f"{name}={str(value)!r}" for name, value in arguments.items())
    monkeypatch.setenv("LSTM_CORPUS_OPTIONS", given)
    assert [*map(tagged, read_corpus().sentences)] == sentences


def test_what_is_wrong_in_arguments_is_said_before_the_file_is_read(write):
    path = write("a\0b", "mine.conll")
    with pytest.raises(CorpusError, match="a NUL character"):
        read_corpus(str(path))
    with pytest.raises(ValueError, match=r"^tag_scheme: got 'none'"):
        read_corpus(str(path), tag_scheme="none")


def test_an_argument_wins_over_the_one_in_the_environment(write, monkeypatch):
    path = write("Po PER\nin O\n", "mine.conll")
    monkeypatch.setenv("LSTM_CORPUS", str(path))
    monkeypatch.setenv("LSTM_CORPUS_OPTIONS", "tag_scheme=IOB1 strays=begin")
    with pytest.raises(CorpusError, match="the tag 'PER'"):
        read_corpus()
    assert read_corpus(tag_scheme="IO").tag_scheme == "IO"


def test_the_environments_arguments_are_for_its_own_corpus(write, monkeypatch, sample):
    path = write("Po PER\nin O\n", "mine.conll")
    monkeypatch.setenv("LSTM_CORPUS", str(path))
    monkeypatch.setenv("LSTM_CORPUS_OPTIONS", "tag_scheme=IO")
    with pytest.raises(CorpusError, match="the tag 'PER'"):
        read_corpus(str(path))
    assert read_corpus("sample") == sample
    monkeypatch.setenv("LSTM_CORPUS", "sample")
    assert read_corpus() == sample
    monkeypatch.setenv("LSTM_CORPUS", str(path))
    monkeypatch.setenv("LSTM_CORPUS_OPTIONS", "scheme=IO")
    with pytest.raises(ValueError, match="LSTM_CORPUS_OPTIONS: got 'scheme=IO'"):
        read_corpus()


def test_the_bundled_corpus_takes_no_arguments():
    with pytest.raises(ValueError, match="sample: got strays, wanted them for a file"):
        read_corpus("sample", strays="begin")


def test_another_reading_of_a_file_has_another_name(write):
    path = str(write("Po I-PER\nin O\n", "mine.conll"))
    names = {
        read_corpus(path, tag_scheme="IOB1").name,
        read_corpus(path, strays="begin").name,
        read_corpus(path, strays="begin", tag_column=1).name,
    }
    assert len(names) == 3
    assert read_corpus(path, strays="begin").name in names
    assert read_corpus(path, tag_column="1", strays="begin").name in names


@pytest.mark.parametrize("name", ["sample", "gmb"])
def test_of_the_known_corpora_nothing_is_unusual(name):
    known = Corpus(name, Path("a.csv"), [], encoding="cp1252")
    assert str(known) == f"{name} corpus (a.csv): 0 sentences, 0 words"
    other = Corpus("a-1", Path("a.csv"), [], encoding="cp1252")
    assert str(other).endswith("0 words; encoding cp1252")
    plain = Corpus("a-1", Path("a.csv"), [])
    assert plain[3:] == ("Kaggle's csv layout", "utf-8", ",", "IOB2", (), ())


def test_a_corpus_says_how_it_was_read(write, sample):
    corpus = read_corpus(str(write("Zoë I-PER\nin O\n", "a.b")), tag_scheme="IOB1")
    assert corpus[3:] == (
        "CoNLL columns",
        "cp1252",
        " ",
        "IOB1",
        (("tags changed to IOB2", 1),),
        ("one sentence holds everything: no blank line parts it",),
    )
    assert sample[3:] == ("Kaggle's csv layout", "cp1252", ",", "IOB2", (), ())


@pytest.mark.parametrize(
    ("name", "content", "line", "said"),
    [
        (
            "strays.conll",
            "a B-x\n" + "b O\nc I-x\n" * 7,
            3,
            "got the tag 'I-x' after 'O', wanted B-x or I-x before it (IOB2). There "
            "are 7 such tags, in lines 3, 5, 7, 9, 11 and others: strays='begin' lets "
            "each begin a mention, as conlleval does. Or set "
            "LSTM_CORPUS_OPTIONS=\"strays='begin'\". It was read as CoNLL columns "
            "because of the tags at the ends of its lines",
        ),
        (
            "iob1.conll",
            "a I-x\nb O\n",
            1,
            "as conlleval does; tag_scheme='IOB1' reads a corpus in IOB1. Or",
        ),
        ("io.conll", "a x\nb O\n", 1, "LSTM_CORPUS_OPTIONS=\"tag_scheme='IO'\""),
        ("zero.conll", "a B-x\nb 0\n", 2, "got the tag '0', wanted O, B-type or"),
        ("zero.conll", "a B-x\nb 0\n", 2, "letter O is wanted. It was"),
        (
            "no_tags.csv",
            "Sentence #,Word,POS\n1,a,NN\n",
            1,
            "LSTM_CORPUS_OPTIONS=\"tag_column='...'\"",
        ),
        ("no_tags.csv", "Sentence #,Word,POS\n1,a,NN\n", 1, "wanted the column 'Tag'"),
        ("one_column.conll", "a\nb\n", 1, "got the single column 'a', wanted a word"),
        ("comma.conll", "a,x\nb,y\n", 1, "LSTM_CORPUS_OPTIONS=\"delimiter=','\""),
        (
            "two.csv",
            "Sentence #,Word,NER,Tag\n1,a,B-x,O\n",
            1,
            'tag_column=2 or tag_column=3. Or set LSTM_CORPUS_OPTIONS="tag_column=2"',
        ),
        ("two.csv", "Sentence #,Token,Word,Tag\n1,a,a,O\n", 1, "word_column=1 or"),
        ("labels.tsv", "1\ta\tB-x\n1\tb\tO\n", 1, "word_column=1 (here 'a'), or"),
        ("no_names.csv", "1,a,B-x\n,b,O\n", 1, "tag_column as numbers, from 0 on"),
        (
            "lfs.conll",
            "version https://git-lfs.github.com/spec/v1\n",
            1,
            "git lfs pull",
        ),
        ("page.conll", "<!DOCTYPE html>\n<html lang=en>\n", 1, "as a web page does"),
        ("a.json", '{"tokens": ["a"], "tags": ["O"]}\n', 1, "It begins as JSON does"),
        ("a.xlsx", "PK\x03\x04\0", 1, "as a zip or a spreadsheet does: name it .zip"),
        ("a.parquet", "PAR1\x81\x8d", 1, "It begins as a Parquet table does"),
        (
            "two.conll",
            "a O B-x\nb B-y O\n",
            1,
            "tag_column=1 (here 'O') or tag_column=2 (here 'B-x'). Or set "
            'LSTM_CORPUS_OPTIONS="tag_column=1"',
        ),
        ("index.conll", "1 O\n2 O\n", 2, 'LSTM_CORPUS_OPTIONS="word_column=0"'),
        ("mixed.conll", "a b\tO\nc O\n", 2, "LSTM_CORPUS_OPTIONS=\"delimiter='tab'\""),
        ("no_word.tsv", "a b\tO\n\tO\n", 2, "got the word '' with the tag 'O'"),
        ("no_tag.tsv", "a b\tO\nc\t\n", 2, "got the single column 'c'"),
        ("no_tag.csv", START + ",a,NN,\n", 3, "got the tag ''"),
        ("no_word.csv", START + ",,NN,O\n", 3, "got the word ''"),
        ("byte.conll", "a O\n O\n", 2, "LSTM_CORPUS_OPTIONS=\"encoding='...'\""),
    ],
)
def test_a_message_names_the_line_and_the_argument(tmp_path, name, content, line, said):
    path = tmp_path / name
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(CorpusError) as caught:
        read_corpus(str(path))
    assert str(caught.value).startswith(f"{path}, line {line}: got ")
    assert said in str(caught.value)


TABBED = "Sentence #\tWord\tTag\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.conll", 'a,B-x\n",",O\n\nc,O\n', [["a", ","], ["c"]]),
        ("a.conll", "a|B-x\n,|O\n", [["a", ","]]),
        ("a.csv", 'a;B-x\n";";O\n";O\n"""";O\n\nc;O', [["a", ";", '"', '"'], ["c"]]),
        ("a.csv", "Word,Tag\nNew York,B-x\na,O\n\nc,O\n", [["New York", "a"], ["c"]]),
        ("a.conll", "a B-x\nb O\n\n\ufeffc O\n\ufeffd O\n", [["a", "b"], ["c", "d"]]),
        ("a.conll", "\ufeffa O\n\ufeff\nb\ufeff O\n", [["a"], ["b\ufeff"]]),
        (
            "a.tsv",
            f'{TABBED}1\t"\tO\n\ta\tO\n\t"\tO\n2\t"b\tO\n',
            [['"', "a", '"'], ['"b']],
        ),
        ("a.tsv", f'{TABBED}1\t""""\tO\n\t"a b"\tO\n', [['"', "a b"]]),
    ],
)
def test_layouts_that_people_bring(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert [s.words for s in read_corpus(str(path)).sentences] == words


def test_marks_of_joined_files_are_counted(tmp_path):
    path = tmp_path / "joined.conll"
    path.write_bytes("a O\n\n".encode("utf-8-sig") * 3)
    corpus = read_corpus(str(path))
    assert corpus.changed == (("byte order marks within the file left out", 2),)
    assert [s.words for s in corpus.sentences] == [["a"]] * 3


def test_without_names_all_columns_go_by_numbers(tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("1,a,NN,B-x\n,b,NN,O\n2,c,NN,O\n")
    numbers = {"sentence_column": 0, "word_column": 1, "tag_column": -1}
    first, second = read_corpus(str(path), **numbers).sentences
    assert (first.words, second.words) == (["a", "b"], ["c"])
    path.write_text("S,W,T\n1,a,B-x\n,b,O\n")
    [named] = read_corpus(str(path), **numbers).sentences
    assert named.words == ["a", "b"]


@pytest.mark.parametrize(("delimiter", "ends"), [(",", "\n"), (";", "\r\n")])
def test_quotes_that_swallow_rows_are_named(tmp_path, delimiter, ends):
    rows = ["Sentence #,Word,POS,Tag", "1,a,N,O", ',",N,O', ",b,N,B-x", ',",N,O']
    path = tmp_path / "quotes.csv"
    text = ends.join([*rows, "2,c,N,O", ""]).replace(",", delimiter)
    path.write_bytes(text.encode())
    with pytest.raises(CorpusError, match="line 3: got a quote that closes in line 5"):
        read_corpus(str(path))
    path.write_bytes(text.replace('"', '""""').encode())
    assert read_corpus(str(path)).sentences[0].words == ["a", '"', "b", '"']


def test_a_quoted_word_of_several_lines_is_one(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text('Sentence #,Word,Tag\n1,"a\nb, c",O\n,"d\n",O\n')
    assert read_corpus(str(path)).sentences[0].words == ["a\nb, c", "d\n"]


def test_no_path_is_not_the_bundled_corpus(monkeypatch):
    with pytest.raises(ValueError, match=r"^LSTM_CORPUS: got '', wanted 'sample'"):
        read_corpus("")
    monkeypatch.setenv("LSTM_CORPUS", "")
    assert read_corpus().name == "sample"


CHARACTERS = '#\t\n\r;," O123-\0é'
PIECES = ["B-x", "I-x", "E-x", "S-x", "per", "Tag", "Sentence #", "Word", "-DOCSTART-"]
PIECES += ["\n\n", "1-2", "\t\t", "O\n", "\tO\n", " B-x\n", *CHARACTERS]
VALUES = ["0", "1", "-1", "9", "Word", "x", ",", ";", "tab", "blank", "IO", "IOB1"]
VALUES += ["IOBES", "BI", "begin", "refuse", "utf-8", "utf-16", "cp1252", "none", ""]


@given(
    content=st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
    | st.text(max_size=40),
    encoding=st.sampled_from(["utf-8", "latin-1", "utf-16"]),
    name=st.sampled_from(["a.csv", "a.tsv", "a.conll", "a"]),
    arguments=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES)),
)
def test_anything_is_read_or_refused(
    tmp_path_factory, content, encoding, name, arguments
):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(content.encode(encoding, "replace"))
    try:
        corpus = read_corpus(str(path), **arguments)
    except ValueError as error:
        wanted = str(path) if isinstance(error, CorpusError) else NAMES
        if not str(error).startswith(wanted):
            raise
    else:
        assert all(len(s.words) == len(s.tags) > 0 for s in corpus.sentences)
        assert count_illegal(sentence.tags for sentence in corpus.sentences) == 0


@pytest.mark.parametrize("name", ["sample", "gmb"])
def test_a_finding_is_held_on_the_corpora_that_it_was_made_on(name, capsys):
    known = Corpus(name, Path("a.csv"), [])
    known.confirm(torch.tensor(True), "0.85")
    with pytest.raises(AssertionError, match=r"^0\.27$"):
        known.confirm(np.bool_(False), "0.27")
    assert capsys.readouterr().out == ""


def test_what_is_otherwise_on_another_corpus_is_said(capsys):
    mine = Corpus("sample-1234abcd", Path("sample.csv"), [])
    mine.confirm(1 > 0, "1")
    mine.confirm(0 > 0, "0 of 12")
    assert capsys.readouterr().out == "Here it is otherwise: 0 of 12\n"
    real = Corpus("gmb", Path("a.csv"), [])
    real.confirm(0 > 0, "0 of 12", of=["sample"])
    assert capsys.readouterr().out == "Here it is otherwise: 0 of 12\n"
    mine.confirm(0 > 0, "none", of=["sample-1234abcd"][:0])
    assert capsys.readouterr().out == "Here it is otherwise: none\n"
