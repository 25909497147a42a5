"""What is typed is tagged at every letter, and is never more than text."""

import pytest
from builders import TAGGER, writable
from moved import Tags

from lstm_helpers.data.tokens import split_words
from lstm_helpers.figures.widgets_tagging import type_and_tag
from lstm_helpers.prediction.rendering import render_doubts, render_html
from lstm_helpers.prediction.text import tag_text

TEXT = "Pell saw Verda."
TYPED = [TEXT[:n] for n in range(len(TEXT) + 1)]
ILL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    r"It cost $30 million and \(x\).",
    "\u202etfel \x00\x1b[1m \ud800",
    "&lt;b&gt; &#60;",
]


def shown(box):
    """What a browser reads from the widget: its elements, and its text."""
    return Tags(box.children[1].value)


def test_the_text_is_tagged_at_every_letter():
    box = type_and_tag(TAGGER)
    line, _ = box.children
    assert line.continuous_update
    assert line.value == shown(box).text == ""
    seen = []
    for text in [*TYPED, *reversed(TYPED)]:
        line.value = text
        tagged = tag_text(TAGGER, text)
        html = render_html(text, tagged) + render_doubts(text, tagged)
        assert box.children[1].value == html
        seen.append(html)
    assert len(set(seen)) == len(TYPED)
    assert seen == seen[::-1], "the way leaves no trace"


def test_it_begins_with_the_text_that_is_given():
    line, tagged = type_and_tag(TAGGER, TEXT).children
    assert line.value == TEXT
    assert "Never seen in training: <bdi>saw</bdi>." in tagged.value
    words = [word for word, _, _ in split_words(TEXT)]
    assert all(f"{word}<" in tagged.value for word in words)


@pytest.mark.parametrize("text", ILL)
def test_what_is_typed_is_never_more_than_text(text):
    box = type_and_tag(TAGGER)
    box.children[0].value = text
    found = shown(box)
    elements = {name for name, _ in found.found}
    assert elements <= {"div", "mark", "small", "b", "bdi", "span", "br"}
    blocks = [given for name, given in found.found if name == "div"]
    assert {given["class"] for given in blocks} == {"mathjax_ignore tex2jax_ignore"}
    plain = found.text.replace(" ", "")
    words = [writable(word) for word, _, _ in split_words(text)]
    assert all(word in plain for word in words)
