"""Text -> words with tags -> entities -> HTML or plain text."""

from lstm_helpers.prediction.text import (
    Entity,
    TaggedWord,
    find_entities,
    join_words,
    tag_text,
)
from lstm_helpers.prediction.rendering import render_html, render_text

__all__ = [
    "Entity",
    "TaggedWord",
    "find_entities",
    "join_words",
    "tag_text",
    "render_html",
    "render_text",
]


def __dir__() -> list[str]:
    return __all__
