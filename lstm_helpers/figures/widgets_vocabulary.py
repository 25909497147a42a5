"""Training and validation sentences -> which words are unknown, with sliders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from lstm_helpers.figures.axes import in_brief, label_words
from lstm_helpers.figures.widgets import Redraw, live_figure

if TYPE_CHECKING:  # it loads torch
    from lstm_helpers.data.layouts import Sentence

_MOST = 20  # the largest number of times that a word can be asked to have been seen
_SHARES = range(10, 101, 10)  # per cent of the training sentences
_SIZE = (7.2, 4.8)  # inches


class _Counts(NamedTuple):
    """What is counted for each share of the training sentences, in their order."""

    sentence: NDArray[np.int64]  # (10, T): how often each of its words was seen
    unknown: NDArray[np.float64]  # (10, 20): share of validation, by least count
    n_known: NDArray[np.int64]  # (10, 20): words in the vocabulary


def explore_unknown(
    train: Sequence[Sentence], validation: Sequence[Sentence], words: Sequence[str]
) -> ipywidgets.VBox:
    """Show :func:`draw_unknown` with a slider for each of its two numbers.

    Parameters
    ----------
    train, validation, words
        As :func:`draw_unknown` takes them.

    Returns
    -------
    ipywidgets.VBox
    """
    figure = Figure(figsize=_SIZE)
    redraw = draw_unknown(figure, train, validation, words)
    look = {"style": {"description_width": "13em"}, "layout": {"width": "32em"}}
    sliders = {
        "n": ipywidgets.IntSlider(
            1, min=1, max=_MOST, description="seen at least n times", **look
        ),
        "share": ipywidgets.IntSlider(
            100, min=10, max=100, step=10, description="% of training", **look
        ),
    }
    return live_figure(lambda **numbers: (figure, redraw(**numbers)), sliders)


def draw_unknown(
    figure: Figure,
    train: Sequence[Sentence],
    validation: Sequence[Sentence],
    words: Sequence[str],
) -> Redraw:
    """Draw which words a vocabulary does not know: of a sentence, and in validation.

    Parameters
    ----------
    figure : Figure
        An empty one; it shows a vocabulary of all training words.
    train, validation : list of Sentence
        Any Sentence with ``words``; together they have one at least, each.
    words : list of str, length T
        The words of the sentence, at least one.

    Returns
    -------
    callable
        Takes ``n``, in [1, 20], and ``share``, one of 10, 20, ..., 100. The vocabulary
        then holds the words that stand n times or more in the first ``share`` per cent
        of the training sentences. Draws that and returns the list of artists that it
        moved. An unknown word of the sentence has a question mark.

    Raises
    ------
    ValueError
        If there is no training sentence, no validation word or no word.
    """
    n_held_out = sum(len(sentence.words) for sentence in validation)
    if not (train and n_held_out and words):
        got = f"{len(train)} sentences, {n_held_out} words and {len(words)} words"
        wanted = "at least one of each"
        raise ValueError(f"train, validation, words: got {got}, wanted {wanted}")
    counts = _count(train, [w for s in validation for w in s.words], words)
    above, below = figure.subplots(2, 1, height_ratios=[3, 2])
    redraw_sentence = _draw_sentence(above, words, counts.sentence.max())
    below.set(xlabel="n: how often a word must have been seen", ylabel="share unknown")
    below.set(xlim=(0.5, _MOST + 0.5), ylim=(0, 1.08 * counts.unknown.max() or 1))
    below.set_xticks([1, *range(5, _MOST + 1, 5)])
    below.yaxis.set_major_formatter("{x:.0%}")
    [curve] = below.plot(range(1, _MOST + 1), counts.unknown[-1], ".-", zorder=3)
    [point] = below.plot([1], [0], "ko", ms=8, clip_on=False, zorder=4)

    def redraw(n: int, share: int) -> list[Artist]:
        row = _SHARES.index(share)
        curve.set_ydata(counts.unknown[row])
        unknown = counts.unknown[row, n - 1]
        point.set_data([n], [unknown])
        size = f"A vocabulary of {counts.n_known[row, n - 1]:,} words"
        title = f"{size}: {unknown:.1%} of the validation words are unknown"
        moved = redraw_sentence(n=n, seen=counts.sentence[row])
        return [*moved, curve, point, below.set_title(title)]

    redraw(n=1, share=100)
    return redraw


def _count(
    train: Sequence[Sentence], held_out: Sequence[str], words: Sequence[str]
) -> _Counts:
    """Count words in ever larger shares of the training sentences."""
    seen: Counter[str] = Counter()
    rows, n_read = [], 0
    for share in _SHARES:
        n_wanted = len(train) * share // 100
        for sentence in train[n_read:n_wanted]:
            seen.update(sentence.words)
        n_read = n_wanted
        least = np.arange(1, _MOST + 1)[:, None]
        unknown = np.array([seen[word] for word in held_out]) < least
        known = np.fromiter(seen.values(), np.int64) >= least
        of_sentence = [seen[word] for word in words]
        rows.append((of_sentence, unknown.mean(axis=1), known.sum(axis=1)))
    return _Counts(*map(np.array, zip(*rows, strict=True)))


def _draw_sentence(ax: Axes, words: Sequence[str], highest: int) -> Redraw:
    """Draw how often the words of a sentence were seen, as bars."""
    places = range(len(words))
    known = ax.bar(places, 0, color="C0", zorder=3)
    unknown = ax.bar(places, 0, fc="white", ec="C1", hatch="////", zorder=3)
    ax.set_yscale("symlog", linthresh=1)
    ax.set(ylim=(0, 4 * max(highest, _MOST)), xlim=(-0.6, len(words) - 0.4))
    ax.set(ylabel="times seen")
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.minorticks_off()
    label_words(ax, words)
    bound = ax.axhline(1, color="0.3", ls="--", lw=1.2, zorder=4)
    [marks] = ax.plot([], [], ls="none", marker="$?$", ms=9, color="C1", zorder=5)

    def redraw(n: int, seen: NDArray[np.int64]) -> list[Artist]:
        is_known = seen >= n
        for bars, shown in ((known, is_known), (unknown, ~is_known)):
            for bar, count, is_shown in zip(bars, seen, shown, strict=True):
                bar.set_height(count)
                bar.set_visible(bool(is_shown))
        bound.set_ydata([n, n])
        marks.set_data(np.flatnonzero(~is_known), 2.2 * np.maximum(seen, n)[~is_known])
        return [*known, *unknown, bound, marks, _name_unknown(ax, words, is_known)]

    return redraw


def _name_unknown(ax: Axes, words: Sequence[str], is_known: NDArray[np.bool_]) -> Text:
    """Say in the title how many words are unknown, and which."""
    which = [word for word, known in zip(words, is_known, strict=True) if not known]
    named = f": {in_brief(', '.join(which))}" if which else ""
    title = f"{len(which)} of {len(words)} words are unknown{named}"
    return ax.set_title(title, parse_math=False)
