"""A shell's commands: ``python -m lstm_helpers --help``."""

import argparse
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
    tag = commands.add_parser("tag", help="tag a text, or the lines of standard input")
    tag.add_argument("text", nargs="*", help="standard input's lines if not given")
    tag.add_argument("--tagger", default=SAMPLE_TAGGER, help="a saved tagger's folder")
    tag.set_defaults(run=_tag)
    options = parser.parse_args(arguments)
    options.run(options)


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
    for text in [" ".join(options.text)] if options.text else sys.stdin:
        line = text.rstrip("\n")
        print(render_text(line, tag_text(tagger, line)), flush=True)


if __name__ == "__main__":
    main()
