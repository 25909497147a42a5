"""A changed word moves the states behind it, or before it, and the picture says so."""

import numpy as np
import pytest
from drawn import ILL_TEXT
from matplotlib.figure import Figure
from moved import drawn_afresh, image, move

from lstm_helpers.figures.widgets_directions import (
    draw_directions,
    explore_directions,
)

pytestmark = pytest.mark.usefixtures("series_style")

SIZE = (7.2, 5.4)  # inches, as in the notebook
WORDS = ["Pell", "saw", "Lake", "Verda"]


def sums(words):
    """States of two units that add up lengths of words, from the left and the right."""
    lengths = np.array([len(word) for word in words]) / 100
    sides = [lengths.cumsum(), lengths[::-1].cumsum()[::-1]]
    return np.stack([np.stack([side, -side / 10], axis=1) for side in sides])


MOVES = {  # place and word -> the change of the first unit, what the titles say
    (3, ""): (0.05, "1 of 4 words (word 4)", "4 of 4 words (words 1 to 4)"),
    (1, "sawed"): (0.02, "3 of 4 words (words 2 to 4)", "2 of 4 words (words 1 to 2)"),
    (0, "Pe"): (0.02, "4 of 4 words (words 1 to 4)", "1 of 4 words (word 1)"),
}


@pytest.mark.parametrize("at", MOVES)
def test_states_change_from_the_word_on_in_the_direction_of_reading(at):
    place, word = at
    change, *said = MOVES[at]
    figure = Figure()
    draw_directions(figure, sums, WORDS)(at=place, word=word)
    assert figure.get_suptitle() == (
        f"Word {place + 1}, {WORDS[place]!r}, becomes {word!r}"
    )
    left, right, _ = figure.axes
    names = "Left to right", "Right to left"
    for ax, name, where in zip((left, right), names, said, strict=True):
        assert ax.get_title("left") == f"{name}: states change at {where}"
        shown = np.ma.filled(ax.images[0].get_array(), np.nan)
        assert shown.shape == (2, 4)
        reached = range(place, 4) if ax is left else range(place + 1)
        for t in range(4):
            wanted = [change, change / 10] if t in reached else [np.nan] * 2
            np.testing.assert_allclose(shown[:, t], wanted, atol=1e-9)
        [frame] = ax.patches
        assert frame.get_bbox().bounds == (place - 0.5, -0.5, 1, 2)
    assert [label.get_text() for label in right.get_xticklabels()] == WORDS


def test_a_state_that_does_not_change_is_white_and_the_least_change_is_not():
    def faint(words):
        return np.full((2, len(words), 1), 1e-30 * (words != WORDS)) * [[[1]], [[0]]]

    figure = Figure()
    draw_directions(figure, faint, WORDS)(at=1, word="x")
    left, right, _ = figure.axes
    assert right.get_title("left") == "Right to left: no state changes"
    changed, same = (
        ax.images[0].make_image(None, unsampled=True)[0] for ax in (left, right)
    )
    assert (same[..., 3] == 0).all(), "nothing is drawn"
    assert (changed[..., 3] == 255).all()
    assert changed[..., 0].max() < 210, "well off white"


@pytest.mark.long
def test_every_move_shows_what_a_fresh_drawing_shows(drawings):
    box = explore_directions(sums, WORDS)
    seen = []
    for at in MOVES:
        move(box, at)
        alt, pixels = image(box)
        place, word = at
        afresh = drawn_afresh(SIZE, draw_directions, sums, WORDS, at=place, word=word)
        np.testing.assert_array_equal(pixels, afresh)
        assert all(said in alt for said in MOVES[at][1:])
        seen.append(box.children[-1].value)
    assert len(set(seen)) == len(MOVES)
    move(box, next(iter(MOVES)))
    assert box.children[-1].value == seen[0], "the way leaves no trace"
    assert sum(figure is drawings[0] for figure in drawings) == 1, "drawn whole once"


@pytest.mark.long
def test_every_word_can_be_chosen_and_the_line_is_heard_at_every_letter():
    at, word, _ = explore_directions(sums, WORDS).children
    assert at.options == (
        ("1: Pell", 0),
        ("2: saw", 1),
        ("3: Lake", 2),
        ("4: Verda", 3),
    )
    assert (at.value, word.value) == (3, "")
    assert at.continuous_update
    assert word.continuous_update


@pytest.mark.long
def test_ill_words_are_shown_as_far_as_they_can_be():
    box = explore_directions(sums, WORDS)
    for word, shown in ILL_TEXT.items():
        box.children[1].value = word
        assert f"becomes {shown!r}." in image(box)[0]
        at = explore_directions(sums, [word]).children[0]
        assert at.options[0][0] == f"1: {shown[:39]}".replace("a b c", "a\tb\nc") or (
            len(word) > 40
        )


@pytest.mark.parametrize(
    ("words", "states", "said"),
    [
        ([], sums, r"0 words, states of shape \(0,\)"),
        (WORDS, lambda words: sums(words)[0], r"4 words, states of shape \(4, 2\)"),
        (WORDS, lambda words: sums(words[1:]), r"4 words, .* \(2, 3, 2\)"),
        (WORDS, lambda words: sums(words)[:1], r"4 words, .* \(1, 4, 2\)"),
    ],
)
def test_states_are_those_of_two_directions_at_each_word(words, states, said):
    with pytest.raises(ValueError, match=rf"^states: got {said}, wanted \(2, T, H\)"):
        draw_directions(Figure(), states, words)
