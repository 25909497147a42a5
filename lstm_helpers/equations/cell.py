"""The LSTM and the plain RNN in numpy: one step, a sequence, two directions.

The letters are the post's: W multiplies the state h, U the input x, b is the one bias;
gates i, f, o and candidate a. Rows of W, U and b are stacked in the order i, f, a, o,
as in ``torch.nn.LSTM``.
"""

from typing import NamedTuple

import numpy as np
from torch import Tensor, nn


class Step(NamedTuple):
    """Everything one step computes, each of shape (B, H); over a sequence (T, B, H)."""

    i: np.ndarray
    f: np.ndarray
    a: np.ndarray
    o: np.ndarray
    c: np.ndarray
    h: np.ndarray


class Weights(NamedTuple):
    """One direction's parameters; rows of all three are stacked i, f, a, o."""

    W: np.ndarray  # (4H, H)
    U: np.ndarray  # (4H, E)
    b: np.ndarray  # (4H,)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Squash to (0, 1), without overflow.

    Parameters
    ----------
    z : ndarray

    Returns
    -------
    ndarray, same shape

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    return 0.5 * (1 + np.tanh(0.5 * z))


def lstm_step(
    x_t: np.ndarray, h_prev: np.ndarray, c_prev: np.ndarray, weights: Weights
) -> Step:
    """Take one step: equations (1.2) to (1.7).

    Parameters
    ----------
    x_t : ndarray of shape (B, E)
    h_prev, c_prev : ndarray of shape (B, H)
    weights : Weights

    Returns
    -------
    Step
        Gates i, f, o in (0, 1), candidate a in (-1, 1), new states c and h.

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    Notes
    -----
    On the page W h is a matrix times a column; here a row is a sentence, so it is
    ``h_prev @ W.T``.

    References
    ----------
    Hochreiter and Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735; the forget gate:
    Gers, Schmidhuber and Cummins (2000), doi:10.1162/089976600300015015.
    """
    W, U, b = weights
    check_shapes(x_t, {"h_prev": h_prev, "c_prev": c_prev}, weights, n_blocks=4)
    W_i, W_f, W_a, W_o = np.split(W, 4)
    U_i, U_f, U_a, U_o = np.split(U, 4)
    b_i, b_f, b_a, b_o = np.split(b, 4)
    i_t = sigmoid(h_prev @ W_i.T + x_t @ U_i.T + b_i)  # (1.2)
    f_t = sigmoid(h_prev @ W_f.T + x_t @ U_f.T + b_f)  # (1.3)
    a_t = np.tanh(h_prev @ W_a.T + x_t @ U_a.T + b_a)  # (1.4)
    c_t = f_t * c_prev + i_t * a_t  # (1.5)
    o_t = sigmoid(h_prev @ W_o.T + x_t @ U_o.T + b_o)  # (1.6)
    h_t = o_t * np.tanh(c_t)  # (1.7)
    return Step(i_t, f_t, a_t, o_t, c_t, h_t)


def lstm_sequence(
    x: np.ndarray,
    weights: Weights,
    h_0: np.ndarray | None = None,
    c_0: np.ndarray | None = None,
) -> Step:
    """Run over a sequence from left to right.

    Parameters
    ----------
    x : ndarray of shape (T, B, E)
        T >= 1.
    weights : Weights
    h_0, c_0 : ndarray of shape (B, H), optional
        Zeros unless given.

    Returns
    -------
    Step
        Each field of shape (T, B, H).

    Raises
    ------
    ValueError
        If the shapes do not fit together, the dtypes differ, a number is not finite,
        or the sequence is empty.
    """
    check_sequence(x)
    h_t, c_t = (initial_state(x, weights, state) for state in (h_0, c_0))
    check_numbers({"x": x, "h_0": h_t, "c_0": c_t, **weights._asdict()})
    steps = []
    for x_t in x:
        step = lstm_step(x_t, h_t, c_t, weights)
        h_t, c_t = step.h, step.c
        steps.append(step)
    return Step(*(np.stack(field) for field in zip(*steps, strict=True)))


def bilstm_sequence(x: np.ndarray, forward: Weights, backward: Weights) -> np.ndarray:
    """Run one LSTM from the left and another from the right.

    Parameters
    ----------
    x : ndarray of shape (T, B, E)
    forward, backward : Weights

    Returns
    -------
    ndarray of shape (T, B, 2H)
        At each word the forward h, then the backward h.

    Raises
    ------
    ValueError
        As in :func:`lstm_sequence`, for either direction.
    """
    left = lstm_sequence(x, forward).h
    right = lstm_sequence(x[::-1], backward).h[::-1]
    return np.concatenate([left, right], axis=-1)


def rnn_step(x_t: np.ndarray, h_prev: np.ndarray, weights: Weights) -> np.ndarray:
    """Take one step of the plain RNN: equation (1.1).

    Parameters
    ----------
    x_t : ndarray of shape (B, E)
    h_prev : ndarray of shape (B, H)
    weights : Weights
        W of shape (H, H), U of shape (H, E), b of shape (H,).

    Returns
    -------
    ndarray of shape (B, H)
        The new state, in (-1, 1).

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    References
    ----------
    Elman (1990), doi:10.1207/s15516709cog1402_1.
    """
    W, U, b = weights
    check_shapes(x_t, {"h_prev": h_prev}, weights, n_blocks=1)
    h_t: np.ndarray = np.tanh(h_prev @ W.T + x_t @ U.T + b)  # (1.1)
    return h_t


def rnn_sequence(
    x: np.ndarray, weights: Weights, h_0: np.ndarray | None = None
) -> np.ndarray:
    """Run the plain RNN over a sequence from left to right.

    Parameters
    ----------
    x : ndarray of shape (T, B, E)
        T >= 1.
    weights : Weights
        As in :func:`rnn_step`.
    h_0 : ndarray of shape (B, H), optional
        Zeros unless given.

    Returns
    -------
    ndarray of shape (T, B, H)
        The state after every step, in (-1, 1).

    Raises
    ------
    ValueError
        As in :func:`lstm_sequence`.
    """
    check_sequence(x)
    h_t = initial_state(x, weights, h_0)
    check_numbers({"x": x, "h_0": h_t, **weights._asdict()})
    h = []
    for x_t in x:
        h_t = rnn_step(x_t, h_t, weights)
        h.append(h_t)
    return np.stack(h)


def initial_state(
    x: np.ndarray, weights: Weights, given: np.ndarray | None = None
) -> np.ndarray:
    """Return the state before the first step: zeros of shape (B, H) unless given.

    Parameters
    ----------
    x : ndarray of shape (T, B, E)
    weights : Weights
    given : ndarray of shape (B, H), optional

    Returns
    -------
    ndarray of shape (B, H)
    """
    B, H = x.shape[1], weights.W.shape[-1]
    return np.zeros((B, H), x.dtype) if given is None else given


def weights_from_torch(lstm: nn.LSTM, direction: int = 0, layer: int = 0) -> Weights:
    """Convert a ``torch.nn.LSTM``'s parameters: its two biases become one.

    Parameters
    ----------
    lstm : torch.nn.LSTM
    direction : {0, 1}
        0 runs from the left, 1 from the right.
    layer : int

    Returns
    -------
    Weights
        Copies, of the module's dtype.

    Raises
    ------
    TypeError
        If it is no ``nn.LSTM``.
    ValueError
        If it projects its states, or has no such layer or direction.
    """
    check_lstm(lstm)
    suffix = f"_l{layer}" + ("_reverse" if direction else "")
    if direction not in (0, 1) or not hasattr(lstm, "weight_hh" + suffix):
        raise ValueError(
            f"got layer {layer}, direction {direction}, wanted layers below "
            f"{lstm.num_layers}, directions below {1 + lstm.bidirectional}"
        )

    def array(name: str) -> np.ndarray:
        return to_numpy(getattr(lstm, name + suffix)).copy()

    W, U = array("weight_hh"), array("weight_ih")
    b = array("bias_ih") + array("bias_hh") if lstm.bias else np.zeros(len(W), W.dtype)
    return Weights(W, U, b)


def to_numpy(tensor: Tensor) -> np.ndarray:
    """Give a tensor's numbers as an array that shares its memory where it can."""
    return tensor.detach().cpu().numpy()


def check_lstm(module: nn.Module) -> None:
    """Refuse what the six equations do not describe.

    Parameters
    ----------
    module : torch.nn.Module

    Raises
    ------
    TypeError
        If it is no ``nn.LSTM``, but, say, an ``nn.GRU``.
    ValueError
        If it projects its states (``proj_size``), so that h is not as wide as C.
    """
    if not isinstance(module, nn.LSTM):
        raise TypeError(f"lstm: got {type(module).__name__}, wanted torch.nn.LSTM")
    if module.proj_size:
        raise ValueError(f"lstm: got proj_size={module.proj_size}, wanted 0")


def check_sequence(x: np.ndarray) -> None:
    """Raise a ValueError unless ``x`` has the shape (T, B, E) with T >= 1."""
    if x.ndim != 3 or len(x) < 1:
        raise ValueError(f"x: got shape {x.shape}, wanted (T, B, E) with T >= 1")


def check_numbers(arrays: dict[str, np.ndarray]) -> None:
    """Raise a ValueError that names the first array of another dtype, or not finite.

    Parameters
    ----------
    arrays : dict of str to ndarray
        The first one's dtype is what the others are held to.
    """
    (first, head), *_ = arrays.items()
    for name, array in arrays.items():
        if array.dtype != head.dtype:
            wanted = f"{head.dtype} like {first}"
            raise ValueError(f"{name}: got dtype {array.dtype}, wanted {wanted}")
        finite = np.isfinite(array)
        if not finite.all():
            place = tuple(int(k) for k in np.argwhere(~finite)[0])
            raise ValueError(
                f"{name}: got {array[place]} at {place}, wanted finite numbers"
            )


def check_shapes(
    x_t: np.ndarray, states: dict[str, np.ndarray], weights: Weights, n_blocks: int
) -> None:
    """Raise a ValueError that names the first array whose shape does not fit.

    Parameters
    ----------
    x_t : ndarray of shape (B, E)
    states : dict of str to ndarray of shape (B, H)
    weights : Weights
    n_blocks : int
        How many blocks of H rows W, U and b have: 4 in an LSTM, 1 in a plain RNN.
    """
    for name, array in {"x_t": x_t, "W": weights.W}.items():
        if array.ndim != 2:
            raise ValueError(f"{name}: got shape {array.shape}, wanted two dimensions")
    (B, E), H = x_t.shape, weights.W.shape[1]
    wanted: dict[str, tuple[int, ...]] = dict.fromkeys(states, (B, H))
    wanted |= {"W": (n_blocks * H, H), "U": (n_blocks * H, E), "b": (n_blocks * H,)}
    for name, array in {**states, **weights._asdict()}.items():
        if array.shape != wanted[name]:
            raise ValueError(f"{name}: got shape {array.shape}, wanted {wanted[name]}")
