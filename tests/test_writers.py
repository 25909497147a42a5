"""What replaces a file that somebody would miss leaves the old one or the new."""

import contextlib
import io
import json
import os
import re
import resource
import sys
from pathlib import Path

import nbformat
import pytest
from killing import KILLED, run_until_line
from nbformat.v4 import new_code_cell, new_notebook, new_output

import make_sample
import notebooks
import quote
import readme_figure
import workspace
from executed import Record
from lstm_helpers.files.writing import write_whole
from results import write_results

ROOT = Path(__file__).parents[1]


def old_notebook(folder):
    path = folder / "01_a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1", id="a")]), path)
    return path


async def execute(path, *_, **__):
    """Stands in for a kernel: gives a notebook its output."""
    content = path.read_bytes()
    notebook = nbformat.reads(content.decode(), as_version=4)
    notebook.cells[0].outputs = [new_output("stream", text="1")]
    return content, notebook


def by_write_whole(folder, patch):
    path = folder / "any"
    path.write_bytes(b"old")
    return lambda: write_whole(path, b"new" * 20)


def by_refresh(folder, patch):
    path = old_notebook(folder)
    patch.setattr(notebooks, "execute", execute)
    return lambda: notebooks.refresh([path])


def by_run(folder, patch):
    path, build = old_notebook(folder), folder / "build"
    build.mkdir()
    (build / path.name).write_text("old")
    (build / "executed.json").write_text("{}")
    patch.setattr(notebooks, "execute", execute)
    patch.setattr(notebooks, "inputs_of", lambda _: {"notebook": "its checksum"})
    return lambda: notebooks.run([path], build)


def by_the_record(folder, patch):
    path = old_notebook(folder)
    Record(folder).add(path, {"notebook": "old"})
    return lambda: Record(folder).add(path, {"notebook": "new"})


def by_measuring(folder, patch):
    path = folder / "figures.json"
    write_results(path, "make it", [], {"a": 1})
    return lambda: write_results(path, "make it", [], {"a": 2})


def by_quoting(folder, patch):
    patch.setattr(quote, "ROOT", folder)
    (folder / "data").mkdir()
    for name in quote.SOURCES.values():
        (folder / "data" / name).write_text(json.dumps({"figures": {"n": 12}}))
    (folder / "page.md").write_text("3<!--gmb:n--> and 4<!--bench:n-->")
    return quote.main


def by_drawing(folder, patch):
    path = folder / "gates.png"
    path.write_bytes(b"old")
    patch.setattr(readme_figure, "OUTPUT", path)
    patch.setattr(readme_figure, "draw", lambda: b"a new picture")
    return readme_figure.main


def by_making_a_corpus(folder, patch):
    path = folder / "sample.csv"
    path.write_bytes(b"old")
    patch.setattr(make_sample, "OUTPUT", path)
    patch.setattr(make_sample, "make_sample", lambda: b"a new corpus")
    patch.setattr(sys, "argv", ["make_sample.py"])
    return make_sample.main


def by_copying(folder, patch):
    course, work = folder / "notebooks", folder / "work"
    course.mkdir()
    for name in ("01_a.ipynb", "START_HERE.md"):
        (course / name).write_text("old")
    workspace.update(course, work)
    (course / "01_a.ipynb").write_text("new")
    return lambda: workspace.update(course, work)


WRITERS = [value for name, value in [*globals().items()] if name.startswith("by_")]


@contextlib.contextmanager
def quiet():
    """What is printed goes nowhere: it must not meet a limit for files."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        yield


class Trial:
    """A writer, and what its files hold before it and after it."""

    def __init__(self, folder, write):
        self.folder, self._write = folder, write
        before = self._contents()
        self.run()
        after = self._contents()
        changed = [path for path in after if after[path] != before.get(path)]
        assert changed
        self.editions = {path: (before.get(path), after[path]) for path in changed}

    def _contents(self):
        return {p: p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}

    def run(self):
        with quiet():
            self._write()

    def restore(self):
        for path, (old, _) in self.editions.items():
            path.write_bytes(old)

    def assert_whole(self):
        for path, editions in self.editions.items():
            assert path.read_bytes() in editions, f"{path.name}: neither old nor new"

    def leftovers(self):
        return [*self.folder.rglob(".writing-*")]


@pytest.fixture(params=WRITERS, ids=lambda writer: writer.__name__)
def trial(request, tmp_path, monkeypatch):
    made = Trial(tmp_path, request.param(tmp_path, monkeypatch))
    made.restore()
    return made


@contextlib.contextmanager
def room_for(n_bytes):
    """Let no file grow beyond a size, as if the disk were full then."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.long
def test_a_disk_that_fills_at_any_byte_loses_nothing(trial):
    sizes = [len(new) for _, new in trial.editions.values()]
    n_full = 0
    for n_bytes in range(max(sizes)):
        trial.restore()
        with contextlib.suppress(OSError), room_for(n_bytes):
            n_full += 1
            trial.run()
            n_full -= 1
        trial.assert_whole()
        assert not trial.leftovers()
    assert n_full >= min(sizes)
    print(f"full at {n_full} sizes")


def test_a_disk_that_reports_an_error_loses_nothing(trial, monkeypatch):
    def fail(_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        trial.run()
    for path, (old, _) in trial.editions.items():
        assert path.read_bytes() == old
    assert not trial.leftovers()


@pytest.mark.long
def test_a_kill_at_any_line_loses_nothing_and_the_next_write_tidies_up(trial):
    n_kills = 0
    while run_until_line(n_kills + 1, trial.run) == KILLED:
        n_kills += 1
        trial.assert_whole()
        trial.restore()
    assert n_kills > 10
    trial.restore()
    trial.run()
    assert not trial.leftovers()
    assert trial.editions == {
        path: (old, path.read_bytes()) for path, (old, _) in trial.editions.items()
    }
    print(f"{n_kills} kills")


BESIDE = {  # writes that go to a new place, which is put into its own when it is whole
    "lstm_helpers/files/writing.py": 1,
    "lstm_helpers/files/download.py": 1,
    "lstm_helpers/files/growing.py": 1,
    "lstm_helpers/scale/running.py": 2,
    "lstm_helpers/scale/tagging.py": 3,
    "tools/measure_scale.py": 1,
    "tools/mutants/coverage_by_test.py": 1,
    "tools/mutants/judging.py": 3,
}
WRITES = re.compile(
    r"\.write_text\(|\.write_bytes\(|nbformat\.write\(|to_csv\(|json\.dump\("
    r"|open\([^)]*[\"'][wax]b?[\"']|savefig\((?!png\b)|shutil\.(?:copy(?!fileobj)|move)"
)


def test_all_files_are_written_by_the_one_function():
    found = {}
    for folder in ("tools", "lstm_helpers"):
        for path in (ROOT / folder).rglob("*.py"):
            writes = WRITES.findall(path.read_text("utf-8"))
            found |= {path.relative_to(ROOT).as_posix(): len(writes)} if writes else {}
    assert found == BESIDE


# --- somebody else writes meanwhile


def test_a_notebook_that_is_edited_while_it_is_refreshed_stays(
    tmp_path, monkeypatch, capsys
):
    path = old_notebook(tmp_path)
    before, edited = path.read_bytes(), b"edited"

    async def execute_and_edit(*arguments, **how):
        done = await execute(*arguments, **how)
        path.write_bytes(edited)
        return done

    monkeypatch.setattr(notebooks, "execute", execute_and_edit)
    with pytest.raises(SystemExit, match=r"1 of 1 notebooks stay as they were edited"):
        notebooks.main(["refresh", str(path)])
    said = capsys.readouterr().err
    assert f"{path} was changed while it ran and stays as it is" in said
    assert str(tmp_path / "01_a_new.ipynb") in said
    assert path.read_bytes() == edited
    fresh = nbformat.read(tmp_path / "01_a_new.ipynb", as_version=4)
    assert fresh.cells[0].outputs[0].text == "1"
    path.write_bytes(before)
    monkeypatch.setattr(notebooks, "execute", execute)
    notebooks.main(["refresh", str(path)])
    assert path.read_bytes() == (tmp_path / "01_a_new.ipynb").read_bytes()
