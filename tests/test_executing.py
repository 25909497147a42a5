"""Notebooks are executed into copies for paper, or in place for the screen."""

import base64
import importlib.util
import io
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("run", ROOT / "tools" / "notebooks.py")
notebooks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(notebooks)

pytestmark = pytest.mark.long

DRAWS = """
import matplotlib.pyplot as plt
from lstm_helpers import figures
plt.style.use("lstm_helpers.style")
figures.plot_curves({"h": [1, 2]}).set_title("It rises")
figures.show()
"""
MEETS = """
import os, pathlib, time
pathlib.Path("{mine}").touch()
for _ in range(600):
    if pathlib.Path("{other}").exists():
        break
    time.sleep(0.1)
print(pathlib.Path("{other}").exists(), os.environ["OMP_NUM_THREADS"])
"""
COUNTS = """
with open("runs", "a") as file:
    print("01", file=file)
"""


@pytest.fixture
def write_notebook(tmp_path):
    """Write a notebook of one's own."""

    def write(name, *sources):
        path = tmp_path / name
        cells = [
            new_code_cell(source, id=f"cell{k}") for k, source in enumerate(sources)
        ]
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return write


def picture(path):
    """The last picture of a notebook, and what is said of it."""
    output = nbformat.read(path, as_version=4).cells[-1].outputs[-1]
    png = base64.b64decode(output.data["image/png"])
    return Image.open(io.BytesIO(png)), output.metadata["image/png"]


def test_copies_are_sharp_and_stored_outputs_are_small(write_notebook, tmp_path):
    path = write_notebook("01_a.ipynb", DRAWS)
    notebooks.run([path], tmp_path / "build")
    names = {file.name for file in (tmp_path / "build").iterdir()}
    assert names == {"01_a.ipynb", "executed.json"}, "and no page"
    assert not nbformat.read(path, as_version=4).cells[0].outputs, "left as it was"
    notebooks.refresh([path])
    sharp, about_sharp = picture(tmp_path / "build" / path.name)
    stored, about_stored = picture(path)
    assert about_stored == {"alt": "It rises."}
    assert abs(sharp.width - 2 * stored.width) <= 2
    assert about_sharp == about_stored | {"width": round(sharp.width / 2)}


def test_two_run_at_once_each_on_one_thread(write_notebook, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    paths = [
        write_notebook(f"0{mine}_x.ipynb", MEETS.format(mine=mine, other=other))
        for mine, other in ("12", "21")
    ]
    notebooks.run(paths, tmp_path / "build", jobs=2)
    for path in paths:
        [cell] = nbformat.read(tmp_path / "build" / path.name, as_version=4).cells
        assert cell.outputs[0].text == "True 1\n"


def test_what_is_up_to_date_is_not_run_again(write_notebook, tmp_path, capsys):
    path, build = write_notebook("01_a.ipynb", COUNTS), tmp_path / "build"
    for _ in range(2):
        notebooks.run([path], build, if_needed=True)
    assert (tmp_path / "runs").read_text() == "01\n"
    said = capsys.readouterr().out
    assert "0 notebooks executed" in said
    assert "1 were up to date" in said
    path = write_notebook("01_a.ipynb", COUNTS.replace("01", "02"))
    notebooks.run([path], build, if_needed=True)
    notebooks.run([path], build)
    assert (tmp_path / "runs").read_text() == "01\n02\n02\n"


def test_only_a_run_of_all_deletes_copies_and_only_recorded_ones(
    write_notebook, tmp_path, monkeypatch
):
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    build = tmp_path / "build"
    build.mkdir()
    (build / "09_mine.ipynb").write_text("mine")
    paths = [write_notebook(f"0{k}_x.ipynb", "1") for k in (1, 2)]
    arguments = ["run", "--build", str(build)]
    notebooks.main(arguments)
    paths[1].unlink()
    notebooks.main([*arguments, str(paths[0])])
    assert (build / "02_x.ipynb").exists()
    notebooks.main(arguments)
    assert {path.name for path in build.glob("*.ipynb")} == {
        "01_x.ipynb",
        "09_mine.ipynb",
    }


def test_a_notebook_that_fails_leaves_no_copy_and_is_run_again(
    write_notebook, tmp_path
):
    paths = [write_notebook(f"0{k}.ipynb", f"assert {k} == 1") for k in (1, 2)]
    with pytest.raises(CellExecutionError):
        notebooks.run(paths, tmp_path / "build")
    assert not (tmp_path / "build" / "02.ipynb").exists()
    paths[1] = write_notebook("02.ipynb", COUNTS)
    notebooks.run(paths, tmp_path / "build", if_needed=True)
    assert (tmp_path / "runs").read_text() == "01\n"
