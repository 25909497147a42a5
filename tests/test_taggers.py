"""The taggers: one sentence or many, in one direction or in two."""

import pytest
import torch

from lstm_helpers.data.encoding import UNKNOWN, Encoder, build_encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.models.taggers import LSTMTagger, RecurrentTagger
from lstm_helpers.models.taggers import build_tagger as build
from lstm_helpers.models.trained import TrainedTagger, predict_tags

V, K, E, H = 12, 5, 6, 8
ENCODER = Encoder(
    [UNKNOWN, *"abcdefghijk"], ["O", "B-geo", "I-geo", "B-per", "I-per"], V
)
TEXTS = "abc", "kid", "bee", "a", "jig", "cage", "xyz", "k", "face", "edge", "fig"
SENTENCES = [Sentence(list(text)) for text in TEXTS]

directions = pytest.mark.parametrize("bidirectional", [False, True])


def build_tagger(bidirectional):
    torch.manual_seed(0)
    tagger = RecurrentTagger(
        V, K, embedding_dim=E, hidden_size=H, bidirectional=bidirectional
    )
    torch.nn.init.zeros_(tagger.hidden2tag.bias)  # no tag is preferred to another
    torch.nn.init.normal_(tagger.word_embeddings.weight)  # and words differ much
    return tagger


def tag_all(model, sentences, encoder=ENCODER, **options):
    return predict_tags(TrainedTagger(model, encoder), sentences, **options)


def random_words(T, B):
    return torch.randint(V, (T, B), generator=torch.Generator().manual_seed(1))


def assert_close(got, wanted):
    torch.testing.assert_close(got, wanted, rtol=0, atol=1e-6)


def test_one_direction_is_the_posts_tagger_for_many_sentences():
    posts_tagger, tagger = LSTMTagger(E, H, V, K), build_tagger(bidirectional=False)
    tagger.load_state_dict(posts_tagger.state_dict())
    words = random_words(T=6, B=3)
    wanted = torch.stack([posts_tagger(sentence) for sentence in words.T], dim=1)
    assert_close(tagger(words).log_softmax(dim=-1), wanted)


def test_the_posts_taggers_scores_are_log_probabilities():
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
    one_by_one = [tag_all(tagger, [s])[0] for s in SENTENCES]
    assert len({tag for tags in one_by_one for tag in tags}) > 2
    for step in (1, -1):
        got = tag_all(tagger, SENTENCES[::step], batch_size=batch_size)
        assert got == one_by_one[::step]


@directions
def test_the_tag_with_the_highest_score_is_predicted(bidirectional):
    tagger, sentence = build_tagger(bidirectional).train(), SENTENCES[0]
    [tags] = tag_all(tagger, [sentence])
    assert not tagger.training
    scores = tagger(ENCODER.encode_words(sentence.words).unsqueeze(1))[:, 0]
    assert ENCODER.encode_tags(tags).equal(scores.argmax(dim=1))


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
    scores, tags = tagger(words), tag_all(tagger, SENTENCES)
    tagger.to("cuda")
    torch.testing.assert_close(tagger(words.cuda()).cpu(), scores, rtol=0, atol=1e-5)
    assert tag_all(tagger, SENTENCES) == tags


FEATURES = ("lower", "suffix2", "shape")
TAGS = ["O", "B-geo", "I-geo"]
TRAIN = [Sentence(list(text), TAGS, [], "") for text in ("aBc", "cab")]
LOOKS = build_encoder(TRAIN, FEATURES, min_count=1)


every_kind = pytest.mark.parametrize(
    "kind", ["RecurrentTagger", "WindowTagger", "PooledTagger"]
)


def build_with_features(kind="RecurrentTagger", head="CRF", **sizes):
    torch.manual_seed(2)
    if kind != "WindowTagger":
        sizes = {"embedding_dim": E, "hidden_size": H, **sizes}
    if kind != "RecurrentTagger":
        sizes = {"paired": [1, 3], "n_buckets": 11, **sizes}
    tagger = build(kind, LOOKS, head=head, **sizes)
    for parameter in tagger.parameters():
        torch.nn.init.normal_(parameter)  # far from what training would give
    return tagger.eval()


def test_a_words_vector_is_the_sum_of_its_rows():
    tagger = build_with_features(head="PerWord")
    ids = LOOKS.encode_words(list("aXc")).unsqueeze(1)  # (T, 1, 1 + F)
    rows = tagger.word_embeddings.weight[ids]
    assert rows.shape == (3, 1, 1 + len(FEATURES), E)
    assert_close(tagger.word_embeddings(ids), rows.sum(dim=2))


@every_kind
def test_with_a_crf_no_tagger_predicts_what_iob2_forbids(kind):
    tagger = build_with_features(kind)
    n_inside = 0
    for seed in range(20):
        torch.manual_seed(seed)
        for parameter in tagger.parameters():
            torch.nn.init.normal_(parameter, std=3)
        for tags in tag_all(tagger, SENTENCES, LOOKS):
            for before, tag in zip(["O", *tags], tags, strict=False):
                assert tag[0] != "I" or before[1:] == tag[1:]
                n_inside += tag[0] == "I"
    assert n_inside > 50


def two_sentences():
    ids = LOOKS.encode_words(list("aBcXab")).view(3, 2, -1)
    tags = LOOKS.encode_tags(["O", "B-geo", "B-geo", "I-geo", "I-geo", "O"]).view(3, 2)
    return ids, tags


def surprise(crf, scores, tags):
    """By listing all 27 paths: mean, in nats a word."""
    paths, scores = crf.k_best(scores, 27)
    chosen = (paths == tags).all(dim=1)  # (27, B)
    assert chosen.sum() == 2
    return -(scores.log_softmax(dim=0)[chosen]).sum() / 6


@pytest.mark.parametrize("kind", ["RecurrentTagger", "WindowTagger"])
def test_the_crfs_loss_is_the_surprise_in_nats_a_word(kind):
    tagger = build_with_features(kind)
    ids, tags = two_sentences()
    assert_close(tagger.loss(ids, tags), surprise(tagger.head, tagger(ids), tags))
    paths, scores = tagger.head.k_best(tagger(ids), 27)
    paths, probs = paths[:, 1, 0], scores.softmax(dim=0)[:, 0]
    for tag in range(3):
        got = tagger.probabilities(ids)[1, 0, tag]
        torch.testing.assert_close(got, probs[paths == tag].sum(), rtol=1e-4, atol=1e-6)


def halves_of(tagger):
    """The pooled tagger's LSTM half and window half, as taggers of their own."""
    lstm = build_with_features()
    window = build_with_features("WindowTagger")
    for half in (lstm, window):
        mine = half.state_dict().keys()
        state = tagger.state_dict()
        half.load_state_dict({name: state[name] for name in mine})
    return lstm, window


def test_a_pool_is_the_mean_of_its_halves_each_of_which_learns_alone():
    tagger = build_with_features("PooledTagger")
    lstm, window = halves_of(tagger)
    ids, tags = two_sentences()
    assert_close(tagger(ids), (lstm(ids) + window(ids)) / 2)
    wanted = (lstm.loss(ids, tags) + window.loss(ids, tags)) / 2
    assert_close(tagger.loss(ids, tags), wanted)
    together = build_with_features("PooledTagger", apart=False)
    together.load_state_dict(tagger.state_dict())
    wanted = surprise(tagger.head, tagger(ids), tags)
    assert_close(together.loss(ids, tags), wanted)
    assert not torch.isclose(tagger.loss(ids, tags), wanted)


def test_a_pool_gives_a_path_the_geometric_mean_of_its_halves_probabilities():
    tagger = build_with_features("PooledTagger")
    ids, _ = two_sentences()

    def log_probs(part):
        paths, scores = part.head.k_best(part(ids), 27)
        keys = paths[:, :, 0].double() @ torch.tensor([9.0, 3, 1], dtype=torch.double)
        return scores[:, 0].log_softmax(dim=0)[keys.argsort()]  # by path, not by rank

    lstm, window = map(log_probs, halves_of(tagger))
    legal = lstm > -torch.inf
    wanted = ((lstm + window) / 2)[legal].log_softmax(dim=0)
    torch.testing.assert_close(log_probs(tagger)[legal], wanted, rtol=1e-4, atol=1e-5)


@every_kind
@pytest.mark.parametrize("head", ["PerWord", "CRF"])
def test_tags_with_features_do_not_depend_on_batch_size_or_order(kind, head):
    lstm = {"num_layers": 2, "dropout": 0.5, "word_dropout": 0.5}
    sizes = {} if kind == "WindowTagger" else lstm
    tagger = build_with_features(kind, head, **sizes)
    one_by_one = [tag_all(tagger, [s], LOOKS)[0] for s in SENTENCES]
    assert len({tag for tags in one_by_one for tag in tags}) > 1
    for size in (1, 3, 256):
        assert tag_all(tagger, SENTENCES, LOOKS, batch_size=size) == one_by_one
        turned = tag_all(tagger, SENTENCES[::-1], LOOKS, batch_size=size)
        assert turned == one_by_one[::-1]
    assert tag_all(tagger, [], LOOKS) == []


@pytest.mark.parametrize(
    ("kind", "head", "message"),
    [
        ("GRUTagger", "CRF", "kind: got 'GRUTagger', wanted one of"),
        (
            torch.nn.GRU,
            "CRF",
            "kind: got .*GRU'>, wanted .* or a class of your own",
        ),
        (7, "CRF", "kind: got 7, wanted one of"),
        ("RecurrentTagger", "Softmax", "head: got 'Softmax', wanted one of"),
        ("WindowTagger", "CRF", "got words without features, wanted some features"),
        ("PooledTagger", "CRF", "got words without features, wanted some features"),
    ],
)
def test_a_tagger_that_there_is_not_or_does_not_fit_is_refused(kind, head, message):
    window = {"paired": [0], "n_buckets": 3} if kind != "RecurrentTagger" else {}
    with pytest.raises(ValueError, match=message):
        build(kind, ENCODER, head=head, **window)


@pytest.mark.parametrize("encoder", [ENCODER, LOOKS], ids=["words", "features"])
def test_a_class_of_ones_own_is_given_what_ours_are(encoder):
    class Own(RecurrentTagger):
        pass

    tagger = build(Own, encoder, head="CRF", hidden_size=5)
    assert type(tagger) is Own
    wanted = build("RecurrentTagger", encoder, head="CRF", hidden_size=5)
    assert tagger.sizes == wanted.sizes
    assert type(tagger.head) is type(wanted.head)


@pytest.mark.parametrize("encoder", [ENCODER, LOOKS], ids=["words", "features"])
def test_a_recurrent_tagger_reads_what_its_encoder_gives(encoder):
    tagger = build("RecurrentTagger", encoder)
    words = encoder.encode_words(list("abc")).unsqueeze(1)
    assert tagger(words).shape == (3, 1, len(encoder.tags))
    assert tagger.word_embeddings.weight.shape[0] == encoder.n_rows
    assert tagger.sizes["features"] == (encoder is LOOKS)


@every_kind
@pytest.mark.parametrize("head", ["PerWord", "CRF"])
def test_a_tagger_does_what_its_head_does_with_its_scores(kind, head):
    tagger = build_with_features(
        kind, head, **({} if kind != "PooledTagger" else {"apart": False})
    )
    ids, tags = two_sentences()
    scores = tagger(ids)
    assert tagger.loss(ids, tags).equal(tagger.head.loss(scores, tags))
    assert tagger.decode(ids).equal(tagger.head.decode(scores))
    assert tagger.probabilities(ids).equal(tagger.head.probabilities(scores))


@pytest.mark.slow
def test_no_sentence_of_the_real_corpus_gets_an_illegal_sequence(gmb):
    encoder = build_encoder(gmb.sentences[:2000], FEATURES)
    torch.manual_seed(0)
    sizes = {"hidden_size": 8, "embedding_dim": 8}
    tagger = build("RecurrentTagger", encoder, head="CRF", **sizes)
    for parameter in tagger.parameters():
        torch.nn.init.normal_(parameter, std=2)  # nothing that training would teach
    n_inside = 0
    for tags in tag_all(tagger, gmb.sentences, encoder):
        for before, tag in zip(["O", *tags], tags, strict=False):
            assert tag[0] != "I" or before[1:] == tag[1:]
            n_inside += tag[0] == "I"
    assert n_inside > 10_000


@pytest.mark.parametrize("features", [True, False])
def test_only_the_encoder_says_whether_there_are_features(features):
    message = f"features: got {features}, wanted none: the encoder says it"
    with pytest.raises(ValueError, match=message):
        build("RecurrentTagger", ENCODER, features=features)
