"""A file is written whole or not at all."""

import contextlib
import os
import resource
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_helpers.files import writing
from lstm_helpers.files.growing import grow_file
from lstm_helpers.files.writing import (
    FileChangedError,
    check_replaceable,
    write_whole,
)
from lstm_helpers.scale.storage import Folder


def test_a_file_is_written_and_written_anew(tmp_path):
    path = tmp_path / "figures.json"
    for content in (b"first", b"", b"\x00\xff" * 10_000):
        write_whole(path, content)
        assert path.read_bytes() == content
        assert [*tmp_path.iterdir()] == [path], "nothing else stays"


def test_a_file_keeps_who_may_read_it(tmp_path):
    path = tmp_path / "figures.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_fails_on_the_way_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "figures.json"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(writing.Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("n_bytes", [0, 1, 999, 1000])
def test_a_disk_that_fills_leaves_the_old_file(tmp_path, n_bytes):
    path = tmp_path / "figures.json"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(path, b"n" * 1001)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("found", [None, b"", b"older"])
def test_what_is_no_longer_what_was_read_stays(tmp_path, found):
    path = tmp_path / "figures.json"
    path.write_bytes(b"old")
    with pytest.raises(FileChangedError, match="wanted what was read"):
        write_whole(path, b"new", found=found)
    assert path.read_bytes() == b"old"
    write_whole(path, b"new", found=b"old")
    assert path.read_bytes() == b"new"
    path.unlink()
    with pytest.raises(FileChangedError):
        write_whole(path, b"newer", found=b"new")
    write_whole(path, b"newer", found=None)
    assert path.read_bytes() == b"newer"


def test_what_a_killed_write_left_goes_with_the_next(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    stays = [f".writing-{os.getpid()}-abc", f".writing-{os.getppid()}-abc", ".writing-"]
    for name in [f".writing-{dead.pid}-abc", f".writing-{10**30}-abc", *stays]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "figures.json").write_bytes(b"half")
    write_whole(tmp_path / "figures.json", b"new")
    assert {path.name for path in tmp_path.iterdir()} == {"figures.json", *stays}


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"):
        write_whole(tmp_path / "missing" / "figures.json", b"")


def test_a_folder_that_may_be_written_but_not_read_is_written(public_folder, nobody):
    folder = public_folder / "drop"
    folder.mkdir(mode=0o777)
    folder.chmod(0o333)
    with nobody():
        write_whole(folder / "figures.json", b"new")
    folder.chmod(0o755)
    assert (folder / "figures.json").read_bytes() == b"new"


@pytest.mark.parametrize("there", [True, False], ids=["old", "new"])
def test_a_link_is_written_through(tmp_path, there):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link, target = tmp_path / "figures.json", elsewhere / "kept.json"
    link.symlink_to(target)
    if there:
        target.write_bytes(b"old")
        target.chmod(0o640)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert [*elsewhere.iterdir()] == [target]
    assert not there or target.stat().st_mode & 0o777 == 0o640


def test_the_new_name_is_waited_for_until_it_is_on_the_disk(tmp_path, monkeypatch):
    path, seen = tmp_path / "file", []
    monkeypatch.setattr(
        writing, "flush_names", lambda folder: seen.append((folder, path.read_bytes()))
    )
    write_whole(path, b"new")
    assert seen == [(tmp_path, b"new")]


def test_a_folders_names_are_waited_for(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(os, "fsync", lambda file: waited.append(os.fstat(file).st_ino))
    writing.flush_names(tmp_path)
    assert waited == [tmp_path.stat().st_ino]


def test_what_cannot_be_cleared_is_left(public_folder, nobody):
    """Such as what a killed write of somebody else left, in a folder for everybody."""
    left = public_folder / f".writing-{2**22 + 1}-abcdefgh"  # of no process's number
    left.mkdir()
    (left / "file").touch()
    public_folder.chmod(0o777)
    with nobody():
        write_whole(public_folder / "file", b"new")
    assert (public_folder / "file").read_bytes() == b"new"
    assert (left / "file").exists() == (os.geteuid() == 0)


def test_all_bytes_are_handed_to_the_system_before_it_is_waited_for(
    tmp_path, monkeypatch
):
    sizes = []
    monkeypatch.setattr(os, "fsync", lambda file: sizes.append(os.fstat(file).st_size))
    writing.flush(tmp_path / "file", b"new")
    assert sizes == [3]


def test_what_somebody_else_is_writing_stays(public_folder, nobody):
    left = public_folder / ".writing-1-abcdefgh"  # process 1 lives, and is root's
    left.mkdir()
    public_folder.chmod(0o777)
    with nobody():
        write_whole(public_folder / "file", b"new")
    assert left.is_dir()


def make_fifo(path, _):
    os.mkfifo(path)


def make_socket(path, opened):
    opened.enter_context(socket.socket(socket.AF_UNIX)).bind(str(path))


def make_device(path, _):
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))  # as /dev/null
    except PermissionError:
        pytest.skip("only root makes devices")


@pytest.fixture(params=[make_fifo, make_socket, make_device])
def no_file(request, public_folder):
    """Make what is there and no file, in a folder with a short name."""
    path = public_folder / "out"
    with contextlib.ExitStack() as opened:
        request.param(path, opened)
        yield path


@pytest.fixture(params=["itself", "by a link"])
def way_there(request, no_file):
    if request.param == "itself":
        return no_file
    link = no_file.with_name("link")
    link.symlink_to(no_file.name)
    return link


def write_growing(path):
    with grow_file(path, {}) as growing:
        growing.add(b"new", {})


def write_part(path):
    with Folder(str(path.parent)).write(path.name) as scratch:
        scratch.write_bytes(b"new")


WRITERS = {
    "whole": lambda path: write_whole(path, b"new"),
    "growing": write_growing,
    "part": write_part,
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=[*WRITERS])
def test_what_is_no_file_stays_and_nothing_is_written(no_file, way_there, writer):
    before = no_file.stat()
    there = {*no_file.parent.iterdir()}
    with pytest.raises(OSError, match=r"got a pipe, a device or a socket, wanted a f"):
        writer(way_there)
    assert {*no_file.parent.iterdir()} == there
    assert os.path.samestat(no_file.stat(), before)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd")
@pytest.mark.parametrize("writer", WRITERS.values(), ids=[*WRITERS])
@pytest.mark.parametrize("where", ["/dev/fd/{}", "/proc/self/fd/{}", "/proc/{1}/fd/{}"])
def test_an_open_stream_is_no_file_to_replace(tmp_path, writer, where):
    behind, link = tmp_path / "behind", tmp_path / "link"
    behind.write_bytes(b"old")
    with behind.open("rb") as file:
        name = where.replace("{}", "{0}").format(file.fileno(), os.getpid())
        link.symlink_to(name)
        for path in (Path(name), link):
            with pytest.raises(OSError, match=r"an open stream.*to standard output"):
                writer(path)
    assert behind.read_bytes() == b"old"
    assert {*tmp_path.iterdir()} == {behind, link}


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/stderr"])
def test_the_streams_that_have_names_are_known(name):
    if not os.path.lexists(name):
        pytest.skip(f"no {name}")
    with pytest.raises(OSError, match=r"got the name of an open stream"):
        check_replaceable(name)


def test_links_that_lead_to_each_other_are_an_error(tmp_path):
    path = tmp_path / "out"
    path.symlink_to(path)
    with pytest.raises(OSError, match=r"out"):
        write_whole(path, b"new")
    assert [*tmp_path.iterdir()] == [path]
