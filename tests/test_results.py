"""Measured figures are recorded whole, with what they were measured by."""

import json
import platform

import numpy as np
import pytest

import measure_real
from benchmark import __main__ as benchmark
from results import read_results, write_results


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "figures.json"


def test_what_is_written_is_read(path):
    figures, rows = {"b": 2, "a": np.float64(0.5)}, {"row": {"seconds": 1}}
    write_results(path, "make it", [], figures, rows)
    found = read_results(path)
    assert found["command"] == "make it"
    assert found["figures"] == {"a": 0.5, "b": 2}
    assert [*found["figures"]] == ["a", "b"], "in the order of their names"
    assert found["rows"] == rows


def test_machine_and_versions_are_recorded(path):
    write_results(path, "make it", ["numpy", "no-such-package"], {})
    found = json.loads(path.read_text("utf-8"))
    assert found["machine"].endswith(f", one thread a process, {platform.system()}")
    assert found["versions"] == {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "no-such-package": "not installed",
    }
    assert "rows" not in found


def test_without_a_file_there_are_no_figures_and_no_rows(path):
    assert read_results(path) == {"figures": {}, "rows": {}}


def test_what_cannot_be_written_leaves_the_older_file_whole(path):
    write_results(path, "make it", [], {"a": 1})
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_results(path, "make it", [], {"a": object()})
    assert path.read_bytes() == before


@pytest.mark.parametrize("module", [benchmark, measure_real], ids=lambda m: m.__name__)
def test_both_recorded_files_have_the_same_shape(module):
    content = json.loads(module.OUTPUT.read_text("utf-8"))
    wanted = ["command", "machine", "versions", "figures", "rows"]
    assert [*content] == wanted[: len(content)]
    assert len(content) >= 4
