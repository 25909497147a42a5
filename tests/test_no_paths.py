"""No file that is passed on names a folder of the machine that it was made on."""

import importlib.util
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from private_paths import find_private_paths

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("run", ROOT / "tools" / "notebooks.py")
notebooks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(notebooks)

SAYS_WHERE_IT_IS = """
import json, pathlib, lstm_helpers
print(lstm_helpers.__file__, json.__file__, pathlib.Path.home() / "notes")
lstm_helpers.__file__
"""
FAILS_HERE = """
def fail(*_):
    exec(compile("1 / 0", lstm_helpers.__file__, "exec"))
json.loads("{}", object_hook=fail)
"""


def committed():
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return [ROOT / name for name in listed.split("\0") if (ROOT / name).is_file()]


def test_no_committed_file_holds_a_private_path():
    files = committed()
    assert {"README.md", "01_math.ipynb", "gates.png"} <= {file.name for file in files}
    assert not find_private_paths(files)


@pytest.mark.parametrize(
    "text",
    [
        f'"{ROOT}/README.md"',
        f"\\u001b[32m{ROOT}/lstm_helpers/corpus.py:3",
        f"<a href='file://{ROOT}'>",
        "File /" + "home/bob/course/x.py",
        "\\u001b[32m/" + "root/.cache",
        "'/" + "Users/Ann/course'",
        "\\u001b[32m/" + "srv/course/lstm_helpers/corpus.py:3",
    ],
)
def test_a_private_path_is_found(tmp_path, text):
    (tmp_path / "page").write_bytes(b"\x89PNG\xff " + text.encode() + b"\n")
    found = find_private_paths([tmp_path / "page"])
    assert found
    assert all(line.startswith(str(tmp_path / "page: ")) for line in found)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/" + "home/page",
        "https://example.org/course/lstm_helpers/corpus.py",
        "~/course",
        "/home/ann/course",
        ".../lstm_helpers/x.py",
    ],
)
def test_other_paths_are_let_through(tmp_path, text):
    (tmp_path / "page").write_text(f"see {text} there")
    assert not find_private_paths([tmp_path / "page"])


@pytest.mark.long
def test_an_executed_notebook_tells_no_path(tmp_path, capsys):
    cells = [new_code_cell(SAYS_WHERE_IT_IS), new_code_cell(FAILS_HERE)]
    cells[1].metadata["tags"] = ["raises-exception"]
    nbformat.write(new_notebook(cells=cells), tmp_path / "where.ipynb")
    notebooks.run([tmp_path / "where.ipynb"], tmp_path / "build")
    assert not find_private_paths((tmp_path / "build").iterdir())

    first, second = nbformat.read(tmp_path / "build" / "where.ipynb", 4).cells
    printed, shown = first.outputs
    package, library, home = printed.text.split()
    assert package == ".../lstm_helpers/__init__.py"
    assert library.startswith(".../lib/python3.")
    assert home == "~/notes"
    assert shown.data["text/plain"] == repr(package)
    traceback = "\n".join(second.outputs[0].traceback)
    assert ".../lstm_helpers/__init__.py:1" in traceback
    assert ".../lib/python3." in traceback


HOME = Path("/" + "home/ann")


@pytest.mark.parametrize("path", ["~/course/lstm", f"{HOME}/course/lstm"])
def test_a_checkout_at_home_is_hidden_whichever_way_it_is_written(path, monkeypatch):
    monkeypatch.setattr(notebooks, "HOME", HOME)
    pattern = notebooks.spellings(HOME / "course" / "lstm")
    assert re.sub(pattern, "...", f"in {path}/x.py") == "in .../x.py"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"File {ROOT}/.venv/lib/python3.11/x.py:1", "File .../lib/python3.11/x.py:1"),
        ("File ~/conda/lib/python3.13/x.py:1", "File .../lib/python3.13/x.py:1"),
        ("at /usr/lib/python3.11/x.py", "at .../lib/python3.11/x.py"),
        ("https://example.org//x I/O 1/2 ~/x", "https://example.org//x I/O 1/2 ~/x"),
    ],
)
def test_what_is_stored_of_a_text(text, wanted):
    assert notebooks.stable(text) == wanted
