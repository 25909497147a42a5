"""A file -> sentences: Kaggle's csv, and CoNLL-style columns.

Neither is ever repaired in silence: what is wrong gets a :class:`CorpusError` that
names file, line, got and wanted.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from lstm_helpers.data.iob2 import from_iob1, is_tag, may_follow
from lstm_helpers.files.reading import find_ending, read_named, shorten

_LINE_END = re.compile(r"\r\n|\n|\r")
_LONGEST = 1_000_000  # characters of a line, and about so many of a csv's row
_PIECE = 1 << 15  # characters that are given to csv at once


class Sentence(NamedTuple):
    """One sentence as the corpus has it, or only its words."""

    words: Sequence[str]  # length T
    tags: Sequence[str] = ()  # length T, in IOB2; empty where they are not known
    pos: Sequence[str] = ()  # length T; empty where the file has no such column
    label: str = ""  # "Sentence: 12"


def check_sentences(name: str, sentences: Iterable[object]) -> None:
    """Refuse what is no sequence of sentences, such as a whole corpus.

    Parameters
    ----------
    name : str
        What the error should name.
    sentences : iterable

    Raises
    ------
    TypeError
        If one of them is no :class:`Sentence`.
    """
    for sentence in sentences:
        if not isinstance(sentence, Sentence):
            got = type(sentence).__name__
            wanted = "Sentences, such as corpus.sentences"
            raise TypeError(f"{name}: got {got} among them, wanted {wanted}")


class CorpusError(ValueError):
    """A file is not what it should be; says where, what was got and what was wanted.

    Parameters
    ----------
    path : str or Path
    line : int
        Counted from 1.
    got, wanted : str
    """

    def __init__(self, path: str | Path, line: int, got: str, wanted: str) -> None:
        super().__init__(f"{path}, line {line}: got {got}, wanted {wanted}")
        self.path, self.line, self.got, self.wanted = path, line, got, wanted

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how a copy, or another process, makes it again: from its four parts."""
        parts = self.path, self.line, self.got, self.wanted
        return type(self), parts, vars(self)


def read_csv(
    path: str | Path,
    *,
    sentence_column: str = "Sentence #",
    word_column: str = "Word",
    tag_column: str = "Tag",
    pos_column: str = "POS",
    encoding: str | None = None,
    member: str | None = None,
) -> list[Sentence]:
    """Read Kaggle's csv layout: a row a word, the label on a sentence's first row.

    Nothing is read as missing: "None", "NA" and "nan" are words.

    Parameters
    ----------
    path : str or Path
        A csv, or a ``.tsv`` with tabs for commas, as it is or packed as ``.gz`` or in a
        ``.zip``.
    sentence_column, word_column, tag_column : str
        The columns' names. A sentence begins where its column is filled (with another
        label than the current one, so a column filled on every row is read as well).
    pos_column : str
        Read if the file has it.
    encoding : str, optional
        By default UTF-8 if all bytes are, otherwise Windows-1252, which the real corpus
        is (and not ISO-8859-1).
    member : str, optional
        The file's name inside a zip: see :func:`lstm_helpers.files.read_member`.

    Returns
    -------
    list of Sentence
        In the file's order; tags are valid IOB2.

    Raises
    ------
    CorpusError
        For a missing or doubled column, an empty file, a row before the first
        sentence or of another width, an empty word, a sentence label that comes back,
        a tag that IOB2 does not allow there, a byte that the encoding does not know,
        a NUL character, a line or row of more than a million characters, or a quote
        that is never closed (the line is the one where the row with the quote begins).
        A byte, a NUL or a long line is named before all else, otherwise the first fault
        of the file.
    OSError, ValueError
        If the file cannot be read: see :func:`lstm_helpers.files.read_member`.

    Notes
    -----
    Lines may end in LF, CRLF or CR; a byte order mark at the start is no part of the
    text. Labels are names: they may jump, but not come back.
    """
    name, lines = _decode(path, encoding, member)
    tabs = find_ending(name).removesuffix(".gz") == ".tsv"
    rows = _read_rows(path, lines, "\t" if tabs else ",")
    names = sentence_column, word_column, tag_column
    header = next(rows, (1, None))[1]
    columns = _find_columns(path, header, names, pos_column)
    sentences = _group_rows(path, rows, columns)
    if not sentences:
        raise CorpusError(path, 2, "no rows", "at least one sentence")
    return sentences


class _Columns(NamedTuple):
    """How wide a row is, and where in it to look."""

    width: int
    sentence: int
    word: int
    tag: int
    pos: int | None
    sentence_name: str


def _read_rows(
    path: str | Path, lines: io.TextIOBase, delimiter: str
) -> Iterator[tuple[int, list[str]]]:
    """Split lines into rows, each with the number of its last line."""
    begins = 1

    def pieces() -> Iterator[list[str]]:
        begun, n_pieces = 0, 0  # of at least so many characters
        while piece := lines.readlines(_PIECE):
            n_pieces = n_pieces + 1 if begins == begun else 0
            if n_pieces * _PIECE > _LONGEST:  # and no row has ended in them
                got = f"a row of more than {_LONGEST:,} characters"
                raise CorpusError(path, begins, got, "at most so many")
            begun = begins
            yield piece

    each = chain.from_iterable(pieces())
    rows = csv.reader(each, delimiter=delimiter, strict=True)
    try:
        for row in rows:
            yield rows.line_num, row
            begins = rows.line_num + 1
    except csv.Error as error:
        got, wanted = str(error), "a csv"
        if rows.line_num > begins:  # a quote has swallowed line ends
            got += f" in line {rows.line_num}"
            wanted = "each quote that opens in this row closed"
        raise CorpusError(path, begins, got, wanted) from error


def _find_columns(
    path: str | Path,
    header: list[str] | None,
    wanted: tuple[str, str, str],
    pos_column: str,
) -> _Columns:
    """Find the columns by the names in the first line, if there is one."""
    if not header:
        got = "an empty file" if header is None else "a blank line"
        raise CorpusError(path, 1, got, f"the column {wanted[0]!r} once")
    missing = [name for name in wanted if header.count(name) != 1]
    missing += [pos_column] * (header.count(pos_column) > 1)
    if missing:
        got = f"the columns {_quote(header)}"
        raise CorpusError(path, 1, got, f"the column {missing[0]!r} once")
    sentence, word, tag = map(header.index, wanted)
    pos = header.index(pos_column) if pos_column in header else None
    return _Columns(len(header), sentence, word, tag, pos, wanted[0])


def _group_rows(
    path: str | Path, rows: Iterable[tuple[int, list[str]]], columns: _Columns
) -> list[Sentence]:
    """Group rows into sentences; the checks stand in the order of a row's reading."""
    sentences: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []
    pos: list[str] = []
    labels: set[str] = set()
    label, previous, legal = "", "O", {("O", "O")}

    def fault(got: str, wanted: str) -> CorpusError:
        return CorpusError(path, line, got, wanted)

    for line, row in rows:
        if len(row) != columns.width:
            wanted = f"{columns.width}, as in the first line"
            raise fault(f"{len(row)} fields", wanted)
        word, tag = row[columns.word], row[columns.tag]
        if row[columns.sentence] not in ("", label):
            label, previous = row[columns.sentence], "O"
            if label in labels:
                raise fault(f"{_quote(label)} again", "each sentence's rows together")
            labels.add(label)
            words, tags, pos = [], [], []
            sentences.append(Sentence(words, tags, pos, label))
        if not sentences:
            got = f"the word {_quote(word)} before the first sentence"
            raise fault(got, f"a label under {columns.sentence_name!r}")
        if not word.strip():
            raise fault(f"the word {_quote(word)}", "a word")
        if (previous, tag) not in legal:
            _check_tag(previous, tag, path, line)
            legal.add((previous, tag))
        previous = tag
        words.append(intern(word))  # the same word is kept once
        tags.append(intern(tag))
        if columns.pos is not None:
            pos.append(intern(row[columns.pos]))
    return sentences


def read_conll(
    path: str | Path, *, encoding: str = "utf-8", tag_scheme: str = "IOB2"
) -> list[Sentence]:
    """Read CoNLL-style columns: word first, tag last, a blank line between sentences.

    Parameters
    ----------
    path : str or Path
        May be packed as ``.gz``. Lines have at least two columns, apart by spaces or
        tabs. ``-DOCSTART-`` lines are skipped.
    encoding : str
    tag_scheme : {"IOB2", "IOB1"}
        What the file has. IOB1 (where B- is kept for an entity that follows another of
        its type) is converted.

    Returns
    -------
    list of Sentence
        Tags are valid IOB2; ``pos`` is empty.

    Raises
    ------
    CorpusError
        For an empty file, a line with a single column, a word of blanks, a tag that the
        scheme does not allow there, a byte that the encoding does not know, a NUL
        character, or a line of more than a million characters.
    OSError, ValueError
        If the file cannot be read, or for another tag scheme.

    Notes
    -----
    Lines may end in LF, CRLF or CR; a byte order mark at the start is no part of the
    text.
    """
    if tag_scheme not in ("IOB2", "IOB1"):
        raise ValueError(f"tag_scheme: got {tag_scheme!r}, wanted 'IOB2' or 'IOB1'")
    sentences: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []
    _, lines = _decode(path, encoding)
    for number, line in enumerate(lines, start=1):
        columns = re.findall(r"[^ \t\r\n]+", line)
        if not columns or columns[0] == "-DOCSTART-":
            if words:
                sentences.append(_label(words, tags, sentences))
            words, tags = [], []
            continue
        previous = tags[-1] if tags else "O"
        word, tag = _read_columns(path, number, columns)
        if tag_scheme == "IOB1" and is_tag(tag):
            tag = from_iob1(previous, tag)
        _check_tag(previous, tag, path, number)
        words.append(word)
        tags.append(tag)
    if words:  # no line end after the last one
        sentences.append(_label(words, tags, sentences))
    if not sentences:
        raise CorpusError(path, 1, "no sentence", "at least one")
    return sentences


def _label(words: list[str], tags: list[str], before: list[Sentence]) -> Sentence:
    """Make a sentence, labelled by its number as in Kaggle's layout."""
    return Sentence(words, tags, [], f"Sentence: {len(before) + 1}")


def _read_columns(path: str | Path, number: int, columns: list[str]) -> tuple[str, str]:
    """Take the word and the tag of a line."""
    if len(columns) == 1:
        got = f"the single column {_quote(columns[0])}"
        raise CorpusError(path, number, got, "a word and, in the last column, its tag")
    word, tag = columns[0], columns[-1]
    if not word.strip():
        raise CorpusError(path, number, f"the word {_quote(word)}", "a word")
    return word, tag


def _decode(
    path: str | Path, encoding: str | None, member: str | None = None
) -> tuple[str, io.TextIOBase]:
    """Read a file, or a zip's member, as text; name the line of a wrong byte.

    Returns
    -------
    str
        The name of what was read.
    TextIOBase
        Its lines, with their ends. They are decoded once more, one by one: all at once
        they would take several times the memory.
    """
    name, content = read_named(path, member)
    encodings = [encoding] if encoding else ["utf-8", "cp1252"]
    text, errors = None, []
    for known in encodings:
        try:
            text = content.decode(known)
            break
        except LookupError:
            raise ValueError(f"encoding: got {known!r}, wanted a known one") from None
        except UnicodeDecodeError as error:
            errors.append(error)
    if text is None:
        furthest = max(errors, key=lambda each: each.start)  # of the best guess
        at = furthest.start
        got = f"the byte 0x{content[at]:02X}"
        wanted = f"text encoded as {' or '.join(encodings)}"
        line = _line_at_end(content[:at].decode("latin-1"))
        raise CorpusError(path, line, got, wanted) from furthest
    at = text.find("\0")
    if at >= 0:
        raise CorpusError(path, _line_at_end(text[:at]), "a NUL character", "text")
    _check_lines(text, path)
    lines = io.TextIOWrapper(io.BytesIO(content), known, newline="")
    if text.startswith("\ufeff"):
        lines.read(1)
    return name, lines


def _check_lines(text: str, path: str | Path) -> None:
    """Raise a CorpusError before a line takes memory that is too long for one."""
    begins = 0
    while len(text) - begins > _LONGEST:
        window = begins, begins + _LONGEST + 1
        ends = max(text.rfind("\n", *window), text.rfind("\r", *window))
        if ends < 0:
            got = f"a line of more than {_LONGEST:,} characters"
            raise CorpusError(path, _line_at_end(text[:begins]), got, "at most so many")
        begins = ends + 1


def _line_at_end(text: str) -> int:
    """Count the lines of a text, the last one too if it is empty."""
    return sum(1 for _ in _LINE_END.finditer(text)) + 1


def _quote(value: object) -> str:
    """Write a value for a message, cut if it is long."""
    return shorten(repr(value))


def _check_tag(previous: str, tag: str, path: str | Path, line: int) -> None:
    """Raise a CorpusError unless IOB2 allows the tag after the previous one."""
    if not is_tag(tag):
        got, wanted = f"the tag {_quote(tag)}", "O, B-type or I-type (IOB2)"
        raise CorpusError(path, line, got, wanted)
    if not may_follow(previous, tag):
        kind = shorten(tag[2:])
        got = f"the tag {_quote(tag)} after {_quote(previous)}"
        wanted = f"B-{kind} or I-{kind} before it (IOB2)"
        raise CorpusError(path, line, got, wanted)
