"""What is counted and scored on a corpus of one's own -> bars and curves on Axes."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    CURRENT,
    LOOKS,
    Numbers,
    Style,
    as_entry,
    on_axes,
)
from lstm_helpers.figures.bars import plot_bars
from lstm_helpers.figures.histograms import plot_lengths

_MOST_TYPES = 10  # that have a bar of their own
_LEAST_ERROR = 1e-3  # an error of 0 has no logarithm
_SCORES = 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 1


def plot_check_up(
    mentions: Mapping[str, int], lengths: Sequence[int], whole: Mapping[str, float]
) -> NDArray[np.object_]:
    """Draw what a corpus is like: its types, its sentences, how tokenisers cut it.

    Parameters
    ----------
    mentions : Mapping of str to int
        Type -> how many mentions it has, the most frequent first; there may be none.
    lengths : sequence of int
        Words in each sentence, at least 1.
    whole : Mapping of str to float
        Tokeniser -> the share of the words that it gives back, in [0, 1].

    Returns
    -------
    ndarray of Axes, shape (3,)
        On a figure of its own. Beyond ten types, the rarest share a bar.
    """
    _, axes = plt.subplots(
        1, 3, figsize=(9.2, 3.2), width_ratios=(1.2, 1, 1), layout="constrained"
    )
    plot_bars(_join_rarest(mentions) or {"none": 0}, ax=axes[0])
    axes[0].set(xlabel="mentions", title="Types")
    plot_lengths(lengths, ax=axes[1])
    axes[1].set(title="Lengths", ylim=(0, 1.45 * axes[1].dataLim.y1))
    opaque: Style = {"frameon": True, "framealpha": 1, "edgecolor": "none"}
    axes[1].legend(loc="upper right", fontsize=8, **opaque)
    plot_bars(whole, text="{:.1%}", color="C2", ax=axes[2])
    axes[2].set(xlabel="share of words given back", title="Tokenisers")
    for ax in axes[::2]:
        ax.set_xlim(0, 1.4 * (ax.dataLim.x1 or 1))
    return np.asarray(axes)


def _join_rarest(mentions: Mapping[str, int]) -> dict[str, int]:
    """Keep the most frequent types, and count the others together."""
    names = sorted(mentions, key=lambda kind: -mentions[kind])
    if len(names) <= _MOST_TYPES:
        return {name: mentions[name] for name in names}
    kept, others = names[: _MOST_TYPES - 1], names[_MOST_TYPES - 1 :]
    joined = {name: mentions[name] for name in kept}
    return joined | {f"{len(others)} others": sum(mentions[name] for name in others)}


@on_axes
def plot_learning_curve(
    sizes: Sequence[int],
    runs: NDArray[np.floating],
    forecast: Callable[[NDArray[np.floating]], NDArray[np.floating]],
    *,
    n_fitted: int,
    ax: Axes = CURRENT,
) -> Axes:
    """Draw scores over the size of the training part, and a curve that predicts them.

    Parameters
    ----------
    sizes : sequence of int, length N
        Training sentences, rising.
    runs : ndarray of shape (R, N)
        Scores in [0, 1], of R runs.
    forecast : callable
        Sizes -> the scores that it predicts. Drawn up to twice the last size.
    n_fitted : int
        How many of the first sizes it was fitted on; their points are filled.
    ax : Axes, optional

    Returns
    -------
    Axes
        With a logarithmic axis of sizes, and one of scores on which the error, 1 less
        the score, is logarithmic: an error that is a power of the size gives a straight
        line. Each run is a point, the band reaches from the lowest to the highest.
    """
    runs = np.asarray(runs)
    band: Style = {"color": "C0", "alpha": 0.2, "lw": 0}
    ax.fill_between(sizes, runs.min(axis=0), runs.max(axis=0), **band)
    for where, fill, label in (
        (slice(None, n_fitted), "C0", "measured, fitted"),
        (slice(n_fitted, None), "none", "measured, not fitted"),
    ):
        x = np.broadcast_to(sizes[where], runs[:, where].shape)
        points: Style = {"color": "C0", "mfc": fill, "ms": 5, "label": label}
        points["clip_on"] = False  # whole at the edges, too
        ax.plot(x.ravel(), runs[:, where].ravel(), "o", **points)
    inside = np.geomspace(sizes[0], sizes[n_fitted - 1], 30)
    beyond = np.geomspace(sizes[n_fitted - 1], 2 * sizes[-1], 30)
    ax.plot(inside, forecast(inside), "-", color="C1", label="fitted curve")
    ax.plot(beyond, forecast(beyond), "--", color="C1", label="its forecast")
    ax.set(xscale="log", xlabel="training sentences (logarithmic)")
    ax.set_yscale("function", functions=(_to_height, _to_score))
    _limit_scores(
        ax, np.concatenate([runs.ravel(), forecast(inside), forecast(beyond)])
    )
    ax.set_ylabel("entity F1\n(1 - F1 is logarithmic)")
    ax.set_xticks(ticks := [*sizes, 2 * sizes[-1]])
    ax.set_xticklabels([f"{size:,}" for size in ticks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(loc="best")
    return ax


def _limit_scores(ax: Axes, scores: NDArray[np.floating]) -> None:
    """Let an axis of scores end where they do, with ticks that are not too close."""
    low, high = _to_height(np.clip([scores.min(), scores.max()], 0, 1))
    margin = max(0.06 * (high - low), 0.02)
    ax.set_ylim(*_to_score(np.array([low - margin, high + margin])))
    ticks: list[float] = []
    before = -np.inf
    for tick in _SCORES:
        height = float(_to_height(np.array(tick)))
        is_inside = low - margin <= height <= high + margin
        if is_inside and height - before > (high - low) / 10:
            ticks.append(tick)
            before = height
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.yaxis.set_minor_locator(NullLocator())


def _to_height(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Say how high scores stand if their errors are on a logarithmic axis."""
    return -np.log(np.maximum(1 - scores, _LEAST_ERROR))


def _to_score(heights: NDArray[np.floating]) -> NDArray[np.floating]:
    """Undo :func:`_to_height`."""
    return 1 - np.exp(-heights)


@on_axes
def plot_by_count(
    counts: Mapping[str, Numbers], scores: Mapping[str, Numbers], *, ax: Axes = CURRENT
) -> Axes:
    """Draw each type's scores over how many mentions of it training had.

    Parameters
    ----------
    counts : Mapping of str to sequence of int
        Type -> mentions in each of some training parts.
    scores : Mapping of str to sequence of float
        Type -> its score after each of them, in [0, 1].
    ax : Axes, optional

    Returns
    -------
    Axes
        With an axis of counts that is logarithmic beyond 1 and holds 0.
    """
    for k, kind in enumerate(counts):
        style: Style = {"color": f"C{k % 8}", "ms": 4, "lw": 1}
        look = LOOKS[k % len(LOOKS)]
        ax.plot(counts[kind], scores[kind], look, label=as_entry(kind), **style)
    ax.set_xscale("symlog", linthresh=1)
    ax.set(xlabel="mentions of the type in training", ylabel="F1 of the type")
    ax.set(xlim=(-0.2, None), ylim=(-0.02, 1.02))
    ax.legend(loc="upper left", fontsize=8, ncols=2)
    return ax
