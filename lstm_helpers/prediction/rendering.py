"""Tagged text -> HTML or plain text."""

from collections.abc import Sequence
from html import escape

from lstm_helpers.prediction.text import Entity, TaggedWord, find_entities
from lstm_helpers.style import ENTITY_COLOURS, writable

_NO_MATHEMATICS = "mathjax_ignore tex2jax_ignore"  # to MathJax from 3 on, and before


def render_html(text: str, tagged: Sequence[TaggedWord]) -> str:
    """Highlight the entities, and underline the words that training never saw.

    Behind an entity stand its type and its probability, if the words carry one.

    Parameters
    ----------
    text : str
    tagged : sequence of TaggedWord

    Returns
    -------
    str
        One HTML ``div``; all text is escaped, and none is typeset as mathematics. What
        :func:`~lstm_helpers.style.writable` replaces is shown as U+FFFD.

    Notes
    -----
    A mention and its type each keep their direction of writing to themselves
    (``bdi``). The words do not, or those of a Hebrew sentence would change places.
    """
    marks = {entity.start: entity for entity in find_entities(text, tagged)}
    pieces, position, closing = [], 0, None
    for word in tagged:
        pieces.append(_as_html(text[position : word.start]))
        entity = marks.get(word.start)
        if entity:
            colour = ENTITY_COLOURS.get(entity.kind, "#e6e6e6")
            pieces.append(
                f'<mark style="background:{colour};color:#111;padding:.15em .3em;'
                'border-radius:.3em"><bdi>'
            )
            closing = entity
        shown = _as_html(word.word)
        if not word.known:
            shown = (
                '<span title="not seen in training" style="text-decoration:'
                f'underline dotted">{shown}</span>'
            )
        pieces.append(shown)
        position = word.end
        if closing and closing.end == word.end:
            kind = f"<b><bdi>{_as_html(closing.kind)}</bdi></b>"
            pieces.append(f"</bdi> <small>{kind}{_say(closing)}</small></mark>")
            closing = None
    pieces.append(_as_html(text[position:]))
    shown = "".join(pieces)
    return f'<div class="{_NO_MATHEMATICS}" style="line-height:2.2">{shown}</div>'


def _say(entity: Entity) -> str:
    """Write a mention's probability to follow its type, if there is one."""
    return "" if entity.probability is None else f" {entity.probability:.2f}"


def _as_html(text: str) -> str:
    """Write text as HTML."""
    return escape(writable(text))


def render_text(text: str, tagged: Sequence[TaggedWord]) -> str:
    """Bracket the entities, and put a question mark after words never seen.

    Behind an entity stand its type and its probability, if the words carry one.

    Parameters
    ----------
    text : str
    tagged : sequence of TaggedWord

    Returns
    -------
    str
        What :func:`~lstm_helpers.style.writable` replaces, which could command a
        terminal, is written as U+FFFD.

    Examples
    --------
    >>> from lstm_helpers.prediction.text import TaggedWord
    >>> tagged = [TaggedWord("In", 0, 2, "O", True)]
    >>> tagged += [TaggedWord("Rome", 3, 7, "B-geo", False, 0.93)]
    >>> render_text("In Rome", tagged)
    'In [Rome? geo 0.93]'
    """
    entities = find_entities(text, tagged)
    before = {entity.start: "[" for entity in entities}
    after = {e.end: f" {e.kind}{_say(e)}]" for e in entities}
    pieces, position = [], 0
    for word in tagged:
        pieces.append(text[position : word.start] + before.get(word.start, ""))
        pieces.append(word.word + "?" * (not word.known) + after.get(word.end, ""))
        position = word.end
    return writable("".join(pieces) + text[position:])
