"""The folder of handouts: made whole, or left as it was; nobody else's is touched."""

import pytest

from handouts.folders import remade


def make(out, name, *, made_of="a", whole=True, fails=False):
    with remade(out, made_of, whole=whole) as folder:
        (folder / name).write_text(name)
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


def test_a_folder_of_somebody_else_is_refused(out):
    out.mkdir(parents=True)
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="got a folder with other things in it"):
        make(out, "new")
    assert names(out) == ["thesis.txt"]


def test_a_part_is_added_to_what_was_made_of_the_same_notebooks(out):
    make(out, "old")
    make(out, "new", whole=False)
    assert names(out) == ["new", "old"]
    with pytest.raises(ValueError, match="got what was made of other notebooks"):
        make(out, "newer", whole=False, made_of="b")
    make(out, "newer", made_of="b")
    assert names(out) == ["newer"]
