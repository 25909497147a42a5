"""Figures draw what they are given, where they are told, and nothing else."""

from functools import partial

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from lstm_helpers.equations.cell import Step
from lstm_helpers.figures import plots as figures
from lstm_helpers.figures.plots import (
    plot_by_type,
    plot_changes,
    plot_confusion,
    plot_decay,
    plot_error_table,
    plot_history,
    plot_life,
    plot_measures,
    plot_parameters,
    plot_path,
    plot_reliability,
    plot_spread,
    plot_state,
    plot_states,
    plot_step_sizes,
    plot_steps,
    plot_tag_counts,
    plot_tangent,
    plot_two_groups,
    plot_unit,
    plot_unit_scores,
    plot_verdicts,
    plot_word_changes,
    show,
)
from lstm_helpers.metrics import Bin, TypeScore
from lstm_helpers.training.loop import Epoch

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
RUNS = {
    "RNN": np.array([[1.0, 5.0], [3.0, 4.0], [8.0, 0.0]]),
    "LSTM": np.array([[7.0, 2.0], [6.0, 2.5], [9.0, 2.0]]),
}
CUBE = np.linspace(0, 2, 41), np.linspace(0, 2, 41) ** 3, 1.0, 1.0, 3.0, 0.5
STEPS = [1e-3, 1e-2, 1e-1]
ERRORS = {"float64": [1e-9, 1e-7, 1e-5], "float32": [1e-2, 1e-3, 1e-4]}
ERROR_TABLE = {"none": {"W": 1e-11, "b": 2e-9}, "sign": {"W": 0.25, "b": 3e-12}}
AREAS = np.array([0.5, 0.9, 0.1, 0.7])
GROUPS = np.array([0.0, 0.1, 3.0, 0.2, 2.9, 0.1]), np.array([1, 0, 0, 1, 0, 0], bool)

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


@pytest.fixture
def ax():
    yield plt.subplots()[1]
    plt.close("all")


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def curves(ax):
    """The lines of the legend by name: their points."""
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.get_lines()}
    return {name: drawn[name] for name in legend(ax) if name in drawn}


def looks(lines):
    """What tells lines apart in black and white."""
    return {(line.get_marker(), line.get_linestyle()) for line in lines}


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
    from lstm_helpers.figures.plots import plot_lengths

    assert plot_lengths([1, 3, 3, 4], ax=ax) is ax
    assert [bar.get_height() for bar in ax.patches] == [1, 0, 2, 1]
    assert [bar.get_x() + 0.5 for bar in ax.patches] == [1, 2, 3, 4]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["median: 3", "95th percentile: 4"]


def test_numbers_over_words_keep_their_names_and_order(ax):
    from lstm_helpers.figures.plots import plot_over_words

    values = {"forward": np.array([0.0, 1.0, 2.0]), "backward": np.array([5.0, 4, 3])}
    assert plot_over_words(values, WORDS, ax=ax) is ax
    drawn = {line.get_label(): line.get_ydata().tolist() for line in ax.get_lines()}
    assert drawn == {name: numbers.tolist() for name, numbers in values.items()}
    assert labels(ax.xaxis) == WORDS


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


def life_of_a_unit():
    """Four steps of one unit from C = 0, by equations (1.5) and (1.7)."""
    i, f, o = np.array([[0.9, 0.2, 0.5, 0.8], [0.3, 0.9, 0.1, 0.7], [0.4, 0.6, 1, 0]])
    a, c = np.array([0.5, -0.9, 0.7, -0.6]), []
    for t in range(4):
        c.append(f[t] * (c[-1] if c else 0) + i[t] * a[t])
    return Step(i=i, f=f, a=a, o=o, c=np.array(c), h=o * np.tanh(c))


def six_states():
    rng = np.random.default_rng(1)
    return Step(*rng.uniform(0, 1, (6, 3, 5)))


several_axes = pytest.mark.parametrize(
    ("plot", "values", "shape"),
    [
        (plot_life, (life_of_a_unit(), [*WORDS, "."]), (2,)),
        (plot_states, (six_states(), WORDS), (3, 2)),
    ],
)


@several_axes
def test_a_plot_returns_all_the_axes_it_was_given(ax, plot, values, shape):
    axes = plt.figure().subplots(*shape)
    plt.figure(ax.figure)
    figures = plt.get_fignums()
    assert plot(*values, axes=axes) is axes
    assert plt.get_fignums() == figures
    assert plt.gcf() is ax.figure
    assert not ax.has_data()


@several_axes
def test_without_axes_a_figure_is_made(ax, plot, values, shape):
    with plt.style.context("lstm_helpers.style"):
        axes = plot(*values)
    figure = plt.gcf()
    assert figure is not ax.figure
    assert axes.shape == shape
    assert {axis.figure for axis in axes.flat} == {figure}
    assert not ax.has_data()
    figure.draw_without_rendering()


@pytest.mark.usefixtures("ax")
def test_six_states_are_drawn_each_on_its_own():
    steps = six_states()
    axes = plot_states(steps, WORDS)
    titles = [axis.get_title() for axis in axes.flat]
    assert titles == list(figures.STATE_NAMES.values())
    for axis, values in zip(axes.flat, steps, strict=True):
        np.testing.assert_array_equal(axis.images[0].get_array(), values.T)
        assert labels(axis.xaxis) == WORDS


@pytest.mark.usefixtures("ax")
def test_a_life_adds_up():
    life, words = life_of_a_unit(), [*WORDS, "."]
    top, bottom = plot_life(life, words, axes=plt.figure().subplots(2))
    kept, added = top.containers
    heights = [[bar.get_height() for bar in bars] for bars in (kept, added)]
    np.testing.assert_allclose(heights[1], life.i * life.a)
    np.testing.assert_allclose(np.sum(heights, axis=0), life.c)
    for place in range(4):
        bars = (kept[place], added[place])
        middles = [bar.get_x() + bar.get_width() / 2 for bar in bars]
        assert place - 0.5 < middles[0] < place < middles[1] < place + 0.5
    assert legend(top) == [
        "C, their sum",
        "kept: f C of the word before",
        "added: i a",
    ]
    assert curves(top) == {"C, their sum": [[t, C] for t, C in enumerate(life.c)]}
    assert curves(bottom) == {
        "output gate o": [[t, o] for t, o in enumerate(life.o)],
        "shown: h = o tanh C": [[t, h] for t, h in enumerate(life.h)],
    }
    assert labels(bottom.xaxis) == words
    assert set(labels(top.xaxis)) == {""}
    assert (top.get_ylabel(), bottom.get_ylabel()) == ("cell state", "gate, state")
    assert kept[0].get_hatch() != added[0].get_hatch()
    assert len(looks(bottom.get_lines()[:2])) == 2


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


def test_an_error_table_names_what_is_above_the_bound(ax):
    plot_error_table(ERROR_TABLE, bound=1e-8, ax=ax)
    cells = {text.get_position(): text.get_text() for text in ax.texts}
    assert float(cells.pop((0, 1))) == 0.25
    assert cells == dict.fromkeys([(0, 0), (1, 0), (1, 1)], "right")
    assert labels(ax.xaxis) == ["W", "b"]
    assert labels(ax.yaxis) == ["none", "sign"]
    shades = ax.images[0].get_array()
    assert shades[1, 0] > shades[0, 0] == shades[0, 1] == shades[1, 1]


def test_units_stand_by_rising_score(ax):
    plot_unit_scores(AREAS, ax=ax)
    assert labels(ax.xaxis) == ["2", "0", "3", "1"]
    ends = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in ax.patches]
    np.testing.assert_allclose(ends, [(0.5, end) for end in (0.1, 0.5, 0.7, 0.9)])
    assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == [0, 1, 2, 3]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("unit", "area under ROC")
    assert ax.get_ylim() == (0, 1)


def test_each_group_is_spread_over_an_area_of_one(ax):
    values, members = GROUPS
    plot_two_groups(values, members, ("names", "others"), ax=ax)
    groups = [values[members], values[~members]]
    for bars, group in zip(ax.containers, groups, strict=True):
        width = 0.1  # 30 bins from 0 to 3
        shares = [bar.get_height() * width for bar in bars]
        wanted, _ = np.histogram(group, bins=30, range=(0, 3))
        np.testing.assert_allclose(shares, wanted / len(group), atol=1e-12)
        np.testing.assert_allclose([bar.get_width() for bar in bars], width)
    assert legend(ax) == ["names", "others"]
    assert ax.get_ylabel() == "density"
    assert len({bars[0].get_hatch() for bars in ax.containers}) == 2


def test_a_path_runs_through_the_tags_it_takes(ax):
    values = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1]])
    plot_path(values, ["Ms.", "Pell"], ["O", "B-per", "I-per"], [0, 1], ax=ax)
    [image] = ax.images
    np.testing.assert_array_equal(image.get_array(), values.T)
    [line] = ax.get_lines()
    assert line.get_xydata().tolist() == [[0, 0], [1, 1]]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["O", "B-per", "I-per"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["Ms.", "Pell"]


def test_forbidden_steps_are_crossed_out_and_not_coloured(ax):
    scores = np.array([[0.5, -np.inf], [1.0, -2.0]])
    plot_steps(scores, ["O", "I-per"], ax=ax)
    [image] = ax.images
    assert image.get_array().mask.tolist() == [[False, True], [False, False]]
    assert image.get_clim() == (-2, 2)
    [crosses] = ax.get_lines()
    assert crosses.get_xydata().tolist() == [[1, 0]], "x is the tag after"
    assert ax.get_xlabel() == "tag after"


def test_changes_stand_by_their_mean_with_every_run(ax):
    changes = {"gain": [0.1, 0.3], "loss": [-0.4, -0.2], "none": [0.0, 0.0]}
    plot_changes(changes, ax=ax)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.2, 0, -0.3])
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["gain", "none", "loss"]
    dots = [line.get_xdata() for line in ax.get_lines()[:-1]]
    assert [list(x) for x in dots] == [[0.1, 0.3], [0.0, 0.0], [-0.4, -0.2]]


def test_a_figure_is_shown_once_with_its_text(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "lstm_helpers.figures.plots.display",
        lambda *args, **kwargs: shown.append(kwargs),
    )
    plot_state(VALUES, "f", WORDS, ax=ax)
    ax.set_title("Most gates are open", loc="left")
    number = ax.figure.number
    show()
    alt = shown[0]["metadata"]["image/png"]["alt"]
    assert alt.startswith("Most gates are open (unit")
    assert len(shown) == 1
    assert not plt.fignum_exists(number), "or the inline backend would show it again"
