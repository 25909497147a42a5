"""A sentence with one word changed -> which states of an LSTM change, by direction."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from lstm_helpers.figures.axes import edged, in_brief, label_words
from lstm_helpers.figures.widgets import Redraw, live_figure
from lstm_helpers.style import writable

_States: TypeAlias = Callable[[Sequence[str]], NDArray[np.floating]]

_NAMES = ("Left to right", "Right to left")
_LEAST = 1e-4  # a change of h that is drawn as faintly as all smaller ones
_SIZE = (7.2, 5.4)  # inches


def explore_directions(states: _States, words: Sequence[str]) -> ipywidgets.VBox:
    """Show :func:`draw_directions` with a choice of the word, and a box for another.

    Parameters
    ----------
    states, words
        As :func:`draw_directions` takes them.

    Returns
    -------
    ipywidgets.VBox
        It begins with the last word, and nothing in its place.
    """
    figure = Figure(figsize=_SIZE)
    redraw = draw_directions(figure, states, words)
    places = [(f"{k}: {writable(word[:40])}", k - 1) for k, word in enumerate(words, 1)]
    wide = {"width": "28em"}
    controls = {
        "at": ipywidgets.SelectionSlider(
            options=places, value=len(words) - 1, description="word", layout=wide
        ),
        "word": ipywidgets.Text("", description="becomes", layout=wide),
    }
    return live_figure(lambda **changed: (figure, redraw(**changed)), controls)


def draw_directions(figure: Figure, states: _States, words: Sequence[str]) -> Redraw:
    """Draw which states of an LSTM of two directions change with one word.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows the change of the last word to an empty one.
    states : callable
        Takes T words, and gives the hidden states at each of them, an ndarray of shape
        (2, T, H): of the direction that reads from left to right, then of the other.
    words : list of str, length T
        At least one.

    Returns
    -------
    callable
        Takes ``at``, the place of a word in [0, T), and ``word``, a str to put there.
        Draws by how much each state changes, and returns the list of artists that it
        moved. The white states stay the same to the last bit.

    Raises
    ------
    ValueError
        If there is no word, or the states have another shape.
    """
    before = np.asarray(states(words)) if words else np.zeros(0)
    if not words or before.ndim != 3 or before.shape[:2] != (2, len(words)):
        got = f"{len(words)} words, states of shape {before.shape}"
        raise ValueError(f"states: got {got}, wanted (2, T, H) for T words")
    axes = figure.subplots(2, 1, sharex=True)
    redraws = [_draw_changes(ax, *before.shape[1:]) for ax in axes]
    axes[0].tick_params(labelbottom=False)
    label_words(axes[1], words)
    label = "change of h (logarithmic)"
    figure.colorbar(axes[0].images[0], ax=list(axes), pad=0.02, label=label)
    title = figure.suptitle(" ", x=0.01, ha="left", parse_math=False)

    def redraw(at: int, word: str) -> list[Artist]:
        changed = [*words[:at], word, *words[at + 1 :]]
        changes = np.abs(np.asarray(states(changed)) - before)
        old, new = in_brief(words[at]), in_brief(word)
        title.set_text(f"Word {at + 1}, {old!r}, becomes {new!r}")
        moved: list[Artist] = [title]
        for name, redraw_one, part in zip(_NAMES, redraws, changes, strict=True):
            moved += redraw_one(name=name, at=at, change=part)
        return moved

    redraw(at=len(words) - 1, word="")
    return redraw


def _draw_changes(ax: Axes, n_words: int, n_units: int) -> Redraw:
    """Draw the changes of one direction's states, a column for each word."""
    blues = ListedColormap(plt.colormaps["Blues"](np.linspace(0.25, 1, 256)))
    image = ax.imshow(
        np.ones((n_units, n_words)),
        cmap=blues,
        norm=LogNorm(_LEAST, 1),
        aspect="auto",
        interpolation="nearest",
        zorder=3,  # above the ticks, since it is drawn anew and they are not
    )
    frame = Rectangle((0, -0.5), 1, n_units, fill=False, zorder=4, **edged(1.5))
    ax.add_patch(frame)
    ax.set(ylabel="unit")
    ax.locator_params(axis="y", integer=True)
    ax.spines[:].set_visible(False)  # or the picture, drawn anew, would cover them

    def redraw(name: str, at: int, change: NDArray[np.floating]) -> list[Artist]:
        image.set_data(np.where(change > 0, change, np.nan).T)
        frame.set_x(at - 0.5)
        title = f"{name}: {_say_which(change.max(axis=1))}"
        return [image, frame, ax.set_title(title)]

    return redraw


def _say_which(largest: NDArray[np.floating]) -> str:
    """Say at which words, as people count them, a state has changed."""
    places = np.flatnonzero(largest) + 1
    if not len(places):
        return "no state changes"
    first, last = places[0], places[-1]
    where = f"words {first} to {last}" if first < last else f"word {first}"
    return f"states change at {len(places)} of {len(largest)} words ({where})"
