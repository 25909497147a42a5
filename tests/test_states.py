"""States are drawn word by word and unit by unit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import VALUES, WORDS, curves, labels, legend, looks

from lstm_helpers.equations.cell import Step
from lstm_helpers.figures.states import (
    plot_all_states,
    plot_life,
    plot_memory,
    plot_state,
    plot_stretches,
)
from lstm_helpers.style import GATE_COLOURS, STATE_NAMES


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


def test_units_are_numbered_in_whole_numbers(ax):
    plot_state(VALUES[:, :2], "c", WORDS, ax=ax)
    assert all(tick == round(tick) for tick in ax.get_yticks())


def test_a_state_beyond_one_stays_centred_on_zero(ax):
    plot_state(VALUES * 0 - 2.5, "c", WORDS, ax=ax)
    assert ax.images[0].get_clim() == (-2.5, 2.5)


def test_a_stretch_is_a_line_along_the_words_of_a_unit(ax):
    plot_state(VALUES, "c", WORDS, ax=ax)
    limits = ax.get_xlim(), ax.get_ylim()
    assert plot_stretches([(4, 0, 2), (1, 1, 2)], ax=ax) is ax
    drawn = [line.get_xydata().tolist() for line in ax.get_lines()]
    assert drawn == [[[0, 4], [2, 4]], [[1, 1], [2, 1]]]
    assert (ax.get_xlim(), ax.get_ylim()) == limits


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
        (plot_memory, (life_of_a_unit(), [1, 3]), (2,)),
        (plot_all_states, (six_states(), WORDS), (3, 2)),
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
    axes = plot_all_states(steps, WORDS)
    titles = [axis.get_title() for axis in axes.flat]
    assert titles == list(STATE_NAMES.values())
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
    assert top.get_xlim() == bottom.get_xlim(), "a word is at one place in both"
    assert (top.get_ylabel(), bottom.get_ylabel()) == ("cell state", "gate, state")
    assert kept[0].get_hatch() != added[0].get_hatch()
    assert len(looks(bottom.get_lines()[:2])) == 2


@pytest.mark.usefixtures("ax")
def test_a_memory_stands_below_its_gates_and_both_have_the_marks():
    life = life_of_a_unit()
    gates, state = plot_memory(life, [1, 3], axes=plt.figure().subplots(2))
    names = "input gate i", "forget gate f"
    for name, values in zip(names, (life.i, life.f), strict=True):
        assert curves(gates)[name] == [[t, value] for t, value in enumerate(values)]
    drawn = {line.get_label(): line for line in gates.get_lines()}
    assert [drawn[name].get_color() for name in names] == [*map(GATE_COLOURS.get, "if")]
    assert len(looks([drawn[name] for name in names])) == 2
    assert state.get_lines()[0].get_ydata().tolist() == life.c.tolist()
    for ax in (gates, state):
        dotted = [line for line in ax.get_lines() if line.get_linestyle() == ":"]
        assert [line.get_xdata()[0] for line in dotted] == [1, 3]
    assert (gates.get_ylabel(), state.get_ylabel()) == ("gate", "cell state C")
