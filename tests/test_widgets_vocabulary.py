"""Which words a vocabulary does not know is counted anew, and drawn, at every move."""

import numpy as np
import pytest
from drawn import ILL_TEXT
from matplotlib.figure import Figure
from moved import drawn_afresh, image, move

from lstm_helpers.data.layouts import Sentence
from lstm_helpers.figures.widgets_vocabulary import draw_unknown, explore_unknown

pytestmark = pytest.mark.usefixtures("series_style")

SIZE = (7.2, 4.8)  # inches, as in the notebook


def sentence(text):
    words = text.split()
    return Sentence(words, ["O"] * len(words))


# of a in the first n of these sentences: n; of b: 3 from the fifth on; of c: 1 at last
TRAIN = [
    sentence(f"a {more}") for more in ["", "", "", "", "b b b", "", "", "", "", "c"]
]
VALIDATION = [sentence("a a b"), sentence("c d")]
WORDS = ["a", "c", "b", "new"]
MOVES = {  # n and share -> seen of WORDS, known words, share of validation unknown
    (1, 100): ([10, 1, 3, 0], 3, 1 / 5),
    (1, 40): ([4, 0, 0, 0], 1, 3 / 5),
    (2, 90): ([9, 0, 3, 0], 2, 2 / 5),
    (4, 50): ([5, 0, 3, 0], 1, 3 / 5),
    (20, 100): ([10, 1, 3, 0], 0, 1),
}


@pytest.mark.parametrize("at", MOVES)
def test_words_are_unknown_that_were_seen_too_seldom(at):
    n, share = at
    seen, n_known, unknown = MOVES[at]
    figure = Figure()
    moved = draw_unknown(figure, TRAIN, VALIDATION, WORDS)(n=n, share=share)
    known_bars, unknown_bars, (bound, marks) = moved[:4], moved[4:8], moved[8:10]
    above, below = figure.axes
    is_known = [count >= n for count in seen]
    for bars, shown in (
        (known_bars, is_known),
        (unknown_bars, [not k for k in is_known]),
    ):
        assert [bar.get_visible() for bar in bars] == shown
        assert [bar.get_height() for bar in bars] == seen
    assert not {bar.get_facecolor() for bar in known_bars} & {
        bar.get_facecolor() for bar in unknown_bars
    }
    places, heights = marks.get_data()
    assert [*places] == [k for k, known in enumerate(is_known) if not known]
    assert marks.get_marker() == "$?$"
    assert all(height > n for height in heights), "above the line"
    assert set(bound.get_ydata()) == {n}
    absent = [word for word, ok in zip(WORDS, is_known, strict=True) if not ok]
    wanted = f"{len(absent)} of 4 words are unknown: "
    assert above.get_title("left") == wanted + ", ".join(absent)
    wanted = f"A vocabulary of {n_known} words: {unknown:.1%} of the validation words"
    assert below.get_title("left") == f"{wanted} are unknown"
    _, curve, point, _ = moved[10:]
    assert point.get_xydata().tolist() == [[n, unknown]]
    assert curve.get_xydata()[n - 1].tolist() == [n, unknown]


def test_a_sentence_of_known_words_names_none():
    figure = Figure()
    draw_unknown(figure, TRAIN, VALIDATION, ["a", "b"])
    wanted = "0 of 2 words are unknown"
    assert figure.axes[0].get_title("left") == wanted


@pytest.mark.long
def test_every_move_shows_what_a_fresh_drawing_shows(drawings):
    box = explore_unknown(TRAIN, VALIDATION, WORDS)
    seen = []
    for at in MOVES:
        move(box, at)
        alt, pixels = image(box)
        n, share = at
        afresh = drawn_afresh(
            SIZE, draw_unknown, TRAIN, VALIDATION, WORDS, n=n, share=share
        )
        np.testing.assert_allclose(pixels, afresh, atol=1.1 / 255)
        assert f"A vocabulary of {MOVES[at][1]} words" in alt
        seen.append(box.children[-1].value)
    assert len(set(seen)) == len(MOVES)
    move(box, next(iter(MOVES)))
    assert box.children[-1].value == seen[0], "the way leaves no trace"
    mine = [figure for figure in drawings if figure is drawings[0]]
    assert len(mine) == 1, "drawn whole once"


@pytest.mark.long
def test_the_sliders_reach_all_that_was_counted():
    n, share, _ = explore_unknown(TRAIN, VALIDATION, WORDS).children
    assert (n.value, n.min, n.max, n.step) == (1, 1, 20, 1)
    assert (share.value, share.min, share.max, share.step) == (100, 10, 100, 10)
    for slider, value in ((n, 20), (share, 10), (n, 1)):
        slider.value = value


@pytest.mark.long
def test_ill_words_are_shown_as_far_as_they_can_be():
    for word in ILL_TEXT:
        alt, _ = image(explore_unknown(TRAIN, VALIDATION, [word]))
        assert f"are unknown: {ILL_TEXT[word]}" in alt


@pytest.mark.parametrize(
    ("train", "validation", "words", "said"),
    [
        ([], VALIDATION, WORDS, "0 sentences, 5 words and 4 words"),
        (TRAIN, [], WORDS, "10 sentences, 0 words and 4 words"),
        (TRAIN, VALIDATION, [], "10 sentences, 5 words and 0 words"),
    ],
)
def test_there_must_be_something_to_count(train, validation, words, said):
    with pytest.raises(ValueError, match=f"^train, .*: got {said}, wanted at least"):
        draw_unknown(Figure(), train, validation, words)
