"""Tagged text -> HTML, plain text, columns or JSON of several kinds."""

import json
import re
from collections.abc import Callable, Sequence
from html import escape

from lstm_helpers.prediction.text import Entity, TaggedWord, find_entities
from lstm_helpers.style import ENTITY_COLOURS, writable

_SURROGATE = re.compile("[\ud800-\udfff]")
_BETWEEN_COLUMNS = re.compile(r"\s")
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
            kind = f"<b>{_isolate(closing.kind)}</b>"
            pieces.append(f"</bdi> <small>{kind}{_say(closing)}</small></mark>")
            closing = None
    pieces.append(_as_html(text[position:]))
    shown = "".join(pieces)
    return f'<div class="{_NO_MATHEMATICS}" style="line-height:2.2">{shown}</div>'


def render_doubts(text: str, tagged: Sequence[TaggedWord], n: int = 3) -> str:
    """Name the words that training never saw, and what the tagger is least sure of.

    Parameters
    ----------
    text : str
    tagged : sequence of TaggedWord
    n : int
        How many are named of those it is least sure of: mentions, and words outside,
        each with its type or tag and its probability. What carries none is left out.

    Returns
    -------
    str
        One HTML ``div``, written as :func:`render_html` writes its own; nothing if
        there is no word.
    """
    unknown = dict.fromkeys(_isolate(word.word) for word in tagged if not word.known)
    said = {"Never seen in training": ", ".join(unknown) or "none"}
    entities = find_entities(text, tagged)
    within = {k for entity in entities for k in range(entity.start, entity.end)}
    judged = [(each.probability, each.mention, each.kind) for each in entities]
    judged += [(w.probability, w.word, w.tag) for w in tagged if w.start not in within]
    sure = [(p, it, tag) for p, it, tag in judged if p is not None]
    least = sorted(sure, key=lambda each: each[0])[:n]
    if least:
        names = (f"{_isolate(it)} {_isolate(tag)} {p:.2f}" for p, it, tag in least)
        said["Least sure"] = ", ".join(names)
    lines = "<br/>".join(f"{name}: {named}." for name, named in said.items())
    return f'<div class="{_NO_MATHEMATICS}"><small>{lines}</small></div>' * bool(tagged)


def _isolate(text: str) -> str:
    """Write text as HTML that keeps its direction of writing to itself."""
    return f"<bdi>{_as_html(text)}</bdi>"


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


def render_conll(_: str, tagged: Sequence[TaggedWord]) -> str:
    r"""Write a line for each word, with its tag behind a tab.

    Parameters
    ----------
    _ : str
        The text. Not looked at: all of :data:`FORMATS` are called in the same way.
    tagged : sequence of TaggedWord

    Returns
    -------
    str
        What :func:`~lstm_helpers.data.read_conll` reads, without the blank line that
        ends a sentence; nothing if there is no word. What
        :func:`~lstm_helpers.style.writable` replaces is written as U+FFFD, and so is
        white space in a word.

    Examples
    --------
    >>> from lstm_helpers.prediction.text import TaggedWord
    >>> render_conll("Rome", [TaggedWord("Rome", 0, 4, "B-geo", True)])
    'Rome\tB-geo'
    """
    words = [_BETWEEN_COLUMNS.sub("\ufffd", writable(word.word)) for word in tagged]
    rows = zip(words, tagged, strict=True)
    return "\n".join(f"{word}\t{tagged_word.tag}" for word, tagged_word in rows)


def render_json(text: str, tagged: Sequence[TaggedWord]) -> str:
    """Write a text and its entities as one line of JSON.

    Parameters
    ----------
    text : str
    tagged : sequence of TaggedWord

    Returns
    -------
    str
        Of ASCII alone. ``text`` is as it was given. Each of the ``entities`` has the
        fields of :class:`Entity`; ``start`` and ``end`` count characters of the text,
        and the probability is rounded to four digits.

    Examples
    --------
    >>> from lstm_helpers.prediction.text import TaggedWord
    >>> tagged = [TaggedWord("Rome", 0, 4, "B-geo", True)]
    >>> found = json.loads(render_json("Rome", tagged))
    >>> found["entities"][0]["kind"], found["text"]
    ('geo', 'Rome')
    """
    entities = [entity._asdict() for entity in find_entities(text, tagged)]
    for entity in entities:
        if entity["probability"] is not None:
            entity["probability"] = round(entity["probability"], 4)
    return json.dumps({"text": text, "entities": entities})


def render_spacy(text: str, tagged: Sequence[TaggedWord]) -> str:
    """Write a text and its entities as a line of JSON, as spaCy trains on them.

    Parameters
    ----------
    text : str
    tagged : sequence of TaggedWord

    Returns
    -------
    str
        Of ASCII alone: a list of the text, as it was given, and of a dict. Its
        ``entities`` are triples of start, end and type; the places count characters.

    Notes
    -----
    With spaCy 3, ``Example.from_dict(nlp.make_doc(text), annotations)`` takes the two.
    It warns of an entity that begins or ends within a word of spaCy's own, and leaves
    it out; and it takes no lone surrogates.

    Examples
    --------
    >>> from lstm_helpers.prediction.text import TaggedWord
    >>> render_spacy("Rome", [TaggedWord("Rome", 0, 4, "B-geo", True)])
    '["Rome", {"entities": [[0, 4, "geo"]]}]'
    """
    found = find_entities(text, tagged)
    entities = [[entity.start, entity.end, entity.kind] for entity in found]
    return json.dumps([text, {"entities": entities}])


def render_huggingface(_: str, tagged: Sequence[TaggedWord]) -> str:
    """Write words and tags as a line of JSON, as Hugging Face's ``datasets`` has them.

    Parameters
    ----------
    _ : str
        The text. Not looked at.
    tagged : sequence of TaggedWord

    Returns
    -------
    str
        Of ASCII alone: a dict of the lists ``tokens`` and ``ner_tags``, the tags as
        text. ``load_dataset("json", data_files=...)`` reads a file of such lines. A
        lone surrogate, which it refuses, is written as U+FFFD.

    Examples
    --------
    >>> from lstm_helpers.prediction.text import TaggedWord
    >>> render_huggingface("Rome", [TaggedWord("Rome", 0, 4, "B-geo", True)])
    '{"tokens": ["Rome"], "ner_tags": ["B-geo"]}'
    """
    tokens = [_SURROGATE.sub("\ufffd", word.word) for word in tagged]
    tags = [word.tag for word in tagged]
    return json.dumps({"tokens": tokens, "ner_tags": tags})


_Render = Callable[[str, Sequence[TaggedWord]], str]
FORMATS: dict[str, _Render] = {
    "text": render_text,
    "conll": render_conll,
    "jsonl": render_json,
    "spacy": render_spacy,
    "huggingface": render_huggingface,
}
