"""An oracle sees what stands around; a pool is what its members say together."""

import itertools
from collections import Counter

import pytest
import torch
from builders import TRAIN, small_pool
from hypothesis import given
from hypothesis import strategies as st
from test_wall import sentences_of

from benchmark import beyond, ours
from benchmark.beyond import (
    PeekingEncoder,
    pool_taggers,
    see_neighbours,
    train_peeking,
)
from benchmark.rows import Row
from lstm_helpers.data import Sentence, Split, build_encoder, find_mentions
from lstm_helpers.metrics import entity_f1
from lstm_helpers.models import (
    TrainedTagger,
    build_tagger,
    predict_tags,
    save_tagger,
)

# --- what the sentences around say


def kind_nearby(word, place, sentences, reach):
    """Ask every mention of every sentence."""
    kinds = []
    for number, start, end, kind in find_mentions(s.tags for s in sentences):
        distance = abs(number - place)
        if 1 <= distance <= reach and word in sentences[number].words[start:end]:
            kinds.append(kind)
    counts = Counter(kinds)
    return next((k for k in kinds if counts[k] == max(counts.values())), "none")


WORDS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["O", "B-x", "B-y", "I-x"])),
    min_size=1,
    max_size=3,
)


@given(st.lists(WORDS, max_size=8), st.integers(0, 3))
def test_a_word_knows_what_gold_says_of_it_nearby(texts, reach):
    sentences = [Sentence(*map(list, zip(*text, strict=True))) for text in texts]
    seen = see_neighbours(sentences, reach)
    assert seen == sentences, "words and tags stay"
    for place, sentence in enumerate(seen):
        kinds = [kind_nearby(w, place, sentences, reach) for w in sentence.words]
        assert [word.kind for word in sentence.words] == kinds


def test_five_sentences_before_and_after_are_seen():
    text = ["a/B-x", *["a"] * 5, "a", *["a"] * 5, "a/B-y"]
    kinds = [s.words[0].kind for s in see_neighbours(sentences_of(*text))]
    assert kinds == ["none", *["x"] * 5, "none", *["y"] * 5, "none"]


def test_a_mention_that_has_a_word_twice_counts_once():
    seen = see_neighbours(sentences_of("a/B-y", "a", "a/B-x a/I-x"))
    assert seen[1].words[0].kind == "y", "the first of two"


def test_what_is_seen_is_one_more_column():
    seen = see_neighbours(sentences_of("May/B-per", "May", "May/B-tim", "Pell June"))
    plain = build_encoder(seen, ["shape"])
    peeking = PeekingEncoder(build_encoder(seen, ["shape"]))
    words = [word for sentence in seen for word in sentence.words]
    ids, wanted = peeking.encode_words(words), plain.encode_words(words)
    torch.testing.assert_close(ids[:, :-1], wanted, rtol=0, atol=0)
    assert [word.kind for word in words] == ["tim", "per", "per", "none", "none"]
    rows = ids[:, -1].tolist()
    assert rows[1] == rows[2] != rows[0] != rows[3] == rows[4] != rows[1]
    assert plain.n_rows <= min(rows)
    assert max(rows) < peeking.n_rows == plain.n_rows + 3


@pytest.mark.long
def test_an_oracle_tells_apart_what_only_the_neighbours_do():
    """Of two months, or persons, the label is that of the sentence before."""
    texts = []
    for kind in ("tim", "per") * 400:
        texts += [f"born/O May/B-{kind} here/O"] * 2 + ["nothing was said"] * 5
    train = see_neighbours(sentences_of(*texts))
    tagger = train_peeking(train, train[:7], seed=0)
    assert predict_tags(tagger, train) == [s.tags for s in train]


# --- pools


def small_tagger(seed):
    torch.manual_seed(seed)
    encoder = build_encoder(TRAIN, ["suffix2", "shape"])
    sizes = {"hidden_size": 4, "embedding_dim": 4}
    model = build_tagger("RecurrentTagger", encoder, head="CRF", **sizes)
    for weights in model.parameters():
        torch.nn.init.normal_(weights, std=3.0)
    return TrainedTagger(model.eval(), encoder)


def log_probabilities(tagger, words):
    """Of every path of tags for some words."""
    model, n_tags = tagger.model.eval(), len(tagger.encoder.tags)
    paths = itertools.product(range(n_tags), repeat=len(words))
    with torch.no_grad():
        e = model(tagger.encoder.encode_words(words).unsqueeze(1))
        each = [model.head(e, torch.tensor(path)[:, None]) for path in paths]
    return torch.cat(each)


def test_a_pool_is_the_scaled_geometric_mean_of_its_members():
    members = [small_tagger(0), small_tagger(1), small_pool()]
    words = ["Pell", "in", "Verda"]
    mean = sum(log_probabilities(tagger, words) for tagger in members) / 3
    pooled = log_probabilities(pool_taggers(members), words)
    torch.testing.assert_close(pooled, mean.log_softmax(dim=0))


def test_taggers_that_know_different_words_make_no_pool():
    other = small_tagger(0)
    words = [*other.encoder.words[:-1], "unseen"]
    encoder = type(other.encoder)(words, other.encoder.tags, 4, other.encoder.features)
    with pytest.raises(ValueError, match=r"^taggers: got different encoders, wanted"):
        pool_taggers([other, TrainedTagger(other.model, encoder)])


def test_members_with_fewer_features_read_their_own_ids():
    rich = build_encoder(TRAIN, ["lower", "suffix2", "shape"], min_count=1)
    poor = build_encoder(TRAIN, ["shape", "lower"], min_count=1)
    members = []
    for seed, encoder in enumerate([poor, rich]):
        torch.manual_seed(seed)
        members.append(
            TrainedTagger(build_tagger("RecurrentTagger", encoder, head="CRF"), encoder)
        )
    words = ["Pell", "in", "Verda"]
    mean = sum(log_probabilities(tagger, words) for tagger in members) / 2
    pooled = log_probabilities(pool_taggers(members), words)
    torch.testing.assert_close(pooled, mean.log_softmax(dim=0))


def test_pools_are_of_each_rung_and_of_all(tmp_path, monkeypatch):
    taggers = {row: small_tagger(k) for k, row in enumerate(Row("pool").trained_by)}
    texts = [*itertools.permutations(["Pell", "in", "Verda", "May"])]

    def tag_by(*rungs):
        pool = pool_taggers([t for row, t in taggers.items() if row.what in rungs])
        return predict_tags(pool, map(Sentence, texts))

    gold = tag_by("fast", "best")
    test = [Sentence(*pair) for pair in zip(texts, gold, strict=True)]
    monkeypatch.setattr(ours, "BUILD", tmp_path)
    monkeypatch.setattr(beyond, "read_parts", lambda: Split([], [], test))
    for row, tagger in taggers.items():
        save_tagger(ours.tagger_folder(row), tagger)
    found = beyond.MEASURES["pool"](Row("pool"))
    by_rung = {f"{q}_f1": entity_f1(gold, tag_by(q)) for q in ("fast", "best")}
    assert found == {**by_rung, "all_f1": 1.0}
    assert 0 < by_rung["fast_f1"] != by_rung["best_f1"] > 0
