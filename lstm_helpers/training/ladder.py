"""A rung's name -> a tagger and its training: from the seed post's to the best."""

from typing import NamedTuple

import torch

from lstm_helpers.data.encoding import build_encoder
from lstm_helpers.files.checkpoints import checksum
from lstm_helpers.models.saving import Tagger
from lstm_helpers.models.taggers import build_tagger
from lstm_helpers.training.loop import best_epoch, fit

LOOKS = ("lower", "prefix3", "suffix2", "suffix3", "shape")


class Rung(NamedTuple):
    """What a tagger is made of, and how it is trained."""

    kind: str  # a name in lstm_helpers.models.TAGGERS
    features: tuple | None  # names in lstm_helpers.data.FEATURES
    sizes: dict  # arguments of the tagger
    training: dict  # arguments of lstm_helpers.training.fit


PAIRS = {  # of neighbours' small-letter forms, and of their shapes
    "paired": [1 + LOOKS.index(name) for name in ("lower", "shape")],
    "n_buckets": 2**18,
}
CAREFUL = {"learning_rate": 0.006, "row_rate": 0.15}
MANY = {"learning_rate": 0.012, "row_rate": 0.25, "batch_words": 2048}
SEED = Rung(
    kind="RecurrentTagger",
    features=None,
    sizes={"bidirectional": False, "dropout": 0.2, "input_dropout": 0.2},
    training={"epochs": 8},
)
WORDS = Rung(
    kind="RecurrentTagger",
    features=None,
    sizes={
        "embedding_dim": 100,
        "hidden_size": 100,
        "dropout": 0.3,
        "input_dropout": 0.1,
        "word_dropout": 0.05,
    },
    training={"epochs": 6, **CAREFUL},
)
SMALL = {
    "embedding_dim": 48,
    "hidden_size": 48,
    "dropout": 0.2,
    "input_dropout": 0.1,
    "word_dropout": 0.05,
}
LARGE = {
    "embedding_dim": 128,
    "hidden_size": 128,
    "num_layers": 2,
    "dropout": 0.3,
    "input_dropout": 0.1,
    "word_dropout": 0.1,
}
RUNGS = {
    "seed": SEED,
    "quick": SEED._replace(
        sizes={"bidirectional": False},
        training={"epochs": 1, "learning_rate": 0.015, "row_rate": 0.6},
    ),
    "words": WORDS,
    "looks": Rung("FeatureTagger", LOOKS, SMALL, {"epochs": 7, **MANY}),
    "window": Rung("WindowTagger", LOOKS, PAIRS, {"epochs": 5, **MANY}),
    "fast": Rung("CRFTagger", LOOKS, SMALL, {"epochs": 7, **MANY}),
    "best": Rung("PooledTagger", LOOKS, LARGE | PAIRS, {"epochs": 8, **CAREFUL}),
}


def train_rung(rung, train, validation, *, seed=0, device="cpu", **options):
    """Train a tagger from nothing.

    Parameters
    ----------
    rung : Rung
        Such as ``RUNGS["fast"]``.
    train, validation : list of Sentence
    seed : int
        Of the first weights, the batches' order and all that is dropped or hidden.
    device : str or torch.device
    **options
        Further arguments of :func:`lstm_helpers.training.fit`, such as ``on_epoch``;
        they overrule the rung's.

    Returns
    -------
    tagger : Tagger
        On ``device``, in evaluation mode.
    history : list of Epoch
    """
    torch.manual_seed(seed)
    encoder = build_encoder(train, rung.features)
    model = build_tagger(rung.kind, encoder, **rung.sizes).to(device)
    training = {**rung.training, "seed": seed, **options}
    history = fit(model, encoder, train, validation, **training)
    about = {"training_sha256": checksum(train), "epochs": 0}
    if history:  # an interrupt may come before the first epoch's end
        best = history[best_epoch(history) - 1]
        about |= {"epochs": best.epoch, "validation_f1": round(best.validation_f1, 4)}
    return Tagger(model.eval(), encoder, about), history
