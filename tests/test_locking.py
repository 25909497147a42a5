"""One at a time holds a folder."""

import errno
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from lstm_helpers.files import locking
from lstm_helpers.files.locking import hold_folder


def test_a_held_folder_is_held_by_one(tmp_path):
    with hold_folder(tmp_path / "new"):
        wanted = "another program writes, wanted one of one's own; wait for"
        with (
            pytest.raises(BlockingIOError, match=wanted),
            hold_folder(tmp_path / "new"),
        ):
            pass
    with hold_folder(tmp_path / "new"):
        pass
    assert [*(tmp_path / "new").iterdir()] == []


def test_an_error_ends_the_hold(tmp_path):
    with pytest.raises(ZeroDivisionError), hold_folder(tmp_path):
        raise ZeroDivisionError
    with hold_folder(tmp_path):
        pass


@pytest.mark.long
def test_a_killed_process_holds_nothing(tmp_path):
    code = (
        "import sys, pathlib\nfrom lstm_helpers.files.locking import hold_folder\n"
        "with hold_folder(pathlib.Path(sys.argv[1])): print(flush=True); input()"
    )
    command = [sys.executable, "-c", code, tmp_path]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as child:
        child.stdout.readline()
        with pytest.raises(BlockingIOError), hold_folder(tmp_path):
            pass
        child.send_signal(signal.SIGKILL)
        child.wait()
        with hold_folder(tmp_path):
            pass
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_warned_of(tmp_path, monkeypatch, number):
    def fail(*_, **__):
        raise OSError(number, "no locks here")

    monkeypatch.setattr(FileLock, "acquire", fail)
    (tmp_path / ".lock").touch()  # somebody else's
    with pytest.warns(UserWarning, match="has no locks"), hold_folder(tmp_path):
        (tmp_path / "state").touch()
    assert {path.name for path in tmp_path.iterdir()} == {".lock", "state"}


def test_a_lock_is_the_systems_and_is_not_waited_for_unless_one_says_so(
    tmp_path, monkeypatch
):
    seen = []

    class Spied(FileLock):
        def __init__(self, path, **options):
            seen.append((Path(path).name, options["fallback_to_soft"]))
            super().__init__(path, **options)

        def acquire(self, timeout):
            seen.append(timeout)
            return super().acquire(timeout)

    monkeypatch.setattr(locking, "FileLock", Spied)
    with hold_folder(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    with hold_folder(tmp_path, 3.0):
        pass
    assert seen == [(".lock", False), 0.0, (".lock", False), 3.0]


def test_what_stands_in_the_folders_place_is_named(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name, got in (("file", "a file"), ("link", "a link to what is not there")):
        wanted = f"got {got}, wanted a folder"
        with (
            pytest.raises(FileExistsError, match=wanted),
            hold_folder(tmp_path / name),
        ):
            pass
