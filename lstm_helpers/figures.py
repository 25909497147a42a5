"""Numbers -> a matplotlib Axes. Nothing here shows, saves or computes a score."""

import matplotlib.pyplot as plt
import numpy as np

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
