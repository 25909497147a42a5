"""A shell's commands: ``python -m lstm_helpers --help``."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from lstm_helpers.files import KAGGLE_ARCHIVE, DownloadError, ensure_gmb
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger
from lstm_helpers.prediction import render_text, tag_text


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m lstm_helpers")
    commands = parser.add_subparsers(required=True)
    download = commands.add_parser(
        "download", help="fetch the real corpus (3 MB) from Kaggle into data/"
    )
    download.add_argument("--url", default=KAGGLE_ARCHIVE, help="another address")
    download.set_defaults(run=_download)
    tag = commands.add_parser(
        "tag",
        help="tag a text, or the lines of standard input",
        description="Tag a text. A question mark behind a word says that the tagger "
        "has not seen it in training; the bundled tagger knows the words of a small "
        "made-up corpus.",
    )
    tag.add_argument("text", nargs="*", help="standard input's lines if not given")
    tag.add_argument(
        "--tagger", default=SAMPLE_TAGGER, help="a folder that save_tagger wrote"
    )
    tag.set_defaults(run=_tag)
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # what a terminal lacks: as \xe9
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        options.run(options)
    except BrokenPipeError:  # who reads, as head does, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _download(options: argparse.Namespace) -> None:
    try:
        path = ensure_gmb(options.url)
    except (DownloadError, ValueError) as error:
        sys.exit(str(error))
    print(f"The real corpus is {path}, checksum right.")


def _tag(options: argparse.Namespace) -> None:
    try:
        tagger = load_tagger(options.tagger)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    if isinstance(sys.stdin, io.TextIOWrapper):  # bytes that are no text: as U+FFFD
        sys.stdin.reconfigure(errors="replace")
    if not options.text and sys.stdin.isatty():
        print("Type a text and press Enter; Ctrl+D ends.", file=sys.stderr)
    for text in [" ".join(options.text)] if options.text else sys.stdin:
        line = text.rstrip("\n")
        print(render_text(line, tag_text(tagger, line)), flush=True)


if __name__ == "__main__":
    main()
