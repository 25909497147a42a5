"""The cell written out in numpy, held against PyTorch's own."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from trials import trials

from lstm_helpers.equations.cell import (
    Weights,
    bilstm_sequence,
    check_lstm,
    check_numbers,
    lstm_sequence,
    lstm_step,
    rnn_sequence,
    rnn_step,
    sigmoid,
    weights_from_torch,
)

SIZES = st.tuples(*[st.integers(1, 5)] * 4)  # T, B, E, H
SEEDS = st.integers(0, 2**32 - 1)

precision = pytest.mark.parametrize(
    ("dtype", "bound"), [(torch.float64, 1e-12), (torch.float32, 1e-6)]
)


def assert_close(got, wanted, bound):
    np.testing.assert_allclose(got, wanted.detach().numpy(), rtol=0, atol=bound)


def run_layers(lstm, x):
    for layer in range(lstm.num_layers):
        if lstm.bidirectional:
            both = [weights_from_torch(lstm, direction, layer) for direction in (0, 1)]
            x = bilstm_sequence(x, *both)
        else:
            x = lstm_sequence(x, weights_from_torch(lstm, layer=layer)).h
    return x


@precision
@pytest.mark.parametrize("bidirectional", [False, True])
@given(sizes=SIZES, seed=SEEDS, num_layers=st.integers(1, 2), bias=st.booleans())
@trials(50)
def test_layers_and_directions_equal_torch(
    dtype, bound, bidirectional, sizes, seed, num_layers, bias
):
    T, B, E, H = sizes
    torch.manual_seed(seed)
    lstm = nn.LSTM(
        E, H, num_layers, bias=bias, bidirectional=bidirectional, dtype=dtype
    )
    x = torch.randn(T, B, E, dtype=dtype)
    got = run_layers(lstm, x.numpy())
    assert_close(got, lstm(x)[0], bound)
    assert got.dtype == x.numpy().dtype


@precision
@given(sizes=SIZES, seed=SEEDS)
@trials(50)
def test_states_equal_torch_from_given_ones_on(dtype, bound, sizes, seed):
    T, B, E, H = sizes
    torch.manual_seed(seed)
    lstm = nn.LSTM(E, H, dtype=dtype)
    x = torch.randn(T, B, E, dtype=dtype)
    h_0, c_0 = torch.randn(2, 1, B, H, dtype=dtype)
    steps = lstm_sequence(
        x.numpy(), weights_from_torch(lstm), h_0[0].numpy(), c_0[0].numpy()
    )
    output, (h_n, c_n) = lstm(x, (h_0, c_0))
    assert_close(steps.h, output, bound)
    assert_close(steps.h[-1], h_n[0], bound)
    assert_close(steps.c[-1], c_n[0], bound)


@precision
@given(sizes=SIZES, seed=SEEDS, bias=st.booleans())
@trials(50)
def test_each_gate_of_a_step_equals_torch(dtype, bound, sizes, seed, bias):
    _, B, E, H = sizes
    torch.manual_seed(seed)
    lstm = nn.LSTM(E, H, bias=bias, dtype=dtype)
    x_t = torch.randn(B, E, dtype=dtype)
    h_prev, c_prev = torch.randn(2, B, H, dtype=dtype)
    step = lstm_step(
        x_t.numpy(), h_prev.numpy(), c_prev.numpy(), weights_from_torch(lstm)
    )
    U, W, *biases = lstm.parameters()
    i, f, a, o = (x_t @ U.T + h_prev @ W.T + sum(biases)).chunk(4, dim=1)
    _, (h_t, c_t) = lstm(x_t[None], (h_prev[None], c_prev[None]))
    wanted = [i.sigmoid(), f.sigmoid(), a.tanh(), o.sigmoid(), c_t[0], h_t[0]]
    for got, tensor in zip(step, wanted, strict=True):
        assert_close(got, tensor, bound)


@precision
@given(sizes=SIZES, seed=SEEDS)
@trials(50)
def test_a_step_of_the_plain_rnn_equals_torch(dtype, bound, sizes, seed):
    _, B, E, H = sizes
    torch.manual_seed(seed)
    rnn = nn.RNNCell(E, H, dtype=dtype)
    x_t, h_prev = torch.randn(B, E, dtype=dtype), torch.randn(B, H, dtype=dtype)
    U, W, b_ih, b_hh = (parameter.detach().numpy() for parameter in rnn.parameters())
    got = rnn_step(x_t.numpy(), h_prev.numpy(), Weights(W, U, b_ih + b_hh))
    assert_close(got, rnn(x_t, h_prev), bound)


@precision
@given(sizes=SIZES, seed=SEEDS, bias=st.booleans(), with_h_0=st.booleans())
@trials(50)
def test_a_sequence_of_the_plain_rnn_equals_torch(
    dtype, bound, sizes, seed, bias, with_h_0
):
    T, B, E, H = sizes
    torch.manual_seed(seed)
    rnn = nn.RNN(E, H, bias=bias, dtype=dtype)
    x, h_0 = torch.randn(T, B, E, dtype=dtype), torch.randn(1, B, H, dtype=dtype)
    U, W, *biases = (parameter.detach().numpy() for parameter in rnn.parameters())
    weights = Weights(W, U, sum(biases, np.zeros(H, W.dtype)))
    if with_h_0:
        got, (wanted, _) = rnn_sequence(x.numpy(), weights, h_0[0].numpy()), rnn(x, h_0)
    else:
        got, (wanted, _) = rnn_sequence(x.numpy(), weights), rnn(x)
    assert_close(got, wanted, bound)
    assert got.dtype == x.numpy().dtype


@given(st.lists(st.floats(-1e300, 1e300), min_size=1))
def test_sigmoid_equals_torch_and_never_overflows(values):
    z = np.array(values)
    with np.errstate(over="raise", invalid="raise"):
        assert_close(sigmoid(z), torch.from_numpy(z).sigmoid(), 1e-15)


def test_weights_from_torch_are_copies():
    lstm = nn.LSTM(2, 3)
    kept = [parameter.clone() for parameter in lstm.parameters()]
    for array in weights_from_torch(lstm):
        array[:] = 7
    assert all(map(torch.equal, lstm.parameters(), kept))


T, B, E, H = 5, 4, 3, 2
FITTING = {
    "h_prev": (B, H),
    "c_prev": (B, H),
    "W": (4 * H, H),
    "U": (4 * H, E),
    "b": (4 * H,),
}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("h_prev", (B, H + 1)),
        ("c_prev", (B + 1, H)),
        ("W", (3 * H, H)),
        ("U", (4 * H, E + 1)),
        ("b", (H,)),
    ],
)
def test_the_array_that_does_not_fit_is_named(name, shape):
    arrays = {key: np.zeros(value) for key, value in FITTING.items()}
    h_prev, c_prev, *weights = (arrays | {name: np.zeros(shape)}).values()
    message = f"{name}: got shape {shape}, wanted {FITTING[name]}"
    with pytest.raises(ValueError, match=re.escape(message)):
        lstm_step(np.zeros((B, E)), h_prev, c_prev, Weights(*weights))


@pytest.mark.parametrize("sequence", [lstm_sequence, rnn_sequence])
@pytest.mark.parametrize("shape", [(0, B, E), (B, E), (E,)])
def test_a_sequence_has_words(shape, sequence):
    weights = weights_from_torch(nn.LSTM(E, H))
    with pytest.raises(ValueError, match=r"x: got shape .*, wanted \(T, B, E\) with"):
        sequence(np.zeros(shape), weights)


def call(sequence, **changed):
    n_blocks = 4 if sequence is lstm_sequence else 1
    shapes = {"x": (T, B, E), "W": (n_blocks * H, H), "U": (n_blocks * H, E)}
    shapes |= {"b": (n_blocks * H,), "h_0": (B, H)}
    if sequence is lstm_sequence:
        shapes["c_0"] = B, H
    arrays = {name: np.zeros(shapes[name]) for name in shapes}
    for name, change in changed.items():
        arrays[name] = change(arrays[name])
    x, W, U, b, *states = arrays.values()
    return sequence(x, Weights(W, U, b), *states)


arguments = pytest.mark.parametrize(
    ("sequence", "name"),
    [(lstm_sequence, name) for name in ("x", "W", "U", "b", "h_0", "c_0")]
    + [(rnn_sequence, name) for name in ("x", "W", "U", "b", "h_0")],
)


@arguments
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_an_array_of_a_sequence_that_is_not_finite_is_named(sequence, name, wrong):
    def spoil(array):
        array.flat[1] = wrong
        return array

    message = rf"{name}: got {wrong} at \((0, )*1,?\), wanted finite numbers"
    with pytest.raises(ValueError, match=message):
        call(sequence, **{name: spoil})


@arguments
def test_an_array_of_a_sequence_of_another_dtype_is_named(sequence, name):
    message = f"{name}: got dtype float32, wanted float64 like x"
    if name == "x":
        message = "got dtype float64, wanted float32 like x"
    with pytest.raises(ValueError, match=message):
        call(sequence, **{name: np.float32})


@pytest.mark.parametrize("sequence", [lstm_sequence, rnn_sequence])
def test_an_initial_state_of_another_batch_is_refused(sequence):
    message = re.escape(f"h_prev: got shape {(1, H)}, wanted {(B, H)}")
    with pytest.raises(ValueError, match=message):
        call(sequence, h_0=lambda array: array[:1])


def test_the_first_array_of_another_dtype_is_named():
    arrays = {name: np.zeros(2, dtype) for name, dtype in [("p", "f4"), ("q", "f8")]}
    with pytest.raises(ValueError, match="q: got dtype float64, wanted float32 like p"):
        check_numbers(arrays | {"r": np.zeros(2, int)})


def test_the_first_number_that_is_not_finite_is_named_with_its_place():
    q = np.zeros((2, 3))
    q[1, 0] = q[1, 2] = -np.inf
    message = r"q: got -inf at \(1, 0\), wanted finite numbers"
    with pytest.raises(ValueError, match=message):
        check_numbers({"p": np.zeros(2), "q": q, "r": np.array([np.nan])})


def test_finite_numbers_of_one_dtype_are_let_pass():
    check_numbers({"p": np.zeros((0, 2)), "q": np.array(1.7e308)})


takers = pytest.mark.parametrize("taker", [check_lstm, weights_from_torch])


@takers
@pytest.mark.parametrize("module", [nn.GRU, nn.RNN, nn.LSTMCell, nn.Linear])
def test_only_an_lstm_is_taken(taker, module):
    taker(nn.LSTM(E, H))
    message = rf"lstm: got {module.__name__}, wanted torch\.nn\.LSTM"
    with pytest.raises(TypeError, match=message):
        taker(module(E, H))


@takers
def test_projected_states_are_refused(taker):
    with pytest.raises(ValueError, match="lstm: got proj_size=1, wanted 0"):
        taker(nn.LSTM(E, H, proj_size=1))


@pytest.mark.parametrize(("direction", "layer"), [(1, 0), (0, 1), (2, 0), (0, -1)])
def test_weights_of_no_such_layer_or_direction_are_refused(direction, layer):
    got, wanted = f"layer {layer}, direction {direction}", "layers below 1, directions"
    with pytest.raises(ValueError, match=f"got {got}, wanted {wanted} below 1"):
        weights_from_torch(nn.LSTM(E, H), direction, layer)


@pytest.mark.parametrize("direction", [-1, 2])
def test_a_direction_that_is_not_there_is_refused(direction):
    with pytest.raises(ValueError, match=f"direction {direction}, wanted"):
        weights_from_torch(torch.nn.LSTM(2, 2), direction)


def test_the_plain_step_broadcasts_nothing():
    weights = Weights(np.zeros((4, 4)), np.zeros((4, 3)), np.zeros((4, 1)))
    with pytest.raises(ValueError, match=r"b: got shape \(4, 1\), wanted \(4,\)"):
        rnn_step(np.zeros((2, 3)), np.zeros((2, 4)), weights)


def test_an_array_of_one_dimension_is_refused():
    weights = Weights(np.zeros((4, 1)), np.zeros((4, 3)), np.zeros(4))
    with pytest.raises(ValueError, match=r"^x_t: got shape \(3,\), wanted two dim"):
        lstm_step(np.zeros(3), np.zeros((1, 1)), np.zeros((1, 1)), weights)
    flat, x_t = weights._replace(W=np.zeros(4)), np.zeros((1, 3))
    with pytest.raises(ValueError, match=r"^W: got shape \(4,\), wanted two dim"):
        lstm_step(x_t, np.zeros((1, 1)), np.zeros((1, 1)), flat)
