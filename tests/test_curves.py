"""Curves keep their names, places and numbers."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import (
    CUBE,
    ERRORS,
    HISTORY,
    RUNS,
    STEPS,
    WORDS,
    curves,
    labels,
    legend,
    looks,
)

from lstm_helpers.figures.curves import (
    plot_curves,
    plot_decay,
    plot_gradient_norms,
    plot_history,
    plot_over_words,
    plot_spread,
    plot_step_sizes,
    plot_tangent,
    plot_unit,
)


@pytest.mark.parametrize(("x", "wanted"), [(None, [1, 2]), ([10, 40], [10, 40])])
def test_curves_differ_by_more_than_colour(ax, x, wanted):
    curves = {"a": [3, 2], "b": [2, 1], "c": [1, 0]}
    assert plot_curves(curves, x=x, ax=ax) is ax
    lines = ax.get_lines()
    assert [list(line.get_ydata()) for line in lines] == list(curves.values())
    assert all(list(line.get_xdata()) == wanted for line in lines)
    assert len({(line.get_marker(), line.get_linestyle()) for line in lines}) == 3


def test_decay_draws_each_curve(ax):
    curves = {"kept": np.ones(6), "lost": np.array([1.0, 0.5, 0.2, 0.1, 0.0, 0.0])}
    assert plot_decay(curves, ax=ax) is ax
    for line, (label, values) in zip(ax.get_lines(), curves.items(), strict=True):
        assert line.get_label() == label
        assert np.array_equal(line.get_ydata(), values)


def test_numbers_over_words_keep_their_names_and_order(ax):
    values = {"forward": np.array([0.0, 1.0, 2.0]), "backward": np.array([5.0, 4, 3])}
    assert plot_over_words(values, WORDS, ax=ax) is ax
    drawn = {line.get_label(): line.get_ydata().tolist() for line in ax.get_lines()}
    assert drawn == {name: numbers.tolist() for name, numbers in values.items()}
    assert labels(ax.xaxis) == WORDS


def test_a_unit_has_both_states_over_the_words(ax):
    c, h, words = np.array([2.0, 3.0]), np.array([0.5, -0.5]), ["In", "Rome"]
    assert plot_unit(c, h, words, ax=ax) is ax
    _, *states = ax.get_lines()
    assert [list(line.get_ydata()) for line in states] == [list(c), list(h)]
    assert [label.get_text() for label in ax.get_xticklabels()] == words


def test_gradient_norms_stand_beside_their_bound(ax):
    plot_gradient_norms({"1": [3, 7, 4], "32": [1, 2, 1]}, bound=5.0, ax=ax)
    *curves, bound = ax.get_lines()
    assert [list(line.get_ydata()) for line in curves] == [[3, 7, 4], [1, 2, 1]]
    assert set(bound.get_ydata()) == {5.0}


def test_errors_stand_over_their_steps_beside_the_bound(ax):
    plot_step_sizes(ERRORS, STEPS, bound=1e-8, ax=ax)
    drawn = curves(ax)
    bound = drawn.pop("bound 1e-08")
    assert {height for _, height in bound} == {1e-8}
    assert drawn == {
        name: [list(point) for point in zip(STEPS, values, strict=True)]
        for name, values in ERRORS.items()
    }
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "relative error")
    assert len(looks(ax.get_lines())) == 3


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


def test_a_history_is_drawn_epoch_by_epoch(ax):
    plot_history(HISTORY, ax=ax)
    _, right = ax.figure.axes
    drawn = {
        line.get_label(): [tuple(point) for point in line.get_xydata()]
        for line in [*ax.get_lines(), *right.get_lines()]
    }
    assert drawn == {
        "training loss": [(1, 0.9), (2, 0.5)],
        "validation loss": [(1, 0.8), (2, 0.6)],
        "validation F1": [(1, 0.2), (2, 0.7)],
    }
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(drawn)
    assert ax.get_xlabel() == "epoch"
    assert ax.get_ylabel() == "loss (nats a word)"
    assert right.get_ylabel() == "strict entity F1"
    assert ax.get_ylim()[0] == 0
    assert right.get_ylim() == (0, 1)
    assert ax.get_xticks().tolist() == [1, 2]


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
