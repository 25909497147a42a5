"""One training in several processes: each has a share of every batch, all one gradient.

torchrun starts the processes; PyTorch's DistributedDataParallel exchanges the gradients
of the dense layers. Those of tables are sparse: of each the rows that a batch has used
are gathered, never the table.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from lstm_helpers.data.batches import Batch
from lstm_helpers.files.reading import checksum, shorten
from lstm_helpers.models.taggers import Tagger
from lstm_helpers.training.optimisers import Optimisers

_DIGITS = 15  # hexadecimal ones of a checksum, which an int64 holds


class Ranks:
    """The processes of a training, and which of them this one is.

    Parameters
    ----------
    rank : int
        From 0 on. The first one validates, and writes checkpoints.
    size : int
        How many there are.
    """

    def __init__(self, rank: int, size: int) -> None:
        self.rank, self.size = rank, size

    @property
    def is_first(self) -> bool:
        """Whether this one validates and writes."""
        return self.rank == 0

    def seed(self, seed: int, epoch: int) -> None:
        """Seed torch's global generator, from which dropout draws, for an epoch.

        Each process drops other entries; a training that goes on drops those that it
        would have dropped.

        Parameters
        ----------
        seed, epoch : int
        """
        torch.manual_seed(int(checksum([seed, epoch, self.rank])[:_DIGITS], 16))

    def share(self, batch: Batch) -> tuple[Batch, float]:
        """Take this process's sentences of a batch: all have as many, but for one.

        Parameters
        ----------
        batch : Batch
            The same in all processes.

        Returns
        -------
        Batch
            Of one sentence at least.
        float
            What the loss weighs, so that the mean over the processes is that of all
            words; 0 if there are fewer sentences than processes, and none for this one.
        """
        n = len(batch.positions)
        columns = torch.arange(min(self.rank, n - 1), n, self.size)
        weight = self.size * len(columns) / n if self.rank < n else 0.0
        share = Batch(
            batch.words[:, columns],
            None if batch.tags is None else batch.tags[:, columns],
            batch.positions[columns],
        )
        return share, weight

    def sum_up(self, *numbers: float) -> list[float]:
        """Sum numbers over all processes."""
        sums = torch.tensor(numbers, dtype=torch.float64)
        distributed.all_reduce(sums)
        return sums.tolist()

    def tell(self, *numbers: float) -> list[float]:
        """Give the first process's numbers to all."""
        told = torch.tensor(numbers, dtype=torch.float64)
        distributed.broadcast(told, 0)
        return told.tolist()

    def check_same(self, digits: str) -> None:
        """Refuse to go on if the processes do not have the same weights.

        Parameters
        ----------
        digits : str
            A checksum of them.

        Raises
        ------
        ValueError
            If another process has another one.
        """
        mine = torch.tensor([int(digits[:_DIGITS], 16)])
        found = [torch.zeros_like(mine) for _ in range(self.size)]
        distributed.all_gather(found, mine)
        if len({int(each) for each in found}) > 1:
            raise ValueError(
                f"process {self.rank} of {self.size}: got other weights than another "
                "one has, wanted the same; let on_epoch leave them as they are"
            )


@contextmanager
def join_ranks() -> Iterator[Ranks | None]:
    """Join the other processes, if torchrun has started this one with others.

    Yields
    ------
    Ranks or None
        None if there is only this one.

    Raises
    ------
    ConnectionError
        If another process has ended, or cannot be reached.
    """
    is_alone = int(os.environ.get("WORLD_SIZE", "1")) == 1
    if is_alone or not distributed.is_torchelastic_launched():
        yield None
        return
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    distributed.init_process_group(backend)
    try:
        yield Ranks(distributed.get_rank(), distributed.get_world_size())
    except RuntimeError as error:
        if not isinstance(error, distributed.DistError) and "gloo" not in str(error):
            raise
        raise ConnectionError(
            "another process of this training has ended, and so does this one "
            f"({shorten(str(error).rpartition('] ')[2])})"
        ) from error
    finally:
        distributed.destroy_process_group()


class _Loss(nn.Module):
    """A tagger whose call is its loss, as DistributedDataParallel wants it."""

    def __init__(self, model: Tagger) -> None:
        super().__init__()
        self.model = model

    def forward(self, words: Tensor, tags: Tensor) -> Tensor:
        return self.model.loss(words, tags)


class Replica:
    """The copy of a tagger that this process trains, as all others train theirs.

    Parameters
    ----------
    model : Tagger
        All processes take the first one's weights.
    optimisers : Optimisers
    ranks : Ranks
    """

    def __init__(self, model: Tagger, optimisers: Optimisers, ranks: Ranks) -> None:
        self.ranks = ranks
        groups = optimisers.rows.param_groups
        self._tables = [table for group in groups for table in group["params"]]
        for table in self._tables:  # so that it is left to exchange_rows
            table.requires_grad_(False)
        with warnings.catch_warnings():  # torch 2.13 has another name for that option
            warnings.simplefilter("ignore")
            self.loss = DistributedDataParallel(_Loss(model), broadcast_buffers=False)
        for table in self._tables:
            table.requires_grad_(True)

    def exchange_rows(self, weight: float) -> None:
        """Give each table the gradients of all processes: those of the rows in use.

        Parameters
        ----------
        weight : float
            0 if this process's sentences do not count.
        """
        mine = [table.grad.coalesce() for table in self._tables]
        counts = torch.tensor([len(g.values()) if weight else 0 for g in mine])
        found = [torch.zeros_like(counts) for _ in range(self.ranks.size)]
        distributed.all_gather(found, counts)
        for k, (table, gradient) in enumerate(zip(self._tables, mine, strict=True)):
            n_rows = [int(each[k]) for each in found]
            [rows] = gradient.indices()
            table.grad = torch.sparse_coo_tensor(
                _gather(rows, n_rows).unsqueeze(0),
                _gather(gradient.values(), n_rows) / self.ranks.size,
                table.shape,
                check_invariants=False,
            )


def _gather(mine: Tensor, counts: list[int]) -> Tensor:
    """Put the rows of all processes behind one another, so many of each."""
    sent = mine.new_zeros((max(counts), *mine.shape[1:]))
    n = counts[distributed.get_rank()]
    sent[:n] = mine[:n]
    found = [torch.empty_like(sent) for _ in counts]
    distributed.all_gather(found, sent)
    return torch.cat([each[:n] for each, n in zip(found, counts, strict=True)])
