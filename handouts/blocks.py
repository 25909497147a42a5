"""Markdown as the course writes it -> its blocks, and the sentences of a paragraph."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

KINDS = {
    "heading": re.compile(r"#{1,6} "),
    "equation": re.compile(r"\$\$"),
    "table": re.compile(r"\|"),
    "list": re.compile(r"([-*]|\d+[.)]) "),
    "code": re.compile(r"```|~~~"),
}
ITEM = re.compile(r"^(?=(?:[-*]|\d+[.)]) )", re.MULTILINE)
SPAN = re.compile(
    r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)"
)  # may hold a full stop that ends nothing
END = re.compile(r"""(?<!\b[A-Z]\.)(?<=[.?!])[*_")]*\s+(?=[*_"(]*[A-Z])""")
LABEL = re.compile(r"\*\*[^*]+\*\*")


class Block(NamedTuple):
    """A heading, a paragraph or whatever else stands between two blank lines.

    Attributes
    ----------
    kind : str
        One of ``KINDS``, or ``"prose"``.
    text : str
    """

    kind: str
    text: str


def split_blocks(markdown: str) -> Iterator[Block]:
    r"""Split Markdown at blank lines outside equations and fences.

    Parameters
    ----------
    markdown : str

    Yields
    ------
    Block

    Examples
    --------
    >>> [block.kind for block in split_blocks("## Title\n\nText.\n\n- item")]
    ['heading', 'prose', 'list']
    """
    lines: list[str] = []
    closing = ""
    for line in [*markdown.splitlines(), ""]:
        if closing:
            closing = "" if line.rstrip().endswith(closing) else closing
        elif line.startswith(("```", "~~~")):
            closing = line[:3]
        elif line.count("$$") % 2:
            closing = "$$"
        if line.strip() or closing:
            lines.append(line)
        elif lines:
            yield as_block("\n".join(lines))
            lines = []


def as_block(text: str) -> Block:
    """Tell of which kind a block is."""
    kinds = (kind for kind, pattern in KINDS.items() if pattern.match(text))
    return Block(next(kinds, "prose"), text)


def list_items(text: str) -> list[str]:
    r"""Split a list into its items, each with its mark.

    Examples
    --------
    >>> list_items("- one\n  more\n- two")
    ['- one\n  more', '- two']
    """
    return [item.rstrip() for item in ITEM.split(text) if item.strip()]


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences; full stops in code and formulas end none.

    Examples
    --------
    >>> sentences("We take `a. B`. Is $x. Y$ right? It is.")
    ['We take `a. B`.', 'Is $x. Y$ right?', 'It is.']
    """
    text = " ".join(paragraph.split())
    hidden = SPAN.sub(lambda span: "X" * len(span[0]), text)
    cuts = [0, *(end.end() for end in END.finditer(hidden)), len(text)]
    return [text[a:b].strip() for a, b in pairwise(cuts)]


def first_sentences(paragraph: str, n_words: int) -> str:
    """Take one sentence, and a second if both together are short.

    Parameters
    ----------
    paragraph : str
    n_words : int
        How long two sentences may be. A label in bold type at the beginning does not
        count as a sentence.

    Returns
    -------
    str

    Examples
    --------
    >>> first_sentences("**Here.** It is short. So is this. Not all.", 7)
    '**Here.** It is short. So is this.'
    """
    parts = sentences(paragraph)
    if len(parts) > 1 and LABEL.fullmatch(parts[0]):
        parts[:2] = [" ".join(parts[:2])]
    both = " ".join(parts[:2])
    return both if len(both.split()) <= n_words else parts[0]
