"""Scores, held against cases worked by hand and against simpler implementations."""

from collections import Counter
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.metrics import entity_f1, weighted_token_f1

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


@pytest.mark.parametrize("score", [entity_f1, weighted_token_f1])
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
