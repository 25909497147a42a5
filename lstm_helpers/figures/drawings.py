"""The architectures drawn: what flows where in an RNN, an LSTM, a tagger."""

import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

from lstm_helpers.style import GATE_COLOURS


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
