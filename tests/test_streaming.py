"""A file's lines are tagged as each of them is, in order, a piece at a time."""

import io
import itertools
import json

import pytest
from builders import TAGGER, TEXT, small_pool

from lstm_helpers.data.layouts import read_conll
from lstm_helpers.data.tokens import split_characters
from lstm_helpers.files.lines import LineReader
from lstm_helpers.prediction import streaming
from lstm_helpers.prediction.rendering import render_json, render_text
from lstm_helpers.prediction.streaming import tag_lines, write_line
from lstm_helpers.prediction.text import tag_text

LINES = [TEXT, "", "Pell in May", "  ", "São Verda .", "x" * 40, TEXT]


def lines_of(texts):
    return LineReader(io.BytesIO("\n".join(texts).encode()), "some.txt")


@pytest.mark.parametrize("n_bytes", [1, 30, 10_000])
def test_each_line_is_tagged_as_a_text_whatever_the_pieces(monkeypatch, n_bytes):
    monkeypatch.setattr(streaming, "PIECE", n_bytes)
    pieces = [*tag_lines(TAGGER, lines_of(LINES))]
    wanted = [render_text(line, tag_text(TAGGER, line)) for line in LINES]
    assert "".join(pieces).splitlines() == wanted
    assert len(pieces) == {1: 7, 30: 4, 10_000: 1}[n_bytes]


def test_a_piece_is_read_when_it_is_wanted(monkeypatch):
    monkeypatch.setattr(streaming, "PIECE", 1)

    def content():
        yield b"Pell\n"
        yield b"May\n"
        raise AssertionError("read too far")

    class Source:
        def __init__(self):
            self.left = content()

        def readline(self, _):
            return next(self.left)

    lines = LineReader(Source(), "some.txt")
    first, second = itertools.islice(tag_lines(TAGGER, lines), 2)
    assert (first.count("\n"), second.count("\n")) == (1, 1)
    assert lines.place["lines"] == 2


def test_words_are_cut_as_is_wished():
    [piece] = tag_lines(TAGGER, lines_of(["ab c"]), "conll", split=split_characters)
    assert [row.split("\t")[0] for row in piece.split("\n")] == ["a", "b", "c", "", ""]


def test_columns_are_what_the_reader_of_corpora_reads(tmp_path):
    tagger, path = small_pool(), tmp_path / "out.conll"  # whose CRF gives legal tags
    [piece] = tag_lines(tagger, lines_of(LINES), "conll")
    path.write_text(piece, "utf-8")
    tagged = [tag_text(tagger, line) for line in LINES if line.strip()]
    read = read_conll(path)
    assert [s.words for s in read] == [[w.word for w in words] for words in tagged]
    assert [s.tags for s in read] == [[w.tag for w in words] for words in tagged]


def test_json_has_a_line_for_each_line_and_its_places_slice_it():
    [piece] = tag_lines(TAGGER, lines_of(LINES), "jsonl")
    found = [json.loads(line) for line in piece.splitlines()]
    assert [each["text"] for each in found] == LINES
    entities = [(each["text"], e) for each in found for e in each["entities"]]
    assert entities
    for text, entity in entities:
        assert text[entity["start"] : entity["end"]] == entity["mention"]
        assert entity.keys() == {"kind", "start", "end", "mention", "probability"}


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_a_line_ends_where_a_line_ends(form):
    tagged = tag_text(TAGGER, "Pell")
    render = {"text": render_text, "jsonl": render_json}[form]
    assert write_line(form, "Pell", tagged) == render("Pell", tagged) + "\n"
    assert write_line(form, "", []) == render("", []) + "\n"
    assert write_line("conll", " ", []) == ""
