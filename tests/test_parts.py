"""The parts of a file hold its lines, each once, cut into the pieces of the whole."""

import bz2
import gzip
import json
import lzma
import random
import re
from functools import partial
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.files.lines import LineReader
from lstm_helpers.scale import parts
from lstm_helpers.scale.parts import Part, PartError, PartReader, plan_parts
from lstm_helpers.scale.storage import Input, find_files

PIECE = 8  # bytes, in the place of a million


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(parts, "PIECE", PIECE)


def read(part, field="text"):
    return [*PartReader(part, field)]


def plan(path, part_bytes=PIECE):
    return plan_parts(find_files(str(path)), part_bytes)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 100])
def test_parts_give_the_pieces_of_the_whole_whatever_their_size(tmp_path, small, n):
    path = tmp_path / "a.txt"
    draw = random.Random(0)
    for _ in range(30):
        texts = ["é" * draw.choice([0, 0, 1, 3, 9, 30]) for _ in range(20)]
        path.write_text("\n".join(texts) + "\n" * draw.randrange(2), "utf-8")
        planned = plan(path, n * PIECE)
        size = path.stat().st_size
        assert [(p.start, p.stop) for p in planned] == [
            (at, min(at + n * PIECE, size)) for at in range(0, max(size, 1), n * PIECE)
        ]
        with path.open("rb") as file:
            lines = LineReader(file, "a.txt")
            wanted = [*iter(partial(lines.read, PIECE), [])]
        assert [piece for part in planned for piece in read(part)] == wanted


@given(st.binary(max_size=30), st.integers(0, 30))
def test_a_line_belongs_to_the_part_in_which_it_begins(content, cut):
    content = content.replace(b"\r", b"").decode("latin-1").encode("ascii", "replace")
    starts = [0, *(k + 1 for k, byte in enumerate(content) if byte == ord("\n"))]
    starts = [start for start in starts if start < len(content)]
    lines = content.decode().removesuffix("\n").split("\n") if content else []
    wanted = [line for at, line in zip(starts, lines, strict=True) if at >= cut]
    found = read_from_memory(content, cut)
    assert [text for piece in found for text in piece] == wanted


def read_from_memory(content, start):
    import fsspec

    fsspec.filesystem("memory").pipe_file("/in.txt", content)
    return read(Part("x", "memory:///in.txt", "", start, None))


@pytest.mark.parametrize("module", [gzip, bz2, lzma])
def test_what_is_packed_is_one_part(tmp_path, small, module):
    path = tmp_path / f"a.txt.{ {gzip: 'gz', bz2: 'bz2', lzma: 'xz'}[module] }"
    with module.open(path, "wt", encoding="utf-8") as file:
        file.write("one\ntwo\nthree\nfour\n")
    [part] = plan(path)
    assert (part.name, part.start, part.stop) == (f"{path.name}.000000", 0, None)
    assert read(part) == [["one", "two"], ["three", "four"]]


@pytest.mark.parametrize("module", [gzip, bz2, lzma])
def test_what_is_packed_may_have_several_streams(tmp_path, module):
    ending = {gzip: "gz", bz2: "bz2", lzma: "xz"}[module]
    path, draw = tmp_path / f"a.txt.{ending}", random.Random(0)
    lines = [f"{draw.getrandbits(64):x}\n" for _ in range(20_000)]
    streams = [
        module.compress("".join(lines[a:b]).encode())
        for a, b in ((0, 9), (9, 15_000), (15_000, 15_000), (15_000, 20_000))
    ]
    between = b"\0" * 4 if module is lzma else b""
    path.write_bytes(between.join(streams))
    texts = [text + "\n" for piece in read(Part("x", str(path), "")) for text in piece]
    assert texts == lines
    whole = path.read_bytes()
    later = len(whole) - len(streams[-1])
    for damaged in (
        whole[:later] + b"?" + whole[later + 1 :],
        whole[:-1],
        whole[: later + 3],
        whole + b"rest",
    ):
        path.write_bytes(damaged)
        with pytest.raises(PartError, match=re.escape(path.name)):
            read(Part("x", str(path), ""))


def test_lines_of_json_have_their_text_under_a_name(tmp_path, small):
    path = tmp_path / "a.jsonl"
    rows = [{"text": "São", "id": 1}, {"text": "a\nb"}, {"text": ""}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    texts = [text for part in plan(path) for piece in read(part) for text in piece]
    assert texts == ["São", "a\nb", ""]
    path.write_text('{"body": "x"}\n')
    assert read(plan(path, 800)[0], "body") == [["x"]]
    path.write_text('{"text": "x", "id": %s}\n' % ("9" * 5000))
    assert read(plan(path, 8000)[0]) == [["x"]], "nobody needs the number"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"one\nS\xe3o\n", "a.txt, line 2: got the byte 0xE3"),
        ("a.txt", b"x" * 1_000_001, "a.txt, line 1: got more than 1,000,000 bytes"),
        (
            "a.txt.gz",
            gzip.compress(b"one\ntwo\n", mtime=0)[:-9],
            "a.txt.gz: Compressed file end",
        ),
        ("a.txt.gz", b"one\n", "a.txt.gz: Not a gzipped file"),
        ("a.txt.bz2", b"BZh9" + b"x" * 99, "a.txt.bz2: Invalid data stream"),
        ("a.txt.xz", b"\xfd7zXZ\0" + b"x" * 99, "a.txt.xz: Corrupt input data"),
        (
            "a.jsonl",
            b'{"text": "x"}\nx\n',
            "a.jsonl, line 2: got 'x', wanted an object",
        ),
        ("a.jsonl", b'{"text": 1}\n', "line 1: got '{\"text\": 1}', wanted an object"),
        ("a.jsonl", b'["text"]\n', "wanted an object with a text called 'text'"),
        ("a.jsonl", b"[" * 100_000, "line 1: got '[[[["),
        (
            "a.jsonl",
            b'{"text": "x", "n": ' + b"[" * 100_000,
            "wanted JSON that is not nested so deeply",
        ),
        ("a.txt.zip", b"PK", "a.txt.zip: got a file packed as zip, wanted a file"),
        ("a.txt.gz", b"", "a.txt.gz: got no byte, wanted packed text"),
        ("a.txt.xz", b"", "a.txt.xz: got no byte, wanted packed text"),
        (None, b"", "No such file or directory: '"),
    ],
)
def test_a_file_that_is_damaged_is_named_with_its_line(tmp_path, name, content, said):
    path = tmp_path / (name or "none.txt")
    if name:
        path.write_bytes(content)
    with pytest.raises(PartError, match=re.escape(said)):
        read(Part("x", str(path), ""))


def test_lines_are_counted_from_where_a_part_begins(tmp_path, small):
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345678\n" * 3 + b"ok\n\xe3\n")
    *_, last = plan(path, 3 * PIECE)
    with pytest.raises(PartError, match=r"a\.txt, from byte 24, line 2: got the byte"):
        read(last)


def test_lines_of_json_are_counted_over_the_pieces(tmp_path, small):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "x"}\n' * 9 + "x\n")
    with pytest.raises(PartError, match=r"a\.jsonl, line 10: got 'x', wanted an obj"):
        read(Part("x", str(path), ""))


@pytest.mark.scale
def test_a_table_has_its_text_in_a_column(tmp_path):
    table = pytest.importorskip("pyarrow", reason="needs the optional group scale")
    path = tmp_path / "a.parquet"
    texts = [f"text {k}" for k in range(10_000)]
    columns = {"text": texts, "n": [*range(10_000)]}
    pytest.importorskip("pyarrow.parquet").write_table(table.table(columns), path)
    [part] = plan(path, 1 << 20)
    pieces = read(part)
    assert [len(piece) for piece in pieces] == [8192, 1808]
    assert [*chain(*pieces)] == texts
    with pytest.raises(PartError, match=r"columns \['text', 'n'\], wanted .*'body'"):
        read(part, "body")
    with pytest.raises(
        PartError, match="row 1: got 0 in the column 'n', wanted a text"
    ):
        read(part, "n")
    columns = {"text": [*texts[:9000], None, *texts[9001:]]}
    pytest.importorskip("pyarrow.parquet").write_table(table.table(columns), path)
    with pytest.raises(PartError, match=r"a\.parquet, row 9,001: got None in the col"):
        read(part)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(PartError, match=r"a\.parquet: "):
        read(part)


def test_a_size_that_cuts_pieces_is_refused():
    file = Input("/a.txt", "a.txt", 5_000_000, "")
    for wrong in (0, -(1 << 20), (1 << 20) + 1):
        with pytest.raises(
            ValueError, match=f"got {wrong}, wanted a multiple of 1,048"
        ):
            plan_parts([file], wrong)
    assert len(plan_parts([file, file], 1 << 20)) == 5
    with pytest.raises(ValueError, match="two files called"):
        plan_parts([file, file._replace(path="/b/a.txt")], 1 << 20)
