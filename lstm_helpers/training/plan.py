"""How to train: what is chosen before the first step."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from lstm_helpers.models.taggers import Tagger
from lstm_helpers.training.optimisers import Optimisers, build_optimisers


def rate_factor(done: float, warm_up: float = 0.05) -> float:
    """Give the share of the highest learning rate at a point of the training.

    Parameters
    ----------
    done : float
        Fraction of the training that is over, in [0, 1].
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


_NOTHING = 1e-9  # a share of the rates that is 0, however it was rounded


@dataclass(frozen=True)
class Plan:
    """What :func:`fit` is to do; change one with :func:`dataclasses.replace`.

    Numbers may be Python's or numpy's; Python's are kept.

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
        The gradient's norm, over all layers but the tables, is clipped to this. A
        number that no norm reaches clips nothing.
    unknown_rate : float
        Words seen once in training are replaced by the unknown word so often (fraction
        in [0, 1]), which is how its embedding is trained.
    patience : int, optional
        Stop after so many epochs without a better validation F1, and keep the best
        epoch's weights. They are counted from the first F1 above 0: with few sentences
        it takes some epochs to find a mention. Without it, all epochs are run. If the
        rates fall to 0, the weights of the last one are kept then.
    seed : int
        Of the batches' order, the replaced words and the dropout. For the dropout it
        becomes the seed of torch's global generator.
    schedule : callable
        Gives the share of the rates at each fraction of the training, and depends on
        nothing else: of n steps, step k of 1, ..., n asks for k / (n + 1). It is also
        asked at 1, where the rates have fallen to 0 if it gives 0. With
        :func:`rate_factor` they rise from 0 and fall to 0.
    build : callable
        Makes the optimisers from the tagger and the two rates.

    Raises
    ------
    TypeError
        If a number is none, as True and "3" are none, or a function is none.
    ValueError
        If a number is out of its range, or not finite.
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
        for name in _NUMBERS:
            value = getattr(self, name)
            if name != "patience" or value is not None:
                object.__setattr__(self, name, _check_number(name, value))
        for name in ("schedule", "build"):
            if not callable(getattr(self, name)):
                got = repr(getattr(self, name))
                raise TypeError(f"{name}: got {got}, wanted a function")

    @property
    def keeps_last(self) -> bool:
        """Whether the last epoch's weights are kept, rather than the best one's.

        Without patience, and with rates that fall to 0: nothing was lost by keeping the
        last epoch there, on five folds of the real corpus (notebook 4, section 4.12).
        """
        return self.patience is None and abs(float(self.schedule(1.0))) < _NOTHING


_NUMBERS: dict[str, tuple[type[int] | type[float], float, float]] = {
    "epochs": (int, 1, math.inf),
    "batch_size": (int, 1, math.inf),
    "batch_words": (int, 0, math.inf),
    "learning_rate": (float, math.ulp(0.0), sys.float_info.max),
    "row_rate": (float, math.ulp(0.0), sys.float_info.max),
    "clip_norm": (float, math.ulp(0.0), sys.float_info.max),
    "unknown_rate": (float, 0, 1),
    "patience": (int, 1, math.inf),
    "seed": (int, -(2**63), 2**64 - 1),  # what torch takes
}


def _check_number(name: str, value: Any) -> int | float:
    """Return a plan's number as Python's; refuse what is none, or out of range."""
    kind, least, most = _NUMBERS[name]
    is_number = isinstance(value, Integral if kind is int else Real)
    wrong = f"{name}: got {value!r}, wanted {_say_wanted(name)}"
    if not is_number or isinstance(value, bool):
        raise TypeError(wrong)
    try:
        number = kind(value)
    except OverflowError:  # more than a float can hold
        raise ValueError(wrong) from None
    if not least <= number <= most:
        raise ValueError(wrong)
    return number


def _say_wanted(name: str) -> str:
    """Say in words what a number of a plan may be."""
    kind, least, most = _NUMBERS[name]
    if name == "unknown_rate":
        return "a fraction from 0 to 1"
    if kind is float:
        return "a finite number above 0"
    if name == "seed":
        return f"a whole number from {least} to {most}"
    return f"a whole number, at least {least}" + ", or None" * (name == "patience")
