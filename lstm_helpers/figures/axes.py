"""An Axes -> the same Axes: what all figures of the series have in common."""

from functools import wraps

import matplotlib.pyplot as plt

LOOKS = ("o-", "s--", "^:", "v-.", "D-")  # curves are apart without colour, too
BESIDE = {"loc": "upper left", "bbox_to_anchor": (1, 1)}  # a legend beside the Axes


def on_axes(plot):
    """Let a function that draws on ``ax`` draw on the current Axes if none is given.

    Parameters
    ----------
    plot : callable
        Takes ``ax``, an Axes, by name alone, and returns it.

    Returns
    -------
    callable
        The same, but ``ax`` may be left out.

    Examples
    --------
    >>> @on_axes
    ... def plot_rise(*, ax=None):
    ...     ax.plot([0, 1])
    ...     return ax
    >>> plot_rise() is plt.gca()
    True
    >>> plt.close()
    """

    @wraps(plot)
    def draw(*args, **kwargs):
        if kwargs.get("ax") is None:
            kwargs["ax"] = plt.gca()
        return plot(*args, **kwargs)

    return draw


def label_words(ax, words):
    """Write the words of a sentence below an Axes, a word at each of 0, 1, ...

    Parameters
    ----------
    ax : Axes
    words : sequence of str
    """
    ax.set_xticks(
        range(len(words)), words, rotation=45, ha="right", rotation_mode="anchor"
    )
