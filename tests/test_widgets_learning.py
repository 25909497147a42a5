"""The scores at a chosen number of sentences stand out from the curve."""

import numpy as np
import pytest
from drawn import curves, labels
from matplotlib.figure import Figure
from moved import assert_print_shows_what_moves, drawn_afresh, image, move

from lstm_helpers.figures.widgets_learning import draw_learning, explore_learning

pytestmark = pytest.mark.usefixtures("series_style")

SIZE = (7.2, 3.6)  # inches
SCORES = {1000: [0.75, 0.625], 100: [0.5], 400: [0.7, 0.6, 0.65]}
SAID = {
    100: "100 sentences: F1 0.500, in one run\nthe fewest of all",
    400: "400 sentences: mean F1 0.650, from 0.600 to 0.700 in 3 runs\n"
    "+0.150 against 100 sentences",
    1000: "1,000 sentences: mean F1 0.688, from 0.625 to 0.750 in 2 runs\n"
    "+0.038 against 400 sentences",
}
MEANS = {100: 0.5, 400: 0.65, 1000: 0.6875}


@pytest.mark.parametrize("size", SAID)
def test_the_chosen_runs_stand_out(size):
    figure = Figure()
    spread, point, _ = draw_learning(figure, SCORES)(size=size)
    [ax] = figure.axes
    assert ax.get_title("left") == SAID[size]
    ends = [[size, min(SCORES[size])], [size, max(SCORES[size])]]
    assert spread.get_xydata().tolist() == ends
    np.testing.assert_allclose(point.get_xydata(), [[size, MEANS[size]]])
    drawn = curves(ax)
    runs = [[n, f1] for n in sorted(SCORES) for f1 in SCORES[n]]
    assert drawn["a run"] == runs
    np.testing.assert_allclose(drawn["mean of the runs"], list(MEANS.items()))
    assert labels(ax.xaxis) == ["100", "400", "1,000"]


def test_at_first_all_sentences_are_chosen():
    figure = Figure()
    draw_learning(figure, SCORES)
    assert figure.axes[0].get_title("left") == SAID[1000]


@pytest.mark.long
def test_every_move_shows_what_a_fresh_drawing_shows(drawings):
    box = explore_learning(SCORES)
    slider = box.children[0]
    assert slider.options == (("100", 100), ("400", 400), ("1,000", 1000))
    assert slider.value == 1000
    seen = []
    for size, said in SAID.items():
        move(box, [size])
        alt, pixels = image(box)
        afresh = drawn_afresh(SIZE, draw_learning, SCORES, size=size)
        np.testing.assert_allclose(pixels, afresh, atol=1.1 / 255)
        assert said.replace("\n", " ") in alt
        seen.append(box.children[-1].value)
    move(box, [100])
    assert box.children[-1].value == seen[0] != seen[1], "the way leaves no trace"
    assert sum(figure is drawings[0] for figure in drawings) == 1, "drawn whole once"


@pytest.mark.long
def test_a_printed_figure_shows_what_moves():
    assert_print_shows_what_moves(SIZE, lambda f: draw_learning(f, SCORES), size=400)


@pytest.mark.parametrize(
    ("scores", "said"), [({}, r"\{\}"), ({5: [0.5], 9: []}, r"\{5: 1, 9: 0\}")]
)
def test_every_size_needs_a_run(scores, said):
    with pytest.raises(ValueError, match=rf"^scores: got runs {said}, wanted one or"):
        draw_learning(Figure(), scores)
