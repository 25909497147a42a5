"""Batches of sentences of equal length: nobody is lost, nobody comes twice."""

from collections import Counter
from math import ceil

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.batches import (
    count_batches,
    group_by_length,
    iterate_batches,
)
from lstm_helpers.data.encoding import Encoded, build_encoder, encode_sentences

LENGTHS = st.lists(st.integers(1, 6), max_size=30)
BATCH_SIZES = st.integers(1, 8)
BATCH_WORDS = st.integers(0, 40)
SEEDS = st.none() | st.integers(0, 2**32 - 1)


def number_words(lengths):
    return [torch.arange(100 * k, 100 * k + n) for k, n in enumerate(lengths)]


def encode(lengths):
    """Number the words of sentences of these lengths; tags are words below 0."""
    words = torch.cat([torch.tensor([], dtype=torch.long), *number_words(lengths)])
    return Encoded(words, -words, torch.tensor(lengths, dtype=torch.long))


def cut(lengths, batch_size, seed=None, batch_words=0):
    groups = group_by_length(encode(lengths))
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    batches = iterate_batches(groups, batch_size, generator, batch_words=batch_words)
    return list(batches)


def order(batches):
    return [position for batch in batches for position in batch.positions.tolist()]


@given(LENGTHS, BATCH_SIZES, SEEDS, BATCH_WORDS)
def test_every_sentence_comes_exactly_once(lengths, batch_size, seed, batch_words):
    batches = cut(lengths, batch_size, seed, batch_words)
    assert sorted(order(batches)) == list(range(len(lengths)))


@given(LENGTHS, BATCH_SIZES, SEEDS)
def test_only_the_last_batch_of_a_length_is_smaller(lengths, batch_size, seed):
    batches = cut(lengths, batch_size, seed)
    wanted = {n: ceil(count / batch_size) for n, count in Counter(lengths).items()}
    assert Counter(len(batch.words) for batch in batches) == wanted
    assert all(len(batch.positions) <= batch_size for batch in batches)


@given(LENGTHS, BATCH_SIZES, BATCH_WORDS)
def test_batches_have_the_words_that_are_wanted(lengths, batch_size, batch_words):
    found = {}
    for batch in cut(lengths, batch_size, batch_words=batch_words):
        found.setdefault(len(batch.words), []).append(len(batch.positions))
    for length, sizes in found.items():
        full, n = max(sizes), sum(sizes)
        assert n == lengths.count(length)
        assert full == min(sizes[:-1], default=full)
        assert full == n or full * length >= batch_words
        if full > batch_size:  # then for the sake of the words
            assert ceil(n / (full - 1)) > n * length // batch_words


def test_short_sentences_come_in_larger_batches():
    batches = cut([10] * 8 + [2] * 40 + [1] * 45, 2, batch_words=20)
    shapes = Counter(batch.words.shape for batch in batches)
    assert shapes == {(10, 2): 4, (2, 10): 4, (1, 23): 1, (1, 22): 1}


@given(LENGTHS, BATCH_SIZES, SEEDS)
def test_each_column_is_its_sentence(lengths, batch_size, seed):
    words = number_words(lengths)
    for batch in cut(lengths, batch_size, seed):
        assert batch.words.T.equal(torch.stack([words[p] for p in batch.positions]))
        assert batch.tags.equal(-batch.words)


@given(LENGTHS, BATCH_SIZES)
def test_without_a_generator_sentences_come_by_length_then_place(lengths, batch_size):
    by_length = sorted(range(len(lengths)), key=lengths.__getitem__)
    assert order(cut(lengths, batch_size)) == by_length


@pytest.mark.parametrize(
    ("lengths", "batch_size"),
    [([3] * 20, 20), ([*range(1, 21)], 1), ([1, 2, 3] * 7, 2)],
    ids=["within a length", "between batches", "both"],
)
def test_the_seed_decides_the_order(lengths, batch_size):
    orders = [order(cut(lengths, batch_size, seed)) for seed in (None, 0, 0, 1)]
    unshuffled, first, again, other = orders
    assert first == again
    assert first != other
    assert unshuffled not in (first, other)


def test_a_generator_shuffles_every_pass_anew():
    groups = group_by_length(encode([3] * 20))
    generator = torch.Generator().manual_seed(0)
    first, second = (order(iterate_batches(groups, 4, generator)) for _ in range(2))
    assert first != second


def test_words_may_come_without_tags():
    groups = group_by_length(encode([2, 2, 1])._replace(tags=None))
    assert [batch.tags for batch in iterate_batches(groups, 1)] == [None] * 3


@pytest.mark.parametrize("lengths", [[3, 0], [2], [2, 2], [4, -1]])
def test_lengths_that_are_none_of_the_words_are_refused(lengths):
    wrong = encode([2, 1])._replace(lengths=torch.tensor(lengths))
    with pytest.raises(ValueError, match=r"lengths of \d words in all, wanted 3, at"):
        group_by_length(wrong)


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_holds_a_sentence(batch_size):
    with pytest.raises(ValueError, match=f"got {batch_size}, wanted at least 1"):
        cut([1, 2], batch_size)


@pytest.mark.parametrize("features", [(), ("lower", "shape")])
@pytest.mark.parametrize("with_tags", [False, True])
def test_sentences_of_a_corpus_stand_in_columns(sample, features, with_tags):
    some = sample.sentences[:300]
    encoder = build_encoder(some, features)
    groups = group_by_length(encode_sentences(encoder, some, with_tags=with_tags))
    assert [len(group.words) for group in groups] == sorted(
        {len(s.words) for s in some}
    )
    for group in groups:
        for column, position in enumerate(group.positions.tolist()):
            words, tags = some[position].words, some[position].tags
            assert group.words[:, column].equal(encoder.encode_words(words))
            if with_tags:
                assert group.tags[:, column].equal(encoder.encode_tags(tags))
        assert with_tags or group.tags is None
    assert group_by_length(encode_sentences(encoder, [], with_tags=with_tags)) == []


@pytest.mark.parametrize("batch_words", [0, 100, 10_000])
@pytest.mark.parametrize("batch_size", [1, 7, 32, 1000])
def test_batches_are_as_many_as_counted(sample, batch_size, batch_words):
    encoder = build_encoder(sample.sentences[:200])
    groups = group_by_length(encode_sentences(encoder, sample.sentences[:200]))
    n_batches = len(list(iterate_batches(groups, batch_size, batch_words=batch_words)))
    assert count_batches(groups, batch_size, batch_words) == n_batches


@pytest.mark.parametrize("n_tags", [2, 4])
def test_there_have_to_be_as_many_tags_as_words(n_tags):
    encoded = Encoded(torch.arange(3), torch.arange(n_tags), torch.tensor([1, 2]))
    with pytest.raises(ValueError, match=f"tags: got {n_tags}, wanted one a word: 3"):
        group_by_length(encoded)
