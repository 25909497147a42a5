"""The backward pass of the plain RNN and of the LSTM, and the gradient check.

``d_h`` is the derivative of the loss by h, whichever way h acts on it; ``dl_dh`` only
by the direct way, through the scores of its own word. Both have the shape of h.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from torch import Tensor, nn

from lstm_helpers.equations.cell import (
    Step,
    Weights,
    check_numbers,
    check_sequence,
    check_shapes,
    initial_state,
    to_numpy,
    weights_from_torch,
)
from lstm_helpers.equations.tracing import initial_states, trace


class RNNGradients(NamedTuple):
    """Derivatives of the loss, each of the shape of what it is taken by."""

    W: np.ndarray  # (H, H)
    U: np.ndarray  # (H, E)
    b: np.ndarray  # (H,)
    x: np.ndarray  # (T, B, E)
    h_0: np.ndarray  # (B, H)
    h: np.ndarray  # (T, B, H): d_h at every step


class LSTMGradients(NamedTuple):
    """Derivatives of the loss, each of the shape of what it is taken by."""

    W: np.ndarray  # (4H, H), rows stacked i, f, a, o
    U: np.ndarray  # (4H, E)
    b: np.ndarray  # (4H,)
    x: np.ndarray  # (T, B, E)
    h_0: np.ndarray  # (B, H)
    c_0: np.ndarray  # (B, H)
    h: np.ndarray  # (T, B, H): d_h at every step
    c: np.ndarray  # (T, B, H): d_c at every step


def rnn_backward(
    x: np.ndarray,
    weights: Weights,
    h: np.ndarray,
    dl_dh: np.ndarray,
    h_0: np.ndarray | None = None,
) -> RNNGradients:
    """Back-propagate through a plain RNN's steps: equations (6.4) to (6.9).

    Parameters
    ----------
    x : ndarray of shape (T, B, E)
    weights : Weights
        W of shape (H, H), U of shape (H, E), b of shape (H,).
    h : ndarray of shape (T, B, H)
        What :func:`lstm_helpers.equations.rnn_sequence` returned.
    dl_dh : ndarray of shape (T, B, H)
        The loss by each state directly.
    h_0 : ndarray of shape (B, H), optional
        Zeros unless given.

    Returns
    -------
    RNNGradients

    Raises
    ------
    ValueError
        If shapes do not fit, dtypes differ, or a number is not finite.

    References
    ----------
    Werbos (1990), doi:10.1109/5.58337.
    """
    sequences = {"h": h, "dl_dh": dl_dh}
    [h_0] = _check_call(x, weights, sequences, {"h_0": h_0}, n_blocks=1)
    W, U, _ = weights
    h_before = np.concatenate([h_0[None], h[:-1]])
    d_h, d_z = np.empty_like(h), np.empty_like(h)
    d_h_next = np.zeros_like(h_0)  # nothing comes after the last step
    for t in reversed(range(len(x))):
        d_h[t] = dl_dh[t] + d_h_next  # (6.5)
        d_z[t] = d_h[t] * (1 - h[t] ** 2)  # (6.4)
        d_h_next = d_z[t] @ W  # (6.5), the part that goes on to t - 1
    return RNNGradients(
        W=np.einsum("tbk,tbh->kh", d_z, h_before),  # (6.6)
        U=np.einsum("tbk,tbe->ke", d_z, x),  # (6.7)
        b=d_z.sum(axis=(0, 1)),  # (6.8)
        x=d_z @ U,  # (6.9)
        h_0=d_h_next,  # (6.5) at t = 0
        h=d_h,
    )


def lstm_backward(
    x: np.ndarray,
    weights: Weights,
    steps: Step,
    dl_dh: np.ndarray,
    dl_dc: np.ndarray | None = None,
    h_0: np.ndarray | None = None,
    c_0: np.ndarray | None = None,
) -> LSTMGradients:
    """Back-propagate through an LSTM's steps: equations (6.10) to (6.19).

    Parameters
    ----------
    x : ndarray of shape (T, B, E)
    weights : Weights
    steps : Step
        What :func:`lstm_helpers.equations.lstm_sequence` returned: fields (T, B, H).
    dl_dh, dl_dc : ndarray of shape (T, B, H)
        The loss by each state directly; ``dl_dc`` is zero unless given.
    h_0, c_0 : ndarray of shape (B, H), optional
        Zeros unless given.

    Returns
    -------
    LSTMGradients

    Raises
    ------
    ValueError
        If shapes do not fit, dtypes differ, or a number is not finite.

    Notes
    -----
    The first LSTM cut off the gradients of the gates; the whole gradient, as here, is
    due to Graves and Schmidhuber (2005).

    References
    ----------
    Graves and Schmidhuber (2005), doi:10.1016/j.neunet.2005.06.042.
    """
    dl_dc = np.zeros_like(dl_dh) if dl_dc is None else dl_dc
    sequences = {**steps._asdict(), "dl_dh": dl_dh, "dl_dc": dl_dc}
    states = {"h_0": h_0, "c_0": c_0}
    h_0, c_0 = _check_call(x, weights, sequences, states, n_blocks=4)
    W, U, _ = weights
    i, f, a, o, c, h = steps
    h_before = np.concatenate([h_0[None], h[:-1]])
    c_before = np.concatenate([c_0[None], c[:-1]])
    d_h, d_c = np.empty_like(h), np.empty_like(c)
    d_z = np.empty((*h.shape[:2], len(W)), h.dtype)  # (T, B, 4H)
    d_h_next, d_c_next = np.zeros_like(h_0), np.zeros_like(c_0)
    for t in reversed(range(len(x))):
        d_h[t] = dl_dh[t] + d_h_next  # (6.10)
        through_h = d_h[t] * o[t] * (1 - np.tanh(c[t]) ** 2)
        d_c[t] = dl_dc[t] + through_h + d_c_next  # (6.11)
        d_z_i = d_c[t] * a[t] * i[t] * (1 - i[t])  # (6.12)
        d_z_f = d_c[t] * c_before[t] * f[t] * (1 - f[t])  # (6.13)
        d_z_a = d_c[t] * i[t] * (1 - a[t] ** 2)  # (6.14)
        d_z_o = d_h[t] * np.tanh(c[t]) * o[t] * (1 - o[t])  # (6.15)
        d_z[t] = np.concatenate([d_z_i, d_z_f, d_z_a, d_z_o], axis=-1)
        d_h_next = d_z[t] @ W  # (6.10), the part that goes on to t - 1
        d_c_next = d_c[t] * f[t]  # (6.11), the part that goes on to t - 1
    return LSTMGradients(
        W=np.einsum("tbk,tbh->kh", d_z, h_before),  # (6.16)
        U=np.einsum("tbk,tbe->ke", d_z, x),  # (6.17)
        b=d_z.sum(axis=(0, 1)),  # (6.18)
        x=d_z @ U,  # (6.19)
        h_0=d_h_next,  # (6.10) at t = 0
        c_0=d_c_next,  # (6.11) at t = 0
        h=d_h,
        c=d_c,
    )


def module_backward(
    lstm: nn.LSTM,
    x: Tensor,
    dl_dh: np.ndarray,
    dl_dc: np.ndarray | None = None,
    hx: tuple[Tensor, Tensor] | None = None,
) -> tuple[list[list[LSTMGradients]], np.ndarray]:
    """Back-propagate through every layer and direction of a ``torch.nn.LSTM``.

    Parameters
    ----------
    lstm : torch.nn.LSTM
        Not ``batch_first``.
    x : Tensor of shape (T, B, E)
    dl_dh, dl_dc : ndarray of shape (L, D, T, B, H)
        The loss by each state directly, laid out as the states are by
        :func:`lstm_helpers.equations.trace`: what the module returns as output is
        ``h[-1]``, its h_n and c_n stand at t = T - 1 (first direction) and t = 0
        (second). ``dl_dc`` is zero unless given.
    hx : tuple of two Tensors of shape (L * D, B, H), optional

    Returns
    -------
    gradients : list of list of LSTMGradients
        ``gradients[layer][direction]``, over time in the order of the words. The
        library's two biases both have the derivative ``b``.
    d_x : ndarray of shape (T, B, E)

    Raises
    ------
    TypeError
        As :func:`lstm_helpers.equations.trace`.
    ValueError
        As :func:`lstm_helpers.equations.trace` and :func:`lstm_backward`, and for
        ``batch_first`` or a single sentence of shape (T, E).
    """
    steps = trace(lstm, x, hx)
    if lstm.batch_first or x.dim() != 3:
        got = f"batch_first={lstm.batch_first}, x of shape {tuple(x.shape)}"
        raise ValueError(f"got {got}, wanted batch_first=False, (T, B, E)")
    L, D, *_ = steps.h.shape
    dl_dc = np.zeros_like(dl_dh) if dl_dc is None else dl_dc
    _check_same_shape({"dl_dh": dl_dh, "dl_dc": dl_dc}, steps.h.shape)
    states = to_numpy(initial_states(lstm, x, hx))
    inputs = [to_numpy(x), *(np.concatenate(h, axis=-1) for h in steps.h[:-1])]
    asked = dl_dh.copy()  # of h, by the loss and by the layer above
    gradients: list[list[LSTMGradients]] = []
    for layer in reversed(range(L)):
        runs = [
            _backward_in_direction(
                direction,
                inputs[layer],
                weights_from_torch(lstm, direction, layer),
                Step(*(field[layer, direction] for field in steps)),
                asked[layer, direction],
                dl_dc[layer, direction],
                *states[:, layer, direction],
            )
            for direction in range(D)
        ]
        d_below = sum((run.x for run in runs[1:]), start=runs[0].x)
        if layer:
            asked[layer - 1] += np.split(d_below, D, axis=-1)
        gradients.insert(0, runs)
    return gradients, d_below


def _backward_in_direction(
    direction: int,
    x: np.ndarray,
    weights: Weights,
    steps: Step,
    dl_dh: np.ndarray,
    dl_dc: np.ndarray,
    h_0: np.ndarray,
    c_0: np.ndarray,
) -> LSTMGradients:
    """Back-propagate through one direction of a layer.

    What it takes and returns is over time in the order of the words, whichever end the
    direction reads from.
    """
    turn = slice(None, None, -1 if direction else 1)
    turned = Step(*(field[turn] for field in steps))
    run = lstm_backward(x[turn], weights, turned, dl_dh[turn], dl_dc[turn], h_0, c_0)
    return run._replace(x=run.x[turn], h=run.h[turn], c=run.c[turn])


def numeric_gradient(
    loss: Callable[[np.ndarray], float], array: np.ndarray, step: float = 1e-5
) -> np.ndarray:
    """Measure the derivative of a loss by every entry of an array: equation (6.2).

    Parameters
    ----------
    loss : callable
        Takes an array like ``array``, returns a float.
    array : ndarray, float64
        Where the derivative is taken. Left as it is.
    step : float
        By how much an entry is moved up and down.

    Returns
    -------
    ndarray, the shape of ``array``
        ``(loss(array + step) - loss(array - step)) / (2 * step)``, an entry at a time.

    Raises
    ------
    ValueError
        If the dtype is not float64, in which half the digits would be lost, the step
        not positive, or a loss not finite.

    Examples
    --------
    >>> numeric_gradient(lambda x: (x**2).sum(), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    if array.dtype != np.float64 or not step > 0:
        got = f"dtype {array.dtype}, step {step}"
        raise ValueError(f"got {got}, wanted float64, a step above 0")
    gradient = np.empty_like(array)
    for place in np.ndindex(array.shape):
        moved = array.copy()
        moved[place] = array[place] + step
        above = loss(moved)
        moved[place] = array[place] - step
        below = loss(moved)
        if not np.isfinite([above, below]).all():
            got = f"{above} and {below} around entry {place}"
            raise ValueError(f"loss: got {got}, wanted finite numbers")
        gradient[place] = (above - below) / (2 * step)
    return gradient


def relative_error(numeric: np.ndarray, analytic: np.ndarray) -> float:
    """Compare two gradients by their norms: equation (6.3).

    Parameters
    ----------
    numeric, analytic : ndarray of the same shape

    Returns
    -------
    float
        ``||numeric - analytic|| / (||numeric|| + ||analytic||)``, in [0, 1]; 0 if both
        are zero.

    Raises
    ------
    ValueError
        If the shapes differ or a number is not finite.

    Examples
    --------
    >>> relative_error(np.array([3.0, 4.0]), np.array([3.0, -4.0]))
    0.8
    >>> relative_error(np.zeros(2), np.zeros(2))
    0.0
    """
    if numeric.shape != analytic.shape:
        got = f"shapes {numeric.shape} and {analytic.shape}"
        raise ValueError(f"got {got}, wanted the same")
    check_numbers({"numeric": numeric, "analytic": analytic})
    distance = np.linalg.norm(numeric - analytic)
    size = np.linalg.norm(numeric) + np.linalg.norm(analytic)
    return float(distance / size) if size else 0.0


def gradient_errors(
    loss: Callable[..., float],
    parameters: dict[str, np.ndarray],
    gradients: dict[str, np.ndarray],
    step: float = 1e-5,
) -> dict[str, float]:
    """Check gradients tensor by tensor against central differences.

    Parameters
    ----------
    loss : callable
        Takes the parameters by name, returns a float.
    parameters : dict of str to ndarray, float64
    gradients : dict of str to ndarray
        What is to be checked, for every parameter.
    step : float

    Returns
    -------
    dict of str to float
        The :func:`relative_error` of each. Right code stays below 1e-8 where the
        derivatives are not tiny themselves; wrong code is seldom below 1e-2.

    Raises
    ------
    ValueError
        If parameters and gradients have not the same names, or as
        :func:`numeric_gradient` and :func:`relative_error`.
    """
    if parameters.keys() != gradients.keys():
        got, wanted = list(gradients), list(parameters)
        raise ValueError(f"gradients: got {got}, wanted {wanted}")
    return {
        name: relative_error(
            _numeric_by_name(loss, parameters, name, step), gradients[name]
        )
        for name in parameters
    }


def _numeric_by_name(
    loss: Callable[..., float],
    parameters: dict[str, np.ndarray],
    name: str,
    step: float,
) -> np.ndarray:
    """Measure the derivative by one of several parameters; the others stay."""
    return numeric_gradient(
        lambda moved: loss(**{**parameters, name: moved}), parameters[name], step
    )


def _check_call(
    x: np.ndarray,
    weights: Weights,
    sequences: dict[str, np.ndarray],
    states: dict[str, np.ndarray | None],
    n_blocks: int,
) -> list[np.ndarray]:
    """Check what a backward pass is called with; return the initial states."""
    check_sequence(x)
    given = {name: initial_state(x, weights, s) for name, s in states.items()}
    check_shapes(x[0], given, weights, n_blocks)
    _check_same_shape(sequences, (*x.shape[:2], weights.W.shape[1]))
    check_numbers({"x": x, **weights._asdict(), **sequences, **given})
    return list(given.values())


def _check_same_shape(arrays: dict[str, np.ndarray], wanted: tuple[int, ...]) -> None:
    for name, array in arrays.items():
        if array.shape != wanted:
            raise ValueError(f"{name}: got shape {array.shape}, wanted {wanted}")
