"""Scores, held against cases worked by hand and against simpler implementations."""

from collections import Counter
from itertools import takewhile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from lstm_helpers.data.iob2 import find_mentions
from lstm_helpers.metrics import (
    VERDICTS,
    calibration_bins,
    entity_f1,
    entity_f1_by_sets,
    expected_calibration_error,
    pair_mentions,
    score_by_type,
    tabulate_scores,
    token_accuracy,
    weighted_token_f1,
)

TAG = st.sampled_from(["O", "B-geo", "I-geo", "B-per", "I-per"])
GOLD_AND_PREDICTED = st.lists(st.lists(st.tuples(TAG, TAG), min_size=1), min_size=1)


def take(side, pairs):
    return [[pair[side] for pair in sentence] for sentence in pairs]


def find_spans(sentences):
    """Each B- with the I- of its type right after it; a stray I- begins nothing."""
    found = set()
    for number, tags in enumerate(sentences):
        for start, tag in enumerate(tags):
            if tag[0] == "B":
                inside = takewhile(("I" + tag[1:]).__eq__, tags[start + 1 :])
                found.add((number, start, tag, len(list(inside))))
    return found


@pytest.mark.parametrize(
    ("gold", "predicted", "f1"),
    [
        pytest.param("B-per I-per O", "B-per I-per O", 1, id="right"),
        pytest.param("B-per I-per O", "B-per O O", 0, id="a boundary wrong"),
        pytest.param("B-per I-per O", "B-org I-org O", 0, id="the type wrong"),
        pytest.param("B-per I-per O", "I-per I-per O", 0, id="I- without its B-"),
        pytest.param("B-geo B-geo", "B-geo I-geo", 0, id="two taken for one"),
        pytest.param("B-per O", "O O", 0, id="nothing found"),
        pytest.param("O O", "B-per O", 0, id="nothing to find, something found"),
        pytest.param("O O", "O O", 0, id="nothing to find, nothing found"),
        pytest.param("O O", "I-per O", 0, id="a stray I- finds nothing"),
        pytest.param("B-per O B-geo", "B-per I-per B-geo", 1 / 2, id="one of two"),
        pytest.param("B-per O B-geo", "B-per I-geo B-geo", 1, id="a stray I- is O"),
        pytest.param("B-per O B-geo B-tim", "B-per O O B-geo", 2 / 5, id="P 1/2 R 1/3"),
    ],
)
def test_entity_f1_worked_by_hand(gold, predicted, f1):
    assert entity_f1([gold.split()], [predicted.split()]) == pytest.approx(f1)


def test_entity_f1_counts_entities_not_sentences():
    gold = [["B-per"] * 9, ["B-geo"]]
    assert entity_f1(gold, [["B-per"] * 9, ["O"]]) == pytest.approx(18 / 19)


@given(GOLD_AND_PREDICTED)
def test_entity_f1_by_sets_is_seqevals(pairs):
    gold, predicted = take(0, pairs), take(1, pairs)
    by_sets = entity_f1_by_sets(gold, predicted)
    assert by_sets == pytest.approx(entity_f1(gold, predicted))


@given(GOLD_AND_PREDICTED)
def test_entity_f1_equals_a_comparison_of_sets(pairs):
    gold, predicted = take(0, pairs), take(1, pairs)
    wanted, found = find_spans(gold), find_spans(predicted)
    f1 = 2 * len(wanted & found) / (len(wanted) + len(found) or 1)
    assert entity_f1(gold, predicted) == pytest.approx(f1)


def test_weighted_token_f1_worked_by_hand():
    gold, predicted = [["O", "O", "O", "B-geo"]], [["O", "O", "B-geo", "B-geo"]]
    of_O, of_geo = 4 / 5, 2 / 3  # P 1, R 2/3; P 1/2, R 1
    assert weighted_token_f1(gold, predicted) == pytest.approx((3 * of_O + of_geo) / 4)
    assert weighted_token_f1(predicted, gold) == pytest.approx((of_O + of_geo) / 2)


@given(GOLD_AND_PREDICTED)
def test_weighted_token_f1_is_a_mean_over_the_gold_words(pairs):
    words = [pair for sentence in pairs for pair in sentence]
    gold, predicted = (Counter(word[side] for word in words) for side in (0, 1))
    right = Counter(tag for tag, other in words if tag == other)
    f1 = {tag: 2 * right[tag] / (gold[tag] + predicted[tag]) for tag in gold}
    wanted = sum(f1[tag] for tag, _ in words) / len(words)
    assert weighted_token_f1(take(0, pairs), take(1, pairs)) == pytest.approx(wanted)


@pytest.mark.parametrize(
    "score",
    [
        entity_f1,
        entity_f1_by_sets,
        weighted_token_f1,
        token_accuracy,
        score_by_type,
        pair_mentions,
    ],
)
@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ([], [], "got 0 gold and 0 predicted sentences, wanted as many"),
        ([["O"]], [], "got 1 gold and 0 predicted sentences"),
        ([["O"], ["O", "O"]], [["O", "O"], ["O"]], "sentence 0: got 1 gold and 2"),
    ],
)
def test_what_does_not_match_is_refused(score, gold, predicted, message):
    with pytest.raises(ValueError, match=message):
        score(gold, predicted)


@given(GOLD_AND_PREDICTED)
def test_lenient_entity_f1_is_strict_after_repair(pairs):
    def repair(tags):
        fixed = []
        for tag in tags:
            stray = tag[0] == "I" and (not fixed or fixed[-1][1:] != tag[1:])
            fixed.append("B" + tag[1:] if stray else tag)
        return fixed

    gold, predicted = ([repair(tags) for tags in take(side, pairs)] for side in (0, 1))
    wanted = entity_f1(gold, predicted)
    got = entity_f1(take(0, pairs), take(1, pairs), lenient=True)
    assert got == pytest.approx(wanted)


@pytest.mark.parametrize(("tag", "error"), [("geo", KeyError), ("S-geo", ValueError)])
def test_strict_entity_f1_refuses_a_tag_of_another_scheme(tag, error):
    with pytest.raises(error, match=tag[0]):
        entity_f1([["O", tag]], [["O", "O"]])


def test_lenient_and_strict_part_over_a_stray_inside_tag():
    gold, predicted = [["B-per", "I-per", "O"]], [["I-per", "I-per", "O"]]
    assert entity_f1(gold, predicted) == 0
    assert entity_f1(gold, predicted, lenient=True) == 1


def test_token_accuracy_worked_by_hand():
    gold = [["O", "O", "B-geo"], ["B-per", "I-per"]]
    predicted = [["O", "B-geo", "B-geo"], ["B-per", "O"]]
    assert token_accuracy(gold, predicted) == 3 / 5
    assert token_accuracy(gold, predicted, off_O=True) == 2 / 3
    assert token_accuracy([["O"]], [["B-geo"]], off_O=True) == 0


@given(GOLD_AND_PREDICTED)
def test_scores_by_type_are_seqevals(pairs):
    gold, predicted = take(0, pairs), take(1, pairs)
    scores = score_by_type(gold, predicted)
    kinds = {m.kind for m in find_mentions(gold) + find_mentions(predicted)}
    assert scores.keys() == kinds
    if not kinds:
        return
    wanted = precision_recall_fscore_support(
        gold, predicted, scheme=IOB2, average=None, zero_division=0
    )
    got = np.array([scores[kind] for kind in sorted(kinds)]).T
    np.testing.assert_allclose(got, wanted)


@pytest.mark.parametrize(
    ("gold", "predicted", "verdicts"),
    [
        pytest.param("B-per I-per", "B-per I-per", ["right"], id="right"),
        pytest.param("B-per I-per", "B-org I-org", ["wrong type"], id="type"),
        pytest.param("B-per I-per", "O B-per", ["wrong boundary"], id="boundary"),
        pytest.param("B-per I-per", "B-org O", ["both wrong"], id="both"),
        pytest.param("B-per O", "O B-per", ["missed", "spurious"], id="apart"),
        pytest.param(
            "B-per I-per", "B-org B-per", ["wrong boundary", "spurious"], id="split"
        ),
        pytest.param(
            "B-per B-geo", "B-per I-per", ["wrong boundary", "missed"], id="merged"
        ),
        pytest.param(
            "B-per B-geo", "O B-geo", ["missed", "right"], id="by their start"
        ),
        pytest.param("O O", "O I-per", [], id="nothing"),
    ],
)
def test_pairs_worked_by_hand(gold, predicted, verdicts):
    pairs = pair_mentions([gold.split()], [predicted.split()])
    assert [pair.verdict for pair in pairs] == verdicts


@given(GOLD_AND_PREDICTED)
def test_every_mention_stands_in_one_pair(pairs):
    gold, predicted = take(0, pairs), take(1, pairs)
    paired = pair_mentions(gold, predicted)
    wanted, found = find_mentions(gold), find_mentions(predicted)
    assert sorted(pair.gold for pair in paired if pair.gold) == wanted
    assert sorted(pair.predicted for pair in paired if pair.predicted) == found
    right = {pair.gold for pair in paired if pair.verdict == "right"}
    assert right == set(wanted) & set(found)
    assert {pair.verdict for pair in paired} <= set(VERDICTS)


def test_calibration_worked_by_hand():
    confidence = np.array([0.05, 0.5, 0.45, 0.95, 1.0, 0.0])
    bins = calibration_bins(confidence, [False, True, False, True, True, False], 10)
    assert [(b.low, b.high, b.n_predictions, b.accuracy) for b in bins] == [
        (0, 0.1, 2, 0),
        (0.4, 0.5, 2, 0.5),
        (0.9, 1, 2, 1),
    ]
    assert expected_calibration_error(bins) == pytest.approx(3 * 0.025 / 3)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_one_bin_compares_the_means(predictions):
    confidence, right = map(np.array, zip(*predictions, strict=True))
    [only] = calibration_bins(confidence, right, 1)
    wanted = abs(confidence.mean() - right.mean())
    assert expected_calibration_error([only]) == pytest.approx(wanted)
    bins = calibration_bins(confidence, right)
    assert sum(b.n_predictions for b in bins) == len(right)
    assert all(b.high - b.low == pytest.approx(0.1) for b in bins), "ten by default"


@pytest.mark.parametrize(
    ("confidence", "right", "message"),
    [
        ([], [], "wanted \\(N,\\) twice"),
        ([0.5], [True, False], "wanted \\(N,\\) twice"),
        ([1.5], [True], "outside"),
        ([float("nan")], [True], "outside"),
    ],
)
def test_no_confidence_is_refused(confidence, right, message):
    with pytest.raises(ValueError, match=message):
        calibration_bins(np.array(confidence), np.array(right))


def test_no_bin_is_refused():
    with pytest.raises(ValueError, match="n_bins: got 0, wanted at least 1"):
        calibration_bins(np.array([0.5]), np.array([True]), 0)


@pytest.mark.parametrize("lenient", [False, True])
def test_any_sequences_of_tags_are_scored(lenient):
    gold, predicted = (("B-per", "I-per", "O"),), (("B-per", "O", "O"),)
    as_lists = [[list(tags) for tags in part] for part in (gold, predicted)]
    wanted = entity_f1(*as_lists, lenient=lenient)
    assert entity_f1(gold, predicted, lenient=lenient) == wanted
    assert entity_f1_by_sets(gold, predicted) == 0 == wanted


@given(GOLD_AND_PREDICTED)
def test_a_table_has_the_scores_of_every_type_and_of_all(pairs):
    gold, predicted = take(0, pairs), take(1, pairs)
    _, *rows, last = tabulate_scores(gold, predicted).splitlines()
    wanted = score_by_type(gold, predicted)
    assert [row.split()[0] for row in rows] == [*wanted]
    for row, score in zip(rows, wanted.values(), strict=True):
        assert [*map(float, row.split()[1:])] == pytest.approx([*score], abs=0.00051)
    micro = precision_recall_fscore_support(
        gold, predicted, average="micro", scheme=IOB2, zero_division=0
    )
    n_gold = len(find_mentions(gold))
    assert last.split()[0] == "all"
    numbers = [*map(float, last.split()[1:])]
    assert numbers == pytest.approx([*micro[:3], n_gold], abs=0.00051)


def test_a_table_is_aligned_whatever_the_types_are_called():
    gold = [["B-a", "B-a-very-long-type"]]
    assert len({*map(len, tabulate_scores(gold, gold).splitlines())}) == 1
    with pytest.raises(ValueError, match="got 0 gold and 0 predicted sentences"):
        tabulate_scores([], [])
