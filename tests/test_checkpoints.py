import hashlib
import json
import os
from unittest.mock import Mock

import pytest
import torch

from lstm_helpers.files import checkpoints
from lstm_helpers.files.checkpoints import CheckpointError, load_state, save_state

OLD = {"weight": torch.arange(6.0).reshape(2, 3), "ids": torch.tensor([3, 1, 2])}
NEW = {"weight": torch.ones(2, 3)}
METADATA = {"words": ["<unk>", "Łódź", "“"], "sizes": {"E": 32}, "best": None}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "deep" / "state"
    save_state(folder, OLD, METADATA)
    return folder


def assert_holds(folder, tensors, metadata):
    loaded, loaded_metadata = load_state(folder)
    torch.testing.assert_close(loaded, tensors, rtol=0, atol=0)
    assert loaded_metadata == metadata


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def weights_in(folder):
    [weights] = folder.glob("*.safetensors")
    return weights


def edit_json(folder, **changes):
    path = folder / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes))


def test_what_is_saved_is_loaded(folder):
    assert_holds(folder, OLD, METADATA)


def test_views_and_every_dtype_are_saved(tmp_path):
    tensors = {
        "view": torch.arange(6.0).reshape(2, 3).T,
        "half": torch.ones(2, dtype=torch.float16),
        "flags": torch.tensor([True, False]),
        "scalar": torch.tensor(0.5, dtype=torch.float64),
        "empty": torch.empty(0, 4),
    }
    save_state(tmp_path, tensors, {})
    assert_holds(tmp_path, tensors, {})


def test_the_same_state_makes_the_same_files(folder, tmp_path):
    save_state(tmp_path / "again", OLD, METADATA)
    assert contents(tmp_path / "again") == contents(folder)


@pytest.mark.parametrize("tensors", [OLD, NEW], ids=["the same", "others"])
def test_replacing_leaves_one_weights_file(folder, tensors):
    save_state(folder, tensors, {"epoch": 2})
    assert_holds(folder, tensors, {"epoch": 2})
    assert contents(folder).keys() == {"state.json", weights_in(folder).name}


# The weights are flushed first, the JSON second.
@pytest.mark.parametrize("tensors", [OLD, NEW], ids=["the same", "others"])
@pytest.mark.parametrize("n_flushed", [0, 1])
def test_nothing_but_the_old_state_is_left_if_writing_fails(
    folder, monkeypatch, n_flushed, tensors
):
    before = contents(folder)
    outcomes = [None] * n_flushed + [OSError("disk full")]
    monkeypatch.setattr(os, "fsync", Mock(side_effect=outcomes))
    with pytest.raises(OSError, match="disk full"):
        save_state(folder, tensors, {"epoch": 2})
    assert_holds(folder, OLD, METADATA)
    assert contents(folder) == before


def test_metadata_that_json_cannot_hold_leaves_the_old_state(folder):
    before = contents(folder)
    with pytest.raises(TypeError, match="not JSON serializable"):
        save_state(folder, NEW, {"model": object()})
    assert contents(folder) == before


def test_a_folder_without_a_state_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=rf"^{tmp_path}: got no state\.json"):
        load_state(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda _: "",
        lambda _: "[]",
        lambda text: text.replace('"metadata"', '"data"'),
        lambda text: text.replace("Łódź", "\udcff"),  # a byte that is not UTF-8
    ],
    ids=["truncated", "empty", "a list", "a missing key", "not UTF-8"],
)
def test_damaged_json_is_named(folder, damage):
    path = folder / "state.json"
    damaged = damage(path.read_text("utf-8"))
    path.write_bytes(damaged.encode("utf-8", "surrogateescape"))
    with pytest.raises(CheckpointError, match=rf"^{path}: damaged"):
        load_state(folder)


@pytest.mark.parametrize("position", [0, 20, -1])
def test_a_flipped_byte_in_the_weights_is_noticed(folder, position):
    path = weights_in(folder)
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=rf"^{path}: damaged"):
        load_state(folder)


def test_missing_weights_are_named(folder):
    path = weights_in(folder)
    path.unlink()
    with pytest.raises(
        CheckpointError, match=rf"^{path}: state\.json names it, but: No such file"
    ):
        load_state(folder)


@pytest.mark.parametrize(
    ("version", "got"),
    [
        (2, r"2 \(of an older version\)"),
        (4, r"4 \(of a newer version\)"),
        ("3", "'3'"),
        (None, "None"),
    ],
)
def test_another_format_is_refused(folder, version, got):
    edit_json(folder, format=version)
    wanted = rf"state\.json: got format {got}, wanted 3"
    with pytest.raises(CheckpointError, match=wanted):
        load_state(folder)


def test_changed_metadata_are_noticed(folder):
    edit_json(folder, metadata=METADATA | {"sizes": {"E": 33}})
    wanted = r"state\.json: damaged \(.*its checksum is not the saved one"
    with pytest.raises(CheckpointError, match=wanted):
        load_state(folder)


def test_metadata_may_be_anything_that_json_holds(tmp_path):
    metadata = {10: (1.5, float("inf")), 9: {"ł\ud800": None}, 1: [True, -0.0, 1e-300]}
    save_state(tmp_path, {}, metadata)
    _, loaded = load_state(tmp_path)
    assert loaded == {
        "10": [1.5, float("inf")],
        "9": {"ł\ud800": None},
        "1": [True, -0.0, 1e-300],
    }


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"format": 3,' * 50_000, "9" * 5000]
)
def test_json_that_no_parser_likes_is_named(folder, content):
    path = folder / "state.json"
    path.write_text(content)
    with pytest.raises(CheckpointError, match=rf"^{path}: damaged"):
        load_state(folder)


def test_sizes_are_looked_at_before_memory_is_taken(folder, monkeypatch):
    path = weights_in(folder)
    os.truncate(path, 2**43)  # eight terabytes of nothing
    with pytest.raises(CheckpointError, match=rf"^{path}: damaged \(got 8,796"):
        load_state(folder)
    monkeypatch.setattr(checkpoints, "_MAX_JSON_BYTES", 20)
    path = folder / "state.json"
    with pytest.raises(
        CheckpointError, match=rf"^{path}: damaged .*more than 20 bytes"
    ):
        load_state(folder)


def test_what_a_killed_process_left_is_tidied_up(folder):
    (folder / ".saving-x").mkdir()
    (folder / ".saving-x" / "weights").write_bytes(b"half")
    (folder / "weights-0123.safetensors").write_bytes(b"put there, but never named")
    assert_holds(folder, OLD, METADATA)
    save_state(folder, NEW, {})
    assert contents(folder).keys() == {"state.json", weights_in(folder).name}


def test_weights_outside_of_the_folder_are_not_read(folder):
    outside = weights_in(folder).rename(folder.parent / "elsewhere.safetensors")
    for name in (str(outside), f"../{outside.name}"):
        edit_json(folder, weights=name)
        with pytest.raises(
            CheckpointError, match=rf"^{folder / outside.name}: state.json names"
        ):
            load_state(folder)


def test_weights_that_are_no_safetensors_are_named(folder):
    path = weights_in(folder)
    path.write_bytes(b"not tensors")
    edit_json(folder, weights_sha256=hashlib.sha256(b"not tensors").hexdigest())
    with pytest.raises(CheckpointError, match=rf"^{path}: damaged"):
        load_state(folder)


def test_weights_that_are_a_pipe_are_not_opened(folder):
    """Who opens one waits until somebody writes into it."""
    path = weights_in(folder)
    path.unlink()
    os.mkfifo(path)
    edit_json(folder, weights_bytes=0)
    with pytest.raises(CheckpointError, match=rf"^{path}: damaged"):
        load_state(folder)
