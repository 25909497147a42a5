"""What is too large is refused before much memory is taken for it: measured."""

import gzip
import hashlib
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

from lstm_helpers.files.checkpoints import save_state

SCRIPT = Path(__file__).with_name("read_bombs.py")
MOST = 64  # MB; the least of these files would take 600

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc"),
]


def zip_bombs(folder):
    """Pack 600 MB of nothing into less than 3 MB, and lie about it."""
    path = folder / "honest.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("ner_dataset.csv", "w") as member,
    ):
        for _ in range(60):
            member.write(bytes(10_000_000))
    content = bytearray(path.read_bytes())
    size_at = content.rindex(b"PK\x01\x02") + 24
    for name, size in (("small.zip", 10), ("large.zip", 2**32 - 2)):
        struct.pack_into("<L", content, size_at, size)
        (folder / name).write_bytes(content)


def gz_bomb(path, piece=bytes(10_000_000)):
    """Pack 600 MB, in a file of many members."""
    path.write_bytes(gzip.compress(piece) * 60)


def long_listing(path):
    """Write a zip with a list of 30 MB that no member stands behind."""
    entry = b"PK\x01\x02" + bytes(42)
    n_bytes = 650_000 * len(entry)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, n_bytes, 0, 0)
    path.write_bytes(entry * 650_000 + end)


def state_with(folder, *, json_text="", weights=b""):
    """Write a state whose JSON or whose weights are others."""
    save_state(folder, {"x": torch.zeros(1)}, {"about": "HERE"})
    if json_text:
        path = folder / "state.json"
        path.write_text(path.read_text().replace('"HERE"', json_text))
    if weights:
        state = json.loads((folder / "state.json").read_text())
        (folder / state["weights"]).write_bytes(weights)
        state["weights_bytes"] = len(weights)
        state["weights_sha256"] = hashlib.sha256(weights).hexdigest()
        (folder / "state.json").write_text(json.dumps(state))


def many_tensors():
    """Write safetensors' list of a million tensors without a number."""
    about = '"{}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    header = "{" + ",".join(map(about.format, range(10**6))) + "}"
    return len(header).to_bytes(8, "little") + header.encode()


def write_bombs(folder):
    """Write a file of each kind; return what shall be said of it."""
    zip_bombs(folder)
    gz_bomb(folder / "packed.csv.gz")
    gz_bomb(folder / "packed.conll.gz", b"a O\n" * 2_500_000)
    long_listing(folder / "listing.zip")
    for name in ("sparse.csv", "sparse.conll", "sparse.zip", "sparse.csv.gz"):
        (folder / name).touch()
        os.truncate(folder / name, 2**40)
    many = ",".join(["{}"] * 9_000_000)
    state_with(folder / "dicts.state", json_text=f"[{many}]")
    state_with(folder / "values.state", json_text=f"[{'0,' * 10_000_000}0]")
    state_with(folder / "long.state")
    os.truncate(folder / "long.state" / "state.json", 2**40)
    state_with(folder / "tensors.state", weights=many_tensors())
    too_large = "more than 200,000,000 bytes"
    names = [path.name for path in folder.iterdir()]
    return dict.fromkeys(names, too_large) | {
        "small.zip": "damaged zip",
        "listing.zip": "more than 1,000,000 bytes of names",
        "dicts.state": "more than 100,000 lists and dicts",
        "values.state": "more than 4,000,000 values",
        "long.state": "more than 32,000,000 bytes",
        "tensors.state": "more than 1,000,000 bytes of names",
    }


def test_bombs_are_refused_before_they_take_memory(tmp_path, capsys):
    folder = tmp_path / "bombs"
    folder.mkdir()
    wanted = write_bombs(folder)
    done = subprocess.run(
        [sys.executable, SCRIPT, folder], capture_output=True, text=True, check=True
    )
    costs = json.loads(done.stdout)
    assert costs.keys() == wanted.keys()
    for name, (said, megabytes) in costs.items():
        print(f"{name}: {megabytes:.0f} MB, {said}")
        assert wanted[name] in said, name
        assert said.startswith(str(folder / name)), "is named"
        assert megabytes < MOST, name
