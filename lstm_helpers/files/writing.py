"""Bytes -> a file on the disk, whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: str | Path, content: bytes) -> None:
    """Write a file beside its place, then put it there.

    Parameters
    ----------
    path : str or Path
        Its folder has to exist; a file that is there is replaced. A link stays one, and
        what it leads to is replaced.
    content : bytes

    Raises
    ------
    OSError
        If it cannot be written. A file that was there is then still there.
    """
    path = Path(os.path.realpath(path))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as scratch:
        partial = Path(scratch) / path.name
        flush(partial, content)
        if path.exists():
            partial.chmod(path.stat().st_mode)
        partial.replace(path)
    flush_names(path.parent)


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
