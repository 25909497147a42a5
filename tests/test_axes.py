"""Figures draw what they are given, where they are told, and nothing else."""

from functools import partial

import matplotlib.pyplot as plt
import pytest
from drawn import (
    AREAS,
    BINS,
    BY_TYPE,
    CONFUSION,
    COUNTS,
    CUBE,
    ERROR_TABLE,
    ERRORS,
    GROUPS,
    HISTORY,
    MEASURES,
    RUNS,
    STEPS,
    VALUES,
    VERDICT_COUNTS,
    WORDS,
)
from matplotlib.figure import Figure

from lstm_helpers.figures.bars import (
    plot_by_type,
    plot_measures,
    plot_reliability,
    plot_tag_counts,
    plot_unit_scores,
    plot_verdicts,
)
from lstm_helpers.figures.curves import (
    plot_decay,
    plot_history,
    plot_spread,
    plot_step_sizes,
    plot_tangent,
    plot_unit,
)
from lstm_helpers.figures.histograms import plot_two_groups
from lstm_helpers.figures.states import plot_state
from lstm_helpers.figures.tables import plot_confusion, plot_error_table

every_plot = pytest.mark.parametrize(
    ("plot", "values"),
    [
        (plot_state, (VALUES, "c", WORDS)),
        (plot_history, (HISTORY,)),
        (plot_measures, (MEASURES,)),
        (plot_by_type, (BY_TYPE,)),
        (plot_confusion, (CONFUSION, ["geo", "per"])),
        (plot_verdicts, (VERDICT_COUNTS,)),
        (plot_reliability, (BINS,)),
        (plot_tag_counts, (COUNTS,)),
        (plot_decay, ({"kept": VALUES[0]},)),
        (plot_unit, (VALUES[:, 0], VALUES[:, 1], WORDS)),
        (plot_spread, (RUNS,)),
        (plot_tangent, CUBE),
        pytest.param(
            partial(plot_step_sizes, bound=1e-8), (ERRORS, STEPS), id="plot_step_sizes"
        ),
        pytest.param(
            partial(plot_error_table, bound=1e-8), (ERROR_TABLE,), id="plot_error_table"
        ),
        (plot_unit_scores, (AREAS,)),
        (plot_two_groups, (*GROUPS, ("names", "others"))),
    ],
)


@every_plot
def test_a_plot_returns_the_axes_it_was_given(ax, plot, values):
    plt.subplots()  # another figure is the current one
    figures = plt.get_fignums()
    assert plot(*values, ax=ax) is ax
    assert plt.get_fignums() == figures
    assert plt.gcf() is not ax.figure
    assert not plt.gcf().axes[0].has_data()


@every_plot
def test_without_axes_the_current_ones_are_drawn_on(ax, plot, values):
    assert plot(*values) is ax


@every_plot
def test_a_plot_neither_shows_nor_saves(ax, plot, values, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("shown or saved")

    monkeypatch.setattr(plt, "show", refuse)
    monkeypatch.setattr(Figure, "show", refuse)
    monkeypatch.setattr(Figure, "savefig", refuse)
    plot(*values, ax=ax)


@every_plot
def test_a_plot_can_be_drawn_in_the_series_style(ax, plot, values):
    with plt.style.context("lstm_helpers.style"):
        plot(*values, ax=plt.subplots()[1]).figure.draw_without_rendering()
