"""Row-wise Adagrad, held against its formula and against torch's Adagrad."""

from copy import deepcopy as copy_of

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lstm_helpers.data.encoding import UNKNOWN, Encoder
from lstm_helpers.models.taggers import build_tagger
from lstm_helpers.training.optimisers import RowAdagrad, build_optimisers

V, E = 7, 3
BATCHES = st.lists(
    st.lists(st.integers(0, V - 1), min_size=1, max_size=6), min_size=1, max_size=4
)


def train(batches, build, width=E, *, sparse=True):
    """An embedding after a step for each batch; its loss is quadratic."""
    torch.manual_seed(0)
    embedding = nn.Embedding(V, width, sparse=sparse).double()
    wanted = torch.randn(V, width, dtype=torch.float64)
    optimiser = build(embedding.parameters())
    for words in map(torch.tensor, batches):
        optimiser.zero_grad()
        (embedding(words) - wanted[words]).square().sum().backward()
        optimiser.step()
    return embedding.weight.detach()


@given(batches=BATCHES)
def test_a_step_is_the_formula(batches):
    torch.manual_seed(0)
    weight = nn.Embedding(V, E).double().weight.detach().clone()
    wanted = torch.randn(V, E, dtype=torch.float64)
    total = [1e-6] * V
    for words in batches:
        before = weight.clone()
        for v in set(words):
            g = words.count(v) * 2 * (before[v] - wanted[v])
            total[v] += g.square().mean().item()
            weight[v] = before[v] - 0.3 * g / total[v] ** 0.5
    torch.testing.assert_close(train(batches, RowAdagrad), weight)


@pytest.mark.filterwarnings("ignore:Sparse invariant checks")  # torch's own
@given(batches=BATCHES)
def test_with_rows_of_one_number_it_is_torchs_adagrad(batches):
    found = train(batches, RowAdagrad, width=1)
    wanted = train(
        batches,
        lambda parameters: torch.optim.Adagrad(
            parameters, lr=0.3, initial_accumulator_value=1e-6, eps=0
        ),
        width=1,
    )
    torch.testing.assert_close(found, wanted)


def test_rows_that_were_not_used_stay():
    torch.manual_seed(0)
    before = nn.Embedding(V, E).double().weight.detach()
    after = train([[1, 4], [4]], RowAdagrad)
    changed = (before != after).any(dim=1)
    assert changed.nonzero().flatten().tolist() == [1, 4]


def test_a_table_without_a_gradient_stays():
    used, unused = (nn.Embedding(V, E, sparse=True) for _ in range(2))
    before = unused.weight.detach().clone()
    optimiser = RowAdagrad([used.weight, unused.weight], lr=0.1)
    used(torch.tensor([1])).sum().backward()
    optimiser.step()
    assert torch.equal(unused.weight, before)
    assert list(optimiser.state) == [used.weight]


@pytest.mark.parametrize(
    ("g", "share"), [(1.0, 1), (1e-3, 0.5**0.5), (1e-4, 1 / 101**0.5), (1e-6, 1e-3)]
)
def test_a_first_step_is_as_long_as_the_rate_only_if_the_gradient_is_long(g, share):
    weight = nn.Parameter(torch.zeros(2, 3, dtype=torch.float64))
    optimiser = RowAdagrad([weight], lr=0.3)
    gradient = torch.tensor([[0.0] * 3, [g, -g, g]], dtype=torch.float64)
    weight.grad = gradient.to_sparse(1)
    optimiser.step()
    expected = torch.tensor([-0.3, 0.3, -0.3], dtype=torch.float64) * share
    torch.testing.assert_close(weight[1].detach(), expected, rtol=1e-4, atol=0)


def test_its_state_can_be_saved_and_goes_on():
    def build(parameters):
        return RowAdagrad(parameters, lr=0.1)

    embedding = nn.Embedding(V, E, sparse=True)
    copy = nn.Embedding(V, E, sparse=True)
    optimiser, other = build(embedding.parameters()), build(copy.parameters())
    for _ in range(2):
        optimiser.zero_grad()
        embedding(torch.tensor([1, 2])).square().sum().backward()
        optimiser.step()
    copy.load_state_dict(embedding.state_dict())
    other.load_state_dict(copy_of(optimiser.state_dict()))
    for module, each in [(embedding, optimiser), (copy, other)]:
        each.zero_grad()
        module(torch.tensor([2, 3])).square().sum().backward()
        each.step()
    assert torch.equal(embedding.weight, copy.weight)


def test_a_dense_gradient_is_refused():
    with pytest.raises(ValueError, match="got a dense gradient, wanted a sparse one"):
        train([[1]], RowAdagrad, sparse=False)


@pytest.mark.parametrize("wrong", [{"lr": 0}, {"lr": -1}, {"initial": 0}])
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="wanted both above 0"):
        RowAdagrad(nn.Embedding(2, 2).parameters(), **wrong)


def test_a_closure_is_called_with_gradients_on():
    embedding = nn.Embedding(V, E, sparse=True)
    optimiser = RowAdagrad(embedding.parameters())

    def closure():
        optimiser.zero_grad()
        loss = embedding(torch.tensor([0])).square().sum()
        loss.backward()
        return loss.item()

    losses = [optimiser.step(closure) for _ in range(3)]
    assert losses[0] > losses[-1]


def test_adam_remembers_as_long_as_was_chosen():
    model = build_tagger("RecurrentTagger", Encoder([UNKNOWN], ["O"], 1))
    dense, rows = build_optimisers(model, 0.01, 0.2)
    [group] = dense.param_groups
    assert type(dense) is torch.optim.Adam
    assert (group["lr"], group["betas"]) == (0.01, (0.9, 0.98))
    assert [group["lr"] for group in rows.param_groups] == [0.2]
