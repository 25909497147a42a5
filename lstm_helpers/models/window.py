"""A word's ids, and its neighbours' -> what their rows of a table add up to."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class SummedEmbedding(nn.EmbeddingBag):
    """An embedding for words of several ids each: the sum of their rows.

    Its gradients are sparse: they hold the rows that a batch used. All is 0 at first.

    Parameters
    ----------
    n_rows, embedding_dim : int
        V and E.
    """

    def __init__(self, n_rows: int, embedding_dim: int) -> None:
        rows = torch.zeros(n_rows, embedding_dim)  # who makes the table, draws
        super().__init__(n_rows, embedding_dim, mode="sum", sparse=True, _weight=rows)

    def forward(self, ids: Tensor) -> Tensor:  # type: ignore[override]
        """Add up rows: ids (..., N), int64, become (..., E)."""
        return super().forward(ids.flatten(0, -2)).unflatten(0, ids.shape[:-1])


class Window(nn.Module):
    """Tag scores that add up over the words around a word: one table, no layers.

    Every id has K scores for each place of the window, and so has every pair of ids of
    words that stand side by side. Pairs find their row by a hash: some have to share
    one, which costs less than a list of all pairs.

    Parameters
    ----------
    vocab_size, tagset_size : int
        V and K.
    paired : sequence of int
        Which of a word's ids, in [0, F], make pairs with the same of the next word.
    n_buckets : int
        Rows for the pairs.
    reach : int
        How many words before and after a word belong to its window.

    Raises
    ------
    ValueError
        If there is no row for the pairs, the window reaches no word, or what is paired
        are not different integers from 0 on.

    References
    ----------
    The hash: Weinberger et al. (2009), doi:10.1145/1553374.1553516.
    """

    def __init__(
        self,
        vocab_size: int,
        tagset_size: int,
        paired: Sequence[int],
        n_buckets: int,
        reach: int = 2,
    ) -> None:
        super().__init__()
        if n_buckets < 1 or reach < 1:
            got = f"n_buckets {n_buckets}, reach {reach}"
            raise ValueError(f"window: got {got}, wanted at least 1 of each")
        integers = {*map(type, paired)} <= {int}
        if not integers or len({*paired}) < len(paired) or min(paired, default=0) < 0:
            got, wanted = f"{paired!r}", "different integers, none below 0"
            raise ValueError(f"paired: got {got}, wanted {wanted}")
        self.paired, self.n_buckets, self.reach = list(paired), n_buckets, reach
        self.n_ids = vocab_size + 2  # before the sentence stands id V, after it V + 1
        n_rows = self.n_ids * (2 * reach + 1) + n_buckets
        self.table = SummedEmbedding(n_rows, tagset_size)

    def forward(self, words: Tensor) -> Tensor:
        """Turn ids (T, B, 1 + F) into scores (T, B, K)."""
        return self.table(self.rows(words))  # (7.13)

    def rows(self, words: Tensor) -> Tensor:
        """List the rows whose sum is a word's scores: (T, B, N), int64.

        Raises
        ------
        ValueError
            If a word has not all the ids that are to be paired.
        """
        if max(self.paired, default=0) >= words.shape[2]:
            wanted = f"places of a word's {words.shape[2]} ids"
            raise ValueError(f"paired: got {self.paired}, wanted {wanted}")
        places = torch.arange(2 * self.reach + 1, device=words.device)
        before = words.new_full((self.reach, *words.shape[1:]), self.n_ids - 2)
        window = torch.cat([before, words, before + 1]).unfold(0, len(places), 1)
        left = window[:, :, self.paired, :-1]  # (T, B, pairs, places but the last)
        right = window[:, :, self.paired, 1:]
        pairs = ((left * 1_000_003 + right) * 31 + places[1:]) % self.n_buckets
        single = window + self.n_ids * places  # (T, B, 1 + F, places)
        pairs = pairs + self.n_ids * len(places)
        return torch.cat([single.flatten(2), pairs.flatten(2)], dim=2)
