import contextlib
import errno
import hashlib
import itertools
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from unittest.mock import Mock

import pytest
import torch
from builders import is_promised

from lstm_helpers.files import checkpoints
from lstm_helpers.files.checkpoints import (
    CheckpointError,
    check_folder,
    clear_leftovers,
    hold_state,
    load_state,
    save_state,
)

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


def test_surrogates_stay_what_they_are(tmp_path):
    metadata = {"words": ["\U0001f600", "\ud83d\ude00"], "\ud83d\ude00": 1}
    save_state(tmp_path, {}, metadata)
    assert_holds(tmp_path, {}, metadata)


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
    (folder / ".saving-x1_y2z3a").mkdir()
    (folder / ".saving-x1_y2z3a" / "weights").write_bytes(b"half")
    (folder / "weights-0123456789ab.safetensors").write_bytes(b"put, but never named")
    assert_holds(folder, OLD, METADATA)
    save_state(folder, NEW, {})
    assert contents(folder).keys() == {"state.json", weights_in(folder).name}


def test_what_a_save_left_that_was_killed_at_its_end_is_tidied_up(folder):
    named = weights_in(folder).name
    older, newer = (folder / f"weights-{12 * d}.safetensors" for d in "ab")
    older.write_bytes(b"of the state before")
    os.utime(older, ns=(0, 0))
    (folder / ".saving-x1_y2z3a").mkdir()
    newer.write_bytes(b"about to be named, where there are no locks")
    os.utime(newer, (time.time() + 10, time.time() + 10))
    clear_leftovers(folder)
    assert contents(folder).keys() == {"state.json", named, newer.name}
    assert_holds(folder, OLD, METADATA)


def test_without_a_state_nothing_is_tidied_up(tmp_path):
    clear_leftovers(tmp_path / "none")
    (tmp_path / "weights-0123456789ab.safetensors").write_bytes(b"somebody's")
    clear_leftovers(tmp_path)
    assert contents(tmp_path) == {"weights-0123456789ab.safetensors": b"somebody's"}


def test_what_others_put_into_the_folder_stays(folder):
    names = ["weights-best.safetensors", "weights-0123.safetensors", "notes.txt"]
    names += ["weights-0123456789AB.safetensors", "weights-0123456789ab.safetensors.gz"]
    names += [".saving-", ".saving-notes.txt", "my-weights-0123456789ab.safetensors"]
    for name in names:
        (folder / name).write_bytes(b"somebody's")
    (folder / ".saving-for-a-house").mkdir()
    save_state(folder, NEW, {})
    assert (folder / ".saving-for-a-house").is_dir()
    (folder / ".saving-for-a-house").rmdir()
    found = contents(folder)
    assert {name: found[name] for name in names} == dict.fromkeys(names, b"somebody's")
    assert len(found) == len(names) + 2


@pytest.mark.parametrize(
    "others",
    [
        b'{"counter": 7}',
        b'{"metadata": {}, "weight_map": {}, "format": 3}',
        b"[]",
        b"not JSON",
        b"\xff\xfe",
    ],
)
def test_another_programs_state_is_not_replaced(tmp_path, others):
    (tmp_path / "state.json").write_bytes(others)
    (tmp_path / "weights-0123456789ab.safetensors").write_bytes(b"somebody's")
    before = contents(tmp_path)
    wanted = r"got a state\.json that was not saved by lstm_helpers.* nothing was saved"
    with pytest.raises(FileExistsError, match=f"{wanted}.*{tmp_path}"):
        save_state(tmp_path, OLD, METADATA)
    assert contents(tmp_path) == before


def test_a_pipe_in_the_states_place_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "state.json")
    with pytest.raises(FileExistsError, match="was not saved by lstm_helpers"):
        save_state(tmp_path, OLD, METADATA)


@pytest.mark.parametrize("n_bytes", [0, 100, -2])
def test_a_damaged_state_of_ours_is_replaced(folder, n_bytes):
    path = folder / "state.json"
    path.write_bytes(path.read_bytes()[:n_bytes])
    save_state(folder, NEW, METADATA)
    assert_holds(folder, NEW, METADATA)


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


# --- what has to happen in which order


def test_a_state_is_put_in_its_place_after_its_weights(tmp_path, monkeypatch):
    """Each rename comes after the file is on the disk, and before the folder is."""
    done, fsync, replace = [], os.fsync, Path.replace

    def flush(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        done.append(("flush", "folder" if is_folder else path.suffix))
        fsync(descriptor)

    def rename(path, target):
        done.append(("rename", target.suffix))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", rename)
    save_state(tmp_path, NEW, {})
    assert done == [
        ("flush", ".safetensors"),
        ("flush", ".json"),
        ("rename", ".safetensors"),
        ("flush", "folder"),
        ("rename", ".json"),
        ("flush", "folder"),
    ]


def test_the_weights_are_named_by_12_digits_of_their_checksum(folder):
    path = weights_in(folder)
    digits = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    assert re.fullmatch("[0-9a-f]{12}", digits)
    assert path.name == f"weights-{digits}.safetensors"


def test_json_of_more_than_32_million_bytes_is_refused(folder):
    os.truncate(folder / "state.json", 32_000_001)
    with pytest.raises(CheckpointError, match="more than 32,000,000 bytes"):
        load_state(folder)


@pytest.mark.parametrize(
    "metadata", ["x" * 32_000_000, [[]] * 100_000, [0] * 4_000_001], ids=len
)
def test_what_could_not_be_read_again_is_not_saved(folder, metadata):
    before = contents(folder)
    with pytest.raises(ValueError, match=r"more than .* nothing was saved"):
        save_state(folder, NEW, metadata)
    assert contents(folder) == before


@pytest.mark.parametrize("bound", ["_MAX_WEIGHTS_BYTES", "_MAX_HEADER_BYTES"])
def test_weights_that_could_not_be_read_again_are_not_saved(folder, monkeypatch, bound):
    before = contents(folder)
    monkeypatch.setattr(checkpoints, bound, 30)
    with pytest.raises(CheckpointError, match="more than 30 bytes of "):
        load_state(folder)
    with pytest.raises(ValueError, match=r"more than 30 bytes of .*nothing was sa"):
        save_state(folder, NEW, METADATA)
    assert contents(folder) == before


def test_a_folder_that_cannot_be_flushed_is_written_all_the_same(folder, monkeypatch):
    fsync = os.fsync

    def flush(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", flush)
    save_state(folder, NEW, {"epoch": 2})
    assert_holds(folder, NEW, {"epoch": 2})
    assert contents(folder).keys() == {"state.json", weights_in(folder).name}


# --- where a folder is


def test_a_wave_is_ones_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    save_state("~/state", OLD, METADATA)
    assert_holds("~/state", OLD, METADATA)
    assert_holds(tmp_path / "state", OLD, METADATA)
    assert not (tmp_path / "~").exists()


def test_a_link_to_nowhere_is_named(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    wanted = f"got a link to what is not there, wanted a folder; nothing.*{link}"
    with pytest.raises(FileExistsError, match=wanted):
        save_state(link, OLD, METADATA)


def test_loading_makes_no_file(public_folder, nobody):
    save_state(public_folder / "state", OLD, METADATA)
    before = contents(public_folder / "state")
    (public_folder / "state").chmod(0o555)
    with nobody():
        assert_holds(public_folder / "state", OLD, METADATA)
    assert contents(public_folder / "state") == before
    (public_folder / "state").chmod(0o755)


# --- several who write


def test_a_folder_that_is_held_is_not_written(folder, monkeypatch):
    monkeypatch.setattr(checkpoints, "_WAIT", 0)
    before = contents(folder)
    with hold_state(folder):
        with pytest.raises(BlockingIOError, match=f"nothing was saved.*{folder}"):
            save_state(folder, NEW, {})
        assert contents(folder).items() > before.items()
        assert_holds(folder, OLD, METADATA)  # which may be read
    assert contents(folder) == before


def test_no_save_comes_between_the_two_renames_of_another(folder, monkeypatch):
    replace, other = Path.replace, []

    def rename(path, target):
        if target.name == "state.json" and not other:
            other.append(threading.Thread(target=save_state, args=(folder, NEW, "B")))
            other[0].start()
            other[0].join(0.3)  # it has to wait; else it would be done by now
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", rename)
    save_state(folder, {"weight": torch.zeros(5)}, "A")
    other[0].join()
    assert_holds(folder, NEW, "B")
    assert contents(folder).keys() == {"state.json", weights_in(folder).name}


def test_weights_that_came_during_a_save_are_left_alone(folder, monkeypatch):
    """As without locks: another one's weights are there, its state.json not yet."""
    replace, others = Path.replace, folder / "weights-0123456789ab.safetensors"

    def rename(path, target):
        others.write_bytes(b"of another")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", rename)
    save_state(folder, NEW, {})
    assert others.read_bytes() == b"of another"


def test_a_reader_gets_the_new_state_if_the_old_one_goes(folder, monkeypatch):
    read, n_reads = vars(checkpoints)["_read_tensors"], []

    def read_late(*arguments):
        n_reads.append(1)
        if len(n_reads) < 4:
            save_state(folder, {"weight": torch.full((3,), len(n_reads))}, len(n_reads))
        return read(*arguments)

    monkeypatch.setattr(checkpoints, "_read_tensors", read_late)
    assert_holds(folder, {"weight": torch.full((3,), 3)}, 3)


SAVE_OFTEN = """
import random, sys, time
import torch
from lstm_helpers.files.checkpoints import save_state
moments = random.Random(sys.argv[2])
for n in range(100):
    number = moments.randrange(10**6)
    save_state(sys.argv[1], {"number": torch.tensor(number)}, number)
    time.sleep(moments.uniform(0, 0.002))
"""


@pytest.mark.long
def test_two_processes_save_and_a_third_reads(tmp_path):
    save_state(tmp_path, {"number": torch.tensor(0)}, 0)
    command = [sys.executable, "-c", SAVE_OFTEN, tmp_path]
    writers = [subprocess.Popen([*command, seed]) for seed in "ab"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        tensors, number = load_state(tmp_path)
        assert tensors["number"] == number
        seen.add(number)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(seen) > 10
    assert load_state(tmp_path)[0]["number"] == load_state(tmp_path)[1]
    assert contents(tmp_path).keys() == {"state.json", weights_in(tmp_path).name}


def test_the_bounds_are_those_that_are_promised():
    assert is_promised("32 MB of JSON")
    assert vars(checkpoints)["_MAX_JSON_BYTES"] == 32 * 10**6
    assert is_promised("8 GB of weights")
    assert vars(checkpoints)["_MAX_WEIGHTS_BYTES"] == 8 * 10**9
    assert is_promised("more than ten seconds", save_state)
    assert vars(checkpoints)["_WAIT"] == 10


def test_a_folder_is_checked_before_the_work_and_left_as_it_is(folder, tmp_path):
    before = contents(folder)
    check_folder(folder)
    assert contents(folder) == before
    check_folder(tmp_path / "deep" / "new")
    assert not [*(tmp_path / "deep" / "new").iterdir()]


@pytest.mark.parametrize("wrong", ["a file", "a state of others", "no rights"])
def test_what_could_not_be_saved_is_refused_before_the_work(tmp_path, nobody, wrong):
    place = tmp_path / "there"
    if wrong == "a file":
        place.write_text("")
    else:
        place.mkdir(mode=0o500 if wrong == "no rights" else 0o700)
    if wrong == "a state of others":
        (place / "state.json").write_text("{}")
    said = []
    for write in (check_folder, lambda folder: save_state(folder, OLD, METADATA)):
        with nobody() if wrong == "no rights" else contextlib.nullcontext():
            with pytest.raises(OSError, match="nothing was saved") as caught:
                write(place)
            said.append(str(caught.value))
    assert said[0] == said[1]


# --- a state of another kind


def test_a_state_of_another_kind_is_kept(tmp_path):
    training, tagger = {"call": {}, "history": []}, {"words": ["<unk>"]}
    kinds = {"a training's state": training, "a saved tagger": tagger}
    for there, other in itertools.permutations(kinds):
        folder = tmp_path / there
        save_state(folder, OLD, kinds[there])
        wanted = f"with {there}, wanted another folder for {other}; nothing was saved"
        with pytest.raises(FileExistsError, match=wanted):
            save_state(folder, NEW, kinds[other])
        with pytest.raises(FileExistsError, match=wanted):
            check_folder(folder, other)
        assert_holds(folder, OLD, kinds[there])
        assert len(contents(folder)) == 2
        check_folder(folder, there)
        save_state(folder, NEW, kinds[there])
        assert_holds(folder, NEW, kinds[there])


def test_a_state_of_another_kind_is_kept_whatever_its_version(tmp_path):
    save_state(tmp_path, OLD, {"call": {}})
    path = tmp_path / "state.json"
    path.write_text(path.read_text().replace('"format": 3', '"format": 4'))
    before = contents(tmp_path)
    with pytest.raises(FileExistsError, match="with a training's state"):
        save_state(tmp_path, NEW, {"words": []})
    assert contents(tmp_path) == before


# --- links, and another working folder


def test_a_state_that_is_a_link_is_refused_and_kept(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere.json"
    (folder / "state.json").rename(elsewhere)
    content = elsewhere.read_bytes()
    for leads_somewhere in (True, False):
        if not leads_somewhere:
            elsewhere.unlink()
        (folder / "state.json").symlink_to(elsewhere)
        for write in (check_folder, clear_leftovers):
            with pytest.raises(FileExistsError, match="json that is a link"):
                write(folder)
        with pytest.raises(FileExistsError, match="wanted a file, or another folder"):
            save_state(folder, NEW, {})
        assert (folder / "state.json").readlink() == elsewhere
        assert elsewhere.exists() == leads_somewhere
        assert not leads_somewhere or elsewhere.read_bytes() == content
        (folder / "state.json").unlink()


def test_another_working_folder_does_not_move_a_hold(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path)
    with hold_state("state"):
        monkeypatch.chdir("there")
    assert not [*(tmp_path / "state").iterdir()]
    assert not [*(tmp_path / "there").iterdir()]
