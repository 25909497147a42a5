"""What was changed, one thing at a time, to decide what "fast" is made of."""

from dataclasses import replace

import torch

from lstm_helpers.data import FEATURES
from lstm_helpers.models import RecurrentTagger
from lstm_helpers.training import (
    RUNGS,
    Optimisers,
    Rung,
    build_optimisers,
    window_sizes,
)

FAST = RUNGS["fast"]
MORE = replace(  # what it began with: parts that cost nothing to leave out are gone
    FAST,
    features=("lower", "prefix3", "suffix2", "suffix3", "shape"),
    sizes=FAST.sizes | {"word_dropout": 0.05},
)


def _sparse_adam(factor):
    """Train the embedding with SparseAdam, at so many times the layers' rate."""

    def build(model, learning_rate, _):
        dense, rows = build_optimisers(model, learning_rate, 1.0)
        weights = [p for group in rows.param_groups for p in group["params"]]
        rate = factor * learning_rate
        return Optimisers(dense, torch.optim.SparseAdam(weights, lr=rate))

    return _with_plan(build=build)


def _constant(factor):
    """Keep the rates at so many times the highest one of those that fall."""
    plan = MORE.plan
    return _with_plan(
        schedule=lambda _: 1.0,
        learning_rate=factor * plan.learning_rate,
        row_rate=factor * plan.row_rate,
    )


class GRUTagger(RecurrentTagger):
    """A tagger of one layer, a GRU in the place of the LSTM."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        sizes = self.lstm.input_size, self.lstm.hidden_size
        self.lstm = torch.nn.GRU(*sizes, bidirectional=self.lstm.bidirectional)


def _at_rates(factor, kind=MORE.kind):
    """Train it, or another kind of tagger, at so many times the rates."""
    plan = MORE.plan
    rung = _with_plan(
        learning_rate=factor * plan.learning_rate, row_rate=factor * plan.row_rate
    )
    return replace(rung, kind=kind)


def _with_sizes(**sizes):
    """Change some of the sizes."""
    return replace(MORE, sizes=MORE.sizes | sizes)


def _with_a_window(**how):
    """Pool it with a window, as in "best"."""
    sizes = window_sizes(MORE.features) | how
    return replace(_with_sizes(**sizes), kind="PooledTagger")


def _with_plan(**changes):
    """Change how it is trained."""
    return replace(MORE, plan=replace(MORE.plan, **changes))


def _with_features(*names):
    """Change the features of its words."""
    return replace(MORE, features=names)


def _without_feature(left_out):
    """Leave one of the features out."""
    return _with_features(*(name for name in MORE.features if name != left_out))


ALL_PARTS = "all parts"
ABLATIONS: dict[str, Rung] = {  # by the name that tables and figures give the change
    ALL_PARTS: MORE,
    "fast": FAST,
    "one direction": _with_sizes(bidirectional=False),
    "no features": _with_features(),
    **{f"no {name}": _without_feature(name) for name in MORE.features},
    "all features": _with_features(*FEATURES),
    "no CRF": replace(MORE, head="PerWord"),
    "unknown word untrained": _with_plan(unknown_rate=0.0),
    "no dropout": _with_sizes(dropout=0.0, input_dropout=0.0, word_dropout=0.0),
    "no input dropout": _with_sizes(input_dropout=0.0),
    "no word dropout": _with_sizes(word_dropout=0.0),
    "8 sentences a batch": _with_plan(batch_size=8, batch_words=0),
    "32 sentences a batch": _with_plan(batch_words=0),
    "8,192 words a batch": _with_plan(batch_words=8192),
    "SparseAdam": _sparse_adam(1.0),
    "SparseAdam, half the rate": _sparse_adam(0.5),
    "SparseAdam, twice the rate": _sparse_adam(2.0),
    "SparseAdam, 20 times the rate": _sparse_adam(20.0),
    "constant rates": _constant(1.0),
    "constant rates, half": _constant(0.5),
    "constant rates, a quarter": _constant(0.25),
    "constant rates, an eighth": _constant(0.125),
    "5 epochs": _with_plan(epochs=5),
    "10 epochs": _with_plan(epochs=10),
    "best epoch kept": _with_plan(patience=MORE.plan.epochs),
    "half the units": _with_sizes(hidden_size=MORE.sizes["hidden_size"] // 2),
    "twice the units": _with_sizes(hidden_size=MORE.sizes["hidden_size"] * 2),
    "two layers": _with_sizes(num_layers=2),
    "half the rates": _at_rates(0.5),
    "twice the rates": _at_rates(2.0),
    "GRU": _at_rates(1.0, GRUTagger),
    "GRU, half the rates": _at_rates(0.5, GRUTagger),
    "GRU, twice the rates": _at_rates(2.0, GRUTagger),
    "with a window": _with_a_window(),
    "with a window, learned together": _with_a_window(apart=False),
}
