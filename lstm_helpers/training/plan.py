"""How to train: what is chosen before the first step."""

from collections.abc import Callable
from dataclasses import dataclass

from lstm_helpers.models.taggers import Tagger
from lstm_helpers.training.optimisers import Optimisers, build_optimisers


def rate_factor(done: float, warm_up: float = 0.05) -> float:
    """Give the share of the highest learning rate at a point of the training.

    Parameters
    ----------
    done : float
        Fraction of the steps that have been taken, in [0, 1].
    warm_up : float
        Fraction of the steps over which the rate rises, in (0, 1).

    Returns
    -------
    float
        It rises in a straight line from 0 to 1, then falls in another one to 0.

    Examples
    --------
    >>> [round(rate_factor(done), 2) for done in (0, 0.025, 0.05, 0.5, 1)]
    [0.0, 0.5, 1.0, 0.53, 0.0]
    """
    return min(done / warm_up, (1 - done) / (1 - warm_up))


@dataclass(frozen=True)
class Plan:
    """What :func:`fit` is to do; change one with :func:`dataclasses.replace`.

    Parameters
    ----------
    epochs : int
        At most so many passes over the training sentences.
    batch_size : int
        Sentences in a batch, all of equal length.
    batch_words : int
        Words in a batch of short sentences, which then holds more than ``batch_size``:
        see :func:`lstm_helpers.data.batch_sizes`.
    learning_rate : float
        Adam's, at its highest, for all layers but the tables.
    row_rate : float
        RowAdagrad's, at its highest, for the rows of the embedding.
    clip_norm : float
        The gradient's norm, over all layers but the tables, is clipped to this.
    unknown_rate : float
        Words seen once in training are replaced by the unknown word so often (fraction
        in [0, 1]), which is how its embedding is trained.
    patience : int, optional
        Stop after so many epochs without a better validation F1; without it, all
        epochs are run.
    seed : int
        Of the batches' order, the replaced words and the dropout. For the dropout it
        becomes the seed of torch's global generator.
    schedule : callable
        Gives the share of the rates at each fraction of all steps. With
        :func:`rate_factor` they fall to 0.
    build : callable
        Makes the optimisers from the tagger and the two rates.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """

    epochs: int = 20
    batch_size: int = 32
    batch_words: int = 0
    learning_rate: float = 0.012
    row_rate: float = 0.3
    clip_norm: float = 5.0
    unknown_rate: float = 0.5
    patience: int | None = None
    seed: int = 0
    schedule: Callable[[float], float] = rate_factor
    build: Callable[[Tagger, float, float], Optimisers] = build_optimisers

    def __post_init__(self) -> None:
        if not 0 <= self.unknown_rate <= 1:
            raise ValueError(f"unknown_rate: got {self.unknown_rate}, wanted 0 to 1")
        if self.epochs < 1 or not self.clip_norm > 0:
            got = f"epochs {self.epochs}, clip_norm {self.clip_norm}"
            raise ValueError(f"got {got}, wanted at least one epoch and a norm above 0")
        if self.batch_size < 1:
            raise ValueError(f"batch_size: got {self.batch_size}, wanted at least 1")
        if self.patience is not None and self.patience < 1:
            got = f"patience: got {self.patience}"
            raise ValueError(f"{got}, wanted at least 1, or None")
