"""The taggers: one sentence or many, in one direction or in two."""

import pytest
import torch

from lstm_helpers.corpus import Sentence
from lstm_helpers.encoding import UNKNOWN, Encoder
from lstm_helpers.models import LSTMTagger, RecurrentTagger, predict_ids, predict_tags

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
