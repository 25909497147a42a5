"""The benchmark's rows become the figures that are quoted."""

import json
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from itertools import cycle
from statistics import mean

import pytest
from builders import assert_same
from clusters import in_process

from benchmark import __main__ as command
from benchmark import check, clock, ours, peers, processes, report, scaling
from benchmark.ablations import ABLATIONS, ALL_PARTS, FAST, MORE
from benchmark.processes import run_rows
from benchmark.report import describe, figures_of, read_rows, write_rows
from benchmark.rows import LADDER, Row, list_rows
from benchmark.tuning import AS_IT_IS, GRID, TUNED
from lstm_helpers.data import FEATURES, Sentence, Split, read_corpus
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger, save_tagger
from lstm_helpers.training import RUNGS, Epoch, train_rung


def rows_of(*texts):
    return [Row.read(text) for text in texts]


def a_few():
    """Part some of the bundled corpus's sentences."""
    sentences = read_corpus("sample").sentences
    return Split(sentences[:200], [], sentences[200:300])


# --- the rows


def test_a_quick_run_is_a_part_of_the_whole():
    quick, whole = list_rows(quick=True), list_rows(quick=False)
    assert set(quick) < set(whole)
    assert len(whole) == len(set(whole))
    assert not any(row.fold is not None or row.split == 1 for row in quick)
    assert not any("tuned" in row.what or "spacy" in row.what for row in quick)
    assert Row("check") not in quick
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
            Row("ablation", "8,192 words a batch", fold=0),
        ),
        ("crfsuite-grid/as it is/4", Row("crfsuite-grid", "as it is", fold=4)),
        ("crfsuite-pos-tuned/1/0", Row("crfsuite-pos-tuned", split=1, seed=0)),
        ("cores/fast", Row("cores", "fast")),
        ("twins/best", Row("twins", "best")),
        ("neighbours/2", Row("neighbours", seed=2)),
        ("pool", Row("pool")),
        ("reading", Row("reading")),
    ],
)
def test_a_rows_text_is_read_as_it_is_written(text, row):
    assert str(row) == text
    assert Row.read(text) == row


@pytest.mark.parametrize(
    "text",
    [
        "",
        "best",
        "best/0",
        "best//1",
        "worst/0/1",
        "use/quick",
        "twins/quick",
        "neighbours",
        "neighbours/x",
        "pool/0",
        "ablation/no/0",
        "ablation/no CRF/5",
        "crfsuite-grid/no CRF/0",
    ],
)
def test_what_is_no_row_is_refused(text):
    with pytest.raises(ValueError, match=f"^got the row '{text}', wanted one such as "):
        Row.read(text)


def test_every_row_can_be_measured_and_written():
    whole = list_rows(quick=False)
    assert {row.what for row in whole} == set(command.MEASURES)
    assert [Row.read(str(row)) for row in whole] == whole


def test_only_taggers_of_two_rungs_are_kept_for_other_rows():
    whole = list_rows(quick=False)
    kept = {row for row in whole if row.is_kept}
    six = {Row(q, split=0, seed=k) for q in ("fast", "best") for k in range(3)}
    assert kept == {trained for row in whole for trained in row.trained_by} == six
    assert {*Row("pool").trained_by} == six
    best = Row("best", split=0, seed=0)
    assert Row("cores", "best").trained_by == (best,)
    assert Row("spacy-long", split=0, seed=0).trained_by == (best,)
    users = {row.what for row in whole if row.trained_by}
    assert users == {"use", "first", "cores", "twins", "pool", "spacy-long"}


def test_a_quick_run_says_nothing_of_the_labels():
    quick, whole = ({row.what for row in list_rows(q)} for q in (True, False))
    labels = {"twins", "contexts", "repeats", "neighbours", "pool"}
    assert labels <= whole
    assert not labels & quick


def test_each_kept_tagger_has_a_folder_of_its_own():
    assert len({*map(ours.tagger_folder, Row("pool").trained_by)}) == 6


@pytest.mark.parametrize("name", sorted(ABLATIONS.keys() - {ALL_PARTS, "fast"}))
def test_an_ablation_changes_one_thing(name):
    before = ABLATIONS["GRU"] if name.startswith("GRU, ") else MORE
    changed, more = vars(ABLATIONS[name]), vars(before)
    differs = [changed[part] != more[part] for part in more]
    with_a_window = name.startswith("with a window")  # both a kind and its sizes
    assert sum(differs) == 1 + with_a_window


def test_fast_has_no_part_that_the_ablation_did_not_begin_with():
    assert ABLATIONS["fast"] is FAST is RUNGS["fast"]
    assert {*FAST.features} < {*MORE.features}
    assert FAST.sizes.items() < MORE.sizes.items()
    assert (FAST.head, FAST.kind, FAST.plan) == (MORE.head, MORE.kind, MORE.plan)


@pytest.mark.parametrize("name", [name for name in GRID if name != AS_IT_IS])
def test_a_setting_of_the_grid_changes_something(name):
    assert GRID[name] != GRID[AS_IT_IS]
    assert {*GRID[name].features} <= {*FEATURES}


def test_crfsuite_is_tuned_to_what_scores_best_on_the_folds():
    scores = defaultdict(list)
    for row, found in read_rows(command.OUTPUT).items():
        if row.what == "crfsuite-grid":
            scores[row.of].append(found["f1"])
    if not scores:
        pytest.skip("the grid is not recorded")
    assert {name: len(each) for name, each in scores.items()} == dict.fromkeys(GRID, 5)
    assert max(scores, key=lambda name: mean(scores[name])) == TUNED


# --- what the peers are given


TWO = Sentence(["Paris", "is"], ["B-geo", "O"], ["NNP", "VBZ"])
USUAL = [  # worked out by hand
    {
        "bias": 1.0,
        "suffix3": "ris",
        "suffix2": "is",
        "lower": "paris",
        "upper": False,
        "title": True,
        "digit": False,
        "first": True,
        "1:lower": "is",
        "1:upper": False,
        "1:title": False,
    },
    {
        "bias": 1.0,
        "suffix3": "is",
        "suffix2": "is",
        "lower": "is",
        "upper": False,
        "title": False,
        "digit": False,
        "last": True,
        "-1:lower": "paris",
        "-1:upper": False,
        "-1:title": True,
    },
]


def test_crfsuite_is_given_what_its_tutorial_gives_it():
    assert peers.describe_words(TWO, GRID[AS_IT_IS], with_pos=False) == USUAL
    own = {"pos": "NNP", "pos2": "NN", "1:pos": "VBZ", "1:pos2": "VB"}
    first, _ = peers.describe_words(TWO, GRID[AS_IT_IS], with_pos=True)
    assert first == USUAL[0] | own


def test_crfsuite_can_be_given_more():
    settings = GRID[AS_IT_IS]._replace(features=("prefix2", "shape"), window=2)
    first, second = peers.describe_words(TWO, settings, with_pos=False)
    assert first == USUAL[0] | {"own prefix2": "pa", "own shape": "Xxx"}
    assert second == USUAL[1] | {"own prefix2": "is", "own shape": "xx"}
    three = Sentence(["In", *TWO.words], ["O", *TWO.tags], ["IN", *TWO.pos])
    *_, third = peers.describe_words(three, settings, with_pos=False)
    assert third == second | {"-2:lower": "in", "-2:upper": False, "-2:title": True}


@pytest.mark.parametrize(
    ("seconds", "end", "rounds"), [(3.0, 10.0, 3), (3.0, 9.5, 3), (5.0, 1.0, 1)]
)
def test_rounds_are_made_as_long_as_one_more_fits(monkeypatch, seconds, end, rounds):
    now = 0.0
    monkeypatch.setattr(clock.time, "process_time", lambda: now)
    made = 0
    for _ in clock.repeat_until(end):
        now += seconds
        made += 1
    assert made == rounds


def test_no_round_is_made_without_time(monkeypatch):
    monkeypatch.setattr(clock.time, "process_time", lambda: 7.0)
    assert not [*clock.repeat_until(7.0)]


@pytest.mark.long
def test_a_kept_tagger_says_how_long_its_training_took(tmp_path, monkeypatch):
    parts = a_few()
    history = [Epoch(1, 0.5, 0.5, 0.6, 1.0)]
    trained = load_tagger(SAMPLE_TAGGER), history, 12.5
    monkeypatch.setattr(ours, "BUILD", tmp_path)
    monkeypatch.setattr(ours, "read_parts", lambda split: parts)
    monkeypatch.setattr(ours, "_train", lambda *_: trained)
    best = Row("best", split=0, seed=0)
    command.measure(best._replace(seed=1))
    with pytest.raises(FileNotFoundError):
        ours.seconds_of_training(best)
    command.measure(best)
    assert ours.seconds_of_training(best) == 12.5
    save_tagger(ours.tagger_folder(best), trained[0])
    with pytest.raises(ValueError, match=r"without its seconds; .* --only best/0/0$"):
        ours.seconds_of_training(best)


@pytest.mark.long
@pytest.mark.parametrize(("what", "n_passes"), [("spacy", 3), ("spacy-long", 5)])
def test_spacy_makes_three_passes_or_as_many_as_it_is_given(
    monkeypatch, what, n_passes
):
    pytest.importorskip("spacy", reason="needs the extra peers: make benchmark")
    parts = a_few()
    ends = []
    monkeypatch.setattr(peers, "read_parts", lambda split: parts)
    monkeypatch.setattr(peers, "seconds_of_training", lambda _: 1000.0)
    monkeypatch.setattr(peers, "repeat_until", lambda end: ends.append(end) or range(5))
    found = command.measure(Row(what, split=0, seed=0))
    assert found["epochs"] == n_passes
    assert found["f1"] > 0.3, "it has learnt something"
    assert len(ends) == (what == "spacy-long")
    assert all(1000 < end < 1000 + time.process_time() for end in ends)


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
        "transformer/0/0": {"f1": 0.8, "seconds": 50.0, "by_fast": 24.4},
        "transformer/0/1": {"f1": 0.8, "seconds": 60.0, "by_fast": 25.4},
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
    assert figures["transformer_by_fast"] == 25, "of the median"


FOLDS = {
    "ablation/all parts": [0.80, 0.82, 0.84, 0.80, 0.84],
    "ablation/no CRF": [0.79, 0.80, 0.81, 0.79, 0.81],
    "ablation/8,192 words a batch": [0.90],
}


def test_a_change_is_compared_with_what_it_changes_fold_by_fold():
    rows = {
        Row.read(f"{name}/{fold}"): {"f1": f1, "seconds": 10.0 + fold}
        for name, scores in FOLDS.items()
        for fold, f1 in enumerate(scores)
    }
    assert figures_of(rows) == {
        "ablation_all_parts_f1": 0.82,
        "ablation_all_parts_seconds": 12,
        "ablation_no_CRF_f1": 0.8,
        "ablation_no_CRF_f1_change": -0.02,
        # the differences are -1, -2, -3, -1 and -3 hundredths: they spread by 0.01
        "ablation_no_CRF_f1_change_error": 0.0045,
        "ablation_no_CRF_seconds": 12,
        "ablation_8_192_words_a_batch_f1": 0.9,
        "ablation_8_192_words_a_batch_seconds": 10,
    }


def test_only_folds_that_both_have_are_compared():
    scores = {"all parts/1": 0.8, "all parts/2": 0.9, "all parts/3": 0.1}
    scores |= {"no CRF/4": 0.0, "no CRF/2": 0.7, "no CRF/1": 0.8}
    rows = {
        Row.read(f"ablation/{text}"): {"f1": f1, "seconds": 1.0}
        for text, f1 in scores.items()
    }
    assert figures_of(rows)["ablation_no_CRF_f1_change"] == -0.1
    assert figures_of(rows)["ablation_no_CRF_f1_change_error"] == 0.1
    alone = {row: found for row, found in rows.items() if row.of != "all parts"}
    assert "ablation_no_CRF_f1_change" not in figures_of(alone)


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
        Row("first", "fast"): {"first_seconds": 0.87, "first_by_torch": 1.234},
    }
    assert figures_of(rows) == {
        "best_sizes_largest_by_least": 1.11,
        "best_training_by_two_threads": 1.26,
        "crf_by_pytorch_crf": 2.9,
        "fast_first_by_torch": 1.23,
        "fast_first_seconds": 0.9,
        "fast_illegal_tags": 0,
        "fast_loading_ms": 46,
        "fast_single_ms": 1.2,
        "fast_tagged_a_second": 201_000,
        "fast_tagging_by_spacy": 10,
        "spacy_runs": 1,
        "spacy_seconds": 9,
        "spacy_tagged_a_second": 20_000,
    }


def test_counts_and_shares_of_labels_are_quoted_as_they_were_measured():
    rows = {
        Row("twins", "fast"): {"twins": 13927, "recall": 0.89186, "recall_low": 0.8861},
        Row("contexts"): {"twins": 1039, "contradict_share_4": 0.1001},
        Row("repeats"): {"f1": 0.92295, "root_f1": 0.96070},
        Row("pool"): {"all_f1": 0.86059},
    } | {
        Row("neighbours", seed=seed): {"f1": 0.875 + 0.001 * seed, "seconds": 9.0}
        for seed in range(3)
    }
    assert figures_of(rows) == {
        "contexts_contradict_share_4": 0.1,
        "contexts_twins": 1039,
        "neighbours_f1": 0.876,
        "neighbours_f1_spread": 0.001,
        "neighbours_runs": 3,
        "neighbours_seconds": 9,
        "pool_all_f1": 0.861,
        "repeats_f1": 0.923,
        "repeats_root_f1": 0.961,
        "twins_fast_recall": 0.892,
        "twins_fast_recall_low": 0.886,
        "twins_fast_twins": 13927,
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


def test_a_mention_that_is_cut_begins_with_the_cut():
    assert scaling.begin(["I-per", "I-per", "O"]) == ["B-per", "I-per", "O"]
    assert scaling.begin(["O", "B-geo"]) == ["O", "B-geo"]


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


def test_no_row_is_measured_twice(places, monkeypatch):
    measured = []

    def measure(rows, _):
        for row in rows:
            measured.append(row)
            yield row, {}

    monkeypatch.setattr(command, "run_rows", measure)
    command.main()
    assert measured == list_rows(quick=False)


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
    for what in ("second split", "seeds 1 and 2", "spacy", "ablation", "sizes", "pool"):
        assert what in left_out
    assert " crfsuite-pos," not in left_out


def test_a_tagger_that_is_needed_and_not_there_is_trained(places, monkeypatch):
    monkeypatch.setattr("sys.argv", ["benchmark", "--only", "use/best"])
    command.main()
    assert "best/0/0" in recorded_rows(command.OUTPUT)
    ours.tagger_folder(Row("best", split=0, seed=0)).mkdir()
    command.OUTPUT.write_text('{"rows": {}}')
    command.main()
    assert [*recorded_rows(command.OUTPUT)] == ["use/best"]


def test_all_taggers_of_a_pool_are_trained_that_are_not_there(places, monkeypatch):
    monkeypatch.setattr("sys.argv", ["benchmark", "--only", "pool"])
    ours.tagger_folder(Row("best", split=0, seed=2)).mkdir()
    command.OUTPUT.write_text('{"rows": {}}')
    command.main()
    trained = ["best/0/0", "best/0/1", "fast/0/0", "fast/0/1", "fast/0/2"]
    assert sorted(recorded_rows(command.OUTPUT)) == [*trained, "pool"]


@pytest.mark.long
def test_one_row_is_measured_in_this_process_and_printed(monkeypatch, capsys):
    asked = []
    measures = {"reading": lambda row: asked.append(row) or {"seconds": 2.5}}
    monkeypatch.setattr(command, "MEASURES", measures)
    monkeypatch.setattr("sys.argv", ["benchmark", "--run", "reading"])
    command.main()
    assert asked == [Row("reading")]
    assert json.loads(capsys.readouterr().out) == {"seconds": 2.5}


# --- is anything slower?


@pytest.mark.long
def test_ratios_are_medians_of_our_time_over_the_others(monkeypatch):
    def took(*seconds):
        turns = cycle(seconds)
        return lambda work, *given: (work(*given), next(turns))

    # in turns, ours and theirs: three for training, then three for tagging
    monkeypatch.setattr(check, "_N_TURNS", 3)
    monkeypatch.setattr(check, "seconds_of", took(4, 2, 9, 1, 1, 1, 6, 2, 9, 1, 4, 4))
    monkeypatch.setattr(check, "times_pytorch_crf", lambda: [2, 4, 90])
    assert command.measure(Row("check")) == {
        "training_by_libraries": 2,
        "tagging_by_libraries": 3,
        "crf_by_pytorch_crf": 0.25,
    }


RECORDED = {"training_by_libraries": 2.0, "tagging_by_libraries": 3.0}


@pytest.fixture
def checked(places, monkeypatch):
    """Check ratios against recorded ones, both of the test's own."""

    def check_it(found, recorded):
        if recorded:
            write_rows(command.OUTPUT, {Row("check"): recorded})
        monkeypatch.setattr(command, "run_rows", lambda rows, _: [(rows[0], found)])
        monkeypatch.setattr("sys.argv", ["benchmark", "--check"])
        before = command.OUTPUT.read_text("utf-8")
        try:
            command.main()
        finally:
            assert command.OUTPUT.read_text("utf-8") == before

    return check_it


@pytest.mark.parametrize("factor", [0.1, 1.0, check.MARGIN - 0.01])
def test_what_is_not_much_slower_passes(checked, factor, capsys):
    checked({name: factor * ratio for name, ratio in RECORDED.items()}, RECORDED)
    assert f"training_by_libraries {2 * factor:.4g}" in capsys.readouterr().out


def test_what_is_much_slower_is_named(checked):
    got = 3 * check.MARGIN + 0.01
    with pytest.raises(SystemExit) as stopped:
        checked(RECORDED | {"tagging_by_libraries": got}, RECORDED)
    line, *way_out = stopped.value.code.splitlines()
    wanted = f"wanted at most {check.MARGIN} times the recorded 3.00"
    assert line == f"tagging_by_libraries: got {got:.2f}, {wanted}"
    assert way_out[-1].strip() == "python tools/benchmark --only check"


def test_without_recorded_ratios_it_is_said_how_to_record_some(checked):
    wanted = "got no row 'check' to compare with; .* --only check$"
    with pytest.raises(SystemExit, match=wanted):
        checked({}, None)


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


def test_a_pool_waits_for_all_its_taggers(beside):
    trained = ["fast/0/0", "best/0/0", "best/0/1", "fast/0/1", "best/0/2", "fast/0/2"]
    done = run_two_at_once("pool", *trained)
    assert done[-1] == "pool"
    assert not {*trained} & beside["pool"]


@pytest.mark.long
def test_a_process_of_its_own_says_what_is_wrong_with_its_row(capfd):
    with pytest.raises(SystemExit, match=r"^worst/0/0: exit status 1$"):
        next(processes.run_rows([Row("worst", split=0, seed=0)], 1))
    assert "got the row 'worst/0/0', wanted one such as" in capfd.readouterr().err


# --- on a cluster


@pytest.fixture
def client():
    with in_process() as started:
        yield started


@pytest.mark.scale
@pytest.mark.long
def test_workers_of_a_cluster_give_what_processes_give(client, monkeypatch, tmp_path):
    """What a row gives is said by its text alone, and by what was there before."""
    script = "import json, pathlib, sys, time; here = pathlib.Path(sys.argv[1]); "
    script += "before = sorted(path.name for path in here.iterdir()); "
    script += "time.sleep(sys.argv[2].startswith('best')); "  # others could overtake
    script += "(here / sys.argv[2].replace('/', '_')).touch(); "
    script += (
        "print('a line'); print(json.dumps({'row': sys.argv[2], 'before': before}))"
    )
    monkeypatch.setattr(
        processes,
        "_command_of",
        lambda row: [sys.executable, "-c", script, str(tmp_path), str(row)],
    )
    texts = ["use/best", "cores/fast", "fast/0/0", "best/0/0", "crf"]
    found = [*processes.run_rows_on(client, rows_of(*texts))]
    assert sorted(str(row) for row, _ in found) == sorted(texts)
    assert all(result["row"] == str(row) for row, result in found)
    before = {result["row"]: result["before"] for _, result in found}
    assert "best_0_0" in before["use/best"]
    assert str(found[-1][0]) == "cores/fast"
    assert len(before["cores/fast"]) == 4, "by itself"


@pytest.mark.scale
@pytest.mark.long
def test_a_scheduler_and_workers_elsewhere_need_not_import_the_benchmark(monkeypatch):
    distributed = pytest.importorskip("distributed")
    script = "import json; print(json.dumps({'done': True}))"
    command = [sys.executable, "-c", script]
    monkeypatch.setattr(processes, "_command_of", lambda _: command)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    rows = rows_of("use/best", "best/0/0", "fast/0/0")
    with (
        distributed.deploy.SubprocessCluster(
            n_workers=2, worker_kwargs={"nthreads": 1}, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as own,
    ):
        found = dict(processes.run_rows_on(own, rows))
    assert found == {row: {"done": True} for row in rows}


@pytest.mark.scale
@pytest.mark.long
def test_a_row_that_fails_on_a_worker_is_named(client):
    wanted = r"worst/0/0: exit status 1, .*got the row 'worst/0/0', wanted one such as"
    with pytest.raises(SystemExit, match=re.compile(wanted, re.DOTALL)):
        next(processes.run_rows_on(client, [Row("worst", split=0, seed=0)]))


@pytest.mark.scale
@pytest.mark.long
@pytest.mark.filterwarnings("ignore:validation part")
def test_trainings_on_a_cluster_are_those_of_one_process(client):
    """Any function of one's own, and any settings: here a learning curve's."""
    distributed = pytest.importorskip("distributed")
    parts = a_few()

    def train_on(n):
        rung = RUNGS["quick"]
        tagger, _ = train_rung(rung, parts.train[:n], parts.test, progress=False)
        return {name: w.clone() for name, w in tagger.model.state_dict().items()}

    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as apart,
    ):
        found = apart.gather(apart.map(train_on, [50, 100, 200]))
    for got, n in zip(found, [50, 100, 200], strict=True):
        assert_same(got, train_on(n))
