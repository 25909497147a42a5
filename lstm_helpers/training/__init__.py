"""A model and sentences -> a trained model and its history."""

from lstm_helpers.training.optimisers import Optimisers, RowAdagrad, build_optimisers
from lstm_helpers.training.plan import Plan, rate_factor
from lstm_helpers.training.ranks import Ranks, join_ranks
from lstm_helpers.training.run import Epoch, best_record, kept_record
from lstm_helpers.training.resuming import load_best_weights
from lstm_helpers.training.loop import (
    Validation,
    evaluate,
    fit,
    hide_singletons,
    train_one_epoch,
    validate,
)
from lstm_helpers.training.ladder import LOOKS, RUNGS, Rung, train_rung, window_sizes
from lstm_helpers.training.sharing import share_out

__all__ = [
    "Optimisers",
    "RowAdagrad",
    "build_optimisers",
    "Plan",
    "rate_factor",
    "Ranks",
    "join_ranks",
    "Epoch",
    "best_record",
    "kept_record",
    "load_best_weights",
    "Validation",
    "evaluate",
    "fit",
    "hide_singletons",
    "train_one_epoch",
    "validate",
    "LOOKS",
    "RUNGS",
    "Rung",
    "train_rung",
    "window_sizes",
    "share_out",
]


def __dir__() -> list[str]:
    return __all__
