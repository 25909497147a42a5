"""The backward pass by hand, held against differences and PyTorch's autograd."""

import inspect
import re

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn
from trials import trials

from lstm_helpers.equations.cell import (
    Step,
    Weights,
    lstm_sequence,
    rnn_sequence,
)
from lstm_helpers.equations.gradients import (
    gradient_errors,
    lstm_backward,
    module_backward,
    numeric_gradient,
    relative_error,
    rnn_backward,
)

BOUND = 1e-8  # of right code, in the difference check
WRONG = 1e-2
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.tuples(*[st.integers(1, 3)] * 4)  # T, B, E, H

cells = pytest.mark.parametrize("cell", ["lstm", "rnn"])


def with_small_sizes(n):
    """Try a test for n random sizes, and for each one's smallest."""

    def decorate(test):
        for sizes in [(1, 3, 2, 3), (3, 3, 2, 1), (3, 1, 2, 3), (1, 1, 1, 1)]:
            test = example(sizes=sizes, seed=0)(test)
        return trials(n)(given(sizes=SIZES, seed=SEEDS)(test))

    return decorate


class Problem:
    """A loss of every state, h and in an LSTM C, of a small cell of random numbers.

    With ``scale`` 0.5 they are about as large as a fresh module's weights. With much
    larger ones the loss is so bent that differences are further off than the bound.
    """

    def __init__(self, cell, sizes, seed=0, paths="hc", scale=0.5):
        T, B, E, H = sizes
        self.is_lstm = cell == "lstm"
        rows = 4 * H if self.is_lstm else H
        shapes = {"x": (T, B, E), "W": (rows, H), "U": (rows, E), "b": (rows,)}
        shapes["h_0"] = B, H
        if self.is_lstm:
            shapes["c_0"] = B, H
        rng = np.random.default_rng(seed)
        self.parameters = {n: scale * rng.normal(size=shapes[n]) for n in shapes}
        self.asked = [  # the loss by h and by C directly
            rng.normal(size=(T, B, H)) * (path in paths)
            for path in "hc"[: 1 + self.is_lstm]
        ]

    def loss(self, **parameters):
        x, W, U, b, *states = parameters.values()
        run = self.run(x, Weights(W, U, b), *states)
        return float(sum((R * h).sum() for R, h in zip(self.asked, run, strict=True)))

    def run(self, *call):
        if self.is_lstm:
            steps = lstm_sequence(*call)
            return steps.h, steps.c
        return [rnn_sequence(*call)]

    def backward(self, code=None):
        x, W, U, b, *states = self.parameters.values()
        weights = Weights(W, U, b)
        if self.is_lstm:
            code, run = code or lstm_backward, lstm_sequence(x, weights, *states)
        else:
            code, run = code or rnn_backward, rnn_sequence(x, weights, *states)
        return code(x, weights, run, *self.asked, *states)

    def gradients(self, code=None):
        found = self.backward(code)
        return {name: getattr(found, name) for name in self.parameters}

    def errors(self, code=None):
        return gradient_errors(self.loss, self.parameters, self.gradients(code))

    def numeric(self, name):
        return numeric_gradient(
            lambda moved: self.loss(**self.parameters | {name: moved}),
            self.parameters[name],
        )

    def autograd(self):
        """Derivatives by all parameters and by all states, of a loop in torch."""
        leaves = {
            name: torch.tensor(array, requires_grad=True)
            for name, array in self.parameters.items()
        }
        x, W, U, b, *states = leaves.values()
        run = []
        for x_t in x:
            z = x_t @ U.T + states[0] @ W.T + b
            if self.is_lstm:
                i, f, a, o = z.chunk(4, dim=1)
                c_t = f.sigmoid() * states[1] + i.sigmoid() * a.tanh()
                states = o.sigmoid() * c_t.tanh(), c_t
            else:
                states = [z.tanh()]
            for state in states:
                state.retain_grad()
            run.append(states)
        run = list(zip(*run, strict=True))  # all h, all C
        asked = map(torch.from_numpy, self.asked)
        sum(
            (R * torch.stack(h)).sum() for R, h in zip(asked, run, strict=True)
        ).backward()
        by_states = (torch.stack([h_t.grad for h_t in h]) for h in run)
        found = {name: leaf.grad for name, leaf in leaves.items()}
        found |= zip("hc", by_states, strict=False)
        return {name: gradient.numpy() for name, gradient in found.items()}


def assert_equals_differences(problem):
    found = problem.gradients()
    for name, error in problem.errors().items():
        if error < BOUND:
            continue
        numeric = problem.numeric(name)  # must be tiny, so that rounding shows
        assert np.linalg.norm(numeric) < 1e-3, f"{name}: {error}"
        assert np.linalg.norm(found[name]) < 2e-3, f"{name}: {error}"
        assert np.linalg.norm(found[name] - numeric) < 1e-10, f"{name}: {error}"


@with_small_sizes(200)
def test_the_lstm_equals_differences(sizes, seed):
    assert_equals_differences(Problem("lstm", sizes, seed))


@with_small_sizes(200)
def test_the_plain_rnn_equals_differences(sizes, seed):
    assert_equals_differences(Problem("rnn", sizes, seed))


@pytest.mark.parametrize("path", ["h", "c"])
@with_small_sizes(40)
def test_each_path_alone_equals_differences(path, sizes, seed):
    assert_equals_differences(Problem("lstm", sizes, seed, path))


@cells
@with_small_sizes(100)
def test_gradients_by_parameters_and_by_states_equal_autograd(cell, sizes, seed):
    problem = Problem(cell, sizes, seed)
    got, wanted = problem.backward()._asdict(), problem.autograd()
    assert got.keys() == wanted.keys()
    for name in got:
        np.testing.assert_allclose(got[name], wanted[name], rtol=0, atol=1e-10)


def distances_from_library(sizes, seed, num_layers=2, bidirectional=True, bias=True):
    """How far each gradient is from autograd's through the module, by name."""
    (T, B, E, H), L, D = sizes, num_layers, 1 + bidirectional
    torch.manual_seed(seed)
    lstm = nn.LSTM(E, H, L, bias=bias, bidirectional=bidirectional, dtype=torch.float64)
    leaves = x, h_0, c_0 = [
        torch.randn(shape, dtype=torch.float64, requires_grad=True)
        for shape in [(T, B, E), (L * D, B, H), (L * D, B, H)]
    ]
    output, (h_n, c_n) = lstm(x, (h_0, c_0))
    R, by_h_n, by_c_n = map(torch.randn_like, (output, h_n, c_n))
    ((R * output).sum() + (by_h_n * h_n).sum() + (by_c_n * c_n).sum()).backward()

    dl_dh, dl_dc = np.zeros((2, L, D, T, B, H))
    dl_dh[-1] = R.view(T, B, D, H).permute(2, 0, 1, 3)
    for array, by_end in [(dl_dh, by_h_n), (dl_dc, by_c_n)]:
        for direction, last in enumerate([-1, 0][:D]):
            array[:, direction, last] += by_end.view(L, D, B, H)[:, direction].numpy()
    gradients, d_x = module_backward(lstm, x, dl_dh, dl_dc, (h_0, c_0))

    got = {"x": d_x}
    wanted = {"x": x.grad} | {n: p.grad for n, p in lstm.named_parameters()}
    for layer, row in enumerate(gradients):
        for direction, run in enumerate(row):
            suffix = f"_l{layer}" + "_reverse" * direction
            got |= {"weight_hh" + suffix: run.W, "weight_ih" + suffix: run.U}
            if bias:
                got |= {"bias_hh" + suffix: run.b, "bias_ih" + suffix: run.b}
            got |= {"h_0" + suffix: run.h_0, "c_0" + suffix: run.c_0}
            for name, leaf in zip(["h_0", "c_0"], leaves[1:], strict=True):
                wanted[name + suffix] = leaf.grad[layer * D + direction]
    assert got.keys() == wanted.keys()
    return {name: np.abs(got[name] - wanted[name].numpy()).max() for name in got}


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("num_layers", [1, 2, 3])
@with_small_sizes(20)
def test_a_module_equals_autograd(num_layers, bidirectional, bias, sizes, seed):
    distances = distances_from_library(sizes, seed, num_layers, bidirectional, bias)
    assert max(distances.values()) < 1e-10, distances


def rnn_distances_from_library(sizes, seed, backward=rnn_backward):
    T, B, E, H = sizes
    torch.manual_seed(seed)
    rnn = nn.RNN(E, H, dtype=torch.float64)
    x = torch.randn(T, B, E, dtype=torch.float64, requires_grad=True)
    h_0 = torch.randn(1, B, H, dtype=torch.float64, requires_grad=True)
    output, h_n = rnn(x, h_0)
    R, by_end = torch.randn_like(output), torch.randn_like(h_n)
    ((R * output).sum() + (by_end * h_n).sum()).backward()
    U, W, b_ih, b_hh = (parameter.detach().numpy() for parameter in rnn.parameters())
    dl_dh = R.numpy().copy()
    dl_dh[-1] += by_end[0].numpy()
    arrays = [tensor.detach().numpy() for tensor in (x, output, h_0[0])]
    got = backward(arrays[0], Weights(W, U, b_ih + b_hh), arrays[1], dl_dh, arrays[2])
    wanted = {"U": rnn.weight_ih_l0, "W": rnn.weight_hh_l0, "b": rnn.bias_ih_l0}
    wanted |= {"x": x, "h_0": h_0}
    return {
        name: np.abs(getattr(got, name) - leaf.grad.numpy()).max()
        for name, leaf in wanted.items()
    }


@with_small_sizes(100)
def test_the_plain_rnn_equals_autograd(sizes, seed):
    assert max(rnn_distances_from_library(sizes, seed).values()) < 1e-10


T, B, E, H = 3, 2, 4, 5
SHAPE = T, B, H


def build_module(*args, **kwargs):
    torch.manual_seed(0)
    return nn.LSTM(E, H, *args, **{"dtype": torch.float64} | kwargs)


def draw(*shape):
    rng = np.random.default_rng(sum(shape))
    return rng.normal(size=shape)


def test_the_second_directions_gradients_stand_in_the_order_of_the_words():
    both, one = build_module(bidirectional=True), build_module()
    one.load_state_dict(
        {name: getattr(both, name + "_reverse") for name in one.state_dict()}
    )
    x, dl_dh, dl_dc = torch.from_numpy(draw(T, B, E)), draw(1, 2, *SHAPE), draw(*SHAPE)
    dl_dc = np.stack([dl_dc, 2 * dl_dc])[None]
    [[_, got]], _ = module_backward(both, x, dl_dh, dl_dc)
    turned = (array[:, 1:, ::-1] for array in (dl_dh, dl_dc))
    [[wanted]], _ = module_backward(one, x.flip(0), *turned)
    for name in ("x", "h", "c"):
        np.testing.assert_allclose(
            getattr(got, name), getattr(wanted, name)[::-1], rtol=0, atol=1e-14
        )


@cells
def test_states_and_losses_that_are_not_given_are_zero(cell):
    problem = Problem(cell, (T, B, E, H), paths="h")
    x, W, U, b, *states = problem.parameters.values()
    weights, zeros = Weights(W, U, b), [np.zeros_like(state) for state in states]
    if cell == "lstm":
        call = lstm_backward, lstm_sequence(x, weights)
        zeros.insert(0, np.zeros(SHAPE))
    else:
        call = rnn_backward, rnn_sequence(x, weights)
    code, run = call
    got = code(x, weights, run, problem.asked[0])
    wanted = code(x, weights, run, problem.asked[0], *zeros)
    assert all(map(np.array_equal, got, wanted))


def test_a_modules_states_and_losses_that_are_not_given_are_zero():
    lstm, x = build_module(2), torch.from_numpy(draw(T, B, E))
    dl_dh = draw(2, 1, *SHAPE)
    zeros = np.zeros_like(dl_dh), [torch.zeros(2, B, H, dtype=torch.float64)] * 2
    got, got_x = module_backward(lstm, x, dl_dh)
    wanted, wanted_x = module_backward(lstm, x, dl_dh, *zeros)
    assert np.array_equal(got_x, wanted_x)
    for [run], [other] in zip(got, wanted, strict=True):
        assert all(map(np.array_equal, run, other))


def test_a_module_and_what_it_is_asked_for_are_left_as_they_were():
    lstm = build_module(2, bidirectional=True)
    x = torch.from_numpy(draw(T, B, E)).requires_grad_()
    dl_dh, dl_dc = draw(2, 2, *SHAPE), draw(2, 2, *SHAPE)
    kept = [a.copy() for a in (dl_dh, dl_dc)]
    tensors = [x, *lstm.parameters()]
    clones = [tensor.clone() for tensor in tensors]
    module_backward(lstm, x, dl_dh, dl_dc)
    assert all(map(np.array_equal, (dl_dh, dl_dc), kept))
    assert all(map(torch.equal, tensors, clones))
    assert all(tensor.grad is None for tensor in tensors)


def test_gradients_of_a_float32_module_are_float32():
    lstm, x = build_module(2), torch.from_numpy(draw(T, B, E))
    wanted, _ = module_backward(lstm, x, draw(2, 1, *SHAPE))
    got, d_x = module_backward(
        lstm.float(), x.float(), draw(2, 1, *SHAPE).astype(np.float32)
    )
    assert d_x.dtype == np.float32
    for [run], [exact] in zip(got, wanted, strict=True):
        for array, other in zip(run, exact, strict=True):
            assert array.dtype == np.float32
            np.testing.assert_allclose(array, other, rtol=0, atol=1e-5)


ALL = {"x", "W", "U", "b", "h_0", "c_0"}
FROM_THE_LEFT = "for t in range(len(x))"
FROM_THE_RIGHT = "for t in reversed(range(len(x)))"
LSTM_MUTANTS = [
    ("i[t] * (1 - i[t])", "i[t] * (1 + i[t])", ALL),
    ("[d_z_i, d_z_f, d_z_a, d_z_o]", "[d_z_i, -d_z_f, d_z_a, d_z_o]", ALL),
    ("[d_z_i, d_z_f, d_z_a, d_z_o]", "[d_z_f, d_z_i, d_z_a, d_z_o]", ALL),
    ("[d_z_i, d_z_f, d_z_a, d_z_o]", "[d_z_i, d_z_f, d_z_o, d_z_a]", ALL),
    ("through_h + d_c_next", "d_c_next", ALL),
    ("dl_dc[t] + through_h + d_c_next", "dl_dc[t] + through_h", ALL),
    ("dl_dc[t] + through_h", "through_h", ALL),
    ("dl_dh[t] + d_h_next", "dl_dh[t]", ALL),
    ("o[t] * (1 - np.tanh(c[t]) ** 2)", "o[t] * (1 - c[t] ** 2)", ALL),
    ("(1 - a[t] ** 2)", "a[t] * (1 - a[t])", ALL),
    ("d_c[t] * c_before[t] * f[t]", "d_c[t] * c[t] * f[t]", ALL),
    ("d_h[t] * np.tanh(c[t]) * o[t]", "d_h[t] * c[t] * o[t]", ALL),
    ("d_c_next = d_c[t] * f[t]", "d_c_next = d_c[t]", ALL),
    (FROM_THE_RIGHT, FROM_THE_LEFT, ALL),
    ("d_z, h_before)", "d_z, h)", {"W"}),
    ('"tbk,tbe->ke", d_z, x', '"bk,be->ke", d_z[0], x[0]', {"U"}),
    ("d_z.sum(axis=(0, 1))", "d_z.mean(axis=1).sum(axis=0)", {"b"}),
    ("x=d_z @ U", "x=d_z[::-1] @ U", {"x"}),
    ("h_0=d_h_next", "h_0=d_h[0]", {"h_0"}),
    ("c_0=d_c_next", "c_0=d_c[0]", {"c_0"}),
]
RNN_MUTANTS = [
    ("(1 - h[t] ** 2)", "h[t] * (1 - h[t])", ALL),
    ("(1 - h[t] ** 2)", "(1 + h[t] ** 2)", ALL),
    ("dl_dh[t] + d_h_next", "dl_dh[t]", ALL),
    ("d_h_next = d_z[t] @ W", "d_h_next = d_z[t] @ W.T", ALL),
    (FROM_THE_RIGHT, FROM_THE_LEFT, ALL),
    ("d_z, h_before)", "d_z, h)", {"W"}),
    ("h_0=d_h_next", "h_0=d_h[0]", {"h_0"}),
]
mutants = pytest.mark.parametrize(
    ("code", "right", "wrong", "concerned"),
    [(lstm_backward, *mutant) for mutant in LSTM_MUTANTS]
    + [(rnn_backward, *mutant) for mutant in RNN_MUTANTS],
    ids=[f"{right} -> {wrong}" for right, wrong, _ in LSTM_MUTANTS + RNN_MUTANTS],
)


def mutate(code, right, wrong):
    source = inspect.getsource(code)
    assert source.count(right) == 1
    found = {}
    exec(source.replace(right, wrong), code.__globals__, found)
    return found[code.__name__]


@mutants
def test_the_check_catches_wrong_code(code, right, wrong, concerned):
    cell = "lstm" if code is lstm_backward else "rnn"
    problem = Problem(cell, (3, 2, 2, 3), scale=1)
    for name, error in problem.errors(mutate(code, right, wrong)).items():
        assert error > WRONG if name in concerned else error < BOUND, name


@mutants
def test_autograd_catches_wrong_code(monkeypatch, code, right, wrong, concerned):
    mutant = mutate(code, right, wrong)
    if code is lstm_backward:
        monkeypatch.setattr("lstm_helpers.equations.gradients.lstm_backward", mutant)
        distances = distances_from_library((3, 2, 2, 3), 0)
    else:
        distances = rnn_distances_from_library((3, 2, 2, 3), 0, mutant)
    assert max(distances.values()) > WRONG


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 1, 3)])
def test_differences_are_exact_on_a_quadratic(shape):
    array = draw(*shape)
    got = numeric_gradient(lambda x: float((x**2 - 3 * x).sum()), array)
    np.testing.assert_allclose(got, 2 * array - 3, rtol=0, atol=1e-9)


def test_differences_of_a_sine_are_its_cosine():
    array = draw(3, 4)
    got = numeric_gradient(lambda x: float(np.sin(x).sum()), array)
    np.testing.assert_allclose(got, np.cos(array), rtol=0, atol=1e-9)


def cube(x):
    return float((x**3).sum())


def test_differences_are_central_and_of_the_given_step():
    got = numeric_gradient(cube, np.array([1.0, -2.0]), step=0.5)
    assert got.tolist() == [3.25, 12.25]  # 3 x^2 + step^2
    errors = gradient_errors(
        cube, {"x": np.array([1.0])}, {"x": np.array([3.0])}, step=0.5
    )
    assert errors == {"x": 0.25 / 6.25}


def test_differences_leave_the_array_as_it_was():
    array = draw(2, 3)
    kept = array.copy()
    array.setflags(write=False)
    numeric_gradient(cube, array)
    assert np.array_equal(array, kept)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, int])
def test_differences_in_less_than_float64_are_refused(dtype):
    message = f"got dtype {np.dtype(dtype)}, step 1e-05, wanted float64, a step above 0"
    with pytest.raises(ValueError, match=message):
        numeric_gradient(cube, np.ones(2, dtype))


@pytest.mark.parametrize("step", [0, -1e-5, np.nan])
def test_differences_of_no_positive_step_are_refused(step):
    with pytest.raises(ValueError, match=f"got dtype float64, step {step}, wanted"):
        numeric_gradient(cube, np.ones(2), step)


@pytest.mark.parametrize("wrong", [np.inf, np.nan])
def test_a_loss_that_is_not_finite_is_named_by_its_entry(wrong):
    def loss(x):
        return wrong if x[1, 2] > 0 else 1.0

    message = re.escape(f"loss: got {wrong} and 1.0 around entry (1, 2), wanted finite")
    with pytest.raises(ValueError, match=message):
        numeric_gradient(loss, np.zeros((2, 3)))


NUMBERS = st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)
GRADIENTS = st.integers(1, 4).flatmap(
    lambda size: st.tuples(*[arrays(float, size, elements=NUMBERS)] * 2)
)


@given(GRADIENTS)
def test_the_error_is_symmetric_and_between_zero_and_one(pair):
    numeric, analytic = pair
    error = relative_error(numeric, analytic)
    assert error == relative_error(analytic, numeric)
    assert 0 <= error <= 1 + 1e-15
    assert relative_error(numeric, numeric) == 0
    if numeric.any():
        assert relative_error(numeric, np.zeros_like(numeric)) == 1
        assert relative_error(numeric, -numeric) == 1


def test_the_error_is_the_distance_by_the_sum_of_the_norms():
    numeric, analytic = np.array([[3.0, 0.0]]), np.array([[0.0, 4.0]])
    assert relative_error(numeric, analytic) == 5 / 7


def test_two_zeros_are_equal():
    assert relative_error(np.zeros((2, 3)), np.zeros((2, 3))) == 0


def test_gradients_of_different_shapes_are_not_compared():
    with pytest.raises(ValueError, match=r"got shapes \(3,\) and \(1,\), wanted the"):
        relative_error(np.zeros(3), np.zeros(1))


@pytest.mark.parametrize("wrong", [np.inf, np.nan])
@pytest.mark.parametrize("name", ["numeric", "analytic"])
def test_gradients_that_are_not_finite_are_not_compared(name, wrong):
    pair = {"numeric": np.zeros(2), "analytic": np.zeros(2)}
    pair[name][1] = wrong
    with pytest.raises(ValueError, match=rf"^{name}: got {wrong} at \(1,\), wanted f"):
        relative_error(**pair)


@pytest.mark.parametrize("names", ["W", "Wbh", "Wx", ""])
def test_parameters_and_gradients_have_the_same_names(names):
    gradients = {name: np.ones(1) for name in names}
    message = re.escape(f"gradients: got {list(names)}, wanted ['W', 'b']")
    with pytest.raises(ValueError, match=message):
        gradient_errors(lambda W, b: 0.0, {"W": np.ones(1), "b": np.ones(1)}, gradients)


STEP = dict.fromkeys(Step._fields, SHAPE)
FITTING = {
    lstm_backward: {
        "x": (T, B, E),
        "W": (4 * H, H),
        "U": (4 * H, E),
        "b": (4 * H,),
        **STEP,
        "dl_dh": SHAPE,
        "dl_dc": SHAPE,
        "h_0": (B, H),
        "c_0": (B, H),
    },
    rnn_backward: {
        "x": (T, B, E),
        "W": (H, H),
        "U": (H, E),
        "b": (H,),
        "h": SHAPE,
        "dl_dh": SHAPE,
        "h_0": (B, H),
    },
}
each_array = pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code in FITTING for name in FITTING[code]]
)
each_array_but_x = pytest.mark.parametrize(
    ("code", "name"),
    [(code, name) for code in FITTING for name in [*FITTING[code]][1:]],
)


def call(code, **changed):
    zeros = {name: np.zeros(shape) for name, shape in FITTING[code].items()} | changed
    x, W, U, b, *others = zeros.values()
    if code is lstm_backward:
        others = [Step(*others[:6]), *others[6:]]
    return code(x, Weights(W, U, b), *others)


@pytest.mark.parametrize("code", FITTING)
def test_zeros_that_fit_are_taken(code):
    assert not any(gradient.any() for gradient in call(code))


@each_array_but_x
def test_the_array_that_does_not_fit_is_named(code, name):
    shape = FITTING[code][name]
    for first in (1, shape[0] + 1):
        wrong = (first, *shape[1:])
        message = re.escape(f"{name}: got shape {wrong}, wanted {shape}")
        with pytest.raises(ValueError, match=message):
            call(code, **{name: np.zeros(wrong)})


@each_array
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_the_array_that_is_not_finite_is_named(code, name, wrong):
    array = np.zeros(FITTING[code][name])
    array.flat[-1] = wrong
    place = tuple(length - 1 for length in array.shape)
    message = re.escape(f"{name}: got {wrong} at {place}, wanted finite numbers")
    with pytest.raises(ValueError, match=message):
        call(code, **{name: array})


@each_array
def test_the_array_of_another_dtype_is_named(code, name):
    array = np.zeros(FITTING[code][name], np.float32)
    message = f"{name}: got dtype float32, wanted float64 like x"
    if name == "x":
        message = "W: got dtype float64, wanted float32 like x"
    with pytest.raises(ValueError, match=message):
        call(code, **{name: array})


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((0, B, E), f"x: got shape (0, {B}, {E}), wanted (T, B, E) with T >= 1"),
        ((T, E), f"x: got shape ({T}, {E}), wanted (T, B, E) with T >= 1"),
        ((T, B + 1, E), f"h_0: got shape ({B}, {H}), wanted ({B + 1}, {H})"),
        ((T + 1, B, E), f": got shape {SHAPE}, wanted ({T + 1}, {B}, {H})"),
        ((T, B, E + 1), "U: got shape "),
    ],
)
@pytest.mark.parametrize("code", FITTING)
def test_a_sequence_that_does_not_fit_is_refused(code, shape, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(code, x=np.zeros(shape))


def call_module(lstm=None, x=None, **asked):
    lstm = build_module() if lstm is None else lstm
    x = torch.zeros(T, B, E, dtype=torch.float64) if x is None else x
    return module_backward(lstm, x, **{"dl_dh": np.zeros((1, 1, *SHAPE))} | asked)


@pytest.mark.parametrize("name", ["dl_dh", "dl_dc"])
@pytest.mark.parametrize("shape", [SHAPE, (1, 1, T, 1, H), (1, 2, *SHAPE), (1, 1, H)])
def test_a_loss_by_states_that_the_module_has_not_is_refused(name, shape):
    message = f"{name}: got shape {shape}, wanted {(1, 1, *SHAPE)}"
    with pytest.raises(ValueError, match=re.escape(message)):
        call_module(**{name: np.zeros(shape)})


@pytest.mark.parametrize("name", ["dl_dh", "dl_dc"])
def test_a_loss_of_another_dtype_or_not_finite_is_refused(name):
    single = np.zeros((1, 1, *SHAPE), np.float32)
    with pytest.raises(ValueError, match=f"{name}: got dtype float32, wanted float64"):
        call_module(**{name: single})
    with pytest.raises(ValueError, match=rf"{name}: got nan at \(.*\), wanted finite"):
        call_module(**{name: np.full((1, 1, *SHAPE), np.nan)})


def test_batch_first_and_a_single_sentence_are_refused():
    wanted = r"wanted batch_first=False, \(T, B, E\)"
    with pytest.raises(ValueError, match=f"got batch_first=True, .*, {wanted}"):
        call_module(build_module(batch_first=True))
    sentence = torch.zeros(T, E, dtype=torch.float64)
    with pytest.raises(ValueError, match=rf"x of shape \({T}, {E}\), {wanted}"):
        call_module(x=sentence)


def test_modules_that_the_equations_do_not_describe_are_refused():
    with pytest.raises(TypeError, match=r"got GRU, wanted torch\.nn\.LSTM"):
        call_module(nn.GRU(E, H))
    with pytest.raises(ValueError, match="got proj_size=2, wanted 0"):
        call_module(build_module(proj_size=2))
    dropout = build_module(2, dropout=0.5)
    with pytest.raises(ValueError, match=r"training mode with dropout=0\.5, wanted"):
        call_module(dropout)
    call_module(dropout.eval(), dl_dh=np.zeros((2, 1, *SHAPE)))


def test_packed_sentences_are_refused():
    packed = nn.utils.rnn.pack_sequence([torch.zeros(T, E)])
    with pytest.raises(TypeError, match="x: got PackedSequence, wanted a Tensor"):
        call_module(x=packed)
