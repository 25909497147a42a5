"""Texts that tests make, as if they had been read from a file."""

from lstm_helpers.data.decoding import Text


def text_of(content, name="corpus.conll"):
    return Text(name, name, "utf-8", content.encode(), has_mark=False)
