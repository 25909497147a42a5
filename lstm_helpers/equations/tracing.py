"""A trained ``nn.LSTM`` and its input -> every gate and state at every step."""

import numpy as np
import torch
from torch import Tensor, nn

from lstm_helpers.equations.cell import (
    Step,
    check_lstm,
    check_numbers,
    lstm_step,
    to_numpy,
    weights_from_torch,
)


def trace(lstm: nn.LSTM, x: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> Step:
    """Give every gate and state, where a ``torch.nn.LSTM`` returns h alone.

    Parameters
    ----------
    lstm : torch.nn.LSTM
        Any number of layers, one direction or two, with or without bias. Left as it is.
    x : Tensor of shape (T, B, E), (B, T, E) if ``batch_first``, or (T, E)
        What one would call ``lstm`` with; float32 or float64, like its weights.
    hx : tuple of two Tensors of shape (L * D, B, H), or (L * D, H), optional
        h and C before the first step; zeros unless given.

    Returns
    -------
    Step
        Fields i, f, a, o, c, h: ndarrays of shape (L, D, T, B, H) for L layers and D
        directions; after L and D laid out like ``x``. Position t belongs to word t in
        both directions, although the second one reads from the end.

    Raises
    ------
    TypeError
        If ``lstm`` is no ``nn.LSTM``, or ``x`` no Tensor (a PackedSequence, say).
    ValueError
        If shapes or dtypes do not fit, a number is not finite, or the module projects
        its states or is in training mode with dropout.

    Notes
    -----
    h is the library's own. Once it is known, equations (1.2) to (1.6) give all the
    rest, by :func:`lstm_helpers.equations.lstm_step`.

    Examples
    --------
    >>> lstm = torch.nn.LSTM(3, 4, bidirectional=True)
    >>> steps = trace(lstm, torch.zeros(7, 2, 3))
    >>> steps.f.shape
    (1, 2, 7, 2, 4)
    """
    _check_call(lstm, x, hx)
    layers, below = [], _time_first(lstm, x.detach())
    states = initial_states(lstm, below, hx)
    for layer in range(lstm.num_layers):
        runs = [
            _trace_one(lstm, layer, direction, below, *states[:, layer, direction])
            for direction in range(1 + lstm.bidirectional)
        ]
        layers.append([steps for steps, _ in runs])
        below = torch.cat([h for _, h in runs], dim=-1)  # what the next layer reads
    fields = (np.array([[run[k] for run in runs] for runs in layers]) for k in range(6))
    return Step(*(_laid_out_like(lstm, x, field) for field in fields))


def separation(values: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Measure how well each unit tells some words from the others.

    Parameters
    ----------
    values : ndarray of shape (N, H)
        A gate or state of every unit at N words.
    members : ndarray of shape (N,), bool
        Which words belong to the class; at least one does and one does not.

    Returns
    -------
    ndarray of shape (H,)
        The area under the ROC curve, in [0, 1]: how often the unit is higher at a
        word of the class than at one of the others. 0.5 tells nothing; 0 separates as
        well as 1, with the sign turned.

    Raises
    ------
    ValueError
        If the lengths differ, or all words are on one side.

    References
    ----------
    Hanley and McNeil (1982), doi:10.1148/radiology.143.1.7063747.

    Examples
    --------
    >>> separation(np.array([[0.1, 5.0], [0.9, 5.0]]), np.array([False, True]))
    array([1. , 0.5])
    """
    from sklearn.metrics import roc_auc_score  # takes a second to import

    members = np.asarray(members, dtype=bool)
    if values.ndim != 2 or members.shape != values.shape[:1]:
        got = f"values of shape {values.shape}, members of shape {members.shape}"
        raise ValueError(f"got {got}, wanted (N, H) and (N,)")
    if not 0 < members.sum() < len(members):
        got = f"{members.sum()} members among {len(members)} words"
        raise ValueError(f"got {got}, wanted some on either side")
    return np.array([roc_auc_score(members, unit) for unit in values.T])


def _trace_one(
    lstm: nn.LSTM, layer: int, direction: int, x: Tensor, h_0: Tensor, c_0: Tensor
) -> tuple[Step, Tensor]:
    """Trace one layer and direction: the library's own h, and the gates behind it.

    With h(t - 1) known, the gates of step t hang on no other step, so that no rounding
    error is carried on from step to step.
    """
    weights = weights_from_torch(lstm, direction, layer)
    x = x.flip(0) if direction else x
    with torch.no_grad():
        h, _ = _single_layer(lstm, layer, direction)(x, (h_0[None], c_0[None]))
    h_before = torch.cat([h_0[None], h[:-1]])
    c_t, steps = to_numpy(c_0), []
    for x_t, h_prev, h_t in zip(*map(to_numpy, (x, h_before, h)), strict=True):
        step = lstm_step(x_t, h_prev, c_t, weights)
        steps.append(step._replace(h=h_t))
        c_t = step.c
    fields = (np.stack(field) for field in zip(*steps, strict=True))
    if direction:
        return Step(*(field[::-1] for field in fields)), h.flip(0)
    return Step(*fields), h


def _single_layer(lstm: nn.LSTM, layer: int, direction: int) -> nn.LSTM:
    """Return one layer and direction as a module of its own that shares its weights."""
    suffix = f"_l{layer}" + ("_reverse" if direction else "")
    weights = lstm.state_dict()
    E = weights["weight_ih" + suffix].shape[1]
    single = nn.LSTM(E, lstm.hidden_size, bias=lstm.bias, device="meta")  # no numbers
    names = {name: name.removesuffix("_l0") + suffix for name in single.state_dict()}
    single.load_state_dict({n: weights[m] for n, m in names.items()}, assign=True)
    return single


def _check_call(lstm: nn.LSTM, x: Tensor, hx: tuple[Tensor, Tensor] | None) -> None:
    """Refuse an input that ``lstm`` would not take, or would answer at random."""
    check_lstm(lstm)
    states: dict[str, Tensor] = {}
    if hx is not None:
        states["h_0"], states["c_0"] = hx
    _check_tensors({"x": x, **states})
    _check_setting(lstm)
    _check_input_shape(lstm, x)
    _check_state_shapes(lstm, x, states)
    tensors = {**dict(lstm.named_parameters()), "x": x, **states}
    check_numbers({name: to_numpy(tensor) for name, tensor in tensors.items()})


def _check_tensors(tensors: dict[str, Tensor]) -> None:
    for name, tensor in tensors.items():
        if not isinstance(tensor, Tensor):
            wanted = "a Tensor (sentences of equal length need no packing)"
            raise TypeError(f"{name}: got {type(tensor).__name__}, wanted {wanted}")


def _check_setting(lstm: nn.LSTM) -> None:
    """Refuse dropout, which is random, and weights that numpy does not calculate in."""
    if lstm.training and lstm.dropout and lstm.num_layers > 1:
        got = f"training mode with dropout={lstm.dropout}"
        raise ValueError(f"lstm: got {got}, wanted lstm.eval()")
    dtype = next(lstm.parameters()).dtype
    if dtype not in (torch.float32, torch.float64):
        raise ValueError(f"lstm: got dtype {dtype}, wanted float32 or float64")


def _check_input_shape(lstm: nn.LSTM, x: Tensor) -> None:
    E = lstm.input_size
    if x.dim() not in (2, 3) or x.shape[-1] != E or 0 in x.shape:
        layout = "(B, T, E)" if lstm.batch_first else "(T, B, E)"
        wanted = f"{layout} or (T, E) with E = {E}, none of them 0"
        raise ValueError(f"x: got shape {tuple(x.shape)}, wanted {wanted}")


def _check_state_shapes(lstm: nn.LSTM, x: Tensor, states: dict[str, Tensor]) -> None:
    N, H = lstm.num_layers * (1 + lstm.bidirectional), lstm.hidden_size
    wanted = (N, H) if x.dim() == 2 else (N, x.shape[not lstm.batch_first], H)
    for name, state in states.items():
        if state.shape != wanted:
            got = tuple(state.shape)
            raise ValueError(f"{name}: got shape {got}, wanted {wanted}")


def _time_first(lstm: nn.LSTM, x: Tensor) -> Tensor:
    """Lay the input out as (T, B, E)."""
    if x.dim() == 2:
        return x.unsqueeze(1)
    return x.transpose(0, 1) if lstm.batch_first else x


def initial_states(
    lstm: nn.LSTM, x: Tensor, hx: tuple[Tensor, Tensor] | None
) -> Tensor:
    """Return h and C before the first step: (2, L, D, B, H), for x of (T, B, E)."""
    L, D = lstm.num_layers, 1 + lstm.bidirectional
    shape = (2, L, D, x.shape[1], lstm.hidden_size)
    return x.new_zeros(shape) if hx is None else torch.stack([*hx]).detach().view(shape)


def _laid_out_like(lstm: nn.LSTM, x: Tensor, field: np.ndarray) -> np.ndarray:
    """Lay (L, D, T, B, H) out as the input is laid out."""
    if x.dim() == 2:
        return field[:, :, :, 0]
    return field.swapaxes(2, 3) if lstm.batch_first else field
