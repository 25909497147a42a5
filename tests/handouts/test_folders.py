"""The folder of handouts: made whole, or left as it was; nobody else's is touched."""

from pathlib import Path

import pytest
from killing import KILLED, run_until_line

from handouts.folders import remade


def make(out, name, *, made_of="a", whole=True, fails=False, meanwhile=lambda: None):
    with remade(out, made_of, whole=whole) as folder:
        (folder / name).write_text(name)
        meanwhile()
        if fails:
            raise KeyboardInterrupt


def names(out):
    return sorted(path.name for path in out.iterdir() if not path.name.startswith("."))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "build" / "en"


def test_what_was_made_before_goes(out):
    make(out, "old")
    make(out, "new")
    assert names(out) == ["new"]
    assert names(out.parent) == ["en"]


def test_what_fails_leaves_the_old(out):
    make(out, "old")
    with pytest.raises(KeyboardInterrupt):
        make(out, "new", fails=True)
    assert names(out) == ["old"]
    assert names(out.parent) == ["en"]


def test_a_kill_at_any_line_leaves_the_old_or_the_new(out):
    n_kills, found = 0, set()
    make(out, "old")
    while run_until_line(n_kills + 1, lambda: make(out, "new")) == KILLED:
        n_kills += 1
        make(out, "more", whole=False)  # which must find what was there
        [edition] = {*names(out)} - {"more"}
        found.add(edition)
        make(out, "old")
        assert names(out.parent) == ["en"]
    assert n_kills > 10
    assert found == {"old", "new"}


def test_a_stop_between_the_two_renames_leaves_the_old(out, monkeypatch):
    make(out, "old")
    rename = Path.rename

    def stop(path, target):
        if path.name == "en.new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        make(out, "new")
    assert names(out) == ["old"]
    assert names(out.parent) == ["en"]


def test_a_folder_of_somebody_else_is_refused(out):
    out.mkdir(parents=True)
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="got a folder with other things in it"):
        make(out, "new")
    assert names(out) == ["thesis.txt"]


@pytest.mark.parametrize("end", ["new", "old"])
def test_what_somebody_else_has_beside_it_is_refused(out, end):
    make(out, "made")
    beside = out.with_name(f"en.{end}")
    beside.mkdir()
    (beside / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=rf"en\.{end}: got a folder with other"):
        make(out, "new")
    assert names(beside) == ["thesis.txt"]
    assert names(out) == ["made"]
    (out / "made").unlink()
    (out / ".handouts").unlink()
    out.rmdir()
    with pytest.raises(FileExistsError, match=rf"en\.{end}: got a folder with other"):
        make(out, "new")
    assert names(beside) == ["thesis.txt"]
    assert names(out.parent) == [beside.name]


@pytest.mark.parametrize("end", ["new", "old"])
def test_a_link_or_file_beside_it_is_refused(out, tmp_path, end):
    make(tmp_path / "other", "kept")
    make(out, "made")
    beside = out.with_name(f"en.{end}")
    beside.symlink_to(tmp_path / "other")
    with pytest.raises(FileExistsError, match="got a file or a link"):
        make(out, "new")
    assert names(tmp_path / "other") == ["kept"]
    beside.unlink()
    beside.write_text("mine")
    with pytest.raises(FileExistsError, match="got a file or a link"):
        make(out, "new")
    assert beside.read_text() == "mine"
    assert names(out) == ["made"]


def test_what_comes_beside_it_meanwhile_stays(out):
    """Of a program that knows nothing of the hold."""
    make(out, "old")
    beside = out.with_name("en.old")

    def come():
        beside.mkdir()
        (beside / "thesis.txt").write_text("mine")

    with pytest.raises(OSError, match="not empty"):
        make(out, "new", meanwhile=come)
    assert names(beside) == ["thesis.txt"]
    assert names(out) == ["old"]


def test_a_second_run_into_the_folder_is_refused(out):
    make(out, "old")
    with remade(out, "a", whole=True) as folder:
        (folder / "new").write_text("new")
        with pytest.raises(BlockingIOError, match=r"en: got a folder that another run"):
            make(out, "second")
        make(out.with_name("de"), "other")
        assert (folder / "new").exists()
    assert names(out) == ["new"]
    assert names(out.parent) == ["de", "en"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(out, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(out)
    for name in ("first", "second"):
        make(link, name)
        assert link.readlink() == out
        assert names(out) == [name]
    assert names(out.parent) == ["en"]
    assert names(tmp_path) == ["build", "link"]


def test_a_part_is_added_to_what_was_made_of_the_same_notebooks(out):
    make(out, "old")
    make(out, "new", whole=False)
    assert names(out) == ["new", "old"]
    with pytest.raises(ValueError, match="got what was made of other notebooks"):
        make(out, "newer", whole=False, made_of="b")
    make(out, "newer", made_of="b")
    assert names(out) == ["newer"]
