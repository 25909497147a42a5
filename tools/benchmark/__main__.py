"""Measure the taggers and their peers on the real corpus: make benchmark.

    python tools/benchmark                 everything: about two hours on two cores
    python tools/benchmark --quick         a part, in minutes: it says which
    python tools/benchmark --only best     the rows whose names begin so, anew
    python tools/benchmark --run best/1/0  one row in this process, printed as JSON
    python tools/benchmark --scheduler ADDRESS
                                           by the workers of Dask's scheduler
    python tools/benchmark --check         nothing is written: is anything slower now?

Every row is measured in a process of its own, with one thread ("cores" with one and
two), and written as soon as it is there. A run of everything goes to
build/benchmark.json, goes on from there if it was stopped, and becomes
data/benchmark.json, which README and notebooks quote, when it is whole. Seconds are CPU
time of the process, imports aside. The test part is scored here and nowhere else.
"""

import argparse
import json
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from tqdm import tqdm

if not __package__:  # Python was given this folder, and looks for imports in it
    sys.path[0] = str(Path(__file__).parents[1])

from benchmark import beyond, check, ours, peers, pretrained, scaling, speed, wall
from benchmark.clock import warm_up
from benchmark.processes import run_rows, run_rows_on
from benchmark.report import describe, read_rows, write_rows
from benchmark.rows import Row, list_rows
from lstm_helpers.scale import find_scheduler
from options import at_least_one
from signals import stoppable

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "data" / "benchmark.json"
UNFINISHED = ROOT / "build" / "benchmark.json"
QUICK = ROOT / "build" / "benchmark-quick.json"
MEASURES = {
    **ours.MEASURES,
    **peers.MEASURES,
    **pretrained.MEASURES,
    **speed.MEASURES,
    **scaling.MEASURES,
    **wall.MEASURES,
    **beyond.MEASURES,
    **check.MEASURES,
}


def main() -> None:
    """Run what is asked for."""
    options = _read_options()
    if options.run:
        print(json.dumps(measure(Row.read(options.run))))
        return
    if options.check:
        _check()
        return
    path, rows, missing = _plan(options.quick, options.only)
    with (
        stoppable(_kept(path)),
        _runner(options) as run,
        tqdm(total=len(missing), unit="row") as bar,
    ):
        for row, found in run(missing):
            rows[row] = found
            write_rows(path, rows)
            bar.update()
            bar.set_postfix_str(str(row))
    if path == UNFINISHED:
        write_rows(OUTPUT, rows)
        path.unlink()
        path = OUTPUT
    print(describe(rows, options.quick), f"Written to {path}.", sep="\n\n")


def _read_options():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a part of it")
    parser.add_argument("--only", default="", help="rows whose names begin so")
    parser.add_argument("--run", help="one row, in this process")
    parser.add_argument("--check", action="store_true", help="is anything slower now?")
    parser.add_argument("--jobs", type=at_least_one, default=1, help="rows at once")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of Dask's: its workers")
    return parser.parse_args()


@contextmanager
def _runner(options):
    """Give what runs rows: processes here, or the workers of a scheduler."""
    if options.scheduler is None:
        yield lambda rows: run_rows(rows, options.jobs)
        return
    with find_scheduler(options.scheduler) as client:
        yield partial(run_rows_on, client)


def _kept(path):
    """Say what stays when somebody stops it, and how to go on."""
    again = " The same call goes on from there." if path == UNFINISHED else ""
    return f"The rows that are done stand in {path}.{again}"


def _plan(quick, only):
    """Say where results go, which are there, and which rows are to be measured."""
    wanted = [row for row in list_rows(quick) if str(row).startswith(only)]
    if quick:
        path, rows = QUICK, {}
    elif only:
        path, rows = OUTPUT, read_rows(OUTPUT)
    else:
        path, rows = UNFINISHED, read_rows(UNFINISHED)
        wanted = [row for row in wanted if row not in rows]
    needed = dict.fromkeys(trained for row in wanted for trained in row.trained_by)
    absent = [row for row in needed if not ours.tagger_folder(row).exists()]
    return path, rows, [*dict.fromkeys(wanted + absent)]


def _check():
    """Measure the ratios of our times to others' anew; fail if one has become worse."""
    row = Row("check")
    recorded = read_rows(OUTPUT).get(row)
    if recorded is None:
        way_out = "record one: python tools/benchmark --only check"
        sys.exit(f"{OUTPUT}: got no row {str(row)!r} to compare with; {way_out}")
    [(_, found)] = run_rows([row], 1)
    print(describe({row: found}, quick=False))
    worse = check.compare(found, recorded)
    if worse:
        way_out = (
            "Run it again while little else runs. If it stays so, find out what has "
            "become slower; if that is meant, record the ratios anew:\n"
            "    python tools/benchmark --only check"
        )
        sys.exit("\n".join([*worse, way_out]))


def measure(row: Row) -> dict:
    """Measure one row in this process; a dict of figures."""
    torch.set_num_threads(1)
    warm_up()
    return MEASURES[row.what](row)


if __name__ == "__main__":
    main()
