"""What a piece of work costs: CPU seconds and memory of this process."""

import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn


def warm_up() -> None:
    """Let torch load what it loads at the first optimiser: counted as imports."""
    weight = nn.Parameter(torch.zeros(1))
    weight.sum().backward()
    torch.optim.Adam([weight], fused=True).step()


def seconds_of(work: Callable, *arguments, **options) -> tuple[Any, float]:
    """Return what a call returns, and its CPU seconds."""
    start = time.process_time()
    result = work(*arguments, **options)
    return result, time.process_time() - start


def repeat_until(end: float) -> Iterator[None]:
    """Go round as long as one more round, as long as the last, would end in time.

    Parameters
    ----------
    end : float
        In CPU seconds of this process.
    """
    took = 0.0
    while (start := time.process_time()) + took < end:
        yield
        took = time.process_time() - start


def peak_megabytes() -> float:
    """Give the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
