"""Scores of a small CRF -> Viterbi's best path, word by word, with sliders."""

from collections.abc import Sequence
from typing import NamedTuple

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    Style,
    in_brief,
    label_words,
    name_rows,
    title_as_typed,
)
from lstm_helpers.figures.widgets import Redraw, live_figure
from lstm_helpers.style import writable

_SIZE = (7.2, 4.0)  # inches
_REACH = 3.0  # of a slider to either side of 0, or as far as its first number asks for


class _Walk(NamedTuple):
    """What Viterbi and the two recursions of a CRF find for T words and K tags."""

    best: NDArray[np.float64]  # (T, K): v, the score of the best way to each tag
    back: NDArray[np.int64]  # (T - 1, K): the tag before, on that way
    path: list[int]  # the best path, T tags
    score: float
    log_z: float
    marginals: NDArray[np.float64]  # (T, K)


def explore_viterbi(
    e: NDArray[np.floating],
    start: NDArray[np.floating],
    end: NDArray[np.floating],
    A: NDArray[np.floating],
    words: Sequence[str],
    tags: Sequence[str],
    *,
    emissions: Sequence[tuple[int, int]],
    transitions: Sequence[tuple[int, int]],
) -> ipywidgets.VBox:
    """Show :func:`draw_viterbi` with sliders for the step and for some scores.

    Parameters
    ----------
    e : ndarray of shape (T, K)
        Emissions, with which the sliders begin.
    start, end : ndarray of shape (K,)
    A : ndarray of shape (K, K)
        Transitions, likewise. What has a slider is a finite number.
    words : list of str, length T
    tags : sequence of str, length K
    emissions : sequence of pair of int
        Word and tag of each emission that has a slider.
    transitions : sequence of pair of int
        The tags before and after of each transition that has one.

    Returns
    -------
    ipywidgets.VBox
    """
    figure = Figure(figsize=_SIZE)
    redraw = draw_viterbi(figure, start, end, words, tags)
    scores = {"e": np.array(e, float), "A": np.array(A, float)}
    places = [("e", t, k, f"e {words[t]}, {tags[k]}") for t, k in emissions]
    places += [("A", j, k, f"A {tags[j]}, then {tags[k]}") for j, k in transitions]
    wide: Style = {"layout": {"width": "32em"}, "style": {"description_width": "14em"}}
    steps = [f"{t}: {writable(word[:40])}" for t, word in enumerate(words, 1)]
    named = [(name, step) for step, name in enumerate([*steps, "walk back"], 1)]
    controls: dict[str, ipywidgets.Widget] = {
        "step": ipywidgets.SelectionSlider(options=named, description="step", **wide)
    }
    for place in places:
        name, row, column, text = place
        value = float(scores[name][row, column])
        reach = max(_REACH, abs(value))
        controls[str(place)] = ipywidgets.FloatSlider(
            value, min=-reach, max=reach, step=0.1, description=writable(text), **wide
        )

    def draw(step: int, **chosen: float) -> tuple[Figure, list[Artist]]:
        moved = {name: values.copy() for name, values in scores.items()}
        for place in places:
            name, row, column, _ = place
            moved[name][row, column] = chosen[str(place)]
        return figure, redraw(step=step, **moved)

    return live_figure(draw, controls)


def draw_viterbi(
    figure: Figure,
    start: NDArray[np.floating],
    end: NDArray[np.floating],
    words: Sequence[str],
    tags: Sequence[str],
) -> Redraw:
    """Draw how Viterbi finds the best path through a trellis, word by word.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows the trellis for scores of 0, before the first word.
    start, end : ndarray of shape (K,)
        The scores of the first tag and of the last.
    words : list of str, length T
        At least one.
    tags : sequence of str, length K

    Returns
    -------
    callable
        Takes ``step``, in [1, T + 1], the emissions ``e``, an ndarray of shape (T, K),
        and the transitions ``A``, of shape (K, K). Draws what is known after so many
        words, and after T + 1 steps the best path; returns the list of artists that it
        moved. A node that is reached says the score v of the best way to it, and below
        how probable its tag is at that word over all paths, by which it is shaded; a
        line to it comes from the tag before on the best way.

    Raises
    ------
    ValueError
        If there is no word, or a shape does not fit the words and tags.

    Notes
    -----
    Equations (7.9) and (7.10); ln Z and the probabilities by (7.4) to (7.7), all of
    them in logarithms.
    """
    T, K = len(words), len(tags)
    start, end = np.asarray(start, float), np.asarray(end, float)
    if not words or not start.shape == end.shape == (K,):
        got = f"{T} words, {K} tags, shapes {start.shape} and {end.shape}"
        raise ValueError(f"start, end: got {got}, wanted a word and a score for a tag")
    ax = figure.subplots()
    redraw_trellis = _draw_trellis(ax, T, K)
    label_words(ax, words)
    name_rows(ax, tags)
    ax.set(xlim=(-0.4, T - 0.6), ylim=(K - 0.4, -0.6))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    title_as_typed(ax)

    def redraw(
        step: int, e: NDArray[np.floating], A: NDArray[np.floating]
    ) -> list[Artist]:
        e, A = np.asarray(e, float), np.asarray(A, float)
        if e.shape != (T, K) or A.shape != (K, K):
            got = f"shapes {e.shape} and {A.shape}"
            raise ValueError(f"e, A: got {got}, wanted {(T, K)} and {(K, K)}")
        walk = _walk(e, start, end, A)
        if step <= T:
            k = int(walk.best[step - 1].argmax())
            highest = f"{walk.best[step - 1, k]:.2f} for {in_brief(tags[k])}"
            said = f"Word {step} of {T}: the highest v is {highest}"
        else:
            names = " ".join(in_brief(tags[k]) for k in walk.path)
            share = np.exp(walk.score - walk.log_z)
            said = f"Best path {names}: score {walk.score:.2f}, probability {share:.2f}"
        title = f"{said}\nAll {K**T:,} paths together: ln Z = {walk.log_z:.2f}"
        title_artist = ax.set_title(title, parse_math=False)
        return [*redraw_trellis(step=step, walk=walk), title_artist]

    redraw(1, np.zeros((T, K)), np.zeros((K, K)))
    return redraw


def _walk(
    e: NDArray[np.floating],
    start: NDArray[np.floating],
    end: NDArray[np.floating],
    A: NDArray[np.floating],
) -> _Walk:
    """Find the best path, and add up all paths."""
    v, alpha, beta, back = [start + e[0]], [start + e[0]], [end], []
    for row, later in zip(e[1:], e[:0:-1], strict=True):
        ways = v[-1][:, None] + A
        back.append(ways.argmax(axis=0))
        v.append(ways.max(axis=0) + row)  # (7.9)
        alpha.append(np.logaddexp.reduce(alpha[-1][:, None] + A, axis=0) + row)  # (7.4)
        beta.insert(0, np.logaddexp.reduce(A + later + beta[0], axis=1))  # (7.6)
    path = [int((v[-1] + end).argmax())]
    for before in reversed(back):
        path.insert(0, int(before[path[0]]))  # (7.10)
    log_z = np.logaddexp.reduce(alpha[-1] + end)  # (7.5)
    p = np.exp(np.array(alpha) + np.array(beta) - log_z)  # (7.7)
    n_back = np.array(back, int).reshape(len(back), len(end))
    return _Walk(np.array(v), n_back, path, float((v[-1] + end).max()), log_z, p)


def _draw_trellis(ax: Axes, T: int, K: int) -> Redraw:
    """Draw nodes and steps of a trellis."""
    steps = [
        [(t, j), (t + 1, k)] for t in range(T - 1) for j in range(K) for k in range(K)
    ]
    ax.add_collection(LineCollection(steps, colors="0.85", linewidths=0.8, zorder=1))
    [route] = ax.plot(range(T), [0] * T, color="C1", lw=9, zorder=1.5)
    lines = LineCollection([], colors="0.1", linewidths=1.6, zorder=2)
    ax.add_collection(lines)
    t, k = np.indices((T, K))
    nodes = ax.scatter(t, k, s=1700, zorder=3, edgecolors="0.3")
    look: Style = {"ha": "center", "va": "center", "fontsize": 9, "zorder": 4}
    texts = [[ax.text(t, k, "", **look) for k in range(K)] for t in range(T)]
    shades = plt.colormaps["Blues"]

    def redraw(step: int, walk: _Walk) -> list[Artist]:
        n_read = min(step, T)
        route.set_ydata(walk.path)
        route.set_visible(step > T)
        lines.set_segments(
            [
                [(t, walk.back[t, k]), (t + 1, k)]
                for t in range(n_read - 1)
                for k in range(K)
            ]
        )
        colours = shades(walk.marginals)  # (T, K, 4)
        colours[n_read:] = 1.0
        nodes.set_facecolor([tuple(node) for row in colours for node in row])
        for t, row in enumerate(texts):
            for k, text in enumerate(row):
                p = walk.marginals[t, k]
                text.set_text(f"{walk.best[t, k]:.2f}\np {p:.2f}" * (t < n_read))
                text.set_color("white" if p > 0.55 else "black")
        return [route, lines, nodes, *(text for row in texts for text in row)]

    return redraw
