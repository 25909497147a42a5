"""A part is tagged as a file is, with a note of its checksums, or not at all."""

import gzip
import hashlib
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from builders import TAGGER, build_tagger
from clusters import NEEDS

from lstm_helpers.files.checkpoints import STATE
from lstm_helpers.files.lines import LineReader
from lstm_helpers.models.saving import save_tagger
from lstm_helpers.prediction import streaming
from lstm_helpers.prediction.rendering import FORMATS
from lstm_helpers.prediction.streaming import tag_lines
from lstm_helpers.scale import parts, tagging
from lstm_helpers.scale.parts import Part
from lstm_helpers.scale.storage import Folder, find_state
from lstm_helpers.scale.tagging import ENDINGS, read_note, tag_part

pytestmark = pytest.mark.scale
TEXT = "Mr. Pell left Lake Verda in May .\n\nVerda in Lake\n" * 9


@pytest.fixture
def out(tmp_path, monkeypatch):
    for module in (streaming, parts):
        monkeypatch.setattr(module, "PIECE", 60)
    save_tagger(tmp_path / "out" / "tagger", TAGGER)
    return tmp_path / "out"


@pytest.fixture
def part(tmp_path):
    path = tmp_path / "in.txt"
    path.write_text(TEXT)
    return Part("in.txt.000000", str(path), find_state(str(path)), 0, None)


def call(out, form="jsonl"):
    sha256 = hashlib.sha256((out / "tagger" / STATE).read_bytes()).hexdigest()
    return {"format": form, "split": "words", "field": "text", "tagger": sha256}


def wanted(form):
    lines = LineReader(io.BytesIO(TEXT.encode()), "in.txt")
    return "".join(tag_lines(TAGGER, lines, form)).encode()


@pytest.mark.parametrize("form", [*FORMATS])
def test_a_part_is_tagged_as_a_file_is_and_noted(out, part, form):
    note = tag_part(part, str(out), call(out, form))
    result = out / f"in.txt.000000.{ENDINGS[form]}"
    assert result.read_bytes() == wanted(form)
    saved = json.loads((out / "manifest" / "in.txt.000000.json").read_bytes())
    assert note == {**saved, "done": True}
    assert saved == {
        **vars(part),
        "input_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "sha256": hashlib.sha256(wanted(form)).hexdigest(),
        "lines": 27,
        "words": 9 * (8 + 3),
        "entities": wanted("conll").count(b"\tB-"),
        "call": call(out, form),
    }
    assert saved["entities"]
    assert {path.name for path in out.iterdir()} == {"tagger", "manifest", result.name}


def test_a_table_says_what_lines_of_json_say(out, part):
    parquet = pytest.importorskip("pyarrow.parquet", reason=NEEDS)
    tag_part(part, str(out), call(out, "parquet"))
    rows = parquet.read_table(out / "in.txt.000000.parquet").to_pylist()
    assert rows == [json.loads(line) for line in wanted("jsonl").splitlines()]
    before = (out / "in.txt.000000.parquet").read_bytes()
    tag_part(part, str(out), call(out, "parquet"))
    assert (out / "in.txt.000000.parquet").read_bytes() == before


def test_formats_are_those_of_a_file_and_a_table():
    assert ENDINGS.keys() == {*FORMATS, "parquet"}


def test_what_is_done_and_whole_is_kept(out, part, monkeypatch):
    note = tag_part(part, str(out), call(out))
    monkeypatch.setattr(tagging, "tag_texts", None)
    monkeypatch.setattr(Folder, "write", None)
    assert tag_part(part, str(out), call(out)) == {**note, "done": False}


@pytest.mark.parametrize("damage", ["cut", "list", "gone", "another file"])
def test_a_part_without_a_note_of_its_own_is_tagged(out, part, damage):
    tag_part(part, str(out), call(out))
    path = out / "manifest" / "in.txt.000000.json"
    content = path.read_text()
    damaged = {"cut": content[:-9], "list": "[1]", "another file": content}.get(damage)
    path.unlink() if damaged is None else path.write_text(damaged)
    if damage == "another file":
        os.utime(part.path, (1, 1))
        part = replace(part, state=find_state(part.path))
    assert tag_part(part, str(out), call(out))["done"]
    assert json.loads(path.read_text()) == {**json.loads(content), "state": part.state}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../../mine"},
        {"name": 1},
        {"lines": None},
        {"words": "7"},
        {"sha256": None},
        {"path": None},
    ],
)
def test_a_note_that_is_not_whole_or_of_another_part_is_none(out, part, change):
    note = tag_part(part, str(out), call(out))
    path = out / "manifest" / "in.txt.000000.json"
    changed = {**json.loads(path.read_bytes()), **change}
    path.write_text(json.dumps({k: v for k, v in changed.items() if v is not None}))
    assert read_note(Folder(str(out)), path.name) == {}
    assert tag_part(part, str(out), call(out)) == note


def test_what_another_call_has_noted_is_tagged_again(out, part):
    note = tag_part(part, str(out), call(out))
    other = {**call(out), "field": "said"}
    assert tag_part(part, str(out), other) == {**note, "call": other}


def test_a_tagger_that_was_put_in_the_place_of_another_is_refused(out, part):
    asked = call(out)
    save_tagger(out / "tagger", build_tagger(bidirectional=False))
    with pytest.raises(ValueError, match="got another tagger in tagger than that of"):
        tag_part(part, str(out), asked)


def test_a_text_that_utf_8_cannot_hold_is_named(out, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": "Verda \\ud800"}\n')
    one = Part("in", str(path), find_state(str(path)))
    for form in FORMATS:  # they write it as an escape
        assert tag_part(one, str(out), call(out, form))["done"]
        (out / "manifest" / "in.json").unlink()
    pytest.importorskip("pyarrow")
    note = tag_part(one, str(out), call(out, "parquet"))
    assert note["name"] == "in"
    assert f"{path}: got '\\ud800' in a text, wanted what UTF-8" in note["failed"]


def test_other_files_may_lie_beside_the_taggers(out, part):
    (out / "tagger" / "texts").mkdir()
    (out / "tagger" / "texts" / "a.txt.000000.jsonl").write_text("")
    assert tag_part(part, str(out), call(out))["done"]


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_result_that_is_not_what_was_noted_is_made_again(out, part, damage):
    note = tag_part(part, str(out), call(out))
    result = out / "in.txt.000000.jsonl"
    content = bytearray(result.read_bytes())
    content[7] ^= 1
    damaged = {"flip": bytes(content), "cut": content[:-1]}.get(damage)
    result.unlink() if damaged is None else result.write_bytes(damaged)
    assert tag_part(part, str(out), call(out)) == note
    assert result.read_bytes() == wanted("jsonl")


def test_a_part_that_cannot_be_read_leaves_nothing(out, part, tmp_path):
    path = tmp_path / "in.txt.gz"
    path.write_bytes(gzip.compress(TEXT.encode(), 0)[:-50])  # pieces of it can be read
    cut = Part("in", str(path), find_state(str(path)))
    note = tag_part(cut, str(out), call(out))
    assert note.keys() == {"name", "failed"}
    assert f"{path}: Compressed file ended" in note["failed"]
    assert [path.name for path in out.iterdir()] == ["tagger"]


@pytest.mark.parametrize("change", ["shorter", "gone"])
def test_a_file_that_is_changed_meanwhile_is_named(out, part, monkeypatch, change):
    first = tag_part(part, str(out), call(out))
    assert first["done"]
    tag_texts, path = tagging.tag_texts, Path(part.path)

    def tag_and_change(*args, **options):
        path.write_text("x") if change == "shorter" else path.unlink(missing_ok=True)
        return tag_texts(*args, **options)

    monkeypatch.setattr(tagging, "tag_texts", tag_and_change)
    (out / "in.txt.000000.jsonl").write_text("no longer whole")
    note = tag_part(part, str(out), call(out))
    assert f"{path}: it was changed while it was read" in note["failed"]
    assert [path.name for path in out.rglob("in.*")] == [], "neither result nor note"


def test_a_tagger_is_loaded_once(out, part, monkeypatch):
    loaded = []
    load = tagging.load_tagger
    monkeypatch.setattr(
        tagging, "load_tagger", lambda path: loaded.append(path) or load(path)
    )
    for name in "123":
        if name == "3":
            save_tagger(out / "tagger", build_tagger(bidirectional=False))
        tag_part(replace(part, name=name), str(out), call(out))
    assert len(loaded) == 2
