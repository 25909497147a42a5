"""The benchmark's rows become the figures that are quoted."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("benchmark", ROOT / "tools/benchmark.py")
benchmark = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(benchmark)


def test_a_quick_run_is_a_part_of_the_whole():
    quick, whole = benchmark.row_names(quick=True), benchmark.row_names(quick=False)
    assert set(quick) < set(whole)
    assert len(whole) == len(set(whole))
    assert not any(name.startswith("spacy") or "/1/" in name for name in quick)
    for kind in benchmark.QUALITY:
        assert [n for n in whole if n.startswith(f"{kind}/0/")] == [
            f"{kind}/0/{seed}" for seed in range(3)
        ]


def test_figures_are_means_spreads_and_medians():
    rows = {
        "fast/0/0": {
            "f1": 0.80,
            "seconds": 10.0,
            "words_a_second": 1499.0,
            "megabytes": 9,
        },
        "fast/0/1": {
            "f1": 0.82,
            "seconds": 50.0,
            "words_a_second": 2501.0,
            "megabytes": 96,
        },
        "fast/0/2": {
            "f1": 0.84,
            "seconds": 12.0,
            "words_a_second": 1500.0,
            "megabytes": 8,
        },
        "fast/1/0": {"f1": 0.70, "seconds": 11.0},
        "crfsuite-pos/0/0": {"f1": 0.81, "seconds": 48.0},
    }
    figures = benchmark.figures_of(rows)
    assert figures["fast_f1"] == 0.82
    assert figures["fast_f1_spread"] == 0.02
    assert figures["fast_runs"] == 3
    assert figures["fast_seconds"] == 12
    assert figures["fast_words_a_second"] == 2000
    assert figures["fast_megabytes"] == 100, "the largest, to tens"
    assert figures["fast_split_2_f1"] == 0.7
    assert "fast_split_2_f1_spread" not in figures, "one run has no spread"
    assert figures["fast_by_crfsuite"] == 0.25


def test_the_recorded_figures_are_those_of_the_recorded_rows():
    recorded = json.loads(benchmark.OUTPUT.read_text("utf-8"))
    assert recorded["figures"] == benchmark.figures_of(recorded["rows"])


@pytest.mark.parametrize("name", benchmark.ABLATIONS)
def test_an_ablation_changes_one_thing(name):
    changed = benchmark.ABLATIONS[name]
    differs = [a != b for a, b in zip(changed, benchmark.FAST, strict=True)]
    with_a_window = name.startswith("with a window")  # both a kind and its sizes
    assert sum(differs) == (name != "as it is") + with_a_window
