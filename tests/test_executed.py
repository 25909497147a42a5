"""An executed copy is left alone until something that it depends on changes."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from executed import RECORD, Record, inputs_of

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


@pytest.mark.parametrize("content", [None, "", "[1, 2]", "null", '{"01_a.ipynb": 3}'])
def test_without_a_record_nothing_is_up_to_date(root, build, content):
    record = build / RECORD
    record.unlink() if content is None else record.write_text(content)
    assert not is_up_to_date(root)
