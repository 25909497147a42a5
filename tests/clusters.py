"""A cluster for tests, files to tag on it, and what comes out."""

import pytest

NEEDS = 'needs the optional group: python -m pip install -e ".[scale]"'


def in_process(n_threads=2):
    """Start a client with a scheduler and workers in this process."""
    distributed = pytest.importorskip("distributed", reason=NEEDS)
    return distributed.Client(
        processes=False,
        n_workers=1,
        threads_per_worker=n_threads,
        dashboard_address=":0",
    )


def results(out):
    """Read a folder's results: by their names, in order."""
    kinds = ".jsonl", ".parquet", ".txt", ".conll"
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.suffix in kinds and "manifest" not in path.parts
    }
