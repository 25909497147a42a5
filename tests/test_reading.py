"""Reading bytes: members by name, checksums, messages of bounded length."""

import hashlib
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.files.reading import check_sha256, checksum, read_member, shorten


def zipped(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
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
    with pytest.raises(ValueError, match=r"got a/b\.csv, b\.csv, wanted one named"):
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


@given(st.text(), st.integers(3, 100))
def test_a_short_text_stays_and_a_long_one_is_cut(text, length):
    short = shorten(text, length)
    assert len(short) == min(len(text), length)
    assert short == text if len(text) <= length else short.endswith("...")
    assert text.startswith(short.removesuffix("..."))
