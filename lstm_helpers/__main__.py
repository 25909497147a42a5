"""A shell's commands: ``python -m lstm_helpers --help``."""

import argparse
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

from lstm_helpers.commands import (
    add_describe,
    add_download,
    add_score,
    add_tag,
    add_train,
)
from lstm_helpers.commands.terminal import print_line, say, say_warning

_STOPPED = 130  # what shells say of a program that Ctrl+C has ended
_EXAMPLES = """\
from a file of your own to a tagged text:
  python -m lstm_helpers describe corpus.conll
  python -m lstm_helpers train corpus.conll --out mine
  python -m lstm_helpers score other.conll --tagger mine
  python -m lstm_helpers tag --tagger mine "Ms. Jordan flew to Paris."
  python -m lstm_helpers tag --tagger mine --file text.txt --out tagged.txt
many files at once, by the workers of a cluster (optional group scale):
  python -m lstm_helpers tag --file 'texts/*.txt.gz' --out tagged --workers 2"""


class _Parser(argparse.ArgumentParser):
    """Prints its help as the commands print."""

    def print_help(self, _: Any = None) -> None:
        print_line(self.format_help().rstrip("\n"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says.

    A command whose output nobody reads to its end, as behind ``| head -1``, ends
    quietly, with status 1.
    """
    try:
        options = _read_options(arguments)
        with warnings.catch_warnings():
            warnings.showwarning = say_warning  # type: ignore[assignment]
            options.run(options)
    except KeyboardInterrupt as stop:
        say(" ".join(["\nStopped.", *map(str, stop.args)]))
        sys.exit(_STOPPED)


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = _Parser(
        prog="python -m lstm_helpers",
        description="From a corpus to a tagger, and from a tagger to tags. Results go "
        "to\nstandard output, all else to standard error. COMMAND --help says more.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (add_describe, add_train, add_tag, add_score, add_download):
        add(commands)
    return parser.parse_args(arguments)


def _stop(*_: Any) -> NoReturn:
    """Stop at the first Ctrl+C; a second one breaks into nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    main()
