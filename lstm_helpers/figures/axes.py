"""An Axes -> the same Axes: what all figures of the series have in common."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, cast

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from lstm_helpers.style import SIGNED_COLOURS

Numbers: TypeAlias = Sequence[float] | NDArray[np.floating]
Style: TypeAlias = dict[str, Any]  # what matplotlib takes by name
_P = ParamSpec("_P")

CURRENT = cast(Axes, None)  # the default of ``ax``: whatever Axes are the current
LOOKS = ("o-", "s--", "^:", "v-.", "D-")  # curves are apart without colour, too
# Where a legend stands that has no room within the Axes.
BESIDE: Style = {"loc": "upper left", "bbox_to_anchor": (1, 1)}

_SIGNED = LinearSegmentedColormap.from_list("signed", SIGNED_COLOURS)


def around_zero(reach: float) -> Style:
    """Say how a picture shades values of either sign, for matplotlib's ``imshow``.

    Parameters
    ----------
    reach : float
        The largest absolute value, above 0.

    Returns
    -------
    dict of str to object
        Colours whose lightness rises from ``-reach``, dark, to ``reach``, light.
    """
    return {"cmap": _SIGNED, "vmin": -reach, "vmax": reach}


def edged(lw: float) -> Style:
    """Say how a line is drawn onto shades: a white edge parts it from the dark ones.

    Parameters
    ----------
    lw : float
        Its width without the edge, in points.

    Returns
    -------
    dict of str to object
    """
    stroke = withStroke(linewidth=lw + 1.5, foreground="white")
    return {"lw": lw, "path_effects": [stroke]}


def on_axes(plot: Callable[_P, Axes]) -> Callable[_P, Axes]:
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
    ... def plot_rise(*, ax: Axes = CURRENT) -> Axes:
    ...     ax.plot([0, 1])
    ...     return ax
    >>> plot_rise() is plt.gca()
    True
    >>> plt.close()
    """

    @wraps(plot)
    def draw(*args: _P.args, **kwargs: _P.kwargs) -> Axes:
        if kwargs.get("ax") is None:
            kwargs["ax"] = plt.gca()
        return plot(*args, **kwargs)

    return draw


def label_words(ax: Axes, words: Sequence[str]) -> None:
    """Write the words of a sentence below an Axes, a word at each of 0, 1, ...

    Parameters
    ----------
    ax : Axes
    words : sequence of str
    """
    ax.set_xticks(
        range(len(words)), words, rotation=45, ha="right", rotation_mode="anchor"
    )
