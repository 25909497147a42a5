"""Every gate and state of a module, held against the library and the equations."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn
from trials import trials

from lstm_helpers.equations.cell import Step
from lstm_helpers.equations.tracing import separation, trace
from lstm_helpers.models.saving import find_tagger, load_tagger

SIZES = st.tuples(*[st.integers(1, 5)] * 4)  # T, B, E, H
SEEDS = st.integers(0, 2**32 - 1)

precision = pytest.mark.parametrize(
    ("dtype", "bound"), [(torch.float64, 1e-12), (torch.float32, 1e-6)]
)
directions = pytest.mark.parametrize("bidirectional", [False, True])
layers = pytest.mark.parametrize("num_layers", [1, 2, 3])


class Call:
    """A module and what it is called with: x of (T, B, E), hx of (2, L * D, B, H).

    The module itself gets both laid out as it wants them, or the one sentence there is
    without its axis.
    """

    def __init__(self, lstm, x, hx=None, batched=True):
        self.lstm, self.x, self.batched = lstm, x, batched
        self.L, self.D = lstm.num_layers, 1 + lstm.bidirectional
        shape = 2, self.L * self.D, x.shape[1], lstm.hidden_size
        self.hx = x.new_zeros(shape) if hx is None else hx
        if not batched:
            x, hx = x[:, 0], None if hx is None else hx[:, :, 0]
        elif lstm.batch_first:
            x = x.transpose(0, 1)
        self.arguments = (x,) if hx is None else (x, tuple(hx))

    def turn(self, field):
        """Lay out (..., T, B, H) what is laid out as the module wants it."""
        if not self.batched:
            return field[..., None, :]
        return field.swapaxes(-3, -2) if self.lstm.batch_first else field

    def trace(self):
        return Step(*map(self.turn, trace(self.lstm, *self.arguments)))

    def run_library(self):
        """Output of (D, T, B, H); h_n and c_n of (L, D, B, H)."""
        with torch.no_grad():
            output, ends = self.lstm(*self.arguments)
        output = np.stack(np.split(self.turn(output.numpy()), self.D, axis=-1))
        shape = self.L, self.D, *output.shape[2:]
        return output, *(end.numpy().reshape(shape) for end in ends)

    def run_equations(self):
        """Run equations (1.2) to (1.7) in torch; fields of (L, D, T, B, H)."""
        x, layers = self.x, []
        for layer in range(self.L):
            runs = []
            for direction in range(self.D):
                k = layer * self.D + direction
                U, W, *biases = self.lstm.all_weights[k]
                (h, c), steps = self.hx[:, k], []
                for x_t in x.flip(0) if direction else x:
                    z = x_t @ U.T + h @ W.T + sum(biases)
                    i, f, a, o = z.chunk(4, dim=1)
                    i, f, a, o = i.sigmoid(), f.sigmoid(), a.tanh(), o.sigmoid()
                    c = f * c + i * a
                    h = o * c.tanh()
                    steps.append(torch.stack([i, f, a, o, c, h]))
                run = torch.stack(steps, dim=1)  # (6, T, B, H)
                runs.append(run.flip(1) if direction else run)
            layers.append(torch.stack(runs, dim=1))
            x = torch.cat([run[-1] for run in runs], dim=-1)
        return Step(*torch.stack(layers, dim=1).detach().numpy())


def random_call(sizes, seed, *, with_hx=True, batched=True, **module):
    T, B, E, H = sizes if batched else (sizes[0], 1, *sizes[2:])
    torch.manual_seed(seed)
    lstm = nn.LSTM(E, H, **module)
    dtype, runs = lstm.weight_hh_l0.dtype, len(lstm.all_weights)
    hx = torch.randn(2, runs, B, H, dtype=dtype) if with_hx else None
    return Call(lstm, torch.randn(T, B, E, dtype=dtype), hx, batched)


with_calls = given(
    sizes=SIZES,
    seed=SEEDS,
    bias=st.booleans(),
    batch_first=st.booleans(),
    batched=st.booleans(),
    with_hx=st.booleans(),
)


def assert_close(got, wanted, bound):
    assert got.shape == wanted.shape
    assert (np.abs(got - wanted) / np.maximum(1, np.abs(wanted))).max() <= bound


def assert_is_the_librarys(call, bound):
    steps = call.trace()
    output, h_n, c_n = call.run_library()
    assert_close(steps.h[-1], output, bound)
    assert_close(steps.o * np.tanh(steps.c), steps.h, bound)
    c_0 = call.hx[1].numpy().reshape(c_n.shape)
    for direction in range(call.D):
        i, f, a, _, c, h = (field[:, direction] for field in steps)
        first, last = (-1, 0) if direction else (0, -1)
        assert_close(h[:, last], h_n[:, direction], bound)
        assert_close(c[:, last], c_n[:, direction], bound)
        c_before = np.roll(c, -1 if direction else 1, axis=1)
        c_before[:, first] = c_0[:, direction]
        assert_close(f * c_before + i * a, c, bound)


def assert_equals_the_equations(call, bound):
    for got, wanted in zip(call.trace(), call.run_equations(), strict=True):
        assert got.dtype == wanted.dtype
        assert_close(got, wanted, bound)


@precision
@directions
@layers
@with_calls
@trials(30)
def test_a_trace_is_the_librarys(num_layers, bidirectional, dtype, bound, **call):
    call |= {"num_layers": num_layers, "bidirectional": bidirectional}
    assert_is_the_librarys(random_call(**call, dtype=dtype), bound)


@precision
@directions
@layers
@with_calls
@trials(30)
def test_each_gate_equals_torch(num_layers, bidirectional, dtype, bound, **call):
    call |= {"num_layers": num_layers, "bidirectional": bidirectional}
    assert_equals_the_equations(random_call(**call, dtype=dtype), bound)


def tagger_calls(corpus, dtype):
    tagger = load_tagger(find_tagger("sample"))
    model, encoder = tagger.model.to(dtype), tagger.encoder
    for sentence in corpus.sentences[:100]:
        words = encoder.encode_words(sentence.words).unsqueeze(1)
        yield Call(model.lstm, model.word_embeddings(words).detach())


@pytest.mark.long
@pytest.mark.parametrize(
    ("dtype", "bound"),
    [
        (torch.float64, 1e-12),
        (torch.float32, 2e-6),  # over fifty words both sides' rounding adds up
    ],
)
def test_a_trained_taggers_trace_is_the_librarys(sample, dtype, bound):
    for call in tagger_calls(sample, dtype):
        assert_is_the_librarys(call, bound)


@pytest.mark.long
def test_each_gate_of_a_trained_tagger_equals_torch(sample):
    for call in tagger_calls(sample, torch.float64):
        assert_equals_the_equations(call, 1e-12)


L, D, T, B, E, H = 3, 2, 5, 4, 2, 6


def build_module(*args, **kwargs):
    torch.manual_seed(0)
    return nn.LSTM(E, H, *args, **kwargs)


def draw(*shape, **kwargs):
    generator = torch.Generator().manual_seed(sum(shape))
    return torch.randn(shape, generator=generator, **kwargs)


@pytest.mark.parametrize(
    ("batch_first", "shape", "wanted"),
    [
        (False, (T, B, E), (L, D, T, B, H)),
        (True, (B, T, E), (L, D, B, T, H)),
        (False, (T, E), (L, D, T, H)),
        (True, (T, E), (L, D, T, H)),
    ],
)
def test_a_trace_is_laid_out_like_the_input(batch_first, shape, wanted):
    lstm = build_module(L, bidirectional=True, batch_first=batch_first)
    steps = trace(lstm, draw(*shape))
    assert [field.shape for field in steps] == [wanted] * 6
    output, _ = lstm(draw(*shape))
    assert output.shape == (*wanted[2:-1], D * H)


def test_the_second_direction_stands_in_the_order_of_the_words():
    both, one = build_module(bidirectional=True), build_module()
    one.load_state_dict(
        {name: getattr(both, name + "_reverse") for name in one.state_dict()}
    )
    x, hx = draw(T, B, E), draw(2, 2, B, H)
    got = trace(both, x, tuple(hx))
    wanted = trace(one, x.flip(0), tuple(hx[:, 1:]))
    for field, other in zip(got, wanted, strict=True):
        assert_close(field[0, 1], other[0, 0, ::-1], 1e-6)


def test_h_is_the_librarys_own_however_long_the_text():
    call = Call(build_module(2, bidirectional=True), draw(500, 1, E))
    output, _, _ = call.run_library()
    assert np.array_equal(call.trace().h[-1], output)


@pytest.mark.parametrize("training", [False, True])
def test_everything_is_left_as_it_was(training):
    lstm = build_module(2, bidirectional=True).train(training)
    lstm.weight_hh_l0.requires_grad_(False)
    x, h_0, c_0 = inputs = [
        draw(*shape).requires_grad_() for shape in [(T, B, E), *[(4, B, H)] * 2]
    ]
    tensors = {**dict(enumerate(inputs)), **dict(lstm.named_parameters())}
    kept = {name: tensor.detach().clone() for name, tensor in tensors.items()}
    asked = {name: tensor.requires_grad for name, tensor in tensors.items()}
    state = torch.get_rng_state()
    trace(lstm, x, (h_0, c_0))
    assert torch.equal(torch.get_rng_state(), state)
    assert lstm.training is training
    for name, tensor in {**tensors, **dict(lstm.named_parameters())}.items():
        assert tensor is tensors[name]
        assert torch.equal(tensor, kept[name])
        assert tensor.requires_grad == asked[name]
        assert tensor.grad is None


@pytest.mark.parametrize("n_words", [1, T])
def test_a_trace_shares_no_memory_with_the_module_or_its_input(n_words):
    lstm = build_module(bidirectional=True)
    x, *hx = draw(n_words, B, E), *draw(2, 2, B, H)
    tensors = [x, *hx, *lstm.parameters()]
    kept = [tensor.detach().clone() for tensor in tensors]
    steps = trace(lstm, x, hx)
    for field in steps:
        field[:] = 7
    assert all(map(torch.equal, tensors, kept))


def test_what_is_not_random_may_be_traced_in_training_mode():
    in_training = build_module(2).train()
    assert_is_the_librarys(Call(in_training, draw(T, B, E)), 1e-6)
    evaluated = build_module(2, dropout=0.5).eval()
    assert_is_the_librarys(Call(evaluated, draw(T, B, E)), 1e-6)
    with pytest.warns(UserWarning, match="dropout"):
        single = build_module(dropout=0.5).train()
    assert_is_the_librarys(Call(single, draw(T, B, E)), 1e-6)


def test_dropout_is_refused_in_training_mode():
    message = r"lstm: got training mode with dropout=0\.5, wanted lstm\.eval\(\)"
    with pytest.raises(ValueError, match=message):
        trace(build_module(2, dropout=0.5), draw(T, B, E))


@pytest.mark.parametrize("module", [nn.GRU, nn.RNN, nn.LSTMCell])
def test_only_an_lstm_is_traced(module):
    message = rf"lstm: got {module.__name__}, wanted torch\.nn\.LSTM"
    with pytest.raises(TypeError, match=message):
        trace(module(E, H), draw(T, B, E))


def test_projected_states_are_refused():
    with pytest.raises(ValueError, match="lstm: got proj_size=3, wanted 0"):
        trace(build_module(proj_size=3), draw(T, B, E))


@pytest.mark.parametrize(
    ("x", "name"),
    [
        (nn.utils.rnn.pack_sequence([torch.zeros(T, E)]), "PackedSequence"),
        (np.zeros((T, B, E), np.float32), "ndarray"),
        ([[1.0, 2.0]], "list"),
    ],
)
def test_only_a_tensor_is_traced(x, name):
    with pytest.raises(TypeError, match=f"x: got {name}, wanted a Tensor"):
        trace(build_module(), x)


@pytest.mark.parametrize("name", ["h_0", "c_0"])
def test_a_state_that_is_no_tensor_is_named(name):
    states = {"h_0": draw(1, B, H), "c_0": draw(1, B, H)}
    states[name] = states[name].numpy()
    with pytest.raises(TypeError, match=f"{name}: got ndarray, wanted a Tensor"):
        trace(build_module(), draw(T, B, E), tuple(states.values()))


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize(
    "shape",
    [
        (E,),
        (1, T, B, E),
        (T, B, E + 1),
        (T, B, 1),
        (T, E + 1),
        (0, B, E),
        (T, 0, E),
        (T, B, 0),
        (0, E),
    ],
)
def test_an_input_that_does_not_fit_is_refused(batch_first, shape):
    layout = "(B, T, E)" if batch_first else "(T, B, E)"
    message = f"x: got shape {shape}, wanted {layout} or (T, E) with E = {E}, none of"
    with pytest.raises(ValueError, match=re.escape(message)):
        trace(build_module(batch_first=batch_first), torch.zeros(shape))


@pytest.mark.parametrize("name", ["h_0", "c_0"])
@pytest.mark.parametrize(
    ("x_shape", "batch_first", "wanted"),
    [
        ((T, B, E), False, (L * D, B, H)),
        ((B, T, E), True, (L * D, B, H)),
        ((T, E), False, (L * D, H)),
    ],
)
def test_an_initial_state_that_does_not_fit_is_named(
    name, x_shape, batch_first, wanted
):
    lstm = build_module(L, bidirectional=True, batch_first=batch_first)
    x = draw(*x_shape)
    trace(lstm, x, (torch.zeros(wanted),) * 2)
    wrong = [(1, *wanted), wanted[1:]]
    for axis, length in enumerate(wanted):
        around = wanted[:axis], wanted[axis + 1 :]
        wrong += [(*around[0], other, *around[1]) for other in (1, length + 1)]
    for shape in wrong:
        states = {"h_0": torch.zeros(wanted), "c_0": torch.zeros(wanted)}
        states[name] = torch.zeros(shape)
        message = re.escape(f"{name}: got shape {shape}, wanted {wanted}")
        with pytest.raises(ValueError, match=message):
            trace(lstm, x, tuple(states.values()))


def test_mixed_dtypes_are_refused():
    lstm, x = build_module(), draw(T, B, E)
    states = draw(1, B, H), draw(1, B, H)
    wanted = "wanted float32 like weight_ih_l0"
    with pytest.raises(ValueError, match=f"x: got dtype float64, {wanted}"):
        trace(lstm, x.double())
    with pytest.raises(ValueError, match=f"x: got dtype int64, {wanted}"):
        trace(lstm, x.long())
    with pytest.raises(ValueError, match=f"c_0: got dtype float64, {wanted}"):
        trace(lstm, x, (states[0], states[1].double()))
    with pytest.raises(ValueError, match="x: got dtype float32, wanted float64 like"):
        trace(lstm.double(), x)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weights_in_half_precision_are_refused(dtype):
    message = f"lstm: got dtype {dtype}, wanted float32 or float64"
    with pytest.raises(ValueError, match=message):
        trace(build_module(dtype=dtype), draw(T, B, E).to(dtype))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize("name", ["x", "h_0", "c_0"])
def test_an_input_that_is_not_finite_is_named(name, wrong):
    inputs = {"x": draw(T, B, E), "h_0": draw(1, B, H), "c_0": draw(1, B, H)}
    inputs[name][0, 2, 1] = wrong
    x, *hx = inputs.values()
    message = re.escape(f"{name}: got {wrong} at (0, 2, 1), wanted finite numbers")
    with pytest.raises(ValueError, match=message):
        trace(build_module(), x, tuple(hx))


@pytest.mark.parametrize("name", ["weight_hh_l0", "weight_ih_l1_reverse", "bias_hh_l1"])
def test_a_weight_that_is_not_finite_is_named(name):
    lstm = build_module(2, bidirectional=True)
    getattr(lstm, name).data[3] = np.nan
    with pytest.raises(ValueError, match=rf"{name}: got nan at \(3,.*\), wanted fin"):
        trace(lstm, draw(T, B, E))


@st.composite
def words(draw):
    size = draw(st.integers(2, 12))
    few = st.sampled_from([-1.0, 0.0, 0.25, 1.0, 3.0])  # so that there are ties
    values = draw(
        arrays(float, (size, 2), elements=few | st.floats(-9, 9, allow_subnormal=False))
    )
    members = draw(st.permutations(range(size)))[: draw(st.integers(1, size - 1))]
    return values, np.isin(np.arange(size), members)


@given(words())
def test_separation_counts_the_pairs_that_are_in_order(drawn):
    values, members = drawn
    first, second = values[members][:, None], values[~members]
    wanted = ((first > second) + 0.5 * (first == second)).mean(axis=(0, 1))
    np.testing.assert_allclose(separation(values, members), wanted, rtol=0, atol=1e-12)


def test_separation_knows_sign_and_ignorance():
    members = np.array([False, True, False, True])
    unit = np.array([-0.5, 0.5, -1.0, 1.0])
    values = np.stack([unit, -unit, np.zeros(4)], axis=1)
    assert separation(values, members).tolist() == [1, 0, 0.5]


@pytest.mark.parametrize("shape", [(3, 2), (4,), (5, 2), (4, 2, 1)])
def test_values_and_members_of_different_lengths_are_refused(shape):
    message = f"got values of shape {shape}, members of shape (4,), wanted (N, H) and"
    with pytest.raises(ValueError, match=re.escape(message)):
        separation(np.zeros(shape), np.array([True, False, True, False]))


@pytest.mark.parametrize("n_members", [0, 4])
def test_separation_wants_words_on_either_side(n_members):
    message = f"got {n_members} members among 4 words, wanted some on either side"
    with pytest.raises(ValueError, match=message):
        separation(np.zeros((4, 2)), np.arange(4) < n_members)
