"""A file that grows over several runs: whole or not there, and nothing comes twice."""

import errno
import json
import os

import pytest

from lstm_helpers.files import growing
from lstm_helpers.files.growing import find_partial, grow_file

CALL = {"tagger": "a1", "format": "text"}


class PowerError(Exception):
    pass


def grow(path, pieces, call=CALL, fails_at=None):
    """Write the pieces that are left; the place is how many there are."""
    with grow_file(path, call) as file:
        done = 0 if file.place is None else file.place["pieces"]
        for k in range(done, len(pieces)):
            if k == fails_at:
                raise PowerError
            file.add(pieces[k], {"pieces": k + 1})
    return done


PIECES = [b"one\n", b"", b"two\n", b"three\n"]
WHOLE = b"one\ntwo\nthree\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.txt"


def test_a_file_is_its_pieces_and_nothing_else_is_left(path):
    assert grow(path, PIECES) == 0
    assert path.read_bytes() == WHOLE
    assert [*path.parent.iterdir()] == [path]


@pytest.mark.parametrize("there", [None, b"before"])
@pytest.mark.parametrize("fails_at", range(4))
def test_it_goes_on_where_it_was_and_until_then_the_old_file_stays(
    path, fails_at, there
):
    if there is not None:
        path.write_bytes(there)
    with pytest.raises(PowerError):
        grow(path, PIECES, fails_at=fails_at)
    assert (path.read_bytes() if path.exists() else None) == there
    partial = path.with_name("out.txt.partial")
    assert partial.exists() == (fails_at > 0), "nothing done, nothing left"
    assert grow(path, PIECES) == fails_at
    assert path.read_bytes() == WHOLE
    assert [*path.parent.iterdir()] == [path]


def test_no_pieces_are_an_empty_file(path):
    grow(path, [])
    assert path.read_bytes() == b""
    assert [*path.parent.iterdir()] == [path]


def test_what_was_written_but_not_noted_is_written_once(path):
    with pytest.raises(PowerError):
        grow(path, PIECES, fails_at=2)
    with (path.with_name("out.txt.partial") / "output").open("ab") as file:
        file.write(b"tw")  # the piece on which the machine went down
    assert grow(path, PIECES) == 2
    assert path.read_bytes() == WHOLE


def test_an_end_between_the_two_last_steps_is_an_end(path):
    """The output was put in its place; the note of it is still there."""
    with pytest.raises(PowerError):
        grow(path, PIECES, fails_at=3)
    (path.with_name("out.txt.partial") / "output").replace(path)
    assert grow(path, [b"new"]) == 0
    assert path.read_bytes() == b"new"


def test_a_full_disk_costs_the_piece_alone(path, monkeypatch):
    flush = growing.os.fsync

    def is_full(descriptor):
        if os.fstat(descriptor).st_size > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(descriptor)

    monkeypatch.setattr(growing.os, "fsync", is_full)
    said = "No space left on device; what was written before is kept.*out.txt.partial"
    monkeypatch.setattr(growing, "write_whole", lambda path, c: path.write_bytes(c))
    with pytest.raises(OSError, match=said) as caught:
        grow(path, PIECES)
    assert caught.value.errno == errno.ENOSPC
    monkeypatch.undo()
    assert grow(path, PIECES) == 2
    assert path.read_bytes() == WHOLE


def test_a_disk_that_is_full_at_once_keeps_nothing_and_says_nothing_of_it(
    path, monkeypatch
):
    def is_full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(growing.os, "fsync", is_full)
    with pytest.raises(OSError, match=r"No space left on device: '.*/out\.txt'$"):
        grow(path, PIECES)
    assert not [*path.parent.iterdir()]


def test_a_part_of_another_run_is_refused_and_stays(path):
    with pytest.raises(PowerError):
        grow(path, PIECES, fails_at=2)
    wanted = r"partial: got a part of another run \(tagger: 'a1' instead of 'b2'\); rem"
    with pytest.raises(ValueError, match=wanted):
        grow(path, PIECES, {**CALL, "tagger": "b2"})
    assert grow(path, PIECES) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: content[:-5],
        lambda content: b"[]",
        lambda content: content.replace(b'"written": 4', b'"written": 5'),
        lambda content: content.replace(b'"written": 4', b'"written": -1'),
        lambda content: content.replace(b'"written": 4', b'"written": true'),
        lambda content: content.replace(b'"call": {', b'"calls": {'),
    ],
)
def test_a_damaged_note_is_refused(path, change):
    with pytest.raises(PowerError):
        grow(path, PIECES, fails_at=2)
    note = path.with_name("out.txt.partial") / "progress.json"
    content = note.read_bytes()
    assert change(content) != content
    note.write_bytes(change(content))
    with pytest.raises(
        ValueError, match=r"got a damaged progress\.json \(.*remove that"
    ):
        grow(path, PIECES)
    note.write_bytes(content)
    assert grow(path, PIECES) == 2


def test_two_runs_do_not_write_the_same_file(path):
    with grow_file(path, CALL) as file:
        file.add(b"one", {"pieces": 1})
        with pytest.raises(BlockingIOError, match=r"another run writes.*out\.txt"):
            grow(path, PIECES)
    assert path.read_bytes() == b"one"


def test_it_is_no_folder_and_its_folder_is_there(tmp_path):
    with pytest.raises(IsADirectoryError), grow_file(tmp_path, CALL):
        raise AssertionError
    missing = tmp_path / "none" / "out.txt"
    with (
        pytest.raises(FileNotFoundError, match=r"got no such folder.*none"),
        grow_file(missing, CALL),
    ):
        raise AssertionError
    assert not [*tmp_path.iterdir()]


def test_a_link_and_the_rights_of_a_file_stay(path):
    path.write_bytes(b"before")
    path.chmod(0o640)
    link = path.with_name("link.txt")
    link.symlink_to(path)
    assert find_partial(link) == path.with_name("out.txt.partial")
    grow(link, PIECES)
    assert link.is_symlink()
    assert path.read_bytes() == WHOLE
    assert path.stat().st_mode & 0o777 == 0o640


def test_the_note_is_json_and_says_where_the_source_was(path):
    with pytest.raises(PowerError):
        grow(path, PIECES, fails_at=3)
    note = path.with_name("out.txt.partial") / "progress.json"
    wanted = {"call": CALL, "place": {"pieces": 3}, "written": 8}
    assert json.loads(note.read_bytes()) == wanted
