"""Tags in any scheme -> what each is in IOB2; which scheme a file's tags are in.

All schemes here are read from two neighbours: what a tag is in IOB2, and whether it
may stand there, depends on itself and the tag before it.

====== ========================== =====================================
IOB2   O, B-type, I-type          B- begins every mention
IOB1   O, B-type, I-type          B- only after a mention of its own type
IO     O, type or I-type          neighbours of one type are one mention
IOBES  O, B-, I-, E-, S-type      E- ends a mention, S- is one alone
BILOU  O, B-, I-, L-, U-type      the same with L- (last) and U- (unit)
BMES   O, B-, M-, E-, S-type      the same with M- (middle) for I-
BI     O, B, I                    one type without a name: "entity"
====== ========================== =====================================
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

SCHEMES = {  # the prefixes of each
    "IOB2": "BI",
    "IOB1": "BI",
    "IO": "I",
    "IOBES": "BIES",
    "BILOU": "BILU",
    "BMES": "BMES",
    "BI": "BI",
}
END = "\0"  # stands behind a sentence's last tag: no file holds a NUL
_ALIASES = {"BIO": "IOB2", "BIOES": "IOBES", "BILUO": "BILOU"}
_FREE = "IOB1", "IO"  # any tag may begin a mention
CLOSING = "IOBES", "BILOU", "BMES"  # a mention's last tag says so
_PREFIXED = re.compile(r"([A-Za-z])-\S+")
_MARKED = re.compile(  # in another way; dashes are taken for hyphens
    "[BIESLUMbieslum][-_.:\u2010-\u2015].*|.*[-_.:\u2010-\u2015][BIESLUM]"
)
LIKE_O = "\u041e\u043e\u039f\u03bf\uff2f\uff10"  # Cyrillic, Greek, wide letters
_ENOUGH = 5  # mentions; with fewer of them, a scheme may seem to be another by chance
Pair = tuple[str, str]  # a tag and the one before it, which comes first


class Step(NamedTuple):
    """What a tag is in IOB2, after the tag before it."""

    tag: str  # in IOB2
    is_stray: bool  # the scheme does not allow it there


class _Parts(NamedTuple):
    """A tag, taken apart."""

    prefix: str
    kind: str


_OUTSIDE = _Parts("O", "")


def looks_like_tag(text: str) -> bool:
    """Say whether a text is a tag of one of the schemes with prefixes, or an O.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> [looks_like_tag(text) for text in ("O", "B-per", "L-per", "per", "B-")]
    [True, True, True, False, False]
    """
    prefixed = _PREFIXED.fullmatch(text)
    return text == "O" or (prefixed is not None and prefixed[1] in "BIESLUM")


def find_scheme(name: str) -> str:
    """Find a scheme by its name.

    Parameters
    ----------
    name : str
        In capitals or not; "BIO" is IOB2, "BIOES" is IOBES.

    Returns
    -------
    str
        A key of ``SCHEMES``.

    Raises
    ------
    ValueError
        If no scheme is called so.

    Examples
    --------
    >>> find_scheme("bioes")
    'IOBES'
    """
    known = str(name).upper()
    known = _ALIASES.get(known, known)
    if known not in SCHEMES:
        *others, last = map(repr, SCHEMES)
        wanted = f"{', '.join(others)} or {last}"
        raise ValueError(f"tag_scheme: got {name!r}, wanted {wanted}")
    return known


def count_pairs(sentences: Iterable[Sequence[str]]) -> Counter[Pair]:
    """Count which tag follows which.

    Parameters
    ----------
    sentences : iterable of sequence of str
        Tags, in any scheme.

    Returns
    -------
    Counter of (str, str)
        Of a tag and the one before it, which comes first. Before a sentence stands an
        O, behind it ``END``.

    Examples
    --------
    >>> count_pairs([["I-per"]]) == {("O", "I-per"): 1, ("I-per", END): 1}
    True
    """
    pairs = (zip(["O", *tags], [*tags, END], strict=True) for tags in sentences)
    return Counter(chain.from_iterable(pairs))


def take_step(scheme: str, before: str, tag: str) -> Step | None:
    """Convert one tag to IOB2.

    Parameters
    ----------
    scheme : str
        A key of ``SCHEMES``.
    before, tag : str
        Neighbours in a file, as ``count_pairs`` has them.

    Returns
    -------
    Step or None
        None if the scheme has no such tag. A stray I- begins a mention. In IOBES, BILOU
        and BMES, what stands behind a mention that does not end is a stray as well.

    Examples
    --------
    >>> take_step("IOBES", "B-per", "E-per")
    Step(tag='I-per', is_stray=False)
    >>> take_step("IOB2", "O", "I-per")
    Step(tag='B-per', is_stray=True)
    """
    after, previous = _take_apart(scheme, tag), _take_apart(scheme, before) or _OUTSIDE
    if after is None:
        return None
    inside, is_open = after.prefix in "IMEL", previous.prefix in "BIM"
    goes_on = inside and is_open and after.kind == previous.kind
    begins_badly = inside and not goes_on and scheme not in _FREE
    ends_badly = is_open and not goes_on and scheme in CLOSING
    iob2 = ("I-" if goes_on else "B-") + after.kind if after.kind else "O"
    return Step(iob2, begins_badly or ends_badly)


def _take_apart(scheme: str, tag: str) -> _Parts | None:
    """Part a tag's prefix from its type; None if the scheme has no such tag."""
    if tag in ("O", END):
        return _OUTSIDE
    if scheme == "BI":
        return _Parts(tag, "entity") if tag in ("B", "I") else None
    prefixed = _PREFIXED.fullmatch(tag)
    if prefixed and not (tag[2] + tag[-1]).isprintable():  # types that look the same
        return None
    if prefixed and prefixed[1] in SCHEMES[scheme]:
        return _Parts(tag[0], tag[2:])
    if scheme == "IO" and not prefixed and _is_type(tag):
        return _Parts("I", tag)
    return None


def _is_type(tag: str) -> bool:
    """Say whether a text can be the name of a type.

    It is none without a letter, with a blank, if it is meant as an O, or if it begins
    or ends as the tags of a scheme do that is none of these.
    """
    if _MARKED.fullmatch(tag):
        return False
    is_word = any(map(str.isalpha, tag)) and not any(map(str.isspace, tag))
    return is_word and tag.upper() not in ("O", "NAN", "NONE", "NULL", *LIKE_O)


def recognise_scheme(pairs: Mapping[Pair, int]) -> str | None:
    """Find the scheme of a whole file's tags, if they leave no doubt.

    Parameters
    ----------
    pairs : mapping of (str, str) to int
        What ``count_pairs`` returns.

    Returns
    -------
    str or None
        IOB2 if all of it is legal there. IOB1 if no B- begins a mention but those
        behind a mention of their own type, and there is one of these, or five mentions
        without one. IOBES or BILOU if there are prefixes that only they have, and at
        most one stray for ten words in mentions. BI if all is legal there, and a B
        among it. IO if no tag has a prefix, O is the most frequent tag, five words or
        more have a type, and more than twice as many as there are types. None
        otherwise.
    """
    if not count_unknown("IOB2", pairs):
        n_strays = count_strays("IOB2", pairs)
        if not n_strays:
            return "IOB2"
        n_first, n_next = _count_begun(pairs)
        is_iob1 = not n_first and (n_next or n_strays >= _ENOUGH)
        return "IOB1" if is_iob1 else None
    fits = dict.fromkeys(CLOSING, _is_closing) | {"BI": _is_bare, "IO": _is_io}
    for scheme, fit in fits.items():
        if not count_unknown(scheme, pairs) and fit(scheme, pairs):
            return scheme
    return None


def suggest_schemes(pairs: Mapping[Pair, int]) -> list[str]:
    """List the schemes that a file's tags may be in, certain or not.

    Parameters
    ----------
    pairs : mapping of (str, str) to int

    Returns
    -------
    list of str
        Those that have all of the tags. IOB2 or IOB1, if they have: the latter only if
        no B- begins a mention but behind another. IO only if nothing else has them,
        and there is an O.
    """
    fit = [scheme for scheme in SCHEMES if not count_unknown(scheme, pairs)]
    if "IOB2" in fit:
        return ["IOB2"] if _count_begun(pairs)[0] else ["IOB2", "IOB1"]
    others = [scheme for scheme in fit if scheme != "IO"]
    return others or (fit if _count_tags(pairs)["O"] else [])


def count_unknown(scheme: str, pairs: Mapping[Pair, int]) -> int:
    """Count the tags that a scheme does not have.

    Parameters
    ----------
    scheme : str
    pairs : mapping of (str, str) to int

    Returns
    -------
    int
    """
    return sum(n for pair, n in pairs.items() if take_step(scheme, *pair) is None)


def count_strays(scheme: str, pairs: Mapping[Pair, int]) -> int:
    """Count the tags that a scheme has, but not at their place.

    Parameters
    ----------
    scheme : str
    pairs : mapping of (str, str) to int

    Returns
    -------
    int
    """
    steps = ((take_step(scheme, *pair), n) for pair, n in pairs.items())
    return sum(n for step, n in steps if step and step.is_stray)


def _count_begun(pairs: Mapping[Pair, int]) -> tuple[int, int]:
    """Count each B- that stands alone, and each behind a mention of its own type."""
    n_first = n_next = 0
    for (before, tag), n in pairs.items():
        if tag.startswith("B-"):
            if before[1:] == tag[1:]:
                n_next += n
            else:
                n_first += n
    return n_first, n_next


def _count_tags(pairs: Mapping[Pair, int]) -> Counter[str]:
    """Count each tag."""
    tags: Counter[str] = Counter()
    for (_, tag), n in pairs.items():
        tags[tag] += n
    del tags[END]
    return tags


def _is_closing(scheme: str, pairs: Mapping[Pair, int]) -> bool:
    """Say whether mentions end as they should, but for a tenth of their words."""
    n_words = sum(n for tag, n in _count_tags(pairs).items() if tag != "O")
    return 10 * count_strays(scheme, pairs) <= n_words


def _is_bare(scheme: str, pairs: Mapping[Pair, int]) -> bool:
    """Say whether a B begins each mention."""
    return "B" in _count_tags(pairs) and not count_strays(scheme, pairs)


def _is_io(_: str, pairs: Mapping[Pair, int]) -> bool:
    """Say whether most words are outside of mentions, and the types are few."""
    tags = _count_tags(pairs)
    n_words = tags.total() - tags["O"]
    prefixed = any(map(_PREFIXED.fullmatch, tags)) or tags.keys() & {*"BIESLUM"}
    n_types = len(tags.keys() - {"O"})
    is_usual = tags["O"] == max(tags.values()) and n_words > 2 * n_types
    return not prefixed and is_usual and n_words >= _ENOUGH
