import os
from dataclasses import replace

import pytest
import torch

from lstm_helpers.data.splits import benchmark_split
from lstm_helpers.training import RUNGS, share_out, train_rung


@pytest.fixture
def train(sample):
    """A function that trains a small tagger; a closure, as a notebook's own is."""
    part = benchmark_split(sample.sentences).train[:40]
    rung = replace(RUNGS["fast"], plan=replace(RUNGS["fast"].plan, epochs=1))

    def train_seed(seed):
        return train_rung(rung, part, part[:4], seed=seed, progress=False)[0]

    return train_seed


def test_results_are_those_of_one_process_to_the_last_bit(train):
    shared = share_out(train, {seed: (seed,) for seed in (2, 0, 1)})
    assert [*shared] == [2, 0, 1]
    for seed, tagger in shared.items():
        wanted = train(seed).model.state_dict()
        for name, weights in tagger.model.state_dict().items():
            assert weights.equal(wanted[name]), (seed, name)


def test_other_processes_work_with_one_thread_each():
    def look(_):
        return os.getpid(), torch.get_num_threads()

    seen = share_out(look, {k: (k,) for k in range(8)}).values()
    assert {n_threads for _, n_threads in seen} == {1}
    assert os.getpid() not in {process for process, _ in seen}


def test_what_a_call_raises_is_raised():
    def fail(n):
        raise ZeroDivisionError(f"call {n}")

    with pytest.raises(ZeroDivisionError, match="call 7"):
        share_out(fail, {"seven": (7,)})


def test_no_calls_have_no_results():
    assert share_out(print, {}) == {}
