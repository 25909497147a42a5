"""Pieces -> a file that is there when it is whole, over several runs if need be."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from lstm_helpers.files.locking import hold_folder
from lstm_helpers.files.reading import find_home, shorten
from lstm_helpers.files.writing import (
    check_replaceable,
    flush_names,
    read_if_there,
    write_whole,
)

_OUTPUT, _PROGRESS = "output", "progress.json"


class GrowingFile:
    """What is written so far of a file, and how far its source was read for it.

    Parameters
    ----------
    folder : Path
        Where it grows; there is nothing in it, or what an earlier run has left.
    call : mapping
        What the output depends on, as JSON can hold it.

    Attributes
    ----------
    place : dict or None
        What :meth:`add` was given last, in this run or in an earlier one.

    Raises
    ------
    OSError
        If it cannot be written.
    ValueError
        If an earlier run had another call, or its files are damaged.
    """

    def __init__(self, folder: Path, call: Mapping[str, Any]) -> None:
        self._folder, self._call = folder, dict(call)
        self.place: dict[str, Any] | None = None
        n_written = 0
        content = read_if_there(folder / _PROGRESS)
        if content is not None:
            n_written = self._take_over(content)
        self._file = (folder / _OUTPUT).open("ab")
        self._file.truncate(n_written)  # what came after was not noted
        self._file.seek(n_written)

    def _take_over(self, content: bytes) -> int:
        """Take the place of an earlier run; say how much of its output counts."""
        ways = "remove that folder, or choose another file to write"
        try:
            progress = json.loads(content)
            call, place, n_written = (progress[k] for k in ("call", "place", "written"))
            if not (self._folder / _OUTPUT).exists():  # it was put in its place
                return 0
            size = (self._folder / _OUTPUT).stat().st_size
            if type(n_written) is not int or not 0 <= n_written <= size:
                raise ValueError(f"{n_written!r} bytes of {size}")
            differ = [k for k in self._call if call.get(k) != self._call[k]]
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            got = f"a damaged {_PROGRESS} ({shorten(repr(error))})"
            raise ValueError(f"{self._folder}: got {got}; {ways}") from error
        if differ:
            got = "; ".join(
                f"{name}: {call.get(name)!r} instead of {self._call[name]!r}"
                for name in differ
            )
            got = f"a part of another run ({shorten(got, 300)})"
            raise ValueError(f"{self._folder}: got {got}; {ways}")
        self.place = place
        return n_written

    def add(self, content: bytes, place: Mapping[str, Any]) -> None:
        """Append a piece, so that a later run goes on behind it.

        Parameters
        ----------
        content : bytes
        place : mapping
            How far the source was read, as JSON can hold it.

        Raises
        ------
        OSError
            If it cannot be written. A later run then goes on before this piece.
        """
        try:
            self._file.write(content)
            self._flush()
            n_written = self._file.tell()
            progress = {"call": self._call, "place": place, "written": n_written}
            write_whole(self._folder / _PROGRESS, json.dumps(progress).encode("ascii"))
        except OSError as error:
            reason = error.strerror or str(error)
            if self.place is None:
                whole = str(self._folder.with_suffix(""))
                raise OSError(error.errno, reason, whole) from error
            reason = f"{reason}; what was written before is kept"
            raise OSError(error.errno, reason, str(self._folder)) from error
        self.place = dict(place)

    def _flush(self) -> None:
        """Wait until what was written is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the output; without a piece in it there is none."""
        with suppress(OSError):
            self._file.close()
        if self.place is None:
            (self._folder / _OUTPUT).unlink(missing_ok=True)

    def put(self, path: Path) -> None:
        """Put the output in its place; nothing of the earlier runs stays.

        Parameters
        ----------
        path : Path

        Raises
        ------
        OSError
            If it cannot be put there.
        """
        self._flush()
        output = self._folder / _OUTPUT
        if path.exists():
            output.chmod(path.stat().st_mode)
        output.replace(path)
        flush_names(path.parent)
        (self._folder / _PROGRESS).unlink(missing_ok=True)


def find_partial(path: str | Path) -> Path:
    """Say in which folder a file grows.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Path
        Beside it, or beside what it leads to if it is a link.
    """
    whole = Path(os.path.realpath(find_home(path)))
    return whole.with_name(f"{whole.name}.partial")


@contextmanager
def grow_file(path: str | Path, call: Mapping[str, Any]) -> Iterator[GrowingFile]:
    """Write a file piece by piece; if that is broken off, go on from there next time.

    Parameters
    ----------
    path : str or Path
        Its folder has to exist. Until the end the pieces grow in a folder beside it,
        which has its name with ``.partial`` behind it. Then they replace what is there.
        A link stays one, and what it leads to is replaced.
    call : mapping
        What the output depends on, as JSON can hold it: only a call like it goes on
        with what an earlier run has left.

    Yields
    ------
    GrowingFile

    Raises
    ------
    BlockingIOError
        If another run writes the same file.
    OSError
        If it cannot be written, or a folder, a pipe, a device or a socket has its
        place. What was there is then still there.
    ValueError
        If an earlier run with another call has left a part, or a damaged one.
    """
    check_replaceable(find_home(path))
    folder = find_partial(path)
    path = folder.with_suffix("")
    if not path.parent.is_dir():
        reason = "got no such folder, wanted one to write into"
        raise FileNotFoundError(errno.ENOENT, reason, str(path.parent))
    try:
        with ExitStack() as hold:
            _hold(folder, path, hold)
            growing = GrowingFile(folder, call)
            hold.callback(growing.close)
            yield growing
            growing.put(path)
    finally:
        with suppress(OSError):  # it holds what a later run goes on with
            folder.rmdir()


def _hold(folder: Path, path: Path, hold: ExitStack) -> None:
    """Be the only one who writes a file; an error names it."""
    try:
        hold.enter_context(hold_folder(folder))
    except BlockingIOError:
        reason = "got a file that another run writes, wanted one of one's own"
        raise BlockingIOError(errno.EAGAIN, reason, str(path)) from None
