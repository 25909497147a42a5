"""One training in several processes: the gradients of one, and one end for all."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from builders import assert_same
from forking import run_ranks

from lstm_helpers.data.batches import Batch
from lstm_helpers.files.checkpoints import load_state, save_state
from lstm_helpers.training.ladder import RUNGS, train_rung
from lstm_helpers.training.ranks import Ranks, join_ranks

SIZES = {"embedding_dim": 8, "hidden_size": 8, "n_buckets": 64}
DROPOUTS = dict.fromkeys(("dropout", "input_dropout", "word_dropout"), 0.0)


@pytest.mark.parametrize(
    ("size", "launched", "joins"),
    [("2", True, True), ("2", False, False), ("1", True, False)],
)
def test_only_torchruns_processes_join(monkeypatch, size, launched, joins):
    called = []
    replaced = {
        "is_torchelastic_launched": lambda: launched,
        "init_process_group": called.append,
        "get_rank": lambda: 1,
        "get_world_size": lambda: 2,
        "destroy_process_group": lambda: called.append("destroyed"),
    }
    for name, function in replaced.items():
        monkeypatch.setattr(torch.distributed, name, function)
    monkeypatch.setenv("WORLD_SIZE", size)
    with join_ranks() as ranks:
        assert (ranks is not None) == joins
        assert not joins or (ranks.size, ranks.is_first) == (2, False)
    assert called[1:] == ["destroyed"] * joins


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("n", [1, 2, 3, 7, 12])
def test_each_sentence_is_in_one_share_and_all_weigh_the_same(size, n):
    words = torch.arange(4 * n).reshape(4, n)
    batch = Batch(words, words + 100, torch.arange(n) + 7)
    shares = [Ranks(rank, size).share(batch) for rank in range(size)]
    counted = [share for share, weight in shares if weight]
    positions = torch.cat([share.positions for share in counted])
    assert sorted(positions.tolist()) == [*range(7, 7 + n)]
    lengths = [len(share.positions) for share, _ in shares]
    assert max(lengths) - min(lengths) <= 1, "no process waits for another"
    for share, weight in shares:
        assert torch.equal(share.words, words[:, share.positions - 7])
        assert torch.equal(share.tags, share.words + 100)
        assert weight in (0.0, pytest.approx(size * len(share.positions) / n))
    assert sum(weight for _, weight in shares) == pytest.approx(size)


def test_each_process_and_each_epoch_has_a_seed_of_its_own():
    drawn = set()
    for rank, epoch in [(0, 1), (0, 2), (1, 1), (1, 2)]:
        for _ in range(2):
            Ranks(rank, 2).seed(3, epoch)
            drawn.add(torch.rand(()).item())
    assert len(drawn) == 4


def test_without_others_there_are_no_ranks(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with join_ranks() as ranks:
        assert ranks is None
    monkeypatch.setenv("WORLD_SIZE", "8")  # of another program
    with join_ranks() as ranks:
        assert ranks is None


# --- what comes out


def small(kind="best", epochs=3, **sizes):
    """Make a rung small."""
    rung = RUNGS[kind]
    kept = {k: SIZES.get(k, v) for k, v in rung.sizes.items()} | sizes
    return replace(rung, sizes=kept, plan=replace(rung.plan, epochs=epochs))


def train(rung, sample, folder, ranks, n_sentences=160, **options):
    """Train, and save what came out; each process its own."""
    train, validation = sample.sentences[:n_sentences], sample.sentences[200:260]
    tagger, history = train_rung(
        rung, train, validation, progress=False, ranks=ranks, **options
    )
    name = "one" if ranks is None else f"{ranks.rank}-of-{ranks.size}"
    without_seconds = [record[:-1] for record in history]
    save_state(folder / name, tagger.model.state_dict(), without_seconds)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["fast", "best"])
def test_without_dropout_several_processes_learn_what_one_learns(
    sample, tmp_path, kind
):
    """Shares differ by a sentence, and some batches have fewer than processes."""
    rung = small(kind, **DROPOUTS)
    rung = replace(rung, plan=replace(rung.plan, batch_words=0, batch_size=5))
    for size in (0, 2, 3):
        work = lambda ranks: train(rung, sample, tmp_path, ranks)  # noqa: E731
        assert {*run_ranks(size, work, tmp_path)} == {0}
    weights, history = load_state(tmp_path / "one")
    for size in (2, 3):
        for rank in range(size):
            found = load_state(tmp_path / f"{rank}-of-{size}")
            assert_same(found, load_state(tmp_path / f"0-of-{size}"))
        for got, wanted in zip(found[1], history, strict=True):
            assert got == pytest.approx(wanted, abs=2e-4)
        torch.testing.assert_close(found[0], weights, rtol=1e-2, atol=2e-3)
    assert history[0][1] > 2 * history[-1][1], "it has learned something"


@pytest.mark.long
def test_with_dropout_it_goes_on_to_the_same_bits(sample, tmp_path):
    rung, folder = small("best", epochs=4), tmp_path / "checkpoint"

    def stop(epoch):
        if epoch.epoch == 2:
            os._exit(9)

    whole, broken = tmp_path / "whole", tmp_path / "broken"

    def run(out, **options):
        out.mkdir(exist_ok=True)
        return run_ranks(
            2, lambda ranks: train(rung, sample, out, ranks, **options), out
        )

    assert run(whole) == [0, 0]
    statuses = run(broken, checkpoint=folder, on_epoch=stop)
    assert (statuses[0], statuses[1] != 0) == (9, True), "both have ended"
    (broken / "store-2").unlink()
    assert run(broken, checkpoint=folder) == [0, 0]
    assert_same(load_state(broken / "0-of-2"), load_state(whole / "0-of-2"))
    assert load_state(whole / "0-of-2")[1] != []


@pytest.mark.long
def test_another_number_of_processes_does_not_go_on(sample, tmp_path, capfd):
    rung, folder = small("fast", epochs=1), tmp_path / "checkpoint"

    def work(ranks):
        train(rung, sample, tmp_path, ranks, checkpoint=folder)

    assert run_ranks(2, work, tmp_path) == [0, 0]
    capfd.readouterr()
    for size, said in ((3, "got 2, wanted 3"), (0, "got 2, wanted 1")):
        assert 0 not in run_ranks(size, work, tmp_path)
        assert f"another call (processes: {said}); take another folder" in (
            capfd.readouterr().err
        )


@pytest.mark.long
def test_what_changes_the_weights_of_one_process_is_refused(sample, tmp_path, capfd):
    def work(ranks):
        model = []

        def change(_):
            for weight in model[0].parameters():
                weight.data += 1

        from lstm_helpers.training import loop

        start = loop.Run.start
        loop.Run.start = lambda tagger, plan: (
            model.append(tagger) or start(tagger, plan)
        )
        train(small("fast"), sample, tmp_path, ranks, on_epoch=change)

    assert 0 not in run_ranks(2, work, tmp_path)
    assert "got other weights than another one has" in capfd.readouterr().err


# --- from a shell


def torchrun(*arguments, n=2, **options):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={n}", "-m", "lstm_helpers", "train", *arguments]
    environment = os.environ | {"GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **pipes, **options)


@pytest.mark.slow
def test_the_command_trains_in_two_processes_as_well_as_in_one(tmp_path):
    """Within what other seeds give, and the same twice."""
    scores = {}
    for name, n in (("two", 2), ("again", 2), ("one", 1)):
        out = tmp_path / name
        with torchrun("sample", "--out", str(out), n=n) as process:
            printed, said = process.communicate(timeout=500)
        assert process.returncode == 0, said
        assert [*map(int, re.findall(r"^epoch (\d): ", said, re.MULTILINE))] == [
            *range(1, 8)
        ], "the first process alone says how far it is"
        [line] = printed.splitlines()
        scores[name] = float(re.search(r"test F1 ([\d.]+)", line)[1])
        weights, _ = load_state(out)
        if name == "again":
            assert_same(weights, load_state(tmp_path / "two")[0])
    assert scores["two"] == pytest.approx(scores["one"], abs=0.015)


def children_of(pid):
    """Find the training processes that torchrun has started."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [*map(int, path.read_text().split())] if path.exists() else []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")
def test_a_process_that_is_killed_ends_all_and_the_same_call_goes_on(tmp_path):
    call = ["sample", "--checkpoint", str(tmp_path / "checkpoint")]
    whole, out = tmp_path / "whole", tmp_path / "out"
    with torchrun("sample", "--out", str(whole)) as process:
        assert process.wait(500) == 0
        process.communicate()
    for k in range(5):
        process = torchrun(*call, "--out", str(out))
        for line in process.stderr:  # whose epochs are those that were not done yet
            if line.startswith(f"epoch {k + 1}:"):
                break
        time.sleep(0.1 * k)
        victims = children_of(process.pid)
        assert len(victims) == 2
        os.kill(victims[k % 2], signal.SIGKILL)
        _, said = process.communicate(timeout=120)
        assert process.returncode != 0
        assert "Signal 9 (SIGKILL)" in said or "has ended, and so does this" in said
        assert not any(Path(f"/proc/{pid}").exists() for pid in victims)
        assert not (out / "state.json").exists()
    with torchrun(*call, "--out", str(out)) as process:
        _, said = process.communicate(timeout=500)
    assert process.returncode == 0, said
    assert_same(load_state(out)[0], load_state(whole)[0])
