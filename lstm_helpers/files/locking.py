"""A folder -> who alone may write there."""

import errno
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_LOCK = ".lock"
_NO_LOCKS = errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK
_POLL = 0.01  # seconds between two tries


def make_folder(folder: Path) -> None:
    """Make a folder if need be, and those around it.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    OSError
        If it cannot be made, or something else has its place.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        got = "a link to what is not there" if folder.is_symlink() else "a file"
        reason = f"got {got}, wanted a folder"
        raise FileExistsError(errno.EEXIST, reason, str(folder)) from None


@contextmanager
def hold_folder(folder: Path, seconds: float = 0.0) -> Iterator[None]:
    """Let nobody else hold a folder meanwhile, in this process or in another.

    The operating system ends the hold with the process, even with one that is killed.
    A file marks it; it goes with the hold.

    Parameters
    ----------
    folder : Path
        Made if need be.
    seconds : float
        How long to wait for another one who holds it.

    Raises
    ------
    BlockingIOError
        If another one holds it.
    OSError
        If the folder may not be written.

    Warns
    -----
    UserWarning
        If the file system has no locks. Then there is no hold, and all goes on.
    """
    make_folder(folder)
    lock = FileLock(folder / _LOCK, poll_interval=_POLL, fallback_to_soft=False)
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        reason = (
            "got a folder in which another program writes, wanted one of one's own; "
            "wait for its end, or choose another folder"
        )
        raise BlockingIOError(errno.EAGAIN, reason) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        warnings.warn(
            f"{folder}: its file system has no locks ({error.strerror}), so nothing "
            "keeps a second training from it",
            stacklevel=4,
        )
    try:
        yield
    finally:
        if lock.is_locked:
            with suppress(OSError):  # before the end: who waits then makes a new one
                (folder / _LOCK).unlink()
            lock.release()
