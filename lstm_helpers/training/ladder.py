"""A rung's name -> a tagger and its training: from the post's sizes to the best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from lstm_helpers.data.encoding import build_encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.reading import checksum
from lstm_helpers.models.taggers import Tagger, build_tagger
from lstm_helpers.models.trained import TrainedTagger
from lstm_helpers.training.loop import fit
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.ranks import Ranks
from lstm_helpers.training.run import Epoch, kept_record

LOOKS = ("lower", "suffix3", "shape")
_MORE_LOOKS = ("lower", "prefix3", "suffix2", "suffix3", "shape")


@dataclass(frozen=True)
class Rung:
    """What a tagger is made of, and how it is trained.

    Change one with :func:`dataclasses.replace`.
    """

    kind: str | type[Tagger] = "RecurrentTagger"  # as build_tagger takes it
    head: str = "PerWord"  # a name in lstm_helpers.models.HEADS
    features: tuple[str, ...] = ()  # names in lstm_helpers.data.FEATURES
    sizes: dict[str, Any] = field(default_factory=dict)  # arguments of the tagger
    plan: Plan = field(default_factory=Plan)


def window_sizes(features: Sequence[str]) -> dict[str, Any]:
    """Say which of a word's ids a :class:`Window` pairs with the next word's.

    Parameters
    ----------
    features : sequence of str
        The encoder's. ``"lower"`` and ``"shape"`` are paired, and have to be there.

    Returns
    -------
    dict
        ``paired`` and ``n_buckets``.

    Raises
    ------
    ValueError
        If one of the two is missing.

    Examples
    --------
    >>> window_sizes(["lower", "suffix3", "shape"])  # id 0 is the word's own
    {'paired': [1, 3], 'n_buckets': 262144}
    """
    missing = [name for name in ("lower", "shape") if name not in features]
    if missing:
        raise ValueError(f"features: got {[*features]}, wanted {missing} among them")
    paired = [1 + features.index(name) for name in ("lower", "shape")]
    return {"paired": paired, "n_buckets": 2**18}


_CAREFUL = Plan(learning_rate=0.006, row_rate=0.15)
_MANY_WORDS = Plan(learning_rate=0.012, row_rate=0.25, batch_words=2048)
_POST_SIZES = {"bidirectional": False}
_SMALL = {
    "embedding_dim": 48,
    "hidden_size": 48,
    "dropout": 0.2,
    "input_dropout": 0.1,
}
_LARGE = {
    "embedding_dim": 128,
    "hidden_size": 128,
    "num_layers": 2,
    "dropout": 0.3,
    "input_dropout": 0.1,
    "word_dropout": 0.1,
}
RUNGS = {
    "post_sizes": Rung(
        sizes=_POST_SIZES | {"dropout": 0.2, "input_dropout": 0.2}, plan=Plan(epochs=8)
    ),
    "quick": Rung(
        sizes=_POST_SIZES, plan=Plan(epochs=1, learning_rate=0.015, row_rate=0.6)
    ),
    "words": Rung(
        sizes={
            "embedding_dim": 100,
            "hidden_size": 100,
            "dropout": 0.3,
            "input_dropout": 0.1,
            "word_dropout": 0.05,
        },
        plan=replace(_CAREFUL, epochs=6),
    ),
    "looks": Rung(features=LOOKS, sizes=_SMALL, plan=replace(_MANY_WORDS, epochs=7)),
    "window": Rung(
        kind="WindowTagger",
        head="CRF",
        features=_MORE_LOOKS,
        sizes=window_sizes(_MORE_LOOKS),
        plan=replace(_MANY_WORDS, epochs=5),
    ),
    "fast": Rung(
        head="CRF", features=LOOKS, sizes=_SMALL, plan=replace(_MANY_WORDS, epochs=7)
    ),
    "best": Rung(
        kind="PooledTagger",
        head="CRF",
        features=_MORE_LOOKS,
        sizes=_LARGE | window_sizes(_MORE_LOOKS),
        plan=replace(_CAREFUL, epochs=8),
    ),
}


def train_rung(
    rung: Rung,
    train: Sequence[Sentence],
    validation: Sequence[Sentence],
    *,
    seed: int = 0,
    device: str | torch.device = "cpu",
    on_epoch: Callable[[Epoch], object] | None = None,
    progress: bool = True,
    checkpoint: str | Path | None = None,
    extend: bool = False,
    ranks: Ranks | None = None,
) -> tuple[TrainedTagger, list[Epoch]]:
    """Train a tagger from nothing.

    Parameters
    ----------
    rung : Rung
        Such as ``RUNGS["fast"]``.
    train, validation : sequence of Sentence
    seed : int
        Of the first weights, the batches' order and all that is dropped or hidden; it
        takes the place of the plan's.
    device : str or torch.device
    on_epoch, progress, checkpoint, extend, ranks
        As in :func:`lstm_helpers.training.fit`, which says what may be raised, too.

    Returns
    -------
    tagger : TrainedTagger
        On ``device``, in evaluation mode.
    history : list of Epoch

    Raises
    ------
    TypeError
        If it is no rung; the message lists those that there are.
    """
    if not isinstance(rung, Rung):
        got, wanted = repr(rung), f'a Rung, such as RUNGS["fast"]; there are {[*RUNGS]}'
        raise TypeError(f"rung: got {got}, wanted {wanted}")
    torch.manual_seed(seed)
    encoder = build_encoder(train, rung.features)
    model = build_tagger(rung.kind, encoder, head=rung.head, **rung.sizes).to(device)
    history = fit(
        model,
        encoder,
        train,
        validation,
        replace(rung.plan, seed=seed),
        on_epoch=on_epoch,
        progress=progress,
        checkpoint=checkpoint,
        extend=extend,
        ranks=ranks,
    )
    about: dict[str, Any] = {"training_sha256": checksum(train), "epochs": 0}
    if history:  # an interrupt may come before the first epoch's end
        kept = kept_record(history, rung.plan)
        about |= {"epochs": kept.epoch, "validation_f1": round(kept.validation_f1, 4)}
    return TrainedTagger(model.eval(), encoder, about), history
