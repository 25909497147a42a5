"""Numbers in their order -> named curves on an Axes."""

import numpy as np

from lstm_helpers.figures.axes import BESIDE, LOOKS, label_words, on_axes


@on_axes
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
    for k, (label, values) in enumerate(curves.items()):
        where = range(1, len(values) + 1) if x is None else x
        ax.plot(where, values, LOOKS[k % len(LOOKS)], markersize=5, label=label)
    longest = max(len(values) for values in curves.values())
    ax.set(ylim=(0, None), xticks=range(1, longest + 1) if x is None else x)
    ax.legend()
    return ax


@on_axes
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
    for (label, values), marker in zip(curves.items(), "os^Dvx", strict=False):
        ax.plot(values, marker=marker, markevery=5, label=label)
    ax.set(xlabel="step t", ylabel="state", ylim=(0, None))
    ax.legend(loc="center right")
    return ax


@on_axes
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
    styles = ["o-", "s--", "^:", "D-."]
    for k, (name, numbers) in enumerate(values.items()):
        ax.plot(numbers, styles[k % len(styles)], label=name)
    label_words(ax, words)
    ax.legend()
    return ax


@on_axes
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
    ax.axhline(0, color="0.8", lw=0.8)
    ax.plot(c, "o-", label="cell state C")
    ax.plot(h, "s--", label="hidden state h")
    ax.set(ylabel="state")
    label_words(ax, words)
    ax.legend()
    return ax


@on_axes
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
    looks = [{"alpha": 0.6, "lw": 1.0, "ls": ":", "marker": "."}, {"lw": 1.8}]
    for k, (label, values) in enumerate(norms.items()):
        ax.plot(range(1, len(values) + 1), values, label=label, **looks[k % 2])
    ax.axhline(bound, color="0.3", ls="--", lw=1.2, label=f"bound {bound:g}")
    ax.set(xlabel="step", ylabel="norm of the gradient", ylim=(0, None))
    ax.legend(**BESIDE)
    return ax


@on_axes
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
    for look, (label, values) in zip(("o-", "s--", "^:"), errors.items(), strict=False):
        ax.loglog(steps, values, look, label=label)
    ax.axhline(bound, color="0.3", ls="--", lw=1.2, label=f"bound {bound:g}")
    ax.set(xlabel="step", ylabel="relative error")
    ax.legend()
    return ax


@on_axes
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
    for k, (label, values) in enumerate(runs.items(), int(start)):
        values = np.asarray(values)
        where = np.arange(1, values.shape[1] + 1) if x is None else x
        every = max(1, len(where) // 10)
        middle = np.median(values, axis=0)
        look = {"ms": 5, "markevery": every, "label": label, "color": f"C{k}"}
        [line] = ax.plot(where, middle, LOOKS[k % len(LOOKS)], **look)
        low, high = values.min(axis=0), values.max(axis=0)
        ax.fill_between(where, low, high, color=line.get_color(), alpha=0.2, lw=0)
    ax.legend()
    return ax


@on_axes
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


@on_axes
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
