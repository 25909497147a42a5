"""The benchmark's rows become the figures that are quoted."""

import io
import json

import pytest

import benchmark


def test_a_quick_run_is_a_part_of_the_whole():
    quick, whole = benchmark.row_names(quick=True), benchmark.row_names(quick=False)
    assert set(quick) < set(whole)
    assert len(whole) == len(set(whole))
    assert not any(name.startswith("spacy") or "/1/" in name for name in quick)
    assert [n.split("/")[0] for n in whole[1:7]] == ["fast", "crfsuite-pos"] * 3
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
        "crfsuite-pos/0/1": {"f1": 0.81, "seconds": 90.0},
        "crfsuite-pos/0/2": {"f1": 0.81, "seconds": 20.0},
        "quick/0/0": {"f1": 0.75, "seconds": 2.0},
        "post-epoch/0/0": {"f1": 0.6, "seconds": 30.0},
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
    assert figures["fast_by_crfsuite"] == 0.25, "of the medians"
    assert figures["post_by_quick"] == 300, "20 times one epoch"
    rows["post/0/0"] = {"f1": 0.74, "seconds": 500.0}
    assert benchmark.figures_of(rows)["post_by_quick"] == 250, "all 20"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Let results go to a folder of the test's own; measure nothing."""
    names = ("OUTPUT", "UNFINISHED", "QUICK")
    for name in names:
        monkeypatch.setattr(benchmark, name, tmp_path / name)
    monkeypatch.setattr(benchmark, "measure", lambda names, _: ((n, {}) for n in names))
    monkeypatch.setattr("sys.argv", ["benchmark.py"])
    benchmark.write({"spacy/0/0": {"f1": 0.5, "seconds": 1.0}}, benchmark.OUTPUT)
    monkeypatch.setattr(benchmark, "figures_of", lambda rows: {})
    return tmp_path


def test_a_whole_run_that_was_stopped_goes_on(places, monkeypatch):
    names = benchmark.row_names(quick=False)

    def stop(names, _):
        yield "reading", {"seconds": 7}
        raise KeyboardInterrupt

    before = benchmark.OUTPUT.read_text("utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(benchmark, "measure", stop)
        with pytest.raises(KeyboardInterrupt):
            benchmark.main()
    assert benchmark.OUTPUT.read_text("utf-8") == before
    assert benchmark.read_rows(benchmark.UNFINISHED) == {"reading": {"seconds": 7}}
    benchmark.main()
    rows = benchmark.read_rows(benchmark.OUTPUT)
    assert set(rows) == set(names)
    assert rows["reading"] == {"seconds": 7}, "measured before the stop"
    assert rows["spacy/0/0"] == {}, "measured anew"
    assert not benchmark.UNFINISHED.exists()


def test_some_rows_are_measured_anew_among_the_others(places, monkeypatch):
    monkeypatch.setattr("sys.argv", ["benchmark.py", "--only", "fast/0"])
    benchmark.main()
    kept = {"spacy/0/0": {"f1": 0.5, "seconds": 1.0}}
    wanted = kept | {f"fast/0/{seed}": {} for seed in range(3)}
    assert benchmark.read_rows(benchmark.OUTPUT) == wanted


def test_a_quick_run_says_what_it_leaves_out(places, monkeypatch, capsys):
    before = benchmark.OUTPUT.read_text("utf-8")
    monkeypatch.setattr("sys.argv", ["benchmark.py", "--quick"])
    benchmark.main()
    assert benchmark.OUTPUT.read_text("utf-8") == before
    assert set(benchmark.read_rows(benchmark.QUICK)) == set(benchmark.row_names(True))
    said = capsys.readouterr().out
    [left_out] = [line for line in said.splitlines() if line.startswith("Left out:")]
    for what in ("second split", "seeds 1 and 2", "spacy", "ablation", "sizes"):
        assert what in left_out
    assert "crfsuite-pos" not in left_out


@pytest.fixture
def beside(monkeypatch):
    """Let rows end after three looks at them, "best" after nine: what ran beside."""
    now, beside = set(), {}

    class Process:
        returncode = 0

        def __init__(self, command, **_):
            self.name = command[-1]
            self.looks = 9 if self.name.startswith("best") else 3
            self.stdout = io.StringIO("{}")
            now.add(self.name)

        def poll(self):
            self.looks -= 1
            beside.setdefault(self.name, set()).update(now - {self.name})
            if self.looks:
                return None
            now.discard(self.name)
            return 0

    monkeypatch.setattr(benchmark.subprocess, "Popen", Process)
    monkeypatch.setattr(benchmark.time, "sleep", lambda _: None)
    return beside


def test_rows_that_need_two_cores_run_by_themselves(beside):
    names = ["cores/fast", "reading", "crf", "cores/best", "throughput"]
    done = [name for name, _ in benchmark.measure(names, 2)]
    assert done[-2:] == ["cores/fast", "cores/best"]
    assert not beside["cores/fast"] | beside["cores/best"]
    assert beside["reading"]


def test_a_row_that_needs_a_trained_tagger_waits_for_it(beside):
    names = ["use/best", "fast/0/0", "best/0/0", "use/fast", "crf"]
    done = [name for name, _ in benchmark.measure(names, 2)]
    assert sorted(done) == sorted(names)
    assert done.index("best/0/0") < done.index("use/best")
    assert "use/best" not in beside["best/0/0"]


def test_a_tagger_that_is_needed_and_not_there_is_trained(places, monkeypatch):
    monkeypatch.setattr("sys.argv", ["benchmark.py", "--only", "use/best"])
    benchmark.main()
    assert "best/0/0" in benchmark.read_rows(benchmark.OUTPUT)
    benchmark.tagger_folder("best").mkdir()
    benchmark.OUTPUT.write_text('{"rows": {}}')
    benchmark.main()
    assert [*benchmark.read_rows(benchmark.OUTPUT)] == ["use/best"]


def test_the_recorded_figures_are_those_of_the_recorded_rows():
    recorded = json.loads(benchmark.OUTPUT.read_text("utf-8"))
    assert recorded["figures"] == benchmark.figures_of(recorded["rows"])


@pytest.mark.parametrize("name", benchmark.ABLATIONS)
def test_an_ablation_changes_one_thing(name):
    changed = benchmark.ABLATIONS[name]
    differs = [a != b for a, b in zip(changed, benchmark.FAST, strict=True)]
    with_a_window = name.startswith("with a window")  # both a kind and its sizes
    assert sum(differs) == 1 + with_a_window
