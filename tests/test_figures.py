"""Figures draw what they are given, where they are told, and nothing else."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from lstm_helpers.figures import plot_history, plot_state, plot_tag_counts
from lstm_helpers.training import Epoch

mpl.use("Agg")

VALUES = np.random.default_rng(0).uniform(-0.9, 0.9, (3, 5))  # T = 3 words, H = 5 units
WORDS = ["Pell", "saw", "Verda"]
HISTORY = [Epoch(1, 0.9, 0.8, 0.2, 1.0), Epoch(2, 0.5, 0.6, 0.7, 1.0)]
COUNTS = {"I-geo": 20, "O": 12345, "B-geo": 300}

every_plot = pytest.mark.parametrize(
    ("plot", "values"),
    [
        (plot_state, (VALUES, "c", WORDS)),
        (plot_history, (HISTORY,)),
        (plot_tag_counts, (COUNTS,)),
    ],
)


@pytest.fixture
def ax():
    yield plt.subplots()[1]
    plt.close("all")


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


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


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("i", "input gate i"),
        ("f", "forget gate f"),
        ("o", "output gate o"),
        ("a", "candidate a"),
        ("c", "cell state C"),
        ("h", "hidden state h"),
    ],
)
def test_a_state_is_drawn_word_by_word(ax, name, title):
    plot_state(VALUES, name, WORDS, ax=ax)
    [image] = ax.images
    np.testing.assert_array_equal(image.get_array(), VALUES.T)
    assert image.get_clim() == ((0, 1) if name in "ifo" else (-1, 1))
    assert ax.get_title() == title
    assert ax.get_ylabel() == "unit"
    assert ax.get_xticks().tolist() == [0, 1, 2]
    assert labels(ax.xaxis) == WORDS


def test_a_state_beyond_one_stays_centred_on_zero(ax):
    plot_state(VALUES * 0 - 2.5, "c", WORDS, ax=ax)
    assert ax.images[0].get_clim() == (-2.5, 2.5)


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


def test_tag_counts_are_drawn_from_the_most_frequent_on(ax):
    plot_tag_counts(COUNTS, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [12345, 300, 20]
    assert labels(ax.xaxis) == ["O", "B-geo", "I-geo"]
    assert [text.get_text() for text in ax.texts] == ["12,345", "300", "20"]
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == "words (logarithmic)"
