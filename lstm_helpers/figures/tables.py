"""A number for each row and column -> a table of shaded cells on an Axes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    CURRENT,
    around_zero,
    name_columns,
    name_rows,
    on_axes,
)


@on_axes
def plot_confusion(
    counts: NDArray[np.integer], names: Sequence[str], *, ax: Axes = CURRENT
) -> Axes:
    """Draw a table of counts, shaded by each row's shares.

    Parameters
    ----------
    counts : ndarray of shape (N, N), int
        Rows gold, columns predicted.
    names : list of str, length N
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    counts = np.asarray(counts)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    ax.figure.colorbar(image, ax=ax, pad=0.02, label="share of the row")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.55 else "black"
            _write(ax, row, column, f"{count:,}", color=colour, fontsize=8)
    name_rows(ax, names)
    name_columns(ax, names)
    ax.set(xlabel="predicted", ylabel="gold")
    return ax


@on_axes
def plot_error_table(
    errors: Mapping[str, Mapping[str, float]], *, bound: float, ax: Axes = CURRENT
) -> Axes:
    """Draw relative errors as a table, a row for each case, a column for each tensor.

    Parameters
    ----------
    errors : dict of str to dict of str to float
    bound : float
        What right code stays below. The other cells are red, and the darker, the
        larger their error.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    columns = list(next(iter(errors.values())))
    table = np.array([[row[name] for name in columns] for row in errors.values()])
    shades = np.where(table < bound, 0, np.sqrt(np.maximum(table, 0.01)))
    ax.imshow(shades, cmap="Reds", vmin=0, vmax=1.5, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        text = f"{value:.2g}" if value >= bound else "right"
        _write(ax, row, column, text, fontsize=9)
    name_rows(ax, list(errors))
    name_columns(ax, columns)
    return ax


@on_axes
def plot_transitions(
    scores: NDArray[np.floating], tags: Sequence[str], *, ax: Axes = CURRENT
) -> Axes:
    """Draw the score of every pair of neighbouring tags; the forbidden are crossed out.

    Parameters
    ----------
    scores : ndarray of shape (K, K)
        Row: the tag before; column: the tag after. Not finite where forbidden.
    tags : sequence of str, length K
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    allowed = np.isfinite(scores)
    reach = np.abs(scores[allowed]).max(initial=0)
    shades = around_zero(reach or 1.0)  # of no colour at all, matplotlib makes no scale
    image = ax.imshow(np.where(allowed, scores, np.nan), **shades)
    label = "score of the step, in nats"
    ax.figure.colorbar(image, ax=ax, pad=0.02, fraction=0.046, label=label)
    before, after = np.nonzero(~allowed)
    ax.plot(after, before, "x", color="0.6", ms=4, label="forbidden")
    name_rows(ax, tags)
    name_columns(ax, tags, rotation=90)
    ax.set(xlabel="tag after", ylabel="tag before")
    ax.legend(loc="lower right", bbox_to_anchor=(0, -0.25))
    return ax


def _write(ax: Axes, row: int, column: int, text: str, **style: Any) -> None:
    ax.text(column, row, text, ha="center", va="center", **style)
