"""Training: what is learnt, what is kept, when it stops, and what it leaves alone."""

import pytest
import torch
import torch.nn.functional as F
from builders import assert_same
from torch import nn

from lstm_helpers.data.batches import Batch, group_by_length, iterate_batches
from lstm_helpers.data.encoding import build_encoder, encode_sentences
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.data.splits import benchmark_split
from lstm_helpers.metrics import entity_f1
from lstm_helpers.models.taggers import RecurrentTagger, build_tagger
from lstm_helpers.models.trained import TrainedTagger, predict_tags
from lstm_helpers.training import loop
from lstm_helpers.training.loop import (
    Validation,
    evaluate,
    fit,
    hide_singletons,
    train_one_epoch,
    validate,
)
from lstm_helpers.training.optimisers import Optimisers, build_optimisers
from lstm_helpers.training.plan import Plan, rate_factor
from lstm_helpers.training.run import best_record


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


def quick_fit(
    model, train=FOUR, validation=TWO, *, on_epoch=None, progress=False, **plan
):
    plan = Plan(**{"batch_size": 1, "learning_rate": 0.05, **plan})
    options = {"on_epoch": on_epoch, "progress": progress}
    return fit(model, ENCODER, train, validation, plan, **options)


def score(model, sentences, encoder=ENCODER):
    return evaluate(TrainedTagger(model, encoder), sentences)


def copy_weights(model):
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def cut(sentences, batch_size=1):
    return cut_with(ENCODER, sentences, batch_size)


def test_sentences_in_the_encoders_place_are_named():
    with pytest.raises(TypeError, match="encoder: got list, wanted an Encoder"):
        fit(build_model(), FOUR, TWO, Plan())


def test_four_sentences_are_learnt_by_heart():
    model = build_model()
    assert score(model, FOUR) < 1
    quick_fit(model, FOUR, FOUR, unknown_rate=0, patience=20)
    assert score(model, FOUR) == 1


def test_the_model_scores_what_the_best_epoch_scored():
    model = build_model()
    quick_fit(model, FOUR, FOUR, unknown_rate=0, patience=20)
    forgetting = [text._replace(tags=["O"] * len(text.tags)) for text in FOUR]
    history = quick_fit(model, forgetting, FOUR, learning_rate=0.01, patience=20)
    best = best_record(history)
    assert history[-1].validation_f1 < best.validation_f1
    assert score(model, FOUR) == best.validation_f1
    found = validate(model, ENCODER, cut(FOUR))
    assert found.loss == pytest.approx(best.validation_loss)
    assert found.f1 == best.validation_f1


@pytest.mark.parametrize(
    ("scores", "patience", "epochs", "best"),
    [
        ([0.1, 0.5, 0.3, 0.5, 0.9], 2, 4, 2),
        ([0.1, 0.5, 0.3, 0.6, 0.2, 0.2], 2, 6, 4),
        ([0.0, 0.0, 0.0, 0.0, 0.0], 3, 5, 1),
        ([0.0, 0.0, 0.0, 0.2, 0.1, 0.0, 0.3], 2, 6, 4),
        ([0.2, 0.1], 1, 2, 1),
        ([0.1, 0.2, 0.3], 1, 3, 3),
    ],
)
def test_it_stops_after_patience_and_keeps_the_best_weights(
    monkeypatch, scores, patience, epochs, best
):
    scripted = iter(scores)
    monkeypatch.setattr(loop, "validate", lambda *_: Validation(1.0, next(scripted)))
    model, kept = build_model(), {}
    history = quick_fit(
        model,
        epochs=len(scores),
        patience=patience,
        on_epoch=lambda record: kept.update({record.epoch: copy_weights(model)}),
    )
    assert [record.validation_f1 for record in history] == scores[:epochs]
    assert best_record(history).epoch == best
    assert_same(model.state_dict(), kept[best])


def test_the_same_seed_gives_the_same_weights_and_history():
    def run(seed):
        model = build_model()
        history = quick_fit(model, epochs=3, seed=seed)
        return model.state_dict(), [record[:-1] for record in history]

    first = run(seed=0)
    assert_same(run(seed=0), first)
    assert run(seed=1)[1] != first[1]


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
        ({"train": []}, "got 0 training and 2 validation sentences, wanted at least"),
        ({"validation": []}, "got 4 training and 0 validation sentences, wanted at"),
    ],
)
def test_what_cannot_be_trained_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        quick_fit(build_model(), **options)


@pytest.mark.parametrize("batch_size", [1, 2, 256])
def test_the_loss_is_the_mean_over_words_not_batches(batch_size):
    model, uneven = build_model(), [*FOUR, *FOUR[:1] * 5]
    words, tags, lengths = encode_sentences(ENCODER, uneven)
    one_by_one = words.split(lengths.tolist())
    logits = torch.cat([model(ids[:, None])[:, 0] for ids in one_by_one])
    wanted = pytest.approx(F.cross_entropy(logits, tags).item(), abs=1e-6)
    batches = cut(uneven, batch_size)
    still = torch.optim.SGD(model.lstm.parameters(), lr=0)
    assert validate(model, ENCODER, batches).loss == wanted
    assert train_one_epoch(model, batches, Optimisers(still, still), 5.0) == wanted


@pytest.mark.parametrize("batch_size", [1, 2, 256])
def test_validation_scores_as_evaluation_does(batch_size):
    model = build_model()
    quick_fit(model, FOUR, FOUR, epochs=5)
    found = validate(model, ENCODER, cut([*FOUR, *TWO], batch_size))
    assert found.f1 == score(model, [*FOUR, *TWO])
    assert 0 < found.f1 < 1
    assert not model.training


def test_validation_scores_a_batch_once():
    model, n_uses = build_model(), []
    model.lstm.register_forward_hook(lambda *_: n_uses.append(1))
    validate(model, ENCODER, cut(FOUR))
    assert len(n_uses) == len(FOUR)


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

    monkeypatch.setattr(loop, "train_one_epoch", spy)
    quick_fit(build_model(), epochs=8, patience=8, **options)
    return epochs


def test_the_order_is_the_seeds_and_another_in_each_epoch(monkeypatch):
    epochs = words_seen(monkeypatch, unknown_rate=0, seed=0)
    text = encode_sentences(ENCODER, FOUR).words.tolist()
    assert all(sorted(words) == sorted(text) for words in epochs)
    assert len(set(map(tuple, epochs))) > 1
    assert epochs == words_seen(monkeypatch, unknown_rate=0, seed=0)
    assert epochs != words_seen(monkeypatch, unknown_rate=0, seed=1)


def test_singletons_are_hidden_anew_in_each_epoch(monkeypatch):
    n_hidden = [words.count(0) for words in words_seen(monkeypatch, unknown_rate=0.5)]
    assert len(set(n_hidden)) > 1
    assert max(n_hidden) <= len(ENCODER.words) - ENCODER.first_singleton


def gradient_norms(clip_norm):
    norms = []

    def build_spied(*arguments):
        optimisers = build_optimisers(*arguments)
        dense = optimisers.dense.param_groups[0]["params"]
        optimisers.dense.register_step_pre_hook(
            lambda *_: norms.append(nn.utils.get_total_norm([p.grad for p in dense]))
        )
        return optimisers

    quick_fit(build_model(), epochs=2, clip_norm=clip_norm, build=build_spied)
    return norms


def test_no_step_takes_a_gradient_longer_than_clip_norm():
    assert min(gradient_norms(clip_norm=1e9)) > 0.01
    assert max(gradient_norms(clip_norm=0.01)) <= 0.01 * (1 + 1e-5)


def test_embeddings_of_words_outside_the_batch_are_left_alone():
    model = build_model()
    optimisers = build_optimisers(model, learning_rate=0.1, row_rate=0.1)
    first, *_, last = cut(FOUR)
    train_one_epoch(model, [last], optimisers, clip_norm=5.0)
    before = model.word_embeddings.weight.detach().clone()
    train_one_epoch(model, [first], optimisers, clip_norm=5.0)
    moved = (model.word_embeddings.weight != before).any(dim=1)
    assert moved.nonzero().flatten().tolist() == first.words.unique().tolist()


@pytest.mark.parametrize("kind", ["RecurrentTagger", "WindowTagger", "PooledTagger"])
def test_every_parameter_has_one_optimiser(kind):
    encoder = build_encoder(FOUR, ("lower", "shape"))
    window = {"paired": [1], "n_buckets": 8} if kind != "RecurrentTagger" else {}
    model = build_tagger(kind, encoder, head="CRF", **window)
    optimisers = build_optimisers(model, learning_rate=0.1, row_rate=0.1)
    optimised = [p for o in optimisers for g in o.param_groups for p in g["params"]]
    assert len(optimised) == len(list(model.parameters()))
    assert {*map(id, optimised)} == {*map(id, model.parameters())}


def test_a_windows_scores_have_a_rate_of_their_own():
    encoder = build_encoder(FOUR, ("lower", "shape"))
    window = {"paired": [1], "n_buckets": 8}
    model = build_tagger("PooledTagger", encoder, hidden_size=4, **window)
    groups = build_optimisers(model, 0.1, row_rate=0.2).rows.param_groups
    rates = {id(g["params"][0]): (g["lr"], g["initial"]) for g in groups}
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
    fit(model, encoder, train, validation, Plan(epochs=6), progress=False)
    assert score(model, test, encoder) >= 0.77


def test_the_rates_rise_then_fall_to_nothing():
    rates = []

    def build_spied(*arguments):
        optimisers = build_optimisers(*arguments)
        for optimiser in optimisers:
            optimiser.register_step_pre_hook(
                lambda each, *_: rates.append(each.param_groups[0]["lr"])
            )
        return optimisers

    quick_fit(build_model(), epochs=10, row_rate=0.3, build=build_spied)
    for highest, seen in ((0.05, rates[::2]), (0.3, rates[1::2])):
        n = len(FOUR) * 10
        wanted = [highest * rate_factor(k / (n + 1)) for k in range(1, n + 1)]
        assert seen == pytest.approx(wanted)
        assert 0 < seen[-1] < seen[0] < max(seen)
        assert 0.95 * highest < max(seen) <= highest


@pytest.mark.parametrize("head", ["PerWord", "CRF"])
def test_taggers_with_features_learn_their_sentences(head):
    encoder = build_encoder(FOUR, ["lower", "shape"])
    sizes = {"dropout": 0.1, "word_dropout": 0.05}
    model = build_tagger("RecurrentTagger", encoder, head=head, **sizes)
    plan = Plan(epochs=40, batch_size=1, unknown_rate=0.2)
    history = fit(model, encoder, FOUR, FOUR, plan, progress=False)
    assert history[0].loss > 5 * history[-1].loss
    assert score(model, FOUR, encoder) == 1


def test_hiding_a_word_leaves_its_features():
    encoder = build_encoder(FOUR, ["lower", "shape"])
    batches, generator = cut_with(encoder, FOUR, 8), torch.Generator().manual_seed(0)
    first, n_hidden = encoder.first_singleton, 0
    hidden = hide_singletons(batches, first, 1.0, generator)
    for batch, other in zip(batches, hidden, strict=True):
        ids = batch.words[..., 0]
        n_hidden += (ids >= first).sum()
        assert other.words[..., 0].equal(torch.where(ids < first, ids, 0))
        assert other.words[..., 1:].equal(batch.words[..., 1:])
    assert n_hidden > 0


def cut_with(encoder, sentences, batch_size):
    groups = group_by_length(encode_sentences(encoder, sentences))
    return [*iterate_batches(groups, batch_size)]


SEEN = sentence("Pell left", "B-per O")
NEW_TYPES = [
    sentence("Storm hit Verda", "B-nat O B-geo"),
    sentence("Great Storm hit", "B-nat I-nat O"),
    sentence("Pell saw Storm Day", "B-per O B-nat B-eve"),
]
SAID = (
    "validation part: got 4 mentions of types that training does not show "
    r"\(nat 3, eve 1\); they count as missed, and the loss "
)


def fit_quietly(encoder, validation, head, on_epoch=None):
    torch.manual_seed(0)
    sizes = {"embedding_dim": 8, "hidden_size": 8, "dropout": 0.2}
    model = build_tagger("RecurrentTagger", encoder, head=head, **sizes)
    plan = Plan(epochs=4, batch_size=2, learning_rate=0.05)
    options = {"progress": False, "on_epoch": on_epoch}
    return model, fit(model, encoder, FOUR, validation, plan, **options)


@pytest.mark.parametrize("head", ["PerWord", "CRF"])
def test_types_that_training_does_not_show_are_missed_and_change_no_loss(head):
    with pytest.warns(UserWarning, match=SAID) as said:
        model, history = fit_quietly(ENCODER, [*NEW_TYPES, *TWO], head)
    assert len(said) == 1
    assert said[0].filename == __file__
    same, wanted = fit_quietly(ENCODER, TWO, head)
    assert_same(model.state_dict(), same.state_dict())
    assert [record.loss for record in history] == [record.loss for record in wanted]
    losses = [record.validation_loss for record in wanted]
    assert [record.validation_loss for record in history] == pytest.approx(losses)
    with pytest.warns(UserWarning, match="^sentences: got 4 mentions"):
        f1 = score(model, [*NEW_TYPES, *TWO])
    assert history[-1].validation_f1 == f1
    predicted = predict_tags(TrainedTagger(model, ENCODER), [*NEW_TYPES, *TWO])
    assert f1 == entity_f1([s.tags for s in [*NEW_TYPES, *TWO]], predicted)


def test_a_sentence_of_new_types_beside_others_of_its_length_has_no_loss():
    beside = [sentence("Storm hit", "B-nat O"), SEEN]
    with pytest.warns(UserWarning, match=r"got 1 mention of types .*\(nat 1\)"):
        _, history = fit_quietly(ENCODER, beside, "PerWord")
    _, wanted = fit_quietly(ENCODER, [SEEN], "PerWord")
    for got, alone in zip(history, wanted, strict=True):
        assert got.validation_loss == pytest.approx(alone.validation_loss)


def test_only_sentences_of_new_types_give_no_loss_and_are_refused():
    wanted = "validation part: got in each sentence a type .* wanted one without"
    with (
        pytest.warns(UserWarning, match="validation part"),
        pytest.raises(ValueError, match=wanted),
    ):
        fit_quietly(ENCODER, NEW_TYPES, "CRF")


@pytest.mark.parametrize(
    ("part", "tag"),
    [("training", "B-nat"), ("validation", "I-nat"), ("validation", "nat")],
)
def test_a_tag_that_cannot_be_is_named_with_its_place(part, tag):
    encoder = build_encoder([SEEN])
    model = RecurrentTagger(len(encoder.words), len(encoder.tags))
    parts = {"training": [SEEN], "validation": [SEEN]}
    parts[part] = [SEEN, sentence("Storm", tag)]
    wanted = f"{part} part, sentence 1, tags: got '{tag}', wanted O, B-per, I-per"
    with pytest.raises(ValueError, match=wanted):
        fit(model, encoder, *parts.values(), progress=False)


def test_a_crf_whose_scores_are_no_numbers_has_no_validation_loss():
    model = build_tagger("RecurrentTagger", ENCODER, head="CRF", hidden_size=8)
    torch.nn.init.constant_(model.hidden2tag.bias, torch.nan)
    groups = group_by_length(encode_sentences(ENCODER, TWO))
    with pytest.raises(FloatingPointError, match="after its last batch: got the loss"):
        validate(model, ENCODER, groups)


def test_the_bar_ends_full(monkeypatch):
    bars = []

    class Bar(loop.Bar):
        def close(self):
            bars.append((self.n, self.total))
            super().close()

    monkeypatch.setattr(loop, "Bar", Bar)
    quick_fit(build_model(), epochs=3, progress=True)
    assert bars[0] == (12, 12)


def test_a_bar_counts_each_batch(monkeypatch):
    seen = []

    class Bar(loop.Bar):
        def update(self, n=1):
            seen.append(n)
            super().update(n)

    monkeypatch.setattr(loop, "Bar", Bar)
    quick_fit(build_model(), epochs=3, progress=True)
    assert seen == [0] + [1] * 12


def test_a_clock_that_is_put_back_gives_no_negative_seconds(monkeypatch):
    hours = iter(range(10**6, 0, -3600))
    monkeypatch.setattr("time.time", lambda: next(hours))
    history = quick_fit(build_model(), epochs=2)
    assert all(0 <= record.seconds < 60 for record in history)
