"""Measure what tagging and training cost in several processes, and reckon on from it.

    python tools/measure_scale.py            rewrites data/scale.json: 12 minutes
    python tools/measure_scale.py --quick    less of each: build/scale-quick.json

Needs two cores on which little else runs, and the optional group scale. On the bundled
corpus, with a tagger "fast". A figure that docs/scale.md quotes is followed by a
comment with its key, <!--scale:key-->, and python tools/quote.py writes it there.
"""

import argparse
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import torch

from lstm_helpers.data import (
    benchmark_split,
    build_encoder,
    encode_sentences,
    group_by_length,
    iterate_batches,
    read_corpus,
)
from lstm_helpers.models import build_tagger, save_tagger
from lstm_helpers.scale import Part, gather_notes, start_workers, tag_files
from lstm_helpers.training import RUNGS, Ranks, train_rung
from results import write_results

ROOT = Path(__file__).parents[1]
OUTPUT, QUICK = ROOT / "data" / "scale.json", ROOT / "build" / "scale-quick.json"
COMMAND = "python tools/measure_scale.py"
PACKAGES = ("torch", "dask", "distributed", "pyarrow", "fsspec")
MIB = 1 << 20
PART = 64 * MIB  # what the command makes of a file by default
SIZES = (1, 2, 4, 8)
CORES, WORDS = (1, 10, 100, 1000), {"billion": 1e9, "trillion": 1e12}
UNITS = {"billion": ("minutes", 60), "trillion": ("hours", 3600)}  # and seconds
RUNG = RUNGS["fast"]


def main():
    """Measure, reckon and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less of each")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    split = benchmark_split(read_corpus("sample").sentences)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_tagging(Path(folder), split, 4 if quick else 40)
        figures |= measure_training(Path(folder), 1 if quick else 3)
    figures |= measure_scheduler(5_000 if quick else 100_000)
    for size in SIZES:
        figures |= count_training(split.train, size)
    figures |= reckon(figures)
    write_results(QUICK if quick else OUTPUT, COMMAND, PACKAGES, figures)
    for name, figure in sorted(figures.items()):
        print(f"{name:40}{figure}")


# --- measured


def measure_tagging(folder, split, n_mib):
    """Tag a file by one worker and by two, in turns."""
    tagger, _ = train_rung(RUNG, split.train, split.validation, progress=False)
    save_tagger(folder / "mine", tagger)
    text, little = folder / "text.txt", folder / "little.txt"
    write_text(text, split.test, n_mib * MIB)
    write_text(little, split.test, 2000)
    seconds, rates, sizes = {1: [], 2: []}, [], {}
    for k, n in enumerate((1, 2, 2, 1)):
        start = time.perf_counter()
        with start_workers(n) as client:
            options = {"tagger": folder / "mine", "progress": False}
            options["part_bytes"] = MIB
            for w in range(n):  # each loads torch, and the tagger
                out = folder / f"warm-{k}-{w}"
                tag_files(str(little), out, client, **options)
            sizes["start_seconds"] = time.perf_counter() - start
            before, start = cpu_seconds(client), time.perf_counter()
            out = folder / f"out-{k}"
            found = tag_files(str(text), out, client, **options)
            seconds[n].append(time.perf_counter() - start)
            rates.append(found.words / (cpu_seconds(client) - before))
            sizes["worker_megabytes"] = max(client.run(peak_megabytes).values())
    written = sum(path.stat().st_size for path in out.glob("*.jsonl"))
    rate, bytes_a_word = median(rates), text.stat().st_size / found.words
    one, two = (found.words / median(seconds[n]) for n in (1, 2))
    return {
        "tagged_a_cpu_second": int(round(rate, -3)),
        "one_worker_words_a_second": int(round(one, -3)),
        "two_workers_words_a_second": int(round(two, -3)),
        "two_workers_by_one": round(two / one, 2),
        "two_workers_forecast_by_measured": round(2 * one / two, 2),
        "bytes_a_word": round(bytes_a_word, 2),
        "written_by_read": round(written / text.stat().st_size, 2),
        "start_seconds": round(sizes["start_seconds"], 1),
        "worker_megabytes": round(sizes["worker_megabytes"]),
        "tagger_megabytes": round(size_of(folder / "mine") / 1e6, 1),
    }


def write_text(path, sentences, n_bytes):
    """Write sentences in random order, a line each."""
    draw = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < n_bytes:
            file.write(" ".join(draw.choice(sentences).words) + "\n")


def cpu_seconds(client):
    """Give the CPU time of all workers."""
    return sum(client.run(time.process_time).values())


def peak_megabytes():
    """Give the most memory that a process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size_of(folder):
    """Sum the sizes of a folder's files."""
    return sum(path.stat().st_size for path in folder.iterdir())


def measure_training(folder, n_turns):
    """Train in one process and in two, in turns; seconds of an epoch."""
    found = {1: [], 2: []}
    for k in range(2 * n_turns):
        for n in (1, 2) if k % 2 else (2, 1):
            command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
            command += [f"--nproc-per-node={n}", "-m", "lstm_helpers", "train"]
            command += ["sample", "--out", str(folder / "trained")]
            done = subprocess.run(
                command,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
                capture_output=True,
                text=True,
                check=True,
            )
            epochs = re.findall(r"^epoch .* ([\d.]+) s$", done.stderr, re.MULTILINE)
            found[n] += map(float, epochs)
    one, two = median(found[1]), median(found[2])
    return {
        "one_rank_epoch_seconds": round(one, 2),
        "two_ranks_epoch_seconds": round(two, 2),
        "two_ranks_by_one": round(one / two, 2),
    }


def measure_scheduler(n_parts):
    """Hand out parts whose work is nothing; how many a second are dealt with."""
    parts = (Part(f"{k:06d}", "/none", "") for k in range(n_parts))
    with start_workers(2) as client:
        client.wait_for_workers(2)
        start = time.perf_counter()
        n_done = sum(
            1
            for _ in gather_notes(
                client, lambda part: client.submit(note_nothing, part), parts
            )
        )
        seconds = time.perf_counter() - start
    assert n_done == n_parts
    return {
        "scheduler_parts": n_parts,
        "scheduler_parts_a_second": round(n_parts / seconds),
        "scheduler_megabytes": round(peak_megabytes()),
    }


def note_nothing(part):
    """Do what a worker does for a part, but for the work."""
    return {"name": part.name, "done": True}


# --- counted


def count_training(train, size):
    """Count what each of so many processes does and receives in an epoch of "fast".

    Strong scaling: the batches stay as they are. Weak: corpus and batches have so many
    times as many words.
    """
    encoder = build_encoder(train, RUNG.features)
    model = build_tagger(RUNG.kind, encoder, head=RUNG.head, **RUNG.sizes)
    tables = {t for group in model.row_groups() for t in group["params"]}
    dense = sum(p.numel() for p in model.parameters() if p not in tables)
    figures = {}
    for kind, factor in (("strong", 1), ("weak", size)):
        words = most = n_steps = received = 0
        plan = RUNG.plan
        groups = group_by_length(encode_sentences(encoder, train * factor))
        for batch in iterate_batches(
            groups,
            plan.batch_size * factor,
            torch.Generator().manual_seed(0),
            batch_words=plan.batch_words * factor,
        ):
            shares = [Ranks(rank, size).share(batch) for rank in range(size)]
            counts = [s.tags.numel() if weight else 0 for s, weight in shares]
            rows = [len(s.words.unique()) if weight else 0 for s, weight in shares]
            words, most, n_steps = words + sum(counts), most + max(counts), n_steps + 1
            width = model.sizes["embedding_dim"]
            received += (size - 1) * (max(rows) * (8 + 4 * width) + 8 * len(tables))
            received += 2 * (size - 1) * 4 * dense // size  # a ring's all-reduce
        figures |= {
            f"{kind}_{size}_steps": n_steps,
            f"{kind}_{size}_efficiency": round(words / (size * most), 2),
            f"{kind}_{size}_kilobytes_a_step": round(received / n_steps / 1000),
        }
    table = sum(t.numel() for t in tables) * 4
    figures["table_kilobytes"] = round(table / 1000)
    return figures


# --- reckoned


def reckon(measured):
    """Say what other numbers of cores and words need, by what was measured on one."""
    rate, width = measured["one_worker_words_a_second"], measured["bytes_a_word"]
    limit = measured["scheduler_parts_a_second"]
    figures = {}
    for cores in CORES:
        read = cores * rate * width  # bytes a second
        figures |= {
            f"{cores}_read_megabytes_a_second": round(read / 1e6, 1),
            f"{cores}_written_megabytes_a_second": round(
                read * measured["written_by_read"] / 1e6, 1
            ),
            f"{cores}_parts_a_second": round(read / PART, 3),
            f"{cores}_small_parts_a_second": round(read / MIB, 1),
        }
        for name, words in WORDS.items():
            unit, seconds = UNITS[name]
            figures[f"{name}_{cores}_{unit}"] = round(words / cores / rate / seconds, 2)
    for name, words in WORDS.items():
        figures[f"{name}_gigabytes"] = round(words * width / 1e9, 1)
        figures[f"{name}_parts"] = int(-(-words * width // PART))
    figures["part_seconds"] = round(PART / width / rate)
    figures["scheduler_cores_of_small_parts"] = round(limit * MIB / width / rate)
    figures["scheduler_cores_of_parts"] = round(limit * PART / width / rate)
    return figures


if __name__ == "__main__":
    main()
