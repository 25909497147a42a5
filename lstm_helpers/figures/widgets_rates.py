"""Losses of trainings at several learning rates -> one rate chosen, with a slider."""

from collections.abc import Mapping, Sequence

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    BESIDE,
    LOOKS,
    Numbers,
    Style,
    as_entry,
    in_brief,
)
from lstm_helpers.figures.widgets import Redraw, live_figure

_SIZE = (7.2, 3.4)  # inches


def explore_rates(losses: Mapping[str, Mapping[float, Numbers]]) -> ipywidgets.VBox:
    """Show :func:`draw_rates` with a slider for the learning rate.

    Parameters
    ----------
    losses
        As :func:`draw_rates` takes them.

    Returns
    -------
    ipywidgets.VBox
    """
    figure = Figure(figsize=_SIZE)
    redraw = draw_rates(figure, losses)
    rates = sorted(next(iter(losses.values())))
    slider = ipywidgets.SelectionSlider(
        options=[(f"{rate:g}", rate) for rate in rates],
        description="rate",
        layout={"width": "28em"},
    )
    return live_figure(lambda **chosen: (figure, redraw(**chosen)), {"rate": slider})


def draw_rates(figure: Figure, losses: Mapping[str, Mapping[float, Numbers]]) -> Redraw:
    """Draw the losses of trainings at one rate, among those at the others.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows the smallest rate.
    losses : Mapping of str to Mapping of float to sequence of float
        Optimiser -> rate, above 0 -> the loss at each step, above 0. All optimisers
        have the same rates, and all trainings as many steps. From a loss on that is
        not finite, nothing is drawn.

    Returns
    -------
    callable
        Takes ``rate``, one of the rates; draws its trainings on the left, among the
        others in grey, and marks on the right where they end. Returns the list of
        artists that it moved. A training *has gained nothing* if it ends higher than it
        began.

    Raises
    ------
    ValueError
        If there is no training, or they have not all the same rates or steps.
    """
    grids = {name: sorted(of_rate) for name, of_rate in losses.items()}
    grid = next(iter(grids.values()), [])
    n_steps = {len(each) for of_rate in losses.values() for each in of_rate.values()}
    if (
        any(each != grid for each in grids.values())
        or len(n_steps) != 1
        or n_steps == {0}
    ):
        got = f"rates {grids}, {sorted(n_steps)} steps"
        wanted = "the same rates for all, and as many steps, at least one"
        raise ValueError(f"losses: got {got}, wanted {wanted}")
    runs = {
        name: np.array([_until_overflow(of_rate[rate]) for rate in grid])
        for name, of_rate in losses.items()
    }
    left, right = figure.subplots(1, 2, width_ratios=[3, 2], sharey=True)
    curves = [
        _draw_runs(left, right, grid, k, name, each)
        for k, (name, each) in enumerate(runs.items())
    ]
    bound = right.axvline(grid[0], color="0.3", ls=":", zorder=3)
    left.set(yscale="log", xlabel="step", ylabel="loss (logarithmic)")
    right.set(xscale="log", xlabel="rate (logarithmic)", title="The last loss")
    right.legend(**BESIDE)
    title = figure.suptitle(" ", x=0.01, ha="left", fontsize=11, parse_math=False)

    def redraw(rate: float) -> list[Artist]:
        row = grid.index(rate)
        for curve, each in zip(curves, runs.values(), strict=True):
            curve.set_ydata(each[row])
        ends = [
            f"{in_brief(name)} at rate {rate:g} {_say_end(each[row])}"
            for name, each in runs.items()
        ]
        title.set_text(";\n".join(ends))
        bound.set_xdata([rate, rate])
        return [bound, *curves, title]

    redraw(grid[0])
    return redraw


def _until_overflow(losses: Numbers) -> NDArray[np.float64]:
    """Put NaN for a loss that is not finite, and for all that follow it."""
    values = np.array(losses, float)
    values[np.maximum.accumulate(~np.isfinite(values))] = np.nan
    return values


def _draw_runs(
    left: Axes,
    right: Axes,
    grid: Sequence[float],
    k: int,
    name: str,
    runs: NDArray[np.float64],
) -> Line2D:
    """Draw one optimiser's trainings: all, where they end, and a curve to be moved."""
    steps = range(1, runs.shape[1] + 1)
    left.plot(steps, runs.T, color="0.85", lw=0.8, zorder=1)
    look: Style = {"color": f"C{k}", "ms": 4}
    right.plot(grid, runs[:, -1], LOOKS[k % len(LOOKS)], label=as_entry(name), **look)
    every = max(1, len(steps) // 10)
    [curve] = left.plot(
        steps, runs[0], LOOKS[k % len(LOOKS)], markevery=every, zorder=3, **look
    )
    return curve


def _say_end(losses: NDArray[np.float64]) -> str:
    """Say where a training ends, and whether it rose above where it began."""
    first, last, highest = losses[0], losses[-1], np.nanmax(losses, initial=0)
    if np.isnan(last):
        return "diverges, beyond all numbers"
    way = f", on the way at most {_three_digits(highest)}" if highest > first else ""
    fault = "has gained nothing: it " if last > first else ""
    return f"{fault}ends at {_three_digits(last)}{way}"


def _three_digits(loss: float) -> str:
    """Write a loss with three digits, or in whole numbers if it is large."""
    return f"{loss:.3g}" if loss < 100 else f"{loss:,.0f}"
