"""Ctrl+C, or a polite request to end -> one line that says what is kept."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STOPPED = 130  # what shells say of a program that Ctrl+C has ended


@contextmanager
def stoppable(kept: str) -> Iterator[None]:
    """Let some work be stopped: by Ctrl+C, or by SIGTERM in the same way.

    Parameters
    ----------
    kept : str
        Printed then: what is kept, and how to go on.

    Raises
    ------
    SystemExit
        With status 130, if it is stopped.
    """
    before = signal.signal(signal.SIGTERM, _as_by_ctrl_c)
    try:
        yield
    except KeyboardInterrupt:
        print(f"\nStopped. {kept}", file=sys.stderr)
        sys.exit(STOPPED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _as_by_ctrl_c(_, frame):
    """Do what is done at Ctrl+C, even where a shell has told us to ignore that."""
    handle = signal.getsignal(signal.SIGINT)  # asyncio has one of its own
    if not callable(handle):
        raise KeyboardInterrupt
    handle(signal.SIGINT, frame)
