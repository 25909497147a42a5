"""A coverage-guided search for bytes that a reader does not expect."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

FUZZER = Path(__file__).parent / "fuzz_readers.py"
READERS = "csv", "conll", "corpus", "zip", "state"
SECONDS = 120

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="atheris is for Linux"),
]


def test_no_bytes_raise_an_undocumented_error(tmp_path):
    running = {
        reader: subprocess.Popen(
            [sys.executable, FUZZER, reader, tmp_path / reader, str(SECONDS)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for reader in READERS
    }
    said = {reader: process.communicate()[1] for reader, process in running.items()}
    for reader, process in running.items():
        assert process.returncode == 0, f"{reader}: {said[reader][-3000:]}"
        [n_inputs] = re.findall(r"number_of_executed_units: (\d+)", said[reader])
        print(f"{reader}: {int(n_inputs):,} inputs")
        assert int(n_inputs) > 100 * SECONDS
