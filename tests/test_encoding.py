"""Words and tags as ids: what an encoder may know, and in which order."""

from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.corpus import Sentence, benchmark_split
from lstm_helpers.data.encoding import (
    UNKNOWN,
    Encoder,
    FeatureEncoder,
    build_encoder,
    encode_sentences,
)
from lstm_helpers.data.features import FEATURES

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


FEATURES_WANTED = ("lower", "suffix2", "shape")


def test_features_come_from_training_alone_and_often_enough(split):
    encoder = build_encoder(split.train, FEATURES_WANTED, min_count=3)
    assert encoder.words == build_encoder(split.train).words
    for name in FEATURES_WANTED:
        counts = Counter()
        for word, count in words_of(split.train).items():
            counts[FEATURES[name](word)] += count
        wanted = {value for value, count in counts.items() if count >= 3}
        assert set(encoder.features[name]) == wanted
        assert len(encoder.features[name]) == len(wanted)


def test_every_id_is_the_row_of_one_value(split):
    encoder = build_encoder(split.train, FEATURES_WANTED)
    words = [*words_of(split.train + split.validation)]
    ids = encoder.encode_words(words)
    assert ids.shape == (len(words), 4)
    assert ids[:, 0].tolist() == build_encoder(split.train).encode_words(words).tolist()
    meaning = dict(enumerate((None, word) for word in encoder.words))
    for name in FEATURES_WANTED:
        for value in (None, *encoder.features[name]):  # None: not known
            meaning[len(meaning)] = (name, value)
    assert len(meaning) == encoder.n_rows
    for word, row in zip(words, ids[:, 1:].tolist(), strict=True):
        for name, ix in zip(FEATURES_WANTED, row, strict=True):
            value = FEATURES[name](word)
            known = value in encoder.features[name]
            assert meaning[ix] == (name, value if known else None)


def test_an_unknown_word_keeps_its_looks():
    encoder = build_encoder([sentence("Pakistan Uzbekistan Pakistan")], ["suffix4"])
    [[new, same], [known, looks]] = encoder.encode_words(["Kurdistan", "Pakistan"])
    assert new == 0 != known
    assert same == looks


@pytest.mark.parametrize("features", [None, (), ("shape",)])
def test_sentences_are_encoded_like_their_words(features, split):
    encoder = build_encoder(split.train, features)
    words, tags = encode_sentences(encoder, split.test[:50])
    for each, ids, tag_ids in zip(split.test, words, tags, strict=False):
        assert ids.equal(encoder.encode_words(each.words))
        assert encoder.decode_tags(tag_ids) == each.tags
    assert encode_sentences(encoder, []) == ([], [])


@pytest.mark.parametrize("features", [["shape", "colour"], ["colour"]])
def test_a_feature_that_there_is_not_is_named(features):
    with pytest.raises(ValueError, match=r"features: got .*'colour'.*, wanted some of"):
        build_encoder([sentence("a b")], features)
    with pytest.raises(ValueError, match=r"features: got \['colour'\], wanted some of"):
        FeatureEncoder(["<unk>"], ["O"], 1, dict.fromkeys(features, ()))
