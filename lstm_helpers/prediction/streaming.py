"""The lines of a file of any size -> their tags as text, some at a time, in order."""

from collections.abc import Iterator, Sequence

from lstm_helpers.data.tokens import Tokeniser
from lstm_helpers.files.lines import LineReader
from lstm_helpers.models.trained import TrainedTagger
from lstm_helpers.prediction.rendering import FORMATS
from lstm_helpers.prediction.text import TaggedWord, tag_texts

PIECE = 1 << 20  # bytes of lines that are tagged at once


def tag_lines(
    tagger: TrainedTagger,
    lines: LineReader,
    form: str = "text",
    *,
    split: Tokeniser | None = None,
) -> Iterator[str]:
    """Tag each line of a file as a sentence.

    Parameters
    ----------
    tagger : TrainedTagger
    lines : LineReader
        Read from where it is, a piece at a time.
    form : str
        A name in :data:`lstm_helpers.prediction.FORMATS`.
    split : callable, optional
        As in :func:`tag_text`.

    Yields
    ------
    str
        What is to be written for the lines that were read since the last one.

    Raises
    ------
    OSError, ValueError
        If the lines cannot be read.
    """
    while texts := lines.read(PIECE):
        tagged = tag_texts(tagger, texts, split=split)
        pairs = zip(texts, tagged, strict=True)
        yield "".join(write_line(form, text, words) for text, words in pairs)


def write_line(form: str, text: str, tagged: Sequence[TaggedWord]) -> str:
    """Write a line of a file, tagged, with what ends it.

    Parameters
    ----------
    form : str
        A name in :data:`lstm_helpers.prediction.FORMATS`.
    text : str
    tagged : sequence of TaggedWord

    Returns
    -------
    str
        In columns a blank line ends a sentence, and a line without words is nothing.
    """
    rendered = FORMATS[form](text, tagged)
    if form == "conll":
        return f"{rendered}\n\n" if tagged else ""
    return f"{rendered}\n"
