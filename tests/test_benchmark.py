"""The benchmark's rows become the figures that are quoted."""

import json
import signal
import subprocess
import sys

import pytest

from benchmark import __main__ as command
from benchmark import ours, processes, report
from benchmark.ablations import ABLATIONS, FAST
from benchmark.processes import run_rows
from benchmark.report import describe, figures_of, read_rows, write_rows
from benchmark.rows import LADDER, Row, list_rows


def rows_of(*texts):
    return [Row.read(text) for text in texts]


# --- the rows


def test_a_quick_run_is_a_part_of_the_whole():
    quick, whole = list_rows(quick=True), list_rows(quick=False)
    assert set(quick) < set(whole)
    assert len(whole) == len(set(whole))
    assert not any(row.what == "spacy" or row.split == 1 for row in quick)
    assert [row.what for row in whole[1:7]] == ["fast", "crfsuite-pos"] * 3
    for rung in LADDER:
        first = [row for row in whole if row.what == rung and row.split == 0]
        assert [row.seed for row in first] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("best/1/2", Row("best", split=1, seed=2)),
        (
            "ablation/8,192 words a batch/0",
            Row("ablation", "8,192 words a batch", None, 0),
        ),
        ("cores/fast", Row("cores", "fast")),
        ("reading", Row("reading")),
    ],
)
def test_a_rows_text_is_read_as_it_is_written(text, row):
    assert str(row) == text
    assert Row.read(text) == row


@pytest.mark.parametrize(
    "text", ["", "best", "best/0", "best//1", "worst/0/1", "use/quick", "ablation/no/0"]
)
def test_what_is_no_row_is_refused(text):
    with pytest.raises(ValueError, match=f"^got the row '{text}', wanted one such as "):
        Row.read(text)


def test_every_row_can_be_measured_and_written():
    whole = list_rows(quick=False)
    assert {row.what for row in whole} == set(command.MEASURES)
    assert [Row.read(str(row)) for row in whole] == whole


def test_only_the_first_taggers_of_two_rungs_are_kept_for_other_rows():
    whole = list_rows(quick=False)
    kept = {row for row in whole if row.is_kept}
    assert kept == {row.trained_by for row in whole} - {None}
    assert kept == set(rows_of("fast/0/0", "best/0/0"))
    assert Row("cores", "best").trained_by == Row("best", split=0, seed=0)
    assert {row.what for row in whole if row.trained_by} == {"use", "cores"}


@pytest.mark.parametrize("name", ABLATIONS)
def test_an_ablation_changes_one_thing(name):
    changed, fast = vars(ABLATIONS[name]), vars(FAST)
    differs = [changed[part] != fast[part] for part in fast]
    with_a_window = name.startswith("with a window")  # both a kind and its sizes
    assert sum(differs) == 1 + with_a_window


# --- the figures


def test_figures_are_means_spreads_and_medians():
    runs = {
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
        "ablation/no CRF/0": {"validation_f1": 0.8, "seconds": 5.0},
    }
    rows = {Row.read(text): run for text, run in runs.items()}
    figures = figures_of(rows)
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
    assert figures["ablation_no_CRF_validation_f1"] == 0.8
    rows[Row("post", split=0, seed=0)] = {"f1": 0.74, "seconds": 500.0}
    assert figures_of(rows)["post_by_quick"] == 250, "all 20"


def test_figures_of_what_is_timed():
    rows = {
        Row("use", "fast"): {
            "tagged_a_second": 201_400.0,
            "single_seconds": 0.00123,
            "loading_seconds": 0.0456,
            "illegal_tags": 0,
        },
        Row("spacy", split=0, seed=0): {"tagged_a_second": 20_000.0, "seconds": 9.0},
        Row("cores", "best"): {"training_by_two_threads": 1.256},
        Row("sizes", "best"): {"microseconds": {}, "largest_by_least": 1.114},
        Row("crf"): {"times_pytorch_crf": 2.94},
    }
    assert figures_of(rows) == {
        "best_sizes_largest_by_least": 1.11,
        "best_training_by_two_threads": 1.26,
        "crf_by_pytorch_crf": 2.9,
        "fast_illegal_tags": 0,
        "fast_loading_ms": 46,
        "fast_single_ms": 1.2,
        "fast_tagged_a_second": 201_000,
        "fast_tagging_by_spacy": 10,
        "spacy_runs": 1,
        "spacy_seconds": 9,
        "spacy_tagged_a_second": 20_000,
    }


def test_a_row_is_laid_out_on_a_line_without_what_is_no_figure():
    row = {"microseconds": {"1": 2.0}, "largest_by_least": 1.5, "seconds": 0.25}
    laid_out = describe({Row("sizes", "fast"): row}, quick=False)
    assert laid_out.split(maxsplit=1) == [
        "sizes/fast",
        "largest_by_least 1.5, seconds 0.25",
    ]


def test_the_recorded_figures_are_those_of_the_recorded_rows():
    recorded = json.loads(command.OUTPUT.read_text("utf-8"))
    assert recorded["figures"] == figures_of(read_rows(command.OUTPUT))


# --- the command


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Let results go to a folder of the test's own; measure nothing."""
    for name in ("OUTPUT", "UNFINISHED", "QUICK"):
        monkeypatch.setattr(command, name, tmp_path / name)
    monkeypatch.setattr(ours, "BUILD", tmp_path)
    monkeypatch.setattr(command, "run_rows", lambda rows, _: ((r, {}) for r in rows))
    monkeypatch.setattr("sys.argv", ["benchmark"])
    spacy = Row("spacy", split=0, seed=0)
    write_rows(command.OUTPUT, {spacy: {"f1": 0.5, "seconds": 1.0}})
    monkeypatch.setattr(report, "figures_of", lambda rows: {})
    return tmp_path


def recorded_rows(path):
    return {str(row): found for row, found in read_rows(path).items()}


def test_a_whole_run_that_was_stopped_goes_on(places, monkeypatch, capsys):
    def stop(rows, _):
        yield Row("reading"), {"seconds": 7}
        raise KeyboardInterrupt

    before = command.OUTPUT.read_text("utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(command, "run_rows", stop)
        with pytest.raises(SystemExit, match="130"):
            command.main()
    assert str(command.UNFINISHED) in capsys.readouterr().err
    assert command.OUTPUT.read_text("utf-8") == before
    assert recorded_rows(command.UNFINISHED) == {"reading": {"seconds": 7}}
    command.main()
    rows = recorded_rows(command.OUTPUT)
    assert set(rows) == {str(row) for row in list_rows(quick=False)}
    assert rows["reading"] == {"seconds": 7}, "measured before the stop"
    assert rows["spacy/0/0"] == {}, "measured anew"
    assert not command.UNFINISHED.exists()


def test_no_row_goes_on_when_all_are_stopped(monkeypatch):
    started = []

    def start(_):
        command = [sys.executable, "-c", "input()"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        started.append(subprocess.Popen(command, **pipes))
        return started[-1]

    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "_start", start)
    monkeypatch.setattr(processes.time, "sleep", stop)
    with pytest.raises(KeyboardInterrupt):
        next(run_rows([Row("reading"), Row("throughput")], 2))
    for process in started:
        with process:
            assert process.returncode == -signal.SIGKILL
    assert len(started) == 2


def test_some_rows_are_measured_anew_among_the_others(places, monkeypatch):
    monkeypatch.setattr("sys.argv", ["benchmark", "--only", "fast/0"])
    command.main()
    kept = {"spacy/0/0": {"f1": 0.5, "seconds": 1.0}}
    wanted = kept | {f"fast/0/{seed}": {} for seed in range(3)}
    assert recorded_rows(command.OUTPUT) == wanted


def test_a_quick_run_says_what_it_leaves_out(places, monkeypatch, capsys):
    before = command.OUTPUT.read_text("utf-8")
    monkeypatch.setattr("sys.argv", ["benchmark", "--quick"])
    command.main()
    assert command.OUTPUT.read_text("utf-8") == before
    assert set(read_rows(command.QUICK)) == set(list_rows(quick=True))
    said = capsys.readouterr().out
    [left_out] = [line for line in said.splitlines() if line.startswith("Left out:")]
    for what in ("second split", "seeds 1 and 2", "spacy", "ablation", "sizes"):
        assert what in left_out
    assert "crfsuite-pos" not in left_out


def test_a_tagger_that_is_needed_and_not_there_is_trained(places, monkeypatch):
    monkeypatch.setattr("sys.argv", ["benchmark", "--only", "use/best"])
    command.main()
    assert "best/0/0" in recorded_rows(command.OUTPUT)
    ours.tagger_folder("best").mkdir()
    command.OUTPUT.write_text('{"rows": {}}')
    command.main()
    assert [*recorded_rows(command.OUTPUT)] == ["use/best"]


@pytest.mark.long
def test_one_row_is_measured_in_this_process_and_printed(monkeypatch, capsys):
    asked = []
    measures = {"reading": lambda row: asked.append(row) or {"seconds": 2.5}}
    monkeypatch.setattr(command, "MEASURES", measures)
    monkeypatch.setattr("sys.argv", ["benchmark", "--run", "reading"])
    command.main()
    assert asked == [Row("reading")]
    assert json.loads(capsys.readouterr().out) == {"seconds": 2.5}


# --- the processes


@pytest.fixture
def beside(monkeypatch):
    """Let rows end after three looks at them, "best" after nine: what ran beside."""
    now, beside = set(), {}

    class Process:
        returncode = 0

        def __init__(self, command, **_):
            self.name = command[-1]
            self.looks = 9 if self.name.startswith("best") else 3
            now.add(self.name)

        def poll(self):
            self.looks -= 1
            beside.setdefault(self.name, set()).update(now - {self.name})
            if self.looks:
                return None
            now.discard(self.name)
            return 0

        def communicate(self):
            return "{}", None

    monkeypatch.setattr(processes.subprocess, "Popen", Process)
    monkeypatch.setattr(processes.time, "sleep", lambda _: None)
    return beside


def run_two_at_once(*texts):
    return [str(row) for row, _ in processes.run_rows(rows_of(*texts), 2)]


def test_rows_that_need_two_cores_run_by_themselves(beside):
    done = run_two_at_once("cores/fast", "reading", "crf", "cores/best", "throughput")
    assert done[-2:] == ["cores/fast", "cores/best"]
    assert not beside["cores/fast"] | beside["cores/best"]
    assert beside["reading"]


def test_a_row_that_needs_a_trained_tagger_waits_for_it(beside):
    texts = ["use/best", "fast/0/0", "best/0/0", "use/fast", "crf"]
    done = run_two_at_once(*texts)
    assert sorted(done) == sorted(texts)
    assert done.index("best/0/0") < done.index("use/best")
    assert "use/best" not in beside["best/0/0"]


@pytest.mark.long
def test_a_process_of_its_own_says_what_is_wrong_with_its_row(capfd):
    with pytest.raises(SystemExit, match=r"^worst/0/0: exit status 1$"):
        next(processes.run_rows([Row("worst", split=0, seed=0)], 1))
    assert "got the row 'worst/0/0', wanted one such as" in capfd.readouterr().err
