"""Words and tags as ids: what an encoder may know, and in which order."""

from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.corpus import Sentence, benchmark_split
from lstm_helpers.encoding import UNKNOWN, Encoder, build_encoder, encode_sentences

TAGS = ["O", "B-geo", "I-geo", "B-per", "I-per"]


def sentence(words, tags=None):
    words = words.split()
    return Sentence(words, tags.split() if tags else ["O"] * len(words), [], "")


def words_of(sentences):
    return Counter(word for sentence in sentences for word in sentence.words)


@pytest.fixture(scope="module")
def split(sample):
    return benchmark_split(sample.sentences)


def test_the_vocabulary_never_sees_a_validation_or_test_word(split):
    encoder = build_encoder(split.train)
    train = words_of(split.train)
    new = words_of(split.validation + split.test).keys() - train.keys()
    assert new
    assert new.isdisjoint(encoder.words)
    assert set(encoder.words) == train.keys() | {UNKNOWN}
    assert encoder.encode_words(sorted(new)).tolist() == [0] * len(new)


def test_words_come_by_falling_frequency_singletons_last(split):
    encoder = build_encoder(split.train)
    train = words_of(split.train)
    counts = [train[word] for word in encoder.words[1:]]
    assert counts == sorted(counts, reverse=True)
    assert encoder.first_singleton == 1 + sum(count > 1 for count in counts)


def test_ids_are_places_in_the_vocabulary():
    encoder = build_encoder([sentence("b a b c a b")])
    assert encoder.words == (UNKNOWN, "b", "a", "c")
    assert encoder.first_singleton == 3
    assert encoder.encode_words(["a", "new", "c", "b"]).tolist() == [2, 0, 3, 1]


@pytest.mark.parametrize("text", ["a a b <unk>", "<unk> <unk> <unk> a a b"])
def test_the_unknown_word_in_training_is_the_unknown_word(text):
    encoder = build_encoder([sentence(text)])
    assert encoder.words == (UNKNOWN, "a", "b")
    assert encoder.first_singleton == 2
    assert encoder.encode_words([UNKNOWN]).tolist() == [0]


def test_the_tag_set_is_closed():
    train = [sentence("Paul saw Rome", "B-per O O"), sentence("Rome", "B-geo")]
    assert build_encoder(train).tags == tuple(TAGS)
    assert build_encoder([sentence("no name")]).tags == ("O",)


def test_another_tag_is_refused():
    encoder = Encoder([UNKNOWN], TAGS, 1)
    with pytest.raises(ValueError, match="tags: got 'B-tim', wanted O, B-geo, I-geo"):
        encoder.encode_tags(["O", "B-tim"])
    with pytest.raises(ValueError, match="got 'B-tim'"):
        encode_sentences(encoder, [sentence("Monday", "B-tim")])


def test_nothing_to_learn_from_is_refused():
    with pytest.raises(ValueError, match="train: got no sentence, wanted at least one"):
        build_encoder([])


@given(st.lists(st.sampled_from(TAGS), min_size=1))
def test_decoding_undoes_encoding(tags):
    encoder = Encoder([UNKNOWN], TAGS, 1)
    assert encoder.decode_tags(encoder.encode_tags(tags)) == tags


def test_sentences_are_encoded_in_their_order(split):
    encoder = build_encoder(split.train)
    encoded = encode_sentences(encoder, split.train)
    assert len(encoded.words) == len(encoded.tags) == len(split.train)
    for words, tags, source in zip(*encoded, split.train, strict=True):
        assert [encoder.words[ix] for ix in words] == source.words
        assert encoder.decode_tags(tags) == source.tags


def test_nothing_is_encoded_as_integers():
    encoder = Encoder(["<unk>", "in"], ["O"], 1)
    assert encoder.encode_words([]).dtype == encoder.encode_tags([]).dtype == torch.long
