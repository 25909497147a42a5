"""Mentions -> tags in each scheme, written down as naively as can be."""

from hypothesis import strategies as st

KINDS = "per", "geo", "org"
LETTERS = {  # first, inside, last, alone
    "IOB2": "BIIB",
    "IOBES": "BIES",
    "BILOU": "BILU",
    "BMES": "BMES",
}


@st.composite
def marked_sentences(draw, kinds=KINDS):
    """Draw a sentence's length and its mentions: (start, end, kind)."""
    mentions, at = [], 0
    for _ in range(draw(st.integers(0, 5))):
        start = at + draw(st.integers(0, 2))
        at = start + draw(st.integers(1, 4))
        mentions.append((start, at, draw(st.sampled_from(kinds))))
    return max(at, 1) + draw(st.integers(0, 2)), mentions


def write_tags(scheme, length, mentions):
    """Write mentions as tags."""
    tags = ["O"] * length
    for number, (start, end, kind) in enumerate(mentions):
        for at in range(start, end):
            tags[at] = write_tag(scheme, start, at, end, kind)
        follows = number > 0 and mentions[number - 1][1:] == (start, kind)
        if scheme == "IOB1" and follows:
            tags[start] = f"B-{kind}"
    return tags


def write_tag(scheme, start, at, end, kind):
    if scheme == "IO":
        return kind
    if scheme == "IOB1":
        return f"I-{kind}"
    if scheme == "BI":
        return "B" if at == start else "I"
    first, inside, last, alone = LETTERS[scheme]
    if end - start == 1:
        return f"{alone}-{kind}"
    letter = first if at == start else last if at == end - 1 else inside
    return f"{letter}-{kind}"


def join_neighbours(mentions):
    """Make one mention of neighbours of one type: IO cannot tell them apart."""
    joined = []
    for start, end, kind in mentions:
        if joined and joined[-1][1:] == (start, kind):
            start = joined.pop()[0]
        joined.append((start, end, kind))
    return joined


def read_like_conlleval(tags):
    """Read B- and I- as the CoNLL tasks' script did; return IOB2."""
    mentions = []
    for at, tag in enumerate(tags):
        prefix, _, kind = tag.partition("-")
        opens = prefix == "B" or not mentions or mentions[-1][1:] != (at, kind)
        if prefix != "O" and opens:
            mentions.append((at, at + 1, kind))
        elif prefix != "O":
            mentions[-1] = (mentions[-1][0], at + 1, kind)
    return write_tags("IOB2", len(tags), mentions)


def read_closing(letters, tags):
    """Read a scheme that says where mentions end, one tag after the other: IOB2."""
    first, inside, last, alone = letters
    open_kind, iob2 = None, []
    for tag in tags:
        if tag == "O":
            open_kind = None
            iob2.append("O")
            continue
        letter, kind = tag[0], tag[2:]
        if letter in (inside, last) and open_kind == kind:
            iob2.append(f"I-{kind}")
        else:
            iob2.append(f"B-{kind}")
        open_kind = kind if letter in (first, inside) else None
        assert letter in (first, inside, last, alone)
    return iob2
