"""The command tag: a text, or the lines of a file -> entities in them."""

import argparse
import gc
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from lstm_helpers.commands.cluster import add_cluster, tag_on_cluster
from lstm_helpers.commands.inputs import (
    add_split,
    add_tagger,
    load_chosen_tagger,
    nonempty_path,
)
from lstm_helpers.commands.terminal import (
    errors_in_a_line,
    is_terminal,
    read_lines,
    write,
)

if TYPE_CHECKING:
    from lstm_helpers.models.trained import TrainedTagger

_N_OBJECTS = 1_000_000  # that are made between two looks for cycles
_FORMATS = "text", "conll", "jsonl", "spacy", "huggingface"
_TABLE = "parquet"  # which a cluster writes, too


def add_tag(commands: Any) -> None:
    """Add the command to a parser.

    Parameters
    ----------
    commands : Any
        What :meth:`argparse.ArgumentParser.add_subparsers` has given.
    """
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
        help="a text file in UTF-8, of any size, instead of a text. Its lines end in "
        "LF or CRLF; a CR alone ends none. - is standard input, many lines at once and "
        "not line by line",
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
    add_cluster(tag)
    tag.set_defaults(run=_tag, refuse=tag.error)


def _tag(options: argparse.Namespace) -> None:
    from lstm_helpers.data.tokens import TOKENISERS
    from lstm_helpers.prediction.streaming import write_line
    from lstm_helpers.prediction.text import tag_text

    is_cluster = options.workers is not None or options.scheduler is not None
    _check_tag(options, is_cluster)
    if is_cluster:
        tag_on_cluster(options)
        return
    tagger = load_chosen_tagger(options.tagger)
    form = options.format or _FORMATS[0]
    if options.file is not None:
        _tag_file(options, tagger, form)
        return
    split = TOKENISERS[options.split or tagger.encoder.tokeniser]
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
    if options.part is not None and options.part < 1:
        options.refuse(f"--part: got {options.part}, wanted at least 1")
    if not is_cluster:
        _check_without_cluster(options)


def _check_without_cluster(options: argparse.Namespace) -> None:
    """Refuse what a cluster alone can do."""
    if options.file is not None and len(options.file) > 1:
        n = len(options.file)
        options.refuse(f"got {n} files, wanted one, or --workers, or --scheduler")
    for name in ("part", "field"):
        if getattr(options, name) is not None:
            options.refuse(f"got --{name} without --workers or --scheduler")
    if options.format == _TABLE:
        options.refuse(f"got --format {_TABLE} without --workers or --scheduler")


def _tag_file(options: argparse.Namespace, tagger: "TrainedTagger", form: str) -> None:
    """Tag the lines of a file, or of standard input, piece by piece."""
    from lstm_helpers.data.tokens import TOKENISERS
    from lstm_helpers.files.growing import find_partial, grow_file
    from lstm_helpers.files.lines import LineReader
    from lstm_helpers.files.progress import Bar
    from lstm_helpers.prediction.streaming import tag_lines

    [path], split = options.file, options.split or tagger.encoder.tokeniser
    with errors_in_a_line(), _few_collections(), ExitStack() as opened:
        file, size = _open(path, opened)
        _keep_apart(file, options.out)
        shown = {"unit": "B", "unit_scale": True}
        bar = Bar(total=size, disable=not is_terminal(sys.stderr), **shown)
        opened.enter_context(bar)
        lines = LineReader(file, path, bar.update)
        pieces = tag_lines(tagger, lines, form, split=TOKENISERS[split])
        if options.out is None:
            for piece in pieces:
                write(piece)
            return
        call = {"format": form, "split": split}
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


def _checksum_of_tagger(folder: str | None) -> str:
    """Compute the sha256 of a tagger's state, which has that of its weights."""
    from lstm_helpers.files.checkpoints import STATE
    from lstm_helpers.files.reading import find_home
    from lstm_helpers.models.saving import SAMPLE_TAGGER

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
