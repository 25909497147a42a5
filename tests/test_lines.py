"""A file's lines, a piece at a time: what is read, and how far."""

import hashlib
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.files.lines import LineReader


def reader(content, **options):
    return LineReader(io.BytesIO(content), "some.txt", **options)


def read_all(lines, n_bytes):
    return [*itertools.chain(*iter(lambda: lines.read(n_bytes), []))]


@given(st.lists(st.text("aé\u20ac\r\u2028")), st.integers(1, 20), st.booleans())
def test_lines_come_in_order_each_once_whatever_the_pieces(texts, n_bytes, ends):
    content = "\n".join(texts) + "\n" * ends
    lines = reader(content.encode())
    wanted = content.removesuffix("\n").split("\n") if content else []
    assert read_all(lines, n_bytes) == [line.removesuffix("\r") for line in wanted]
    assert lines.read(n_bytes) == []


@given(st.lists(st.text("aé"), min_size=1), st.integers(1, 20), st.data())
def test_another_reader_goes_on_where_one_was(texts, n_bytes, data):
    content = "\n".join(texts).encode()
    first, second, seen = reader(content), reader(content), []
    for _ in range(data.draw(st.integers(0, 3))):
        seen += first.read(n_bytes)
    second.skip_to(first.place)
    assert second.place == first.place
    assert seen + read_all(second, n_bytes) == read_all(reader(content), 99)


def test_a_place_says_how_much_was_read_and_of_what():
    lines = reader("à\nb\nc\n".encode())
    assert lines.read(4) == ["à", "b"]
    sha256 = hashlib.sha256("à\nb\n".encode()).hexdigest()
    assert lines.place == {"bytes": 5, "lines": 2, "sha256": sha256}


@pytest.mark.parametrize("content", [b"a\nB\nc\n", b"a\n", b""])
def test_another_content_before_the_place_is_refused(content):
    lines = reader(b"a\nb\nc\n")
    lines.read(3)
    wanted = r"^some\.txt: got another content in its first 4 bytes, wanted what was"
    with pytest.raises(ValueError, match=wanted):
        reader(content).skip_to(lines.place)


def test_a_byte_order_mark_at_a_lines_start_is_no_text():
    content = "\ufeffa\n\ufeff\ufeffb\r\nc\ufeff\n\ufeff\n".encode()
    wanted = ["a", "b", "c\ufeff", ""]
    assert read_all(reader(content), 99) == wanted
    assert read_all(reader(content), 1) == wanted, "wherever the pieces are cut"


def test_a_byte_that_is_no_text_is_named_with_its_line():
    first, second = (reader(b"a\nb\nS\xe3o\n") for _ in range(2))
    assert first.read(1) == ["a"]
    second.skip_to(first.place)
    wanted = r"^some\.txt, line 3: got the byte 0xE3, wanted text in UTF-8$"
    for lines in (first, second):
        with pytest.raises(ValueError, match=wanted):
            lines.read(99)


def test_a_line_without_an_end_takes_no_memory():
    class Endless(io.RawIOBase):
        n_read = 0

        def readline(self, limit):
            self.n_read += limit
            assert self.n_read < 3_000_000
            return b"a" * limit

    wanted = r"^-, line 1: got more than 1,000,000 bytes, wanted at most so many$"
    with pytest.raises(ValueError, match=wanted):
        LineReader(Endless(), "-").read(10)
    assert reader(b"a" * 999_999 + b"\n").read(1) == ["a" * 999_999]


def test_who_waits_is_told_how_many_bytes_were_read():
    seen = []
    lines = reader(b"ab\nc\nd", on_read=seen.append)
    lines.skip_to(
        {"bytes": 3, "lines": 1, "sha256": hashlib.sha256(b"ab\n").hexdigest()}
    )
    lines.read(99)
    assert seen == [3, 2, 1]


@given(st.lists(st.text("aé"), min_size=1), st.integers(1, 9), st.data())
def test_parts_of_a_file_are_read_in_the_pieces_of_the_whole(texts, n_bytes, data):
    """Whoever begins at a line reads on as one who has come from the file's start."""
    content = "\n".join(texts).encode()
    starts = [0, *(k + 1 for k, byte in enumerate(content) if byte == ord("\n"))]
    cut = data.draw(st.sampled_from(starts))

    def pieces(start, stop):
        file = io.BytesIO(content)
        file.seek(start)
        lines = LineReader(file, "some.txt", start=start, stop=stop)
        while texts := lines.read(n_bytes):
            yield lines.place["bytes"], texts

    whole, parts = [*pieces(0, None)], [*pieces(0, cut), *pieces(cut, None)]
    wanted = [line for _, texts in whole for line in texts]
    assert [line for _, texts in parts for line in texts] == wanted
    ends = {end for end, _ in whole}
    assert {end for end, _ in parts} == ends | ({cut} - {0}), "cut at the same places"
    for end in ends:
        assert [*pieces(0, end), *pieces(end, None)] == whole
