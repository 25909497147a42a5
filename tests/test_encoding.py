"""Words and tags as ids: what an encoder may know, and in which order."""

import pickle
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data import encoding
from lstm_helpers.data.encoding import (
    UNKNOWN,
    Encoder,
    build_encoder,
    encode_sentences,
)
from lstm_helpers.data.features import FEATURES
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.data.splits import benchmark_split

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


def test_a_wider_encoder_reads_tags_of_new_types_and_nothing_else_changes():
    encoder = build_encoder([sentence("Paul saw Rome", "B-per O B-geo")], ["shape"])
    new = [sentence("May Fair", "B-tim I-tim"), sentence("Paul", "B-art")]
    wide = encoder.widen(new)
    assert wide.tags == (*TAGS, "B-art", "I-art", "B-tim", "I-tim")
    assert wide.encode_tags(["I-tim", "B-per"]).tolist() == [8, 3]
    assert wide.decode_tags([8, 3]) == ["I-tim", "B-per"]
    words = ["Paul", "Fair", "Rome"]
    assert wide.encode_words(words).equal(encoder.encode_words(words))
    for name in ("words", "features", "first_singleton", "n_rows"):
        assert getattr(wide, name) == getattr(encoder, name)
    with pytest.raises(ValueError, match="got 'B-tim'"):
        encoder.encode_tags(["B-tim"])


@pytest.mark.parametrize("tag", ["O", "B-per", "I-geo", "I-tim", "tim", "B-", "S-tim"])
def test_known_types_and_what_begins_nothing_make_no_encoder_wider(tag):
    encoder = Encoder([UNKNOWN], TAGS, 1)
    assert encoder.widen([sentence("May", tag)]) is encoder
    assert encoder.widen([]) is encoder


def test_no_encoder_is_made_wider_by_a_corpus(sample):
    message = r"^sentences: got .*, wanted Sentences, such as corpus\.sentences$"
    with pytest.raises(TypeError, match=message):
        Encoder([UNKNOWN], TAGS, 1).widen(sample)


def test_nothing_to_learn_from_is_refused():
    with pytest.raises(ValueError, match="train: got no sentence, wanted at least one"):
        build_encoder([])


@given(st.lists(st.sampled_from(TAGS), min_size=1))
def test_decoding_undoes_encoding(tags):
    encoder = Encoder([UNKNOWN], TAGS, 1)
    assert encoder.decode_tags(encoder.encode_tags(tags)) == tags


def apart(encoded):
    """Cut what is encoded into sentences."""
    lengths = encoded.lengths.tolist()
    return zip(encoded.words.split(lengths), encoded.tags.split(lengths), strict=True)


def test_sentences_are_encoded_in_their_order(split):
    encoder = build_encoder(split.train)
    encoded = encode_sentences(encoder, split.train)
    for (words, tags), source in zip(apart(encoded), split.train, strict=True):
        assert [encoder.words[ix] for ix in words] == source.words
        assert encoder.decode_tags(tags) == source.tags


@pytest.mark.parametrize(
    ("words", "tags", "got"),
    [
        ("", "", "sentence 1: got 0 words and 0 tags"),
        ("Paul saw", "O", "sentence 1: got 2 words and 1 tags"),
        ("Paul", "O O", "sentence 1: got 1 words and 2 tags"),
    ],
)
def test_every_sentence_has_words_and_as_many_tags(words, tags, got):
    encoder = Encoder([UNKNOWN], TAGS, 1)
    wrong = Sentence(words.split(), tags.split())
    with pytest.raises(ValueError, match=f"^{got}, wanted as many tags as words, at"):
        encode_sentences(encoder, [sentence("right"), wrong])
    if words:  # tags that are not wanted are not looked at
        assert encode_sentences(encoder, [wrong], with_tags=False).tags is None


def test_the_sentence_of_an_unknown_tag_is_named():
    encoder = Encoder([UNKNOWN], TAGS, 1)
    some = [sentence("Paul"), sentence("in May", "O B-tim"), sentence("May", "B-tim")]
    with pytest.raises(ValueError, match=r"^sentence 1, tags: got 'B-tim', wanted O"):
        encode_sentences(encoder, some)


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


def test_a_batch_is_decoded_sentence_by_sentence():
    encoder = Encoder([UNKNOWN], TAGS, 1)
    ids = torch.tensor([[0, 1], [0, 2], [3, 0]])
    assert encoder.decode_batch(ids) == [["O", "O", "B-per"], ["B-geo", "I-geo", "O"]]


@pytest.mark.parametrize("features", [(), ("shape",)])
def test_sentences_are_encoded_like_their_words(features, split):
    encoder = build_encoder(split.train, features)
    encoded = encode_sentences(encoder, split.test[:50])
    for each, (ids, tags) in zip(split.test[:50], apart(encoded), strict=True):
        assert ids.equal(encoder.encode_words(each.words))
        assert encoder.decode_tags(tags) == each.tags
    words, tags, lengths = encode_sentences(encoder, [])
    assert len(words) == len(tags) == len(lengths) == 0
    assert words.dtype == tags.dtype == lengths.dtype == torch.long


@pytest.mark.parametrize("features", [["shape", "colour"], ["colour"]])
def test_a_feature_that_there_is_not_is_named(features):
    with pytest.raises(ValueError, match=r"features: got .*'colour'.*, wanted some of"):
        build_encoder([sentence("a b")], features)
    with pytest.raises(ValueError, match=r"features: got \['colour'\], wanted some of"):
        Encoder(["<unk>"], ["O"], 1, dict.fromkeys(features, ()))


def test_a_corpus_itself_is_not_encoded(sample):
    encoder = Encoder([UNKNOWN], TAGS, 1)
    for name, use in {
        "train": build_encoder,
        "sentences": lambda wrong: encode_sentences(encoder, wrong),
    }.items():
        message = rf"^{name}: got .*, wanted Sentences, such as corpus\.sentences$"
        with pytest.raises(TypeError, match=message):
            use(sample)


@pytest.mark.parametrize("wrong", [-1, 5, 10**9])
def test_an_id_of_no_tag_is_refused(wrong):
    encoder = Encoder([UNKNOWN], ["O", "B-a", "I-a", "B-b", "I-b"], 1)
    message = f"ids: got {wrong} among them, wanted 0 to 4"
    with pytest.raises(ValueError, match=message):
        encoder.decode_tags([0, wrong, 4])
    with pytest.raises(ValueError, match=message):
        encoder.decode_batch(torch.tensor([[0, 1], [4, wrong]]))
    assert encoder.decode_tags([]) == []


def test_a_value_that_training_shows_twice_is_known():
    train = [Sentence(["Pell", "Pell", "May"], ["O", "O", "O"], [], "")]
    assert build_encoder(train, ["lower"]).features == {"lower": ("pell",)}


def test_a_word_of_endless_length_is_not_kept(monkeypatch):
    monkeypatch.setattr(encoding, "_FEW", 0)
    encoder = build_encoder([Sentence(["a"], ["O"])], ["suffix3"], min_count=1)
    encoder.encode_words(["b" * 1001])
    assert not vars(encoder)["_kept"][0]
    assert encoder.encode_words(["b" * 1000, "a"]).tolist() == [[0, 2], [1, 3]]
    assert len(vars(encoder)["_kept"][0]) == 2


@pytest.mark.parametrize("features", [[], ["suffix3", "shape"]])
def test_an_encoder_can_be_pickled(features):
    encoder = build_encoder([Sentence(["a", "Bc"], ["O", "B-x"])], features)
    copied = pickle.loads(pickle.dumps(encoder))
    assert copied.tags == encoder.tags
    words = ["Bc", "d"]
    assert copied.encode_words(words).equal(encoder.encode_words(words))


@pytest.mark.parametrize("few", [0, 500])
@pytest.mark.parametrize("features", [[], ["shape"]])
def test_ids_are_made_on_the_cpu_whatever_the_default_is(monkeypatch, few, features):
    monkeypatch.setattr(encoding, "_FEW", few)
    encoder = build_encoder([Sentence(["a", "Bc"], ["O", "B-x"])], features)
    with torch.device("meta"):
        assert encoder.encode_words(["a"]).device.type == "cpu"
    assert encoder.encode_words(["a", "b"]).device.type == "cpu"


@pytest.mark.parametrize(
    ("most", "wanted_kept"), [(0, 0), (3, 0), (4, 4), (7, 4), (8, 8), (100, 8)]
)
def test_the_words_that_are_kept_change_no_id(monkeypatch, most, wanted_kept):
    """Of texts large and small, one after another, whatever has found room."""
    monkeypatch.setattr(encoding, "_FEW", 2)
    monkeypatch.setattr(encoding, "_MOST", most)
    train = [Sentence(["Rome", "in", "May", "in"], ["B-geo", "O", "B-tim", "O"])]
    kept = build_encoder(train, ["shape", "suffix3"], min_count=1)
    texts = [
        "in Rome",
        "in Rome in May in June",
        "June",
        "",
        "ab cd ef gh Rome",
        "ij in",
    ]
    for text in [*texts, *texts[::-1]]:
        words = text.split()
        fresh = build_encoder(train, ["shape", "suffix3"], min_count=1)
        one_by_one = [fresh.encode_words([word]) for word in words]
        wanted = torch.cat([torch.empty(0, 3, dtype=torch.long), *one_by_one])
        assert kept.encode_words(words).equal(wanted)
        n_kept = {len(part) for part in vars(kept)["_kept"]}
        assert len(n_kept) == 1
        assert max(n_kept) <= most
    assert n_kept == {wanted_kept}
