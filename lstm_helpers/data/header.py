"""The names of a table's columns -> which of them are wanted."""

import csv
import re
from itertools import chain
from typing import NamedTuple

from lstm_helpers.data.decoding import Text
from lstm_helpers.data.errors import CorpusError, quote
from lstm_helpers.data.schemes import looks_like_tag

Column = str | int  # its name, or its number from 0 on
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_NAMES = {  # Kaggle's ner_dataset.csv; then those of its ner.csv, and other usual ones
    "sentence": ("Sentence #", "sentence_idx", "sentence_id"),
    "word": ("Word", "Token"),
    "tag": ("Tag", "NER", "Label"),
    "pos": ("POS",),
}


class Wanted(NamedTuple):
    """The columns that a caller named."""

    sentence: Column | None = None
    word: Column | None = None
    tag: Column | None = None
    pos: Column | None = None


class Header(NamedTuple):
    """How wide a row is, and where in it to look."""

    width: int
    sentence: int
    word: int
    tag: int
    pos: int | None
    names: list[str]


def find_columns(text: Text, header: list[str] | None, wanted: Wanted) -> Header:
    """Find the columns by the names in a table's first line.

    Parameters
    ----------
    text : Text
    header : list of str or None
        None for an empty file.
    wanted : Wanted

    Returns
    -------
    Header

    Raises
    ------
    CorpusError
        If a column is not there once, or there is no header.
    """
    first = _say("sentence", wanted)
    if not header:
        got = "an empty file" if header is None else "a blank line"
        raise CorpusError(text.path, 1, got, first)
    found = find_roles(header, wanted)
    for role, places in found.items():
        if len(places) != 1 and (places or role != "pos" or wanted.pos is not None):
            got = f"the columns {quote(header)}"
            hint = _name_way_out(role, header, places)
            raise CorpusError(text.path, 1, got, _say(role, wanted), hint)
    [sentence], [word], [tag] = (found[role] for role in ("sentence", "word", "tag"))
    if word == tag:
        got = f"the column {quote(header[word])} for the words and for the tags"
        raise CorpusError(text.path, 1, got, "two columns")
    pos = found["pos"][0] if found["pos"] else None
    return Header(len(header), sentence, word, tag, pos, header)


def is_no_header(header: Header, wanted: Wanted) -> bool:
    """Say whether a table's first line is a row like the others.

    Parameters
    ----------
    header : Header
    wanted : Wanted

    Returns
    -------
    bool
        If the column of the tags is given as a number, and has a tag there.
    """
    is_number = as_number(wanted.tag) is not None
    return is_number and looks_like_tag(header.names[header.tag])


def count_found(line: str, delimiter: str, wanted: Wanted) -> dict[str, int]:
    """Look for the columns in a line that may be a header.

    Parameters
    ----------
    line : str
    delimiter : str
    wanted : Wanted

    Returns
    -------
    dict of str to int
        How many columns there are for each role: see ``find_roles``.
    """
    try:
        header = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # it is no csv, or has fields that are too long
        header = []
    return {role: len(places) for role, places in find_roles(header, wanted).items()}


def find_roles(header: list[str], wanted: Wanted) -> dict[str, list[int]]:
    """Find the places of all columns.

    Parameters
    ----------
    header : list of str
    wanted : Wanted

    Returns
    -------
    dict of str to list of int
        For "sentence", "word", "tag" and "pos": one place if all is well.
    """
    places: dict[str, list[int]] = {}
    spelled: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        places.setdefault(name, []).append(place)
        spelled.setdefault(_spell(name) or name, []).append(place)

    def find(role: str) -> list[int]:
        column = getattr(wanted, role)
        number = None if column in places else as_number(column)
        if number is not None:
            return [*range(len(header))][number : number + 1 or None]
        names = _NAMES[role] if column is None else (str(column),)
        found = [places.get(name) or spelled.get(_spell(name), []) for name in names]
        if column is None and role in ("word", "tag"):
            return sorted(chain.from_iterable(found))  # several: one is to be chosen
        return next(filter(None, found), [])

    return {role: find(role) for role in _NAMES}


def as_number(column: Column | None) -> int | None:
    """Read a column's number.

    Parameters
    ----------
    column : str or int, optional

    Returns
    -------
    int or None
        None if it is a name, or nothing.

    Examples
    --------
    >>> as_number("-1"), as_number("word")
    (-1, None)
    """
    return int(str(column)) if _NUMBER.fullmatch(str(column)) else None


def _spell(name: str) -> str:
    """Take away what differs between spellings of a name."""
    return "".join(filter(str.isalnum, name.casefold()))


def _say(role: str, wanted: Wanted) -> str:
    """Say which column is wanted."""
    column = getattr(wanted, role)
    name = _NAMES[role][0] if column is None else column
    return f"the column {name!r} once"


def _name_way_out(role: str, header: list[str], places: list[int]) -> str:
    """Say which argument helps."""
    if len(header) == 1:
        return "delimiter='...' says what parts the columns, if there are more"
    if len(places) > 1:
        return " or ".join(f"{role}_column={place}" for place in places)
    if any(map(looks_like_tag, header)):
        return (
            "The first line seems to hold no names: give sentence_column, word_column "
            "and tag_column as numbers, from 0 on"
        )
    way = f"{role}_column='...' names the right one of them"
    if role == "tag":
        way += (
            "; if no column holds tags, there is nothing to learn from here, but a "
            "trained tagger can tag the words (prediction.tag_text)"
        )
    if role == "sentence":
        way += "; the first line must hold the columns' names"
    return way
