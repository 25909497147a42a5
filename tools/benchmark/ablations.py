"""What is changed in "fast", one thing at a time."""

from dataclasses import replace

import torch

from lstm_helpers.data import FEATURES
from lstm_helpers.training import PAIRS, RUNGS, Optimisers, Rung, build_optimisers

FAST = RUNGS["fast"]


def _sparse_adam(model, learning_rate, _):
    """Make the optimisers with SparseAdam for the embedding."""
    dense, rows = build_optimisers(model, learning_rate, 1.0)
    weights = [p for group in rows.param_groups for p in group["params"]]
    return Optimisers(dense, torch.optim.SparseAdam(weights, lr=learning_rate))


def _with_sizes(**sizes):
    """Change some of the sizes."""
    return replace(FAST, sizes=FAST.sizes | sizes)


def _with_a_window(**how):
    """Pool it with a window, as in "best"."""
    return replace(_with_sizes(**PAIRS, **how), kind="PooledTagger")


def _with_plan(**changes):
    """Change how it is trained."""
    return replace(FAST, plan=replace(FAST.plan, **changes))


def _with_features(*names):
    """Change the features of its words."""
    return replace(FAST, features=names)


ABLATIONS: dict[str, Rung] = {  # by the name that tables and figures give the change
    "one direction": _with_sizes(bidirectional=False),
    "no features": _with_features(),
    "no shape": _with_features(*(name for name in FAST.features if name != "shape")),
    "all features": _with_features(*FEATURES),
    "no CRF": replace(FAST, head="PerWord"),
    "unknown word untrained": _with_plan(unknown_rate=0.0),
    "no dropout": _with_sizes(dropout=0.0, word_dropout=0.0),
    "no word dropout": _with_sizes(word_dropout=0.0),
    "8 sentences a batch": _with_plan(batch_size=8, batch_words=0),
    "32 sentences a batch": _with_plan(batch_words=0),
    "8,192 words a batch": _with_plan(batch_words=8192),
    "SparseAdam": _with_plan(build=_sparse_adam),
    "constant rates": _with_plan(schedule=lambda _: 1.0),
    "half the units": _with_sizes(hidden_size=FAST.sizes["hidden_size"] // 2),
    "two layers": _with_sizes(num_layers=2),
    "with a window": _with_a_window(),
    "with a window, learned together": _with_a_window(apart=False),
}
