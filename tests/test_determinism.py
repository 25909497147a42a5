"""The same seed gives the same tagger: to the bit, or within a stated tolerance."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from lstm_helpers.training.ladder import RUNGS, train_rung

pytestmark = pytest.mark.long

TOLERANCE = 0.01  # on entity F1 of the bundled corpus's validation part
TRAIN = """
import json
from dataclasses import replace
from hashlib import sha256

from lstm_helpers import data, files, training
from safetensors.torch import save

split = data.benchmark_split(data.read_corpus("sample").sentences)
fast = training.RUNGS["fast"]
rung = replace(fast, plan=replace(fast.plan, epochs={epochs}))
tagger, history = training.train_rung(
    rung, split.train[:{n}], split.validation, progress=False
)
encoder = tagger.encoder
print(json.dumps([
    sha256(save(tagger.model.state_dict())).hexdigest(),
    files.checksum([encoder.words, encoder.tags, encoder.features]),
    [record[:-1] for record in history],
]))
"""


def train_in_a_process(n=300, epochs=1, **environment):
    """Train in a process of its own: checksums of weights and encoder, history."""
    done = subprocess.run(
        [sys.executable, "-c", TRAIN.format(n=n, epochs=epochs)],
        env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_processes_give_the_same_bits_whatever_the_hash_seed():
    first, *others = (train_in_a_process(PYTHONHASHSEED=s) for s in ("0", "1", "977"))
    assert others == [first, first]


def test_one_process_gives_the_same_bits_twice(sample):
    few = sample.sentences[:200], sample.sentences[200:240]

    rung = replace(RUNGS["fast"], plan=replace(RUNGS["fast"].plan, epochs=1))

    def train(seed):
        tagger, history = train_rung(rung, *few, seed=seed, progress=False)
        bits = [p.detach().numpy().tobytes() for p in tagger.model.parameters()]
        return bits, [record[:-1] for record in history]

    assert train(0) == train(0)
    assert train(0) != train(1)


@pytest.mark.slow
def test_threads_and_instruction_sets_change_the_f1_by_little():
    whole = {"n": None, "epochs": 4}
    settings = [
        {},
        {"OMP_NUM_THREADS": "2"},
        {"ATEN_CPU_CAPABILITY": "default"},
        {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    ]
    weights, f1 = [], []
    for environment in settings:
        checksum, _, history = train_in_a_process(**whole, **environment)
        weights.append(checksum)
        f1.append(max(score for *_, score in history))
    print(dict(zip(map(str, settings), f1, strict=True)))
    assert len(set(weights)) > 1, "settings that change nothing test nothing"
    assert max(f1) - min(f1) < TOLERANCE
