"""The CRF, held against the enumeration of all paths and against pytorch-crf."""

import itertools
import re

import pytest
import torch
import torchcrf
from enumeration import TAGS, K, all_paths, is_legal, random_crf
from hypothesis import given
from hypothesis import strategies as st
from trials import trials

from lstm_helpers.data.iob2 import find_mentions
from lstm_helpers.models.crf import CRF, legal_steps

SIZES = st.tuples(st.integers(1, 4), st.integers(1, 3))  # T, B
SEEDS = st.integers(0, 2**32 - 1)
with_sizes = given(sizes=SIZES, seed=SEEDS)


def log_sum_exp(values):
    return torch.tensor(list(values), dtype=torch.float64).logsumexp(dim=0)


@with_sizes
@trials(60)
def test_the_likelihood_is_a_paths_share_of_all(sizes, seed):
    crf, emissions, tags = random_crf(sizes, seed)
    found = crf(emissions, tags)
    for b, paths in enumerate(all_paths(crf, emissions)):
        wanted = paths[tuple(tags[:, b].tolist())] - log_sum_exp(paths.values())
        torch.testing.assert_close(found[b], wanted, rtol=0, atol=1e-11)
    assert (found <= 1e-12).all()


@with_sizes
@trials(40)
def test_the_likelihoods_of_all_legal_paths_add_up_to_one(sizes, seed):
    crf, emissions, _ = random_crf(sizes, seed)
    legal = all_paths(crf, emissions)[0]
    total = sum(
        crf(emissions[:, :1], torch.tensor(path).unsqueeze(1)).exp() for path in legal
    )
    torch.testing.assert_close(total, torch.ones(1, dtype=torch.float64))


@with_sizes
@trials(60)
def test_marginals_add_up_the_paths_through_a_tag(sizes, seed):
    crf, emissions, _ = random_crf(sizes, seed)
    found = crf.probabilities(emissions)
    for b, paths in enumerate(all_paths(crf, emissions)):
        wanted = torch.zeros(len(emissions), K, dtype=torch.float64)
        log_z = log_sum_exp(paths.values())
        for path, score in paths.items():
            for t, k in enumerate(path):
                wanted[t, k] += (score - log_z).exp()
        torch.testing.assert_close(found[:, b], wanted, rtol=0, atol=1e-11)


@with_sizes
@trials(60)
def test_viterbi_finds_the_best_of_all_paths(sizes, seed):
    crf, emissions, _ = random_crf(sizes, seed)
    found = crf.best_path(emissions)
    for b, paths in enumerate(all_paths(crf, emissions)):
        assert tuple(found[:, b].tolist()) == max(paths, key=paths.get)


@given(sizes=SIZES, seed=SEEDS, k=st.integers(1, 12))
@trials(60)
def test_the_k_best_are_the_first_of_all_paths(sizes, seed, k):
    crf, emissions, _ = random_crf(sizes, seed)
    found, scores = crf.k_best(emissions, k)
    for b, paths in enumerate(all_paths(crf, emissions)):
        wanted = sorted(paths, key=paths.get, reverse=True)[:k]
        got = [tuple(path.tolist()) for path in found[:, :, b]]
        assert got[: len(wanted)] == wanted
        expected = torch.tensor([paths[p] for p in wanted], dtype=torch.float64)
        torch.testing.assert_close(scores[: len(wanted), b], expected)
        assert (scores[len(wanted) :, b] == -torch.inf).all()
    assert torch.equal(found[0], crf.best_path(emissions))


def naive_likelihood(crf, emissions, tags):
    """The forward recursion in logarithms, for autograd to differentiate."""
    start, end, transitions = crf.scores()
    score = start[tags[0]] + emissions[0].gather(1, tags[0].unsqueeze(1)).squeeze(1)
    alpha = start + emissions[0]
    for t in range(1, len(tags)):
        score = score + transitions[tags[t - 1], tags[t]]
        score = score + emissions[t].gather(1, tags[t].unsqueeze(1)).squeeze(1)
        alpha = (alpha.unsqueeze(2) + transitions).logsumexp(dim=1) + emissions[t]
    return score + end[tags[-1]] - (alpha + end).logsumexp(dim=1)


@pytest.mark.parametrize(
    ("dtype", "bound"), [(torch.float64, 1e-11), (torch.float32, 3e-5)]
)
@with_sizes
@trials(60)
def test_derivatives_equal_autograd_through_the_recursion(dtype, bound, sizes, seed):
    crf, emissions, tags = random_crf(sizes, seed, dtype)
    weight = torch.randn(sizes[1], dtype=dtype)  # a loss need not weigh all alike
    found = []
    for likelihood in (crf, lambda *call: naive_likelihood(crf, *call)):
        leaves = [emissions.clone().requires_grad_(), *crf.parameters()]
        value = likelihood(leaves[0], tags)
        derivatives = torch.autograd.grad(
            (weight * value).sum(), leaves, materialize_grads=True
        )
        found.append([value, *derivatives])
    for got, wanted in zip(*found, strict=True):
        torch.testing.assert_close(got, wanted, rtol=bound, atol=bound)
        assert got.dtype == dtype


@with_sizes
@trials(40)
def test_pytorch_crf_agrees(sizes, seed):
    crf, emissions, tags = random_crf(sizes, seed)
    other = torchcrf.CRF(K).double()
    with torch.no_grad():
        start, end, transitions = (s.clamp(min=-1e4) for s in crf.scores())
        other.start_transitions.copy_(start)
        other.end_transitions.copy_(end)
        other.transitions.copy_(transitions)
        mask = torch.ones_like(tags, dtype=torch.bool)
        wanted = other(emissions, tags, mask, reduction="none")
    torch.testing.assert_close(crf(emissions, tags), wanted, rtol=0, atol=1e-8)
    assert other.decode(emissions, mask) == crf.best_path(emissions).T.tolist()


@given(sizes=st.tuples(st.integers(1, 30), st.integers(1, 8)), seed=SEEDS)
@trials(60)
def test_no_decoded_path_is_illegal_whatever_the_scores(sizes, seed):
    T, B = sizes
    torch.manual_seed(seed)
    crf = CRF(TAGS)
    with torch.no_grad():  # parameters that ask for what is forbidden
        crf.transitions[:, 2] += 50
        crf.start[2] += 50
    emissions = 20 * torch.randn(T, B, K)
    best = crf.k_best(emissions, 2)[0][0]
    for paths in (crf.decode(emissions), crf.best_path(emissions), best):
        assert all(is_legal(path.tolist()) for path in paths.T)


def test_an_illegal_path_has_no_likelihood():
    crf = CRF(TAGS)
    tags = torch.tensor([[0, 1, 1], [2, 2, 4]])  # O I-geo, B-geo I-geo, B-geo I-per
    found = crf(torch.zeros(2, 3, K), tags)
    assert found.isinf().tolist() == [True, False, True]


def test_scores_hundreds_of_nats_apart_neither_overflow_nor_vanish():
    crf = CRF(TAGS).double()
    emissions = torch.full((40, 1, K), -300.0, dtype=torch.float64)
    emissions[:, :, 2] = 300  # I-geo at every word; the first can only be another
    tags = torch.full((40, 1), 2)
    tags[0] = 1
    value = crf(emissions, tags)
    wanted = naive_likelihood(crf, emissions, tags)
    torch.testing.assert_close(value, wanted, rtol=1e-9, atol=1e-9)
    assert crf.best_path(emissions).tolist() == tags.tolist()
    assert crf.decode(emissions).tolist() == tags.tolist()


def test_a_batch_is_its_sentences():
    crf, emissions, tags = random_crf((4, 3), 0)
    one_by_one = [crf(emissions[:, [b]], tags[:, [b]]) for b in range(3)]
    torch.testing.assert_close(torch.cat(one_by_one), crf(emissions, tags))


def test_legal_steps_make_mentions_of_whole_types():
    may_start, may_follow = legal_steps(TAGS)
    for path in itertools.product(range(K), repeat=3):
        allowed = may_start[path[0]] and all(
            may_follow[j, k] for j, k in itertools.pairwise(path)
        )
        assert allowed == is_legal(path)
        if allowed:
            names = [TAGS[k] for k in path]
            words = sum(m.end - m.start for m in find_mentions([names]))
            assert words == sum(name != "O" for name in names), "no stray I-"


@pytest.mark.parametrize("shape", [(0, 2, K), (3, K), (3, 2, K + 1)])
@pytest.mark.parametrize("method", ["probabilities", "decode", "best_path"])
def test_emissions_that_do_not_fit_are_refused(shape, method):
    message = f"emissions: got shape {shape}, wanted (T, B, {K}) with T >= 1"
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(CRF(TAGS), method)(torch.zeros(shape))


def test_tags_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"tags: got shape \(2, 3\), wanted \(3, 2\)"):
        CRF(TAGS)(torch.zeros(3, 2, K), torch.zeros(2, 3, dtype=torch.long))


def test_no_best_path_is_refused():
    with pytest.raises(ValueError, match="k: got 0, wanted at least 1"):
        CRF(TAGS).k_best(torch.zeros(3, 2, K), 0)


@pytest.mark.long
def test_long_sentences_keep_their_digits():
    """In float32 a sum of 20,000 words has no room for the last word's difference."""
    crf, _, _ = random_crf((1, 1), 0, torch.float32)
    emissions = 3 * torch.randn(20_000, 1, K) - 5
    exact, e = CRF(TAGS).double(), emissions.double()
    exact.load_state_dict({name: v.double() for name, v in crf.state_dict().items()})
    path = exact.best_path(e)
    assert crf.best_path(emissions).equal(path)
    assert crf.decode(emissions).equal(exact.decode(e))
    assert crf.k_best(emissions, 2)[0].equal(exact.k_best(e, 2)[0])
    assert torch.isclose(crf(emissions, path).double(), exact(e, path), rtol=1e-6)


@pytest.mark.parametrize("T", [20, 200, 5000])
def test_a_log_likelihood_is_never_above_0(T):
    crf, _, _ = random_crf((1, 1), 0, torch.float32)
    emissions = torch.randn(T, 64, K) - 20
    emissions[..., 0] += 40  # all but sure of "O"
    assert (crf(emissions, torch.zeros(T, 64, dtype=torch.long)) <= 0).all()


@given(
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 3)),
    seed=SEEDS,
    scale=st.sampled_from([400.0, 1e4, 1e30, 3e38]),
    share=st.sampled_from([0.3, 1.0]),
)
@trials(60)
def test_scores_of_any_finite_size_give_the_best_legal_path(sizes, seed, scale, share):
    """Up to the largest number of float32, whose sums it could not hold."""
    T, B = sizes
    torch.manual_seed(seed)
    crf = CRF(TAGS)
    with torch.no_grad():
        for parameter in crf.parameters():
            parameter.uniform_(-1, 1).mul_(scale * (torch.rand(()) < share))
    emissions = (2 * torch.rand(T, B, K) - 1) * scale
    found, likelihood = crf.best_path(emissions), crf.probabilities(emissions)
    best = crf.k_best(emissions, 2)[0][0]
    for b, paths in enumerate(all_paths(crf, emissions)):
        for path in (found, best):  # float32 has seven digits
            got = paths.get(tuple(path[:, b].tolist()), -float("inf"))
            assert got >= max(paths.values()) - 1e-5 * scale, "illegal, or not the best"
        sure = torch.zeros(T, K, dtype=torch.float64)
        log_z = log_sum_exp(paths.values())
        for path, score in paths.items():
            sure[range(T), path] += (score - log_z).exp()
        torch.testing.assert_close(likelihood[:, b].double(), sure, rtol=0, atol=1e-5)


@pytest.mark.parametrize("start", [3e38, -3e38])
@pytest.mark.parametrize("seed", range(20))
def test_every_weight_at_the_edge_of_float32_gives_legal_paths(start, seed):
    torch.manual_seed(seed)
    crf, signs = CRF(TAGS), torch.tensor([-3e38, 3e38])
    with torch.no_grad():
        for parameter in crf.parameters():
            parameter.copy_(signs[torch.randint(2, parameter.shape)])
        crf.start.fill_(start)
    emissions = signs[torch.randint(2, (30, 8, K))]
    best = crf.k_best(emissions, 2)[0][0]
    for paths in (crf.decode(emissions), crf.best_path(emissions), best):
        assert all(is_legal(path) for path in paths.T.tolist())
    tags = crf.best_path(emissions)
    leaves = [emissions.requires_grad_(), *crf.parameters()]
    value = crf(emissions, tags)
    assert (value <= 0).all()
    for derivatives in torch.autograd.grad(value.sum(), leaves):
        assert derivatives.isfinite().all()


@pytest.mark.parametrize("apart", [200.0, 800.0, 1e5, 1e30])
def test_the_loss_of_scores_far_apart_is_a_number_and_teaches(apart):
    """Where the best tags are forbidden, all sums of probabilities would vanish."""
    crf = CRF(TAGS)
    emissions = torch.zeros(5, 1, K)
    emissions[:, :, [2, 4]] = torch.tensor([apart, apart * (1 + 1e-6)])  # I-geo, I-per
    emissions.requires_grad_()
    gold = torch.zeros(5, 1, dtype=torch.long)
    value = crf.loss(emissions, gold)
    wanted = -naive_likelihood(crf.double(), emissions.double(), gold).sum() / 5
    torch.testing.assert_close(value.double(), wanted, rtol=1e-5, atol=0)
    [found] = torch.autograd.grad(value, emissions)
    [expected] = torch.autograd.grad(wanted, emissions)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_a_likelihood_that_float32_cannot_hold_is_infinite_and_no_nan():
    crf, gold = CRF(TAGS), torch.zeros(3, 1, dtype=torch.long)
    emissions = torch.full((3, 1, K), 3e38)
    emissions[:, :, 0] = -3e38
    assert crf.loss(emissions, gold) == torch.inf


def test_marginals_far_apart_are_found_in_inference_mode():
    crf, emissions = CRF(TAGS), torch.zeros(3, 2, K)
    emissions[:, :, 2] = 2000.0
    with torch.inference_mode():
        found = crf.probabilities(emissions.clone())
    assert found[:, 0].argmax(dim=1).tolist() == [1, 2, 2]


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("name", ["emissions", "start", "end", "transitions"])
def test_scores_that_are_not_finite_are_refused(name, wrong):
    crf, emissions = CRF(TAGS), torch.zeros(3, 2, K)
    values = emissions if name == "emissions" else getattr(crf, name).data
    values.view(-1)[1] = wrong
    named = "emissions" if name == "emissions" else "parameters"
    got = "nan" if wrong != wrong else "inf"
    for judge in (crf.decode, crf.probabilities, lambda e: crf.k_best(e, 2)):
        with pytest.raises(ValueError, match=f"^{named}: got {got}, wanted finite"):
            judge(emissions)


def test_an_inner_tag_without_its_first_is_refused():
    with pytest.raises(ValueError, match="tags: got O, I-geo, wanted B-geo too"):
        CRF(["O", "I-geo"])
