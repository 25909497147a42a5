"""One step of an LSTM -> drawings: part by part, and number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from lstm_helpers.figures.axes import CURRENT, Style, on_axes
from lstm_helpers.style import GATE_COLOURS

if TYPE_CHECKING:  # it loads torch
    from lstm_helpers.equations.cell import Step

N_FRAMES = 6

_Point: TypeAlias = tuple[float, float]

_GREY = (0.299, 0.587, 0.114)  # what red, green and blue weigh in a grey print
_INK = {"new": "black", "old": "0.5", "to come": "0.85"}

_C, _H = 5.0, 0.7  # how high the lines of C and of h lie
_GATES = 1.9  # how high the gates lie, and below where each of them is
_PLACES = {"f": 2.3, "i": 4.3, "a": 6.4, "o": 8.6}
_SUM, _OUT, _UP = (
    5.35,
    10.2,
    11.1,
)  # where C is added to, where h comes from, and goes up


class _Wire(NamedTuple):
    stage: int  # of the four in which the cell is built up
    frame: int  # of the six in which a step runs
    points: Sequence[_Point]
    width: float = 1.0  # what a thin line's width is multiplied by
    head: str = ""  # of an arrow, as matplotlib names markers


_WIRES = [
    _Wire(0, 0, [(0.0, _C), (_PLACES["f"], _C)], 2),
    _Wire(0, 2, [(_PLACES["f"], _C), (_SUM, _C)], 2),
    _Wire(0, 4, [(_SUM, _C), (12.1, _C)], 2, ">"),
    _Wire(0, 0, [(0.0, _H), (1.5, _H)]),
    _Wire(0, 0, [(1.2, -0.4), (1.2, _H)]),
    _Wire(1, 1, [(1.5, _H), (_PLACES["f"], _H), (_PLACES["f"], _GATES)]),
    _Wire(1, 2, [(_PLACES["f"], _GATES), (_PLACES["f"], _C)]),
    _Wire(2, 3, [(_PLACES["f"], _H), (_PLACES["i"], _H), (_PLACES["i"], _GATES)]),
    _Wire(2, 3, [(_PLACES["i"], _H), (_PLACES["a"], _H), (_PLACES["a"], _GATES)]),
    _Wire(2, 3, [(_PLACES["i"], _GATES), (_PLACES["i"], 3.5), (_SUM, 3.5)]),
    _Wire(2, 3, [(_PLACES["a"], _GATES), (_PLACES["a"], 3.5), (_SUM, 3.5)]),
    _Wire(2, 4, [(_SUM, 3.5), (_SUM, _C)]),
    _Wire(3, 5, [(_PLACES["a"], _H), (_PLACES["o"], _H), (_PLACES["o"], _GATES)]),
    _Wire(3, 5, [(_PLACES["o"], _GATES), (_PLACES["o"], 3.2), (_OUT, 3.2)]),
    _Wire(3, 5, [(_OUT, _C), (_OUT, 3.2)]),
    _Wire(3, 5, [(_OUT, 3.2), (_OUT, _H), (12.1, _H)], head=">"),
    _Wire(3, 5, [(_UP, _H), (_UP, 4.75)]),  # with a gap where it passes C
    _Wire(3, 5, [(_UP, 5.25), (_UP, 6.3)], head="^"),
]
_BOXES: list[
    tuple[int, int, str, str, _Point]
] = [  # stage, frame, letter, what it computes, where
    (1, 1, "f", "σ", (_PLACES["f"], _GATES)),
    (2, 3, "i", "σ", (_PLACES["i"], _GATES)),
    (2, 3, "a", "tanh", (_PLACES["a"], _GATES)),
    (3, 5, "o", "σ", (_PLACES["o"], _GATES)),
    (3, 5, "", "tanh", (_OUT, 4.1)),
]
_SIGNS: list[tuple[int, int, str, _Point]] = [  # stage, frame, sign, where
    (1, 2, "×", (_PLACES["f"], _C)),
    (2, 3, "×", (_SUM, 3.5)),
    (2, 4, "+", (_SUM, _C)),
    (3, 5, "×", (_OUT, 3.2)),
]
_ENDS = [  # stage, what comes in or goes out, where, and which side of it is there
    (0, "$C^{(t-1)}$", (-0.1, _C), "right", "center"),
    (0, "$h^{(t-1)}$", (-0.1, _H), "right", "center"),
    (0, "$x^{(t)}$", (1.2, -0.5), "center", "top"),
    (0, "$C^{(t)}$", (12.4, _C), "left", "center"),
    (3, "$h^{(t)}$", (12.4, _H), "left", "center"),
    (3, "$h^{(t)}$", (_UP + 0.2, 6.1), "left", "center"),
]
_INSIDE = r"\left(W_{0} h^{{(t-1)}} + U_{0} x^{{(t)}} + b_{0}\right)"
_TITLES = [
    "1. What came before: C passes straight through",
    "2. The gate that forgets: C is multiplied by f",
    "3. The gate that writes: i times a is added to C",
    "4. The gate that shows: h is what o lets out of C",
]
_SAID = [  # what stands beside the drawing of each stage: words, and a formula
    [
        ("so far", "$C^{(t)} = C^{(t-1)}$"),
        ("what the gates will look at", "$h^{(t-1)}$  and  $x^{(t)}$"),
    ],
    [
        ("how much to keep  (1.3)", rf"$f^{{(t)}} = \sigma{_INSIDE.format('f')}$"),
        ("so far", r"$C^{(t)} = f^{(t)} \odot C^{(t-1)}$"),
    ],
    [
        ("how much to write  (1.2)", rf"$i^{{(t)}} = \sigma{_INSIDE.format('i')}$"),
        ("what to write  (1.4)", rf"$a^{{(t)}} = \tanh{_INSIDE.format('a')}$"),
        (
            "keep some, add some  (1.5)",
            r"$C^{(t)} = f^{(t)} \odot C^{(t-1)} + i^{(t)} \odot a^{(t)}$",
        ),
    ],
    [
        ("how much to show  (1.6)", rf"$o^{{(t)}} = \sigma{_INSIDE.format('o')}$"),
        ("what is shown  (1.7)", r"$h^{(t)} = o^{(t)} \odot \tanh(C^{(t)})$"),
    ],
]


class _Part(NamedTuple):
    stage: int
    frame: int
    artist: Artist
    colour: str = ""  # of a box; of what is written in it; none elsewhere
    width: float = 1.0  # of a wire


@on_axes
def plot_cell(stage: int, *, ax: Axes = CURRENT) -> Axes:
    """Draw an LSTM's cell as far as it is built, with its equations beside it.

    Parameters
    ----------
    stage : int
        1: what comes in; 2: with the gate f; 3: with the gate i and the candidate a;
        4: with the gate o, the whole cell. What is new at a stage is black and thick,
        what was there before is grey.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If there is no such stage.

    Notes
    -----
    Equations (1.2) to (1.7).
    """
    if stage not in range(1, 5):
        raise ValueError(f"stage: got {stage!r}, wanted 1, 2, 3 or 4")
    _prepare(ax, right=22.3)
    for part in [*_draw_parts(ax)]:
        if part.stage >= stage:
            part.artist.remove()
        else:
            _set_look(part, "new" if part.stage == stage - 1 else "old")
    for since, text, place, ha, va in _ENDS:
        if since < stage:
            ax.text(*place, text, ha=ha, va=va, size=11)
    for k, (words, formula) in enumerate(_SAID[stage - 1]):
        ax.text(14, 5.6 - 2 * k, words, size=9.5, va="center")
        ax.text(14, 4.7 - 2 * k, formula, size=10.5, va="center")
    ax.set_title(_TITLES[stage - 1])
    return ax


def plot_step(
    x: Sequence[float],
    h_prev: Sequence[float],
    c_prev: float,
    step: Step,
    *,
    axes: NDArray[np.object_] | None = None,
) -> NDArray[np.object_]:
    """Draw the six frames of :func:`draw_step` side by side.

    Parameters
    ----------
    x, h_prev, c_prev, step
        As :func:`draw_step` takes them.
    axes : ndarray of six Axes, optional

    Returns
    -------
    ndarray of six Axes
    """
    if axes is None:
        _, axes = plt.subplots(3, 2, figsize=(7.6, 7.6))
    for frame, ax in enumerate(axes.flat):
        _draw_numbers(ax, x, h_prev, c_prev, step)(frame)
    return axes


def draw_step(
    figure: Figure,
    x: Sequence[float],
    h_prev: Sequence[float],
    c_prev: float,
    step: Step,
) -> Callable[[int], list[Artist]]:
    """Draw one step of an LSTM as one unit sees it, with the number on every wire.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows frame 0.
    x : sequence of float, length E
        What comes in.
    h_prev : sequence of float, length H
        The hidden state of all units before the step: the gates see all of them.
    c_prev : float
        The unit's C before the step.
    step : Step
        What the step computes for the unit, each field a float.

    Returns
    -------
    callable
        Takes ``frame``, an int in [0, 6): what comes in; the gate f; what it keeps; the
        gate i and the candidate a; their sum; the gate o and h. Draws it and returns
        the list of artists that it changed.
    """
    figure.set_layout_engine("none")  # it would move the picture from frame to frame
    ax = figure.add_axes((0.02, 0.01, 0.97, 0.9))
    return _draw_numbers(ax, x, h_prev, c_prev, step)


def _draw_numbers(
    ax: Axes, x: Sequence[float], h_prev: Sequence[float], c_prev: float, step: Step
) -> Callable[[int], list[Artist]]:
    """Draw a cell with its numbers; give what shows a frame of it."""
    _prepare(ax, right=13.6)
    parts = [*_draw_parts(ax)]
    for since, text, (at, height), ha in _numbers(x, h_prev, c_prev, step):
        number = ax.text(at, height, text, ha=ha, va="center", size=9)
        parts.append(_Part(0, since, number))
    titles = _frame_titles(step, c_prev)

    def redraw(frame: int) -> list[Artist]:
        for part in parts:
            is_old = part.frame < frame
            look = "new" if part.frame == frame else "old" if is_old else "to come"
            _set_look(part, look)
        return [*(part.artist for part in parts), ax.set_title(titles[frame], size=10)]

    redraw(0)
    return redraw


def _numbers(
    x: Sequence[float], h_prev: Sequence[float], c_prev: float, step: Step
) -> Iterator[tuple[int, str, _Point, str]]:
    """Give the frame, text and place of each number, and which side of it is there."""
    h_before, x_now = (", ".join(f"{n:.1f}" for n in both) for both in (h_prev, x))
    yield 0, f"C {c_prev:.2f}", (-1.3, _C + 0.55), "left"
    yield 0, f"h {h_before}", (-1.3, _H + 0.45), "left"
    yield 0, f"x {x_now}", (1.5, -0.55), "left"
    yield 2, f"{step.f * c_prev:.2f}", (3.65, _C + 0.55), "center"
    for gate, place in _PLACES.items():
        since = {"f": 1, "o": 5}.get(gate, 3)
        yield since, f"{getattr(step, gate):.2f}", (place + 0.15, 2.65), "left"
    yield 3, f"{step.i * step.a:.2f}", (_SUM + 0.2, 4.2), "left"
    yield 4, f"C {step.c:.2f}", (7.4, _C + 0.55), "center"
    yield 5, f"{np.tanh(step.c):.2f}", (_OUT - 0.8, 4.1), "right"
    yield 5, f"h {step.h:.2f}", (11.5, _H + 0.5), "left"


def _frame_titles(step: Step, c_prev: float) -> list[str]:
    i, f, a, o, c, h = (f"{number:.2f}" for number in step)
    kept, added = f"{step.f * c_prev:.2f}", f"{step.i * step.a:.2f}"
    return [
        f"1. In come the old C, {c_prev:.2f}, and h and x",
        f"2. The gate f is {f}",
        f"3. f times the old C, {kept}, is kept",
        f"4. i times a is {i} × {a} = {added}",
        f"5. The new C is {kept} + {added} = {c}".replace("+ -", "- "),
        f"6. h is o times tanh C, {o} × {np.tanh(step.c):.2f} = {h}",
    ]


def _prepare(ax: Axes, right: float) -> None:
    ax.set(xlim=(-1.5, right), ylim=(-1.2, 6.6), aspect="equal")
    ax.axis("off")
    frame = Rectangle((0.6, 0), 10.9, 5.8, fc="0.97", ec="0.7", lw=0.8, zorder=0)
    ax.add_patch(frame)


def _draw_parts(ax: Axes) -> Iterator[_Part]:
    """Draw the whole cell, wires first."""
    for wire in _WIRES:
        x, y = zip(*wire.points, strict=True)
        arrow: Style = {"marker": wire.head or "None", "markevery": [len(x) - 1]}
        line = ax.add_line(Line2D(x, y, **arrow, ms=6, solid_capstyle="butt"))
        yield _Part(*wire[:2], line, width=wire.width)
    middle: Style = {"ha": "center", "va": "center", "zorder": 4}
    for stage, frame, letter, function, (at, height) in _BOXES:
        colour = GATE_COLOURS.get(letter, "#D9D9D9")
        box = Rectangle((at - 0.65, height - 0.38), 1.3, 0.76, zorder=3)
        yield _Part(stage, frame, ax.add_patch(box), colour)
        ink = "white" if np.dot(to_rgb(colour), _GREY) < 0.4 else "black"
        inside = ax.text(at, height, function, size=9, **middle)
        yield _Part(stage, frame, inside, ink)
        name: Style = {"ha": "right", "size": 10.5, "style": "italic"}
        above = ax.text(at - 0.22, height + 0.55, letter, **name)
        yield _Part(stage, frame, above)
    for stage, frame, sign, (at, height) in _SIGNS:
        disc = ax.add_patch(Circle((at, height), 0.3, zorder=3))
        yield _Part(stage, frame, disc, "white")
        yield _Part(stage, frame, ax.text(at, height, sign, size=10, **middle))


def _set_look(part: _Part, look: str) -> None:
    """Show a part as new, as there before, or as one that is still to come."""
    artist, ink, is_new = part.artist, _INK[look], look == "new"
    if isinstance(artist, Line2D):
        artist.set(color=ink, lw=(2.2 if is_new else 1.2) * part.width)
    elif isinstance(artist, Rectangle | Circle):
        pale = {"new": 0.0, "old": 0.55, "to come": 0.8}[look]
        colour = [pale + (1 - pale) * share for share in to_rgb(part.colour)]
        artist.set(ec=ink, fc=colour, lw=2 if is_new else 1)
    elif isinstance(artist, Text):
        artist.set_visible(look != "to come")
        if part.colour:  # it stands in a box, which is pale unless it is new
            artist.set_color(part.colour if is_new else "black")
        else:
            artist.set_fontweight("bold" if is_new else "normal")
