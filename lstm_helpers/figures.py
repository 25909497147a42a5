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
