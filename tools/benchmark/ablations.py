"""What is changed in "fast", one thing at a time."""

import torch

from lstm_helpers.data.features import FEATURES
from lstm_helpers.training.ladder import PAIRS, RUNGS, Rung
from lstm_helpers.training.loop import build_optimisers

FAST = RUNGS["fast"]


def _sparse_adam(model, learning_rate, _):
    """Make the optimisers with SparseAdam for the embedding."""
    dense, rows = build_optimisers(model, learning_rate, 1.0)
    weights = [p for group in rows.param_groups for p in group["params"]]
    return [dense, torch.optim.SparseAdam(weights, lr=learning_rate)]


def _with_sizes(**sizes):
    """Change some of the sizes."""
    return FAST._replace(sizes=FAST.sizes | sizes)


def _with_a_window(**how):
    """Pool it with a window, as in "best"."""
    return _with_sizes(**PAIRS, **how)._replace(kind="PooledTagger")


def _with_training(**training):
    """Change how it is trained."""
    return FAST._replace(training=FAST.training | training)


ABLATIONS: dict[str, Rung] = {  # by the name that tables and figures give the change
    "one direction": _with_sizes(bidirectional=False),
    "no features": FAST._replace(features=()),
    "no shape": FAST._replace(features=tuple(f for f in FAST.features if f != "shape")),
    "all features": FAST._replace(features=tuple(FEATURES)),
    "no CRF": FAST._replace(kind="FeatureTagger"),
    "unknown word untrained": _with_training(unknown_rate=0.0),
    "no dropout": _with_sizes(dropout=0.0, word_dropout=0.0),
    "no word dropout": _with_sizes(word_dropout=0.0),
    "8 sentences a batch": _with_training(batch_size=8, batch_words=0),
    "32 sentences a batch": _with_training(batch_words=0),
    "8,192 words a batch": _with_training(batch_words=8192),
    "SparseAdam": _with_training(build=_sparse_adam),
    "constant rates": _with_training(schedule=lambda _: 1.0),
    "half the units": _with_sizes(hidden_size=FAST.sizes["hidden_size"] // 2),
    "two layers": _with_sizes(num_layers=2),
    "with a window": _with_a_window(),
    "with a window, learned together": _with_a_window(apart=False),
}
