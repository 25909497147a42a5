"""A shell's commands: ``python -m lstm_helpers --help``."""

import argparse
import gc
import hashlib
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from lstm_helpers.commands.inputs import (
    CORPUS_HELP,
    add_corpus,
    add_split,
    add_tagger,
    load_chosen_tagger,
    nonempty_path,
    read_chosen_corpus,
    say_unusual,
)
from lstm_helpers.commands.terminal import (
    errors_in_a_line,
    is_terminal,
    print_line,
    read_lines,
    say,
    say_warning,
    write,
)

# Other rooms are loaded by the commands that need them: Ctrl+C meets the command then,
# and not the seconds before it.

if TYPE_CHECKING:
    from lstm_helpers.data import Corpus, Split
    from lstm_helpers.models import TrainedTagger
    from lstm_helpers.training import Epoch, Ranks

_N_OBJECTS = 1_000_000  # that are made between two looks for cycles
_STOPPED = 130  # what shells say of a program that Ctrl+C has ended
_RUNGS = "fast", "best", "quick", "words", "looks", "window", "post_sizes"
_FORMATS = "text", "conll", "jsonl", "spacy", "huggingface"
_TABLE = "parquet"  # which a cluster writes, too
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
    """Do what the command line says."""
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
    for add in (_add_describe, _add_train, _add_tag, _add_score, _add_download):
        add(commands)
    return parser.parse_args(arguments)


def _add_describe(commands: Any) -> None:
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


def _add_train(commands: Any) -> None:
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


def _add_tag(commands: Any) -> None:
    tag = commands.add_parser(
        "tag",
        help="tag a text, the lines of a file or of standard input",
        description="Tag a text, the lines of a file, or those of standard input, "
        "each for itself. A question mark behind a word says that the tagger has not "
        "seen it in training.",
    )
    tag.add_argument(
        "text", metavar="TEXT", nargs="*", help="standard input's lines if not given"
    )
    tag.add_argument(
        "--file",
        metavar="FILE",
        type=nonempty_path,
        nargs="+",
        help="a text file in UTF-8, of any size, instead of a text. - is "
        "standard input, many lines at once and not line by line",
    )
    add_tagger(tag)
    tag.add_argument(
        "--out",
        metavar="PATH",
        type=nonempty_path,
        help="with --file: a file for the result, which is there when it is whole. "
        "After a stop the same call goes on",
    )
    tag.add_argument(
        "--format",
        choices=(*_FORMATS, _TABLE),
        help="text (the default): entities in brackets; conll: a word and its tag a "
        "line; jsonl (the default on a cluster): a line of JSON for each line, with "
        "the entities' places in it; spacy, huggingface: the same as these two train "
        "on it; parquet, on a cluster alone: the same as a table",
    )
    add_split(tag)
    _add_cluster(tag)
    tag.set_defaults(run=_tag, refuse=tag.error)


def _add_cluster(tag: argparse.ArgumentParser) -> None:
    cluster = tag.add_argument_group(
        "on a cluster",
        "Needs the optional group scale. --file takes several files and patterns, of "
        "lines, of JSON lines or of Parquet, packed or not, also by addresses such as "
        "s3://...; and --out is a folder, with a result for each part of a file.",
    )
    where = cluster.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", metavar="N", type=int, help="start so many on this machine"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="use the workers of Dask's scheduler"
    )
    cluster.add_argument(
        "--part",
        metavar="MIB",
        type=int,
        default=64,
        help="how much of a file is a part, by default 64 MiB; what is packed and "
        "Parquet are not cut",
    )
    cluster.add_argument(
        "--field",
        default="text",
        help="the name or the column that has the text, by default text",
    )


def _add_score(commands: Any) -> None:
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


def _add_download(commands: Any) -> None:
    download = commands.add_parser(
        "download", help="fetch the real corpus (3 MB) from Kaggle into data/"
    )
    download.add_argument("--url", help="another address")
    download.set_defaults(run=_download)


def _seed(text: str) -> int:
    """Refuse what PyTorch's generator does not take."""
    with suppress(ValueError):
        if 0 <= int(text) < 1 << 63:
            return int(text)
    raise argparse.ArgumentTypeError(f"got {text!r}, wanted a number from 0 to 2^63-1")


def _download(options: argparse.Namespace) -> None:
    from lstm_helpers.files import KAGGLE_ARCHIVE, DownloadError, ensure_gmb

    try:
        path = ensure_gmb(KAGGLE_ARCHIVE if options.url is None else options.url)
    except (DownloadError, ValueError) as error:
        sys.exit(str(error))
    print_line(f"The real corpus is {path}, checksum right.")


def _describe(options: argparse.Namespace) -> None:
    from lstm_helpers.data import TOKENISERS, describe

    between = "" if options.split == "characters" else " "
    with errors_in_a_line():
        corpus = read_chosen_corpus(options.file)
        found = describe(corpus, TOKENISERS[options.split], between=between)
    print_line(str(found))


def _train(options: argparse.Namespace) -> None:
    from lstm_helpers.training import join_ranks

    if (options.validation is None) != (options.test is None):
        options.refuse("wanted both of --validation and --test, or neither")
    with errors_in_a_line(), join_ranks() as ranks:
        _train_and_save(options, ranks)


def _train_and_save(options: argparse.Namespace, ranks: "Ranks | None") -> None:
    """Train; the first process of several saves and says what came out."""
    from lstm_helpers.files import check_folder
    from lstm_helpers.models import save_tagger
    from lstm_helpers.training import RUNGS, evaluate, kept_record, train_rung

    rung, is_first = RUNGS[options.rung], ranks is None or ranks.is_first
    name, split = _read_parts(options, is_first)
    if is_first:
        check_folder(options.out)  # before the work
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
    from lstm_helpers.data import benchmark_split, read_split
    from lstm_helpers.data.arguments import read_arguments

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


def _tag(options: argparse.Namespace) -> None:
    from lstm_helpers.data import TOKENISERS
    from lstm_helpers.prediction import tag_text, write_line

    is_cluster = options.workers is not None or options.scheduler is not None
    _check_tag(options, is_cluster)
    if is_cluster:
        _tag_on_cluster(options)
        return
    tagger = load_chosen_tagger(options.tagger)
    form = options.format or _FORMATS[0]
    if options.file is not None:
        _tag_file(options, tagger, form)
        return
    split = TOKENISERS[options.split]
    for text in [" ".join(options.text)] if options.text else read_lines():
        line = text.rstrip("\r\n")
        write(write_line(form, line, tag_text(tagger, line, split=split)))


def _check_tag(options: argparse.Namespace, is_cluster: bool) -> None:
    """Refuse options that do not go together."""
    if options.file is not None and options.text:
        got = " ".join(options.file)
        options.refuse(f"got a text and --file {got}, wanted one of them")
    if options.file is None and options.out is not None:
        options.refuse("got --out without --file, wanted both or neither")
    if is_cluster and (options.file is None or options.out is None):
        options.refuse("got a cluster, wanted --file and --out with it")
    if options.workers is not None and options.workers < 1:
        options.refuse(f"--workers: got {options.workers}, wanted at least 1")
    if options.part < 1:
        options.refuse(f"--part: got {options.part}, wanted at least 1")
    if is_cluster:
        return
    if options.file is not None and len(options.file) > 1:
        n = len(options.file)
        options.refuse(f"got {n} files, wanted one, or --workers, or --scheduler")
    if options.format == _TABLE:
        options.refuse(f"got --format {_TABLE} without --workers or --scheduler")


def _tag_on_cluster(options: argparse.Namespace) -> None:
    """Tag files by the workers of a cluster, a result for each part."""
    from lstm_helpers.models import SAMPLE_TAGGER
    from lstm_helpers.scale import find_scheduler, start_workers, tag_files

    with errors_in_a_line(), ExitStack() as opened:
        if options.workers is not None:
            client = opened.enter_context(start_workers(options.workers))
        else:
            client = opened.enter_context(find_scheduler(options.scheduler))
        if is_terminal(sys.stderr):
            say(f"Dask's dashboard: {client.dashboard_link}")
        try:
            found = tag_files(
                options.file,
                options.out,
                client,
                tagger=SAMPLE_TAGGER if options.tagger is None else options.tagger,
                form=options.format or "jsonl",
                split=options.split,
                field=options.field,
                part_bytes=options.part << 20,
                progress=is_terminal(sys.stderr),
            )
        except KeyboardInterrupt:
            kept = "keeps the parts that are done: the same call goes on."
            raise KeyboardInterrupt(f"{options.out} {kept}") from None
    for reason in found.failed.values():
        say(reason)
    n_parts = found.done + found.kept
    print_line(
        f"{options.out}: {n_parts:,} parts, {found.kept:,} of them kept, with "
        f"{found.lines:,} lines, {found.words:,} words, {found.entities:,} entities"
    )
    if found.failed:
        n_failed = len(found.failed)
        parts = "part" if n_failed == 1 else "parts"
        sys.exit(f"{n_failed:,} {parts} could not be tagged; all others are")


def _tag_file(options: argparse.Namespace, tagger: "TrainedTagger", form: str) -> None:
    """Tag the lines of a file, or of standard input, piece by piece."""
    from lstm_helpers.data import TOKENISERS
    from lstm_helpers.files import LineReader, find_partial, grow_file
    from lstm_helpers.files.progress import Bar
    from lstm_helpers.prediction import tag_lines

    [path], split = options.file, TOKENISERS[options.split]
    with errors_in_a_line(), _few_collections(), ExitStack() as opened:
        file, size = _open(path, opened)
        _keep_apart(file, options.out)
        shown = {"unit": "B", "unit_scale": True}
        bar = Bar(total=size, disable=not is_terminal(sys.stderr), **shown)
        opened.enter_context(bar)
        lines = LineReader(file, path, bar.update)
        pieces = tag_lines(tagger, lines, form, split=split)
        if options.out is None:
            for piece in pieces:
                write(piece)
            return
        call = {"format": form, "split": options.split}
        call["tagger"] = _checksum_of_tagger(options.tagger)
        try:
            with grow_file(options.out, call) as growing:
                if growing.place is not None:
                    lines.skip_to(growing.place)
                for piece in pieces:
                    growing.add(piece.encode("utf-8"), lines.place)
        except KeyboardInterrupt:
            folder = find_partial(options.out)
            kept = f"{folder} keeps what is tagged: the same call goes on."
            raise KeyboardInterrupt(*[kept] * folder.exists()) from None


def _keep_apart(file: BinaryIO, out: str | None) -> None:
    """Refuse to put the result in the place of the text."""
    from lstm_helpers.files.reading import find_home

    with suppress(OSError, ValueError):  # of a stream that is no file; nothing there
        if out and os.path.samestat(os.fstat(file.fileno()), find_home(out).stat()):
            sys.exit(f"--out: got {out}, which is the text itself, wanted another file")


def _open(path: str, opened: ExitStack) -> tuple[BinaryIO, int | None]:
    """Open a file, or standard input, and say how large it is, if that is known."""
    from lstm_helpers.files.reading import find_home

    if path == "-":
        if sys.stdin is None:
            sys.exit("standard input: got none, wanted lines")
        return sys.stdin.buffer, None
    file = opened.enter_context(find_home(path).open("rb"))
    return file, os.fstat(file.fileno()).st_size or None


def _score(options: argparse.Namespace) -> None:
    from lstm_helpers.data import benchmark_split
    from lstm_helpers.metrics import tabulate_scores
    from lstm_helpers.models import predict_tags

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
    from lstm_helpers.data import benchmark_split
    from lstm_helpers.files import checksum

    with suppress(ValueError):  # of a corpus that cannot be split
        train = benchmark_split(corpus.sentences).train
        if checksum(train) == tagger.about.get("training_sha256"):
            say("Note: the tagger was trained on a part of this. See --part test.")


def _checksum_of_tagger(folder: str | None) -> str:
    """Compute the sha256 of a tagger's state, which has that of its weights."""
    from lstm_helpers.files.checkpoints import STATE
    from lstm_helpers.files.reading import find_home
    from lstm_helpers.models import SAMPLE_TAGGER

    path = find_home(SAMPLE_TAGGER if folder is None else folder) / STATE
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cycles of objects seldom: tagged words are many, and none is in one."""
    before = gc.get_threshold()
    gc.set_threshold(_N_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _stop(*_: Any) -> NoReturn:
    """Stop at the first Ctrl+C; a second one breaks into nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    main()
