"""An executed copy is left alone until something that it depends on changes."""

import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from executed import RECORD, NotebookError, Record, inputs_of, read_notebook

ROOT = Path(__file__).parents[1]
FILES = [  # one of each kind that is looked at
    "lstm_helpers/figures/showing.py",
    "lstm_helpers/style.mplstyle",
    "data/sample.csv",
    "data/benchmark.json",
    "data/sample_tagger/state.json",
    "tools/notebooks.py",
    "tools/matplotlibrc",
    "requirements.lock",
    "constraints.txt",
]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small project, with one notebook."""
    monkeypatch.delenv("LSTM_CORPUS", raising=False)
    monkeypatch.delenv("LSTM_CORPUS_OPTIONS", raising=False)
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    cells = [new_code_cell("1 + 1", id="one")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "01_a.ipynb")
    return tmp_path


@pytest.fixture
def build(root):
    """A folder with an executed copy of the notebook, and its record."""
    folder = root / "build"
    folder.mkdir()
    shutil.copy(root / "01_a.ipynb", folder)
    Record(folder).add(root / "01_a.ipynb", inputs_of(root / "01_a.ipynb", root=root))
    return folder


def is_up_to_date(root):
    path = root / "01_a.ipynb"
    return Record(root / "build").holds(path, inputs_of(path, root=root))


@pytest.mark.usefixtures("build")
def test_a_copy_is_up_to_date_until_something_changes(root):
    assert is_up_to_date(root)


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_changes_is_noticed(root, name):
    with (root / name).open("a") as file:
        file.write("\n")
    assert not is_up_to_date(root)


@pytest.mark.usefixtures("build")
def test_a_file_that_comes_goes_or_moves_is_noticed(root):
    file = root / "lstm_helpers" / "figures" / "showing.py"
    file.rename(file.with_name("shown.py"))
    assert not is_up_to_date(root)
    file.with_name("shown.py").rename(file)
    assert is_up_to_date(root)
    (root / "lstm_helpers" / "new.py").touch()
    assert not is_up_to_date(root)


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("what", ["source", "cell_type", "metadata"])
def test_a_cell_that_changes_is_noticed(root, what):
    path = root / "01_a.ipynb"
    notebook = nbformat.read(path, as_version=4)
    values = {"source": "2", "cell_type": "raw", "metadata": {"tags": ["timed"]}}
    notebook.cells[0].update({what: values[what]})
    if what == "cell_type":
        del notebook.cells[0]["outputs"], notebook.cells[0]["execution_count"]
    nbformat.write(notebook, path)
    assert not is_up_to_date(root)


@pytest.mark.usefixtures("build")
def test_stored_outputs_and_what_has_no_effect_do_not_count(root):
    path = root / "01_a.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].outputs = [new_output("stream", text="2")]
    notebook.cells[0].execution_count = 1
    nbformat.write(notebook, path)
    (root / "README.md").touch()
    (root / "data" / "ner_dataset.csv").touch()
    (root / "lstm_helpers" / "__pycache__").mkdir()
    (root / "lstm_helpers" / "__pycache__" / "style.cpython-311.pyc").touch()
    assert is_up_to_date(root)


@pytest.mark.usefixtures("build")
def test_another_corpus_is_noticed_by_name_and_by_content(root, monkeypatch):
    corpus = root / "mine.csv"
    corpus.write_text("one")
    for choice in ("gmb", str(corpus)):
        monkeypatch.setenv("LSTM_CORPUS", choice)
        assert not is_up_to_date(root)
    path = root / "01_a.ipynb"
    Record(root / "build").add(path, inputs_of(path, root=root))
    assert is_up_to_date(root)
    monkeypatch.setenv("LSTM_CORPUS_OPTIONS", "strays=begin")
    assert not is_up_to_date(root)
    monkeypatch.delenv("LSTM_CORPUS_OPTIONS")
    corpus.write_text("two")
    assert not is_up_to_date(root)


def test_a_copy_that_is_gone_or_was_written_into_is_noticed(root, build):
    copy = build / "01_a.ipynb"
    content = copy.read_text("utf-8")
    copy.write_text(content + " ", "utf-8")
    assert not is_up_to_date(root)
    copy.write_text(content, "utf-8")
    assert is_up_to_date(root)
    copy.unlink()
    assert not is_up_to_date(root)


DEEP = "[" * 100_000
NUMBERS = '[[1, 2], ["01_a.ipynb", 3]]'
RECORDS = ["", "[1, 2]", "null", '{"01_a.ipynb": 3}', NUMBERS, DEEP, "\ud800"]


@pytest.mark.parametrize("content", [None, *RECORDS])
def test_without_a_record_nothing_is_up_to_date(root, build, content):
    record = build / RECORD
    record.unlink() if content is None else record.write_bytes(
        content.encode("utf-8", "surrogatepass")
    )
    assert not is_up_to_date(root)


def test_what_is_no_file_is_no_record(root, build):
    (build / RECORD).unlink()
    os.mkfifo(build / RECORD)
    assert not is_up_to_date(root)
    path = root / "01_a.ipynb"
    with pytest.raises(OSError, match=r"got a pipe, .*executed\.json"):
        Record(build).add(path, inputs_of(path, root=root))
    assert (build / RECORD).is_fifo(), "nobody's pipe is replaced"


def test_a_record_by_another_hand_deletes_nothing_but_copies(root, build):
    outside = root / "02_mine.ipynb"
    outside.write_text("mine")
    (build / "folder.ipynb").mkdir()
    (build / "page.html").touch()
    names = ["../02_mine.ipynb", str(outside), "", ".", "..", "page.html", RECORD]
    names += ["folder.ipynb", "x\0.ipynb", "x" * 1000 + ".ipynb", "\ud800.ipynb"]
    (build / RECORD).write_text(json.dumps({name: {} for name in names}))
    before = {*root.rglob("*")}
    Record(build).keep_only({"01_a.ipynb"})
    assert {*root.rglob("*")} == before
    assert json.loads((build / RECORD).read_text()) == {}


@pytest.mark.parametrize("name", ["\udcff.ipynb", "a\nb.ipynb", "a\x1b[2J.ipynb"])
def test_odd_names_are_recorded_and_forgotten(root, build, name):
    path = root / name
    shutil.copy(root / "01_a.ipynb", path)
    shutil.copy(path, build)
    made_from = inputs_of(path, root=root)
    Record(build).add(path, made_from)
    assert Record(build).holds(path, made_from)
    Record(build).keep_only({"01_a.ipynb"})
    assert not (build / name).exists()
    assert (build / "01_a.ipynb").exists()


@pytest.mark.parametrize("name", [".ipynb", "executed.json", "01_a.ipynb.zip"])
def test_another_name_is_no_notebooks(root, name):
    path = root / name
    shutil.copy(root / "01_a.ipynb", path)
    with pytest.raises(NotebookError, match=r"wanted one that ends in \.ipynb"):
        read_notebook(path)


CELL = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": []}
CELL |= {"execution_count": None}


def notebook_of(*ids, minor=4, **others):
    """Write a notebook's JSON; the cells have these ids, or none."""
    cells = [CELL | ({"id": id} if id else {}) for id in ids]
    about = {"metadata": {}, "nbformat": 4, "nbformat_minor": minor, "cells": cells}
    return json.dumps(about | others).encode()


@pytest.mark.parametrize("minor", [4, 5])
def test_a_cell_without_an_id_is_given_one_by_its_place(root, minor):
    path = root / "01_a.ipynb"
    for _ in range(2):
        path.write_bytes(notebook_of(None, "mine", None, minor=minor))
        content, notebook = read_notebook(path)
        assert content == path.read_bytes()
        assert [cell.id for cell in notebook.cells] == ["cell-1", "mine", "cell-3"]
        nbformat.validate(notebook)
        assert inputs_of(path, root=root) == inputs_of(path, root=root)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff",
        b"[]",
        b"3",
        b"{}",
        DEEP.encode(),
        notebook_of("a", "a"),
        notebook_of("a b"),
        notebook_of("a", nbformat=3),
        notebook_of("a", nbformat="x"),
        notebook_of("a", nbformat_minor="x"),
        notebook_of("a", cells=3),
        notebook_of("a", cells=[3]),
        notebook_of("a", cells=[CELL | {"id": 3}]),
        notebook_of("a", cells=[CELL | {"id": []}]),
        notebook_of("a", cells=[CELL | {"metadata": 3}]),
        notebook_of("a", cells=[CELL | {"source": None}]),
        notebook_of("a", cells=[CELL | {"outputs": [3]}]),
    ],
)
def test_what_is_no_notebook_is_named(tmp_path, content):
    path = tmp_path / "01_a.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError) as caught:
        read_notebook(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: got no notebook (")
    assert "\n" not in said
    assert len(said) < len(str(path)) + 300
