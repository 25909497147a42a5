"""Values -> values with some of them left out, in training alone."""

import torch
from torch import Tensor, nn


class SentenceDropout(nn.Module):
    """Drop the same entries at every word of a sentence.

    Parameters
    ----------
    rate : float
        Fraction in [0, 1) of the entries; the others are scaled up to make up for it.

    References
    ----------
    Gal and Ghahramani (2016), doi:10.48550/arXiv.1512.05287.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = _check_rate(rate)

    def forward(self, values: Tensor) -> Tensor:
        """Drop entries of (T, B, N): one mask (B, N) for all T words."""
        if not self.training or not self.rate:
            return values
        keep = torch.rand(values.shape[1:], device=values.device) >= self.rate
        return values * (keep / (1 - self.rate))


class WordDropout(nn.Module):
    """Drop whole words: their tag must come from the others.

    Parameters
    ----------
    rate : float
        Fraction in [0, 1) of the words. Nothing makes up for them: a word that is
        unknown in every way has nothing either.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = _check_rate(rate)

    def forward(self, values: Tensor) -> Tensor:
        """Drop rows of (T, B, N): a mask (T, B)."""
        if not self.training or not self.rate:
            return values
        keep = torch.rand(values.shape[:2], device=values.device) >= self.rate
        return values * keep.unsqueeze(2)


def _check_rate(rate: float) -> float:
    """Return a dropout rate; raise a ValueError unless it is a fraction in [0, 1)."""
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: got {rate}, wanted a fraction in [0, 1)")
    return rate
