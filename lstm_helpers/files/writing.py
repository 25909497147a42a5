"""Bytes -> a file on the disk, whole or not at all."""

import contextlib
import errno
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path
from types import EllipsisType

_SCRATCH = ".writing-"  # then the process that writes, and letters of its own
_STREAMS = re.compile(r"/proc/.+/fd|/dev/fd")  # where a system lists what is open
_MAX_LINKS = 40  # that lead to a file, as Linux follows them


class FileChangedError(OSError):
    """A file is no longer what it was when it was read; nothing was written."""


def write_whole(
    path: str | Path, content: bytes, *, found: bytes | EllipsisType | None = ...
) -> None:
    """Write a file beside its place, then put it there.

    Parameters
    ----------
    path : str or Path
        Its folder has to exist; a file that is there is replaced. A link stays one, and
        what it leads to is replaced.
    content : bytes
    found : bytes or None, optional
        What was read there, None if there was no file: only that is replaced. Between
        this last look and the replacement lie microseconds, in which another program
        can still write unseen.

    Raises
    ------
    FileChangedError
        If something else than ``found`` is there by now.
    OSError
        If it cannot be written, or there is a folder, a pipe, a device or a socket.
        What was there is then still there.
    """
    check_replaceable(path)
    path = Path(os.path.realpath(path))
    _clear_leftovers(path.parent)
    prefix = f"{_SCRATCH}{os.getpid()}-"
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=prefix) as scratch:
        partial = Path(scratch) / path.name
        flush(partial, content)
        if path.exists():
            partial.chmod(path.stat().st_mode)
        if found is not ... and read_if_there(path) != found:
            raise FileChangedError(f"{path}: got another content, wanted what was read")
        partial.replace(path)
    flush_names(path.parent)


def check_replaceable(path: str | Path) -> None:
    """Refuse to put a file in the place of what is none, or of a stream.

    Parameters
    ----------
    path : str or Path
        Links are followed. What is not there can be made.

    Raises
    ------
    OSError
        If there is a folder, a pipe, a device or a socket, or the path leads to an open
        stream, as ``/dev/stdout`` does.
    """
    if _leads_to_stream(path):
        reason = (
            "got the name of an open stream, wanted a file to replace; "
            "a result that is given no file goes to standard output"
        )
        raise OSError(errno.EINVAL, reason, str(path))
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        reason = "got a pipe, a device or a socket, wanted a file to replace"
        raise OSError(errno.EINVAL, reason, str(path))


def _leads_to_stream(path: str | Path) -> bool:
    """Say whether a path, or a link on its way, is one of a process's open streams."""
    place = Path(path)
    for _ in range(_MAX_LINKS):
        folder = os.path.realpath(place.parent)
        if _STREAMS.fullmatch(folder):
            return True
        if not place.is_symlink():
            return False
        place = Path(folder) / place.readlink()
    return False


def read_if_there(path: Path) -> bytes | None:
    """Read a file; None if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def flush(path: Path, content: bytes) -> None:
    """Write bytes and wait until they are on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_names(folder: Path) -> None:
    """Wait until a folder's new names are on the disk, where a system can do that."""
    with contextlib.suppress(OSError):  # a folder that may be written, but not read
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _clear_leftovers(folder: Path) -> None:
    """Delete what processes left that were killed while they wrote."""
    for left in folder.glob(f"{_SCRATCH}*"):
        writer = re.match(rf"{re.escape(_SCRATCH)}(\d+)-", left.name)
        if writer and not _lives(int(writer[1])):
            shutil.rmtree(left, ignore_errors=True)


def _lives(pid: int) -> bool:
    """Say whether a process of this number lives, whoever's it is."""
    try:
        os.kill(pid, 0)  # sends nothing
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
