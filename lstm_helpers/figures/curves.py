"""Numbers in their order -> named curves on an Axes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    CURRENT,
    LOOKS,
    Numbers,
    Style,
    as_entry,
    label_words,
    on_axes,
)

_N_MARKS = 10  # on a long curve; one of fewer than twice as many values has all


@on_axes
def plot_curves(
    curves: Mapping[str, Numbers],
    *,
    x: Numbers | None = None,
    words: Sequence[str] | None = None,
    bound: float | None = None,
    looks: Sequence[str] = LOOKS,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw named curves, each with a colour, a marker and dashes of its own.

    Parameters
    ----------
    curves : Mapping of str to sequence of float
        Label -> values.
    x : sequence of float, optional
        Where the values stand; 1, 2, ... if not given.
    words : sequence of str, optional
        The words of a sentence that the values belong to, in place of ``x``.
    bound : float, optional
        A bound on the values, drawn as a dashed line.
    looks : sequence of str
        Marker and dashes of each curve in turn, as ``Axes.plot`` takes them.
    ax : Axes, optional

    Returns
    -------
    Axes
        With a tick at each place if there are fewer than 20.
    """
    x = x if words is None else range(len(words))
    for k, (label, values) in enumerate(curves.items()):
        _plot_curve(ax, k, label, values, x, looks)
    longest = max(map(len, curves.values()))
    if words is not None:
        label_words(ax, words)
    elif longest < 2 * _N_MARKS:
        ax.set_xticks(range(1, longest + 1) if x is None else x)
    if bound is not None:
        ax.axhline(bound, color="0.3", ls="--", lw=1.2, label=f"bound {bound:g}")
    ax.legend()
    return ax


def _plot_curve(
    ax: Axes,
    k: int,
    label: str,
    values: Numbers,
    x: Numbers | None,
    looks: Sequence[str] = LOOKS,
) -> Line2D:
    """Draw one curve in the k-th look, and return its line."""
    x = range(1, len(values) + 1) if x is None else x
    every = max(1, len(values) // _N_MARKS)
    style: Style = {"color": f"C{k}", "ms": 5, "markevery": every}
    [line] = ax.plot(x, values, looks[k % len(looks)], label=as_entry(label), **style)
    return line


@on_axes
def plot_spread(
    runs: Mapping[str, NDArray[np.floating]],
    *,
    x: Numbers | None = None,
    start: int = 0,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw the median of several runs, and the range between their extremes.

    Parameters
    ----------
    runs : Mapping of str to ndarray of shape (R, N)
        Label -> R runs of N values.
    x : sequence of float, length N, optional
        Where the values stand; 1, 2, ... if not given.
    start : int
        The look to begin with, so that the same run looks the same in two figures.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    for k, (label, values) in enumerate(runs.items(), start):
        values = np.asarray(values)
        line = _plot_curve(ax, k, label, np.median(values, axis=0), x)
        band: Style = {"color": line.get_color(), "alpha": 0.2, "lw": 0}
        low, high = values.min(axis=0), values.max(axis=0)
        ax.fill_between(line.get_xdata(), low, high, **band)
    ax.legend()
    return ax


@on_axes
def plot_tangent(
    values: Numbers,
    losses: Numbers,
    at: float,
    loss: float,
    slope: float,
    step: float,
    *,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw a loss over one parameter, its tangent, and the two points of the check.

    Parameters
    ----------
    values, losses : sequence of float
        The curve.
    at, loss, slope : float
        A point of it and the derivative there.
    step : float
        How far the two points stand from it, as a rule much enlarged.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax.plot(values, losses, color="0.3", label="loss")
    near = np.array([at - 1.6 * step, at + 1.6 * step])
    ax.plot(near, loss + slope * (near - at), "--", label="tangent: the derivative")
    ends = np.array([at - step, at + step])
    heights = np.interp(ends, values, losses)
    ax.plot(ends, heights, "s-", ms=6, label="secant: the central difference")
    ax.plot([at], [loss], "ko")
    ax.set(xlabel="one parameter", ylabel="loss")
    ax.legend()
    return ax
