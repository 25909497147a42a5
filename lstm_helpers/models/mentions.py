"""Probabilities of tags and of their neighbours -> mentions with theirs, tags."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

_HALF = 0.5 + 1e-6  # so that no two overlap, however the sums were rounded


class Chain(NamedTuple):
    """The tags of sentences as a Markov chain: a tag depends on the one before alone.

    Attributes
    ----------
    marginals : Tensor of shape (T, B, K), float
        The probability of every tag for every word.
    follow : callable
        Called with four Tensors of shape (N,), int64: words t, sentences b, tags j and
        k. Gives the probability of tag k at word t + 1 if word t has tag j, (N,).
    """

    marginals: Tensor
    follow: Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


class FoundMentions(NamedTuple):
    """N mentions and their probabilities, in no particular order."""

    start: Tensor  # (N,), int64: the first word
    end: Tensor  # (N,), int64: one behind the last word
    sentence: Tensor  # (N,), int64
    begin: Tensor  # (N,), int64: the id of the tag B- of its type
    probability: Tensor  # (N,), float


def continuations(tags: Sequence[str]) -> Tensor:
    """Say for each tag which one goes on with its mention.

    Parameters
    ----------
    tags : sequence of str, length K

    Returns
    -------
    Tensor of shape (K,), int64
        The id of the I- of the same type; -1 if there is none, as for O.

    Examples
    --------
    >>> continuations(["O", "B-per", "I-per"]).tolist()
    [-1, 2, 2]
    """
    ids = {tag: k for k, tag in enumerate(tags)}
    return torch.tensor([ids.get("I" + tag[1:], -1) for tag in tags], device="cpu")


def find_probable(chain: Chain, goes_on: Tensor, begins: Tensor) -> FoundMentions:
    """Find the mentions that are more probable than not, by a millionth at least.

    Two that overlap cannot both be right, so their probabilities sum to 1 at most, and
    only one of them is above one half: nothing has to be searched.

    Parameters
    ----------
    chain : Chain
    goes_on : Tensor of shape (K,), int64
        From :func:`continuations`.
    begins : Tensor of shape (K,), bool
        Which tags are a B-.

    Returns
    -------
    FoundMentions

    References
    ----------
    Jansche (2007), https://aclanthology.org/P07-1093/ ; Ye et al. (2012),
    doi:10.48550/arXiv.1206.4625: what is best for F1.
    """
    best, tag = chain.marginals.masked_fill(~begins, 0).max(dim=2)  # (T, B)
    start, sentence = torch.nonzero(best > _HALF, as_tuple=True)
    p, begin = best[start, sentence].clamp(max=1), tag[start, sentence]
    t, tag, n_words = start, begin, len(best)
    found = []
    while len(t):
        p_on = p * _goes_on(chain, t, sentence, tag, goes_on, n_words)
        p_end = p - p_on  # (7.12)
        ends = p_end > _HALF
        found.append(
            (start[ends], t[ends] + 1, sentence[ends], begin[ends], p_end[ends])
        )
        kept = p_on > _HALF
        start, sentence, begin, p = start[kept], sentence[kept], begin[kept], p_on[kept]
        t, tag = t[kept] + 1, goes_on[tag[kept]]
    if not found:
        return FoundMentions(start, start, sentence, begin, p)
    return FoundMentions(*map(torch.cat, zip(*found, strict=True)))


def _goes_on(
    chain: Chain, t: Tensor, b: Tensor, tag: Tensor, goes_on: Tensor, n_words: int
) -> Tensor:
    """Give the probability, (N,), that a mention which is at word t has word t + 1."""
    after = goes_on[tag]
    may = (after >= 0) & (t + 1 < n_words)
    p = chain.marginals.new_zeros(len(t))
    p[may] = chain.follow(t[may], b[may], tag[may], after[may])
    return p.clamp(max=1)


def write_tags(
    found: FoundMentions, shape: tuple[int, int], outside: int, goes_on: Tensor
) -> Tensor:
    """Write mentions as tags.

    Parameters
    ----------
    found : FoundMentions
        None overlaps another.
    shape : tuple of int
        (T, B).
    outside : int
        The id of O.
    goes_on : Tensor of shape (K,), int64

    Returns
    -------
    Tensor of shape (T, B), int64
        Legal in IOB2.
    """
    tags = goes_on.new_full(shape, outside)
    lengths = found.end - found.start
    which = torch.repeat_interleave(lengths)  # for each word its mention's number
    place = torch.arange(len(which), device=tags.device)
    place -= (lengths.cumsum(0) - lengths)[which]  # in the mention
    begin = found.begin[which]
    tag = torch.where(place == 0, begin, goes_on[begin])
    tags[found.start[which] + place, found.sentence[which]] = tag
    return tags


def mention_probabilities(chain: Chain, tags: Tensor, goes_on: Tensor) -> Tensor:
    """Say how probable the mention is that each word is in, by given tags.

    Parameters
    ----------
    chain : Chain
    tags : Tensor of shape (T, B), int64
    goes_on : Tensor of shape (K,), int64

    Returns
    -------
    Tensor of shape (T, B), float
        In [0, 1]: the probability that a mention of this type begins and ends just
        there; for a word outside of all mentions, that of its tag. Outside are also
        words whose I- goes on with no mention, which no CRF predicts.
    """
    n_words, n_sentences = tags.shape
    t = torch.arange(n_words, device=tags.device).repeat(n_sentences)
    b = torch.arange(n_sentences, device=tags.device).repeat_interleave(n_words)
    tag = tags.T.flatten()  # one sentence after the other
    before = tag.roll(1)
    inside = (t > 0) & (tag == goes_on[before])  # in the mention of the word before
    alone = chain.marginals[t, b, tag].clamp(max=1)
    p = alone.clone()
    p[inside] = chain.follow(*(x[inside] for x in (t - 1, b, before, tag))).clamp(max=1)
    last = ~inside.roll(-1)
    p[last] *= 1 - _goes_on(chain, t[last], b[last], tag[last], goes_on, n_words)
    mention = (~inside).cumsum(0) - 1
    products = p.new_ones(len(p)).scatter_reduce(0, mention, p, "prod")  # (7.12)
    stray = (goes_on[tag] == tag)[~inside]  # of each mention, whether it is an I- alone
    p = torch.where(stray[mention], alone, products[mention])
    return p.view(n_sentences, n_words).T
