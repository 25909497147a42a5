"""Mentions and their probabilities, held against the listing of all paths."""

import itertools
from collections import Counter

import pytest
import torch
from enumeration import TAGS, K, all_paths, is_legal, random_crf
from hypothesis import given
from hypothesis import strategies as st
from trials import trials

from lstm_helpers.data.iob2 import find_mentions
from lstm_helpers.models.crf import CRF
from lstm_helpers.models.heads import PerWord
from lstm_helpers.models.mentions import (
    Chain,
    FoundMentions,
    continuations,
    find_probable,
    mention_probabilities,
    write_tags,
)

GOES_ON = torch.tensor([-1, 2, 2, 4, 4])
SIZES = st.tuples(st.integers(1, 5), st.integers(1, 3))  # T, B
with_sizes = given(sizes=SIZES, seed=st.integers(0, 2**32 - 1))


def mentions_of(path):
    return find_mentions([[TAGS[k] for k in path]])


def add_up(scores):
    """The probability of each mention and, at each word, of each tag, over paths."""
    values = torch.tensor([*scores.values()], dtype=torch.float64)
    of_mention, of_tag = Counter(), Counter()
    for path, p in zip(scores, values.softmax(dim=0).tolist(), strict=True):
        of_mention.update(dict.fromkeys(mentions_of(path), p))
        of_tag.update(dict.fromkeys(enumerate(path), p))
    return of_mention, of_tag


@pytest.mark.parametrize("far_apart", [False, True])
@with_sizes
@trials(60)
def test_what_is_more_probable_than_not_is_predicted(far_apart, sizes, seed):
    crf, emissions, _ = random_crf(sizes, seed)
    if far_apart:
        emissions[0, :, 1] -= 400  # then sums are built of logarithms
    found = crf.decode(emissions)
    for b, scores in enumerate(all_paths(crf, emissions)):
        wanted = [m for m, p in add_up(scores)[0].items() if p > 0.5]
        assert {*mentions_of(found[:, b].tolist())} == {*wanted}


@pytest.mark.parametrize("far_apart", [False, True])
@with_sizes
@trials(60)
def test_a_words_probability_is_its_mentions(far_apart, sizes, seed):
    """Of whatever tags: the best ones, and others."""
    crf, emissions, legal = random_crf(sizes, seed)
    if far_apart:
        emissions[0, :, 1] -= 400
    chain = crf.chain(emissions)
    for tags in (crf.decode(emissions), crf.best_path(emissions), legal):
        found = mention_probabilities(chain, tags, crf.goes_on)
        for b, scores in enumerate(all_paths(crf, emissions)):
            of_mention, of_tag = add_up(scores)
            path = tags[:, b].tolist()
            wanted = [of_tag[t, k] for t, k in enumerate(path)]
            for mention in mentions_of(path):
                for t in range(mention.start, mention.end):
                    wanted[t] = of_mention[mention]
            wanted = torch.tensor(wanted, dtype=torch.float64)
            torch.testing.assert_close(found[:, b], wanted, rtol=0, atol=1e-11)


@with_sizes
@trials(30)
def test_word_by_word_a_mentions_probability_is_a_product(sizes, seed):
    """There all paths count, legal or not: each word is judged by itself."""
    T, B = sizes
    scores = torch.randn(T, B, K, generator=torch.Generator().manual_seed(seed % 2**32))
    head = PerWord()
    tags, p = head.decode(scores), scores.double().softmax(dim=2).tolist()
    found = mention_probabilities(head.chain(scores), tags, GOES_ON).double()
    for b in range(B):
        path = tags[:, b].tolist()
        for mention in mentions_of(path):
            wanted = 1.0
            for t in range(mention.start, mention.end):
                wanted *= p[t][b][path[t]]
            if mention.end < T:
                wanted *= 1 - p[mention.end][b][TAGS.index(f"I-{mention.kind}")]
            got = found[mention.start : mention.end, b]
            torch.testing.assert_close(got, torch.full_like(got, wanted))


def test_the_best_path_may_hold_what_is_less_probable_than_not():
    """The path B I has 0.4; B O and O O have 0.3 each: no mention is above one half."""
    p = {(1, 2): 0.4, (1, 0): 0.3, (0, 0): 0.3}
    marginals = torch.zeros(2, 1, K, dtype=torch.float64)
    for path, share in p.items():
        marginals[range(2), 0, path] += share
    chain = Chain(marginals, lambda t, *_: torch.full((len(t),), 0.4 / 0.7))
    found = find_probable(chain, GOES_ON, torch.tensor([0, 1, 0, 1, 0]).bool())
    assert not len(found.start)
    assert write_tags(found, (2, 1), 0, GOES_ON).tolist() == [[0], [0]]


@pytest.mark.parametrize("scale", [1e3, 1e10, 3e38])
@pytest.mark.parametrize("seed", range(5))
def test_no_two_mentions_overlap_however_coarse_the_sums_are(scale, seed):
    torch.manual_seed(seed)
    crf = CRF(TAGS)
    for parameter in crf.parameters():
        torch.nn.init.uniform_(parameter, -scale / 2, scale / 2)
    emissions = (2 * torch.rand(40, 8, K) - 1) * scale
    chain = crf.chain(emissions)
    found = find_probable(chain, crf.goes_on, crf.begins)
    covered = Counter()
    for start, end, sentence, *_ in zip(*map(torch.Tensor.tolist, found), strict=True):
        covered.update((t, sentence) for t in range(start, end))
    assert covered
    assert {*covered.values()} == {1}
    assert (found.probability > 0.5).all()
    assert (found.probability <= 1).all()
    tags = write_tags(found, (40, 8), 0, crf.goes_on)
    assert all(is_legal(path) for path in tags.T.tolist())
    p = mention_probabilities(chain, tags, crf.goes_on)
    assert ((p >= 0) & (p <= 1)).all()


def test_equal_chances_are_no_majority():
    """Two mentions at one half each, which no rounding may let in both."""
    crf, emissions = CRF(TAGS).double(), torch.zeros(1, 1, K, dtype=torch.float64)
    emissions[..., 0] = -50.0
    p = mention_probabilities(crf.chain(emissions), torch.tensor([[1]]), crf.goes_on)
    assert p.item() == pytest.approx(0.5, abs=1e-9)
    assert crf.decode(emissions).item() == 0


def test_a_chance_of_one_half_is_none_however_many_words_it_is_made_of():
    """The scores of I- and of its transition cancel out, but not in float32."""
    crf, high = CRF(["O", "B-a", "I-a"]), torch.tensor(75.05)
    emissions = torch.tensor([0.1, 0.0, 75.05]).repeat(2000, 1, 1)
    emissions[0] = torch.tensor([-50.0, 0.0, 0.0])
    with torch.no_grad():
        crf.transitions[2, 2] = crf.transitions[1, 2] = -(high - torch.tensor(0.1))
        crf.transitions[2, 0] = crf.transitions[1, 0] = -1e2
    tags = torch.tensor([1, *[2] * 1999]).unsqueeze(1)
    said = mention_probabilities(crf.chain(emissions), tags, crf.goes_on)
    exact = mention_probabilities(
        crf.double().chain(emissions.double()), tags, crf.goes_on
    )
    torch.testing.assert_close(said, exact, rtol=0, atol=1e-9)


@pytest.mark.parametrize("path", [[2, 2, 2], [0, 2, 1], [1, 4, 4], [1, 2, 4]])
def test_an_inside_without_its_beginning_is_in_no_mention(path):
    scores = torch.randn(3, 1, K, generator=torch.Generator().manual_seed(0))
    chain, tags = PerWord().chain(scores), torch.tensor(path).unsqueeze(1)
    p = mention_probabilities(chain, tags, GOES_ON)[:, 0]
    alone = scores.softmax(dim=2)[range(3), 0, path]
    held = [mention for mention in mentions_of(path) if mention.end - mention.start > 1]
    outside = [t for t in range(3) if TAGS[path[t]][0] == "I" and not held]
    for t in outside:
        assert p[t] == alone[t]
    if path == [1, 2, 4]:
        assert p[2] == alone[2]
        assert p[0] == p[1] < min(alone[:2])


def test_mentions_are_written_where_they_stand():
    places = torch.tensor([[0, 3, 1], [3, 4, 2], [0, 0, 1]])  # start, end, sentence
    found = FoundMentions(*places, torch.tensor([1, 3, 3]), torch.ones(3))
    tags = write_tags(found, (4, 2), 0, GOES_ON)
    assert tags.T.tolist() == [[1, 2, 2, 3], [0, 3, 0, 0]]


def test_a_type_without_an_inside_has_mentions_of_one_word():
    tags = ["O", "B-day"]
    assert continuations(tags).tolist() == [-1, -1]
    crf = CRF(tags)
    emissions = torch.tensor([[0.0, 9.0], [0.0, 9.0]]).unsqueeze(1)
    assert crf.decode(emissions).T.tolist() == [[1, 1]]
    p = mention_probabilities(
        crf.chain(emissions), torch.ones(2, 1).long(), crf.goes_on
    )
    torch.testing.assert_close(p, emissions.double().softmax(dim=2)[..., 1])


@pytest.mark.parametrize("order", [*itertools.permutations(TAGS)])
def test_the_order_of_the_tags_does_not_matter(order):
    crf, emissions, _ = random_crf((4, 2), 3)
    place = [TAGS.index(tag) for tag in order]
    other = CRF(order).double()
    with torch.no_grad():
        other.start.copy_(crf.start[place])
        other.end.copy_(crf.end[place])
        other.transitions.copy_(crf.transitions[place][:, place])
    names = [[order[k] for k in row] for row in other.decode(emissions[..., place])]
    assert names == [[TAGS[k] for k in row] for row in crf.decode(emissions)]
