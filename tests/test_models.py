"""The taggers: one sentence or many, in one direction or in two."""

import pytest
import torch

from lstm_helpers.corpus import Sentence
from lstm_helpers.encoding import UNKNOWN, Encoder, build_encoder
from lstm_helpers.models import (
    CRFTagger,
    FeatureTagger,
    LSTMTagger,
    RecurrentTagger,
    SentenceDropout,
    WordDropout,
    predict_ids,
    predict_tags,
)
from lstm_helpers.models import build_tagger as build

V, K, E, H = 12, 5, 6, 8
ENCODER = Encoder(
    [UNKNOWN, *"abcdefghijk"], ["O", "B-geo", "I-geo", "B-per", "I-per"], V
)
TEXTS = "abc", "kid", "bee", "a", "jig", "cage", "xyz", "k", "face", "edge", "fig"
SENTENCES = [Sentence(list(text), [], [], "") for text in TEXTS]

directions = pytest.mark.parametrize("bidirectional", [False, True])


def build_tagger(bidirectional):
    torch.manual_seed(0)
    tagger = RecurrentTagger(
        V, K, embedding_dim=E, hidden_size=H, bidirectional=bidirectional
    )
    torch.nn.init.zeros_(tagger.hidden2tag.bias)  # no tag is preferred to another
    torch.nn.init.normal_(tagger.word_embeddings.weight)  # and words differ much
    return tagger


def random_words(T, B):
    return torch.randint(V, (T, B), generator=torch.Generator().manual_seed(1))


def assert_close(got, wanted):
    torch.testing.assert_close(got, wanted, rtol=0, atol=1e-6)


def test_one_direction_is_the_seed_tagger_for_many_sentences():
    seed_tagger, tagger = LSTMTagger(E, H, V, K), build_tagger(bidirectional=False)
    tagger.load_state_dict(seed_tagger.state_dict())
    words = random_words(T=6, B=3)
    wanted = torch.stack([seed_tagger(sentence) for sentence in words.T], dim=1)
    assert_close(tagger(words).log_softmax(dim=-1), wanted)


def test_the_seed_taggers_scores_are_log_probabilities():
    scores = LSTMTagger(E, H, V, K)(random_words(T=6, B=1)[:, 0])
    assert_close(scores.exp().sum(dim=1), torch.ones(6))


@directions
def test_scores_do_not_depend_on_the_others_in_the_batch(bidirectional):
    tagger, words = build_tagger(bidirectional), random_words(T=6, B=7)
    alone = torch.cat([tagger(column) for column in words.split(1, dim=1)], dim=1)
    assert_close(tagger(words), alone)


@directions
@pytest.mark.parametrize("batch_size", [1, 2, 3, 256])
def test_tags_do_not_depend_on_batch_size_or_order(bidirectional, batch_size):
    tagger = build_tagger(bidirectional)
    one_by_one = [predict_tags(tagger, ENCODER, [s])[0] for s in SENTENCES]
    assert len({tag for tags in one_by_one for tag in tags}) > 2
    for step in (1, -1):
        got = predict_tags(tagger, ENCODER, SENTENCES[::step], batch_size=batch_size)
        assert got == one_by_one[::step]


@directions
def test_the_tag_with_the_highest_score_is_predicted(bidirectional):
    tagger, words = build_tagger(bidirectional).train(), random_words(T=6, B=1)
    [tags] = predict_ids(tagger, [words[:, 0]])
    scores = tagger(words)[:, 0].tolist()
    assert [row[tag] for row, tag in zip(scores, tags, strict=True)] == [
        max(row) for row in scores
    ]
    assert not tagger.training


def test_only_two_directions_see_what_follows():
    words = random_words(T=6, B=1)
    changed = words.clone()
    changed[3] = (words[3] + 1) % V
    one, two = build_tagger(bidirectional=False), build_tagger(bidirectional=True)
    assert one(words)[:3].equal(one(changed)[:3])
    assert not torch.isclose(one(words)[3:], one(changed)[3:]).all(dim=2).any()
    assert not torch.isclose(two(words), two(changed)).all(dim=2).any()


def count_by_hand(directions):
    embedding = V * E
    lstm = directions * 4 * (H * H + H * E + 2 * H)  # W, U and torch's two biases
    linear = directions * H * K + K
    return embedding + lstm + linear


@pytest.mark.parametrize(
    ("tagger", "directions"),
    [
        (LSTMTagger(E, H, V, K), 1),
        (build_tagger(bidirectional=False), 1),
        (build_tagger(bidirectional=True), 2),
    ],
)
def test_parameters_are_as_many_as_counted_by_hand(tagger, directions):
    got = sum(parameter.numel() for parameter in tagger.parameters())
    assert got == count_by_hand(directions)


@directions
def test_sizes_build_the_same_tagger_again(bidirectional):
    tagger = build_tagger(bidirectional)
    again = RecurrentTagger(**tagger.sizes)
    again.load_state_dict(tagger.state_dict())
    words = random_words(T=6, B=3)
    assert again(words).equal(tagger(words))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@directions
def test_cuda_equals_cpu(bidirectional):
    tagger, words = build_tagger(bidirectional), random_words(T=6, B=7)
    scores, tags = tagger(words), predict_tags(tagger, ENCODER, SENTENCES)
    tagger.to("cuda")
    torch.testing.assert_close(tagger(words.cuda()).cpu(), scores, rtol=0, atol=1e-5)
    assert predict_tags(tagger, ENCODER, SENTENCES) == tags


FEATURES = ("lower", "suffix2", "shape")
TAGS = ["O", "B-geo", "I-geo"]
TRAIN = [Sentence(list(text), TAGS, [], "") for text in ("aBc", "cab")]
LOOKS = build_encoder(TRAIN, FEATURES, min_count=1)


def build_with_features(kind, **sizes):
    torch.manual_seed(0)
    tagger = build(kind, LOOKS, embedding_dim=E, hidden_size=H, **sizes)
    for parameter in tagger.parameters():
        torch.nn.init.normal_(parameter)  # far from what training would give
    return tagger.eval()


def test_a_words_vector_is_the_sum_of_its_rows():
    tagger = build_with_features("FeatureTagger")
    ids = LOOKS.encode_words(list("aXc")).unsqueeze(1)  # (T, 1, 1 + F)
    rows = tagger.word_embeddings.weight[ids]
    assert rows.shape == (3, 1, 1 + len(FEATURES), E)
    assert_close(tagger.embed(ids), rows.sum(dim=2))


def test_without_features_the_feature_tagger_is_the_plain_one():
    words_alone = build_encoder(TRAIN, ())
    plain = build("RecurrentTagger", build_encoder(TRAIN))
    tagger = build("FeatureTagger", words_alone)
    tagger.load_state_dict(plain.state_dict())
    ids = words_alone.encode_words(list("aBcX")).unsqueeze(1)
    assert_close(tagger(ids), plain(ids[..., 0]))


def test_no_crf_tagger_predicts_what_iob2_forbids():
    tagger = build_with_features("CRFTagger")
    n_inside = 0
    for seed in range(20):
        torch.manual_seed(seed)
        for parameter in tagger.parameters():
            torch.nn.init.normal_(parameter, std=3)
        for tags in predict_tags(tagger, LOOKS, SENTENCES):
            for before, tag in zip(["O", *tags], tags, strict=False):
                assert tag[0] != "I" or before[1:] == tag[1:]
                n_inside += tag[0] == "I"
    assert n_inside > 50


def test_the_crfs_loss_is_the_surprise_in_nats_a_word():
    tagger = build_with_features("CRFTagger")
    ids = LOOKS.encode_words(list("aBcXab")).view(3, 2, -1)
    tags = LOOKS.encode_tags(["O", "B-geo", "B-geo", "I-geo", "I-geo", "O"]).view(3, 2)
    paths, scores = tagger.crf.k_best(tagger(ids), 27)  # all of them
    chosen = (paths == tags).all(dim=1)  # (27, B)
    wanted = -(scores.log_softmax(dim=0)[chosen]).sum() / 6
    assert chosen.sum() == 2
    assert_close(tagger.loss(ids, tags), wanted)
    paths, probs = paths[:, 1, 0], scores.softmax(dim=0)[:, 0]
    for tag in range(3):
        got = tagger.probabilities(ids)[1, 0, tag]
        torch.testing.assert_close(got, probs[paths == tag].sum(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", ["FeatureTagger", "CRFTagger"])
def test_tags_with_features_do_not_depend_on_batch_size_or_order(kind):
    tagger = build_with_features(kind, num_layers=2, dropout=0.5, word_dropout=0.5)
    one_by_one = [predict_tags(tagger, LOOKS, [s])[0] for s in SENTENCES]
    assert len({tag for tags in one_by_one for tag in tags}) > 1
    for size in (1, 3, 256):
        assert predict_tags(tagger, LOOKS, SENTENCES, batch_size=size) == one_by_one
        turned = predict_tags(tagger, LOOKS, SENTENCES[::-1], batch_size=size)
        assert turned == one_by_one[::-1]
    assert predict_tags(tagger, LOOKS, []) == []


def test_a_sentence_drops_the_same_entries_at_every_word():
    torch.manual_seed(0)
    got = SentenceDropout(0.3)(torch.ones(5, 200, 50))
    assert (got == got[0]).all()
    assert sorted(got.unique().tolist()) == pytest.approx([0, 1 / 0.7])
    assert (got == 0).float().mean() == pytest.approx(0.3, abs=0.02)
    assert got.mean() == pytest.approx(1, abs=0.02)


def test_a_dropped_word_has_nothing_left():
    torch.manual_seed(0)
    got = WordDropout(0.3)(torch.ones(50, 100, 3))
    assert (got == got[..., :1]).all()
    assert got.unique().tolist() == [0, 1]
    assert got.mean() == pytest.approx(0.7, abs=0.03)


@pytest.mark.parametrize("kind", [SentenceDropout, WordDropout])
def test_nothing_is_dropped_outside_training(kind):
    values = torch.ones(3, 2, 5)
    assert kind(0.9).eval()(values).equal(values)
    assert kind(0.0)(values).equal(values)
    for wrong in (-0.1, 1):
        with pytest.raises(ValueError, match=f"dropout: got {wrong}, wanted a frac"):
            kind(wrong)


@pytest.mark.parametrize(
    ("kind", "encoder", "message"),
    [
        ("GRUTagger", ENCODER, "kind: got 'GRUTagger', wanted one of"),
        ("CRFTagger", ENCODER, "CRFTagger: got Encoder, wanted FeatureEncoder"),
        ("RecurrentTagger", LOOKS, "RecurrentTagger: got FeatureEncoder, wanted Enc"),
    ],
)
def test_a_tagger_that_does_not_fit_its_encoder_is_refused(kind, encoder, message):
    with pytest.raises(ValueError, match=message):
        build(kind, encoder)


def test_each_rung_is_the_one_before_and_something_more():
    assert issubclass(CRFTagger, FeatureTagger)
    assert issubclass(FeatureTagger, RecurrentTagger)


@pytest.mark.slow
def test_no_sentence_of_the_real_corpus_gets_an_illegal_sequence(gmb):
    encoder = build_encoder(gmb.sentences[:2000], FEATURES)
    torch.manual_seed(0)
    tagger = build("CRFTagger", encoder, hidden_size=8, embedding_dim=8)
    for parameter in tagger.parameters():
        torch.nn.init.normal_(parameter, std=2)  # nothing that training would teach
    n_inside = 0
    for tags in predict_tags(tagger, encoder, gmb.sentences):
        for before, tag in zip(["O", *tags], tags, strict=False):
            assert tag[0] != "I" or before[1:] == tag[1:]
            n_inside += tag[0] == "I"
    assert n_inside > 10_000
