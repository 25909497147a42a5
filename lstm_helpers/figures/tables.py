"""A number for each row and column -> a table of shaded cells on an Axes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    CURRENT,
    around_zero,
    edged,
    label_words,
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
        What right code stays below: darker cells are above it, and say by how much.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    columns = list(next(iter(errors.values())))
    table = np.array([[row[name] for name in columns] for row in errors.values()])
    reach = np.log10(np.maximum(table, bound) / bound)
    ax.imshow(reach, cmap="Reds", vmin=0, vmax=-np.log10(bound) * 2, aspect="auto")
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
    ax.figure.colorbar(image, ax=ax, pad=0.02, fraction=0.046)
    before, after = np.nonzero(~allowed)
    ax.plot(after, before, "x", color="0.6", ms=4, label="forbidden")
    name_rows(ax, tags)
    name_columns(ax, tags, rotation=90)
    ax.set(xlabel="tag after", ylabel="tag before")
    ax.legend(loc="lower right", bbox_to_anchor=(0, -0.25))
    return ax


@on_axes
def plot_path(
    values: NDArray[np.floating],
    words: Sequence[str],
    tags: Sequence[str],
    path: Sequence[int],
    *,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw a number for every tag at every word, and a path through them.

    Parameters
    ----------
    values : ndarray of shape (T, K)
    words : list of str, length T
    tags : sequence of str, length K
    path : sequence of int, length T
        The tag that the path takes at each word, in [0, K).
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    image = ax.imshow(values.T, aspect="auto", cmap="Blues")
    ax.figure.colorbar(image, ax=ax, pad=0.01)
    ax.plot(range(len(words)), path, "o-", color="C1", ms=6, **edged(2))
    label_words(ax, words)
    name_rows(ax, tags)
    ax.set(ylabel="tag")
    return ax


def _write(ax: Axes, row: int, column: int, text: str, **style: Any) -> None:
    ax.text(column, row, text, ha="center", va="center", **style)
