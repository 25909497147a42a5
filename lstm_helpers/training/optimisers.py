"""Gradients -> updated weights: Adam for the layers, RowAdagrad for the tables."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from lstm_helpers.files.checkpoints import as_json
from lstm_helpers.models.taggers import Tagger


class Optimisers(NamedTuple):
    """What updates a tagger: one optimiser for the layers, one for the tables."""

    dense: torch.optim.Optimizer  # its gradient is clipped
    rows: torch.optim.Optimizer  # of tables with sparse gradients


Settings = list[list[dict[str, Any]]]  # of each optimiser's groups: names, values


def list_settings(optimisers: Optimisers) -> Settings:
    """List what the optimisers' groups say, such as rates, but for the weights.

    Parameters
    ----------
    optimisers : Optimisers

    Returns
    -------
    list of list of dict
        For each optimiser its groups; as JSON gives them back.

    Raises
    ------
    TypeError
        If a group says what JSON cannot hold.
    """

    def as_python(value: Any) -> Any:
        if isinstance(value, np.generic):
            return value.item()
        wanted = "numbers and texts, or a call without a checkpoint"
        raise TypeError(f"optimisers: got {value!r} in a group, wanted {wanted}")

    settings = [
        [{name: group[name] for name in group if name != "params"} for group in groups]
        for groups in (optimiser.param_groups for optimiser in optimisers)
    ]
    return as_json(settings, as_python)


def put_settings(optimisers: Optimisers, settings: Settings) -> None:
    """Let the optimisers' groups say what :func:`list_settings` has listed.

    Parameters
    ----------
    optimisers : Optimisers
    settings : list of list of dict
        Those of optimisers of the same groups.
    """
    for optimiser, listed in zip(optimisers, settings, strict=True):
        for group, values in zip(optimiser.param_groups, listed, strict=True):
            for name, value in values.items():
                is_tuple = isinstance(group.get(name), tuple)
                group[name] = tuple(value) if is_tuple else value


def build_optimisers(
    model: Tagger, learning_rate: float, row_rate: float
) -> Optimisers:
    """Make Adam for the dense layers, RowAdagrad for the tables with sparse gradients.

    A dense step would touch every row of the embedding for the few words of a batch.

    Parameters
    ----------
    model : Tagger
    learning_rate, row_rate : float
        A table may have a rate of its own: see :meth:`Tagger.row_groups`.

    Returns
    -------
    Optimisers
    """
    groups = model.row_groups()
    tables = {table for group in groups for table in group["params"]}
    dense = [weight for weight in model.parameters() if weight not in tables]
    betas = 0.9, 0.98  # a shorter memory for g**2 than PyTorch's 0.999
    return Optimisers(
        dense=torch.optim.Adam(dense, lr=learning_rate, betas=betas, fused=True),
        rows=RowAdagrad(groups, lr=row_rate),
    )


class RowAdagrad(torch.optim.Optimizer):
    """Adagrad for embeddings with sparse gradients, one accumulator a row.

    For the same gradient, a row's step is shorter the more gradient it has had. Rows
    that the batch did not use are not touched.

    Parameters
    ----------
    params : iterable of Parameter of shape (V, E)
    lr : float
        What bounds a row's first step, as the root of its entries' mean square. That
        step is about as long only if the mean of ``g**2`` is far above ``initial``.
    initial : float
        What the accumulators start from. The larger it is, the shorter are the steps of
        rows that have had little gradient.

    Raises
    ------
    ValueError
        If a number is out of its range, or, at a step, a gradient is not sparse.

    Notes
    -----
    With g the gradient of row v in one step and s its accumulator:
    ``s[v] += mean(g**2)``, then ``row[v] -= lr * g / sqrt(s[v])``.

    References
    ----------
    Duchi, Hazan and Singer (2011), https://jmlr.org/papers/v12/duchi11a.html ; one
    accumulator a row: Naumov et al. (2019), doi:10.48550/arXiv.1906.00091.
    """

    def __init__(
        self,
        params: Iterable[nn.Parameter] | Iterable[dict[str, Any]],
        lr: float = 0.3,
        initial: float = 1e-6,
    ) -> None:
        if not lr > 0 or not initial > 0:
            raise ValueError(f"got lr {lr}, initial {initial}, wanted both above 0")
        super().__init__(params, {"lr": lr, "initial": initial})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update the rows that have a gradient.

        Parameters
        ----------
        closure : callable, optional
            Called first, with gradients on, for the loss that is returned.

        Returns
        -------
        float or None
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, weight.grad, group["lr"], group["initial"])
        return loss

    def _update(
        self, weight: Tensor, gradient: Tensor, lr: float, initial: float
    ) -> None:
        if not gradient.is_sparse:
            raise ValueError("got a dense gradient, wanted a sparse one")
        gradient = gradient.coalesce()  # a row once, its gradients added up
        [rows], g = gradient.indices(), gradient.values()  # (N,), (N, E)
        state = self.state[weight]
        if not state:
            state["sum"] = weight.new_full((len(weight),), initial)
        total = state["sum"][rows] + g.square().mean(dim=1)
        state["sum"][rows] = total
        weight.index_add_(0, rows, g * (-lr / total.sqrt()).unsqueeze(1))
