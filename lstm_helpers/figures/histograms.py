"""Many numbers of one kind -> how they are spread, on an Axes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lstm_helpers.figures.axes import CURRENT, Style, as_entry, on_axes


@on_axes
def plot_lengths(lengths: Sequence[int], *, ax: Axes = CURRENT) -> Axes:
    """Draw how many sentences there are of each length.

    Parameters
    ----------
    lengths : sequence of int
        Words in each sentence, at least 1.
    ax : Axes, optional

    Returns
    -------
    Axes
        With a dashed line at the median, and a band from the first quartile to the
        third.
    """
    edges = [length - 0.5 for length in range(1, max(lengths) + 2)]
    ax.hist(lengths, bins=edges, color="0.75")
    low, median, high = np.percentile(lengths, [25, 50, 75])
    middle = f"the middle half: {low:.0f} to {high:.0f}"
    ax.axvspan(low, high, color="C0", alpha=0.2, lw=0, zorder=0, label=middle)
    ax.axvline(median, ls="--", color="C1", label=f"median: {median:.0f}")
    ax.set(xlabel="words in the sentence", ylabel="sentences")
    ax.legend()
    return ax


@on_axes
def plot_two_groups(
    values: NDArray[np.floating],
    members: NDArray[np.bool],
    labels: tuple[str, str],
    *,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw how the values of two groups are spread, each group's area being 1.

    Parameters
    ----------
    values : ndarray of shape (N,)
    members : ndarray of shape (N,), bool
    labels : tuple of two str
        What to call the members, and the others.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    bins = np.histogram_bin_edges(values, bins=30).tolist()
    groups: Style = {"density": True, "alpha": 0.6, "ec": "white"}
    ax.hist(values[members], bins, label=as_entry(labels[0]), hatch="//", **groups)
    ax.hist(values[~members], bins, label=as_entry(labels[1]), **groups)
    ax.set(ylabel="density")
    ax.legend()
    return ax
