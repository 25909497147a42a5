"""Heads: what a loss, a decision and a probability are, by the library's words."""

import pytest
import torch
import torch.nn.functional as F

from lstm_helpers.models.crf import CRF
from lstm_helpers.models.heads import Head, PerWord

TAGS = ["O", "B-geo", "I-geo"]
HEADS = {"PerWord": PerWord, "CRF": lambda: CRF(TAGS)}


def random_case(T=4, B=3):
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(T, B, len(TAGS), generator=generator)
    return scores, torch.randint(2, (T, B), generator=generator)  # legal: no I-


def test_per_word_is_the_softmax_of_each_word():
    scores, tags = random_case()
    head = PerWord()
    rows, gold = scores.reshape(-1, 3), tags.reshape(-1)
    picked = F.log_softmax(rows, dim=1)[torch.arange(len(gold)), gold]
    torch.testing.assert_close(head.loss(scores, tags), -picked.mean())
    assert head.decode(scores).equal(scores.max(dim=2).indices)
    assert head.best_path(scores).equal(head.decode(scores))
    torch.testing.assert_close(head.probabilities(scores), F.softmax(scores, dim=2))


@pytest.mark.parametrize("name", HEADS)
def test_every_head_keeps_the_contract(name):
    head, (scores, tags) = HEADS[name](), random_case()
    assert isinstance(head, Head)
    assert head.loss(scores, tags).shape == ()
    assert head.loss(scores, tags) > 0
    probs = head.probabilities(scores)
    for decoded in (head.decode(scores), head.best_path(scores)):
        assert (decoded.shape, decoded.dtype) == (tags.shape, torch.long)
    assert (probs.shape, probs.dtype) == (scores.shape, scores.dtype)
    torch.testing.assert_close(probs.sum(dim=2), torch.ones(tags.shape))
    marginals, follow = head.chain(scores)
    torch.testing.assert_close(marginals.float(), probs)
    t, b, j, k = torch.ones(4, 9, dtype=torch.long)
    j, k = torch.arange(3).repeat_interleave(3), torch.arange(3).repeat(3)
    steps = follow(t, b, j, k).view(3, 3)  # of sentence 1, from its second word on
    torch.testing.assert_close(marginals[1, 1] @ steps, marginals[2, 1])


@pytest.mark.parametrize("name", HEADS)
def test_a_loss_counts_words_not_sentences(name):
    """Two batches of one length are worth as much as both in one."""
    head, (scores, tags) = HEADS[name](), random_case(B=4)
    halves = [
        head.loss(s, t)
        for s, t in zip(scores.split(2, 1), tags.split(2, 1), strict=True)
    ]
    torch.testing.assert_close(head.loss(scores, tags), sum(halves) / 2)


@pytest.mark.parametrize(
    "ask", ["loss", "decode", "best_path", "probabilities", "chain"]
)
def test_the_contract_itself_answers_nothing(ask):
    scores, tags = random_case()
    with pytest.raises(NotImplementedError):
        getattr(Head(), ask)(*[scores, tags][: 2 if ask == "loss" else 1])
