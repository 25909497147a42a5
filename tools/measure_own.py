"""Measure on the real corpus what notebook 8 shows of it.

    python tools/measure_own.py                   all: about 8 minutes
    python tools/measure_own.py curve transfer    some parts; what others found is kept

Writes data/own_figures.json. A figure that a page quotes is followed by a comment with
its key, <!--own:key-->, and tests/test_real_figures.py holds it equal to the file.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lstm_helpers.data import (
    Encoder,
    Sentence,
    Split,
    benchmark_split,
    build_encoder,
    read_corpus,
)
from lstm_helpers.metrics import entity_f1
from lstm_helpers.models import (
    SAMPLE_TAGGER,
    PerWord,
    TrainedTagger,
    build_tagger,
    load_tagger,
    predict_tags,
)
from lstm_helpers.training import RUNGS, fit, train_rung
from results import read_results, write_results

OUTPUT = Path(__file__).parents[1] / "data" / "own_figures.json"
COMMAND = "python tools/measure_own.py"
PACKAGES = ("torch", "numpy")
SEEDS = range(3)
SHARES = (32, 16, 8, 4, 2, 1)  # of the training part: 1/32 and so on
GAMMAS = (0.0, 0.5, 1.0)
PACES = (0.5, 1.0, 2.0)


class Weighted(PerWord):
    """Judges each word by itself; each tag has its weight in the loss."""

    def __init__(self, weights: Tensor) -> None:
        super().__init__()
        self.weights = weights

    def loss(self, scores: Tensor, tags: Tensor) -> Tensor:
        """Compute the weighted cross-entropy."""
        flat = scores.flatten(0, 1), tags.flatten()
        return F.cross_entropy(*flat, weight=self.weights)


def score(tagger: TrainedTagger, sentences: Sequence[Sentence]) -> float:
    """Score a tagger by its entity F1."""
    gold = [sentence.tags for sentence in sentences]
    return entity_f1(gold, predict_tags(tagger, sentences))


def measure_curve(real: Split) -> tuple[dict[str, float], dict[str, Any]]:
    """Train `fast` on parts of the training sentences (notebook 8, section 8.3)."""
    sizes = [len(real.train) // share for share in SHARES]
    f1 = []
    for seed in SEEDS:
        order = np.random.default_rng(seed).permutation(len(real.train)).tolist()
        f1.append([])
        for size in sizes:
            part = [real.train[n] for n in order[:size]]
            parts = part, part[:1]
            tagger, _ = train_rung(RUNGS["fast"], *parts, seed=seed, progress=False)
            f1[-1].append(round(score(tagger, real.test), 4))
            print(f"seed {seed}, {size:,} sentences: F1 {f1[-1][-1]}", flush=True)
    return {}, {"learning curve": {"sizes": sizes, "f1": f1}}


def measure_transfer(real: Split) -> tuple[dict[str, float], dict[str, Any]]:
    """Score taggers of one corpus on the other one (notebook 8, section 8.4)."""
    sample = benchmark_split(read_corpus("sample").sentences)
    found = {}
    for name, own in {"sample": sample, "real": real}.items():
        parts = own.train, own.validation
        taggers = [
            train_rung(RUNGS["fast"], *parts, seed=seed, progress=False)[0]
            for seed in SEEDS
        ]
        for other, split in {"sample": sample, "real": real}.items():
            each = [score(tagger, split.test) for tagger in taggers]
            found[f"{name}_on_{other}_f1"] = round(float(np.mean(each)), 3)
            found[f"{name}_on_{other}_f1_spread"] = round(float(np.ptp(each)), 3)
            print(f"{name} on {other}: {each}", flush=True)
    bundled = load_tagger(SAMPLE_TAGGER)
    found["bundled_tagger_on_real_f1"] = round(score(bundled, real.test), 3)
    return found, {}


def train_weighted(
    part: Sequence[Sentence], gamma: float, pace: float, seed: int
) -> TrainedTagger:
    """Train `looks` with weights in the loss, and rates `pace` times its own."""
    rung = RUNGS["looks"]
    torch.manual_seed(seed)
    encoder = build_encoder(part, rung.features)
    model = build_tagger(rung.kind, encoder, **rung.sizes)
    model.head = Weighted(weigh(encoder, part, gamma))
    rates = pace * rung.plan.learning_rate, pace * rung.plan.row_rate
    plan = replace(rung.plan, learning_rate=rates[0], row_rate=rates[1], seed=seed)
    fit(model, encoder, part, part[:1], plan, progress=False)
    return TrainedTagger(model.eval(), encoder)


def weigh(encoder: Encoder, part: Sequence[Sentence], gamma: float) -> Tensor:
    """Weigh each tag by its count to the power -gamma; PyTorch sees to the scale."""
    counts = Counter(tag for sentence in part for tag in sentence.tags)
    n = torch.tensor([max(1, counts[tag]) for tag in encoder.tags]).float()
    return n**-gamma


def measure_weights(real: Split) -> tuple[dict[str, float], dict[str, Any]]:
    """Train with weights in the loss (notebook 8, section 8.6)."""
    found = {}
    for name, share in {"few": 32, "many": 4}.items():
        part = real.train[: len(real.train) // share]
        for gamma in GAMMAS:
            tried = {pace: train_weighted(part, gamma, pace, 0) for pace in PACES}
            on_validation = {p: score(t, real.validation) for p, t in tried.items()}
            pace = max(PACES, key=lambda p: on_validation[p])
            more = [train_weighted(part, gamma, pace, seed) for seed in SEEDS[1:]]
            each = [score(tagger, real.test) for tagger in [tried[pace], *more]]
            key = f"weighted_{name}_{round(100 * gamma)}"
            found[f"{key}_f1"] = round(float(np.mean(each)), 3)
            found[f"{key}_f1_spread"] = round(float(np.ptp(each)), 3)
            found[f"{key}_pace"] = pace
            print(
                f"{len(part):,} sentences, gamma {gamma}, x {pace}: {each}", flush=True
            )
    return found, {}


PARTS = {
    "curve": measure_curve,
    "transfer": measure_transfer,
    "weights": measure_weights,
}


def main() -> None:
    """Measure and record; what was not measured now is kept."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {[*PARTS]}")
    chosen = parser.parse_args().parts or [*PARTS]
    real = benchmark_split(read_corpus("gmb").sentences)
    for name in chosen:
        figures, rows = PARTS[name](real)
        before = read_results(OUTPUT)
        figures, rows = before["figures"] | figures, before["rows"] | rows
        write_results(OUTPUT, COMMAND, PACKAGES, figures, rows)


if __name__ == "__main__":
    main()
