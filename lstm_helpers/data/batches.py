"""Ids -> batches of sentences of equal length, which need no padding."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lstm_helpers.data.encoding import Encoded


class Batch(NamedTuple):
    """Sentences of equal length, a column each."""

    words: Tensor  # (T, B), or (T, B, 1 + F) with features; int64
    tags: Tensor | None  # (T, B), int64; None where only words were given
    positions: Tensor  # (B,), int64: each sentence's place in the list


def group_by_length(encoded: Encoded) -> list[Batch]:
    """Put all sentences of a length side by side, for every length.

    Parameters
    ----------
    encoded : Encoded

    Returns
    -------
    list of Batch
        By rising length; within a length in the sentences' order.

    Raises
    ------
    ValueError
        If a length is below 1, they do not add up to the number of words, or there are
        not as many tags.

    Examples
    --------
    >>> ids = Encoded(torch.tensor([5, 7, 8, 6, 9]), None, torch.tensor([1, 2, 2]))
    >>> [group.words.tolist() for group in group_by_length(ids)]
    [[[5]], [[7, 6], [8, 9]]]
    """
    words, tags, lengths = encoded
    if (lengths < 1).any() or lengths.sum() != len(words):
        got = f"lengths of {int(lengths.sum())} words in all"
        raise ValueError(f"got {got}, wanted {len(words)}, at least 1 a sentence")
    if tags is not None and len(tags) != len(words):
        raise ValueError(f"tags: got {len(tags)}, wanted one a word: {len(words)}")
    starts = lengths.cumsum(0) - lengths
    groups = []
    for length in lengths.unique().tolist():
        positions = (lengths == length).nonzero().flatten()
        at = starts[positions] + torch.arange(length).unsqueeze(1)  # (T, B)
        groups.append(Batch(words[at], None if tags is None else tags[at], positions))
    return groups


def batch_sizes(group: Batch, batch_size: int, batch_words: int = 0) -> list[int]:
    """Say how many sentences each batch of a group has.

    A batch takes some time of its own, however few words it holds: where there are many
    short sentences, or few of a length, batches may have to be larger.

    Parameters
    ----------
    group : Batch
        Sentences of equal length.
    batch_size : int
        Sentences in a batch, at most; what is left over is a smaller one.
    batch_words : int
        Where the batches would have fewer words than this, there are as few of them as
        still have so many each, or a single one. Sentences are shared out evenly, so
        that a batch may have almost twice as many words.

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        If the batch size is below 1.

    Examples
    --------
    >>> group = Batch(torch.zeros(10, 65), None, torch.arange(65))
    >>> batch_sizes(group, 20)
    [20, 20, 20, 5]
    >>> batch_sizes(group, 20, batch_words=300)
    [33, 32]
    """
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, wanted at least 1")
    length, n = len(group.words), len(group.positions)
    n_batches = max(1, n * length // max(1, batch_words))
    size = max(batch_size, math.ceil(n / n_batches))
    return [min(size, n - done) for done in range(0, n, size)]


def count_batches(
    groups: Sequence[Batch], batch_size: int, batch_words: int = 0
) -> int:
    """Count the batches that :func:`iterate_batches` cuts.

    Parameters
    ----------
    groups : list of Batch
    batch_size, batch_words : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the batch size is below 1.
    """
    return sum(len(batch_sizes(group, batch_size, batch_words)) for group in groups)


def iterate_batches(
    groups: Sequence[Batch],
    batch_size: int,
    generator: torch.Generator | None = None,
    *,
    batch_words: int = 0,
) -> Iterator[Batch]:
    """Cut groups of equal length into batches, in random order if wished.

    Every sentence comes exactly once.

    Parameters
    ----------
    groups : list of Batch
        From :func:`group_by_length`.
    batch_size, batch_words : int
        Sentences in a batch, at most, unless they are so short that more of them have
        fewer words than ``batch_words``: see :func:`batch_sizes`.
    generator : torch.Generator, optional
        Shuffles the sentences within their length, then the batches. Without it they
        come in order.

    Yields
    ------
    Batch

    Raises
    ------
    ValueError
        If the batch size is below 1.
    """
    chosen = []  # (group, columns)
    for group in groups:
        size = len(group.positions)
        if generator is None:
            columns = torch.arange(size)
        else:
            columns = torch.randperm(size, generator=generator)
        parts = columns.split(batch_sizes(group, batch_size, batch_words))
        chosen += [(group, part) for part in parts]
    if generator is not None:
        order = torch.randperm(len(chosen), generator=generator).tolist()
        chosen = [chosen[k] for k in order]
    for group, columns in chosen:
        yield Batch(
            group.words[:, columns],
            None if group.tags is None else group.tags[:, columns],
            group.positions[columns],
        )
