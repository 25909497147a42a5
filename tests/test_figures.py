"""Figures draw what they are given, where they are told, and nothing else."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from lstm_helpers import figures
from lstm_helpers.figures import (
    plot_by_type,
    plot_chain,
    plot_confusion,
    plot_decay,
    plot_history,
    plot_measures,
    plot_parameters,
    plot_reliability,
    plot_state,
    plot_tag_counts,
    plot_tagger,
    plot_unit,
    plot_verdicts,
    plot_word_changes,
    show,
)
from lstm_helpers.metrics import Bin, TypeScore
from lstm_helpers.training import Epoch

mpl.use("Agg")

VALUES = np.random.default_rng(0).uniform(-0.9, 0.9, (3, 5))  # T = 3 words, H = 5 units
WORDS = ["Pell", "saw", "Verda"]
HISTORY = [Epoch(1, 0.9, 0.8, 0.2, 1.0), Epoch(2, 0.5, 0.6, 0.7, 1.0)]
COUNTS = {"I-geo": 20, "O": 12345, "B-geo": 300}

MEASURES = {
    "all O": {"F1, strict": 0.0, "accuracy": 0.8},
    "ours": {"F1, strict": 0.7, "accuracy": 0.9},
}
BY_TYPE = {"geo": TypeScore(0.5, 1.0, 0.75, 3), "LOC": TypeScore(1, 1, 0.9, 2)}
CONFUSION = np.array([[9, 1], [0, 4]])
VERDICT_COUNTS = {"right": 5, "missed": 2}
BINS = [Bin(0.4, 0.5, 2, 0.45, 0.5), Bin(0.9, 1.0, 20, 0.99, 0.9)]

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


def test_the_chain_shows_three_steps_of_each():
    figure, axes = plt.subplots(2, 1)
    assert plot_chain(axes=axes) is axes
    for ax, kind in zip(axes, ("RNN", "LSTM"), strict=True):
        assert (ax.get_title() or ax.get_title("left")).startswith(f"{kind}:")
        written = [text.get_text() for text in ax.texts]
        assert [f"$h^{{({t})}}$" in written for t in ("t-1", "t", "t+1")] == [True] * 3
    gates = [text.get_text() for text in axes[1].texts]
    assert [gates.count(gate) for gate in "ifao"] == [3] * 4
    plt.close(figure)


def test_decay_draws_each_curve(ax):
    curves = {"kept": np.ones(6), "lost": np.array([1.0, 0.5, 0.2, 0.1, 0.0, 0.0])}
    assert plot_decay(curves, ax=ax) is ax
    for line, (label, values) in zip(ax.get_lines(), curves.items(), strict=True):
        assert line.get_label() == label
        assert np.array_equal(line.get_ydata(), values)


def test_a_unit_has_both_states_over_the_words(ax):
    c, h, words = np.array([2.0, 3.0]), np.array([0.5, -0.5]), ["In", "Rome"]
    assert plot_unit(c, h, words, ax=ax) is ax
    _, *states = ax.get_lines()
    assert [list(line.get_ydata()) for line in states] == [list(c), list(h)]
    assert [label.get_text() for label in ax.get_xticklabels()] == words


def test_lengths_are_counted_one_by_one(ax):
    from lstm_helpers.figures import plot_lengths

    assert plot_lengths([1, 3, 3, 4], ax=ax) is ax
    assert [bar.get_height() for bar in ax.patches] == [1, 0, 2, 1]
    assert [bar.get_x() + 0.5 for bar in ax.patches] == [1, 2, 3, 4]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["median: 3", "95th percentile: 4"]


def test_numbers_over_words_keep_their_names_and_order(ax):
    from lstm_helpers.figures import plot_over_words

    values = {"forward": np.array([0.0, 1.0, 2.0]), "backward": np.array([5.0, 4, 3])}
    assert plot_over_words(values, WORDS, ax=ax) is ax
    drawn = {line.get_label(): line.get_ydata().tolist() for line in ax.get_lines()}
    assert drawn == {name: numbers.tolist() for name, numbers in values.items()}
    assert labels(ax.xaxis) == WORDS


def test_the_tagger_is_drawn_with_a_shape_at_every_arrow(ax):
    shapes = {"ids": (3,), "x": (3, 4), "h": (3, 6), "z": (3, 5), "scores": (3, 5)}
    assert plot_tagger(WORDS, ["B-per", "O", "B-geo"], shapes, ax=ax) is ax
    texts = [text.get_text() for text in ax.texts if text.get_text()]
    wanted = ["ids (3,)", "x (3, 4)", "h (3, 6)", "z (3, 5)", "scores (3, 5)"]
    assert [text for text in texts if "(" in text] == wanted
    assert {*WORDS, "B-per", "O", "B-geo", "embedding", "LSTM"} <= set(texts)
    assert ax.get_title() == "3 words go in, 3 rows of 5 scores come out"
    assert plot_tagger(WORDS, ["O"] * 3, shapes) is plt.gca() is ax


def test_changes_are_drawn_word_by_word_and_none_as_zero(ax):
    assert plot_word_changes([0, 0.25, 0.5], WORDS, ax=ax) is ax
    bars = {round(b.get_x() + b.get_width() / 2): b.get_height() for b in ax.patches}
    assert bars == {1: 0.25, 2: 0.5}
    assert [(t.get_text(), t.get_position()[0]) for t in ax.texts] == [("0", 0)]
    assert labels(ax.xaxis) == WORDS
    assert ax.get_yscale() == "log"


def test_parameters_are_drawn_with_their_shares(ax):
    assert plot_parameters({"embedding": 1500, "LSTM": 500}, ax=ax) is ax
    assert [bar.get_width() for bar in ax.patches] == [1500, 500]
    assert [t.get_text() for t in ax.texts] == ["1,500  (75.0%)", "500  (25.0%)"]
    assert labels(ax.yaxis) == ["embedding", "LSTM"]
    assert ax.yaxis_inverted()


def test_measures_are_drawn_tagger_by_tagger(ax):
    plot_measures(MEASURES, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [0.0, 0.8, 0.7, 0.9]
    assert [text.get_text() for text in ax.texts] == ["0.00", "0.80", "0.70", "0.90"]
    assert labels(ax.xaxis) == ["F1,\nstrict", "accuracy"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(MEASURES)


def test_types_are_drawn_with_the_best_on_top(ax):
    plot_by_type(BY_TYPE, ax=ax)
    assert labels(ax.yaxis) == ["geo", "LOC"]
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.9]
    drawn = {line.get_label(): line.get_xdata().tolist() for line in ax.get_lines()}
    assert drawn == {"precision": [0.5, 1], "recall": [1, 1]}


def test_a_confusion_is_shaded_by_its_rows(ax):
    plot_confusion(CONFUSION, ["geo", "per"], ax=ax)
    [image] = ax.images
    np.testing.assert_allclose(image.get_array(), [[0.9, 0.1], [0, 1]])
    assert [text.get_text() for text in ax.texts] == ["9", "1", "4"]
    assert labels(ax.xaxis) == labels(ax.yaxis) == ["geo", "per"]


def test_verdicts_are_drawn_from_the_top(ax):
    plot_verdicts(VERDICT_COUNTS, ax=ax)
    assert [bar.get_width() for bar in ax.patches] == [5, 2]
    assert labels(ax.yaxis) == ["right", "missed"]
    assert ax.yaxis_inverted()


def test_reliability_is_drawn_bin_by_bin(ax):
    plot_reliability(BINS, ax=ax)
    assert [(bar.get_x(), bar.get_height()) for bar in ax.patches] == [
        (0.4, 0.5),
        (0.9, 0.9),
    ]
    assert [text.get_text() for text in ax.texts] == ["2", "20"]


def test_shares_are_bars_in_order_with_their_per_cent(ax):
    figures.plot_shares({"forward": 0.25, "backward": 0.75}, ax=ax)
    assert [bar.get_width() for bar in ax.patches] == [0.25, 0.75]
    assert {"25%", "75%"} <= {text.get_text() for text in ax.texts}
    assert labels(ax.yaxis) == ["forward", "backward"]


@pytest.mark.parametrize(("x", "wanted"), [(None, [1, 2]), ([10, 40], [10, 40])])
def test_curves_differ_by_more_than_colour(ax, x, wanted):
    curves = {"a": [3, 2], "b": [2, 1], "c": [1, 0]}
    assert figures.plot_curves(curves, x=x, ax=ax) is ax
    lines = ax.get_lines()
    assert [list(line.get_ydata()) for line in lines] == list(curves.values())
    assert all(list(line.get_xdata()) == wanted for line in lines)
    assert len({(line.get_marker(), line.get_linestyle()) for line in lines}) == 3


def test_gradient_norms_stand_beside_their_bound(ax):
    figures.plot_gradient_norms({"1": [3, 7, 4], "32": [1, 2, 1]}, bound=5.0, ax=ax)
    *curves, bound = ax.get_lines()
    assert [list(line.get_ydata()) for line in curves] == [[3, 7, 4], [1, 2, 1]]
    assert set(bound.get_ydata()) == {5.0}


def test_a_figure_is_shown_once_with_its_text(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "lstm_helpers.figures.display", lambda *args, **kwargs: shown.append(kwargs)
    )
    plot_state(VALUES, "f", WORDS, ax=ax)
    ax.set_title("Most gates are open", loc="left")
    number = ax.figure.number
    show()
    alt = shown[0]["metadata"]["image/png"]["alt"]
    assert alt.startswith("Most gates are open (unit")
    assert len(shown) == 1
    assert not plt.fignum_exists(number), "or the inline backend would show it again"
