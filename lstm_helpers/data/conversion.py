"""Tags as they stand in a file -> IOB2, and what was changed for it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from sys import intern
from typing import NamedTuple

from lstm_helpers.data.errors import CorpusError, quote
from lstm_helpers.data.schemes import (
    END,
    LIKE_O,
    SCHEMES,
    Pair,
    Step,
    count_pairs,
    count_strays,
    count_unknown,
    find_scheme,
    looks_like_tag,
    recognise_scheme,
    suggest_schemes,
    take_step,
)
from lstm_helpers.files.reading import shorten

_SEPARATED = re.compile(r"[BI][_.:/|].+")
_BEHIND = re.compile(r".+[-_.:/|][BI]")
_PREFIXED = re.compile(r"[A-Z]-\S+")
_N_SHOWN = 5  # lines that a message lists
_STRAYS = "refuse", "begin"


class _Converted(NamedTuple):
    """A file's tags in IOB2, and how they came to be."""

    tags: Sequence[Sequence[str]]  # of each sentence
    scheme: str  # that the file has
    changed: tuple[tuple[str, int], ...]  # what was changed, and how often


def convert_tags(
    path: str | Path,
    sentences: Sequence[Sequence[str]],
    lines: Sequence[int],
    tag_scheme: str | None = "IOB2",
    strays: str = "refuse",
) -> _Converted:
    """Convert a file's tags to IOB2.

    Parameters
    ----------
    path : str or Path
    sentences : sequence of sequence of str
        The tags as they stand in the file.
    lines : sequence of int
        The line of each tag, of all sentences in a row.
    tag_scheme : str, optional
        The scheme of the file: see :func:`lstm_helpers.data.read_corpus`. None finds
        it out.
    strays : {"refuse", "begin"}
        What becomes of a tag that goes on with a mention where none is.

    Returns
    -------
    tuple
        ``tags`` (the very ones that were given, if nothing had to be changed),
        ``scheme``, and ``changed``: what was changed, and how often.

    Raises
    ------
    CorpusError
        For a tag that the scheme does not have, or a stray one. It names the first of
        them, says how many there are, and which argument helps.
    ValueError
        For another ``tag_scheme`` or ``strays``.
    """
    scheme = check_choices(tag_scheme, strays)
    pairs = count_pairs(sentences)
    scheme = scheme or recognise_scheme(pairs) or "IOB2"
    n_strays = count_strays(scheme, pairs)
    if count_unknown(scheme, pairs) or (n_strays and strays == "refuse"):
        fault = _find_fault(sentences, lines, scheme, pairs, strays)
        name = _name_stray if fault.is_stray else _name_unknown
        raise name(path, fault, scheme, pairs)
    steps = {pair: step for pair in pairs if (step := take_step(scheme, *pair))}
    n_changed = sum(n for pair, n in pairs.items() if _is_changed(pair, steps))
    if scheme == "IOB2":
        changes = {"strays read as beginnings of mentions": n_strays}
    else:
        changes = {"tags changed to IOB2": n_changed, "strays among them": n_strays}
    if n_changed:
        sentences = [_convert(tags, steps) for tags in sentences]
    changed = tuple((what, n) for what, n in changes.items() if n)
    return _Converted(sentences, scheme, changed)


def check_choices(tag_scheme: str | None, strays: str) -> str | None:
    """Refuse what is no scheme, or no way with strays.

    Parameters
    ----------
    tag_scheme : str, optional
    strays : str

    Returns
    -------
    str or None
        The scheme by its own name.

    Raises
    ------
    ValueError
    """
    if strays not in _STRAYS:
        raise ValueError(f"strays: got {strays!r}, wanted 'refuse' or 'begin'")
    return None if tag_scheme is None else find_scheme(tag_scheme)


def _is_changed(pair: Pair, steps: Mapping[Pair, Step]) -> bool:
    """Say whether a tag reads otherwise in IOB2."""
    return pair[1] not in (END, steps[pair].tag)


def _convert(tags: Sequence[str], steps: Mapping[Pair, Step]) -> list[str]:
    """Convert the tags of one sentence."""
    pairs = zip(["O", *tags], tags, strict=False)
    return [intern(steps[pair].tag) for pair in pairs]


class _Fault(NamedTuple):
    """The first tag that is wrong, and how many are so in the same way."""

    line: int
    before: str
    tag: str
    is_stray: bool  # otherwise the scheme does not have it
    n_alike: int
    lines: list[int]  # of the first few


def _find_fault(
    sentences: Sequence[Sequence[str]],
    lines: Sequence[int],
    scheme: str,
    pairs: Counter[Pair],
    strays: str,
) -> _Fault:
    """Find the first tag that is wrong; there is one."""
    wrong: dict[Pair, bool] = {}  # whether it is a stray
    for pair in pairs:
        step = take_step(scheme, *pair)
        if step is None or (step.is_stray and strays == "refuse"):
            wrong[pair] = step is not None
    found = ((line, pair) for line, pair in _locate(sentences, lines) if pair in wrong)
    line, first = next(found)
    is_stray = wrong[first]
    n_alike = sum(pairs[pair] for pair, each in wrong.items() if each == is_stray)
    others = (line for line, pair in found if wrong[pair] == is_stray)
    shown = [line, *islice(others, _N_SHOWN - 1)]
    return _Fault(line, *first, is_stray, n_alike, shown)


def _locate(
    sentences: Sequence[Sequence[str]], lines: Sequence[int]
) -> Iterator[tuple[int, Pair]]:
    """Go through all pairs, each with its line; a sentence's end is in its last one."""
    place = iter(lines)
    for tags in sentences:
        before, line = "O", 0
        for tag in tags:
            line = next(place)
            yield line, (before, tag)
            before = tag
        yield line, (before, END)


def _count(fault: _Fault) -> str:
    """Say how many tags are wrong in one way, and where the first are."""
    if fault.n_alike == 1:
        return "There is one such tag"
    shown = ", ".join(map(str, fault.lines))
    others = " and others" if fault.n_alike > len(fault.lines) else ""
    return f"There are {fault.n_alike:,} such tags, in lines {shown}{others}"


def _name_stray(
    path: str | Path, fault: _Fault, scheme: str, pairs: Counter[Pair]
) -> CorpusError:
    """Make the error about a tag that the scheme does not allow there."""
    tag, before = fault.tag, quote(fault.before)
    got = f"{'the end' if tag == END else f'the tag {quote(tag)}'} after {before}"
    _, inside, *ends = [*SCHEMES[scheme]]
    if tag[:1] in (inside, *ends[:1]):
        kind = shorten(tag[1:])
        wanted = f"B{kind} or {inside}{kind} before it ({scheme})"
        way = "lets each begin a mention, as conlleval does"
    else:
        wanted = f"{ends[0]}{shorten(fault.before[1:])} at a mention's end ({scheme})"
        way = "lets each mention end there"
    hint = f"{_count(fault)}: strays='begin' {way}"
    known = {pair: n for pair, n in pairs.items() if take_step("IOB2", *pair)}
    if scheme == "IOB2" and "IOB1" in suggest_schemes(known):
        hint += "; tag_scheme='IOB1' reads a corpus in IOB1"
    return CorpusError(path, fault.line, got, wanted, hint)


def _name_unknown(
    path: str | Path, fault: _Fault, scheme: str, pairs: Counter[Pair]
) -> CorpusError:
    """Make the error about a tag that the scheme does not have."""
    got, wanted = f"the tag {quote(fault.tag)}", f"{_TAGS[scheme]} ({scheme})"
    fit = " or ".join(f"tag_scheme={each!r}" for each in suggest_schemes(pairs))
    if fit:
        way = f"{fit} reads such tags"
        way += ", neighbours of one type as one mention" * fit.endswith("'IO'")
    else:
        way = _name_slip(fault.tag, pairs)
    return CorpusError(path, fault.line, got, wanted, f"{_count(fault)}: {way}")


def _name_slip(tag: str, pairs: Mapping[Pair, int]) -> str:
    """Say what is wrong with a tag that no scheme has."""
    if not tag:
        return "each word needs a tag"
    if tag == "0":
        return "the letter O is wanted"
    if tag[0].islower() and looks_like_tag(tag[0].upper() + tag[1:]):
        return "O, B and I are wanted in capitals"
    odd = next((each for each in (*tag[:3], tag[-1]) if _is_odd(each)), None)
    if odd is not None:
        name = unicodedata.name(odd, "a control character")
        return f"it has U+{ord(odd):04X}, {name}"
    if " " in tag or "\t" in tag:
        return "delimiter='blank' lets blanks part columns, not only tabs"
    if _PREFIXED.fullmatch(tag):
        prefixes = sorted({tag[0] for _, tag in pairs if _PREFIXED.fullmatch(tag)})
        return f"no scheme that is known has all of the prefixes {', '.join(prefixes)}"
    if _SEPARATED.fullmatch(tag):
        return "a hyphen is wanted behind B and I: B-type, I-type"
    if _BEHIND.fullmatch(tag):
        return "B- and I- are wanted before the type: B-type, I-type"
    return "tag_column='...' takes another column, if there is one"


def _is_odd(character: str) -> bool:
    """Say whether a character is easily taken for another one, or not seen at all."""
    if character in "- \t":
        return False
    is_dash = unicodedata.category(character) == "Pd"
    return is_dash or character in LIKE_O or not character.isprintable()


_TAGS = {
    "IOB2": "O, B-type or I-type",
    "IOB1": "O, B-type or I-type",
    "IO": "O or a type",
    "IOBES": "O, B-type, I-type, E-type or S-type",
    "BILOU": "O, B-type, I-type, L-type or U-type",
    "BMES": "O, B-type, M-type, E-type or S-type",
    "BI": "O, B or I",
}
