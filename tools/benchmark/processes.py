"""Rows -> their results, each measured in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmark.rows import Row

_ENVIRONMENT = {"OMP_NUM_THREADS": "1"}  # of every row, peers included
_KEEP_MEMORY = {  # of rows that compare sizes: glibc gives none back between steps
    "MALLOC_TRIM_THRESHOLD_": "10000000000",
    "MALLOC_MMAP_THRESHOLD_": "10000000000",
}


def run_rows(rows: Iterable[Row], jobs: int) -> Iterator[tuple[Row, dict]]:
    """Run rows, so many at once; yield row and result as they end.

    The rows that need a trained tagger come when it is there, and those that need two
    cores last, each by itself.
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


def _may_start(row, running, jobs):
    """Say whether there is a free place for a row, and the tagger that it needs."""
    places = 1 if row.needs_two_cores else jobs
    return len(running) < places and row.trained_by not in running


def _start(row):
    """Start the process that measures a row."""
    command = [sys.executable, str(Path(__file__).parent), "--run", str(row)]
    more = _KEEP_MEMORY if row.compares_sizes else {}
    environment = os.environ | _ENVIRONMENT | more
    return subprocess.Popen(
        command,
        env=environment,
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
