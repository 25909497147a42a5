"""Workers, schedulers and commands are killed: nothing is lost, and nothing twice."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import build_tagger
from clusters import NEEDS, results

from lstm_helpers.__main__ import main
from lstm_helpers.models.saving import save_tagger
from lstm_helpers.scale.running import find_scheduler, start_workers, tag_files
from lstm_helpers.scale.tagging import NOTES

pytestmark = [
    pytest.mark.scale,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*got no workers yet"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
WORDS = ["Mr.", "Pell", "left", "Lake", "Verda", "in", "May", ".", "São", "boat"]
N_PARTS = 8


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Write a tagger, a file of several parts, and what one process makes of it."""
    pytest.importorskip("distributed", reason=NEEDS)
    folder = tmp_path_factory.mktemp("work")
    save_tagger(folder / "mine", build_tagger())
    draw, text = random.Random(0), folder / "in.txt"
    with text.open("w", encoding="utf-8") as file:
        while file.tell() < (N_PARTS << 20) - 500_000:
            file.write(" ".join(draw.choices(WORDS, k=draw.randrange(30))) + "\n")
    out = folder / "whole"
    call = ["tag", "--file", str(text), "--format", "jsonl", "--out", str(out)]
    main([*call, "--tagger", str(folder / "mine")])
    return folder


def tag(work, out, client):
    options = {"tagger": work / "mine", "part_bytes": 1 << 20, "progress": False}
    return tag_files(str(work / "in.txt"), out, client, **options)


def assert_whole(work, out, found):
    """Compare every byte, and see that nothing lies about."""
    content = results(out)
    assert b"".join(content.values()) == (work / "whole").read_bytes()
    assert found.done + found.kept == len(content) == N_PARTS
    assert len([*(out / NOTES).iterdir()]) == N_PARTS
    assert not [*out.rglob(".part-*")]


def test_workers_that_are_killed_lose_and_double_nothing(work, tmp_path):
    n_kills, draw = 0, random.Random(0)
    with start_workers(2) as client:
        for out in (tmp_path / str(k) for k in range(100)):
            with ThreadPoolExecutor() as pool:
                tagging = pool.submit(tag_all, work, out, client)
                while n_kills < 20 and wait_for_a_part(out, tagging):
                    time.sleep(draw.uniform(0, 2))
                    pids = [*client.run(os.getpid, on_error="ignore").values()]
                    if pids and not tagging.done():
                        os.kill(draw.choice(pids), signal.SIGKILL)
                        n_kills += 1
            assert_whole(work, out, tagging.result())
            if n_kills == 20:
                break
    print(f"{n_kills} workers killed in {int(out.name) + 1} runs")


def tag_all(work, out, client):
    """Tag, and once more as long as a part was struck too often."""
    while (found := tag(work, out, client)).failed:
        pass
    return found


def wait_for_a_part(out, tagging):
    """Wait until one part more is done; False if that was the last."""
    n_before = len([*(out / NOTES).glob("*")])
    while not tagging.done():
        if len([*(out / NOTES).glob("*")]) > n_before:
            return True
        time.sleep(0.05)
    return False


def start(*arguments):
    """Start a program of Dask's."""
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
        stderr=subprocess.PIPE,
        text=True,
    )


def start_cluster():
    """Start a scheduler and two workers: the processes, and the address."""
    options = ["--no-dashboard", "--port", "0", "--host", "127.0.0.1"]
    scheduler = start("scheduler", *options)
    for line in scheduler.stderr:
        if found := re.search(r"Scheduler at: +(\S+)", line):
            break
    threading.Thread(target=scheduler.stderr.read, daemon=True).start()
    address = found[1]
    options = ["--nthreads", "1", "--no-dashboard", "--death-timeout", "5"]
    workers = [start("worker", address, *options) for _ in range(2)]
    for worker in workers:
        threading.Thread(target=worker.stderr.read, daemon=True).start()
    return address, [scheduler, *workers]


def stop(processes):
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(60)


def test_a_scheduler_that_is_killed_ends_the_call_and_another_goes_on(work, tmp_path):
    address, processes = start_cluster()
    out = tmp_path / "out"
    try:
        with find_scheduler(address) as client:
            client.wait_for_workers(2, timeout=60)

            def kill():
                while len([*(out / NOTES).glob("*")]) < 2:
                    time.sleep(0.05)
                processes[0].kill()

            threading.Thread(target=kill, daemon=True).start()
            with pytest.raises(OSError, match="the scheduler is gone; what is done is"):
                tag(work, out, client)
    finally:
        stop(processes)
    n_done = len([*(out / NOTES).iterdir()])
    assert 2 <= n_done < N_PARTS
    address, processes = start_cluster()
    try:
        with find_scheduler(address) as client:
            found = tag(work, out, client)
    finally:
        stop(processes)
    assert found.kept >= n_done
    assert_whole(work, out, found)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_command_that_is_ended_goes_on(work, tmp_path, sent):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "lstm_helpers", "tag", "--tagger", work / "mine"]
    command += [
        "--file",
        work / "in.txt",
        "--out",
        out,
        "--workers",
        "2",
        "--part",
        "1",
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        while len([*(out / NOTES).glob("*")]) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(sent)
        _, said = process.communicate(timeout=120)
    n_done = len([*(out / NOTES).iterdir()])
    assert 2 <= n_done < N_PARTS
    if sent == signal.SIGINT:
        assert process.returncode == 130, said
        kept = f"{out} keeps the parts that are done: the same call goes on."
        assert said == f"\nStopped. {kept}\n"
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    kept = int(re.search(r": 8 parts, (\d) of them kept", done.stdout)[1])
    assert n_done <= kept < N_PARTS
    with start_workers(1) as client:
        assert_whole(work, out, tag(work, out, client))
