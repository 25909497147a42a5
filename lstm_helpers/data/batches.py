"""Ids -> batches of sentences of equal length, which need no padding."""

import math
from typing import NamedTuple

import torch


class Batch(NamedTuple):
    """Sentences of equal length, a column each."""

    words: torch.Tensor  # (T, B), or (T, B, 1 + F) with features; int64
    tags: torch.Tensor | None  # (T, B), int64; None where only words were given
    positions: torch.Tensor  # (B,), int64: each sentence's place in the list


def group_by_length(words, tags=None):
    """Stack all sentences of a length, for every length.

    Parameters
    ----------
    words : list of Tensor of shape (T,) or (T, 1 + F), int64
        T >= 1, another for each sentence.
    tags : list of Tensor of shape (T,), int64, optional

    Returns
    -------
    list of Batch
        By rising length; within a length in the sentences' order.

    Raises
    ------
    ValueError
        If a sentence is empty or has not as many tags as words, or there are not as
        many sentences of tags as of words.
    """
    if tags is not None and len(tags) != len(words):
        got = f"{len(words)} sentences of words and {len(tags)} of tags"
        raise ValueError(f"got {got}, wanted as many")
    by_length = {}
    for position, sentence in enumerate(words):
        check_sentence(position, sentence, None if tags is None else tags[position])
        by_length.setdefault(len(sentence), []).append(position)
    return [
        Batch(
            torch.stack([words[p] for p in positions], dim=1),
            None if tags is None else torch.stack([tags[p] for p in positions], dim=1),
            torch.tensor(positions),
        )
        for _, positions in sorted(by_length.items())
    ]


def group_sentences(encoder, sentences, *, with_tags=True):
    """Encode sentences straight into groups of equal length.

    Parameters
    ----------
    encoder : Encoder
    sentences : list of Sentence
        Of at least one word each.
    with_tags : bool
        Whether tags are wanted; otherwise only the words are looked at.

    Returns
    -------
    list of Batch
        What :func:`group_by_length` makes of the encoded sentences, without a tensor
        for each sentence on the way.

    Raises
    ------
    ValueError
        As :func:`group_by_length` and :meth:`Encoder.encode_tags`.
    """
    by_length = {}
    for position, sentence in enumerate(sentences):
        check_sentence(position, sentence.words, sentence.tags if with_tags else None)
        by_length.setdefault(len(sentence.words), []).append(position)
    lengths = sorted(by_length)
    chosen = [sentences[p] for length in lengths for p in by_length[length]]
    sizes = [length * len(by_length[length]) for length in lengths]
    words = encoder.encode_words([word for s in chosen for word in s.words])
    columns = [words.split(sizes)]
    if with_tags:
        try:
            tags = encoder.encode_tags([tag for s in chosen for tag in s.tags])
        except ValueError:
            for position, sentence in enumerate(sentences):
                refuse_unknown_tags(encoder, position, sentence.tags)
        columns.append(tags.split(sizes))
    else:
        columns.append([None] * len(sizes))
    return [
        Batch(
            words.unflatten(0, (-1, length)).transpose(0, 1).contiguous(),
            tags if tags is None else tags.view(-1, length).T.contiguous(),
            torch.tensor(by_length[length]),
        )
        for length, words, tags in zip(lengths, *columns, strict=True)
    ]


def refuse_unknown_tags(encoder, position, tags):
    """Raise a ValueError that names the sentence, if an encoder lacks a tag."""
    try:
        encoder.encode_tags(tags)
    except ValueError as error:
        raise ValueError(f"sentence {position}, {error}") from None


def check_sentence(position, words, tags):
    """Raise a ValueError unless there is a word, and a tag for each (if any)."""
    n_words, n_tags = len(words), len(words if tags is None else tags)
    if n_words != n_tags or not n_words:
        raise ValueError(
            f"sentence {position}: got {n_words} words and {n_tags} tags, "
            "wanted as many tags as words, at least one"
        )


def batch_sizes(group, batch_size, batch_words=0):
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
    >>> [group] = group_by_length([torch.zeros(10, dtype=torch.int64)] * 65)
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


def count_batches(groups, batch_size, batch_words=0):
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


def iterate_batches(groups, batch_size, generator=None, *, batch_words=0):
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
