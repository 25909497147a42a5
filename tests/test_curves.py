"""Curves keep their names, places and numbers."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import (
    CUBE,
    CURVES,
    RUNS,
    WORDS,
    curves,
    labels,
    legend,
    looks,
)

from lstm_helpers.figures.curves import (
    plot_curves,
    plot_spread,
    plot_tangent,
)


@pytest.mark.parametrize(("x", "wanted"), [(None, [1, 2]), ([10, 40], [10, 40])])
def test_curves_keep_their_names_places_and_numbers(ax, x, wanted):
    plot_curves(CURVES, x=x, ax=ax)
    assert curves(ax) == {
        name: [list(point) for point in zip(wanted, values, strict=True)]
        for name, values in CURVES.items()
    }
    assert ax.get_xticks().tolist() == wanted


def test_curves_differ_by_more_than_colour(ax):
    plot_curves({name: [0, 1] for name in "abcde"}, ax=ax)
    assert len(looks(ax.get_lines())) == 5


def test_curves_can_be_told_their_looks(ax):
    plot_curves(CURVES, looks=(":", "s-"), ax=ax)
    drawn = [(line.get_linestyle(), line.get_marker()) for line in ax.get_lines()]
    assert drawn == [(":", "None"), ("-", "s"), (":", "None")]


def test_curves_over_words_stand_at_the_words(ax):
    values = {"forward": np.array([0.0, 1.0, 2.0]), "backward": np.array([5.0, 4, 3])}
    plot_curves(values, words=WORDS, ax=ax)
    assert curves(ax) == {
        "forward": [[0, 0], [1, 1], [2, 2]],
        "backward": [[0, 5], [1, 4], [2, 3]],
    }
    assert ax.get_xticks().tolist() == [0, 1, 2]
    assert labels(ax.xaxis) == WORDS


def test_curves_stand_beside_their_bound(ax):
    plot_curves(CURVES, bound=1e-8, ax=ax)
    assert legend(ax) == [*CURVES, "bound 1e-08"]
    assert {height for _, height in curves(ax)["bound 1e-08"]} == {1e-8}


def test_curves_of_several_lengths_have_ticks_for_the_longest(ax):
    plot_curves({"short": [1, 2], "long": [1, 2, 3, 4]}, ax=ax)
    assert ax.get_xticks().tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(("n", "every"), [(3, 1), (19, 1), (20, 2), (100, 10)])
def test_a_long_curve_has_few_marks_and_ticks(ax, n, every):
    plot_curves({"a": np.arange(n)}, ax=ax)
    assert [line.get_markevery() for line in ax.get_lines()] == [every]
    assert (len(ax.get_xticks()) == n) == (every == 1)


@pytest.mark.parametrize(("x", "wanted"), [(None, [1, 2]), ([10, 40], [10, 40])])
def test_a_spread_is_the_median_between_the_extremes(ax, x, wanted):
    plot_spread(RUNS, x=x, ax=ax)
    middles = {"RNN": [3, 4], "LSTM": [7, 2]}
    assert curves(ax) == {
        name: [list(point) for point in zip(wanted, middle, strict=True)]
        for name, middle in middles.items()
    }
    edges = [[(1, 8), (0, 5)], [(6, 9), (2, 2.5)]]
    for band, line, ends in zip(ax.collections, ax.get_lines(), edges, strict=True):
        outline = band.get_paths()[0].vertices
        for place, (low, high) in zip(wanted, ends, strict=True):
            heights = outline[outline[:, 0] == place, 1]
            assert (heights.min(), heights.max()) == (low, high)
        assert mpl.colors.same_color(band.get_facecolor()[0, :3], line.get_color())
    assert len(looks(ax.get_lines())) == 2


def test_a_run_looks_the_same_in_two_spreads(ax):
    plot_spread(RUNS, ax=ax)
    other = plot_spread({"LSTM": RUNS["LSTM"]}, start=1, ax=plt.figure().subplots())
    [line] = other.get_lines()
    assert looks([line]) == looks(ax.get_lines()[1:])
    assert line.get_color() == ax.get_lines()[1].get_color()


def test_a_long_spread_has_few_marks(ax):
    plot_spread({"a": np.zeros((2, 100)), "b": np.zeros((2, 3))}, ax=ax)
    assert [line.get_markevery() for line in ax.get_lines()] == [10, 1]


def test_a_tangent_touches_the_curve_that_the_secant_cuts(ax):
    plot_tangent(*CUBE, ax=ax)  # x ** 3 at 1, where the slope is 3
    curve, tangent, secant, point = ax.get_lines()
    np.testing.assert_array_equal(curve.get_xydata(), np.transpose(CUBE[:2]))
    x, y = tangent.get_data()
    np.testing.assert_allclose(y, 1 + 3 * (x - 1))
    assert x.min() < 0.5
    assert x.max() > 1.5
    np.testing.assert_allclose(secant.get_xydata(), [[0.5, 0.125], [1.5, 3.375]])
    assert point.get_xydata().tolist() == [[1, 1]]
    assert legend(ax) == [
        "loss",
        "tangent: the derivative",
        "secant: the central difference",
    ]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("one parameter", "loss")
    assert len(looks(ax.get_lines())) == 4
