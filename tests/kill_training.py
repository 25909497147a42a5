"""Kill trainings with a checkpoint, call them again, compare with one left alone.

``python kill_training.py lines FOLDER N`` kills once at every line of the N-th save of
three; ``python kill_training.py times FOLDER N`` kills N times at random moments.
Prints how many were killed; ends with an error if a single number of a result is
another one, or if a file is left that no state names.
"""

import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import torch
from builders import assert_same

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.data.splits import benchmark_split
from lstm_helpers.files import checkpoints, locking, writing
from lstm_helpers.files.checkpoints import load_state, save_state, write_state
from lstm_helpers.training import resuming
from lstm_helpers.training.ladder import RUNGS, train_rung

torch.set_num_threads(1)
SPLIT = benchmark_split(read_corpus("sample").sentences)
# where a save's lines stand
SAVING = checkpoints.__file__, writing.__file__, locking.__file__
SMALL = {"embedding_dim": 8, "hidden_size": 8, "n_buckets": 64}


def train(folder, n_sentences, epochs):
    """Train a small tagger of the most complex kind, and save what came out."""
    rung = RUNGS["best"]
    sizes = {k: SMALL.get(k, v) for k, v in rung.sizes.items()}
    rung = replace(rung, sizes=sizes, plan=replace(rung.plan, epochs=epochs))
    train, validation = SPLIT.train[:n_sentences], SPLIT.validation[:40]
    checkpoint = folder / "checkpoint"
    tagger, history = train_rung(
        rung, train, validation, progress=False, checkpoint=checkpoint
    )
    without_seconds = [record[:-1] for record in history]
    save_state(folder / "result", tagger.model.state_dict(), without_seconds)


def in_child(work, *arguments, **options):
    """Start a copy of this process that does some work."""
    pid = os.fork()
    if pid == 0:
        try:
            work(*arguments, **options)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return pid


def was_killed(pid):
    """Wait for a child; whether a signal ended it. It must not end by an error."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "an error instead of a result"
    return False


def assert_same_end(folder, wanted):
    """Compare every number, and see that nothing lies about."""
    assert_same(load_state(folder / "result"), load_state(wanted / "result"))
    assert len(list((folder / "checkpoint").iterdir())) == 2


def die_at_line(n, save, folder, **options):
    """Train, and be killed at the n-th line that a save runs."""
    n_lines = n_saves = 0

    def trace(frame, event, _):
        nonlocal n_lines
        if frame.f_code.co_filename not in SAVING:
            return None
        n_lines += event == "line"
        if n_lines == n:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    def save_watched(*arguments):
        nonlocal n_saves
        n_saves += 1
        sys.settrace(trace if n_saves == save else None)
        write_state(*arguments)
        sys.settrace(None)

    resuming.write_state = save_watched
    train(folder, **options)


def kill_at_lines(root, save):
    """Kill at every line of a save, once each. After the last one no save comes."""
    options = {"n_sentences": 4, "epochs": 3}
    train(root / "wanted", **options)
    n = 0
    while True:
        n += 1
        folder = root / str(n)
        folder.mkdir()
        if not was_killed(in_child(die_at_line, n, save, folder, **options)):
            return n - 1
        load_state(folder / "checkpoint")
        assert not was_killed(in_child(train, folder, **options))
        assert_same_end(folder, root / "wanted")


def kill_at_times(root, wanted_kills):
    """Kill at random moments until there were so many kills."""
    options = {"n_sentences": 300, "epochs": 6}
    start = time.perf_counter()
    train(root / "wanted", **options)
    seconds = time.perf_counter() - start
    moments, n_kills, n_runs = random.Random(0), 0, 0
    while n_kills < wanted_kills:
        folder = root / str(n_runs)
        folder.mkdir()
        n_runs += 1
        while True:
            pid = in_child(train, folder, **options)
            time.sleep(moments.uniform(0, seconds / 2))
            os.kill(pid, signal.SIGKILL)
            if not was_killed(pid):
                break
            n_kills += 1
        assert_same_end(folder, root / "wanted")
    return n_kills


if __name__ == "__main__":
    mode, folder, *rest = sys.argv[1:]
    kill = {"lines": kill_at_lines, "times": kill_at_times}[mode]
    print(json.dumps(kill(Path(folder), *map(int, rest))))
