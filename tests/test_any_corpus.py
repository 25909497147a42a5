"""All notebooks run to their end, whatever corpus somebody brings."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from corpora import KINDS, make_corpus, write_columns

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.data.description import describe
from lstm_helpers.files.bundled import MODELS_FOLDER

ROOT = Path(__file__).parents[1]
BAR = re.compile(r"\d+%\|.*(cell/s|s/cell)\]\s*$")
TOOL = ROOT / "tools" / "notebooks.py"


@pytest.fixture
def leave_no_models():
    """Remove the taggers that notebook 4 leaves for a corpus."""
    names = []
    yield names.append
    for name in names:
        shutil.rmtree(MODELS_FOLDER / name, ignore_errors=True)


def run_notebooks(corpus, build, *notebooks):
    """Run notebooks on a file; the status, and stderr's lines without the bar."""
    command = [sys.executable, TOOL, "run", *notebooks, "--build", build]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LSTM_CORPUS": str(corpus)}
    # by which kernels would write to this stderr what they otherwise keep to themselves
    environment.pop("PYTEST_CURRENT_TEST", None)
    done = subprocess.run(
        [*map(str, command)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stderr.splitlines()
    said = [line for line in lines if line.strip() and not BAR.search(line)]
    return done.returncode, said


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_what_its_name_says(name, tmp_path):
    corpus = read_corpus(str(make_corpus(tmp_path, name)))
    found = describe(corpus)
    assert found.n_sentences == KINDS[name].n
    assert found.n_illegal == 0
    tags = {tag for sentence in corpus.sentences for tag in sentence.tags}
    widths = {len(word) for sentence in corpus.sentences for word in sentence.words}
    assert {
        "one_type": len(found.mentions) == 1,
        "twelve_sentences": len(corpus.sentences) == 12,
        "one_word_mentions": {tag[0] for tag in tags} == {"B", "O"},
        "mostly_mentions": found.share_outside < 0.5 and corpus.tag_scheme == "IOB1",
        "tweets": {"!!!", "???", "w/"} == {*found.whole_words.cut},
        "bioes": corpus.tag_scheme == "IOBES",
        "chinese_characters": widths == {1},
        "right_to_left": corpus.encoding == "utf-8-sig",
        "with_repeats": found.n_copies >= 20,
    }[name]


UNLIKE = ["twelve_sentences", "chinese_characters"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in UNLIKE else pytest.mark.corpora)
        for name in KINDS
    ],
)
def test_all_notebooks_run_on(name, tmp_path, leave_no_models):
    path = make_corpus(tmp_path, name)
    leave_no_models(read_corpus(str(path)).name)
    status, said = run_notebooks(path, tmp_path / "build")
    assert (status, said) == (0, [])


@pytest.mark.slow
def test_notebook_2_reads_a_million_words_of_one_type(tmp_path):
    some = [(list("abcde"), ["O", "B-X", "I-X", "O", "O"])]
    sentences = [
        ([f"{word}{number % (997 + k)}" for k, word in enumerate(words)], tags)
        for number in range(200_000)
        for words, tags in some
    ]
    path = tmp_path / "million.conll"
    path.write_text(write_columns(sentences), "utf-8")
    notebook = ROOT / "notebooks" / "02_data.ipynb"
    status, said = run_notebooks(path, tmp_path / "build", notebook)
    assert (status, said) == (0, [])
    copy = nbformat.read(tmp_path / "build" / notebook.name, as_version=4)
    texts = [o.text for c in copy.cells for o in c.get("outputs", []) if "text" in o]
    assert any("200,000 sentences, 1,000,000 words" in text for text in texts)
