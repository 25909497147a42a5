"""CRFs of random scores, and all their legal paths, one by one."""

import itertools

import numpy as np
import torch

from lstm_helpers.models.crf import CRF

TAGS = ["O", "B-geo", "I-geo", "B-per", "I-per"]
K = len(TAGS)


def random_crf(sizes, seed, dtype=torch.float64):
    """A CRF of random scores, emissions for it, and a legal path for each sentence."""
    T, B = sizes
    torch.manual_seed(seed)
    crf = CRF(TAGS).to(dtype)
    with torch.no_grad():
        for parameter in crf.parameters():
            parameter.normal_(std=2)
    emissions = 3 * torch.randn(T, B, K, dtype=dtype)
    legal = [path for path in itertools.product(range(K), repeat=T) if is_legal(path)]
    rng = np.random.default_rng(seed)
    tags = torch.tensor([legal[rng.integers(len(legal))] for _ in range(B)]).T
    return crf, emissions, tags


def is_legal(path):
    """By the words of IOB2: an I- goes on with a mention of its own type."""
    names = ["O", *(TAGS[k] for k in path)]
    return all(
        after[0] != "I" or before[1:] == after[1:]
        for before, after in itertools.pairwise(names)
    )


def all_paths(crf, emissions):
    """Score of every legal path of every sentence: a dict for each."""
    T, B, _ = emissions.shape
    start, end, steps = (p.tolist() for p in crf.parameters())
    e = emissions.tolist()
    return [
        {
            path: start[path[0]]
            + end[path[-1]]
            + sum(e[t][b][k] for t, k in enumerate(path))
            + sum(steps[j][k] for j, k in itertools.pairwise(path))
            for path in itertools.product(range(K), repeat=T)
            if is_legal(path)
        }
        for b in range(B)
    ]
