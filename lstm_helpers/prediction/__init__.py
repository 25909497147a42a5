"""Text -> words with tags -> entities -> HTML, text, columns; a tagger exported."""

from lstm_helpers.prediction.text import (
    Entity,
    TaggedWord,
    find_entities,
    join_words,
    tag_text,
    tag_texts,
)
from lstm_helpers.prediction.rendering import (
    FORMATS,
    render_conll,
    render_doubts,
    render_html,
    render_huggingface,
    render_json,
    render_spacy,
    render_text,
)
from lstm_helpers.prediction.streaming import tag_lines, write_line
from lstm_helpers.prediction.standalone import ExportedTagger
from lstm_helpers.prediction.exporting import export_tagger, run_exported

__all__ = [
    "Entity",
    "TaggedWord",
    "find_entities",
    "join_words",
    "tag_text",
    "tag_texts",
    "FORMATS",
    "render_conll",
    "render_doubts",
    "render_html",
    "render_huggingface",
    "render_json",
    "render_spacy",
    "render_text",
    "tag_lines",
    "write_line",
    "ExportedTagger",
    "export_tagger",
    "run_exported",
]


def __dir__() -> list[str]:
    return __all__
