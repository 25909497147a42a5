"""Options that several commands have -> the corpus and the tagger that they name."""

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from lstm_helpers.commands.terminal import errors_in_a_line, say

if TYPE_CHECKING:
    from lstm_helpers.data.corpus import Corpus
    from lstm_helpers.models.trained import TrainedTagger

_TOKENISERS = "words", "characters", "spaces"
CORPUS_HELP: Any = {
    "formatter_class": argparse.RawDescriptionHelpFormatter,
    "epilog": """\
how FILE is read is found out from its content; if a message asks for an option, set
  LSTM_CORPUS_OPTIONS="tag_scheme=IOB1 strays=begin"
  word_column, tag_column, sentence_column: a name, or a number from 0 on (-1: the last)
  delimiter: a character, or tab, blank, comma, semicolon
  encoding: such as utf-8, cp1252, utf-16, gb18030
  tag_scheme: IOB2, IOB1, IO, IOBES, BILOU, BMES, BI
  strays: refuse (the default), or begin: an I- behind no mention begins one""",
}


def nonempty_path(text: str) -> str:
    """Refuse an empty path, such as a variable that is not set in a shell.

    Parameters
    ----------
    text : str
        As it was typed.

    Returns
    -------
    str

    Raises
    ------
    argparse.ArgumentTypeError
    """
    if not text:
        raise argparse.ArgumentTypeError("got nothing, wanted a path")
    return text


def add_corpus(command: argparse.ArgumentParser) -> None:
    """Add the argument for a corpus to a command.

    Parameters
    ----------
    command : ArgumentParser
        Made with :data:`CORPUS_HELP`.
    """
    command.add_argument(
        "file",
        metavar="FILE",
        type=nonempty_path,
        help="a corpus: a file in Kaggle's layout or with CoNLL columns, read with the "
        "options in LSTM_CORPUS_OPTIONS, or sample or gmb",
    )


def add_tagger(command: argparse.ArgumentParser) -> None:
    """Add the option for a tagger to a command.

    Parameters
    ----------
    command : ArgumentParser
    """
    command.add_argument(
        "--tagger",
        metavar="FOLDER",
        type=nonempty_path,
        help="a folder of the command train, or of save_tagger; by default the bundled "
        "tagger, which knows the words of a small made-up corpus",
    )


def add_split(command: argparse.ArgumentParser) -> None:
    """Add the option that says how text is cut to a command.

    Parameters
    ----------
    command : ArgumentParser
    """
    command.add_argument(
        "--split",
        choices=_TOKENISERS,
        help="how text is cut: into words, into characters as in many corpora of "
        "Chinese, or at spaces alone; by default into characters if most words that "
        "the corpus or the tagger knows are a single one, else into words",
    )


def read_chosen_corpus(choice: str) -> "Corpus":
    """Read a corpus, a file with the options in the environment, or end the command.

    Parameters
    ----------
    choice : str
        A path, ``"sample"`` or ``"gmb"``.

    Returns
    -------
    Corpus

    Raises
    ------
    SystemExit
        If it cannot be read.
    OSError
        If there is no such file.
    """
    from lstm_helpers.data.arguments import read_arguments
    from lstm_helpers.data.corpus import read_corpus

    try:
        known = choice in ("sample", "gmb")
        return read_corpus(choice, **({} if known else read_arguments(os.environ)))
    except ValueError as error:
        sys.exit(str(error).removeprefix("LSTM_CORPUS: "))


def say_unusual(corpus: "Corpus") -> None:
    """Say how a file was read, if that is not the plain case.

    Parameters
    ----------
    corpus : Corpus
    """
    if corpus.unusual:
        say(f"Note: {corpus}")


def load_chosen_tagger(folder: str | None) -> "TrainedTagger":
    """Load a tagger, or end the command.

    Parameters
    ----------
    folder : str or None
        None for the bundled one.

    Returns
    -------
    TrainedTagger

    Raises
    ------
    SystemExit
        If it cannot be loaded.
    """
    from lstm_helpers.models.saving import SAMPLE_TAGGER, load_tagger

    with errors_in_a_line():
        return load_tagger(SAMPLE_TAGGER if folder is None else folder)
