"""A number for each name -> bars on an Axes, each with its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lstm_helpers.figures.axes import (
    CURRENT,
    Numbers,
    Style,
    as_entry,
    as_typed,
    label_words,
    name_columns,
    name_rows,
    on_axes,
)
from lstm_helpers.style import ENTITY_COLOURS

if TYPE_CHECKING:  # it loads scikit-learn
    from lstm_helpers.metrics import Bin, TypeScore


@on_axes
def plot_bars(
    numbers: Mapping[str, float],
    *,
    text: str = "{:,}",
    ax: Axes = CURRENT,
    **style: Any,
) -> Axes:
    """Draw numbers as horizontal bars, the first on top, and write each beside its bar.

    Parameters
    ----------
    numbers : Mapping of str to float
        Label -> number, at least 0.
    text : str
        A format of what is written: it is given the number and its share of the sum,
        in [0, 1].
    ax : Axes, optional
    **style
        Further arguments of ``Axes.barh``: a colour, a height.

    Returns
    -------
    Axes
        It leaves a tenth of its width to what is written; a longer text needs more.
    """
    total, longest = sum(numbers.values()) or 1, max(numbers.values()) or 1
    bars = ax.barh(range(len(numbers)), list(numbers.values()), **style)
    texts = [text.format(number, number / total) for number in numbers.values()]
    ax.bar_label(bars, list(map(as_typed, texts)), padding=4)
    name_rows(ax, list(numbers))
    ax.invert_yaxis()
    ax.set_xlim(0, 1.1 * longest)
    return ax


@on_axes
def plot_tag_counts(counts: Mapping[str, int], *, ax: Axes = CURRENT) -> Axes:
    """Draw how often each tag occurs, the most frequent first.

    Parameters
    ----------
    counts : Mapping of str to int
        Best without a tag that is far more frequent than the others, such as ``O``.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    tags = sorted(counts, key=lambda tag: counts[tag], reverse=True)
    bars = ax.bar(range(len(tags)), [counts[tag] for tag in tags])
    ax.bar_label(bars, [f"{counts[tag]:,}" for tag in tags], fontsize=7, padding=1)
    ax.set(ylabel="words")
    name_columns(ax, tags, rotation=60)
    return ax


@on_axes
def plot_word_changes(
    changes: Numbers, words: Sequence[str], *, ax: Axes = CURRENT
) -> Axes:
    """Draw by how much each word's scores changed, on a logarithmic scale.

    Parameters
    ----------
    changes : ndarray of shape (T,)
        At least 0; a change of exactly 0 is written as such.
    words : list of str, length T
    ax : Axes, optional

    Returns
    -------
    Axes
        With a point for each change: a bar would have no length on such a scale.
    """
    changes = np.asarray(changes)
    places = np.arange(len(words))
    moved = changes > 0
    ax.plot(places[moved], changes[moved], "o")
    for place in places[~moved]:
        base = ax.get_xaxis_transform()
        ax.text(place, 0.02, "0", transform=base, ha="center", va="bottom")
    ax.set(yscale="log", ylabel="largest change\nof a score")
    ax.set_xlim(-0.6, len(words) - 0.4)
    label_words(ax, words)
    return ax


@on_axes
def plot_measures(
    scores: Mapping[str, Mapping[str, float]], *, ax: Axes = CURRENT
) -> Axes:
    """Draw several scores of several taggers side by side.

    Parameters
    ----------
    scores : dict of str to dict of str to float
        For each tagger, each measure's value in [0, 1].
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    hatches = ("///", "...", "")
    width = 0.86 / len(scores)
    for k, (name, values) in enumerate(scores.items()):
        places = np.arange(len(values)) + (k - (len(scores) - 1) / 2) * width
        bars = ax.bar(
            places,
            list(values.values()),
            width,
            label=as_entry(name),
            hatch=hatches[k % 3],
            color=f"C{(4, 5, 0)[k % 3]}",
            edgecolor="white",
        )
        ax.bar_label(bars, [f"{v:.2f}" for v in values.values()], fontsize=7, padding=1)
        names = [as_typed(measure).replace(", ", ",\n") for measure in values]
        ax.set_xticks(range(len(names)), names, fontsize=8)
    ax.set(ylim=(0, 1.08), ylabel="score")
    place: Style = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.2)}
    ax.legend(**place, ncols=len(scores), fontsize=9)
    return ax


@on_axes
def plot_by_type(scores: Mapping[str, TypeScore], *, ax: Axes = CURRENT) -> Axes:
    """Draw the F1 of every entity type as a bar, precision and recall as marks.

    Parameters
    ----------
    scores : dict of str to TypeScore
    ax : Axes, optional

    Returns
    -------
    Axes
        The type with the highest F1 on top.
    """
    kinds = sorted(scores, key=lambda kind: scores[kind].f1)
    f1 = [scores[kind].f1 for kind in kinds]
    colours = [ENTITY_COLOURS.get(kind, "#e6e6e6") for kind in kinds]
    rows = range(len(kinds))
    ax.barh(rows, f1, color=colours, edgecolor="0.4", linewidth=0.6, label="F1")
    for field, marker in (("precision", ">"), ("recall", "o")):
        values = [getattr(scores[kind], field) for kind in kinds]
        ax.plot(values, rows, marker, color="0.15", ms=5, mfc="none", label=field)
    for row, kind in enumerate(kinds):
        text = f"{scores[kind].f1:.2f}  ({scores[kind].support:,} mentions)"
        ax.text(1.03, row, text, va="center", fontsize=8)
    name_rows(ax, kinds)
    ax.set(xlim=(0, 1.02), xlabel="strict F1, precision, recall")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, fontsize=9)
    return ax


@on_axes
def plot_reliability(bins: Sequence[Bin], *, ax: Axes = CURRENT) -> Axes:
    """Draw the accuracy in every bin of confidence, and how far that is from it.

    Parameters
    ----------
    bins : list of Bin
    ax : Axes, optional

    Returns
    -------
    Axes
        A bar for the accuracy, and a hatched one between it and the mean confidence;
        at the bottom, how many predictions the bin has.
    """
    widths = [b.high - b.low for b in bins]
    place: Style = {"x": [b.low for b in bins], "width": widths, "align": "edge"}
    accuracy = np.array([b.accuracy for b in bins])
    gap = np.array([b.confidence for b in bins]) - accuracy
    ax.bar(height=accuracy, color="C4", edgecolor="white", label="accuracy", **place)
    for label, height, hatch, colour in (
        ("confidence is higher", np.maximum(gap, 0), "///", "C1"),
        ("confidence is lower", np.minimum(gap, 0), "...", "0.2"),
    ):
        look: Style = {"fill": False, "hatch": hatch, "edgecolor": colour, "lw": 0}
        ax.bar(height=height, bottom=accuracy, label=label, **look, **place)
    ax.plot([0, 1], [0, 1], "--", color="0.3", lw=1.2, label="as it should be")
    for b in bins:
        middle = (b.low + b.high) / 2
        style: Style = {"ha": "center", "va": "bottom", "fontsize": 8, "rotation": 90}
        ax.text(middle, 0.02, f"{b.n_predictions:,}", **style)
    ax.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="confidence", ylabel="accuracy")
    return ax


@on_axes
def plot_separation(scores: NDArray[np.floating], *, ax: Axes = CURRENT) -> Axes:
    """Draw for every unit how well it separates, the best in either sense outermost.

    Parameters
    ----------
    scores : ndarray of shape (H,)
        Areas under the ROC curve, in [0, 1].
    ax : Axes, optional

    Returns
    -------
    Axes
        Bars from 0.5, by rising score, with the units' numbers as tick labels.
    """
    order = np.argsort(scores)
    colours = np.where(scores[order] < 0.5, "C1", "C0")
    ax.bar(range(len(scores)), scores[order] - 0.5, bottom=0.5, color=colours)
    ax.axhline(0.5, color="0.3", lw=1)
    ax.set(xlabel="unit", ylabel="area under ROC", ylim=(0, 1))
    ax.set_xticks(range(len(scores)), order, fontsize=7, rotation=90)
    return ax


@on_axes
def plot_ablations(changes: Mapping[str, Numbers], *, ax: Axes = CURRENT) -> Axes:
    """Draw by how much a score moves with each of some things left out or changed.

    Parameters
    ----------
    changes : Mapping of str to sequence of float
        What was changed, and what every run gained (a loss is below 0).
    ax : Axes, optional

    Returns
    -------
    Axes
        The greatest loss at the top; a bar is the mean, a dot a run, and a line two
        standard errors of the mean to each side. Where it holds the 0, or there is one
        run alone, the bar is grey.
    """
    names = sorted(changes, key=lambda name: -np.mean(changes[name]))
    for row, name in enumerate(names):
        runs = np.asarray(changes[name], dtype=float)
        mean, reach = runs.mean(), 2 * _standard_error(runs)
        colour = "0.6" if abs(mean) <= reach else "C0" if mean > 0 else "C1"
        ax.barh(row, mean, color=colour, alpha=0.7)
        ax.plot(runs, [row] * len(runs), "k.", ms=4)
        if np.isfinite(reach):
            ax.plot([mean - reach, mean + reach], [row, row], color="k", lw=1)
    name_rows(ax, names)
    ax.axvline(0, color="0.4", lw=0.8)
    return ax


def _standard_error(runs: NDArray[np.float64]) -> float:
    """Compute the standard error of the mean of some runs; of one it is not known."""
    if len(runs) < 2:
        return np.inf
    return float(runs.std(ddof=1) / np.sqrt(len(runs)))
