"""The command download: an address -> the real corpus in its folder."""

import argparse
import sys
from typing import Any

from lstm_helpers.commands.terminal import print_line


def add_download(commands: Any) -> None:
    """Add the command to a parser.

    Parameters
    ----------
    commands : Any
        What :meth:`argparse.ArgumentParser.add_subparsers` has given.
    """
    download = commands.add_parser(
        "download", help="fetch the real corpus (3 MB) from Kaggle into data/"
    )
    download.add_argument("--url", help="another address")
    download.set_defaults(run=_download)


def _download(options: argparse.Namespace) -> None:
    from lstm_helpers.files.download import KAGGLE_ARCHIVE, DownloadError, ensure_gmb

    try:
        path = ensure_gmb(KAGGLE_ARCHIVE if options.url is None else options.url)
    except (DownloadError, ValueError) as error:
        sys.exit(str(error))
    print_line(f"The real corpus is {path}, checksum right.")
