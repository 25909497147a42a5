"""A relative path counts from where the command was typed, wherever kernels run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from corpus_paths import make_whole

ROOT = Path(__file__).parents[1]
ROWS = "Sentence #,Word,Tag\n1,In,O\n"
READS = """
import os
from lstm_helpers import data
print(os.environ["LSTM_DATA_DIR"])
print(data.read_corpus())
"""
SERVES = """
import os
from jupyter_server.serverapp import ServerApp
ServerApp().load_config_file()
print(os.environ["LSTM_CORPUS"], os.environ["LSTM_DATA_DIR"], sep="\\n")
"""


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Stand in a folder with a corpus, and choose it."""
    folder = tmp_path / "my gmb 课程 $x" / "it's"
    folder.mkdir(parents=True)
    (folder / "ö sample.csv").write_text(ROWS)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("LSTM_CORPUS", "ö sample.csv")
    monkeypatch.setenv("LSTM_DATA_DIR", "../it's")
    return folder


def test_what_is_a_path_becomes_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann/course")
    for corpus, wanted in (
        ("mine.csv", f"{tmp_path}/mine.csv"),
        ("../a b/mine.csv", f"{tmp_path}/../a b/mine.csv"),
        ("~/mine.csv", "/home/ann/course/mine.csv"),
        ("/mine.csv", "/mine.csv"),
        ("~nobody-of-this-name/a.csv", f"{tmp_path}/~nobody-of-this-name/a.csv"),
        *((name, name) for name in ("sample", "gmb", "")),
    ):
        environ = {"LSTM_CORPUS": corpus, "LSTM_DATA_DIR": "data", "OTHER": "data"}
        make_whole(environ)
        assert environ == {
            "LSTM_CORPUS": wanted,
            "LSTM_DATA_DIR": f"{tmp_path}/data",
            "OTHER": "data",
        }
    environ = {}
    make_whole(environ)
    assert environ == {}


@pytest.mark.long
def test_kernels_of_make_run_find_a_relative_path(typed, tmp_path):
    path = tmp_path / "notebooks" / "01_a.ipynb"
    path.parent.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell(READS)]), path)
    tool = [sys.executable, ROOT / "tools" / "notebooks.py", "run", path]
    subprocess.run([*tool, "--build", tmp_path / "build"], check=True)
    [cell] = nbformat.read(tmp_path / "build" / path.name, as_version=4).cells
    folder, corpus = cell.outputs[0].text.splitlines()
    assert folder.endswith("/it's/../it's")
    assert corpus.startswith("ö sample-")


@pytest.mark.long
def test_kernels_of_make_lab_find_a_relative_path(typed):
    """Their environment is the server's."""
    environ = os.environ | {"JUPYTER_CONFIG_PATH": str(ROOT / "tools" / "jupyter")}
    command = [sys.executable, "-c", SERVES]
    said = subprocess.check_output(command, env=environ, text=True)
    assert said.splitlines() == [f"{typed}/ö sample.csv", f"{typed}/../it's"]


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
@pytest.mark.parametrize(
    ("corpus", "fetches"), [("gmb", True), ("gmb mine.csv", False), ("sample", False)]
)
def test_make_fetches_the_real_corpus_alone(corpus, fetches):
    make = ["make", "--dry-run", "--old-file=.venv/ready", "run", f"CORPUS={corpus}"]
    said = subprocess.check_output(make, cwd=ROOT, text=True)
    assert ("lstm_helpers download" in said) == fetches


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
@pytest.mark.parametrize(
    ("typed_options", "exported", "wanted"),
    [
        (["OPTIONS=strays=begin tag_column=3"], None, "strays=begin tag_column=3"),
        ([], "tag_scheme=IO", "tag_scheme=IO"),
        (["OPTIONS=strays=begin"], "tag_scheme=IO", "strays=begin"),
        ([], None, ""),
    ],
)
def test_make_hands_on_options(typed_options, exported, wanted):
    shows = "shown: ; @echo $$LSTM_CORPUS: $$LSTM_CORPUS_OPTIONS"
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LSTM_CORPUS")}
    environ |= {"LSTM_CORPUS_OPTIONS": exported} if exported else {}
    make = ["make", "--eval", shows, "shown", "CORPUS=a.csv", *typed_options]
    said = subprocess.check_output(make, cwd=ROOT, env=environ, text=True)
    assert said.strip() == f"a.csv: {wanted}".strip()
