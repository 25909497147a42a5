"""An Axes -> the same Axes: what all figures of the series have in common."""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, cast

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from numpy.typing import NDArray

from lstm_helpers.style import SIGNED_COLOURS, writable

Numbers: TypeAlias = Sequence[float] | NDArray[np.floating]
Style: TypeAlias = dict[str, Any]  # what matplotlib takes by name
_P = ParamSpec("_P")

CURRENT = cast(Axes, None)  # the default of ``ax``: whatever Axes are the current
LOOKS = ("o-", "s--", "^:", "v-.", "D-")  # curves are apart without colour, too
# Where a legend stands that has no room within the Axes.
BESIDE: Style = {"loc": "upper left", "bbox_to_anchor": (1, 1)}

_LONGEST = 40  # letters of a word that is drawn

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

    Dollars in the title and in the names of the axes, which may hold a word of a
    corpus, are then no mathematics; ``ax.set_title("$C$", parse_math=True)`` is.

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
        ax = plot(*args, **kwargs)
        title_as_typed(ax)
        return ax

    return draw


def title_as_typed(ax: Axes) -> None:
    """Let an Axes' titles, and the names of its axes, be drawn as they are given.

    Parameters
    ----------
    ax : Axes
    """
    titles = [part for part in ax.get_children() if isinstance(part, Text)]
    for text in [*titles, ax.xaxis.label, ax.yaxis.label]:
        if text not in ax.texts:
            text.set_parse_math(False)


def in_brief(text: str) -> str:
    """Make one short line of a text, of what can be drawn.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        At most 40 letters long.
    """
    line = re.sub(r"\s", " ", writable(text[:_LONGEST]))
    return line if len(text) <= _LONGEST else f"{line[:-1]}…"


def as_typed(text: str) -> str:
    r"""Write a word or name so that matplotlib draws its letters, and no mathematics.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        As :func:`in_brief` makes it, its dollars behind a backslash, which matplotlib
        takes away.

    Examples
    --------
    >>> as_typed("a$b$")
    'a\\$b\\$'
    """
    return in_brief(text).replace("$", r"\$")


def as_entry(text: str) -> str:
    """Write a name for a legend, as :func:`as_typed` does.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With a blank before it if it is empty or begins with an underscore: matplotlib
        would leave it out.

    Examples
    --------
    >>> as_entry("_ours"), as_entry("ours")
    (' _ours', 'ours')
    """
    name = as_typed(text)
    return f" {name}" if not name or name.startswith("_") else name


def label_words(ax: Axes, words: Sequence[str]) -> None:
    """Write the words of a sentence below an Axes, a word at each of 0, 1, ...

    Parameters
    ----------
    ax : Axes
    words : sequence of str
    """
    name_columns(ax, words, rotation=45, ha="right", rotation_mode="anchor")


def name_rows(ax: Axes, names: Sequence[str], **style: Any) -> None:
    """Write names on the left of an Axes, a name at each of 0, 1, ...

    Parameters
    ----------
    ax : Axes
    names : sequence of str
    **style
        As matplotlib's ``Text`` takes it.
    """
    ax.set_yticks(range(len(names)), list(map(as_typed, names)), **style)


def name_columns(ax: Axes, names: Sequence[str], **style: Any) -> None:
    """Write names below an Axes, a name at each of 0, 1, ...

    Parameters
    ----------
    ax : Axes
    names : sequence of str
    **style
        As matplotlib's ``Text`` takes it.
    """
    ax.set_xticks(range(len(names)), list(map(as_typed, names)), **style)
