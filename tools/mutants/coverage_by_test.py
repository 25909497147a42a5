"""A pytest plugin: which lines of the package each test runs, and how long it takes.

Loaded by name, together with pytest-xdist: each of its processes writes what its tests
did to the folder that the environment variable COVERAGE_BY_TEST names.
"""

import json
import os
import time
from collections import defaultdict
from pathlib import Path

import coverage
import pytest

FOLDER = Path(os.environ["COVERAGE_BY_TEST"])


class Watcher:
    """Measures the tests of one process."""

    def __init__(self, process: str) -> None:
        self._seconds_path = FOLDER / f"seconds-{process}.json"
        self._seconds: dict[str, float] = defaultdict(float)
        self._coverage = coverage.Coverage(
            data_file=FOLDER / f"lines-{process}",
            source=["lstm_helpers"],
            messages=False,
        )
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        """Measure one test; all examples of a parametrised one count as one."""
        name = item.nodeid.partition("[")[0]
        self._coverage.switch_context(name)
        start = time.perf_counter()
        try:
            return (yield)
        finally:
            self._seconds[name] += time.perf_counter() - start
            self._coverage.switch_context("")

    def pytest_sessionfinish(self) -> None:
        """Write what was seen."""
        self._coverage.stop()
        self._coverage.save()
        self._seconds_path.write_text(json.dumps(self._seconds), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Begin before any module is imported."""
    process = os.environ.get("PYTEST_XDIST_WORKER")
    if process:
        config.pluginmanager.register(Watcher(process))
