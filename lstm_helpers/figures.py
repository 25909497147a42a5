"""Numbers -> a matplotlib Axes.

No ``plot_*`` shows, saves or computes a score; :func:`show` shows, with a text.
"""

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.patches import FancyBboxPatch

from lstm_helpers.rendering import COLOURS

GATE_COLOURS = {"i": "#009E73", "f": "#0072B2", "a": "#E69F00", "o": "#CC79A7"}
STATE_NAMES = {
    "i": "input gate i",
    "f": "forget gate f",
    "a": "candidate a",
    "o": "output gate o",
    "c": "cell state C",
    "h": "hidden state h",
}


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
    ax.set_xticklabels(words, rotation=45, ha="right", rotation_mode="anchor")
    return ax


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


def plot_chain(*, axes=None):
    """Draw three steps of a plain RNN and of an LSTM, one below the other.

    Parameters
    ----------
    axes : sequence of two Axes, optional

    Returns
    -------
    sequence of two Axes
    """
    if axes is None:
        _, axes = plt.subplots(2, 1, figsize=(7.2, 5), height_ratios=[2, 3])
    for ax, top in zip(axes, (2.2, 3.4), strict=True):
        ax.set(xlim=(-0.6, 10.2), ylim=(-1.0, top + 0.9), aspect="equal")
        ax.axis("off")
        for k, time in enumerate(["t-1", "t", "t+1"]):
            left = 0.4 + 3.3 * k
            ax.add_patch(
                plt.Rectangle((left, 0), 2.6, top, fill=k == 1, fc="0.95", ec="0.4")
            )
            _arrow(ax, (left + 0.35, -0.7), (left + 0.35, 0))
            ax.text(left + 0.35, -0.75, f"$x^{{({time})}}$", ha="center", va="top")
            _arrow(ax, (left + 2.3, top), (left + 2.3, top + 0.5))
            ax.text(left + 2.3, top + 0.55, f"$h^{{({time})}}$", ha="center")
    _draw_rnn(axes[0])
    _draw_lstm(axes[1])
    axes[0].set_title("RNN: one state, squashed anew at every step")
    axes[1].set_title("LSTM: a second state, C, that is only scaled and added to")
    return axes


def _draw_rnn(ax):
    for k in range(-1, 3):
        left = 3.0 + 3.3 * k
        _arrow(ax, (left, 0.7), (left + 0.7, 0.7), lw=2)
    for k in range(3):
        left = 0.4 + 3.3 * k
        ax.plot([left, left + 0.95], [0.7, 0.7], color="0.2", lw=2)
        ax.plot([left + 0.35, left + 0.35], [0, 0.7], color="0.2", lw=1.2)
        _box(ax, left + 1.3, 0.7, "tanh", GATE_COLOURS["a"])
        ax.plot([left + 1.65, left + 2.6], [0.7, 0.7], color="0.2", lw=2)
        ax.plot([left + 2.3, left + 2.3], [0.7, 2.2], color="0.2", lw=1.2)
    ax.text(3.35, 0.85, "h", ha="center", style="italic")


def _draw_lstm(ax):
    for k in range(-1, 3):
        left = 3.0 + 3.3 * k
        _arrow(ax, (left, 2.9), (left + 0.7, 2.9), lw=3.2)
        _arrow(ax, (left, 0.4), (left + 0.7, 0.4), lw=2)
    for k in range(3):
        left = 0.4 + 3.3 * k
        ax.plot([left, left + 2.6], [2.9, 2.9], color="0.2", lw=3.2)  # C
        ax.plot([left, left + 1.75], [0.4, 0.4], color="0.2", lw=1.2)  # h and x
        ax.plot([left + 0.35, left + 0.35], [0, 0.4], color="0.2", lw=1.2)
        gates = [
            ("f", 0.45, "σ"),
            ("i", 0.95, "σ"),
            ("a", 1.35, "tanh"),
            ("o", 1.75, "σ"),
        ]
        for gate, x, function in gates:
            ax.plot([left + x] * 2, [0.4, 1.0], color="0.2", lw=1.2)
            _box(ax, left + x, 1.0, function, GATE_COLOURS[gate], width=0.36)
            ax.text(left + x - 0.08, 1.27, gate, ha="right", style="italic", fontsize=8)
        ax.plot([left + 0.45] * 2, [1.2, 2.9], color="0.2", lw=1.2)
        ax.plot([left + 0.95] * 2, [1.2, 2.05], color="0.2", lw=1.2)
        ax.plot([left + 1.35] * 2, [1.2, 2.05], color="0.2", lw=1.2)
        ax.plot([left + 0.95, left + 1.35], [2.05, 2.05], color="0.2", lw=1.2)
        ax.plot([left + 1.15] * 2, [2.05, 2.9], color="0.2", lw=1.2)
        ax.plot([left + 1.75] * 2, [1.2, 1.6], color="0.2", lw=1.2)
        ax.plot([left + 1.75, left + 2.05], [1.6, 1.6], color="0.2", lw=1.2)
        ax.plot([left + 2.05] * 2, [2.9, 1.6], color="0.2", lw=1.2)
        ax.plot([left + 2.05] * 2, [1.6, 0.4], color="0.2", lw=1.2)
        ax.plot([left + 2.05, left + 2.6], [0.4, 0.4], color="0.2", lw=1.2)
        ax.plot([left + 2.3] * 2, [0.4, 2.78], color="0.2", lw=1.2)
        ax.plot([left + 2.3] * 2, [3.02, 3.4], color="0.2", lw=1.2)
        _box(ax, left + 2.05, 2.3, "tanh", "0.85", width=0.36)
        for x, y, sign in [
            (0.45, 2.9, "×"),
            (1.15, 2.9, "+"),
            (1.15, 2.05, "×"),
            (2.05, 1.6, "×"),
        ]:
            ax.add_patch(
                plt.Circle((left + x, y), 0.14, fc="white", ec="0.2", zorder=3)
            )
            ax.text(left + x, y, sign, ha="center", va="center", zorder=4, fontsize=9)
    ax.text(3.35, 3.05, "C", ha="center", style="italic")
    ax.text(3.35, 0.55, "h", ha="center", style="italic")


def _box(ax, x, y, text, colour, width=0.7):
    ax.add_patch(
        plt.Rectangle(
            (x - width / 2, y - 0.2), width, 0.4, fc=colour, ec="0.2", alpha=1, zorder=3
        )
    )
    ax.text(x, y, text, ha="center", va="center", zorder=4, fontsize=7)


def _arrow(ax, start, end, lw=1.2):
    ax.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>",
            "lw": lw,
            "color": "0.2",
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )


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


def plot_tagger(words, tags, shapes, *, ax=None):
    """Draw the post's tagger over one sentence, with the shape at every arrow.

    Parameters
    ----------
    words, tags : list of str, length T
        A short sentence; the tags stand above the scores.
    shapes : dict of str to tuple of int
        What the five rows of arrows carry, from the ids to the scores, in that order.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = ax or plt.gca()
    T, layers = len(words), ["embedding", "LSTM", "linear layer", "log-softmax"]
    colours = ["#8FC7E8", "#3F8FC4", "#8FC7E8", "0.82"]  # grey: no weights
    size = min(9, 76 / max(map(len, [*words, *tags])))
    for row, (layer, colour) in enumerate(zip(layers, colours, strict=True)):
        y = 1.5 * row
        band = {"boxstyle": "round,pad=0,rounding_size=0.15", "lw": 0}
        ax.add_patch(_rounded((-0.55, y), T + 0.1, 0.8, fc=colour, alpha=0.22, **band))
        ax.text(-0.75, y + 0.4, layer, ha="right", va="center", weight="bold")
        for k in range(T):
            cell = {"boxstyle": "round,pad=0,rounding_size=0.08", "lw": 0.8}
            ax.add_patch(_rounded((k - 0.3, y + 0.15), 0.6, 0.5, fc=colour, **cell))
            if layer == "LSTM" and k + 1 < T:
                _flow(ax, (k + 0.3, y + 0.4), (k + 0.7, y + 0.4))
    for row, (name, shape) in enumerate(shapes.items()):
        top = 1.5 * row
        for k in range(T):
            _flow(ax, (k, top - (0.85 if row else 0.7)), (k, top + (0.15, 0)[row == 4]))
        label = f"{name} ({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
        ax.text(T - 0.3, top - 0.35, label, va="center", family="monospace", size=9)
    for k, (word, tag) in enumerate(zip(words, tags, strict=True)):
        ax.text(k, -0.85, word, ha="center", va="top", size=size)
        ax.text(k, 6.12, tag, ha="center", size=size, weight="bold")
    ax.text(-0.75, -0.85, "words", ha="right", va="top", color="0.35")
    ax.text(-0.75, 6.12, "gold tags", ha="right", color="0.35")
    ax.set(xlim=(-2.6, T + 2.6), ylim=(-1.3, 6.5))
    ax.axis("off")
    K = list(shapes.values())[-1][-1]
    ax.set_title(f"{T} words go in, {T} rows of {K} scores come out")
    return ax


def _rounded(corner, width, height, *, boxstyle, **style):
    return FancyBboxPatch(corner, width, height, boxstyle=boxstyle, ec="0.25", **style)


def _flow(ax, start, end):
    style = {"arrowstyle": "-|>", "lw": 1, "color": "0.25", "mutation_scale": 8}
    ax.annotate("", end, start, arrowprops=style | {"shrinkA": 0, "shrinkB": 0})


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
    colours = [COLOURS.get(kind, "#e6e6e6") for kind in kinds]
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
            f"{b.count:,}",
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


def show():
    """Show the current figure with a text for readers who do not see it, and close it.

    The text says what the titles and axes say; a title here states the finding.
    """
    figure = plt.gcf()
    alt = {"image/png": {"alt": describe(figure)}}
    display(figure, metadata=alt)
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
