"""Reading bytes: members by name, checksums, messages of bounded length."""

import gzip
import hashlib
import io
import json
import os
import socket
import zipfile
from pathlib import Path

import pytest
from builders import is_promised
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.layouts import read_conll, read_csv
from lstm_helpers.files import reading
from lstm_helpers.files.reading import (
    check_sha256,
    checksum,
    find_home,
    name_kind,
    read_member,
    read_named,
    shorten,
)


def zipped(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_members_are_found_by_name_in_any_folder_of_the_zip(tmp_path):
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(("a/b.csv", b"1"), ("a/ab.csv", b"2"), ("b.csv/c", b"3")))
    assert read_member(path, "b.csv") == b"1"


def test_a_member_that_is_there_twice_is_refused(tmp_path):
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(("a/b.csv", b"1"), ("b.csv", b"2")))
    with pytest.raises(ValueError, match=r"got 'a/b\.csv', 'b\.csv', wanted one"):
        read_member(path, "b.csv")


def test_check_sha256_names_got_and_wanted():
    right = hashlib.sha256(b"Verda").hexdigest()
    check_sha256(b"Verda", right, "here")
    with pytest.raises(ValueError, match=f"^here: got sha256 {right}, wanted 00"):
        check_sha256(b"Verda", "00", "here")


def test_a_checksum_is_that_of_the_text_as_json():
    data = {"b": [1, 2.5, None], "a": "Łódź"}
    text = '{"a": "\\u0141\\u00f3d\\u017a", "b": [1, 2.5, null]}'
    assert json.loads(text) == data
    assert checksum(data) == hashlib.sha256(text.encode()).hexdigest()
    assert checksum(("x", ["y"])) == checksum(["x", ("y",)])
    assert checksum(["x"]) != checksum(["y"])


def test_a_checksum_tells_a_character_from_its_two_surrogates():
    emoji, pair = "\U0001f600", "\ud83d\ude00"
    text = '["\\ud83d\\ude00"]'  # what JSON's escapes make of both
    assert json.loads(text) == [emoji]
    assert checksum([emoji]) == hashlib.sha256(text.encode()).hexdigest()
    texts = [emoji, pair, emoji + pair, pair + emoji, pair[::-1], *pair, r"\ud83d"]
    assert len({checksum([text]) for text in texts}) == len(texts)
    assert len({checksum({text: 1}) for text in texts}) == len(texts)


def test_a_checksum_of_surrogates_does_not_depend_on_the_order_of_a_dict():
    pairs = [("\ud83d", 1), ("a", 2), ("\udc00", 3)]
    assert checksum(dict(pairs)) == checksum(dict(pairs[::-1]))


@pytest.mark.parametrize("name", ["plain.csv", "packed.csv.gz", "packed.zip"])
def test_so_many_bytes_are_read_and_not_one_more(tmp_path, monkeypatch, name):
    monkeypatch.setattr(reading, "_MAX_BYTES", 100_000)
    path = tmp_path / name
    for n_bytes in (100_000, 100_001):
        content = bytes(n_bytes)
        packed = {".gz": gzip.compress, ".zip": lambda x: zipped(("a.csv", x))}
        path.write_bytes(packed.get(path.suffix, bytes)(content))
        if n_bytes == 100_000:
            assert read_named(path)[1] == content
        else:
            with pytest.raises(ValueError, match="got more than 100,000 bytes, wanted"):
                read_named(path)


def test_so_long_a_listing_is_read_and_not_a_byte_longer(tmp_path, monkeypatch):
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(("a.csv", b"1"), ("b" * 900, b"2")))
    n_bytes = sum(46 + len(name) for name in ("a.csv", "b" * 900))
    monkeypatch.setattr(reading, "_MAX_LISTING", n_bytes)
    assert read_member(path, "a.csv") == b"1"
    monkeypatch.setattr(reading, "_MAX_LISTING", n_bytes - 1)
    with pytest.raises(ValueError, match="a zip with more than"):
        read_member(path, "a.csv")


@given(st.text(), st.integers(3, 100))
def test_a_short_text_stays_and_a_long_one_is_cut(text, length):
    short = shorten(text, length)
    assert len(short) == min(len(text), length)
    assert short == text if len(text) <= length else short.endswith("...")
    assert text.startswith(short.removesuffix("..."))


@pytest.mark.parametrize(
    "names",
    [
        ["a.csv"],
        ["deep/down/a.TSV", "deep/", "readme.txt"],
        ["a.csv", "__MACOSX/._a.csv", "__MACOSX/ner_dataset.csv"],
        ["b.csv", "x/ner_dataset.csv", "c.tsv"],
    ],
)
def test_of_a_zip_the_only_table_is_read_or_the_one_of_the_known_name(tmp_path, names):
    path = tmp_path / "archive.zip"
    right = next((n for n in names if n.endswith("x/ner_dataset.csv")), names[0])
    path.write_bytes(zipped(*((n, b"1" if n == right else b"") for n in names)))
    assert read_named(path) == (right, b"1")


@pytest.mark.parametrize("names", [["a.csv", "b.tsv"], ["a.txt", "b.txt"], []])
def test_a_zip_of_several_tables_or_none_is_listed_and_refused(tmp_path, names):
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(("folder/", b""), *((name, b"") for name in names)))
    got = ", ".join(f"'{name}'" for name in names) or "no members"
    wanted = r"one named ner_dataset\.csv, or a single \.csv or \.tsv, or a single file"
    with pytest.raises(ValueError, match=f"^{path}: got {got}, wanted {wanted}$"):
        read_member(path)


@pytest.mark.parametrize("cut", [0, 5, -1, -9])
def test_a_damaged_gz_is_named(tmp_path, cut):
    path = tmp_path / "corpus.csv.gz"
    packed = gzip.compress(b"words " * 100)
    path.write_bytes(packed[:cut] if cut else b"no gz")
    with pytest.raises(ValueError, match=f"^{path}: got a damaged gz "):
        read_member(path)


@pytest.mark.parametrize("ending", ["csv", "zip", "gz", "conll"])
def test_what_is_no_file_is_refused_at_once(tmp_path, ending):
    """None of these may be opened: a reader of a pipe waits for a writer."""
    pipe, socket_path = tmp_path / f"pipe.{ending}", tmp_path / f"socket.{ending}"
    os.mkfifo(pipe)
    device = tmp_path / f"device.{ending}"
    device.symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(socket_path))
        for path in (pipe, device, socket_path):
            for read in (read_member, read_csv, read_conll):
                with pytest.raises(ValueError, match=f"^{path}: got a pipe, a device"):
                    read(path)
    (tmp_path / f"folder.{ending}").mkdir()
    with pytest.raises(IsADirectoryError, match="folder"):
        read_member(tmp_path / f"folder.{ending}")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
def test_of_a_file_without_a_size_nothing_is_read():
    """Some of /proc would never end."""
    assert read_member("/proc/self/status") == b""


def test_a_member_without_a_name_is_no_table(tmp_path):
    path = tmp_path / "archive.zip"
    content = zipped(("x.txt", b"0"), ("a.csv", b"1"))
    path.write_bytes(content.replace(b"x.txt", b"\0.txt"))  # a NUL ends a name
    assert read_member(path) == b"1"


def test_a_wave_is_ones_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_home("~/state") == tmp_path / "state"
    assert find_home("state/~") == Path("state/~")
    assert find_home("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


def test_the_bounds_are_those_that_are_promised():
    assert is_promised("Nothing larger than 200 MB is read")
    assert vars(reading)["_MAX_BYTES"] == 200 * 10**6


def test_a_text_is_cut_to_eighty_characters_unless_one_says_otherwise():
    assert shorten("x" * 80) == "x" * 80
    assert len(shorten("x" * 81)) == 80


def test_the_only_file_of_a_zip_is_read(tmp_path):
    path = tmp_path / "archive.zip"
    path.write_bytes(zipped(("d/train.conll", b"1"), ("__MACOSX/._train.conll", b"")))
    assert read_named(path) == ("d/train.conll", b"1")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x1f\x8b\x08", "a gzip file"),
        (zipped(("a.csv", b"1")), "a zip or a spreadsheet"),
        (b"BZh91AY", "a bzip2 file"),
        (b"<html>", "a web page"),
        (b"[ O\n{ O\n", ""),
        (b"", ""),
    ],
)
def test_what_is_no_text_is_told_by_its_first_bytes(content, kind):
    said = name_kind(content)
    assert said.startswith(f"It begins as {kind} does: ") if kind else said == ""


@pytest.mark.parametrize(
    ("content", "way"),
    [
        (b"\x1f\x8b\x08", "unpack it; tag --workers reads it packed"),
        (zipped(("a.csv", b"1")), "unpack it, or save its text"),
        (b"BZh91AY", "unpack it"),
        (b"PAR1", "tag --workers reads it"),
        (b'{"', "save it in UTF-8"),
    ],
)
def test_who_wants_lines_of_text_is_told_another_way_out(content, way):
    assert name_kind(content, is_corpus=False).partition(" does: ")[2].startswith(way)


def test_there_is_another_way_out_for_kinds_that_are_known():
    known = vars(reading)
    assert {*known["_WAYS"]} <= {kind for kind, _ in known["_KINDS"].values()}
