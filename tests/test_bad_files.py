"""A file may be anything: what is wrong is named, and nothing else happens."""

import gzip
import tracemalloc
import warnings
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.layouts import read_conll, read_csv
from lstm_helpers.files import reading
from lstm_helpers.files.reading import read_member

HEADER = "Sentence #,Word,Tag\n"
CSV = HEADER + "1,In,O\n,Łódź,B-geo\n,2024,O\n2,Rome,B-geo\n"
CONLL = "In O\nŁódź B-geo\n2024 O\n\nRome B-geo\n"
WORDS = [["In", "Łódź", "2024"], ["Rome"]]
LAYOUTS = {"csv": (read_csv, CSV), "conll": (read_conll, CONLL)}
both = pytest.mark.parametrize(("read", "text"), LAYOUTS.values(), ids=LAYOUTS)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "corpus.csv"


def words_of(sentences):
    return [sentence.words for sentence in sentences]


def message(read, path, error=CorpusError, **options):
    with pytest.raises(error) as caught:
        read(path, **options)
    assert str(caught.value).startswith(f"{path}")
    assert len(str(caught.value)) < len(str(path)) + 1000, "no page of garbage"
    return str(caught.value).removeprefix(f"{path}, ")


@both
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_every_line_end_and_a_byte_order_mark_are_read(path, read, text, end, mark):
    path.write_bytes((mark + text.replace("\n", end)).encode("utf-8"))
    assert words_of(read(path)) == WORDS


@both
@pytest.mark.parametrize("end", ["\r\r\n", "\r\r\r\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_several_carriage_returns_before_a_line_feed_end_one_line(
    path, read, text, end, encoding
):
    """As a text has them that was converted from Unix to Windows twice."""
    path.write_bytes(text.replace("\n", end).encode(encoding))
    assert words_of(read(path, encoding=encoding)) == WORDS
    changed = read_corpus(path, encoding=encoding).changed
    n_ends = text.count("\n")
    assert changed == (("line ends of several carriage returns taken as one", n_ends),)


@pytest.mark.parametrize("end", ["\r\r\n", "\r\n"])
@pytest.mark.parametrize("bad", [b"\0", b"\x81"])
def test_lines_with_several_carriage_returns_count_once(path, end, bad):
    path.write_bytes(f"In O{end}{end}".encode() + bad + f"a O{end}".encode())
    assert message(read_conll, path).startswith("line 3: got ")


def test_carriage_returns_alone_stay_line_ends(path):
    path.write_bytes(b"In O\r\rRome B-geo\r\r")
    assert words_of(read_conll(path)) == [["In"], ["Rome"]]
    path.write_bytes(b"In O\n" + b"\r" * 300_000)
    assert words_of(read_conll(path)) == [["In"]], "and that in no time"


@both
def test_a_file_is_utf_8_if_all_of_it_is_and_else_windows_1252(path, read, text):
    path.write_bytes(text.encode("utf-8"))
    assert words_of(read(path)) == WORDS
    path.write_bytes(text.replace("Łódź", "Zürich€").encode("cp1252"))
    assert words_of(read(path))[0][1] == "Zürich€"
    assert "0xFC" in message(read, path, encoding="utf-8")


C, L = CSV.encode("utf-8"), CONLL.encode("utf-8")
ASCII = CSV.replace("Łódź", "Lodz").encode("ascii")
MANY = "more than 1,000,000 characters, wanted at most so many"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (C + b"\0", "line 6: got a NUL character, wanted text"),
        (b"\0" + C, "line 1: got a NUL character, wanted text"),
        (C.replace(b"Rome", b"Ro\0me"), "line 5: got a NUL character"),
        (CSV.encode("utf-16"), "line 1: got a NUL character"),
        (HEADER.encode("utf-16-le"), "line 1: got a NUL character"),
        (C + b"\x9d", "line 6: got the byte 0x9D"),
        (ASCII.replace(b"2024", b"\x93") + b"\x81", "line 6: got the byte 0x81"),
        (C.replace(b"\n", b"\r") + b"\x9d", "line 6: got the byte 0x9D"),
        (C.replace(b"\n", b"\r\n") + b"\x9d", "line 6: got the byte 0x9D"),
        (C.replace(b"B-geo", b"I-geo"), "line 3: got the tag 'I-geo' after 'O'"),
        (C.replace(b"B-geo", b"b-geo"), "line 3: got the tag 'b-geo'"),
        (C.replace(b"B-geo", b"E-geo"), "line 3: got the tag 'E-geo'"),
        (C.replace(b"B-geo", b"geo"), "line 3: got the tag 'geo'"),
        (C.replace(b",O", b",o"), "line 2: got the tag 'o'"),
        (C.replace(b"Rome", "\u00a0".encode()), "line 5: got the word '\\xa0'"),
        (C + b"1,again,O\n", "line 6: got '1' again"),
        (C.replace(b"\n1,", b"\n,"), "line 2: got the word 'In' before the first"),
        (C + b"\n", "line 6: got 0 fields, wanted 3"),
        (
            C + b',"never closed,O\n',
            "line 6: got unexpected end of data, wanted each quote that opens in this",
        ),
        (
            C.replace(b"\n,2024", b'\n,"2024'),
            "line 4: got unexpected end of data in line 5, wanted each quote",
        ),
        (
            C.replace(b"\n,2024", b'\n,"2024') + b',"a",O\n',
            "line 4: got ',' expected after '\"' in line 6, wanted each quote",
        ),
        (b"%PDF-1.7 \xe2\xe3\xcf\xd3", "line 1: got the columns"),
        (b"", "line 1: got an empty file"),
        (b"\r\n\r\n", "line 1: got a blank line, wanted the column"),
        (b"\n" + C, "line 1: got a blank line, wanted the column 'Sentence #'"),
        (b"Sentence #,Word,Word,Tag\n", "line 1: got the columns"),
        (b"Sentence #,Word,POS,Tag,POS\n", "line 1: got the columns"),
        (C + b"3," + b"x" * 900_000, "line 6: got field larger than field limit"),
        (C + b"x," * 450_000, "line 6: got 450001 fields, wanted 3"),
        (b"x," * 450_000, "line 1: got the columns ['x', 'x',"),
        (b"x" * 900_000, "line 1: got field larger than field limit"),
        (C + b"3," + b"x" * 999_998, "line 6: got field larger than field limit"),
        (C + b"3," + b"x" * 999_999, f"line 6: got a line of {MANY}"),
        (C + b'3,"' + b"x" * 10_000_000, f"line 6: got a line of {MANY}"),
        (C + "Łódź".encode() * 300_000 + b"\n" + C, f"line 6: got a line of {MANY}"),
        (C.replace(b"\n", b"\r") + b"x," * 500_001, f"line 6: got a line of {MANY}"),
        (C + b"," * 1_000_001, f"line 6: got a line of {MANY}"),
        (C + b'3,"a\n",' * 400_000, f"line 6: got a row of {MANY}"),
        (b'x,"\n",' * 400_000, f"line 1: got a row of {MANY}"),
    ],
)
def test_what_is_wrong_in_a_csv_is_named_with_its_line(path, content, wanted):
    path.write_bytes(content)
    assert message(read_csv, path).startswith(wanted)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (L + b"\0", "line 6: got a NUL character, wanted text"),
        (CONLL.encode("utf-16"), "line 1: got a NUL character"),
        (L + b"\xff", "line 6: got the byte 0xFF"),
        (L.replace(b"\n", b"\r") + b"\xff", "line 6: got the byte 0xFF"),
        (L.replace(b"B-geo", b"I-geo"), "line 2: got the tag 'I-geo' after 'O'"),
        (L.replace(b"B-geo", b"b-geo"), "line 2: got the tag 'b-geo'"),
        (L.replace(b" O", b" o"), "line 1: got the tag 'o'"),
        (L.replace(b"Rome", "\u00a0".encode()), "line 5: got the word '\\xa0'"),
        (L + b"alone", "line 6: got the single column 'alone'"),
        (b"", "line 1: got no sentence"),
        (b"\n \t\n", "line 1: got no sentence"),
        (b"x" * 900_000, "line 1: got the single column 'xxxxxx"),
        (b"x " * 450_000, "line 1: got the tag 'x'"),
        (b"x " * 500_000, "line 1: got the tag 'x'"),
        (b"x " * 500_001, f"line 1: got a line of {MANY}"),
        (L + b"x" * 10_000_000 + b" O\n", f"line 6: got a line of {MANY}"),
        (L + b"x B-" + b"y" * 900_000 + b"\nx I-z\n", "line 7: got the tag 'I-z'"),
    ],
)
def test_what_is_wrong_in_columns_is_named_with_its_line(path, content, wanted):
    path.write_bytes(content)
    assert message(read_conll, path).startswith(wanted)


def test_nothing_but_line_ends_ends_a_line(path):
    path.write_text("a\x85b\u2028c\x0c O\n", "utf-8")
    assert words_of(read_conll(path)) == [["a\x85b\u2028c\x0c"]]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("first", [0, 1, 999_999])
def test_lines_of_a_million_characters_are_read(path, end, first):
    long = "Verda".ljust(999_998) + " O"
    lines = ["In" + "-" * first + " O", long, long, "Rome B-geo", long]
    path.write_bytes(end.join(lines[first > 999_990 :]).encode())
    [sentence] = read_conll(path)
    assert sentence.words[-4:] == ["Verda", "Verda", "Rome", "Verda"]


def test_a_row_of_many_lines_and_many_rows_of_many_lines_are_read(path):
    word = "a\n" * 200_000
    rows = "".join(f'{k},"{word[:k]}",O\n' for k in range(100_000, 100_030))
    path.write_text(f"{HEADER}{rows}", "utf-8")
    words = [sentence.words for sentence in read_csv(path)]
    assert words == [[word[:k]] for k in range(100_000, 100_030)]


def test_labels_may_jump(path):
    path.write_bytes(C.replace(b"\n2,", b"\n900,"))
    assert [sentence.label for sentence in read_csv(path)] == ["1", "900"]


def test_an_unknown_encoding_is_named(path):
    path.write_bytes(C)
    with pytest.raises(ValueError, match="encoding: got 'utf-9'"):
        read_csv(path, encoding="utf-9")


# --- what is no file that can be read


@pytest.mark.parametrize("name", ["corpus.csv", "corpus.zip", "corpus.conll"])
def test_a_file_that_may_not_be_read_is_named(public_folder, nobody, name):
    path = public_folder / name
    path.write_bytes(C)
    path.chmod(0)
    read = read_conll if name.endswith("conll") else read_csv
    with nobody(), pytest.raises(PermissionError, match=f"{path}"):
        read(path)


@both
@pytest.mark.parametrize("name", ["corpus.csv", "corpus.zip"])
def test_a_missing_file_and_a_folder_are_named(tmp_path, read, text, name):
    with pytest.raises(FileNotFoundError, match=name):
        read(tmp_path / name)
    (tmp_path / name).mkdir()
    with pytest.raises(IsADirectoryError, match=name):
        read(tmp_path / name)
    with pytest.raises(ValueError, match=f"got '.*{name}', wanted 'sample', 'gmb' or"):
        read_corpus(str(tmp_path / name))


# --- zips


def pack(path, **members):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)


@pytest.mark.parametrize("name", ["../../ner_dataset.csv", "/tmp/x/ner_dataset.csv"])
def test_nothing_is_unpacked_whatever_a_member_s_name_is(tmp_path, name):
    path = tmp_path / "deep" / "down" / "corpus.zip"
    path.parent.mkdir(parents=True)
    pack(path, **{name: CSV})
    assert words_of(read_csv(path)) == WORDS
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]


@pytest.mark.parametrize("member", [None, "other.csv"], ids=["large", "absent"])
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\x1b[2J.csv", r"'a\x1b[2J.csv'"),
        ("a\r.csv", r"'a\r.csv'"),
        ("a\nb.csv", r"'a\nb.csv'"),
        ("\u202e.csv", r"'\u202e.csv'"),
    ],
)
def test_a_member_s_name_commands_no_terminal(
    tmp_path, monkeypatch, name, shown, member
):
    pack(tmp_path / "x.zip", **{name: "x" * 10_001})
    monkeypatch.setattr(reading, "_MAX_BYTES", 10_000)
    said = message(read_member, tmp_path / "x.zip", ValueError, member=member)
    assert shown in said
    assert said.isprintable()


def test_a_zip_without_the_member_lists_what_it_has(tmp_path):
    path = tmp_path / "corpus.zip"
    pack(path, **{f"{k}{'x' * 60}.csv": CSV for k in range(100)})
    with pytest.raises(
        ValueError, match=r"got '0xxx.*\.\.\., wanted one named ner_data"
    ):
        read_csv(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:40] + bytes([content[40] ^ 255]) + content[41:],
        lambda content: content.replace(
            b"ner_dataset.csv", b"ner_dataset.\xff\xff\xff"
        ),
        lambda content: b"no zip",
        lambda content: b"",
    ],
    ids=["cut", "a byte", "a name", "no zip", "empty"],
)
def test_a_damaged_zip_is_named(tmp_path, damage):
    path = tmp_path / "corpus.zip"
    pack(path, **{"ner_dataset.csv": CSV * 50})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"^{path}(, line 6)?: got "):
        read_csv(path)


@pytest.mark.parametrize(
    ("field", "bits", "reason"),  # of a member's entry in the list of members
    [
        (8, 0x01, "got 'ner_dataset.csv', which is encrypted, wanted it unp"),
        (10, 0x40, r"got a damaged zip \(.*compression method"),
    ],
    ids=["encrypted", "packed in an unknown way"],
)
def test_a_zip_that_cannot_be_unpacked_is_named(tmp_path, field, bits, reason):
    path = tmp_path / "corpus.zip"
    pack(path, **{"ner_dataset.csv": CSV})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + field] |= bits
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{path}: {reason}"):
        read_csv(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_read_or_refused(tmp_path, method):
    path = tmp_path / "corpus.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("ner_dataset.csv", CSV)
    assert words_of(read_csv(path)) == WORDS
    content = path.read_bytes()
    path.write_bytes(content[:60] + b"\xff\xff\xff\xff" + content[64:])
    with pytest.raises(ValueError, match=rf"^{path}: got a damaged zip"):
        read_csv(path)


def test_a_zip_bomb_is_refused_before_it_takes_memory(tmp_path, monkeypatch):
    path = tmp_path / "corpus.zip"
    pack(path, **{"ner_dataset.csv": bytes(50_000_000)})
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(reading, "_MAX_BYTES", 200_000)
    tracemalloc.start()
    with pytest.raises(ValueError, match="got more than 200,000 bytes"):
        read_csv(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_file_that_is_too_large_is_not_read_for_its_checksum(path, monkeypatch):
    path.write_text("x" * 1001)
    monkeypatch.setattr(reading, "_MAX_BYTES", 1000)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read whole"))
    with pytest.raises(ValueError, match="1,000"):
        read_corpus(str(path))


@pytest.mark.parametrize("name", ["corpus.csv", "corpus.zip"])
def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch, name):
    path = tmp_path / name
    path.write_bytes(bytes(1001))
    monkeypatch.setattr(reading, "_MAX_BYTES", 1000)
    with pytest.raises(ValueError, match=f"{name}: got more than 1,000 bytes"):
        read_csv(path)


# --- anything at all


PIECES = st.sampled_from(
    [b",", b"\n", b"\r", b'"', b"\0", b" ", b"1", b"\xff", b"B-geo"]
)
MUTANTS = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 9), PIECES), max_size=4)


def mutate(content, changes):
    for at, n_cut, piece in changes:
        content = content[:at] + piece + content[at + n_cut :]
    return content


@contextmanager
def refused_by_name(path, kind):
    """Let pass an error of one kind whose message begins with the path."""
    try:
        yield
    except kind as error:
        if not str(error).startswith(str(path)):
            raise


@both
@given(content=st.binary(max_size=200) | MUTANTS)
def test_any_bytes_are_read_or_refused(tmp_path_factory, read, text, content):
    if isinstance(content, list):
        content = mutate(text.encode("utf-8"), content)
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    with refused_by_name(path, CorpusError):
        assert all(len(s.words) == len(s.tags) > 0 for s in read(path))


@given(changes=MUTANTS)
def test_any_zip_is_read_or_refused(tmp_path_factory, changes):
    path = tmp_path_factory.getbasetemp() / "any.zip"
    pack(path, **{"ner_dataset.csv": CSV})
    path.write_bytes(mutate(path.read_bytes(), changes))
    with refused_by_name(path, ValueError):
        assert read_member(path) == CSV.encode("utf-8")


@given(changes=MUTANTS)
def test_any_gz_is_read_or_refused(tmp_path_factory, changes):
    path = tmp_path_factory.getbasetemp() / "any.gz"
    path.write_bytes(mutate(gzip.compress(CSV.encode("utf-8")), changes))
    with refused_by_name(path, ValueError):
        assert read_member(path) in (CSV.encode("utf-8"), b"")
