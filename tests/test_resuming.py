"""Training survives: interrupts, kills, full disks, and losses that are no numbers."""

import contextlib
import copy
import functools
import io
import itertools
import json
import math
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import torch
from builders import assert_same
from torch.nn.modules.module import register_module_forward_hook
from torch.optim.optimizer import register_optimizer_step_pre_hook

from lstm_helpers.data.encoding import build_encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.checkpoints import CheckpointError, load_state, save_state
from lstm_helpers.models.heads import PerWord
from lstm_helpers.models.taggers import build_tagger
from lstm_helpers.models.trained import TrainedTagger
from lstm_helpers.training import resuming
from lstm_helpers.training.ladder import Rung, train_rung
from lstm_helpers.training.loop import evaluate, fit
from lstm_helpers.training.optimisers import Optimisers, build_optimisers
from lstm_helpers.training.plan import Plan, rate_factor
from lstm_helpers.training.resuming import load_best_weights

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
PLACES = ["Verda", "Pell", "Lake", "Bank", "May"]
TRAIN = [
    Sentence([word, "saw", other, "."], ["B-per", "O", "B-geo", "O"], [], "")
    for word in PLACES
    for other in PLACES
]
SIZES = {"embedding_dim": 4, "hidden_size": 4, "dropout": 0.2, "word_dropout": 0.1}
KINDS = {
    "RecurrentTagger": SIZES,
    "PooledTagger": {**SIZES, "num_layers": 2, "paired": [1], "n_buckets": 16},
}


def build(kind="RecurrentTagger", seed=0, **sizes):
    features, head = {
        "RecurrentTagger": ((), "PerWord"),
        "PooledTagger": (("lower", "shape"), "CRF"),
    }[kind]
    encoder = build_encoder(TRAIN, features)
    torch.manual_seed(seed)
    return build_tagger(kind, encoder, head=head, **(KINDS[kind] | sizes)), encoder


def score(model, encoder):
    return evaluate(TrainedTagger(model, encoder), TRAIN[::3])


def train(
    kind="RecurrentTagger",
    train=TRAIN,
    model_seed=0,
    stop=None,
    checkpoint=None,
    on_epoch=None,
    validation=TRAIN[::3],
    first_singleton=None,
    dropout=0.2,
    extend=False,
    **plan,
):
    """Train a small tagger; raise an error at the n-th use of its LSTM, if wished."""
    model, encoder = build(kind, model_seed, dropout=dropout)
    encoder.first_singleton = first_singleton or encoder.first_singleton
    plan = Plan(**{"epochs": 4, "batch_size": 4, **plan})
    options = {"checkpoint": checkpoint, "on_epoch": on_epoch, "progress": False}
    options["extend"] = extend
    n_uses, (last, error) = itertools.count(1), stop or (0, None)

    forward = torch.nn.LSTM.forward

    def count(module, *given):
        out = forward(module, *given)
        if module is model.lstm and next(n_uses) == last:
            raise error
        return out

    with patch.object(torch.nn.LSTM, "forward", count):  # which no checkpoint sees
        history = fit(model, encoder, train, validation, plan, **options)
    return model.state_dict(), [record[:-1] for record in history]  # but for seconds


# --- the Stop button


A_PASS = 7 + 1  # batches, and the one of the validation part


@pytest.mark.parametrize("n_uses", [1, 7, A_PASS, A_PASS + 1, 2 * A_PASS + 5])
def test_an_interrupt_returns_the_history_and_the_best_weights(n_uses):
    weights, history = train(stop=(n_uses, KeyboardInterrupt))
    model, encoder = build()
    assert len(history) == (n_uses - 1) // A_PASS
    if history:
        best = max(f1 for *_, f1 in history)
        model.load_state_dict(weights)
        assert score(model, encoder) == best
    else:
        assert_same(weights, model.state_dict())


def test_an_interrupt_in_a_callback_is_one_too():
    def stop(record):
        if record.epoch == 2:
            raise KeyboardInterrupt

    _, history = train(on_epoch=stop)
    assert len(history) == 2


def test_other_errors_come_through_but_leave_the_best_weights():
    model, encoder = build()
    scores = []

    def fail(record):
        scores.append(record.validation_f1)
        if record.epoch == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fit(model, encoder, TRAIN, TRAIN[::3], on_epoch=fail, progress=False)
    assert score(model, encoder) == max(scores)


def test_an_interrupt_before_the_first_epoch_gives_an_untrained_tagger():
    def stop(done):
        if done > 0:
            raise KeyboardInterrupt
        return done

    rung = Rung(sizes=KINDS["RecurrentTagger"], plan=Plan(schedule=stop))
    tagger, history = train_rung(rung, TRAIN, TRAIN[::3], progress=False)
    assert history == []
    assert tagger.about["epochs"] == 0
    assert "validation_f1" not in tagger.about


# --- going on from a checkpoint


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_uses", [2, A_PASS + 1, 2 * A_PASS + 4, 4 * A_PASS])
def test_a_call_that_was_stopped_ends_as_if_it_had_not_been(tmp_path, kind, n_uses):
    wanted = train(kind)
    with pytest.raises(ZeroDivisionError):  # which no code expects
        train(kind, stop=(n_uses, ZeroDivisionError), checkpoint=tmp_path)
    assert_same(train(kind, checkpoint=tmp_path), wanted)
    assert_same(train(kind, checkpoint=tmp_path), wanted)  # already at its end


def change_settings(optimisers):
    """Make a callback that changes what the optimisers of a training say."""

    def change(record):
        for optimiser in optimisers[-1]:
            for group in optimiser.param_groups:
                group["lr"] = 0.5 / record.epoch
                group["initial_lr"] = 0.9
        optimisers[-1].dense.param_groups[0]["betas"] = (0.5, 0.6)
        optimisers[-1].dense.param_groups[0]["weight_decay"] = np.float32(0.1)
        optimisers[-1].rows.param_groups[0]["initial"] = 1e-3 * record.epoch

    return change


def keep_optimisers(monkeypatch):
    """List the optimisers that are built from here on."""
    made, load = [], Optimisers.__new__

    def build_anew(cls, dense, rows):
        made.append(load(cls, dense, rows))
        return made[-1]

    monkeypatch.setattr(Optimisers, "__new__", build_anew)
    return made


@pytest.mark.parametrize(
    "stop", [(A_PASS + 1, ZeroDivisionError), (2 * A_PASS + 4, ZeroDivisionError), None]
)
def test_settings_of_optimisers_are_a_part_of_the_state(tmp_path, monkeypatch, stop):
    change = change_settings(keep_optimisers(monkeypatch))
    wanted = train(on_epoch=change)
    with pytest.raises(AssertionError):
        assert_same(train(), wanted)

    def change_and_fail(record):
        change(record)
        if stop is None and record.epoch == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train(stop=stop, checkpoint=tmp_path, on_epoch=change_and_fail)
    assert_same(train(checkpoint=tmp_path, on_epoch=change), wanted)


@pytest.mark.parametrize("epoch", [1, 3, 4])
def test_weights_that_others_change_are_a_part_of_the_state(tmp_path, epoch):
    model, encoder = build()
    plan = Plan(epochs=4, batch_size=4)
    options = {"checkpoint": tmp_path, "progress": False}

    def halve(record):
        if record.epoch == epoch:
            with torch.no_grad():
                model.hidden2tag.weight.mul_(0.5)

    def halve_and_stop(record):
        halve(record)
        if record.epoch == epoch:
            raise KeyboardInterrupt

    fit(model, encoder, TRAIN, TRAIN[::3], plan, on_epoch=halve, progress=False)
    wanted = {name: w.clone() for name, w in model.state_dict().items()}
    model, encoder = build()
    fit(model, encoder, TRAIN, TRAIN[::3], plan, on_epoch=halve_and_stop, **options)
    model, encoder = build()
    fit(model, encoder, TRAIN, TRAIN[::3], plan, on_epoch=halve, **options)
    assert_same(model.state_dict(), wanted)


def test_settings_that_json_cannot_hold_are_refused_at_once(tmp_path):
    def build(model, *rates):
        optimisers = build_optimisers(model, *rates)
        optimisers.rows.param_groups[0]["rule"] = min
        return optimisers

    with pytest.raises(TypeError, match=r"^optimisers: got <built-in .* in a gr"):
        train(checkpoint=tmp_path, build=build)
    assert not [*tmp_path.iterdir()]
    train(build=build, epochs=1, on_epoch=print)  # nobody's business


def test_patience_counts_on(tmp_path):
    options = {"epochs": 30, "patience": 2, "learning_rate": 0.05}
    wanted = train(**options)
    assert len(wanted[1]) < 30, "patience must have an end here"
    folder = tmp_path / "state"

    def stop(record):
        raise KeyboardInterrupt

    for _ in range(len(wanted[1])):
        train(checkpoint=folder, on_epoch=stop, **options)
    assert_same(train(checkpoint=folder, on_epoch=stop, **options), wanted)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 1}, "seed: got 0, wanted 1"),
        ({"model_seed": 1}, "first weights: got '"),
        ({"train": TRAIN[1:]}, "training sentences: got '"),
        ({"validation": TRAIN[::4]}, "validation sentences: got '"),
        ({"first_singleton": 1}, "vocabulary: got '"),
        ({"dropout": 0.5}, "sizes: got {'vocab_size'"),
        ({"epochs": 5}, "epochs: got 4, wanted 5"),
        ({"batch_size": 5}, "batch_size: got 4, wanted 5"),
        ({"batch_words": 9}, "batch_words: got 0, wanted 9"),
        ({"learning_rate": 0.01}, "learning_rate: got 0.012, wanted 0.01"),
        ({"row_rate": 0.2}, "row_rate: got 0.3, wanted 0.2"),
        ({"clip_norm": 1.0}, "clip_norm: got 5.0, wanted 1.0"),
        ({"unknown_rate": 0.1}, "unknown_rate: got 0.5, wanted 0.1"),
        ({"patience": 3}, "patience: got None, wanted 3"),
        ({"schedule": math.sqrt}, "wanted 'math.sqrt'"),
        ({"schedule": lambda done: 0.0}, "schedule: got 'lstm_helpers.training.plan.r"),
        ({"build": lambda *rest: build_optimisers(*rest)}, "build: got 'lstm_helpers."),
        ({"kind": "PooledTagger"}, "kind of model: got 'RecurrentTagger', wanted 'P"),
    ],
    ids=lambda value: next(iter(value), None) if isinstance(value, dict) else "",
)
def test_a_checkpoint_of_another_call_is_refused(tmp_path, change, named):
    train(checkpoint=tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(CheckpointError) as caught:
        train(checkpoint=tmp_path, **change)
    assert str(caught.value).startswith(f"{tmp_path}: a checkpoint of another call (")
    assert named in str(caught.value)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def freeze(model):
    model.lstm.requires_grad_(False)


def change_a_rate(model):
    model.dropout.rate = 0.25


def change_torchs_rate(model):
    model.lstm.dropout = 0.25


def put_another_module(model):
    model.dropout = torch.nn.Identity()


def put_another_forward(model):
    model.dropout.forward = lambda values: values


def put_a_hook(model):
    model.lstm.register_forward_hook(lambda *_: None)


def put_a_hook_before(model):
    model.hidden2tag.register_forward_pre_hook(lambda *_: None)


def put_a_hook_on_a_weight(model):
    model.hidden2tag.bias.register_hook(lambda gradient: 2 * gradient)


def put_a_buffer(model):
    model.head.register_buffer("mask", torch.ones(3), persistent=False)


def put_an_attribute(model):
    model.head.weights = torch.ones(3)


DIFFER = {
    freeze: r"\(frozen weights: got \[\], wanted \['lstm.weight_ih_l0', .*'\]\)",
    change_a_rate: r"\(model.dropout: got 'SentenceDropout \(sha256 .*, wanted 'Sen",
    change_torchs_rate: r"\(model.lstm: got 'LSTM \(sha256 .*, wanted 'LSTM",
    put_another_module: r"\(model.dropout: got 'Sen.*, wanted 'Identity \(sha256 ",
    put_another_forward: r"\(model.dropout: got 'SentenceDropout \(sha256 ",
    put_a_hook: r"\(model.lstm: got 'LSTM \(sha256 ",
    put_a_hook_before: r"\(model.hidden2tag: got 'Linear \(sha256 ",
    put_a_hook_on_a_weight: r"\(model.hidden2tag: got 'Linear \(sha256 ",
    put_a_buffer: r"\(model.head: got 'PerWord \(sha256 ",
    put_an_attribute: r"\(model.head: got 'PerWord \(sha256 ",
}


def train_changed(change, folder):
    model, encoder = build()
    change(model)
    plan, options = Plan(epochs=1), {"progress": False, "checkpoint": folder}
    return fit(model, encoder, TRAIN, TRAIN[::3], plan, **options)


@pytest.mark.parametrize("change", DIFFER)
def test_models_that_differ_in_more_than_their_numbers_are_told_apart(tmp_path, change):
    train_changed(lambda _: None, tmp_path / "one")
    with pytest.raises(CheckpointError, match=DIFFER[change]):
        train_changed(change, tmp_path / "one")
    history = train_changed(change, tmp_path / "two")
    assert train_changed(change, tmp_path / "two") == history


def test_a_part_that_no_checkpoint_describes_is_refused_at_once(tmp_path):
    def put_a_method(model):
        model.dropout.forward = model.word_dropout.forward

    def put_a_hook_with_a_state(model):
        seen = iter("ab")
        model.lstm.register_forward_hook(lambda *_: next(seen))

    for change, named in {
        put_a_method: r"'model.dropout.attributes.forward' is a builtins.method",
        put_a_hook_with_a_state: r"'model.lstm.hooks._forward_hooks.0.seen' is a buil",
    }.items():
        with pytest.raises(TypeError, match=rf"^model\..*: got .*{named}"):
            train_changed(change, tmp_path / "new")
        assert not (tmp_path / "new").exists()


def test_a_model_that_was_trained_already_is_to_be_built_anew(tmp_path):
    model, encoder = build()
    call = model, encoder, TRAIN, TRAIN[::3], Plan(epochs=2, batch_size=4)
    fit(*call, progress=False, checkpoint=tmp_path)
    with pytest.raises(CheckpointError, match=r"first weights.*; build the model anew"):
        fit(*call, progress=False, checkpoint=tmp_path)


def test_partial_functions_are_told_apart(tmp_path):
    train(schedule=functools.partial(max, 0.1), checkpoint=tmp_path)
    with pytest.raises(CheckpointError, match=r"schedule: got .*0\.1.*wanted .*0\.2"):
        train(schedule=functools.partial(max, 0.2), checkpoint=tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"optimisers' settings": []},
        {"optimisers' settings": [[{}], [{}]]},
        {"optimisers' settings": [[{"lr": "fast"}], [{"lr": "fast"}]]},
        {"history": [[1]]},
        {"history": ["abcde"]},
        {"history": [[1.0, 0.5, 0.5, 0.5, 0.5]]},
        {"history": 5},
        {"optimisers' numbers": {"optimiser.0.0": 1}},
        {"optimisers' numbers": {"optimiser.x.0.step": 1}},
        {"optimisers' numbers": {"optimiser.9.0.step": 1}},
        {"optimisers' numbers": [1]},
        {"tensors": 1},
        {"call": None},
        {"history": []},
        {"history": [[2, 0.5, 0.5, 0.5, 0.5]]},
        {"history": [[1, 0.5, 0.5, 0.5, 0.5], [1, 0.5, 0.5, 0.5, 0.5]]},
        {"history": [[n, 0.5, 0.5, 0.5, 0.5] for n in range(1, 6)]},
        {"optimisers' numbers": {"optimiser.0.99.step": 1}},
    ],
    ids=repr,
)
def test_a_checkpoint_that_fit_has_not_written_is_refused(tmp_path, change):
    train(checkpoint=tmp_path)
    tensors, metadata = load_state(tmp_path)
    save_state(tmp_path, tensors, metadata | change)  # with the right checksums
    model, encoder = build()
    before = copy.deepcopy(model.state_dict())
    generator = torch.get_rng_state()
    plan, options = Plan(epochs=4, batch_size=4), {"checkpoint": tmp_path}
    with pytest.raises(CheckpointError, match=f"^{tmp_path}: "):
        fit(model, encoder, TRAIN, TRAIN[::3], plan, progress=False, **options)
    assert_same(model.state_dict(), before)
    assert torch.get_rng_state().equal(generator)


def test_a_schedule_may_be_any_callable(tmp_path):
    options = {"schedule": functools.partial(max, 0.1), "checkpoint": tmp_path}
    assert_same(train(**options), train(**options))


def test_another_number_of_threads_is_another_call(tmp_path):
    train(checkpoint=tmp_path)
    n_threads = torch.get_num_threads()
    torch.set_num_threads(n_threads + 1)
    try:
        with pytest.raises(CheckpointError, match=f"threads: got {n_threads}, wanted"):
            train(checkpoint=tmp_path)
    finally:
        torch.set_num_threads(n_threads)


@pytest.mark.parametrize(
    "make", [lambda model: model.lstm.weight_hh_l0[:1], lambda model: torch.zeros(3)]
)
@pytest.mark.parametrize("part", ["model", "best"])
def test_weights_of_other_shapes_leave_the_model_as_it_was(tmp_path, part, make):
    train(checkpoint=tmp_path)
    tensors, metadata = load_state(tmp_path)
    model, encoder = build()
    tensors[f"{part}.lstm.weight_hh_l0"] = make(model).detach()
    save_state(tmp_path, tensors, metadata)
    before, generator = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    plan, options = Plan(epochs=4, batch_size=4), {"checkpoint": tmp_path}
    with pytest.raises(CheckpointError, match=rf"{part}\. lstm.weight_hh_l0: got torc"):
        fit(model, encoder, TRAIN, TRAIN[::3], plan, progress=False, **options)
    assert_same(model.state_dict(), before)
    assert torch.get_rng_state().equal(generator)


@pytest.mark.parametrize("name", ["torch", "Python", "its sources"])
def test_another_version_is_another_call(tmp_path, monkeypatch, name):
    train(checkpoint=tmp_path)
    if name == "torch":
        monkeypatch.setattr(torch, "__version__", "2.0.0")
    elif name == "Python":
        monkeypatch.setattr(sys.implementation, "cache_tag", "cpython-399")
    else:
        monkeypatch.setattr(resuming, "_checksum_of_sources", lambda _: "2.0.0")
    with pytest.raises(CheckpointError, match=rf"call \({name}: got '.*', wanted '"):
        train(checkpoint=tmp_path)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("data/batches.py", True),
        ("models/crf.py", True),
        ("training/loop.py", True),
        ("metrics.py", True),
        ("figures/axes.py", False),
    ],
)
def test_sources_that_decide_the_numbers_count(tmp_path, name, counts):
    package = Path(resuming.__file__).parents[1]
    copies = [tmp_path / "one", tmp_path / "two"]
    for path in copies:
        shutil.copytree(package, path, ignore=shutil.ignore_patterns("__pycache__"))
    with (copies[1] / name).open("a") as file:
        file.write("\n")
    one, two = map(vars(resuming)["_checksum_of_sources"], copies)
    assert (one != two) == counts


def test_a_function_that_no_checkpoint_describes_is_refused_at_once(tmp_path):
    folder, letters = tmp_path / "new", (letter for letter in "ab")

    def schedule(done):
        return done if letters else 0

    with pytest.raises(TypeError, match=r"^schedule: got .*'schedule.letters' is a b"):
        train(checkpoint=folder, schedule=schedule)
    assert not folder.exists()
    train(schedule=schedule, epochs=1)  # without a checkpoint it is nobody's business


def test_sizes_of_numpy_are_kept(tmp_path):
    sizes = {"dropout": np.float32(0.5)}
    for _ in range(2):
        model, encoder = build(**sizes)
        plan, options = Plan(epochs=1), {"checkpoint": tmp_path}
        fit(model, encoder, TRAIN, TRAIN[::3], plan, progress=False, **options)


def test_a_wave_is_ones_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    train(checkpoint=Path("~/state"), epochs=1)
    assert len(load_state(tmp_path / "state")[1]["history"]) == 1
    assert not (tmp_path / "~").exists()


# --- what one can do with a checkpoint of another call


def test_a_longer_training_goes_on_with_a_shorter_ones_checkpoint(tmp_path):
    train(checkpoint=tmp_path, epochs=2)
    with pytest.raises(CheckpointError, match="go on with it by extend=True"):
        train(checkpoint=tmp_path, epochs=5)
    _, short = train(epochs=2)
    _, longer = train(checkpoint=tmp_path, epochs=5, extend=True)
    assert len(short) == 2
    assert [number for number, *_ in longer] == [1, 2, 3, 4, 5]
    assert train(checkpoint=tmp_path, epochs=5)[1] == longer  # it is the new call's


def test_the_rates_of_a_longer_training_are_those_of_its_plan(tmp_path):
    train(checkpoint=tmp_path, epochs=2)
    model, encoder = build()
    shares = []

    def note(optimiser, *_):
        shares.append(optimiser.param_groups[0]["lr"] / 0.012)

    handle = register_optimizer_step_pre_hook(note)
    plan, options = Plan(epochs=5, batch_size=4), {"progress": False, "extend": True}
    fit(model, encoder, TRAIN, TRAIN[::3], plan, checkpoint=tmp_path, **options)
    handle.remove()
    n_steps = 5 * (A_PASS - 1)
    done = range(2 * (A_PASS - 1), n_steps)
    wanted = [rate_factor((k + 1) / (n_steps + 1)) for k in done]
    assert shares[::2] == pytest.approx(wanted)


@pytest.mark.parametrize("change", [{"epochs": 3}, {"seed": 1, "epochs": 5}])
def test_to_extend_is_no_more_than_that(tmp_path, change):
    train(checkpoint=tmp_path)
    with pytest.raises(CheckpointError, match="a checkpoint of another call"):
        train(checkpoint=tmp_path, extend=True, **change)


def test_another_patience_may_go_with_it(tmp_path):
    train(checkpoint=tmp_path, epochs=2, patience=1)
    _, history = train(checkpoint=tmp_path, epochs=5, patience=None, extend=True)
    assert len(history) == 5


def test_without_a_checkpoint_nothing_can_be_extended():
    with pytest.raises(ValueError, match="extend: got no checkpoint, wanted one"):
        train(extend=True)


def test_a_rungs_training_is_extended_too(tmp_path):
    rung = Rung(sizes=SIZES, plan=Plan(epochs=1))
    options = {"progress": False, "checkpoint": tmp_path}
    train_rung(rung, TRAIN, TRAIN[::3], **options)
    rung = replace(rung, plan=Plan(epochs=2))
    _, history = train_rung(rung, TRAIN, TRAIN[::3], extend=True, **options)
    assert len(history) == 2


def test_the_best_weights_of_any_call_can_be_had(tmp_path):
    weights, history = train(checkpoint=tmp_path, learning_rate=0.05, patience=20)
    model, _ = build(seed=1)
    records = load_best_weights(tmp_path, model)
    assert_same(model.state_dict(), weights)
    assert [record[:-1] for record in records] == history


def test_best_weights_that_do_not_fit_change_nothing(tmp_path):
    train(checkpoint=tmp_path / "state")
    for sizes in ({"hidden_size": 5}, {"num_layers": 2}):
        model, _ = build(**sizes)
        before = copy.deepcopy(model.state_dict())
        with pytest.raises(
            CheckpointError, match=r"weights of another model \(.*: got"
        ):
            load_best_weights(tmp_path / "state", model)
        assert_same(model.state_dict(), before)
    with pytest.raises(FileNotFoundError, match="wanted a saved state"):
        load_best_weights(tmp_path, model)
    save_state(tmp_path / "tagger", model.state_dict(), {"words": []})
    with pytest.raises(CheckpointError, match="got no training's state"):
        load_best_weights(tmp_path / "tagger", model)


# --- one training in a folder


def test_another_training_in_the_folder_is_refused(tmp_path):
    wanted = train()

    def start_another(record):
        with pytest.raises(BlockingIOError, match="another program writes"):
            train(checkpoint=tmp_path)

    assert_same(train(checkpoint=tmp_path, on_epoch=start_another), wanted)
    assert len([*tmp_path.iterdir()]) == 2


# --- what on_epoch draws


@pytest.mark.parametrize("draw", [lambda _: torch.rand(1), lambda _: train(seed=7)])
def test_what_a_callback_draws_changes_nothing(tmp_path, draw):
    wanted = train()
    assert_same(train(on_epoch=draw), wanted)

    def draw_and_stop(record):
        draw(record)
        if record.epoch == 2:
            raise KeyboardInterrupt

    train(on_epoch=draw_and_stop, checkpoint=tmp_path)
    assert_same(train(on_epoch=draw, checkpoint=tmp_path), wanted)


def test_what_was_drawn_before_changes_nothing():
    model, encoder = build()
    plan, histories = Plan(epochs=2, batch_size=4), []
    before = copy.deepcopy(model.state_dict())
    for n_drawn in (1, 2):
        torch.rand(n_drawn)
        model.load_state_dict(before)
        history = fit(model, encoder, TRAIN, TRAIN[::3], plan, progress=False)
        histories.append([record[:-1] for record in history])
    assert histories[0] == histories[1]


def test_a_saved_tagger_is_no_checkpoint(tmp_path):
    save_state(tmp_path, {"weight": torch.zeros(2)}, {"words": []})
    with pytest.raises(CheckpointError, match="got no training's state") as caught:
        train(checkpoint=tmp_path)
    assert "but a saved tagger, wanted another folder" in str(caught.value)
    assert load_state(tmp_path)[1] == {"words": []}


def test_a_state_of_neither_kind_is_named_in_plain_words(tmp_path):
    save_state(tmp_path, {"weight": torch.zeros(2)}, {"about": 1})
    wanted = "no training's state .missing in it, or too much: 'call'."
    with pytest.raises(CheckpointError, match=wanted):
        train(checkpoint=tmp_path)


def test_a_checkpoint_without_one_of_its_tensors_is_refused(tmp_path):
    train(checkpoint=tmp_path / "whole")
    tensors, metadata = load_state(tmp_path / "whole")
    for name in tensors:
        others = {n: tensor for n, tensor in tensors.items() if n != name}
        save_state(tmp_path / "less", others, metadata)
        with pytest.raises(CheckpointError, match="got no training's state"):
            train(checkpoint=tmp_path / "less")


# --- a disk that is full, a folder that is closed


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path):
    wanted = train()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(record):
        if record.epoch == 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))

    try:
        with pytest.raises(OSError, match=f"File too large; nothing .*{tmp_path}"):
            train(checkpoint=tmp_path, on_epoch=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(load_state(tmp_path)[1]["history"]) == 2
    assert len(list(tmp_path.iterdir())) == 2
    assert_same(train(checkpoint=tmp_path), wanted)


def test_a_folder_that_may_not_be_written_is_named(public_folder, nobody):
    (public_folder / "state").mkdir(mode=0o555)
    public_folder.chmod(0o555)  # its owner may be the one who runs the tests
    try:
        for folder in (public_folder / "state", public_folder / "new"):
            with nobody(), pytest.raises(PermissionError, match=f"nothing .*{folder}"):
                train(checkpoint=folder)
    finally:
        public_folder.chmod(0o755)


# --- losses that are no numbers


class BrokenHead(PerWord):
    """Its loss is no number at one call of all."""

    def __init__(self, value, at):
        super().__init__()
        self.value, self.at = value, at

    def loss(self, scores, tags):
        """Compute the loss, but for one batch."""
        self.at -= 1
        loss = super().loss(scores, tags)
        return loss * self.value if self.at == 0 else loss


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize(
    ("at", "where"),
    [
        (1, "epoch 1, batch 1"),
        (7, "epoch 1, batch 7"),
        (8, "epoch 1, after its last batch"),  # of the validation part
        (11, "epoch 2, batch 3"),
    ],
)
def test_a_loss_that_is_no_number_is_named_and_the_good_weights_stay(value, at, where):
    model, encoder = build()
    model.head, scores = BrokenHead(value, at), [0]
    with pytest.raises(FloatingPointError) as caught:
        fit(
            model,
            encoder,
            TRAIN,
            TRAIN[::3],
            Plan(batch_size=4),
            progress=False,
            on_epoch=lambda record: scores.append(record.validation_f1),
        )
    assert str(caught.value) == f"{where}: got the loss {value}, wanted a finite one"
    assert all(weights.isfinite().all() for weights in model.parameters())
    assert score(model, encoder) == scores[-1]


def test_rates_that_explode_are_noticed():
    with pytest.raises(FloatingPointError, match=r"^epoch \d, "):
        train(learning_rate=1e38, row_rate=1e38)


# --- real kills, in processes of their own


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "n"), [("lines", 2), ("lines", 3), ("times", 50)])
def test_killed_trainings_end_as_those_left_alone(tmp_path, mode, n):
    command = [sys.executable, ROOT / "tests/kill_training.py", mode, tmp_path, str(n)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) >= 50
    print(f"{mode}: {done.stdout.strip()} kills")


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_an_error_right_after_resuming_leaves_the_best_weights(tmp_path, error):
    def stop(record):
        if record.epoch == 3:
            raise KeyboardInterrupt

    plan = Plan(epochs=4, batch_size=4)
    options = {"progress": False, "checkpoint": tmp_path}
    model, encoder = build()
    fit(model, encoder, TRAIN, TRAIN[::3], plan, on_epoch=stop, **options)
    best = score(model, encoder)
    model, encoder = build()

    def fail(*_):
        raise error

    ends = contextlib.nullcontext()  # a Stop
    if error is ZeroDivisionError:
        ends = pytest.raises(error)
    with patch.object(torch.nn.LSTM, "forward", fail), ends:
        fit(model, encoder, TRAIN, TRAIN[::3], plan, **options)
    assert score(model, encoder) == best


class FullTerminal(io.StringIO):
    """A standard error whose disk is full, from some moment on."""

    is_full, n_refused = False, 0

    def write(self, text):
        """Write, or fail as a full disk does."""
        if self.is_full:
            self.n_refused += 1
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_a_bar_that_cannot_be_drawn_is_left_out(monkeypatch, unwritable):
    monkeypatch.setattr(sys, "stderr", unwritable)
    model, encoder = build()
    history = fit(model, encoder, TRAIN, TRAIN[::3], Plan(epochs=3, batch_size=4))
    _, wanted = train(epochs=3)
    assert [record[:-1] for record in history] == wanted


def test_a_bar_that_can_no_longer_be_drawn_is_left_out(monkeypatch):
    terminal, scores = FullTerminal(), []
    monkeypatch.setattr(sys, "stderr", terminal)

    def fill(record):
        scores.append(record.validation_f1)
        terminal.is_full = record.epoch >= 3

    model, encoder = build()
    plan = Plan(epochs=5, batch_size=4)
    history = fit(model, encoder, TRAIN, TRAIN[::3], plan, on_epoch=fill)
    assert len(history) == 5
    assert terminal.n_refused == 1, "it is not tried again"
    assert score(model, encoder) == scores[-1]


def test_another_working_folder_does_not_move_a_checkpoint(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path)
    train(checkpoint="state", on_epoch=lambda _: monkeypatch.chdir(tmp_path / "there"))
    assert not [*(tmp_path / "there").iterdir()]
    assert len([*(tmp_path / "state").iterdir()]) == 2
    assert len(load_state(tmp_path / "state")[1]["history"]) == 4


def test_a_checkpoint_that_is_a_link_is_refused_before_the_first_epoch(tmp_path):
    train(checkpoint=tmp_path / "state", epochs=2)
    (tmp_path / "state" / "state.json").rename(tmp_path / "elsewhere.json")
    (tmp_path / "state" / "state.json").symlink_to(tmp_path / "elsewhere.json")
    seen = []
    with pytest.raises(FileExistsError, match="that is a link"):
        train(checkpoint=tmp_path / "state", extend=True, on_epoch=seen.append)
    assert not seen


@contextlib.contextmanager
def deterministic():
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


@contextlib.contextmanager
def double():
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


@contextlib.contextmanager
def hooked():
    handle = register_module_forward_hook(lambda *_: None)
    try:
        yield
    finally:
        handle.remove()


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        (deterministic, "deterministic algorithms: got False, wanted True"),
        (double, r"default dtype: got 'torch\.float32', wanted 'torch\.float64'"),
        (hooked, "hooks of all modules: got 0, wanted 1"),
        (
            lambda: torch.autocast("cpu", torch.bfloat16),
            r"autocast: got 'off', wanted 'torch\.bfloat16'",
        ),
    ],
)
def test_another_setting_of_torchs_is_another_call(tmp_path, setting, named):
    train(checkpoint=tmp_path, epochs=1)
    with setting(), pytest.raises(CheckpointError, match=named):
        train(checkpoint=tmp_path, epochs=1)
