"""The command train: a corpus -> a tagger that is saved, and its scores."""

import argparse
import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_helpers.commands.inputs import (
    CORPUS_HELP,
    add_corpus,
    nonempty_path,
    read_chosen_corpus,
    say_unusual,
)
from lstm_helpers.commands.terminal import (
    errors_in_a_line,
    is_terminal,
    print_line,
    say,
)

if TYPE_CHECKING:
    from lstm_helpers.data.splits import Split
    from lstm_helpers.training.ranks import Ranks
    from lstm_helpers.training.run import Epoch

_RUNGS = "fast", "best", "quick", "words", "looks", "window", "post_sizes"


def add_train(commands: Any) -> None:
    """Add the command to a parser.

    Parameters
    ----------
    commands : Any
        What :meth:`argparse.ArgumentParser.add_subparsers` has given.
    """
    train = commands.add_parser(
        "train",
        help="train a tagger and save it",
        description="Train a tagger and save it. Without --validation and --test, "
        "parts of the corpus are held out for these two. The same call gives the same "
        "tagger again.",
        **CORPUS_HELP,
    )
    add_corpus(train)
    own = "a file with the corpus's own part; both of these or neither"
    train.add_argument("--validation", metavar="FILE", type=nonempty_path, help=own)
    train.add_argument("--test", metavar="FILE", type=nonempty_path, help="the same")
    where = "where to save the tagger"
    train.add_argument(
        "--out", metavar="FOLDER", type=nonempty_path, required=True, help=where
    )
    train.add_argument(
        "--rung",
        choices=_RUNGS,
        default="fast",
        help="what is trained: fast (the default), best (a little better, many times "
        "as long), or one of the steps of notebook 7 on the way to them",
    )
    train.add_argument("--seed", type=_seed, default=0, help="by default 0")
    train.add_argument(
        "--checkpoint",
        metavar="FOLDER",
        type=nonempty_path,
        help="keep the state after each epoch: after a stop the same call goes on",
    )
    train.set_defaults(run=_train, refuse=train.error)


def _seed(text: str) -> int:
    """Refuse what PyTorch's generator does not take."""
    with suppress(ValueError):
        if 0 <= int(text) < 1 << 63:
            return int(text)
    raise argparse.ArgumentTypeError(f"got {text!r}, wanted a number from 0 to 2^63-1")


def _train(options: argparse.Namespace) -> None:
    from lstm_helpers.training.ranks import join_ranks

    if (options.validation is None) != (options.test is None):
        options.refuse("wanted both of --validation and --test, or neither")
    if options.checkpoint is not None and _are_one(options.out, options.checkpoint):
        got = f"got one folder for both, {options.out}"
        options.refuse(f"--out and --checkpoint: {got}, wanted two")
    with errors_in_a_line(), join_ranks() as ranks:
        _train_and_save(options, ranks)


def _are_one(*folders: str) -> bool:
    """Say whether paths lead to one folder, whether it is there or not."""
    from lstm_helpers.files.reading import find_home

    return len({os.path.realpath(find_home(folder)) for folder in folders}) == 1


def _train_and_save(options: argparse.Namespace, ranks: "Ranks | None") -> None:
    """Train; the first process of several saves and says what came out."""
    from lstm_helpers.files.checkpoints import TAGGER, check_folder
    from lstm_helpers.models.saving import save_tagger
    from lstm_helpers.training.ladder import RUNGS, train_rung
    from lstm_helpers.training.loop import evaluate
    from lstm_helpers.training.run import kept_record

    rung, is_first = RUNGS[options.rung], ranks is None or ranks.is_first
    name, split = _read_parts(options, is_first)
    if is_first:
        check_folder(options.out, TAGGER)  # before the work
    tagger, history = train_rung(
        rung,
        split.train,
        split.validation,
        seed=options.seed,
        on_epoch=None if is_terminal(sys.stderr) else _say_epoch,
        progress=is_terminal(sys.stderr),
        checkpoint=options.checkpoint,
        ranks=ranks,
    )
    if len(history) < rung.plan.epochs:
        raise KeyboardInterrupt(_say_what_is_kept(options.checkpoint))
    if not is_first:
        return
    validation_f1 = kept_record(history, rung.plan).validation_f1
    test_f1 = evaluate(tagger, split.test)
    about = {"corpus": name, **tagger.about, "test_f1": round(test_f1, 4)}
    about |= {"rung": options.rung, "seed": options.seed}
    save_tagger(options.out, replace(tagger, about=about))
    print_line(
        f"{options.out}: {options.rung}, trained on {len(split.train):,} sentences; "
        f"validation F1 {validation_f1:.3f} on {len(split.validation):,}, "
        f"test F1 {test_f1:.3f} on {len(split.test):,}"
    )


def _read_parts(options: argparse.Namespace, is_first: bool) -> "tuple[str, Split]":
    """Read the parts that are given, or hold some out; and say of which corpus."""
    from lstm_helpers.data.arguments import read_arguments
    from lstm_helpers.data.splits import benchmark_split, read_split

    if options.validation is not None:
        files = options.file, options.validation, options.test
        parts = read_split(*files, **read_arguments(os.environ))
        return Path(options.file).name, parts
    corpus = read_chosen_corpus(options.file)
    if is_first:
        say_unusual(corpus)
    return corpus.name, benchmark_split(corpus.sentences)


def _say_epoch(epoch: "Epoch") -> None:
    """Say what an epoch gave, where there is no terminal for a bar."""
    say(
        f"epoch {epoch.epoch}: loss {epoch.loss:.3f}, validation F1 "
        f"{epoch.validation_f1:.3f}, {epoch.seconds:.1f} s"
    )


def _say_what_is_kept(checkpoint: str | None) -> str:
    """Say what is left of a training that was stopped."""
    if checkpoint is None:
        return "Nothing is saved; with --checkpoint the same call would go on."
    return f"{checkpoint} keeps the epochs that ended: the same call goes on."
