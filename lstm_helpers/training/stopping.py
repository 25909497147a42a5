"""The Stop button, Ctrl+C -> a note, which a training looks at after every batch.

A KeyboardInterrupt may come between any two lines, and again while the first one is
dealt with. A note comes when it is looked for: nothing is left half done.
"""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

_Each = TypeVar("_Each")
_RAISES = signal.default_int_handler  # Python's own: raises a KeyboardInterrupt


class StopNote:
    """Notes a Stop while it is entered, instead of the KeyboardInterrupt.

    Only in the main thread, to which it comes, and only where a Stop would raise a
    KeyboardInterrupt: a program that has a handler of its own, or sets one meanwhile,
    keeps it.
    """

    def __init__(self) -> None:
        self._has_come = False

    def __enter__(self) -> "StopNote":
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.pass_on()

    def take(self) -> None:
        """Note a Stop from here on."""
        _replace_handler(_RAISES, self._note)

    def pass_on(self) -> None:
        """Let a Stop raise a KeyboardInterrupt again, in code that may expect it."""
        _replace_handler(self._note, _RAISES)

    def _note(self, *_: Any) -> None:
        self._has_come = True

    def look(self) -> None:
        """Raise the KeyboardInterrupt, if a Stop has come.

        Raises
        ------
        KeyboardInterrupt
        """
        if self._has_come:
            raise KeyboardInterrupt

    def look_after(self, batches: Iterable[_Each]) -> Iterator[_Each]:
        """Hand on batches, and look whenever one of them is done.

        Parameters
        ----------
        batches : iterable

        Yields
        ------
        object
            Each of them.

        Raises
        ------
        KeyboardInterrupt
            If a Stop has come.
        """
        for batch in batches:
            yield batch
            self.look()

    def insist(self, work: Callable[[], object]) -> None:
        """Do something to its end, again if a KeyboardInterrupt breaks it off.

        Parameters
        ----------
        work : callable
            May be done twice.
        """
        while True:
            try:
                self.take()
                work()
                return
            except KeyboardInterrupt:
                continue


def _replace_handler(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Let another handler deal with a Stop, unless somebody else's has come between."""
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) == old:
        signal.signal(signal.SIGINT, new)
