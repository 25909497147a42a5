"""What a learner has written is never lost, whatever the course does meanwhile."""

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workspace
from lstm_helpers.files import writing

ROOT = Path(__file__).parents[1]


def update(course, work):
    """Bring the copies up to date; return what is said."""
    said = []
    workspace.update(course, work, said.append)
    return said


@pytest.fixture
def folders(tmp_path):
    """A course of two notebooks, and a folder that is not there yet."""
    course = tmp_path / "notebooks"
    course.mkdir()
    for name in ("01_a.ipynb", "02_b.ipynb", "START_HERE.md"):
        (course / name).write_text(f"{name}, first edition")
    return course, tmp_path / "work"


def contents(folder):
    """Every visible file's name and text."""
    return {
        path.name: path.read_text() for path in folder.iterdir() if path.name[0] != "."
    }


def test_the_course_is_copied_whole_and_left_as_it_is(tmp_path):
    course = ROOT / "notebooks"
    before = {path.name: path.read_bytes() for path in course.glob("*.*")}
    assert update(course, tmp_path) == []
    for path in [*course.glob("*.ipynb"), course / "START_HERE.md"]:
        assert (tmp_path / path.name).read_bytes() == before[path.name]
    assert before == {path.name: path.read_bytes() for path in course.glob("*.*")}


def test_an_untouched_copy_follows_the_course(folders):
    course, work = folders
    update(course, work)
    (course / "01_a.ipynb").write_text("second edition")
    assert update(course, work) == []
    assert contents(work) == contents(course)


def test_a_copy_that_is_right_already_is_not_written(folders):
    course, work = folders
    update(course, work)
    before = (work / "01_a.ipynb").stat().st_ino  # another one if it is written anew
    update(course, work)
    assert (work / "01_a.ipynb").stat().st_ino == before


def test_a_changed_copy_stays_and_nothing_is_said_while_the_course_does(folders):
    course, work = folders
    update(course, work)
    (work / "01_a.ipynb").write_text("mine")
    assert update(course, work) == []
    assert contents(work) == {**contents(course), "01_a.ipynb": "mine"}


def test_beside_a_changed_copy_stands_what_is_new_and_it_is_said_once(folders):
    course, work = folders
    update(course, work)
    (work / "01_a.ipynb").write_text("mine")
    (course / "01_a.ipynb").write_text("second edition")
    [said] = update(course, work)
    assert said == (
        "work/01_a.ipynb has your changes and stays as it is. "
        "The course's newer one is work/01_a_new.ipynb."
    )
    assert contents(work)["01_a.ipynb"] == "mine"
    assert contents(work)["01_a_new.ipynb"] == "second edition"
    assert update(course, work) == []
    (work / "01_a_new.ipynb").write_text("mine as well")
    (course / "01_a.ipynb").write_text("third edition")
    [said] = update(course, work)
    assert "work/01_a_new2.ipynb" in said
    assert contents(work) == {
        **contents(course),
        "01_a.ipynb": "mine",
        "01_a_new.ipynb": "mine as well",
        "01_a_new2.ipynb": "third edition",
    }


def test_a_deleted_copy_is_made_again(folders):
    course, work = folders
    update(course, work)
    (work / "01_a.ipynb").write_text("mine")
    update(course, work)
    (work / "01_a.ipynb").unlink()
    assert update(course, work) == []
    assert contents(work) == contents(course)


@pytest.mark.parametrize("record", [None, "", "{", "[]", "7", '{"01_a.ipynb": 7}'])
def test_without_a_record_no_copy_is_taken_for_untouched(folders, record):
    course, work = folders
    update(course, work)
    (work / "01_a.ipynb").write_text("mine")
    path = work / workspace.ORIGINS
    path.unlink() if record is None else path.write_text(record)
    (course / "01_a.ipynb").write_text("second edition")
    assert len(update(course, work)) == 1
    assert contents(work)["01_a.ipynb"] == "mine"
    assert contents(work)["01_a_new.ipynb"] == "second edition"


def test_a_full_disk_leaves_every_copy_whole(folders, monkeypatch):
    course, work = folders
    update(course, work)
    before = contents(work)
    (course / "02_b.ipynb").write_text("second edition")

    def fill(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill)
    monkeypatch.setattr(workspace, "COURSE", course)
    monkeypatch.setattr(workspace, "WORK", work)
    with pytest.raises(SystemExit, match=r"No space left.*Nothing of yours"):
        workspace.main()
    assert contents(work) == before
    assert not [*work.glob(".writing-*")]


def test_an_error_on_the_way_forgets_nothing_that_was_done(folders):
    course, work = folders
    update(course, work)
    (work / "01_a.ipynb").write_text("mine")
    (work / "02_b.ipynb").unlink()
    (work / "02_b.ipynb").mkdir()  # cannot be read as a file
    for edition in ("second", "third"):
        (course / "01_a.ipynb").write_text(edition)
        for _ in range(3):
            with pytest.raises(OSError, match="02_b"):
                update(course, work)
    beside = [path.name for path in sorted(work.glob("01_a_new*"))]
    assert beside == ["01_a_new.ipynb", "01_a_new2.ipynb"], "one for each edition"
    assert (work / "01_a.ipynb").read_text() == "mine"


def test_an_edition_that_stands_beside_already_is_not_put_there_twice(folders):
    course, work = folders
    update(course, work)
    (work / "01_a.ipynb").write_text("mine")
    (course / "01_a.ipynb").write_text("second edition")
    update(course, work)
    (work / workspace.ORIGINS).unlink()
    [said] = update(course, work)
    assert "01_a_new.ipynb" in said
    assert len([*work.glob("01_a_new*")]) == 1


def test_the_command_says_what_was_left_alone(folders, monkeypatch, capsys):
    course, work = folders
    monkeypatch.setattr(workspace, "COURSE", course)
    monkeypatch.setattr(workspace, "WORK", work)
    workspace.main()
    assert capsys.readouterr().out == ""
    (work / "02_b.ipynb").write_text("mine")
    (course / "02_b.ipynb").write_text("second edition")
    workspace.main()
    assert "work/02_b_new.ipynb" in capsys.readouterr().out


def test_what_is_saved_while_a_copy_is_updated_stays(folders, monkeypatch):
    course, work = folders
    update(course, work)
    (course / "01_a.ipynb").write_text("second edition")

    def save_meanwhile(partial, content):
        if partial.name == "01_a.ipynb":
            (work / "01_a.ipynb").write_text("mine")
        flush(partial, content)

    flush = writing.flush
    monkeypatch.setattr(writing, "flush", save_meanwhile)
    [said] = update(course, work)
    assert "work/01_a.ipynb has your changes and stays as it is" in said
    assert contents(work)["01_a.ipynb"] == "mine"
    assert contents(work)["01_a_new.ipynb"] == "second edition"


def test_a_copy_that_leads_nowhere_is_left_alone(folders):
    course, work = folders
    work.mkdir()
    (work / "01_a.ipynb").symlink_to("gone.ipynb")
    for _ in range(2):
        [said] = update(course, work)
        assert said == "work/01_a.ipynb leads to gone.ipynb, which is not there."
    assert (work / "01_a.ipynb").readlink() == Path("gone.ipynb")
    assert not (work / "gone.ipynb").exists()
    assert (work / "02_b.ipynb").read_text() == "02_b.ipynb, first edition"


def test_a_folder_that_leads_nowhere_is_named(folders, monkeypatch):
    course, work = folders
    work.symlink_to("gone")
    monkeypatch.setattr(workspace, "COURSE", course)
    monkeypatch.setattr(workspace, "WORK", work)
    with pytest.raises(
        SystemExit, match="got a link to what is not there, wanted a folder"
    ):
        workspace.main()


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["course", "learner", "record lost"]),
        st.sampled_from(["01_a.ipynb", "01_a_new.ipynb", "01_a_new2.ipynb"]),
        st.sampled_from(["one", "two", "three"]),
    ),
    max_size=8,
)


@given(changes=CHANGES)
def test_whatever_happens_the_learner_keeps_what_he_wrote(changes):
    with tempfile.TemporaryDirectory() as folder:
        course, work, written = Path(folder) / "course", Path(folder) / "work", {}
        course.mkdir()
        for name in ("01_a.ipynb", "START_HERE.md"):
            (course / name).write_text("first edition")
        update(course, work)
        for who, name, text in changes:
            before = (course / "01_a.ipynb").read_text()
            if who == "course":
                (course / "01_a.ipynb").write_text(f"{text}, by the course")
            elif who == "learner":
                written[name] = f"{text}, by the learner"
                (work / name).write_text(written[name])
            else:
                (work / workspace.ORIGINS).unlink()
            update(course, work)
            assert contents(work).items() >= written.items()
            newest = (course / "01_a.ipynb").read_text()
            assert newest == before or newest in contents(work).values()
