"""A training under way: what is kept, and when it is over."""

import math

import pytest
import torch

from lstm_helpers.data.encoding import UNKNOWN, Encoder
from lstm_helpers.models.taggers import build_tagger
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.run import Epoch, Run, best_record, kept_record

ENCODER = Encoder([UNKNOWN, "Pell"], ["O", "B-per", "I-per"], 1)


def start(plan=None):
    return Run.start(build_tagger("RecurrentTagger", ENCODER), plan or Plan())


def keep(run, scores):
    """Add an epoch for each score; weight 0 of the bias says which one it is."""
    for number, score in enumerate(scores, start=len(run.history) + 1):
        with torch.no_grad():
            run.model.hidden2tag.bias[0] = number
        run.keep(Epoch(number, 1.0, 1.0, score, 0.1))


@pytest.mark.parametrize(
    ("scores", "best"),
    [([0.5], 1), ([0.5, 0.6], 2), ([0.5, 0.5, 0.5], 1), ([0.1, 0.7, 0.3, 0.7], 2)],
)
def test_the_first_of_the_best_epochs_is_kept_with_its_weights(scores, best):
    run = start()
    keep(run, scores)
    assert best_record(run.history) is run.history[best - 1]
    assert run.best["hidden2tag.bias"][0] == best
    assert [record.validation_f1 for record in run.history] == scores


def test_kept_weights_do_not_change_with_the_model():
    run = start()
    keep(run, [0.5, 0.4])
    assert run.model.hidden2tag.bias[0] == 2
    assert run.best["hidden2tag.bias"][0] == 1


def test_a_history_that_was_handed_out_does_not_grow():
    run = start()
    before = run.history
    keep(run, [0.5])
    assert before == []


@pytest.mark.parametrize(
    ("scores", "patience", "is_over"),
    [
        ([], None, False),
        ([], 1, False),
        ([0.1, 0.1, 0.1], None, False),
        ([0.1, 0.1, 0.1], 3, False),
        ([0.1, 0.1, 0.1], 2, True),
        ([0.0, 0.0, 0.0], 2, False),  # nothing is found yet
        ([0.0, 0.1, 0.0], 1, True),
        ([0.1, 0.2, 0.3, 0.4], 1, True),  # all epochs are run
        ([0.1, 0.2, 0.3, 0.4], None, True),
    ],
)
def test_a_training_ends_with_its_epochs_or_with_patience(scores, patience, is_over):
    plan = Plan(epochs=4, patience=patience)
    run = start(plan)
    keep(run, scores)
    assert run.is_over(plan) == is_over


def test_a_start_seeds_torch_and_the_generator():
    drawn = []
    for seed in (3, 3, 4):
        run = start(Plan(seed=seed))
        drawn.append((torch.rand(1), torch.rand(1, generator=run.generator)))
    assert drawn[0] == drawn[1] != drawn[2]


CONSTANT = {"schedule": lambda _: 1.0}
COSINE = {"schedule": lambda done: math.cos(math.pi / 2 * done)}  # 6e-17 at 1


@pytest.mark.parametrize(
    ("changes", "scores", "kept"),
    [
        pytest.param({}, [0.5, 0.6, 0.4], 3, id="whole: the last"),
        pytest.param({}, [0.5, 0.4], 1, id="stopped: the best"),
        pytest.param({"patience": 3}, [0.5, 0.6, 0.4], 2, id="patience: the best"),
        pytest.param(CONSTANT, [0.5, 0.6, 0.4], 2, id="constant rates: the best"),
        pytest.param(COSINE, [0.5, 0.6, 0.4], 3, id="0 but for rounding: the last"),
        pytest.param({}, [], 0, id="stopped at once: as they were"),
    ],
)
def test_the_last_weights_are_left_where_the_rates_have_fallen(changes, scores, kept):
    plan = Plan(epochs=3, **changes)
    run = start(plan)
    run.keeps_last = plan.keeps_last
    with torch.no_grad():
        run.best["hidden2tag.bias"][0] = 0
    keep(run, scores)
    if len(scores) < 3:
        with torch.no_grad():
            run.model.hidden2tag.bias[0] = 99  # a pass that was broken off
    run.leave_weights(plan)
    assert run.model.hidden2tag.bias[0] == kept
    if scores:
        assert kept_record(run.history, plan).epoch == kept
