"""Bytes become text by an encoding that is named; what is no text is refused."""

import codecs

import pytest
from builders import is_promised
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data import decoding
from lstm_helpers.data.decoding import read_text
from lstm_helpers.data.errors import CorpusError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "corpus.txt"


def message(path, encoding=None):
    with pytest.raises(CorpusError) as caught:
        read_text(path, encoding)
    return str(caught.value).removeprefix(f"{path}, ")


@pytest.mark.parametrize(
    ("content", "given", "encoding", "text"),
    [
        ("Łódź O\n".encode(), None, "utf-8", "Łódź O\n"),
        (b"In O\n", None, "utf-8", "In O\n"),
        (codecs.BOM_UTF8 + "Łódź".encode(), None, "utf-8-sig", "Łódź"),
        (codecs.BOM_UTF8 + "Łódź".encode(), "UTF8", "utf-8-sig", "Łódź"),
        (codecs.BOM_UTF8 + "Łódź".encode(), "utf-8-sig", "utf-8-sig", "Łódź"),
        ("Łódź".encode(), "utf-8-sig", "utf-8-sig", "Łódź"),
        ("Zürich €".encode("cp1252"), None, "cp1252", "Zürich €"),
        ("Łódź".encode("cp1250"), "cp1250", "cp1250", "Łódź"),
        ("Łódź".encode("utf-16"), "utf-16", "utf-16", "Łódź"),
        ("Łódź".encode("utf-32"), "utf-32", "utf-32", "Łódź"),
        ("\ufeffŁódź".encode("utf-16-le"), "utf-16-le", "utf-16-le", "Łódź"),
        (b"", None, "utf-8", ""),
    ],
)
def test_the_encoding_is_named_and_the_mark_is_no_part(
    path, content, given, encoding, text
):
    path.write_bytes(content)
    read = read_text(path, given)
    assert read.encoding == encoding
    assert (read.path, read.name) == (path, "corpus.txt")
    for _ in range(2):  # as often as one likes
        assert read.lines().read() == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_any_text_is_utf_8_with_its_lines(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.txt"
    for mark, encoding in ((b"", "utf-8"), (codecs.BOM_UTF8, "utf-8-sig")):
        path.write_bytes(mark + text.encode())
        read = read_text(path)
        assert read.encoding == encoding
        assert "".join(read.lines()) == text


@pytest.mark.parametrize(
    ("content", "encoding", "wanted"),
    [
        (
            b"a\n\x81",
            None,
            "line 2: got the byte 0x81, wanted text encoded as utf-8 or cp1252. "
            "encoding='...' names another encoding",
        ),
        (
            b"a\n\xfc",
            "ascii",
            "line 2: got the byte 0xFC, wanted text encoded as ascii",
        ),
        (b"a\r\0", None, "line 2: got a NUL character, wanted text"),
        (
            "a".encode("utf-16"),
            None,
            "line 1: got a NUL character, wanted text. It begins as UTF-16 does: "
            "encoding='utf-16'",
        ),
        *(
            (
                mark + "a".encode(f"utf-32-{end}"),
                None,
                "line 1: got a NUL character, wanted text. It begins as UTF-32 does: "
                "encoding='utf-32'",
            )
            for end, mark in (("le", codecs.BOM_UTF32_LE), ("be", codecs.BOM_UTF32_BE))
        ),
        (b"\n" + b"x" * 1_000_001, None, "line 2: got a line of more than 1,000,000"),
    ],
)
def test_what_is_no_text_is_named_with_its_line(path, content, encoding, wanted):
    path.write_bytes(content)
    said = message(path, encoding)
    assert said == wanted or (said.startswith(wanted) and "1,000,000" in wanted)


@pytest.mark.parametrize("bad", [b"\xfc", b"\x81", b"\xe2\x82"])
def test_a_few_bad_bytes_among_letters_of_utf_8_are_refused(path, bad):
    path.write_bytes("Jörg O\n".encode() * 10 + b"Z" + bad + b"rich O\n")
    wanted = (
        f"line 11: got the byte 0x{bad[0]:02X} as byte 2 of the line, wanted UTF-8, as "
        "10 other letters are. Mend the line, or encoding='cp1252' reads the whole "
        "file as Windows-1252"
    )
    assert message(path) == wanted
    if bad != b"\x81":
        assert read_text(path, "cp1252").encoding == "cp1252"


@pytest.mark.parametrize(
    "content",
    [
        "Jörg O\n".encode() * 9 + b"Z\xfcrich O\n",  # too few letters to tell
        "Jörg O\n".encode() * 20 + b"Z\xfcrich O\n" * 5,  # 40 of 45 bytes
        "Zürich Straße Ägypten »É« O\n".encode("cp1252") * 99,
    ],
)
def test_what_has_many_bytes_that_are_no_utf_8_is_windows_1252(path, content):
    path.write_bytes(content)
    assert read_text(path).encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-9", "rot13", "undefined", "hex", "a\0"])
def test_what_is_no_encoding_of_text_is_refused(path, encoding):
    path.write_bytes(b"aa O")
    with pytest.raises(ValueError, match=r"^encoding: got .* wanted a known one"):
        read_text(path, encoding)


def test_the_bound_is_the_one_that_is_promised():
    assert is_promised("more than a million characters")
    assert decoding.LONGEST == 10**6


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("n_before", [0, 1, 3])
def test_a_line_may_be_as_long_as_is_said_and_no_longer(
    path, monkeypatch, end, n_before
):
    monkeypatch.setattr(decoding, "LONGEST", 10)
    before = f"some{end}" * n_before
    path.write_bytes(f"{before}{'a' * 10}{end}more".encode())
    assert read_text(path).lines().read().splitlines()[n_before] == 10 * "a"
    for n in (11, 12):
        path.write_bytes(f"{before}{'a' * n}{end}more".encode())
        got = f"line {n_before + 1}: got a line of more than 10 characters"
        assert message(path).startswith(got)
