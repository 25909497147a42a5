"""A shell's commands: ``python -m lstm_helpers --help``."""

import argparse
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

# The rooms are loaded by the commands that need them: Ctrl+C meets the command then,
# and not the seconds before it.

_STOPPED = 130  # what shells say of a program that Ctrl+C has ended


class _Parser(argparse.ArgumentParser):
    """Prints its help as the commands print."""

    def print_help(self, _: Any = None) -> None:
        _print(self.format_help().rstrip("\n"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    try:
        options = _read_options(arguments)
        options.run(options)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(_STOPPED)


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = _Parser(prog="python -m lstm_helpers")
    commands = parser.add_subparsers(required=True)
    download = commands.add_parser(
        "download", help="fetch the real corpus (3 MB) from Kaggle into data/"
    )
    download.add_argument("--url", help="another address")
    download.set_defaults(run=_download)
    tag = commands.add_parser(
        "tag",
        help="tag a text, or the lines of standard input",
        description="Tag a text. A question mark behind a word says that the tagger "
        "has not seen it in training; the bundled tagger knows the words of a small "
        "made-up corpus.",
    )
    tag.add_argument("text", nargs="*", help="standard input's lines if not given")
    tag.add_argument("--tagger", help="a folder that save_tagger wrote")
    tag.set_defaults(run=_tag)
    return parser.parse_args(arguments)


def _download(options: argparse.Namespace) -> None:
    from lstm_helpers.files import KAGGLE_ARCHIVE, DownloadError, ensure_gmb

    try:
        path = ensure_gmb(KAGGLE_ARCHIVE if options.url is None else options.url)
    except (DownloadError, ValueError) as error:
        sys.exit(str(error))
    _print(f"The real corpus is {path}, checksum right.")


def _tag(options: argparse.Namespace) -> None:
    from lstm_helpers.models import SAMPLE_TAGGER, load_tagger
    from lstm_helpers.prediction import render_text, tag_text

    try:
        folder = SAMPLE_TAGGER if options.tagger is None else options.tagger
        tagger = load_tagger(folder)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    for text in [" ".join(options.text)] if options.text else _read_lines():
        line = text.rstrip("\n")
        _print(render_text(line, tag_text(tagger, line)))


def _read_lines() -> Iterator[str]:
    """Read standard input line by line, or end the command."""
    if sys.stdin is None:
        sys.exit("standard input: got none, wanted lines; or give a text: tag TEXT")
    if isinstance(sys.stdin, io.TextIOWrapper):  # bytes that are no text: as U+FFFD
        sys.stdin.reconfigure(errors="replace")
    if sys.stdin.isatty():
        print("Type a text and press Enter; Ctrl+D ends.", file=sys.stderr)
    try:
        yield from sys.stdin
    except OSError as error:
        sys.exit(f"standard input: got an error ({error}), wanted lines of text")


def _print(text: str) -> None:
    """Print at once, or end the command: what is not written is no success."""
    if sys.stdout is None:
        sys.exit("standard output: got none, wanted one to write to")
    if isinstance(sys.stdout, io.TextIOWrapper):  # what a terminal lacks: as \xe9
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        _give_up(error)


def _give_up(error: OSError) -> NoReturn:
    """End a command whose output cannot be written."""
    # Python writes once more what is left in the buffer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):  # who reads, as head does, has had enough
        sys.exit(1)
    sys.exit(f"standard output: got an error ({error}), wanted one to write to")


def _stop(*_: Any) -> NoReturn:
    """Stop at the first Ctrl+C; a second one breaks into nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    main()
