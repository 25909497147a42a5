"""The widgets show at every move what a drawing from the start would show."""

import math

import ipywidgets
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders import writable
from drawn import ILL_TEXT
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from moved import assert_print_shows_what_moves, drawn_afresh, image, move

from lstm_helpers.equations.cell import Step
from lstm_helpers.figures.step import draw_step
from lstm_helpers.figures.widgets import (
    browse_trace,
    draw_cell,
    draw_trace,
    explore_cell,
    play_step,
)
from lstm_helpers.style import STATE_NAMES

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("series_style")]

CELL_SIZE, TRACE_SIZE = (7.2, 2.8), (7.2, 5.6)  # inches, as in the notebook
START = {"z_i": 2.0, "z_f": 4.0, "z_a": 0.0, "z_o": 1.0, "x": 2.0}
WIDE = {"z_i": 6.0, "z_f": 6.0, "z_a": 6.0, "z_o": 6.0, "x": 6.0}  # C comes near 20
MOVES = [  # the highest |C| is below 1.1 where no more is said
    START,
    START | {"z_o": -6.0},
    START | {"z_a": 0.5},  # below 21
    START | {"z_f": -6.0, "x": -6.0},
    START | {"z_a": 6.0, "z_f": 0.75, "x": -2.5},  # below 5
    WIDE,
    WIDE | {"z_a": -6.0},
]


def reach(numbers):
    """Half the height of the scale that the numbers ask for."""
    highest = max(map(abs, one_unit(**numbers)[1]))
    return 1.1 if highest < 1.1 else 5 if highest < 5 else 21


def one_unit(z_i, z_f, z_a, z_o, x):
    """Gates at the step of the input, C and h at all steps: (1.2) to (1.7), W = 0."""
    i, f, o = (1 / (1 + math.exp(-z)) for z in (z_i, z_f, z_o))
    c, h, C = [], [], 0.0
    for t in range(20):
        a = math.tanh(z_a + (x if t == 4 else 0))
        C = f * C + i * a
        c.append(C)
        h.append(o * math.tanh(C))
    return [i, f, math.tanh(z_a + x), o], c, h


def random_trace(words, seed, H=4):
    rng = np.random.default_rng(seed)
    gates = dict(zip("ifo", rng.uniform(0, 1, (3, len(words), H)), strict=True))
    a, h = rng.uniform(-1, 1, (2, len(words), H))
    return words, Step(**gates, a=a, c=rng.uniform(-3, 3, (len(words), H)), h=h)


TRACES = [
    random_trace(["Pell", "saw", "Verda"], 0),
    random_trace(["Did", "<b>", 'O"Hara', "'s", "son", "&amp;", "I", "?"], 1),
]


def cell_afresh(numbers):
    return drawn_afresh(CELL_SIZE, draw_cell, **numbers)


def trace_afresh(sentence, state, unit):
    words, steps = TRACES[sentence]
    values = getattr(steps, state)
    return drawn_afresh(TRACE_SIZE, draw_trace, values, state, words, unit=unit)


@pytest.mark.parametrize("numbers", MOVES)
def test_the_cell_draws_what_the_equations_say(numbers):
    figure = Figure()
    *bars, c_line, h_line, title = draw_cell(figure)(**numbers)
    gates, c, h = one_unit(**numbers)
    np.testing.assert_allclose([bar.get_height() for bar in bars], gates, atol=1e-12)
    np.testing.assert_allclose(c_line.get_ydata(), c, atol=1e-12)
    np.testing.assert_allclose(h_line.get_ydata(), h, atol=1e-12)
    assert list(c_line.get_xdata()) == list(h_line.get_xdata()) == list(range(20))
    assert title.get_text() == f"C is {c[4]:.2f} at step 4 and {c[19]:.2f} at the end"
    left, right = figure.axes
    assert right.get_ylim() == (-reach(numbers), reach(numbers))
    assert [label.get_text() for label in left.get_xticklabels()] == list("ifao")
    assert [line.get_label() for line in (c_line, h_line)] == ["C", "h"]
    assert c_line.get_marker() != h_line.get_marker()


def test_the_moves_ask_for_every_scale():
    assert {reach(numbers) for numbers in MOVES} == {1.1, 5, 21}


def test_the_cell_starts_where_it_says():
    figure = Figure()
    draw_cell(figure)
    at, end = (one_unit(**START)[1][t] for t in (4, 19))
    wanted = f"C is {at:.2f} at step 4 and {end:.2f} at the end"
    assert figure.axes[1].get_title("left") == wanted


def test_the_trace_draws_the_unit_it_is_asked_for():
    words, steps = TRACES[1]
    figure = Figure()
    redraw = draw_trace(figure, steps.c, "c", words)
    for unit in (0, 3, 1):
        frame, curve, title = redraw(unit=unit)
        values = steps.c[:, unit].tolist()
        assert curve.get_ydata().tolist() == values
        corners = frame.get_bbox().get_points().tolist()
        assert corners == [[-0.5, unit - 0.5], [len(words) - 0.5, unit + 0.5]]
        low, high = min(values), max(values)
        at, to = (repr(words[values.index(value)]) for value in (low, high))
        assert title.get_text() == f"unit {unit}: {low:.2f} at {at}, {high:.2f} at {to}"
    all_units, one_unit, _ = figure.axes
    np.testing.assert_array_equal(all_units.images[0].get_array(), steps.c.T)
    assert [label.get_text() for label in one_unit.get_xticklabels()] == words
    assert one_unit.get_ylabel() == all_units.get_title("left") == STATE_NAMES["c"]
    bottom, top = one_unit.get_ylim()
    assert bottom <= steps.c.min() < steps.c.max() <= top


def test_every_move_shows_what_a_fresh_drawing_shows():
    box = explore_cell()
    seen = []
    for numbers in MOVES:
        move(box, numbers.values())
        alt, pixels = image(box)
        np.testing.assert_array_equal(pixels, cell_afresh(numbers))
        _, c, _ = one_unit(**numbers)
        assert alt.startswith("Step 4: i, f, a, o (value). C is ")
        assert f"C is {c[4]:.2f} at step 4 and {c[19]:.2f} at the end" in alt
        seen.append(box.children[-1].value)
    assert len(set(seen)) == len(MOVES)
    for numbers, picture in zip(reversed(MOVES), reversed(seen), strict=True):
        move(box, numbers.values())
        assert box.children[-1].value == picture, "the way leaves no trace"


@pytest.mark.parametrize("name", START)
def test_each_slider_moves_the_picture_and_back(name):
    box = explore_cell()
    slider = box.children[list(START).index(name)]
    start = box.children[-1].value
    slider.value -= 0.25
    np.testing.assert_array_equal(
        image(box)[1], cell_afresh(START | {name: START[name] - 0.25})
    )
    assert box.children[-1].value != start
    slider.value += 0.25
    assert box.children[-1].value == start


def test_every_choice_shows_what_a_fresh_drawing_shows():
    box = browse_trace(TRACES)
    choices = [(0, "f", 0), (0, "f", 3), (1, "f", 3), (1, "c", 3), (1, "c", 1)]
    choices += [(0, "a", 1), (1, "o", 0)]
    seen = []
    for choice in choices:
        move(box, choice)
        alt, pixels = image(box)
        blend = 1.1 / 255  # frame and spine cross, and blend in another order
        np.testing.assert_allclose(pixels, trace_afresh(*choice), atol=blend)
        sentence, state, unit = choice
        words, steps = TRACES[sentence]
        values = getattr(steps, state)[:, unit]
        highest = words[values.argmax()]
        assert alt.startswith(f"{STATE_NAMES[state]} (unit)")
        assert f"unit {unit}: " in alt
        assert f"{values.max():.2f} at {highest!r}" in alt
        seen.append(box.children[-1].value)
    assert len(set(seen)) == len(choices)
    move(box, choices[0])
    assert box.children[-1].value == seen[0], "the way leaves no trace"


def test_words_cannot_break_out_of_the_text():
    words = ['"><b onload="', "'/><script>", "&quot;"]
    steps = Step(*[np.array([[0.1], [0.9], [0.5]])] * 6)
    alt, _ = image(browse_trace([(words, steps)]))
    assert f"unit 0: 0.10 at {words[0]!r}, 0.90 at {words[1]!r}" in alt
    alt, _ = image(browse_trace([(words[::-1], steps)]))
    assert f"0.10 at {words[2]!r}" in alt


def test_the_cell_has_its_five_sliders():
    *sliders, _ = explore_cell().children
    names = [slider.description for slider in sliders]
    assert names == list(START)
    assert [slider.value for slider in sliders] == list(START.values())
    ranges = {(slider.min, slider.max, slider.step) for slider in sliders}
    assert ranges == {(-6, 6, 0.25)}
    assert all(slider.continuous_update for slider in sliders)


UNIT = Step(i=0.8, f=0.9, a=0.5, o=0.95, c=1.3, h=0.82)


def test_each_frame_of_a_step_shows_what_a_fresh_drawing_shows():
    box = play_step([1.0], [0.5, -0.5], 1.0, UNIT)
    play, frame, _ = box.children
    assert isinstance(play, ipywidgets.Play)
    assert (play.min, play.max) == (frame.min, frame.max) == (0, 5)
    assert play.value == frame.value == 0
    seen = []
    for value in (0, 3, 5, 1, 4, 2):
        frame.value = value
        figure = Figure(figsize=(7.2, 4))
        draw_step(figure, [1.0], [0.5, -0.5], 1.0, UNIT)(value)
        FigureCanvasAgg(figure).draw()
        wanted = np.asarray(figure.canvas.buffer_rgba()) / np.float32(255)
        alt, pixels = image(box)
        np.testing.assert_allclose(pixels, wanted, atol=1.1 / 255)
        assert alt.startswith(f"{value + 1}. ")
        seen.append(box.children[-1].value)
    assert len({*seen}) == 6
    frame.value = 0
    assert box.children[-1].value == seen[0], "the way leaves no trace"


def test_the_button_moves_the_slider_of_a_step(monkeypatch):
    linked = []
    monkeypatch.setattr(ipywidgets, "jslink", lambda *ends: linked.append(ends))
    play, frame, _ = play_step([1.0], [0.5], 1.0, UNIT).children
    assert linked == [((play, "value"), (frame, "value"))]


def test_the_browser_offers_every_sentence_state_and_unit():
    long = random_trace(["word"] * 40, 2)
    sentence, state, unit, _ = browse_trace([*TRACES, long]).children
    titles = [title for title, _ in sentence.options]
    assert titles[0] == "1: Pell saw Verda"
    assert titles[1] == "2: Did <b> O\"Hara 's son &amp; I ?"
    assert titles[2] == "3: " + ("word " * 40)[:70]
    assert [k for _, k in sentence.options] == [0, 1, 2]
    assert dict(state.options) == {name: key for key, name in STATE_NAMES.items()}
    assert (sentence.value, state.value) == (0, "f")
    assert sentence.layout.width == "90%", "room for the words"
    assert (unit.min, unit.max, unit.step, unit.value) == (0, 3, 1, 0)


def test_a_sentence_said_twice_can_be_chosen_twice():
    words, _ = TRACES[0]
    box = browse_trace([TRACES[0], random_trace(words, 5)])
    before = box.children[-1].value
    box.children[0].value = 1
    assert box.children[-1].value != before


@pytest.mark.parametrize(
    ("traces", "said"),
    [
        ([], r"\[\]"),
        ([(["Pell"], TRACES[0][1])], r"\(1, \(3, 4\)\)"),
        ([([], Step(*[np.zeros((0, 4))] * 6))], r"\(0, \(0, 4\)\)"),
        ([TRACES[0], (["Pell", "saw"], TRACES[0][1])], r"\(2, \(3, 4\)\)"),
    ],
)
def test_words_must_match_steps(traces, said):
    with pytest.raises(ValueError, match=rf"^traces: .*{said}.*a step for each word"):
        browse_trace(traces)


def test_the_figure_is_drawn_whole_only_for_a_new_scale(drawings):
    box = explore_cell()
    assert len(drawings) == 1
    x, z_a = box.children[4], box.children[2]
    seen = {box.children[-1].value}
    for value in range(-6, 5):
        if value != START["x"]:
            x.value = value
            seen.add(box.children[-1].value)
    assert len(seen) == 11
    assert len(drawings) == 1, "ten moves within the scale"
    z_a.value = 6.0
    assert len(drawings) == 2, "a larger scale"
    z_a.value = 5.0
    assert len(drawings) == 2, "the same one"
    z_a.value = 0.0
    assert len(drawings) == 3, "the first one again"
    assert len(set(map(id, drawings))) == 1


def test_the_figure_is_drawn_whole_only_for_another_sentence_or_state(drawings):
    box = browse_trace(TRACES)
    sentence, state, unit, _ = box.children
    for value in (1, 2, 3, 0, 3, 1, 2, 0, 1, 3):
        unit.value = value
    assert len(drawings) == 1, "ten moves over one sentence"
    sentence.value = 1
    assert len(drawings) == 2, "another sentence"
    unit.value = 0
    assert len(drawings) == 2, "another unit of it"
    state.value = "h"
    assert len(drawings) == 3, "another state"


@pytest.mark.parametrize(
    ("size", "draw", "numbers"),
    [
        (CELL_SIZE, draw_cell, START | {"z_f": 0.0}),
        (
            TRACE_SIZE,
            lambda f: draw_trace(f, TRACES[0][1].c, "c", ["x"] * 3),
            {"unit": 2},
        ),
    ],
    ids=["cell", "trace"],
)
def test_a_printed_figure_shows_what_moves(size, draw, numbers):
    assert_print_shows_what_moves(size, draw, **numbers)


def test_no_figure_is_left_for_the_notebook_to_show():
    mine = plt.figure()
    figures = plt.get_fignums()
    box = explore_cell()
    box.children[0].value = 0
    box.children[2].value = 6
    box = browse_trace(TRACES)
    box.children[0].value = 1
    assert plt.get_fignums() == figures
    assert plt.gcf() is mine
    assert not mine.axes


def test_dollars_among_the_words_are_no_formula():
    values = np.array([[0.1], [0.5], [0.9]])
    *_, title = draw_trace(Figure(), values, "f", ["$", "million", "$"])(unit=0)
    assert title.get_text().count("$") == 2
    assert not (title.get_parse_math() and mpl.cbook.is_math_text(title.get_text()))


def test_ill_text_is_shown_by_the_browser_as_far_as_it_can_be():
    words = list(ILL_TEXT)
    box = browse_trace([([word], random_trace([word], 3)[1]) for word in words])
    titles = [title for title, _ in box.children[0].options]
    for k, (title, word) in enumerate(zip(titles, words, strict=True)):
        assert title == f"{k + 1}: {writable(word[:70])}"
        box.children[0].value = k
        alt, _ = image(box)
        assert f"at {ILL_TEXT[word]!r}" in alt


def test_all_sentences_must_have_the_same_units():
    with pytest.raises(ValueError, match=r"^traces: "):
        browse_trace([TRACES[0], random_trace(["Pell"], 3, H=3)])
