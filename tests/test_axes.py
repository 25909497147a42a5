"""Figures draw what they are given, where they are told, and nothing else."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import (
    AREAS,
    BINS,
    BY_TYPE,
    CHANGES,
    CONFUSION,
    COUNTS,
    CUBE,
    CURVES,
    ERROR_TABLE,
    GROUPS,
    HISTORY,
    MEASURES,
    RUNS,
    SHAPES,
    TAGS,
    VALUES,
    VERDICTS,
    WORDS,
    labels,
)
from matplotlib.figure import Figure

from lstm_helpers import figures
from lstm_helpers.figures.axes import label_words

EXAMPLES = {  # of every function that draws on one Axes: what to call it with
    "plot_curves": ((CURVES,), {"bound": 2.0}),
    "plot_history": ((HISTORY,), {}),
    "plot_spread": ((RUNS,), {}),
    "plot_tangent": (CUBE, {}),
    "plot_ablations": ((CHANGES,), {}),
    "plot_bars": ((VERDICTS,), {}),
    "plot_by_type": ((BY_TYPE,), {}),
    "plot_measures": ((MEASURES,), {}),
    "plot_reliability": ((BINS,), {}),
    "plot_separation": ((AREAS,), {}),
    "plot_tag_counts": ((COUNTS,), {}),
    "plot_word_changes": (([0, 0.25, 0.5], WORDS), {}),
    "plot_lengths": (([1, 3, 3, 4],), {}),
    "plot_two_groups": ((*GROUPS, ("names", "others")), {}),
    "plot_confusion": ((CONFUSION, ["geo", "per"]), {}),
    "plot_error_table": ((ERROR_TABLE,), {"bound": 1e-8}),
    "plot_path": ((VALUES, WORDS, [*"abcde"], [0, 4, 2]), {}),
    "plot_transitions": ((CONFUSION / 2, ["geo", "per"]), {}),
    "plot_state": ((VALUES, "c", WORDS), {}),
    "plot_tagger": ((WORDS, TAGS, SHAPES), {}),
}


@pytest.fixture(params=EXAMPLES)
def plot(request):
    """A function of the room, called with its example."""
    args, kwargs = EXAMPLES[request.param]
    draw = getattr(figures, request.param)
    return lambda **where: draw(*args, **kwargs, **where)


def test_every_function_that_draws_on_axes_has_an_example():
    draws = {
        name
        for name in figures.__all__
        if "ax" in inspect.signature(getattr(figures, name)).parameters
    }
    assert draws == EXAMPLES.keys()


def test_a_plot_returns_the_axes_it_was_given(ax, plot):
    plt.subplots()  # another figure is the current one
    figures = plt.get_fignums()
    assert plot(ax=ax) is ax
    assert plt.get_fignums() == figures
    assert plt.gcf() is not ax.figure
    assert not plt.gcf().axes[0].has_data()


def test_without_axes_the_current_ones_are_drawn_on(ax, plot):
    assert plot() is ax
    assert ax.has_data()
    assert plt.get_fignums() == [ax.figure.number]


def test_a_plot_neither_shows_nor_saves(ax, plot, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("shown or saved")

    monkeypatch.setattr(plt, "show", refuse)
    monkeypatch.setattr(Figure, "show", refuse)
    monkeypatch.setattr(Figure, "savefig", refuse)
    plot(ax=ax)


@pytest.mark.usefixtures("ax")
def test_a_plot_can_be_drawn_in_the_series_style(plot):
    with plt.style.context("lstm_helpers.style"):
        plot(ax=plt.subplots()[1]).figure.draw_without_rendering()


def test_words_stand_below_their_places(ax):
    ax.plot(np.zeros(3))
    label_words(ax, ["Did", "Did", "?"])
    assert ax.get_xticks().tolist() == [0, 1, 2]
    assert labels(ax.xaxis) == ["Did", "Did", "?"]
