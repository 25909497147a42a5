"""What a command says -> the streams, one line an error; standard input -> lines."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn


@contextmanager
def errors_in_a_line() -> Iterator[None]:
    """End the command with what an error says, where that is all that one needs.

    Raises
    ------
    SystemExit
        With the message of an error that is raised within.
    KeyboardInterrupt
        Instead of an error that clearing up after it has raised.
    """
    try:
        yield
    except (OSError, ValueError, FloatingPointError, ImportError) as error:
        before = error.__context__
        while before is not None:  # what clearing up after a stop raised is no reason
            if isinstance(before, KeyboardInterrupt):
                raise before from None
            before = before.__context__
        sys.exit(str(error))


def read_lines() -> Iterator[str]:
    """Read standard input line by line, or end the command.

    Yields
    ------
    str
        With its end; bytes that are no text are U+FFFD. A byte order mark at its start
        is no part of it.

    Raises
    ------
    SystemExit
        If there is no standard input, or it cannot be read.
    """
    if sys.stdin is None:
        sys.exit("standard input: got none, wanted lines; or give a text: tag TEXT")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if sys.stdin.isatty():
        print("Type a text and press Enter; Ctrl+D ends.", file=sys.stderr)
    try:
        yield from (line.lstrip("\ufeff") for line in sys.stdin)
    except OSError as error:
        sys.exit(f"standard input: got an error ({error}), wanted lines of text")


def is_terminal(stream: Any) -> bool:
    """Say whether somebody looks on.

    Parameters
    ----------
    stream : file or None
        None if there is no stream at all.

    Returns
    -------
    bool
    """
    with suppress(AttributeError, ValueError):
        return bool(stream.isatty())
    return False


def say(text: str) -> None:
    """Write to standard error, if that can be written.

    Parameters
    ----------
    text : str
        Without the end of its line.
    """
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


def say_warning(message: Warning | str, *_: Any) -> None:
    """Write a warning without the lines of the program that it comes from.

    Parameters
    ----------
    message : Warning or str
    *_
        What else :func:`warnings.showwarning` is given.
    """
    say(f"Note: {message}")


def print_line(text: str) -> None:
    """Write a line to standard output at once, or end the command.

    Parameters
    ----------
    text : str
        Without the end of its line.
    """
    write(f"{text}\n")


def write(text: str) -> None:
    """Write to standard output at once, or end the command.

    Parameters
    ----------
    text : str

    Raises
    ------
    SystemExit
        If it cannot be written: what is not written is no success. If nobody reads any
        more, as behind ``| head -1``, that is status 1 without a message.
    """
    if sys.stdout is None:
        sys.exit("standard output: got none, wanted one to write to")
    if isinstance(sys.stdout, io.TextIOWrapper):  # what a terminal lacks: as \xe9
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        raw = getattr(sys.stdout, "buffer", None)
        if isinstance(raw, io.RawIOBase):  # of PYTHONUNBUFFERED
            text = text.replace("\n", os.linesep)
            _write_all(raw, text.encode(sys.stdout.encoding, "backslashreplace"))
        else:
            sys.stdout.write(text)
            sys.stdout.flush()
    except OSError as error:
        _give_up(error)


def _write_all(raw: io.RawIOBase, content: bytes) -> None:
    """Write to what may take a part alone; Python's own streams lose the rest then."""
    left = memoryview(content)
    while left:
        n_written = raw.write(left)
        if n_written is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        left = left[n_written:]


def _give_up(error: OSError) -> NoReturn:
    """End a command whose output cannot be written."""
    # Python writes once more what is left in the buffer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):  # who reads, as head does, has had enough
        sys.exit(1)
    sys.exit(f"standard output: got an error ({error}), wanted one to write to")
