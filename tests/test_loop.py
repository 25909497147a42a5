"""Training: what is learnt, what is kept, when it stops, and what it leaves alone."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lstm_helpers.data.batches import Batch, group_by_length, iterate_batches
from lstm_helpers.data.corpus import Sentence, benchmark_split
from lstm_helpers.data.encoding import build_encoder, encode_sentences
from lstm_helpers.models.taggers import RecurrentTagger, build_tagger
from lstm_helpers.training import loop as training
from lstm_helpers.training.loop import (
    best_epoch,
    build_optimisers,
    evaluate,
    fit,
    hide_singletons,
    mean_loss,
    rate_factor,
    train_one_epoch,
)


def sentence(words, tags):
    return Sentence(words.split(), tags.split(), [], "")


FOUR = [
    sentence("Mr. Pell left Lake Verda in May .", "O B-per O B-geo I-geo O B-tim O"),
    sentence("In May Pell saw Verda Bank .", "O B-tim B-per O B-org I-org O"),
    sentence("The Verda Bank left Lake Pell .", "O B-org I-org O B-geo I-geo O"),
    sentence("May saw Mr. Lake .", "B-per O O B-per O"),
]
TWO = [
    sentence("Lake May saw May .", "B-per I-per O B-tim O"),
    sentence("Verda left Mr. Pell in Lake Bank .", "B-per O O B-per O B-geo I-geo O"),
]
ENCODER = build_encoder(FOUR)


def build_model():
    torch.manual_seed(0)
    sizes = {"embedding_dim": 8, "hidden_size": 8}
    return RecurrentTagger(len(ENCODER.words), len(ENCODER.tags), **sizes)


def quick_fit(model, train=FOUR, validation=TWO, **options):
    quick = {"batch_size": 1, "learning_rate": 0.05, "progress": False}
    return fit(model, ENCODER, train, validation, **quick | options)


def copy_weights(model):
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def assert_same(weights, others):
    assert all(weights[name].equal(others[name]) for name in weights | others)


def cut(sentences, batch_size=1):
    groups = group_by_length(*encode_sentences(ENCODER, sentences))
    return list(iterate_batches(groups, batch_size))


def test_four_sentences_are_learnt_by_heart():
    model = build_model()
    assert evaluate(model, ENCODER, FOUR) < 1
    quick_fit(model, FOUR, FOUR, unknown_rate=0, patience=20)
    assert evaluate(model, ENCODER, FOUR) == 1


def test_the_model_scores_what_the_best_epoch_scored():
    model = build_model()
    quick_fit(model, FOUR, FOUR, unknown_rate=0, patience=20)
    forgetting = [text._replace(tags=["O"] * len(text.tags)) for text in FOUR]
    history = quick_fit(model, forgetting, FOUR, learning_rate=0.01, patience=20)
    best = history[best_epoch(history) - 1]
    assert history[-1].validation_f1 < best.validation_f1
    assert evaluate(model, ENCODER, FOUR) == best.validation_f1
    assert mean_loss(model, cut(FOUR)) == pytest.approx(best.validation_loss)


@pytest.mark.parametrize(
    ("scores", "patience", "epochs", "best"),
    [
        ([0.1, 0.5, 0.3, 0.5, 0.9], 2, 4, 2),
        ([0.1, 0.5, 0.3, 0.6, 0.2, 0.2], 2, 6, 4),
        ([0.0, 0.0, 0.0, 0.0], 3, 4, 1),
        ([0.2, 0.1], 1, 2, 1),
        ([0.1, 0.2, 0.3], 1, 3, 3),
    ],
)
def test_it_stops_after_patience_and_keeps_the_best_weights(
    monkeypatch, scores, patience, epochs, best
):
    scripted = iter(scores)
    monkeypatch.setattr(training, "evaluate", lambda *_: next(scripted))
    model, kept = build_model(), {}
    history = quick_fit(
        model,
        epochs=len(scores),
        patience=patience,
        on_epoch=lambda record: kept.update({record.epoch: copy_weights(model)}),
    )
    assert [record.validation_f1 for record in history] == scores[:epochs]
    assert best_epoch(history) == best
    assert_same(model.state_dict(), kept[best])


def test_the_same_seed_gives_the_same_weights_and_history():
    def run(seed):
        model = build_model()
        history = quick_fit(model, epochs=3, seed=seed)
        return model.state_dict(), [record[:-1] for record in history]

    (weights, history), (again, same_history) = run(seed=0), run(seed=0)
    assert_same(weights, again)
    assert history == same_history
    assert run(seed=1)[1] != history


def test_on_epoch_gets_each_record_once():
    records = []
    history = quick_fit(build_model(), epochs=3, on_epoch=records.append)
    assert records == history
    assert [record.epoch for record in records] == [1, 2, 3]


@pytest.mark.parametrize("progress", [False, True])
def test_only_the_progress_bar_is_printed(capsys, progress):
    quick_fit(build_model(), epochs=2, progress=progress)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert bool(printed.err) == progress


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unknown_rate": -0.1}, "unknown_rate: got -0.1, wanted 0 to 1"),
        ({"unknown_rate": 1.1}, "unknown_rate: got 1.1, wanted 0 to 1"),
        ({"train": []}, "got 0 training and 2 validation sentences, wanted at least"),
        ({"validation": []}, "got 4 training and 0 validation sentences, wanted at"),
        ({"batch_size": 0}, "batch_size: got 0, wanted at least 1"),
    ],
)
def test_what_cannot_be_trained_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        quick_fit(build_model(), **options)


@pytest.mark.parametrize("batch_size", [1, 2, 256])
def test_the_loss_is_the_mean_over_words_not_batches(batch_size):
    model, uneven = build_model(), [*FOUR, *FOUR[:1] * 5]
    words, tags = encode_sentences(ENCODER, uneven)
    logits = torch.cat([model(ids[:, None])[:, 0] for ids in words])
    wanted = pytest.approx(F.cross_entropy(logits, torch.cat(tags)).item(), abs=1e-6)
    batches = cut(uneven, batch_size)
    standstill = torch.optim.SGD(model.lstm.parameters(), lr=0)
    assert mean_loss(model, batches) == wanted
    assert train_one_epoch(model, batches, [standstill], clip_norm=5.0) == wanted


@pytest.mark.parametrize("rate", [0, 0.3, 1])
def test_only_singletons_are_hidden_and_about_so_often(rate):
    words = torch.arange(100).repeat(1000, 1)
    before, generator = words.clone(), torch.Generator().manual_seed(0)
    [batch] = hide_singletons([Batch(words, None, None)], 90, rate, generator)
    hidden = batch.words != before
    assert not batch.words[hidden].any()
    assert not hidden[:, :90].any()
    assert hidden[:, 90:].float().mean().item() == pytest.approx(rate, abs=0.02)
    assert words.equal(before)


def words_seen(monkeypatch, **options):
    epochs = []

    def spy(model, batches, *others):
        batches = list(batches)
        epochs.append(torch.cat([batch.words.flatten() for batch in batches]).tolist())
        return train_one_epoch(model, batches, *others)

    monkeypatch.setattr(training, "train_one_epoch", spy)
    quick_fit(build_model(), epochs=8, patience=8, **options)
    return epochs


def test_the_order_is_the_seeds_and_another_in_each_epoch(monkeypatch):
    epochs = words_seen(monkeypatch, unknown_rate=0, seed=0)
    text = [ix for ids in encode_sentences(ENCODER, FOUR).words for ix in ids.tolist()]
    assert all(sorted(words) == sorted(text) for words in epochs)
    assert len(set(map(tuple, epochs))) > 1
    assert epochs == words_seen(monkeypatch, unknown_rate=0, seed=0)
    assert epochs != words_seen(monkeypatch, unknown_rate=0, seed=1)


def test_singletons_are_hidden_anew_in_each_epoch(monkeypatch):
    n_hidden = [words.count(0) for words in words_seen(monkeypatch, unknown_rate=0.5)]
    assert len(set(n_hidden)) > 1
    assert max(n_hidden) <= len(ENCODER.words) - ENCODER.first_singleton


def gradient_norms(monkeypatch, clip_norm):
    norms = []

    def build_spied(*arguments):
        optimisers = build_optimisers(*arguments)
        dense = optimisers[0].param_groups[0]["params"]
        optimisers[0].register_step_pre_hook(
            lambda *_: norms.append(nn.utils.get_total_norm([p.grad for p in dense]))
        )
        return optimisers

    monkeypatch.setattr(training, "build_optimisers", build_spied)
    quick_fit(build_model(), epochs=2, clip_norm=clip_norm)
    return norms


def test_no_step_takes_a_gradient_longer_than_clip_norm(monkeypatch):
    assert min(gradient_norms(monkeypatch, clip_norm=1e9)) > 0.01
    assert max(gradient_norms(monkeypatch, clip_norm=0.01)) <= 0.01 * (1 + 1e-5)


def test_embeddings_of_words_outside_the_batch_are_left_alone():
    model = build_model()
    optimisers = build_optimisers(model, learning_rate=0.1, row_rate=0.1)
    first, *_, last = cut(FOUR)
    train_one_epoch(model, [last], optimisers, clip_norm=5.0)
    before = model.word_embeddings.weight.detach().clone()
    train_one_epoch(model, [first], optimisers, clip_norm=5.0)
    moved = (model.word_embeddings.weight != before).any(dim=1)
    assert moved.nonzero().flatten().tolist() == first.words.unique().tolist()


def test_every_parameter_has_one_optimiser():
    model = build_model()
    optimisers = build_optimisers(model, learning_rate=0.1, row_rate=0.1)
    optimised = [p for o in optimisers for g in o.param_groups for p in g["params"]]
    assert len(optimised) == len(list(model.parameters()))
    assert {*map(id, optimised)} == {*map(id, model.parameters())}


def test_a_windows_scores_have_a_rate_of_their_own():
    encoder = build_encoder(FOUR, ("lower", "shape"))
    window = {"paired": [1], "n_buckets": 8}
    model = build_tagger("PooledTagger", encoder, hidden_size=4, **window)
    _, rows = build_optimisers(model, learning_rate=0.1, row_rate=0.2)
    rates = {id(g["params"][0]): (g["lr"], g["initial"]) for g in rows.param_groups}
    assert rates == {
        id(model.word_embeddings.weight): (0.2, 1e-6),
        id(model.window.table.weight): (1.0, 2e-4),
    }


@pytest.mark.slow
def test_two_directions_reach_the_figure_on_the_real_corpus(gmb):
    train, validation, test = benchmark_split(gmb.sentences)
    encoder = build_encoder(train)
    torch.manual_seed(0)
    model = RecurrentTagger(len(encoder.words), len(encoder.tags))
    fit(model, encoder, train, validation, epochs=6, progress=False)
    assert evaluate(model, encoder, test) >= 0.77


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"clip_norm": 0}, {"clip_norm": -1}])
def test_numbers_out_of_their_range_are_refused(wrong):
    with pytest.raises(ValueError, match=r"wanted at least one epoch and a norm above"):
        fit(None, None, [], [], **wrong)


def test_the_rates_rise_then_fall_to_nothing(monkeypatch):
    rates = []

    def build_spied(*arguments):
        optimisers = build_optimisers(*arguments)
        for optimiser in optimisers:
            optimiser.register_step_pre_hook(
                lambda each, *_: rates.append(each.param_groups[0]["lr"])
            )
        return optimisers

    monkeypatch.setattr(training, "build_optimisers", build_spied)
    quick_fit(build_model(), epochs=10, learning_rate=0.05, row_rate=0.3)
    for highest, seen in ((0.05, rates[::2]), (0.3, rates[1::2])):
        n = len(FOUR) * 10
        wanted = [highest * rate_factor(step / n) for step in range(n)]
        assert seen == pytest.approx(wanted)
        assert seen[0] == 0 < seen[-1] < max(seen) / 10
        assert max(seen) == pytest.approx(highest)


@pytest.mark.parametrize("kind", ["FeatureTagger", "CRFTagger"])
def test_taggers_with_features_learn_their_sentences(kind):
    encoder = build_encoder(FOUR, ["lower", "shape"])
    model = build_tagger(kind, encoder, dropout=0.1, word_dropout=0.05)
    options = {"epochs": 40, "batch_size": 1, "unknown_rate": 0.2, "progress": False}
    history = fit(model, encoder, FOUR, FOUR, **options)
    assert history[0].loss > 5 * history[-1].loss
    assert evaluate(model, encoder, FOUR) == 1


def test_hiding_a_word_leaves_its_features():
    encoder = build_encoder(FOUR, ["lower", "shape"])
    batches, generator = cut_with(encoder, FOUR), torch.Generator().manual_seed(0)
    first, n_hidden = encoder.first_singleton, 0
    hidden = hide_singletons(batches, first, 1.0, generator)
    for batch, other in zip(batches, hidden, strict=True):
        ids = batch.words[..., 0]
        n_hidden += (ids >= first).sum()
        assert other.words[..., 0].equal(torch.where(ids < first, ids, 0))
        assert other.words[..., 1:].equal(batch.words[..., 1:])
    assert n_hidden > 0


def cut_with(encoder, sentences):
    return [*iterate_batches(group_by_length(*encode_sentences(encoder, sentences)), 8)]


@pytest.mark.parametrize("patience", [0, -3])
def test_a_patience_that_would_train_nothing_is_refused(patience):
    with pytest.raises(ValueError, match=f"patience: got {patience}, wanted at least"):
        fit(None, None, [1], [1], patience=patience)


def test_a_tag_that_training_has_not_shown_is_named_with_its_place():
    seen = Sentence(["Pell", "left"], ["B-per", "O"], [], "")
    unseen = Sentence(["Storm"], ["B-nat"], [], "")
    encoder = build_encoder([seen])
    model = RecurrentTagger(len(encoder.words), len(encoder.tags))
    wanted = "validation part, sentence 1, tags: got 'B-nat', wanted O, B-per, I-per"
    with pytest.raises(ValueError, match=wanted):
        fit(model, encoder, [seen], [seen, unseen], progress=False)
