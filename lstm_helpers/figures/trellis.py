"""Tags and words -> a trellis on an Axes: a node for each pair, steps as arrows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import cycle, product
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    BESIDE,
    CURRENT,
    Style,
    as_entry,
    label_words,
    name_rows,
    on_axes,
)

_Step: TypeAlias = tuple[int, int, int]  # from word t, tag j, to word t + 1, tag k

_SIZE = 1000  # of a node, in square points
_FREE = _SIZE**0.5 / 2 + 1  # points between a node's middle and an arrow's end


@on_axes
def plot_trellis(
    values: NDArray[np.floating],
    words: Sequence[str],
    tags: Sequence[str],
    paths: Mapping[str, Sequence[int]],
    *,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw a node for every tag at every word, all steps, and some paths by name.

    Parameters
    ----------
    values : ndarray of shape (T, K)
        What a node says and is shaded by, in [0, 1].
    words : list of str, length T
    tags : sequence of str, length K
    paths : Mapping of str to sequence of int, length T
        The tag that a path takes at each word, in [0, K). Three paths look different.
    ax : Axes, optional

    Returns
    -------
    Axes
        The first tag on top. The first path is broad, so that others show on it.
    """
    T, K = values.shape
    for before, j, after in _steps(T, K):
        _draw_arrow(ax, (before, j), (before + 1, after), color="0.8", lw=0.8)
    looks = ("C1", "-", 9), ("0.1", "--", 1.8), ("C0", ":", 2.8)
    for (name, path), look in zip(paths.items(), cycle(looks), strict=False):
        color, line, lw = look
        ax.plot(range(T), path, line, color=color, lw=lw, label=as_entry(name))
    t, k = np.indices((T, K))
    style: Style = {"cmap": "Blues", "vmin": 0, "vmax": 1, "edgecolors": "0.3"}
    ax.scatter(t, k, s=_SIZE, c=values, zorder=3, **style)
    for (x, y), value in np.ndenumerate(values):
        _write(ax, x, y, f"{value:.2f}", "white" if value > 0.55 else "black")
    _name(ax, words, tags)
    ax.legend(**BESIDE)
    return ax


@on_axes
def plot_weights(
    numbers: NDArray[np.floating],
    words: Sequence[str],
    tags: Sequence[str],
    steps: Iterable[tuple[int, int, int, float]],
    *,
    backward: bool = False,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw a number at every node of a trellis, and what some steps multiply by.

    Parameters
    ----------
    numbers : ndarray of shape (T, K)
        What a node says, with at most four digits.
    words : list of str, length T
    tags : sequence of str, length K
    steps : iterable of (t, j, k, weight)
        Steps from tag j at word t to tag k at word t + 1, counted from 0, that are
        drawn in black, with their weights. The nodes at their ends are coloured, and
        those that arrows lead to have a broad edge.
    backward : bool
        Whether all arrows lead from the right to the left.
    ax : Axes, optional

    Returns
    -------
    Axes
        The first tag on top.
    """
    T, K = numbers.shape
    weights = {(t, j, k): weight for t, j, k, weight in steps}
    ends = {(t, j, k): ((t, j), (t + 1, k)) for t, j, k in _steps(T, K)}
    if backward:
        ends = {step: (after, before) for step, (before, after) in ends.items()}
    for step, (tail, head) in ends.items():
        look = {"color": "0.1", "lw": 1.6} if step in weights else {}
        _draw_arrow(ax, tail, head, **({"color": "0.8", "lw": 0.8} | look))
    for step, weight in weights.items():
        (x, y), (x_head, y_head) = ends[step]
        near = x + 0.36 * (x_head - x), y + 0.36 * (y_head - y)  # where they are apart
        around: Style = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"}
        _write(ax, *near, f"×{weight:.4g}", "black", bbox=around)
    tails, heads = ({ends[step][place] for step in weights} for place in (0, 1))
    for t, k in product(range(T), range(K)):
        face = "#f8dba3" if (t, k) in heads else "#b9dcf2"
        face = face if (t, k) in tails | heads else "white"
        edge: Style = {"ec": "0.1", "lw": 2.2} if (t, k) in heads else {"ec": "0.3"}
        ax.scatter(t, k, s=_SIZE, fc=face, zorder=3, **edge)
        _write(ax, t, k, f"{numbers[t, k]:.4g}", "black")
    _name(ax, words, tags)
    return ax


def _steps(T: int, K: int) -> Iterator[_Step]:
    return product(range(T - 1), range(K), range(K))


def _draw_arrow(
    ax: Axes, tail: tuple[float, float], head: tuple[float, float], **style: Any
) -> None:
    free: Style = {"shrinkA": _FREE, "shrinkB": _FREE}
    look = {"arrowstyle": "-|>", "mutation_scale": 9} | free | style
    ax.annotate("", head, tail, arrowprops=look, zorder=1)


def _write(ax: Axes, x: float, y: float, text: str, color: str, **style: Any) -> None:
    look: Style = {"ha": "center", "va": "center", "fontsize": 9, "zorder": 4} | style
    ax.text(x, y, text, color=color, **look)


def _name(ax: Axes, words: Sequence[str], tags: Sequence[str]) -> None:
    label_words(ax, words)
    name_rows(ax, tags)
    ax.set(xlim=(-0.3, len(words) - 0.7), ylabel="tag")
    ax.set_ylim(len(tags) - 0.5, -0.5)
