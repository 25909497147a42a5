"""Lines of columns -> which column holds the words, and which the tags."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import NamedTuple

from lstm_helpers.data.decoding import Text
from lstm_helpers.data.errors import CorpusError, quote
from lstm_helpers.data.header import Wanted, as_number, find_roles
from lstm_helpers.data.rows import Cut, Row, read_lines, split_line
from lstm_helpers.data.schemes import looks_like_tag

_N_ROWS = 10_000  # that show which columns hold tags
_N_COLUMNS = 1000  # the last ones, of which some may
_NUMBER = re.compile(r"\d+(?:[-.]\d+)*")
_BESIDE = re.compile(r"\d+[-.]\d+")
_CHUNKS = {  # types of another task's tags, which stand beside those of names
    *("NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP"),
    *("NC", "VC", "PC"),  # the German ones
}


class Columns(NamedTuple):
    """Where in a row to look, and which lines are no words."""

    word: int
    tag: int
    is_index: bool  # the first column counts the words of a sentence
    header: int  # the line that names the columns; 0 if none does
    comments: frozenset[int]  # numbers of lines


def find_positions(text: Text, cut: Cut, wanted: Wanted) -> Columns:
    """Find out which column holds what.

    Parameters
    ----------
    text : Text
    cut : Cut
    wanted : Wanted
        What the caller says: numbers from 0 on, or names, if the first line has them.

    Returns
    -------
    Columns
        The words are in the first column, or behind an index; the tags are in the
        last one, unless another one alone looks like tags. Of two columns, the first
        may have the tags, and the second the words.

    Raises
    ------
    CorpusError
        If nothing is left beside an index, the first column has numbers or labels, or
        several columns look like tags, or one is to have the words and the tags.
    ValueError
        If no column has that name.
    """
    header, word, tag = _find_header(text, cut, wanted)
    index = _find_index(_read_words(text, cut, header))
    is_index = bool(index) and word != 0
    sample = [*islice(_read_words(text, cut, header), _N_ROWS)]
    comments = _find_comments(cut, sample, is_index)
    if word is None:
        word = int(is_index)
        if is_index and all(len(row) == 2 for _, row in sample):
            raise _name_index(text, index)
    if wanted.word is None and tag is None and _begin_with_tags(sample):
        word, tag = 1, 0
    if tag is None:
        tag = _find_tags(text, sample, word)
    if wanted.word is None and not header and word == int(is_index):
        _refuse_labels(text, sample, word, tag)
    if any(_is_same(word, tag, len(row)) for _, row in sample[:1] if len(row) > 1):
        got = f"column {word} for the words and for the tags"
        raise CorpusError(text.path, sample[0][0], got, "two columns")
    return Columns(word, tag, is_index, header, comments)


def is_beside(index: str) -> bool:
    """Say whether an index belongs to several words, or to none, as CoNLL-U has it.

    Parameters
    ----------
    index : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_beside("1-2"), is_beside("3.1"), is_beside("3")
    (True, True, False)
    """
    return _BESIDE.fullmatch(index) is not None


def _find_header(
    text: Text, cut: Cut, wanted: Wanted
) -> tuple[int, int | None, int | None]:
    """Find the line with names, if there is one; and the columns that are named."""
    word, tag = as_number(wanted.word), as_number(wanted.tag)
    every = read_lines(text, cut.separator)
    line, names = next((row for row in every if row[1]), (0, []))
    by_name = Wanted(
        word=wanted.word if word is None else None,
        tag=wanted.tag if tag is None else None,
    )
    places = find_roles(names, by_name)
    if len(places["word"]) == len(places["tag"]) == 1 and "O" not in names:
        word = places["word"][0] if word is None else word
        return line, word, places["tag"][0] if tag is None else tag
    for role, column in (("word", by_name.word), ("tag", by_name.tag)):
        if column is not None:
            number = "a number from 0 on (-1 is the last)"
            got = f"{role}_column: got {column!r}"
            raise ValueError(f"{got}, wanted {number}: the columns have no such names")
    return 0, word, tag


def _read_words(text: Text, cut: Cut, header: int) -> Iterator[Row]:
    """Read the rows that are words for sure: without a # before them."""
    for number, row in read_lines(text, cut.separator):
        if row and number not in cut.hashes and number != header:
            yield number, row


def _find_index(rows: Iterable[Row]) -> int:
    """Find the line where the first column begins to count; 0 if it does not.

    It counts if each number is one more than the one before, or again the first one (0
    or 1), whether or not a blank line stands there.
    """
    first, before, counted = "", -1, 0
    for number, row in rows:
        index = row[0]
        if is_beside(index):
            continue
        first = first or index
        if first not in ("0", "1"):
            return 0
        if index == str(before + 1) != first:
            counted = counted or number
        elif index != first:
            return 0
        before = int(index)
    return counted


def _find_comments(cut: Cut, words: list[Row], is_index: bool) -> frozenset[int]:
    """Find the lines with a # that are comments, and no hash tags.

    Beside an index all are. Otherwise a comment stands before a sentence, and has
    another number of columns than the words, or what is no tag in the last one.
    """
    if is_index:
        return frozenset(cut.hashes)
    widths = {len(row) for _, row in words}
    tags = {row[-1] for _, row in words}
    comments: set[int] = set()
    word_before = -1
    for number in sorted(cut.begins):
        row = split_line(cut.hashes[number], cut.separator)
        is_tag = row[-1] in tags or looks_like_tag(row[-1])
        if word_before == number - 1 or (len(row) in widths and is_tag):
            word_before = number
        else:
            comments.add(number)
    return frozenset(comments)


def _refuse_labels(text: Text, rows: list[Row], word: int, tag: int) -> None:
    """Raise a CorpusError if a column has numbers or labels, and no words.

    Another column may then have the words; and this one has a number in each row, or on
    average says the same in two rows or more.
    """
    width = min((len(row) for _, row in rows), default=0)
    places = [k for k in range(word, width) if not _is_same(k, tag, width)]
    columns = [[row[place] for _, row in rows] for place in places]
    are_numbers = [all(map(_NUMBER.fullmatch, fields)) for fields in columns]
    if len(rows) < 2 or len(columns) < 2 or all(are_numbers):
        return
    n_runs = sum(1 for _ in groupby(columns[0]))
    if are_numbers[0] or (len(rows) > 3 and 2 * n_runs <= len(rows)):
        number, row = rows[0]
        place = places[max(1, are_numbers.index(False))]
        got = f"what seem to be numbers or labels, such as {quote(row[word])}"
        hint = f"word_column={place} (here {quote(row[place])})"
        hint += f", or word_column={word} if these are the words"
        wanted = f"words in column {word}"
        raise CorpusError(text.path, number, got, wanted, hint)


def _is_same(word: int, tag: int, width: int) -> bool:
    """Say whether two numbers mean the same column of a row."""
    return tag in (word, word - width, word + width)


def _name_index(text: Text, line: int) -> CorpusError:
    """Make the error about numbers that are no words."""
    got = "numbers that count the words, and beside them only tags"
    hint = "If the numbers are the words, word_column=0 says so"
    return CorpusError(text.path, line, got, "a column with the words", hint)


def _begin_with_tags(rows: list[Row]) -> bool:
    """Say whether there are two columns, and only the first one looks like tags."""
    n_last = sum(looks_like_tag(row[-1]) for _, row in rows)
    first = all(len(row) == 2 and looks_like_tag(row[0]) for _, row in rows)
    return first and len(rows) > 2 * n_last


def _find_tags(text: Text, rows: list[Row], word: int) -> int:
    """Find the column of the tags: the last one, unless another one has them."""
    looks: Counter[int] = Counter()  # how many of a column's fields look like tags
    kinds: dict[int, set[str]] = {}
    for _, row in rows:
        first = max(word, -1, len(row) - _N_COLUMNS)
        for place in range(-1, first - len(row), -1):
            if looks_like_tag(row[place]):
                looks[place] += 1
                kinds.setdefault(place, set()).add(row[place][2:])
    found = sorted(place for place, n in looks.items() if 2 * n > len(rows))
    names = [place for place in found if not _are_chunks(kinds[place])]
    found = names or found
    if len(found) > 1:
        raise _name_choice(text, rows, found, word)
    if not found or found == [-1]:
        return -1
    return found[0] + _find_width(rows)


def _find_width(rows: list[Row]) -> int:
    """Find how many columns all rows have; 0 if they differ."""
    widths = {len(row) for _, row in rows}
    return widths.pop() if len(widths) == 1 else 0


def _are_chunks(kinds: set[str]) -> bool:
    """Say whether a column's types are those of phrases, not of names."""
    return kinds != {""} and kinds <= _CHUNKS | {""}


def _name_choice(
    text: Text, rows: list[Row], found: list[int], word: int
) -> CorpusError:
    """Make the error about several columns of tags; it shows a row that has some."""
    full = [(n, row) for n, row in rows if len(row) + found[0] > max(word, -1)]
    differ = ((n, row) for n, row in full if {row[k] for k in found} != {"O"})
    number, row = next(differ, full[0])
    width = _find_width(rows)
    ways = [f"tag_column={k + width} (here {quote(row[k])})" for k in found]
    got, wanted = f"{len(found)} columns of tags", "one of them to be chosen"
    return CorpusError(text.path, number, got, wanted, " or ".join(ways))
