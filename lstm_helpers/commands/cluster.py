"""The command tag on a cluster: files -> a folder with a result for each part."""

import argparse
import sys
from contextlib import ExitStack

from lstm_helpers.commands.terminal import (
    errors_in_a_line,
    is_terminal,
    print_line,
    say,
)

_PART = 64  # MiB
_FIELD = "text"


def add_cluster(tag: argparse.ArgumentParser) -> None:
    """Add the options for a cluster to the command.

    Parameters
    ----------
    tag : ArgumentParser
    """
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
        help="how much of a file is a part, by default 64 MiB; what is packed and "
        "Parquet are not cut",
    )
    cluster.add_argument(
        "--field",
        help="the name or the column that has the text, by default text",
    )


def tag_on_cluster(options: argparse.Namespace) -> None:
    """Tag files by the workers of a cluster, a result for each part.

    Parameters
    ----------
    options : Namespace
        Those of the command tag.

    Raises
    ------
    SystemExit
        If a part could not be tagged, or nothing could.
    KeyboardInterrupt
        With what is kept, if it is stopped.
    """
    from lstm_helpers.models.saving import SAMPLE_TAGGER
    from lstm_helpers.scale.running import find_scheduler, start_workers, tag_files

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
                field=_FIELD if options.field is None else options.field,
                part_bytes=(_PART if options.part is None else options.part) << 20,
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
