"""Numbers -> a matplotlib Axes.

No ``plot_*`` shows, saves or computes a score; :func:`show` shows, with a text.
"""

import io

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from PIL import Image

from lstm_helpers.style import ENTITY_COLOURS, GATE_COLOURS, STATE_NAMES


def plot_state(values, name, words, *, ax=None):
    """Draw one gate or state of every unit over the words of a sentence.

    Parameters
    ----------
    values : ndarray of shape (T, H)
    name : {"i", "f", "a", "o", "c", "h"}
        The gates i, f, o are drawn on 0..1, the others around 0.
    words : list of str, length T
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    if name in "ifo":
        limits = {"cmap": "viridis", "vmin": 0, "vmax": 1}
    else:
        reach = max(1.0, float(np.abs(values).max()))
        limits = {"cmap": "RdBu_r", "vmin": -reach, "vmax": reach}
    image = ax.imshow(values.T, aspect="auto", interpolation="nearest", **limits)
    ax.figure.colorbar(image, ax=ax, pad=0.01)
    ax.set(title=STATE_NAMES[name], ylabel="unit", xticks=range(len(words)))
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.set_xticklabels(words, rotation=45, ha="right", rotation_mode="anchor")
    return ax


def plot_states(steps, words, *, axes=None):
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


def plot_history(history, *, ax=None):
    """Draw the losses and the validation F1 of a training run, epoch by epoch.

    Parameters
    ----------
    history : list of Epoch
    ax : Axes, optional
        Takes the losses; the F1 gets a second scale on the right.

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    epochs = [record.epoch for record in history]
    ax.plot(epochs, [record.loss for record in history], "o-", label="training loss")
    ax.plot(
        epochs, [r.validation_loss for r in history], "s--", label="validation loss"
    )
    ax.set(xlabel="epoch", ylabel="loss (nats a word)", xticks=epochs, ylim=(0, None))
    right = ax.twinx()
    right.spines["right"].set_visible(True)
    f1 = [record.validation_f1 for record in history]
    right.plot(epochs, f1, "^:", color="C2", label="validation F1")
    right.set(ylabel="strict entity F1", ylim=(0, 1))
    lines = ax.get_lines() + right.get_lines()
    ax.legend(lines, [line.get_label() for line in lines], loc="center right")
    return ax


def plot_tag_counts(counts, *, ax=None):
    """Draw how often each tag occurs, on a logarithmic scale.

    Parameters
    ----------
    counts : Mapping of str to int
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    tags = sorted(counts, key=counts.get, reverse=True)
    bars = ax.bar(tags, [counts[tag] for tag in tags], log=True)
    ax.bar_label(bars, [f"{counts[tag]:,}" for tag in tags], fontsize=7, padding=1)
    ax.set(ylabel="words (logarithmic)")
    ax.tick_params(axis="x", rotation=60)
    return ax


def plot_decay(curves, *, ax=None):
    """Draw how much of a number is left, step by step.

    Parameters
    ----------
    curves : Mapping of str to ndarray of shape (T,)
        What to call each curve, and its values.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    for (label, values), marker in zip(curves.items(), "os^Dvx", strict=False):
        ax.plot(values, marker=marker, markevery=5, label=label)
    ax.set(xlabel="step t", ylabel="state", ylim=(0, None))
    ax.legend(loc="center right")
    return ax


def plot_unit(c, h, words, *, ax=None):
    """Draw one unit's two states over the words of a sentence.

    Parameters
    ----------
    c, h : ndarray of shape (T,)
    words : list of str, length T
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    ax.axhline(0, color="0.8", lw=0.8)
    ax.plot(c, "o-", label="cell state C")
    ax.plot(h, "s--", label="hidden state h")
    ax.set(ylabel="state", xticks=range(len(words)))
    ax.set_xticklabels(words, rotation=45, ha="right", rotation_mode="anchor")
    ax.legend()
    return ax


def plot_lengths(lengths, *, ax=None):
    """Draw how many sentences there are of each length.

    Parameters
    ----------
    lengths : sequence of int
        Words in each sentence, at least 1.
    ax : Axes, optional

    Returns
    -------
    Axes
        With a dashed line at the median and a dotted one at the 95th percentile.
    """
    ax = ax or plt.gca()
    ax.hist(lengths, bins=np.arange(0.5, max(lengths) + 1), color="0.75")
    median, high = np.percentile(lengths, [50, 95])
    ax.axvline(median, ls="--", color="C0", label=f"median: {median:.0f}")
    ax.axvline(high, ls=":", color="C1", label=f"95th percentile: {high:.0f}")
    ax.set(xlabel="words in the sentence", ylabel="sentences")
    ax.legend()
    return ax


def plot_over_words(values, words, *, ax=None):
    """Draw numbers that belong to the words of a sentence, a line for each name.

    Parameters
    ----------
    values : Mapping of str to ndarray of shape (T,)
    words : list of str, length T
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    styles = ["o-", "s--", "^:", "D-."]
    for k, (name, numbers) in enumerate(values.items()):
        ax.plot(numbers, styles[k % len(styles)], label=name)
    ax.set(xticks=range(len(words)))
    ax.set_xticklabels(words, rotation=45, ha="right", rotation_mode="anchor")
    ax.legend()
    return ax


def plot_word_changes(changes, words, *, ax=None):
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
    """
    ax = ax or plt.gca()
    changes = np.asarray(changes)
    places = np.arange(len(words))
    moved = changes > 0
    ax.bar(places[moved], changes[moved], width=0.6)
    for place in places[~moved]:
        base = ax.get_xaxis_transform()
        ax.text(place, 0.02, "0", transform=base, ha="center", va="bottom")
    ax.set(yscale="log", ylabel="largest change\nof a score", xticks=places)
    ax.set_xlim(-0.6, len(words) - 0.4)
    ax.set_xticklabels(words, rotation=45, ha="right", rotation_mode="anchor")
    return ax


def plot_parameters(counts, *, ax=None):
    """Draw how many parameters each layer has, with its share of them all.

    Parameters
    ----------
    counts : dict of str to int
    ax : Axes, optional

    Returns
    -------
    Axes
        Layers from top to bottom in the order given.
    """
    ax = ax or plt.gca()
    total = sum(counts.values())
    bars = ax.barh(list(counts), list(counts.values()), height=0.6)
    labels = [f"{n:,}  ({n / total:.1%})" for n in counts.values()]
    ax.bar_label(bars, labels, padding=4)
    ax.invert_yaxis()
    ax.set(xlabel="parameters", xlim=(0, 1.25 * max(counts.values())))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    return ax


def plot_measures(scores, *, ax=None):
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
    ax = ax or plt.gca()
    hatches = ("///", "...", "")
    width = 0.86 / len(scores)
    for k, (name, values) in enumerate(scores.items()):
        places = np.arange(len(values)) + (k - (len(scores) - 1) / 2) * width
        bars = ax.bar(
            places,
            list(values.values()),
            width,
            label=name,
            hatch=hatches[k % 3],
            color=f"C{(4, 5, 0)[k % 3]}",
            edgecolor="white",
        )
        ax.bar_label(bars, [f"{v:.2f}" for v in values.values()], fontsize=7, padding=1)
        names = [measure.replace(", ", ",\n") for measure in values]
        ax.set_xticks(range(len(names)), names, fontsize=8)
    ax.set(ylim=(0, 1.08), ylabel="score")
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=len(scores), fontsize=9
    )
    return ax


def plot_by_type(scores, *, ax=None):
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
    ax = ax or plt.gca()
    kinds = sorted(scores, key=lambda kind: scores[kind].f1)
    f1 = [scores[kind].f1 for kind in kinds]
    colours = [ENTITY_COLOURS.get(kind, "#e6e6e6") for kind in kinds]
    ax.barh(kinds, f1, color=colours, edgecolor="0.4", linewidth=0.6, label="F1")
    for field, marker in (("precision", ">"), ("recall", "o")):
        values = [getattr(scores[kind], field) for kind in kinds]
        ax.plot(values, kinds, marker, color="0.15", ms=5, mfc="none", label=field)
    for kind in kinds:
        text = f"{scores[kind].f1:.2f}  ({scores[kind].support:,} mentions)"
        ax.text(1.03, kind, text, va="center", fontsize=8)
    ax.set(xlim=(0, 1.02), xlabel="strict F1, precision, recall")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, fontsize=9)
    return ax


def plot_confusion(counts, names, *, ax=None):
    """Draw a table of counts, shaded by each row's shares.

    Parameters
    ----------
    counts : ndarray of shape (N, N), int
        Rows gold, columns predicted.
    names : list of str, length N
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    counts = np.asarray(counts)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    ax.figure.colorbar(image, ax=ax, pad=0.02, label="share of the row")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.55 else "black"
            ax.text(
                column,
                row,
                f"{count:,}",
                ha="center",
                va="center",
                color=colour,
                fontsize=8,
            )
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="predicted", ylabel="gold")
    return ax


def plot_verdicts(counts, *, ax=None):
    """Draw counts as horizontal bars, the first on top, each with its number.

    Parameters
    ----------
    counts : dict of str to int
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    bars = ax.barh(list(counts), list(counts.values()), color="C5", edgecolor="0.4")
    ax.bar_label(bars, [f"{count:,}" for count in counts.values()], padding=3)
    ax.invert_yaxis()
    ax.set(xlabel="mentions", xlim=(0, 1.1 * max(1, *counts.values())))
    return ax


def plot_reliability(bins, *, ax=None):
    """Draw the accuracy in every bin of confidence, beside what it should be.

    Parameters
    ----------
    bins : list of Bin
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    ax.bar(
        [b.low for b in bins],
        [b.accuracy for b in bins],
        [b.high - b.low for b in bins],
        align="edge",
        color="C4",
        edgecolor="white",
        label="accuracy",
    )
    ax.plot([0, 1], [0, 1], "--", color="0.3", lw=1.2, label="as it should be")
    confidence = [b.confidence for b in bins]
    ax.plot(confidence, confidence, "D", color="0.15", ms=4, label="mean confidence")
    for b in bins:
        middle = (b.low + b.high) / 2
        ax.text(
            middle,
            0.02,
            f"{b.n_predictions:,}",
            ha="center",
            va="bottom",
            fontsize=7,
            rotation=90,
        )
    ax.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="confidence", ylabel="accuracy")
    return ax


def plot_shares(shares, *, ax=None):
    """Draw how a whole divides into parts, a labelled bar each.

    Parameters
    ----------
    shares : Mapping of str to float
        Fractions in [0, 1], drawn from top to bottom.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    bars = ax.barh(list(shares), list(shares.values()))
    ax.bar_label(bars, [f"{share:.0%}" for share in shares.values()], padding=4)
    ax.invert_yaxis()
    ax.set(xlabel="share of the time", xlim=(0, 1.1 * max(shares.values())))
    ax.xaxis.set_major_formatter("{x:.0%}")
    return ax


def plot_curves(curves, *, x=None, ax=None):
    """Draw several curves over the same steps, each with its own marker and dashes.

    Parameters
    ----------
    curves : Mapping of str to sequence of float
        Label -> values.
    x : sequence of float, optional
        Where the values stand; 1, 2, ... if not given. Ticks are set at them.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    looks = ["o-", "s--", "^:", "v-.", "D-"]
    for k, (label, values) in enumerate(curves.items()):
        where = range(1, len(values) + 1) if x is None else x
        ax.plot(where, values, looks[k % len(looks)], markersize=5, label=label)
    longest = max(len(values) for values in curves.values())
    ax.set(ylim=(0, None), xticks=range(1, longest + 1) if x is None else x)
    ax.legend()
    return ax


def plot_gradient_norms(norms, *, bound, ax=None):
    """Draw the gradient's norm over the steps, and the bound that would cut it.

    Parameters
    ----------
    norms : Mapping of str to sequence of float
        Label -> norm before clipping, a value a step.
    bound : float
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    looks = [{"alpha": 0.6, "lw": 1.0, "ls": ":", "marker": "."}, {"lw": 1.8}]
    for k, (label, values) in enumerate(norms.items()):
        ax.plot(range(1, len(values) + 1), values, label=label, **looks[k % 2])
    ax.axhline(bound, color="0.3", ls="--", lw=1.2, label=f"bound {bound:g}")
    ax.set(xlabel="step", ylabel="norm of the gradient", ylim=(0, None))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def plot_life(life, words, *, axes=None):
    """Draw the life of one unit: what it kept, took in and showed, word by word.

    Parameters
    ----------
    life : Step
        Fields of shape (T,): one unit's gates and states, from C = 0 on.
    words : list of str, length T
    axes : sequence of two Axes, optional

    Returns
    -------
    sequence of two Axes
        Above, as bars, what C is the sum of, f C of the word before and i a, with C as
        a line; below the gate o and what it shows of C, h.
    """
    if axes is None:
        _, axes = plt.subplots(2, 1, figsize=(7.2, 5), height_ratios=[3, 2])
    top, bottom = axes
    places = np.arange(len(words))
    kept = life.f * np.concatenate([[0], life.c[:-1]])
    f, a, o = (GATE_COLOURS[gate] for gate in "fao")
    bars = {"ec": "white", "width": 0.38}
    top.bar(places - 0.19, kept, fc=f, label="kept: f C of the word before", **bars)
    added = {"fc": a, "hatch": "//", "label": "added: i a"}
    top.bar(places + 0.19, life.i * life.a, **added, **bars)
    top.plot(places, life.c, "ko-", label="C, their sum")
    bottom.plot(places, life.o, "s--", color=o, label="output gate o")
    bottom.plot(places, life.h, "k^-", label="shown: h = o tanh C")
    bottom.set(ylabel="gate, state", ylim=(-1.05, 1.05))
    top.set(ylabel="cell state")
    for ax in axes:
        ax.axhline(0, color="0.6", lw=0.8, zorder=0)
        ax.set_xticks(places, [])
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    bottom.set_xticks(places, words, rotation=45, ha="right", rotation_mode="anchor")
    return axes


def plot_spread(runs, *, x=None, start=0, ax=None):
    """Draw the median of several runs, and the range between their extremes.

    Parameters
    ----------
    runs : Mapping of str to ndarray of shape (R, N)
        Label -> R runs of N values.
    x : sequence of float, length N, optional
        Where the values stand; 1, 2, ... if not given.
    start : int
        The look to begin with, so that the same run looks the same in two figures.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    looks = ["o-", "s--", "^:", "v-.", "D-"]
    for k, (label, values) in enumerate(runs.items(), int(start)):
        values = np.asarray(values)
        where = np.arange(1, values.shape[1] + 1) if x is None else x
        every = max(1, len(where) // 10)
        middle = np.median(values, axis=0)
        look = {"ms": 5, "markevery": every, "label": label, "color": f"C{k}"}
        [line] = ax.plot(where, middle, looks[k % len(looks)], **look)
        low, high = values.min(axis=0), values.max(axis=0)
        ax.fill_between(where, low, high, color=line.get_color(), alpha=0.2, lw=0)
    ax.legend()
    return ax


def plot_tangent(values, losses, at, loss, slope, step, *, ax=None):
    """Draw a loss over one parameter, its tangent, and the two points of the check.

    Parameters
    ----------
    values, losses : sequence of float
        The curve.
    at, loss, slope : float
        A point of it and the derivative there.
    step : float
        How far the two points stand from it, as a rule much enlarged.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    ax.plot(values, losses, color="0.3", label="loss")
    near = np.array([at - 1.6 * step, at + 1.6 * step])
    ax.plot(near, loss + slope * (near - at), "--", label="tangent: the derivative")
    ends = np.array([at - step, at + step])
    heights = np.interp(ends, values, losses)
    ax.plot(ends, heights, "s-", ms=6, label="secant: the central difference")
    ax.plot([at], [loss], "ko")
    ax.set(xlabel="one parameter", ylabel="loss")
    ax.legend()
    return ax


def plot_step_sizes(errors, steps, *, bound, ax=None):
    """Draw the error of a difference quotient over its step, both logarithmic.

    Parameters
    ----------
    errors : Mapping of str to sequence of float
        Label -> error at each step.
    steps : sequence of float
    bound : float
        What right code is asked for.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    for look, (label, values) in zip(("o-", "s--", "^:"), errors.items(), strict=False):
        ax.loglog(steps, values, look, label=label)
    ax.axhline(bound, color="0.3", ls="--", lw=1.2, label=f"bound {bound:g}")
    ax.set(xlabel="step", ylabel="relative error")
    ax.legend()
    return ax


def plot_error_table(errors, *, bound, ax=None):
    """Draw relative errors as a table, a row for each case, a column for each tensor.

    Parameters
    ----------
    errors : dict of str to dict of str to float
    bound : float
        What right code stays below: darker cells are above it, and say by how much.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    columns = list(next(iter(errors.values())))
    table = np.array([[row[name] for name in columns] for row in errors.values()])
    reach = np.log10(np.maximum(table, bound) / bound)
    ax.imshow(reach, cmap="Reds", vmin=0, vmax=-np.log10(bound) * 2, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        text = f"{value:.2g}" if value >= bound else "right"
        ax.text(column, row, text, ha="center", va="center", fontsize=9)
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(errors)), list(errors))
    return ax


def plot_unit_scores(scores, *, ax=None):
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
    ax = ax or plt.gca()
    order = np.argsort(scores)
    colours = np.where(scores[order] < 0.5, "C1", "C0")
    ax.bar(range(len(scores)), scores[order] - 0.5, bottom=0.5, color=colours)
    ax.axhline(0.5, color="0.3", lw=1)
    ax.set(xlabel="unit", ylabel="area under ROC", ylim=(0, 1))
    ax.set_xticks(range(len(scores)), order, fontsize=7, rotation=90)
    return ax


def plot_two_groups(values, members, labels, *, ax=None):
    """Draw how the values of two groups are spread, each group's area being 1.

    Parameters
    ----------
    values : ndarray of shape (N,)
    members : ndarray of shape (N,), bool
    labels : tuple of two str
        What to call the members, and the others.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    bins = np.histogram_bin_edges(values, bins=30)
    groups = {"density": True, "alpha": 0.6, "ec": "white"}
    ax.hist(values[members], bins, label=labels[0], hatch="//", **groups)
    ax.hist(values[~members], bins, label=labels[1], **groups)
    ax.set(ylabel="density")
    ax.legend()
    return ax


def plot_path(values, words, tags, path, *, ax=None):
    """Draw a number for every tag at every word, and a path through them.

    Parameters
    ----------
    values : ndarray of shape (T, K)
    words : list of str, length T
    tags : sequence of str, length K
    path : sequence of int, length T
        The tag that the path takes at each word, in [0, K).
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    image = ax.imshow(values.T, aspect="auto", cmap="Blues")
    ax.figure.colorbar(image, ax=ax, pad=0.01)
    ax.plot(range(len(words)), path, "o-", color="C1", lw=2, ms=6)
    ax.set_xticks(range(len(words)))
    ax.set_xticklabels(words, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(tags)), tags)
    ax.set(ylabel="tag")
    return ax


def plot_steps(scores, tags, *, ax=None):
    """Draw the score of every pair of neighbouring tags; the forbidden are crossed out.

    Parameters
    ----------
    scores : ndarray of shape (K, K)
        Row: the tag before; column: the tag after. Not finite where forbidden.
    tags : sequence of str, length K
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    allowed = np.isfinite(scores)
    reach = np.abs(scores[allowed]).max()
    limits = {"cmap": "RdBu_r", "vmin": -reach, "vmax": reach}
    image = ax.imshow(np.where(allowed, scores, np.nan), **limits)
    ax.figure.colorbar(image, ax=ax, pad=0.02, fraction=0.046)
    before, after = np.nonzero(~allowed)
    ax.plot(after, before, "x", color="0.6", ms=4, label="forbidden")
    ax.set_xticks(range(len(tags)), tags, rotation=90)
    ax.set_yticks(range(len(tags)), tags)
    ax.set(xlabel="tag after", ylabel="tag before")
    ax.legend(loc="lower right", bbox_to_anchor=(0, -0.25))
    return ax


def plot_changes(changes, *, ax=None):
    """Draw by how much each of some changes moves a score.

    Parameters
    ----------
    changes : Mapping of str to sequence of float
        What was changed, and what every run gained (a loss is below 0).
    ax : Axes, optional

    Returns
    -------
    Axes
        The greatest loss at the top; a bar is the mean, a dot a run.
    """
    ax = ax or plt.gca()
    names = sorted(changes, key=lambda name: -np.mean(changes[name]))
    means = [np.mean(changes[name]) for name in names]
    ax.barh(names, means, color=["C0" if m >= 0 else "C1" for m in means], alpha=0.7)
    for row, name in enumerate(names):
        ax.plot(changes[name], [row] * len(changes[name]), "k.", ms=4)
    ax.axvline(0, color="0.4", lw=0.8)
    return ax


def show():
    """Show the current figure with a text for readers who do not see it, and close it.

    The text says what the titles and axes say; a title here states the finding. The
    picture has 256 colours, which makes a notebook a third of the size.
    """
    figure = plt.gcf()
    png, small = io.BytesIO(), io.BytesIO()
    figure.savefig(png, format="png", bbox_inches="tight")
    palette = Image.open(png).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    palette.save(small, format="PNG", optimize=True)
    data = {"image/png": small.getvalue(), "text/plain": repr(figure)}
    alt = {"image/png": {"alt": describe(figure)}}
    display(data, metadata=alt, raw=True)
    plt.close(figure)


def describe(figure):
    """Put a figure's titles and axis labels into a sentence or two.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    str

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.subplots().set(title="It rises", xlabel="t", ylabel="x")
    >>> describe(figure)
    'It rises (x over t).'
    """
    texts = [figure.get_suptitle()]
    for ax in figure.axes:
        title = ax.get_title("left") or ax.get_title()
        labels = " over ".join(filter(None, [ax.get_ylabel(), ax.get_xlabel()]))
        if labels and ax.get_label() != "<colorbar>":
            title = f"{title} ({labels})".strip()
        texts.append(title)
    text = ". ".join(filter(None, texts)).replace("\n", " ").replace("?.", "?")
    return text + "." * (not text.endswith((".", "?")))
