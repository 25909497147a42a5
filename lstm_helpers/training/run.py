"""A training under way: everything that its next step depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lstm_helpers.models.taggers import Tagger
from lstm_helpers.training.optimisers import Optimisers, Settings
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.ranks import Replica


class Epoch(NamedTuple):
    """What one pass over the training sentences gave."""

    epoch: int  # counted from 1
    loss: float  # mean over the training words, in nats
    validation_loss: float  # likewise over the validation words
    validation_f1: float  # strict entity F1 in [0, 1]
    seconds: float  # wall time of the pass and its validation


def best_record(history: Sequence[Epoch]) -> Epoch:
    """Return the epoch with the highest validation F1, the first of several.

    Parameters
    ----------
    history : sequence of Epoch
        Of at least one.

    Returns
    -------
    Epoch
    """
    return max(history, key=lambda record: record.validation_f1)


def kept_record(history: Sequence[Epoch], plan: Plan) -> Epoch:
    """Return the epoch whose weights a training leaves in its model.

    Parameters
    ----------
    history : sequence of Epoch
        Of at least one.
    plan : Plan

    Returns
    -------
    Epoch
        The last one if the plan keeps it and all epochs are run; otherwise the best.
    """
    is_whole = len(history) >= plan.epochs
    return history[-1] if is_whole and plan.keeps_last else best_record(history)


def read_generators(device: torch.device) -> dict[str, Tensor]:
    """Read the states of torch's global generators, from which dropout draws.

    Parameters
    ----------
    device : torch.device
        The model's.

    Returns
    -------
    dict of str to Tensor
        Of the CPU's, and of the device's own.
    """
    states = {"torch generator": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda generator"] = torch.cuda.get_rng_state(device)
    return states


def set_generators(states: Mapping[str, Tensor], device: torch.device) -> None:
    """Set torch's global generators to what :func:`read_generators` has read.

    Parameters
    ----------
    states : mapping of str to Tensor
    device : torch.device
        The model's.
    """
    torch.set_rng_state(states["torch generator"])
    if device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda generator"], device)


@dataclass
class Run:
    """A training under way.

    Torch's global generators belong to it as well: dropout draws from them.
    """

    model: Tagger
    optimisers: Optimisers
    generator: torch.Generator  # shuffles the batches and hides words
    best: dict[str, Tensor]  # the weights of the best epoch so far
    device: torch.device
    before: dict[str, Tensor]  # what torch's generators were before
    history: list[Epoch] = field(default_factory=list)
    settings: Settings = field(default_factory=list)  # of a checkpoint's optimisers
    keeps_last: bool = False  # the plan's, which asks its schedule
    replica: Replica | None = None  # of the model, if other processes train it, too

    @classmethod
    def start(cls, model: Tagger, plan: Plan) -> "Run":
        """Begin a training: seed the generators, make the optimisers.

        Parameters
        ----------
        model : Tagger
            Its weights are the best ones until the first epoch has ended.
        plan : Plan
        """
        device = next(model.parameters()).device
        before = read_generators(device)
        torch.manual_seed(plan.seed)
        generator = torch.Generator().manual_seed(plan.seed)
        optimisers = plan.build(model, plan.learning_rate, plan.row_rate)
        best = _copy_weights(model)
        return cls(model, optimisers, generator, best, device, before)

    def keep(self, record: Epoch) -> None:
        """Add an epoch to the history, and its weights if it is the best one.

        Parameters
        ----------
        record : Epoch
            What the model as it is now has reached.
        """
        history = [*self.history, record]
        is_best = best_record(history) is record
        best = _copy_weights(self.model) if is_best else self.best
        self.stand_at(history, best)

    def stand_at(self, history: list[Epoch], best: dict[str, Tensor]) -> None:
        """Take a history and its best weights, in one step that nothing breaks up.

        Parameters
        ----------
        history : list of Epoch
        best : dict of str to Tensor
        """
        self.__dict__.update(history=history, best=best)

    def leave_weights(self, plan: Plan) -> None:
        """Give the model the weights that it is to have at the end.

        Parameters
        ----------
        plan : Plan
        """
        if not self.keeps_last or len(self.history) < plan.epochs:
            self.model.load_state_dict(self.best)

    def is_over(self, plan: Plan) -> bool:
        """Say whether all epochs are run, or the last better one is too long ago.

        Parameters
        ----------
        plan : Plan

        Returns
        -------
        bool
        """
        if not self.history or plan.patience is None:
            return len(self.history) >= plan.epochs
        best = best_record(self.history)
        waited = len(self.history) - best.epoch if best.validation_f1 > 0 else 0
        return len(self.history) >= plan.epochs or waited >= plan.patience


def _copy_weights(model: nn.Module) -> dict[str, Tensor]:
    """Copy all weights of a model.

    Parameters
    ----------
    model : nn.Module

    Returns
    -------
    dict of str to Tensor
    """
    return {name: value.clone() for name, value in model.state_dict().items()}
