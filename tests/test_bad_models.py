"""A saved tagger may come from anyone: it is data, and what is wrong is refused."""

import ast
import json
import pickle
import re
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from trials import trials

import lstm_helpers
from lstm_helpers.data.encoding import build_encoder
from lstm_helpers.data.iob2 import count_illegal
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files import checkpoints
from lstm_helpers.files.checkpoints import CheckpointError, load_state, save_state
from lstm_helpers.models.saving import load_tagger, save_tagger
from lstm_helpers.models.taggers import build_tagger
from lstm_helpers.models.trained import TrainedTagger
from lstm_helpers.prediction.text import tag_text
from lstm_helpers.training.loop import fit
from lstm_helpers.training.plan import Plan

pytestmark = pytest.mark.long

TEXT = "Pell saw Lake Verda in May"
TRAIN = [Sentence(TEXT.split(), ["B-per", "O", "B-geo", "I-geo", "O", "O"])]
SIZES = {"embedding_dim": 2, "hidden_size": 2, "paired": [0, 1], "n_buckets": 4}


def build(kind="PooledTagger", **sizes):
    encoder = build_encoder(TRAIN, ["shape"], min_count=1)
    torch.manual_seed(0)
    model = build_tagger(kind, encoder, head="CRF", **sizes)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    return TrainedTagger(model.eval(), encoder, {"epochs": 1})


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "tagger"
    save_tagger(folder, build(**SIZES))
    return folder


def test_every_flipped_byte_and_bit_is_refused(saved):
    load_tagger(saved)
    n_flips = 0
    for path in sorted(saved.iterdir()):
        content = path.read_bytes()
        for k in range(len(content)):
            for mask in (0xFF, 1 << k % 8):
                flipped = bytes([content[k] ^ mask])
                path.write_bytes(content[:k] + flipped + content[k + 1 :])
                n_flips += 1
                with pytest.raises(CheckpointError):
                    load_tagger(saved)
        path.write_bytes(content)
    print(f"{n_flips:,} flips were refused")
    assert n_flips > 5000


@pytest.mark.parametrize("n_left", [0, 100, -2])
def test_a_truncated_file_is_named(saved, n_left):
    for path in sorted(saved.iterdir()):
        content = path.read_bytes()
        path.write_bytes(content[:n_left])
        with pytest.raises(CheckpointError, match=rf"^{path}: damaged"):
            load_tagger(saved)
        path.write_bytes(content)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=6,
)


def places(data, place=()):
    """List the places of all values in nested lists and dicts."""
    if place:
        yield place
    items = {dict: dict.items, list: enumerate}.get(type(data), lambda _: ())
    for key, value in items(data):
        yield from places(value, (*place, key))


def replace(data, place, value):
    """Give nested lists and dicts another value at one place."""
    if not place:
        return value
    changed = data.copy()
    changed[place[0]] = replace(data[place[0]], place[1:], value)
    return changed


@trials(400)
@given(data=st.data())
def test_metadata_of_bad_will_are_refused_or_harmless(saved, data):
    tensors, metadata = load_state(saved)
    place = data.draw(st.sampled_from([*places(metadata)]))
    value = data.draw(VALUES | st.sampled_from([10**6, 10**12, -1, 0, 10**30, 1e308]))
    hostile = saved.parent / "hostile"  # with all checksums right
    save_state(hostile, tensors, replace(metadata, place, value))
    try:
        tagger = load_tagger(hostile)
    except CheckpointError:
        return
    tagged = tag_text(tagger, TEXT)
    assert [word.word for word in tagged] == TEXT.split()
    assert all(isinstance(word.tag, str) for word in tagged)


@pytest.mark.parametrize("kind", ["RecurrentTagger", "PooledTagger"])
@pytest.mark.parametrize(
    "size", ["num_layers", "hidden_size", "embedding_dim", "n_buckets", "vocab_size"]
)
def test_sizes_that_would_take_memory_or_time_are_refused(saved, kind, size):
    tensors, metadata = load_state(saved)
    hostile = saved.parent / "hostile"
    sizes = metadata["sizes"] | {size: 10**7}
    save_state(hostile, tensors, metadata | {"kind": kind, "sizes": sizes})
    with pytest.raises(CheckpointError, match=f"{size}: got 10000000, but only"):
        load_tagger(hostile)


def test_weights_of_another_type_are_refused(saved):
    tensors, metadata = load_state(saved)
    hostile = saved.parent / "hostile"
    for dtype in (torch.float64, torch.float16, torch.int32):
        others = {name: tensor.to(dtype) for name, tensor in tensors.items()}
        save_state(hostile, others, metadata)
        with pytest.raises(CheckpointError, match=f"got {dtype}, wanted torch.float32"):
            load_tagger(hostile)


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_no_numbers_are_counted_and_refused(saved, wrong):
    tensors, metadata = load_state(saved)
    hostile = saved.parent / "hostile"
    for name, tensor in tensors.items():
        others = tensor.clone()
        others.view(-1)[:2] = wrong
        save_state(hostile, tensors | {name: others}, metadata)
        said = f"{name}: got 2 of {tensor.numel():,} weights not finite, wanted none"
        with pytest.raises(CheckpointError, match=said):
            load_tagger(hostile)


@pytest.mark.parametrize("kind", ["RecurrentTagger", "WindowTagger", "PooledTagger"])
@pytest.mark.parametrize("sign", [1, -1])
def test_weights_at_the_edge_of_float32_give_legal_tags_or_an_error(
    tmp_path, kind, sign
):
    sizes = SIZES if kind == "PooledTagger" else {}
    sizes |= {"paired": [0, 1], "n_buckets": 4} if kind == "WindowTagger" else {}
    tagger = build(kind, **sizes)
    for k, parameter in enumerate(tagger.model.parameters()):
        torch.nn.init.constant_(parameter, 3e38 * sign ** (k + 1))
    tagged, said = [], ""
    try:
        save_tagger(tmp_path, tagger)
        tagged = tag_text(load_tagger(tmp_path), TEXT)
    except ValueError as error:
        said = str(error)
    assert tagged or "wanted finite numbers" in said
    assert count_illegal([[word.tag for word in tagged]]) == 0


def safetensors_of(**about):
    """A file that says what `about` does of one tensor without any bytes."""
    header = json.dumps({"x": {"data_offsets": [0, 0], **about}}).encode()
    return len(header).to_bytes(8, "little") + header


@pytest.mark.parametrize(
    "content",
    [
        safetensors_of(dtype="F4", shape=[0]),
        safetensors_of(dtype="F8_E8M0", shape=[0]),
        safetensors_of(dtype="F32", shape=[0, 2**62, 4]),
        safetensors_of(dtype="F32", shape=[0, 2**63]),
        safetensors_of(dtype="F32", shape=[-1]),
        b"",
    ],
)
def test_weights_that_no_tensors_have_made_are_refused(saved, content, monkeypatch):
    _, metadata = load_state(saved)
    hostile = saved.parent / "hostile"
    with monkeypatch.context() as patch:  # with all checksums right
        patch.setattr(checkpoints, "save", lambda _: content)
        save_state(hostile, {}, metadata)
    with pytest.raises(CheckpointError, match=f"^{hostile}.*: damaged"):
        load_tagger(hostile)


@pytest.mark.parametrize("paired", [[0] * 1000, [1.5], [True, False], [[1]], [2]])
def test_pairs_of_what_is_no_place_of_an_id_are_refused(saved, paired):
    tensors, metadata = load_state(saved)
    hostile = saved.parent / "hostile"
    sizes = metadata["sizes"] | {"paired": paired}
    save_state(hostile, tensors, metadata | {"sizes": sizes})
    with pytest.raises(CheckpointError, match="not a tagger"):
        load_tagger(hostile)


MODULES = {"pickle", "dill", "joblib", "marshal", "shelve", "cloudpickle", "runpy"}
FUNCTIONS = {"torch.load", "np.load", "pd.read_pickle", "eval", "exec", "compile"}


# What its processes send each other is no file, and joblib's load is not among these.
SENDS = Path("training/sharing.py")
SENDING = {"cpu_count", "parallel_config", "delayed", "Parallel"}


def test_the_package_has_no_way_to_unpickle_a_file():
    package = Path(lstm_helpers.__file__).parent
    paths = [*package.rglob("*.py")]
    assert len(paths) > 20
    used = re.findall(r"\bjoblib\.(\w+)", (package / SENDS).read_text("utf-8"))
    assert {*used} == SENDING
    assert "joblib.Parallel(max_nbytes=None)" in (package / SENDS).read_text("utf-8")
    paths.remove(package / SENDS)
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not {alias.name for alias in node.names} & MODULES, path
            elif isinstance(node, ast.ImportFrom):
                assert node.module not in MODULES, path
            elif isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in FUNCTIONS, path


def work_on_files(folder):
    """Train, stop and go on, save, load and tag."""
    tagger = build(**SIZES)
    options = {"progress": False, "checkpoint": folder / "state"}
    for _ in range(2):  # the second time from the checkpoint
        model = build(**SIZES).model
        fit(model, tagger.encoder, TRAIN, TRAIN, Plan(epochs=2), **options)
    save_tagger(folder / "tagger", tagger)
    assert tag_text(load_tagger(folder / "tagger"), TEXT) == tag_text(tagger, TEXT)


def test_nothing_is_unpickled(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("something is unpickled")

    work_on_files(tmp_path / "once")  # torch makes subclasses when it is first used
    for module, name in (
        (pickle, "load"),
        (pickle, "loads"),
        (pickle, "Unpickler"),
        (pickle, "_Unpickler"),
        (torch, "load"),
        (torch.serialization, "load"),
    ):
        monkeypatch.setattr(module, name, refuse)
    work_on_files(tmp_path / "again")
