"""Rows -> their results, each measured in a process of its own."""

import json
import operator
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmark.rows import Row

_ENVIRONMENT = {"OMP_NUM_THREADS": "1"}  # of every row, peers included
_KEEP_MEMORY = {  # of rows that compare sizes: glibc gives none back between steps
    "MALLOC_TRIM_THRESHOLD_": "10000000000",
    "MALLOC_MMAP_THRESHOLD_": "10000000000",
}


def run_rows(rows: Iterable[Row], jobs: int) -> Iterator[tuple[Row, dict]]:
    """Run rows, so many at once; yield row and result as they end.

    The rows that need trained taggers come when these are there. Those that need two
    cores come last, each by itself.
    """
    waiting = sorted(rows, key=lambda row: (row.needs_two_cores, bool(row.trained_by)))
    running = {}
    try:
        while waiting or running:
            while waiting and _may_start(waiting[0], running, jobs):
                row = waiting.pop(0)
                running[row] = _start(row)
            for row, process in [*running.items()]:
                if process.poll() is not None:
                    del running[row]
                    yield row, _result_of(row, process)
            time.sleep(0.2)
    finally:  # none goes on alone when it is stopped, or one has failed
        for process in running.values():
            process.kill()
            process.wait()


def run_rows_on(client: Any, rows: Iterable[Row]) -> Iterator[tuple[Row, dict]]:
    """Run rows on the workers of a client of Dask's; yield row and result as they end.

    Each is measured in a process of its own, by the same command. The workers need this
    checkout, the corpus and build/ in the same places. Rows that need two cores come
    last, here.
    """
    import cloudpickle
    from distributed import as_completed

    # a scheduler and workers that run elsewhere cannot import this module
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    measure = client.submit(cloudpickle.loads, cloudpickle.dumps(_measure))
    rows = dict.fromkeys(rows)
    there = [row for row in rows if not row.needs_two_cores]
    futures: dict[Row, Any] = {}
    for row in sorted(there, key=lambda row: bool(row.trained_by)):
        trained = [futures[other] for other in row.trained_by if other in futures]
        command, more = _command_of(row), _environment_of(row)
        work = measure, command, more, trained
        futures[row] = client.submit(operator.call, *work, pure=False)
    named = {future.key: row for row, future in futures.items()}
    try:
        for future in as_completed([*futures.values()]):
            row = named[future.key]
            if future.status != "finished":
                sys.exit(f"{row}: {future.exception()}")
            yield row, json.loads(future.result().splitlines()[-1])
    finally:
        client.cancel([*futures.values()])
    yield from run_rows([row for row in rows if row.needs_two_cores], 1)


def _measure(command: list[str], more: dict[str, str], _: object) -> str:
    """Run a command on a worker, once the taggers that it needs are there."""
    done = subprocess.run(
        command, env=os.environ | more, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"exit status {done.returncode}, {done.stderr[-500:]}")
    return done.stdout


def _command_of(row: Row) -> list[str]:
    """Say what measures a row, in a process of its own."""
    return [sys.executable, str(Path(__file__).parent), "--run", str(row)]


def _environment_of(row: Row) -> dict[str, str]:
    """Say in which environment, besides one's own."""
    return _ENVIRONMENT | (_KEEP_MEMORY if row.compares_sizes else {})


def _may_start(row, running, jobs):
    """Say whether there is a free place for a row, and the taggers that it needs."""
    places = 1 if row.needs_two_cores else jobs
    return len(running) < places and running.keys().isdisjoint(row.trained_by)


def _start(row):
    """Start the process that measures a row."""
    return subprocess.Popen(
        _command_of(row),
        env=os.environ | _environment_of(row),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl+C reaches the parent alone
    )


def _result_of(row, process):
    """Read what a process that has ended printed last."""
    text, _ = process.communicate()
    if process.returncode:
        sys.exit(f"{row}: exit status {process.returncode}")
    return json.loads(text.splitlines()[-1])
