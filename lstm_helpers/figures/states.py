"""Gates and states of an LSTM over the words of a sentence -> an Axes or several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    BESIDE,
    CURRENT,
    LOOKS,
    Style,
    around_zero,
    edged,
    label_words,
    on_axes,
    title_as_typed,
)
from lstm_helpers.style import GATE_COLOURS, STATE_NAMES

if TYPE_CHECKING:  # it loads torch
    from lstm_helpers.equations.cell import Step


@on_axes
def plot_state(
    values: NDArray[np.floating],
    name: str,
    words: Sequence[str],
    *,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw one gate or state of every unit over the words of a sentence.

    Parameters
    ----------
    values : ndarray of shape (T, H)
    name : {"i", "f", "a", "o", "c", "h"}
        The gates i, f, o are drawn on 0..1, the others around 0: the darker, the lower.
    words : list of str, length T
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    limits: Style
    if name in "ifo":
        limits = {"cmap": "viridis", "vmin": 0, "vmax": 1}
    else:
        limits = around_zero(max(1.0, float(np.abs(values).max())))
    image = ax.imshow(values.T, aspect="auto", interpolation="nearest", **limits)
    ax.figure.colorbar(image, ax=ax, pad=0.01)
    ax.set(title=STATE_NAMES[name], ylabel="unit")
    ax.locator_params(axis="y", integer=True)
    label_words(ax, words)
    return ax


@on_axes
def plot_stretches(
    stretches: Sequence[tuple[int, int, int]], *, ax: Axes = CURRENT
) -> Axes:
    """Draw lines onto a picture of a state, each along some words of one unit.

    Parameters
    ----------
    stretches : list of tuple of three int
        Unit, first word and last word, as :func:`plot_state` places them.
    ax : Axes, optional

    Returns
    -------
    Axes
        Its limits stay as they are.
    """
    for unit, first, last in stretches:
        line: Style = {"color": "black", "marker": "|", "ms": 6, **edged(1.5)}
        ax.plot([first, last], [unit, unit], scalex=False, scaley=False, **line)
    return ax


def plot_all_states(
    steps: Step, words: Sequence[str], *, axes: NDArray[np.object_] | None = None
) -> NDArray[np.object_]:
    """Draw all gates and states of every unit over the words of a sentence.

    Parameters
    ----------
    steps : Step
        Fields of shape (T, H).
    words : list of str, length T
    axes : ndarray of six Axes, optional

    Returns
    -------
    ndarray of six Axes
        The gates i, f and o on 0..1; a, C and h around 0.
    """
    if axes is None:
        _, axes = plt.subplots(3, 2, figsize=(9, 9))
    for ax, name in zip(axes.flat, "ifaoch", strict=True):
        plot_state(getattr(steps, name), name, words, ax=ax)
    return axes


def plot_life(
    life: Step, words: Sequence[str], *, axes: NDArray[np.object_] | None = None
) -> NDArray[np.object_]:
    """Draw the life of one unit: what it kept, took in and showed, word by word.

    Parameters
    ----------
    life : Step
        Fields of shape (T,): one unit's gates and states, from C = 0 on.
    words : list of str, length T
    axes : ndarray of two Axes, optional

    Returns
    -------
    ndarray of two Axes
        Above, as bars, what C is the sum of, f C of the word before and i a, with C as
        a line; below the gate o and what it shows of C, h.
    """
    if axes is None:
        _, axes = plt.subplots(2, 1, figsize=(7.2, 5), height_ratios=[3, 2])
    top, bottom = axes
    places = np.arange(len(words))
    kept = life.f * np.concatenate([[0], life.c[:-1]])
    f, a, o = (GATE_COLOURS[gate] for gate in "fao")
    bars: Style = {"ec": "white", "width": 0.38}
    top.bar(places - 0.19, kept, fc=f, label="kept: f C of the word before", **bars)
    added: Style = {"fc": a, "hatch": "//", "label": "added: i a"}
    top.bar(places + 0.19, life.i * life.a, **added, **bars)
    top.plot(places, life.c, "ko-", label="C, their sum")
    bottom.plot(places, life.o, "s--", color=o, label="output gate o")
    bottom.plot(places, life.h, "k^-", label="shown: h = o tanh C")
    bottom.set(ylabel="gate, state", ylim=(-1.05, 1.05))
    top.set(ylabel="cell state")
    for ax in axes:
        ax.axhline(0, color="0.6", lw=0.8, zorder=0)
        ax.set_xticks(places, [])
        ax.set_xlim(-0.6, len(words) - 0.4)  # a word is at one place in both
        ax.legend(**BESIDE)
        title_as_typed(ax)
    label_words(bottom, words)
    return axes


def plot_memory(
    life: Step,
    marks: Sequence[int] | NDArray[np.integer],
    *,
    axes: NDArray[np.object_] | None = None,
) -> NDArray[np.object_]:
    """Draw how one unit holds its memory: its gates f and i, and its C.

    Parameters
    ----------
    life : Step
        Fields of shape (T,): one unit's gates and states.
    marks : sequence of int
        The places of some words, in [0, T): each gets a dotted line.
    axes : ndarray of two Axes, optional

    Returns
    -------
    ndarray of two Axes
        The gates above, in their colours, and C below.
    """
    if axes is None:
        _, axes = plt.subplots(2, 1, figsize=(7.2, 4.6), sharex=True)
    gates, state = axes
    for look, name in zip(LOOKS, "fi", strict=False):
        style: Style = {"color": GATE_COLOURS[name], "ms": 4}
        gates.plot(getattr(life, name), look, label=STATE_NAMES[name], **style)
    state.plot(life.c, "k.-", label=STATE_NAMES["c"])
    for ax in axes:
        for place in marks:
            ax.axvline(place, color="0.5", ls=":", lw=1)
        title_as_typed(ax)
    gates.set(ylabel="gate", ylim=(-0.02, 1.05))
    gates.legend(**BESIDE)
    state.set(xlabel="word t", ylabel=STATE_NAMES["c"])
    return axes
