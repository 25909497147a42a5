"""Figures with sliders, in JupyterLab.

A ``draw_*`` function draws on a figure and returns a function that changes what moves.
The widgets call it at every move of a slider; a notebook also calls it once by itself,
so that a printed page, which has no kernel, loses nothing.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from lstm_helpers.figures.axes import BESIDE, edged, in_brief, label_words
from lstm_helpers.figures.showing import describe, fit_texts
from lstm_helpers.figures.states import plot_state
from lstm_helpers.figures.step import N_FRAMES, draw_step
from lstm_helpers.style import GATE_COLOURS, STATE_NAMES, writable

if TYPE_CHECKING:  # it loads torch
    from lstm_helpers.equations.cell import Step

Redraw: TypeAlias = Callable[..., list[Artist]]

_N_STEPS, _PULSE = 20, 4  # steps of the one-unit cell; the one at which its input comes
_START = {"z_i": 2.0, "z_f": 4.0, "z_a": 0.0, "z_o": 1.0, "x": 2.0}
_CELL_SIZE, _TRACE_SIZE, _STEP_SIZE = (7.2, 2.8), (7.2, 5.6), (7.2, 4)  # inches


def explore_cell() -> ipywidgets.VBox:
    """Show :func:`draw_cell` with a slider for each of its five numbers.

    Returns
    -------
    ipywidgets.VBox
    """
    figure = Figure(figsize=_CELL_SIZE)
    redraw = draw_cell(figure)
    sliders = {
        name: ipywidgets.FloatSlider(value, min=-6, max=6, step=0.25, description=name)
        for name, value in _START.items()
    }
    return live_figure(lambda **numbers: (figure, redraw(**numbers)), sliders)


def draw_cell(figure: Figure) -> Redraw:
    """Draw a one-unit cell: its gates, and the memory they make of one input.

    The gates i, f and o stay where their pre-activations z set them; the input is x at
    step 4, 0 at all others, and acts on the candidate alone: tanh(z_a + x) there.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows the cell for what the sliders of :func:`explore_cell`
        begin with.

    Returns
    -------
    callable
        Takes z_i, z_f, z_a, z_o and x by name, as floats; draws the cell for them and
        returns the list of artists that it moved.

    Notes
    -----
    Equations (1.2) to (1.7) with W = 0.
    """
    gates, states = figure.subplots(1, 2, width_ratios=[1, 3])
    bars = gates.bar(list("ifao"), 0, color=[GATE_COLOURS[gate] for gate in "ifao"])
    gates.set(ylim=(-1.05, 1.05), ylabel="value", title=f"Step {_PULSE}: i, f, a, o")
    [c_line] = states.plot(np.zeros(_N_STEPS), "ko-", ms=4, label="C")
    [h_line] = states.plot(np.zeros(_N_STEPS), "^--", color="C1", ms=4, label="h")
    states.axvline(_PULSE, color="0.6", ls=":", zorder=0)
    states.set_xticks(range(0, _N_STEPS + 1, _PULSE))
    states.set(xlabel="step t (the input comes at the dotted line)", ylabel="state")
    states.legend(**BESIDE)
    for ax in (gates, states):
        ax.axhline(0, color="0.6", lw=0.8, zorder=0)

    def redraw(**numbers: float) -> list[Artist]:
        steps = _run_cell(**numbers)
        for bar, gate in zip(bars, "ifao", strict=True):
            bar.set_height(getattr(steps, gate)[_PULSE])
        c_line.set_ydata(steps.c)
        h_line.set_ydata(steps.h)
        highest = np.abs(steps.c).max()  # the scale changes seldom, in leaps
        reach = next(r for r in (1.1, 5, 21) if highest < r)
        states.set_ylim(-reach, reach)
        at, end = steps.c[_PULSE], steps.c[-1]
        title = f"C is {at:.2f} at step {_PULSE} and {end:.2f} at the end"
        return [*bars, c_line, h_line, states.set_title(title)]

    redraw(**_START)
    return redraw


def _run_cell(z_i: float, z_f: float, z_a: float, z_o: float, x: float) -> Step:
    """Compute what :func:`draw_cell` draws: a Step, its fields of shape (20,)."""
    # here and not above, since it loads torch, which no other figure needs
    from lstm_helpers.equations.cell import Step, Weights, lstm_sequence

    inputs = np.zeros((_N_STEPS, 1, 1))
    inputs[_PULSE] = x
    U = np.array([[0.0], [0.0], [1.0], [0.0]])
    weights = Weights(np.zeros((4, 1)), U, np.array([z_i, z_f, z_a, z_o], float))
    steps = lstm_sequence(inputs, weights)
    return Step(*(field[:, 0, 0] for field in steps))


def browse_trace(traces: Sequence[tuple[Sequence[str], Step]]) -> ipywidgets.VBox:
    """Show any gate and unit over any of some sentences: :func:`draw_trace`.

    Parameters
    ----------
    traces : list of (list of str, Step)
        The words of each sentence, and its gates and states of shape (T, H).

    Returns
    -------
    ipywidgets.VBox

    Raises
    ------
    ValueError
        If there is no sentence, one has no word or not a step for each, or they have
        not all as many units.
    """
    shapes = [(len(words), steps.h.shape) for words, steps in traces]
    fit = all(n_words == T > 0 for n_words, (T, _) in shapes)
    if not fit or len({H for _, (_, H) in shapes}) != 1:
        wanted = "sentences with a step for each word, all of as many units"
        raise ValueError(f"traces: got words and shapes {shapes}, wanted {wanted}")
    texts = [writable(" ".join(words)[:70]) for words, _ in traces]
    titles = [f"{k}: {text}" for k, text in enumerate(texts, 1)]
    drawn: dict[
        tuple[int, str], tuple[Figure, Redraw]
    ] = {}  # the last figure, for as long as only the unit changes

    def draw(sentence: int, state: str, unit: int) -> tuple[Figure, list[Artist]]:
        if (sentence, state) not in drawn:
            drawn.clear()
            figure = Figure(figsize=_TRACE_SIZE)
            words, steps = traces[sentence]
            redraw = draw_trace(figure, getattr(steps, state), state, words)
            drawn[sentence, state] = figure, redraw
        figure, redraw = drawn[sentence, state]
        return figure, redraw(unit=unit)

    H = shapes[0][1][1]
    controls = {
        "sentence": ipywidgets.Dropdown(
            options=[(title, k) for k, title in enumerate(titles)],
            description="sentence",
            layout={"width": "90%"},
        ),
        "state": ipywidgets.Dropdown(
            options=[(name, key) for key, name in STATE_NAMES.items()],
            value="f",
            description="shown",
        ),
        "unit": ipywidgets.IntSlider(0, min=0, max=H - 1, description="unit"),
    }
    return live_figure(draw, controls)


def draw_trace(
    figure: Figure, values: NDArray[np.floating], name: str, words: Sequence[str]
) -> Redraw:
    """Draw a gate or state of all units, and one unit's by itself.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows unit 0.
    values : ndarray of shape (T, H)
    name : {"i", "f", "a", "o", "c", "h"}
    words : list of str, length T

    Returns
    -------
    callable
        Takes ``unit``, in [0, H); draws that unit and returns the list of artists that
        it moved.
    """
    all_units, one_unit = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    plot_state(values, name, words, ax=all_units)
    all_units.tick_params(labelbottom=False)
    frame = Rectangle((-0.5, -0.5), len(words), 1, fill=False, zorder=3, **edged(1.2))
    all_units.add_patch(frame)
    [curve] = one_unit.plot(values[:, 0], "ko-", clip_on=False)
    one_unit.axhline(0, color="0.6", lw=0.8, zorder=0)
    one_unit.set(ylabel=STATE_NAMES[name], ylim=all_units.images[0].get_clim())
    label_words(one_unit, words)

    def redraw(unit: int) -> list[Artist]:
        frame.set_y(unit - 0.5)
        numbers = values[:, unit]
        curve.set_ydata(numbers)
        low, high = (
            f"{numbers[place]:.2f} at {in_brief(words[place])!r}"
            for place in map(int, (numbers.argmin(), numbers.argmax()))
        )
        title = f"unit {unit}: {low}, {high}"
        return [frame, curve, one_unit.set_title(title, parse_math=False)]

    redraw(unit=0)
    return redraw


def play_step(
    x: Sequence[float], h_prev: Sequence[float], c_prev: float, step: Step
) -> ipywidgets.VBox:
    """Show :func:`~lstm_helpers.figures.draw_step` as a moving picture.

    Parameters
    ----------
    x, h_prev, c_prev, step
        As ``draw_step`` takes them.

    Returns
    -------
    ipywidgets.VBox
        A slider for the frame; a button that moves it on, every two seconds; and the
        picture.
    """
    figure = Figure(figsize=_STEP_SIZE)
    redraw = draw_step(figure, x, h_prev, c_prev, step)
    frame = ipywidgets.IntSlider(0, min=0, max=N_FRAMES - 1, description="frame")
    box = live_figure(lambda frame: (figure, redraw(frame)), {"frame": frame})
    play = ipywidgets.Play(min=0, max=N_FRAMES - 1, interval=2000)
    ipywidgets.jslink((play, "value"), (frame, "value"))
    box.children = [play, *box.children]
    return box


def live_figure(
    draw: Callable[..., tuple[Figure, list[Artist]]],
    controls: dict[str, ipywidgets.Widget],
) -> ipywidgets.VBox:
    """Show a figure below the controls that it is drawn from.

    Parameters
    ----------
    draw : callable
        Takes the controls' values by name, returns a Figure and the list of artists
        that may have moved since it was last asked for that figure.
    controls : dict of str to ipywidgets.Widget

    Returns
    -------
    ipywidgets.VBox
        The controls, then the picture with a text for readers who do not see it.

    Notes
    -----
    Drawing an axis with its ticks takes longer than a slider may; so what stands still
    is drawn once and kept, and only what moves is drawn anew.
    """
    picture = ipywidgets.HTML()
    kept: dict[str, Any] = {"key": None}

    def redraw(_: object = None) -> None:
        values = {name: control.value for name, control in controls.items()}
        figure, moving = draw(**values)
        for artist in moving:
            artist.set_animated(True)  # left out of what is kept
        key = figure, [ax.viewLim.bounds for ax in figure.axes]
        if kept["key"] != key:
            fit_texts(figure)
            canvas: Any = FigureCanvasAgg(figure)  # matplotlib gives it no types
            canvas.draw()
            background = canvas.copy_from_bbox(figure.bbox)
            kept.update(key=key, canvas=canvas, background=background)
        canvas = kept["canvas"]
        canvas.restore_region(kept["background"])
        for artist in moving:
            fit_texts(artist)
            artist.draw(canvas.get_renderer())
        picture.value = _render_image(figure, canvas.buffer_rgba())

    for control in controls.values():
        control.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([*controls.values(), picture])


def _render_image(figure: Figure, pixels: memoryview) -> str:
    """Turn a figure and what is drawn on its canvas into an ``img`` with its text."""
    png = io.BytesIO()
    quickly = {"compress_level": 1}  # the best takes as long as the drawing
    plt.imsave(png, np.asarray(pixels), format="png", pil_kwargs=quickly)
    data = base64.b64encode(png.getvalue()).decode()
    alt = html.escape(describe(figure), quote=True)
    return f'<img alt="{alt}" src="data:image/png;base64,{data}">'
