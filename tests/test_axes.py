"""Figures draw what they are given, where they are told, and nothing else."""

import inspect
import itertools
from collections import defaultdict
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders import GOLD
from drawn import (
    CURVES,
    EXAMPLES,
    ILL_TEXT,
    MEASURES,
    RUNS,
    VALUES,
    WORDS,
    labels,
    legend,
)
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

from lstm_helpers import figures
from lstm_helpers.equations.cell import Step
from lstm_helpers.figures.axes import in_brief, label_words


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


LOSSES = {"SGD": {0.1: [2.0, 1.0], 1.0: [2.0, 3.0]}}


def states_of(words):
    """States of one unit, by the lengths of the words."""
    return np.array([[[len(word) / 10] for word in words]] * 2)


STEPS, LIFE = Step(*[VALUES] * 6), Step(*[VALUES[:, 0]] * 6)
OTHERS = {  # and of the other ones that take words
    "plot_check_up": (({"geo": 3}, [1, 2], {"words": 0.9}), {}),
    "plot_all_states": ((STEPS, WORDS), {}),
    "plot_life": ((LIFE, WORDS), {}),
    "draw_trace": ((VALUES, "f", WORDS), {}),
    "browse_trace": (([(WORDS, STEPS)],), {}),
    "draw_unknown": (([GOLD], [GOLD], WORDS), {}),
    "explore_unknown": (([GOLD], [GOLD], WORDS), {}),
    "draw_directions": ((states_of, WORDS), {}),
    "explore_directions": ((states_of, WORDS), {}),
    "draw_rates": ((LOSSES,), {}),
    "explore_rates": ((LOSSES,), {}),
    "draw_viterbi": ((VALUES[0], VALUES[0], WORDS, [*"abcde"]), {}),
    "explore_viterbi": (
        (VALUES, VALUES[0], VALUES[0], np.eye(5), WORDS, [*"abcde"]),
        {"emissions": [(0, 1)], "transitions": [(1, 2)]},
    ),
}


def takes_text(name):
    """Whether a function draws words or names; each says so in its annotations."""
    if name == "type_and_tag":  # which writes HTML
        return False
    parameters = inspect.signature(getattr(figures, name)).parameters.values()
    return any("str" in str(parameter.annotation) for parameter in parameters)


def with_words(value, word):
    """Put another word for each that a collection holds."""
    if isinstance(value, dict):
        named = [
            (word(key) if isinstance(key, str) else key, item)
            for key, item in value.items()
        ]
        return {name: with_words(item, word) for name, item in named}
    if type(value) in (list, tuple):
        kept = [word(item) if isinstance(item, str) else item for item in value]
        return type(value)(with_words(item, word) for item in kept)
    return value


@pytest.fixture
def drawn(monkeypatch):
    """All that is written on canvases: (text, whether it is mathematics)."""
    texts, write = [], RendererAgg.draw_text

    def record(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        texts.append((s, bool(ismath)))
        write(self, gc, x, y, s, prop, angle, ismath, mtext)

    monkeypatch.setattr(RendererAgg, "draw_text", record)
    return texts


@pytest.mark.long
@pytest.mark.parametrize("name", list(filter(takes_text, figures.__all__)))
def test_words_and_names_are_drawn_letter_by_letter(drawn, name):
    args, kwargs = (EXAMPLES | OTHERS)[name]
    words, used = itertools.cycle(ILL_TEXT), set()
    while used < ILL_TEXT.keys():
        other = defaultdict(words.__next__)
        plt.figure()
        draw = getattr(figures, name)
        if name.startswith("draw_"):
            draw = partial(draw, plt.gcf())
        draw(
            *(with_words(arg, other.__getitem__) for arg in args),
            **{key: with_words(arg, other.__getitem__) for key, arg in kwargs.items()},
        )
        plt.gcf().canvas.draw()
        plt.close()
        assert other, "the example holds no words"
        used |= {*other.values()}
    letters = " ".join(text for text, is_formula in drawn if not is_formula)
    for shown in ILL_TEXT.values():
        assert shown in letters or repr(shown)[1:-1] in letters
    formulas = [text for text, is_formula in drawn if is_formula]
    assert all(text.startswith(r"$\mathdefault{") for text in formulas), "of a scale"


@pytest.mark.usefixtures("ax")
@pytest.mark.parametrize("start", ["_", "__", "_$"])
@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("plot_curves", [*CURVES, "bound 2"]),
        ("plot_spread", [*RUNS]),
        ("plot_measures", [*MEASURES]),
        ("plot_two_groups", ["names", "others"]),
    ],
)
def test_a_legend_shows_names_that_begin_with_an_underscore(name, names, start):
    args, kwargs = EXAMPLES[name]
    args = [with_words(arg, start.__add__) for arg in args]
    entries = legend(getattr(figures, name)(*args, **kwargs))
    wanted = [text if text == "bound 2" else start + text for text in names]
    assert [entry.strip().replace("\\", "") for entry in entries] == wanted


@pytest.mark.usefixtures("ax")
def test_a_legend_shows_a_curve_without_a_name():
    assert [entry.strip() for entry in legend(figures.plot_curves({"": [1, 2]}))] == [
        ""
    ]


@pytest.mark.parametrize(
    ("name", "axes"), [("plot_state", 1), ("plot_life", 2), ("plot_all_states", 6)]
)
def test_a_title_with_dollars_is_no_formula_unless_one_says_so(drawn, name, axes):
    args, kwargs = (EXAMPLES | OTHERS)[name]
    plots = np.ravel(getattr(figures, name)(*args, **kwargs))
    assert len(plots) == axes
    for ax in plots:
        ax.set(title="$$ of $^$", xlabel="$30 to $50")
        ax.set_title("a$b$", loc="right")
    ax.set_ylabel("$C$", parse_math=True)
    plt.gcf().canvas.draw()
    for text in ("$$ of $^$", "$30 to $50", "a$b$"):
        assert drawn.count((text, False)) == axes
    assert [text for text, is_formula in drawn if is_formula] == ["$C$"]
    plt.close()


@pytest.mark.parametrize("given", ILL_TEXT)
def test_one_short_line_is_made_of_any_text(given):
    assert in_brief(given) == ILL_TEXT[given]


def test_forty_letters_are_kept_whole():
    assert in_brief("a" * 40) == "a" * 40
    assert in_brief("a" * 41) == "a" * 39 + "…"
