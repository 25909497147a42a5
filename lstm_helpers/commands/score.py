"""The command score: a corpus and a tagger -> how well their tags agree."""

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lstm_helpers.commands.inputs import (
    CORPUS_HELP,
    add_corpus,
    add_tagger,
    load_chosen_tagger,
    read_chosen_corpus,
    say_unusual,
)
from lstm_helpers.commands.terminal import errors_in_a_line, print_line, say

if TYPE_CHECKING:
    from lstm_helpers.data.corpus import Corpus
    from lstm_helpers.models.trained import TrainedTagger


def add_score(commands: Any) -> None:
    """Add the command to a parser.

    Parameters
    ----------
    commands : Any
        What :meth:`argparse.ArgumentParser.add_subparsers` has given.
    """
    score = commands.add_parser(
        "score",
        help="score a tagger on a corpus",
        description="Compare a tagger's tags with those of a corpus: precision, "
        "recall and F1 of whole entities, for each type.",
        **CORPUS_HELP,
    )
    add_corpus(score)
    add_tagger(score)
    score.add_argument(
        "--part",
        choices=("all", "validation", "test"),
        default="all",
        help="all of the corpus (the default), or a part that the command train holds "
        "out if it is given this corpus alone",
    )
    score.set_defaults(run=_score)


def _score(options: argparse.Namespace) -> None:
    from lstm_helpers.data.splits import benchmark_split
    from lstm_helpers.metrics import tabulate_scores
    from lstm_helpers.models.trained import predict_tags

    with errors_in_a_line():
        corpus = read_chosen_corpus(options.file)
        say_unusual(corpus)
        tagger = load_chosen_tagger(options.tagger)
        sentences = corpus.sentences
        if options.part == "all":
            _warn_of_training(corpus, tagger)
        else:
            sentences = getattr(benchmark_split(sentences), options.part)
        predicted = predict_tags(tagger, sentences)
        table = tabulate_scores([sentence.tags for sentence in sentences], predicted)
    part = "" if options.part == "all" else f" of the {options.part} part"
    print_line(f"{corpus.name}, {len(sentences):,} sentences{part}\n{table}")


def _warn_of_training(corpus: "Corpus", tagger: "TrainedTagger") -> None:
    """Warn of a score on sentences that the tagger was trained on."""
    from lstm_helpers.data.splits import benchmark_split
    from lstm_helpers.files.reading import checksum

    with suppress(ValueError):  # of a corpus that cannot be split
        train = benchmark_split(corpus.sentences).train
        if checksum(train) == tagger.about.get("training_sha256"):
            say("Note: the tagger was trained on a part of this. See --part test.")
