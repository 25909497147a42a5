"""Numbers and their intervals -> points and bands on one scale, each with a note."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from lstm_helpers.figures.axes import (
    CURRENT,
    Numbers,
    Style,
    as_typed,
    name_rows,
    on_axes,
)

_GAP = 6  # points between a number's mark and what is written beside it


@on_axes
def plot_intervals(
    estimates: Mapping[str, Numbers],
    notes: Mapping[str, str],
    *,
    between: tuple[float, float],
    ax: Axes = CURRENT,
) -> Axes:
    """Draw numbers on one scale, a row for each, and write each beside its point.

    Parameters
    ----------
    estimates : Mapping of str to sequence of float
        Label -> the number alone, or the number and the two ends of its interval.
    notes : Mapping of str to str
        Label -> what is written behind the number, if anything.
    between : pair of float
        The ends of the scale.
    ax : Axes, optional

    Returns
    -------
    Axes
        The first on top. An interval is a band. What is written stands where the scale
        has more room.
    """
    for row, (name, (number, *ends)) in enumerate(estimates.items()):
        band: Style = {"color": "C0", "alpha": 0.3, "lw": 8, "solid_capstyle": "butt"}
        ax.plot(ends, [row] * len(ends), **band)
        ax.plot(number, row, "o", color="C0", ms=7, clip_on=False)
        first, *_, last = sorted([number, number, *ends])
        is_left = first - between[0] < between[1] - last
        ax.annotate(
            f"{number:.3f}  {as_typed(notes.get(name, ''))}".rstrip(),
            (last if is_left else first, row),
            (_GAP if is_left else -_GAP, 0),
            textcoords="offset points",
            ha="left" if is_left else "right",
            va="center",
            fontsize=9,
        )
    name_rows(ax, list(estimates))
    ax.set(xlim=between, ylim=(len(estimates) - 0.5, -0.5))
    return ax
