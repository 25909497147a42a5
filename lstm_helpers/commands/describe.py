"""The command describe: a corpus -> what is in it."""

import argparse
from typing import Any

from lstm_helpers.commands.inputs import (
    CORPUS_HELP,
    add_corpus,
    add_split,
    read_chosen_corpus,
)
from lstm_helpers.commands.terminal import errors_in_a_line, print_line


def add_describe(commands: Any) -> None:
    """Add the command to a parser.

    Parameters
    ----------
    commands : Any
        What :meth:`argparse.ArgumentParser.add_subparsers` has given.
    """
    describe = commands.add_parser(
        "describe",
        help="say what is in a corpus",
        description="Say what is in a corpus: its size, its types, sentences that "
        "occur more than once, and words that are cut in text of one's own.",
        **CORPUS_HELP,
    )
    add_corpus(describe)
    add_split(describe)
    describe.set_defaults(run=_describe)


def _describe(options: argparse.Namespace) -> None:
    from lstm_helpers.data.description import describe
    from lstm_helpers.data.tokens import TOKENISERS

    split = TOKENISERS[options.split] if options.split else None
    with errors_in_a_line():
        corpus = read_chosen_corpus(options.file)
        found = describe(corpus, split)
    print_line(str(found))
