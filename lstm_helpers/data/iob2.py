"""Tags in the scheme IOB2: what is one, what may follow what, which mentions they mark.

``B-type`` begins a mention, ``I-type`` goes on with it, ``O`` is outside of any.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_TAG = re.compile(r"O|[BI]-\S+")


class Mention(NamedTuple):
    """A mention by its place: the words ``start`` to ``end - 1`` of a sentence."""

    sentence: int
    start: int
    end: int
    kind: str


def is_tag(tag: str) -> bool:
    """Say whether a text is a tag of IOB2, at whatever place.

    Parameters
    ----------
    tag : str

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_tag(tag) for tag in ("O", "B-per", "I-", "per")]
    [True, True, False, False]
    """
    return _TAG.fullmatch(tag) is not None


def may_follow(before: str, after: str) -> bool:
    """Say whether IOB2 allows a tag after another: an I- goes on with its own type.

    Parameters
    ----------
    before, after : str
        Tags. A sentence begins as if an O stood before it.

    Returns
    -------
    bool

    Examples
    --------
    >>> [may_follow(before, "I-per") for before in ("B-per", "I-per", "O", "B-geo")]
    [True, True, False, False]
    """
    return after[:1] != "I" or before[1:] == after[1:]


def list_tags(kinds: Iterable[str]) -> list[str]:
    """List all tags of some entity types: O first, then each type's B- and I-.

    Parameters
    ----------
    kinds : iterable of str

    Returns
    -------
    list of str
        Of length 1 + 2 n for n different types, which come in alphabetical order.

    Examples
    --------
    >>> list_tags(["per", "geo"])
    ['O', 'B-geo', 'I-geo', 'B-per', 'I-per']
    """
    return ["O", *(prefix + kind for kind in sorted({*kinds}) for prefix in _PREFIXES)]


_PREFIXES = "B-", "I-"


def from_iob1(before: str, tag: str) -> str:
    """Convert one tag from IOB1, where B- only parts a mention from the one before.

    Parameters
    ----------
    before : str
        The tag before it, in IOB2.
    tag : str
        In IOB1.

    Returns
    -------
    str
        In IOB2.

    Examples
    --------
    >>> from_iob1("O", "I-per"), from_iob1("B-per", "I-per")
    ('B-per', 'I-per')
    """
    return tag if may_follow(before, tag) else "B" + tag[1:]


def find_mentions(sentences: Iterable[Sequence[str]]) -> list[Mention]:
    """Collect the mentions: each B- with the I- of its type right after it.

    An I- without its B- begins nothing, as in strict scoring.

    Parameters
    ----------
    sentences : iterable of sequence of str
        Tags, a sequence for each sentence.

    Returns
    -------
    list of Mention
        By sentence, then by start.

    Examples
    --------
    >>> find_mentions([["O", "B-per", "I-per", "I-geo"]])
    [Mention(sentence=0, start=1, end=3, kind='per')]
    """
    mentions = []
    for number, tags in enumerate(sentences):
        for start, tag in enumerate(tags):
            if tag.startswith("B-"):
                end = start + 1
                while end < len(tags) and tags[end] == "I" + tag[1:]:
                    end += 1
                mentions.append(Mention(number, start, end, tag[2:]))
    return mentions


def count_illegal(sentences: Iterable[Sequence[str]]) -> int:
    """Count the tags that IOB2 does not allow at their place.

    Parameters
    ----------
    sentences : iterable of sequence of str
        Tags, a sequence for each sentence.

    Returns
    -------
    int

    Examples
    --------
    >>> count_illegal([["O", "I-per", "I-per"], ["B-per", "I-geo"]])
    2
    """
    return sum(
        not may_follow(before, tag)
        for tags in sentences
        for before, tag in zip(["O", *tags], tags, strict=False)
    )
