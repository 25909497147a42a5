"""The architectures drawn: what flows where in an RNN, an LSTM, a tagger."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle
from numpy.typing import NDArray

from lstm_helpers.figures.axes import CURRENT, Style, as_typed, in_brief, on_axes
from lstm_helpers.style import ENTITY_COLOURS, GATE_COLOURS

_Point: TypeAlias = tuple[float, float]

_GREY = (0.299, 0.587, 0.114)  # what red, green and blue weigh in a grey print
_WIDTH, _NEXT = 3.0, 3.7  # of a step's box; from one step's left edge to the next one's

# Inside a step of the LSTM: x from the step's left edge, y from its bottom.
_GATES = {"f": (0.45, "σ"), "i": (1.0, "σ"), "a": (1.55, "tanh"), "o": (2.1, "σ")}
_WIRES = [  # from, to
    ((0.45, 1.2), (0.45, 2.9)),  # f, to C
    ((1.0, 1.2), (1.0, 2.05)),  # i and a, to their product and on to C
    ((1.55, 1.2), (1.55, 2.05)),
    ((1.0, 2.05), (1.55, 2.05)),
    ((1.275, 2.05), (1.275, 2.9)),
    ((2.1, 1.2), (2.1, 1.6)),  # o, to its product with tanh C
    ((2.1, 1.6), (2.45, 1.6)),
    ((2.45, 2.9), (2.45, 1.6)),  # C, through tanh
    ((2.45, 1.6), (2.45, 0.4)),  # h, to the right and above
    ((2.45, 0.4), (3.0, 0.4)),
    ((2.8, 0.4), (2.8, 2.78)),  # with a gap where it passes C
    ((2.8, 3.02), (2.8, 3.4)),
]
_SIGNS = [
    ((0.45, 2.9), "×"),
    ((1.275, 2.9), "+"),
    ((1.275, 2.05), "×"),
    ((2.45, 1.6), "×"),
]


def plot_chain(*, axes: NDArray[np.object_] | None = None) -> NDArray[np.object_]:
    """Draw three steps of a plain RNN and of an LSTM, one below the other.

    Parameters
    ----------
    axes : ndarray of two Axes, optional

    Returns
    -------
    ndarray of two Axes
    """
    if axes is None:
        _, axes = plt.subplots(2, 1, figsize=(7.2, 5.4), height_ratios=[2, 3])
    for ax, top in zip(axes, (2.2, 3.4), strict=True):
        ax.set(xlim=(-0.5, 11.6), ylim=(-1.0, top + 0.9), aspect="equal")
        ax.axis("off")
        for k, time in enumerate(["t-1", "t", "t+1"]):
            left = _left_edge(k)
            look: Style = {"fill": k == 1, "fc": "0.95", "ec": "0.4"}
            ax.add_patch(Rectangle((left, 0), _WIDTH, top, **look))
            _arrow(ax, (left + 0.35, -0.7), (left + 0.35, 0))
            ax.text(left + 0.35, -0.75, f"$x^{{({time})}}$", ha="center", va="top")
            _arrow(ax, (left + 2.8, top), (left + 2.8, top + 0.5))
            ax.text(left + 2.8, top + 0.55, f"$h^{{({time})}}$", ha="center")
    _draw_rnn(axes[0])
    _draw_lstm(axes[1])
    axes[0].set_title("RNN: one state, squashed anew at every step")
    axes[1].set_title("LSTM: a second state, C, that is only scaled and added to")
    return axes


def _left_edge(k: int) -> float:
    return 0.4 + _NEXT * k


def _draw_rnn(ax: Axes) -> None:
    _hand_on(ax, "h", 0.7, lw=2)
    for left in map(_left_edge, range(3)):
        _wire(ax, left, (0, 0.7), (0.95, 0.7), lw=2)  # h
        _wire(ax, left, (0.35, 0), (0.35, 0.7))  # x
        _box(ax, left + 1.3, 0.7, "tanh", GATE_COLOURS["a"])
        _wire(ax, left, (1.65, 0.7), (_WIDTH, 0.7), lw=2)  # h, to the right and above
        _wire(ax, left, (2.8, 0.7), (2.8, 2.2))


def _draw_lstm(ax: Axes) -> None:
    _hand_on(ax, "C", 2.9, lw=3.2)
    _hand_on(ax, "h", 0.4, lw=2)
    for left in map(_left_edge, range(3)):
        _wire(ax, left, (0, 2.9), (_WIDTH, 2.9), lw=3.2)  # C
        _wire(ax, left, (0, 0.4), (2.1, 0.4))  # h
        _wire(ax, left, (0.35, 0), (0.35, 0.4))  # x
        for gate, (x, function) in _GATES.items():
            _wire(ax, left, (x, 0.4), (x, 1.0))
            _box(ax, left + x, 1.0, function, GATE_COLOURS[gate], width=0.48)
            ax.text(left + x - 0.08, 1.27, gate, ha="right", style="italic", fontsize=9)
        for start, end in _WIRES:
            _wire(ax, left, start, end)
        _box(ax, left + 2.45, 2.3, "tanh", "0.85", width=0.48)
        for (x, y), sign in _SIGNS:
            ax.add_patch(Circle((left + x, y), 0.14, fc="white", ec="0.2", zorder=3))
            ax.text(left + x, y, sign, ha="center", va="center", zorder=4, fontsize=9)


def _hand_on(ax: Axes, state: str, y: float, lw: float) -> None:
    """Draw the arrows by which a state comes to each step and leaves the last."""
    for right in (_left_edge(k) + _WIDTH for k in range(-1, 3)):
        _arrow(ax, (right, y), (right + _NEXT - _WIDTH, y), lw=lw)
    ax.text(0.4 + (_WIDTH + _NEXT) / 2, y + 0.15, state, ha="center", style="italic")


def _wire(ax: Axes, left: float, start: _Point, end: _Point, lw: float = 1.2) -> None:
    (x, y), (other_x, other_y) = start, end
    ax.plot([left + x, left + other_x], [y, other_y], color="0.2", lw=lw)


def _box(
    ax: Axes, x: float, y: float, text: str, colour: str, width: float = 0.7
) -> None:
    look: Style = {"fc": colour, "ec": "0.2", "alpha": 1, "zorder": 3}
    ax.add_patch(Rectangle((x - width / 2, y - 0.2), width, 0.4, **look))
    ink = "white" if np.dot(to_rgb(colour), _GREY) < 0.4 else "black"
    ax.text(x, y, text, ha="center", va="center", zorder=4, fontsize=7.5, color=ink)


def _arrow(ax: Axes, start: _Point, end: _Point, **style: Any) -> None:
    look = {"arrowstyle": "-|>", "lw": 1.2, "color": "0.2", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=look | style)


@on_axes
def plot_mentions(
    words: Sequence[str], tags: Sequence[str], *, ax: Axes = CURRENT
) -> Axes:
    """Draw a sentence with a tag below each word and a bracket above each mention.

    Parameters
    ----------
    words, tags : list of str, length T
        A short sentence, tagged in IOB2.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    words, T = list(map(in_brief, words)), len(words)
    size = min(10, 80 / max(map(len, [*words, *tags])))
    for k, (word, tag) in enumerate(zip(words, tags, strict=True)):
        colour = "white" if tag == "O" else ENTITY_COLOURS.get(tag[2:], "#e6e6e6")
        cell: Style = {"boxstyle": "round,pad=0,rounding_size=0.08", "lw": 0.8}
        ax.add_patch(_rounded((k - 0.46, 0), 0.92, 0.5, fc=colour, **cell))
        look: Style = {"ha": "center", "va": "center", "size": size}
        ax.text(k, 0.25, as_typed(in_brief(tag)), **look)
        ax.text(k, 0.8, as_typed(word), **look)
    starts = [k for k, tag in enumerate(tags) if tag.startswith("B-")]
    for start in starts:
        behind = (k for k in range(start + 1, T) if not tags[k].startswith("I-"))
        left, right = start - 0.42, next(behind, T) - 0.58
        ax.plot([left, left, right, right], [1.08, 1.2, 1.2, 1.08], "0.2", lw=1.5)
        kind = as_typed(in_brief(tags[start][2:]))
        ax.text((left + right) / 2, 1.28, kind, ha="center", weight="bold")
    ax.set(xlim=(-0.6, T - 0.4), ylim=(-0.1, 1.6))
    ax.axis("off")
    n = len(starts)
    told = f"{n} mention{'s' * (n != 1)} in {T} words: each begins with one B-"
    ax.set_title(told)
    return ax


@on_axes
def plot_tagger(
    words: Sequence[str],
    tags: Sequence[str],
    shapes: Mapping[str, Sequence[int]],
    *,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw the post's tagger over one sentence, with the shape at every arrow.

    Parameters
    ----------
    words, tags : list of str, length T
        A short sentence; the tags stand above the scores.
    shapes : dict of str to tuple of int
        What the five rows of arrows carry, from the ids to the scores, in that order.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    words, tags = list(map(as_typed, words)), list(map(as_typed, tags))
    T, layers = len(words), ["embedding", "LSTM", "linear layer", "log-softmax"]
    colours = ["#8FC7E8", "#3F8FC4", "#8FC7E8", "0.82"]  # grey: no weights
    size = min(9, 76 / max(map(len, [*words, *tags])))
    for row, (layer, colour) in enumerate(zip(layers, colours, strict=True)):
        y = 1.5 * row
        band: Style = {"boxstyle": "round,pad=0,rounding_size=0.15", "lw": 0}
        ax.add_patch(_rounded((-0.55, y), T + 0.1, 0.8, fc=colour, alpha=0.22, **band))
        ax.text(-0.75, y + 0.4, layer, ha="right", va="center", weight="bold")
        for k in range(T):
            cell: Style = {"boxstyle": "round,pad=0,rounding_size=0.08", "lw": 0.8}
            ax.add_patch(_rounded((k - 0.3, y + 0.15), 0.6, 0.5, fc=colour, **cell))
            if layer == "LSTM" and k + 1 < T:
                _flow(ax, (k + 0.3, y + 0.4), (k + 0.7, y + 0.4))
    for row, (name, shape) in enumerate(shapes.items()):
        top = 1.5 * row
        for k in range(T):
            _flow(ax, (k, top - (0.85 if row else 0.7)), (k, top + (0.15, 0)[row == 4]))
        label = (
            f"{as_typed(name)} ({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
        )
        ax.text(T - 0.3, top - 0.35, label, va="center", family="monospace", size=9)
    for k, (word, tag) in enumerate(zip(words, tags, strict=True)):
        ax.text(k, -0.85, word, ha="center", va="top", size=size)
        ax.text(k, 6.12, tag, ha="center", size=size, color="0.35", style="italic")
    ax.text(-0.75, -0.85, "words", ha="right", va="top", color="0.35")
    ax.text(-0.75, 6.12, "to compare:\ngold tags", ha="right", color="0.35")
    ax.set(xlim=(-2.6, T + 2.6), ylim=(-1.3, 6.8))
    ax.axis("off")
    K = list(shapes.values())[-1][-1]
    ax.set_title(f"{T} words go in, {T} rows of {K} scores come out")
    return ax


def _rounded(
    corner: _Point, width: float, height: float, *, boxstyle: str, **style: Any
) -> FancyBboxPatch:
    return FancyBboxPatch(corner, width, height, boxstyle=boxstyle, ec="0.25", **style)


def _flow(ax: Axes, start: _Point, end: _Point) -> None:
    _arrow(ax, start, end, lw=1, color="0.25", mutation_scale=8)
