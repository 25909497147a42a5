"""Scores of trainings on more and more sentences -> one size chosen, with a slider."""

from collections.abc import Mapping

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from lstm_helpers.figures.axes import Numbers, Style
from lstm_helpers.figures.widgets import Redraw, live_figure

_SIZE = (7.2, 3.6)  # inches


def explore_learning(scores: Mapping[int, Numbers]) -> ipywidgets.VBox:
    """Show :func:`draw_learning` with a slider for the number of sentences.

    Parameters
    ----------
    scores
        As :func:`draw_learning` takes them.

    Returns
    -------
    ipywidgets.VBox
        It begins with the largest number.
    """
    figure = Figure(figsize=_SIZE)
    redraw = draw_learning(figure, scores)
    slider = ipywidgets.SelectionSlider(
        options=[(f"{size:,}", size) for size in sorted(scores)],
        value=max(scores),
        description="sentences",
        layout={"width": "28em"},
    )
    return live_figure(lambda **chosen: (figure, redraw(**chosen)), {"size": slider})


def draw_learning(figure: Figure, scores: Mapping[int, Numbers]) -> Redraw:
    """Draw the F1 of taggers over the number of sentences they were trained on.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows the largest number of sentences.
    scores : Mapping of int to sequence of float
        Number of training sentences, above 0 -> the F1 of each run, at least one.

    Returns
    -------
    callable
        Takes ``size``, one of the numbers of sentences; draws the mean of its runs and
        how far they spread, and returns the list of artists that it moved. A dot is a
        run, the line goes through the means.

    Raises
    ------
    ValueError
        If there is no number of sentences, or one has no run.
    """
    if not scores or not all(map(len, scores.values())):
        got = {size: len(runs) for size, runs in scores.items()}
        raise ValueError(f"scores: got runs {got}, wanted one or more for each size")
    sizes = sorted(scores)
    means = [float(np.mean(scores[size])) for size in sizes]
    ax = figure.subplots()
    dots = [(size, score) for size in sizes for score in scores[size]]
    ax.plot(*zip(*dots, strict=True), ".", color="0.6", label="a run")
    ax.plot(sizes, means, "-", color="C0", label="mean of the runs")
    look: Style = {
        "color": "C1",
        "solid_capstyle": "butt",
        "label": "lowest to highest",
    }
    [spread] = ax.plot([], [], "-", lw=7, alpha=0.6, zorder=3, **look)
    [point] = ax.plot([], [], "ko", ms=7, zorder=4)
    ax.set(xscale="log", xlabel="training sentences (logarithmic)", ylabel="F1")
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.minorticks_off()
    ax.legend(loc="lower right")

    def redraw(size: int) -> list[Artist]:
        k, runs = sizes.index(size), scores[size]
        spread.set_data([size, size], [min(runs), max(runs)])
        point.set_data([size], [means[k]])
        mean = f"{size:,} sentences: mean F1 {means[k]:.3f}"
        title = f"{mean}, from {min(runs):.3f} to {max(runs):.3f} in {len(runs)} runs"
        if len(runs) == 1:
            title = f"{size:,} sentences: F1 {means[k]:.3f}, in one run"
        before = "the fewest of all"  # always two lines, or the figure would move
        if k:
            gain = means[k] - means[k - 1]
            before = f"{gain:+.3f} against {sizes[k - 1]:,} sentences"
        title = f"{title}\n{before}"
        return [spread, point, ax.set_title(title)]

    redraw(sizes[-1])
    return redraw
