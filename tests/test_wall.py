"""How far the labels go is counted rightly, on sentences counted by hand."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmark.wall import (
    describe_contexts,
    describe_repeats,
    describe_twins,
    estimate,
)
from lstm_helpers.data import Sentence
from lstm_helpers.metrics import entity_f1


def sentences_of(*texts):
    """Read sentences such as "in May/B-tim ."."""
    found = []
    for text in texts:
        pairs = [word.partition("/") for word in text.split()]
        found.append(
            Sentence(
                [word for word, _, _ in pairs], [tag or "O" for _, _, tag in pairs]
            )
        )
    return found


# --- shares and their intervals


def test_a_share_is_that_of_the_sums():
    found = estimate("won", np.array([1, 0, 2]), np.array([1, 3, 4]))
    assert found["won"] == 3 / 8
    assert [*found] == ["won", "won_low", "won_high"]


def test_a_share_of_nothing_is_none():
    with pytest.raises(ValueError, match=r"^won: got nothing to count, wanted some$"):
        estimate("won", np.array([0, 0]), np.array([0, 0]))


def test_units_of_nothing_say_nothing():
    alone = estimate("", np.array([1, 0]), np.array([1, 2]))
    assert alone == estimate("", np.array([0, 1, 0, 0]), np.array([0, 1, 0, 2]))


def test_what_is_alike_in_every_unit_has_no_interval():
    assert {*estimate("", np.full(9, 2), np.full(9, 8)).values()} == {0.25}


def test_the_interval_is_the_normal_one_of_many_units():
    parts = np.arange(400) % 4 == 0
    found = estimate("p", parts, np.ones(400, int))
    half = 1.96 * math.sqrt(0.25 * 0.75 / 400)
    assert found["p_low"] == pytest.approx(0.25 - half, abs=0.15 * half)
    assert found["p_high"] == pytest.approx(0.25 + half, abs=0.15 * half)


def test_what_stands_in_one_unit_is_drawn_together():
    parts, ones = np.arange(400) % 4 == 0, np.ones(400, int)
    one, four = estimate("p", parts, ones), estimate("p", 4 * parts, 4 * ones)
    assert four == one, "four of each are worth no more than one"
    apart = estimate("p", np.repeat(parts, 4), np.repeat(ones, 4))
    width = apart["p_high"] - apart["p_low"]
    assert width == pytest.approx((one["p_high"] - one["p_low"]) / 2, rel=0.15)


# --- twins

TRAIN = sentences_of(
    "in May/B-tim .",
    "in May/B-tim .",
    "in May/B-per .",
    "to Verda/B-geo ,",
    "to Verda/B-geo Lake/I-geo ,",
    "of Pell/B-per 's/I-per boat",
)
JUDGED = {  # gold -> predicted; the comment says what it adds
    "in May/B-tim .": "in May/B-tim .",  # right, as training
    "in May/B-per .": "in May/B-tim .",  # two errors as training, one contradiction
    "to Verda/B-geo ,": "to Verda ,",  # an error, not as training
    "to Verda/B-gpe ,": "to Verda/B-org ,",  # two errors, not as training; one contr.
    "of Pell/B-per 's": "of Pell/B-geo 's",  # the same: Pell alone is no mention there
    "by Verda/B-geo ,": "by Verda ,",  # an error without a twin
    "in Lake/B-geo .": "in Lake/B-geo .",  # right, no twin
    "to Verda ,": "to Verda/B-geo ,",  # a spurious one, as training
}


@pytest.fixture(scope="module")
def twins():
    gold = sentences_of(*JUDGED) * 50  # so that every draw has some of all
    predicted = [s.tags for s in sentences_of(*JUDGED.values())] * 50
    return describe_twins(TRAIN, gold, predicted)


def test_mentions_and_errors_are_counted_with_their_twins(twins):
    counts = {"mentions": 7, "twins": 5, "errors": 9, "errors_with_twin": 8}
    assert {name: twins[name] / 50 for name in counts} == counts


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("contradict_share", 3 / 5),
        ("majority_recall", 2 / 5),
        ("recall", 1 / 5),
        ("errors_with_twin_share", 8 / 9),
        ("errors_as_training_share", 3 / 8),
        ("errors_as_training_of_all_share", 3 / 9),
    ],
)
def test_shares_of_mentions_and_errors(twins, name, share):
    assert twins[name] == pytest.approx(share)
    assert twins[f"{name}_low"] < share < twins[f"{name}_high"]


def test_intervals_are_of_sentences_not_of_mentions():
    train = sentences_of("in May/B-tim .")
    ten = [" ".join([f"in May/B-{kind} ."] * 10) for kind in ("tim", "per")]
    gold, predicted = sentences_of(*ten) * 20, sentences_of(ten[0]) * 40
    found = describe_twins(train, gold, [sentence.tags for sentence in predicted])
    assert (found["twins"], found["recall"]) == (400, 0.5)
    half = 1.96 * math.sqrt(0.25 / 40)
    assert found["recall_high"] - 0.5 == pytest.approx(half, rel=0.2)


# --- wider contexts


def test_the_same_mentions_are_counted_as_their_contexts_grow():
    train = sentences_of(
        "we met in May/B-per .",
        "they met in May/B-tim .",
        "born in May/B-tim .",
        "May/B-tim",
    )
    gold = sentences_of(
        "we met in May/B-per .",
        "they met in May/B-per .",
        "back in May/B-tim .",  # training has it with one word on each side alone
    )
    found = describe_contexts(train, gold * 50, 3)
    assert found["twins"] == 2 * 50
    shares = [found[f"contradict_share_{around}"] for around in range(4)]
    # training says tim (3 of 4), tim (2 of 3), per (the first of two), then both
    assert shares == [1.0, 1.0, 0.0, 0.5]


# --- repeated sentences

TAGS = st.lists(st.sampled_from(["O", "B-x", "B-y"]), min_size=3, max_size=3)


@given(st.lists(st.tuples(st.sampled_from(["a b c", "a b d", "a b e"]), TAGS)))
def test_repeated_sentences_are_scored_against_the_first_copies(copies):
    sentences = [Sentence(text.split(), tags) for text, tags in copies]
    first, gold, again = {}, [], []
    for text, tags in copies:
        if text in first:
            gold.append(first[text])
            again.append(tags)
        first.setdefault(text, tags)
    assume(any(tag != "O" for tags in [*gold, *again] for tag in tags))
    found = describe_repeats(sentences)
    assert found["sentences"] == len(again)
    assert found["f1"] == pytest.approx(entity_f1(gold, again))
    assert found["root_f1"] == pytest.approx(found["f1"] ** 0.5)


def test_groups_of_repeated_sentences_are_drawn_as_a_whole():
    texts = [f"{word}/B-x" for word in "abcdefghijklmnopqrstuvwxyz"]
    others = [text.replace("B-x", "B-y") for text in texts[::2]]
    same = texts[1::2]
    found = describe_repeats(sentences_of(*texts, *others * 4, *same * 4, "A/B-x"))
    half = 1.96 * math.sqrt(0.25 / 26)
    assert found["f1"] == 0.5
    assert found["sentences"] == 104
    assert found["f1_high"] - 0.5 == pytest.approx(half, rel=0.2)
    assert found["root_f1_high"] == pytest.approx(found["f1_high"] ** 0.5)
