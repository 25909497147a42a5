"""Ctrl+C, or a polite request to end -> one line that says what is kept."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

STOPPED = 130  # what shells say of a program that Ctrl+C has ended
_STOPS = signal.SIGINT, signal.SIGTERM


@contextmanager
def stoppable(kept: str) -> Iterator[None]:
    """Let some work be stopped: by Ctrl+C, or by SIGTERM in the same way.

    The first one stops it. Those that follow change nothing: what is cleaned up then,
    such as a kernel or half a file, is cleaned up to its end.

    Parameters
    ----------
    kept : str
        Printed then: what is kept, and how to go on.

    Raises
    ------
    SystemExit
        With status 130, if it is stopped.
    """
    # SIGTERM even where a shell has us ignore it
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with _stopped_once_by(_interrupt):
            yield
    except KeyboardInterrupt:
        print(f"\nStopped. {kept}", file=sys.stderr)
        sys.exit(STOPPED)
    finally:
        if signal.getsignal(signal.SIGTERM) != signal.SIG_IGN:
            signal.signal(signal.SIGTERM, before)


def run_stoppable(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine within :func:`stoppable`: a stop cancels it.

    Parameters
    ----------
    work : coroutine

    Raises
    ------
    KeyboardInterrupt
        If it was stopped, once it has cleaned up.
    """

    async def run() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def stop() -> None:
            if task is None or not task.cancel():  # it is done
                _interrupt()
            loop.call_soon_threadsafe(lambda: None)  # wakes it

        with _stopped_once_by(stop):
            await work

    try:
        asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


@contextmanager
def _stopped_once_by(stop: Callable[[], None]) -> Iterator[None]:
    """Do something at the first signal that asks for an end, and nothing at others.

    Once it has come, all are ignored from then on: also while Python ends.
    """

    def handle(*_: Any) -> None:
        for sent in _STOPS:
            signal.signal(sent, signal.SIG_IGN)
        stop()

    before = {sent: signal.getsignal(sent) for sent in _STOPS}
    for sent, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(sent, handle)
    try:
        yield
    finally:
        for sent, handler in before.items():
            if signal.getsignal(sent) is handle:
                signal.signal(sent, handler)


def _interrupt() -> None:
    raise KeyboardInterrupt
