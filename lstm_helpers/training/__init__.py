"""A model and sentences -> a trained model and its history."""

from lstm_helpers.training.optimisers import RowAdagrad
from lstm_helpers.training.loop import (
    Epoch,
    best_epoch,
    build_optimisers,
    evaluate,
    fit,
    hide_singletons,
    mean_loss,
    rate_factor,
    train_one_epoch,
)
from lstm_helpers.training.ladder import LOOKS, PAIRS, RUNGS, Rung, train_rung

__all__ = [
    "RowAdagrad",
    "Epoch",
    "best_epoch",
    "build_optimisers",
    "evaluate",
    "fit",
    "hide_singletons",
    "mean_loss",
    "rate_factor",
    "train_one_epoch",
    "LOOKS",
    "PAIRS",
    "RUNGS",
    "Rung",
    "train_rung",
]
