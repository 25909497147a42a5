"""A text's lines -> rows of fields, each with its line's number."""

import csv
import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Literal, NamedTuple

from lstm_helpers.data.decoding import LONGEST, Text
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.schemes import looks_like_tag

_N_LINES = 1000  # that show whether they end in tags
_QUOTED = ",;|"  # what parts columns in which a field may be quoted
_PIECE = 1 << 15  # characters that are given to csv at once
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK_WITHIN = re.compile(r"[^ \t] +[^ \t]")
_FIELD = re.compile(r"[^ \t\r\n]+")
_BLANKS = " \t\r\n"
_DOCUMENT = "-DOCSTART-"  # in CoNLL-2003
_DELIMITERS = {"tab": "\t", "blank": " ", "comma": ",", "semicolon": ";", r"\t": "\t"}
_QUOTE = "A quote that is a word is written as four of them in a csv"
_OPEN_AT_END = "unexpected end of data"  # what csv says of a quote that never closes
Row = tuple[int, list[str]]


def find_delimiter(name: str | None) -> str | None:
    r"""Find the character that parts columns.

    Parameters
    ----------
    name : str or None
        A character, or "tab", "blank", "comma" or "semicolon".

    Returns
    -------
    str or None

    Raises
    ------
    ValueError
        If it is neither, or parts lines, or quotes.

    Examples
    --------
    >>> find_delimiter("tab"), find_delimiter(";")
    ('\t', ';')
    """
    if name is None:
        return None
    known = _DELIMITERS.get(name, name)
    if len(known) != 1 or known in '\r\n"\0':
        wanted = "a character, or 'tab', 'blank', 'comma' or 'semicolon'"
        raise ValueError(f"delimiter: got {name!r}, wanted {wanted}")
    return known


def read_table_rows(text: Text, delimiter: str) -> Iterator[Row]:
    """Split a csv's lines into rows.

    Parameters
    ----------
    text : Text
    delimiter : str

    Yields
    ------
    int
        The number of the row's last line.
    list of str
        Its fields.

    Raises
    ------
    CorpusError
        For a quote that is never closed, or a row or a field that is too long.

    Notes
    -----
    Where tabs part the columns, and a quote stands alone between two of them, quotes
    are letters.
    """
    begins, lines = 1, text.lines()
    is_bare = delimiter == "\t" and any('\t"\t' in line for line in text.lines())

    def pieces() -> Iterator[list[str]]:
        begun, n_pieces = 0, 0  # of at least so many characters
        while piece := lines.readlines(_PIECE):
            n_pieces = n_pieces + 1 if begins == begun else 0
            if n_pieces * _PIECE > LONGEST:  # and no row has ended in them
                got = f"a row of more than {LONGEST:,} characters"
                raise CorpusError(text.path, begins, got, "at most so many")
            begun = begins
            yield piece

    each = chain.from_iterable(pieces())
    quoting: Literal[0, 3] = csv.QUOTE_NONE if is_bare else csv.QUOTE_MINIMAL
    rows = csv.reader(each, delimiter=delimiter, quoting=quoting, strict=True)
    try:
        for row in rows:
            is_long = rows.line_num > begins
            if is_long and any(_has_rows(field, delimiter, row) for field in row):
                got = f"a quote that closes in line {rows.line_num}, with rows within"
                raise CorpusError(text.path, begins, got, "no row in a field", _QUOTE)
            yield rows.line_num, row
            begins = rows.line_num + 1
    except csv.Error as error:
        got, wanted, hint = str(error), "a csv", ""
        if rows.line_num > begins or got == _OPEN_AT_END:
            wanted, hint = "each quote that opens in this row closed", _QUOTE
        if rows.line_num > begins:  # a quote has swallowed line ends
            got += f" in line {rows.line_num}"
        raise CorpusError(text.path, begins, got, wanted, hint) from error


def _has_rows(field: str, delimiter: str, row: list[str]) -> bool:
    """Say whether a quoted field has swallowed the ends of as many rows as of lines."""
    n_ends = len(_LINE_END.findall(field))
    return n_ends > 0 and field.count(delimiter) == n_ends * (len(row) - 1) > 0


def find_separator(text: Text) -> str | None:
    """Find a character other than tabs and blanks behind which the tags stand.

    Parameters
    ----------
    text : Text

    Returns
    -------
    str or None
        A comma, a semicolon or a bar, if half of the lines end in a tag behind it, and
        fewer do behind a blank.
    """
    lines = [*islice((line.strip(_BLANKS) for line in text.lines()), _N_LINES)]
    lines = [line for line in lines if line]

    def count(separator: str) -> int:
        rows = (split_line(line, separator) for line in lines)
        return sum(len(row) > 1 and looks_like_tag(row[-1]) for row in rows)

    if not lines or 2 * count(" ") >= len(lines):
        return None
    best = max(_QUOTED, key=count)
    return best if 2 * count(best) >= len(lines) else None


class Cut(NamedTuple):
    """How lines of columns are cut, and which of them may be none."""

    separator: str  # a blank: tabs part columns as well
    hashes: Mapping[int, str]  # lines that begin with "#": comments, or words
    begins: frozenset[int]  # those of them before which no word can stand


def find_cut(text: Text, delimiter: str | None = None) -> Cut:
    """Find out what parts the columns.

    Parameters
    ----------
    text : Text
    delimiter : str, optional
        What it is.

    Returns
    -------
    Cut
        A tab, if every line has one: a blank then belongs to its word.

    Raises
    ------
    CorpusError
        If tabs part the columns of some lines, blanks those of others, and a blank
        between two tabs might be either. Where that cannot be, both part columns.
    """
    first: dict[bool, int] = {}  # line with a tab, and without one
    n_lines = {True: 0, False: 0}
    hashes, begins = {}, set()
    is_first, blank_within = True, False
    for number, line in enumerate(text.lines(), start=1):
        content = line.strip(_BLANKS)
        if content.startswith("#"):
            hashes[number] = content
            if is_first:
                begins.add(number)
        elif content and not content.startswith(_DOCUMENT):
            is_first = False
            tabbed = "\t" in content
            if tabbed or "\t" not in line or " " in content:  # no field is missing
                n_lines[tabbed] += 1
                if tabbed not in first:
                    first[tabbed] = number
                if tabbed and not blank_within:
                    blank_within = _BLANK_WITHIN.search(content) is not None
        else:
            is_first = True
    if blank_within and n_lines[False] and not delimiter:
        raise _name_mixture(text, first, n_lines)
    usual = " " if n_lines[False] or not n_lines[True] else "\t"
    return Cut(delimiter or usual, hashes, frozenset(begins))


def _name_mixture(
    text: Text, first: dict[bool, int], n_lines: dict[bool, int]
) -> CorpusError:
    """Make the error about lines that are cut in two ways."""
    usual = n_lines[True] >= n_lines[False]
    got = "no tab" if usual else "a tab"
    got += f" ({n_lines[not usual]:,} such in all)"
    wanted = "columns that are parted alike in all lines"
    hint = (
        f"{n_lines[usual]:,} lines have {'tabs' if usual else 'blanks only'}: "
        "delimiter='tab' lets a blank belong to its word, "
        "delimiter='blank' lets both part columns"
    )
    return CorpusError(text.path, first[not usual], got, wanted, hint)


def read_lines(text: Text, separator: str) -> Iterator[Row]:
    """Split lines into columns.

    Parameters
    ----------
    text : Text
    separator : str

    Yields
    ------
    int
        The line's number.
    list of str
        Its columns; none for what parts sentences: a blank line, or ``-DOCSTART-``.
    """
    lines = enumerate(text.lines(), start=1)
    if separator != " ":
        yield from ((number, split_line(line, separator)) for number, line in lines)
    for number, line in lines:  # the same, but quick
        fields = _FIELD.findall(line)
        yield number, fields if _DOCUMENT not in line else split_line(line, " ")


def split_line(line: str, separator: str) -> list[str]:
    """Split one line, as ``read_lines`` does.

    Parameters
    ----------
    line, separator : str

    Returns
    -------
    list of str
    """
    if separator == " ":
        fields = _FIELD.findall(line)
    elif separator in _QUOTED and '"' in line:
        fields = _split_quoted(line.strip(_BLANKS), separator)
    else:
        content = line.rstrip(_BLANKS)
        fields = [field.strip(" ") for field in content.split(separator)]
        fields = fields if content else []
    if fields and fields[0].startswith(_DOCUMENT) and _is_document(fields[0]):
        return []
    return fields


def _split_quoted(line: str, separator: str) -> list[str]:
    """Split a line in which fields may be quoted, if its quotes are closed."""
    try:
        [fields] = csv.reader([line], delimiter=separator, strict=True)
    except csv.Error:  # a quote is a word there
        fields = line.split(separator)
    return [field.strip(" ") for field in fields]


def _is_document(field: str) -> bool:
    """Say whether a line begins a document; blanks may be in its only column."""
    return field.partition(" ")[0] == _DOCUMENT
