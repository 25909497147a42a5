"""Trainings at a chosen rate stand out from those at the others."""

import itertools

import numpy as np
import pytest
from drawn import ILL_TEXT, curves
from matplotlib.figure import Figure
from moved import assert_print_shows_what_moves, drawn_afresh, image, move

from lstm_helpers.figures.widgets_rates import draw_rates, explore_rates

pytestmark = pytest.mark.usefixtures("series_style")

SIZE = (7.2, 3.4)  # inches, as in the notebook
INF, NAN = float("inf"), float("nan")
LOSSES = {
    "SGD": {1.0: [2.8, 5.25, 2.0], 0.1: [2.8, 2.5, 2.25], 10.0: [2.8, 260.4, INF]},
    "Adam": {0.1: [2.8, 1.0, 0.0125], 10.0: [2.8, NAN, 1.0], 1.0: [2.8, 1234.5, 150.3]},
}
SAID = {
    0.1: "SGD at rate 0.1 ends at 2.25;\nAdam at rate 0.1 ends at 0.0125",
    1.0: "SGD at rate 1 ends at 2, on the way at most 5.25;\n"
    "Adam at rate 1 has gained nothing: it ends at 150, on the way at most 1,234",
    10.0: "SGD at rate 10 diverges, beyond all numbers;\n"
    "Adam at rate 10 diverges, beyond all numbers",
}
DRAWN = {
    0.1: [LOSSES["SGD"][0.1], LOSSES["Adam"][0.1]],
    1.0: [LOSSES["SGD"][1.0], LOSSES["Adam"][1.0]],
    10.0: [[2.8, 260.4, NAN], [2.8, NAN, NAN]],
}


@pytest.mark.parametrize("rate", SAID)
def test_the_chosen_trainings_are_drawn_among_all(rate):
    figure = Figure()
    bound, *chosen, _ = draw_rates(figure, LOSSES)(rate=rate)
    left, right = figure.axes
    assert figure.get_suptitle() == SAID[rate]
    assert list(bound.get_xdata()) == [rate, rate]
    for line, wanted in zip(chosen, DRAWN[rate], strict=True):
        np.testing.assert_array_equal(line.get_xydata().T, [[1, 2, 3], wanted])
    assert len({(line.get_color(), line.get_marker()) for line in chosen}) == 2
    others = [line for line in left.get_lines() if line not in chosen]
    found = sorted(tuple(line.get_ydata().tolist()) for line in others)
    assert str(found) == str(sorted(map(tuple, itertools.chain(*DRAWN.values()))))
    assert str(curves(right)) == str(
        {
            "SGD": [[0.1, 2.25], [1.0, 2.0], [10.0, NAN]],
            "Adam": [[0.1, 0.0125], [1.0, 150.3], [10.0, NAN]],
        }
    )
    colours = [line.get_color() for line in right.get_lines()[:2]]
    assert [line.get_color() for line in chosen] == colours


@pytest.mark.long
def test_every_move_shows_what_a_fresh_drawing_shows(drawings):
    box = explore_rates(LOSSES)
    slider = box.children[0]
    assert slider.options == (("0.1", 0.1), ("1", 1.0), ("10", 10.0))
    assert slider.continuous_update
    seen = []
    for rate, said in SAID.items():
        move(box, [rate])
        alt, pixels = image(box)
        afresh = drawn_afresh(SIZE, draw_rates, LOSSES, rate=rate)
        np.testing.assert_allclose(pixels, afresh, atol=1.1 / 255)
        assert said.replace("\n", " ") in alt
        seen.append(box.children[-1].value)
    move(box, [0.1])
    assert box.children[-1].value == seen[0] != seen[1], "the way leaves no trace"
    assert sum(figure is drawings[0] for figure in drawings) == 1, "drawn whole once"


@pytest.mark.long
def test_a_printed_figure_shows_what_moves():
    assert_print_shows_what_moves(SIZE, lambda f: draw_rates(f, LOSSES), rate=1.0)


def test_ill_names_are_shown_as_far_as_they_can_be():
    for name, shown in ILL_TEXT.items():
        figure = Figure()
        draw_rates(figure, {name: {0.5: [2.0, 1.0]}})
        assert figure.get_suptitle() == f"{shown} at rate 0.5 ends at 1"


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ({}, r"rates \{\}, \[\] steps"),
        ({"SGD": {}}, r"rates \{'SGD': \[\]\}, \[\] steps"),
        ({"SGD": {1.0: []}}, r"rates \{'SGD': \[1.0\]\}, \[0\] steps"),
        ({"SGD": {1.0: [1], 2.0: [1, 2]}}, r"rates .*, \[1, 2\] steps"),
        ({"SGD": {1.0: [1]}, "Adam": {2.0: [1]}}, r"rates .*\[1.0\].*\[2.0\].*steps"),
        ({"SGD": {1.0: [1], 2.0: []}}, r"rates .*, \[0, 1\] steps"),
    ],
)
def test_all_must_have_the_same_rates_and_steps(losses, said):
    with pytest.raises(ValueError, match=rf"^losses: got {said}, wanted the same"):
        draw_rates(Figure(), losses)
