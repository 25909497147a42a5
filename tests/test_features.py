"""What a word looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.features import FEATURES, word_shape


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("Paris", "Xxx"),
        ("the", "xx"),
        ("a", "x"),
        ("USA", "XX"),
        ("McDonald", "XxXxx"),
        ("2009", "99"),
        ("1,000,000", "9,99,99"),
        ("U.S.-led", "X.X.-xx"),
        ("...", ".."),
        ("Zürich", "Xüxx"),
        ("a b", "x x"),
    ],
)
def test_a_shape_keeps_the_classes_of_letters(word, shape):
    assert word_shape(word) == shape


@given(st.text())
def test_a_shape_is_no_longer_than_the_word_and_its_own_shape(word):
    shape = word_shape(word)
    assert len(shape) <= len(word)
    again = shape.replace("X", "A").replace("x", "a").replace("9", "0")
    assert word_shape(again) == shape
    assert not any(letter * 3 in shape for letter in set(shape))


@pytest.mark.parametrize("word", ["Kinshasa", "Be", "x", ""])
def test_ends_are_cut_and_lowered(word):
    low = word.lower()
    assert FEATURES["lower"](word) == low
    assert FEATURES["prefix1"](word) == word[:1], "the first letter keeps its case"
    for n in (2, 3, 4):
        assert FEATURES[f"prefix{n}"](word) == low[:n]
    for n in (1, 2, 3, 4):
        assert low.endswith(FEATURES[f"suffix{n}"](word))
        assert len(FEATURES[f"suffix{n}"](word)) == min(n, len(word))
