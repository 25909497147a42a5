"""Lines of columns -> sentences as they stand there."""

from array import array
from collections.abc import Iterable
from sys import intern

from lstm_helpers.data.columns import Columns, find_positions, is_beside
from lstm_helpers.data.decoding import Text
from lstm_helpers.data.errors import CorpusError, quote
from lstm_helpers.data.header import Wanted
from lstm_helpers.data.rows import Cut, Row, read_lines
from lstm_helpers.data.sentences import Drawn, Sentence


def draw_lines(text: Text, wanted: Wanted, cut: Cut) -> Drawn:
    """Read lines of columns as far as they are some.

    Parameters
    ----------
    text : Text
    wanted : Wanted
    cut : Cut

    Returns
    -------
    Drawn

    Raises
    ------
    CorpusError
        If it is not clear which column holds what, or there is no word.
    """
    columns = find_positions(text, cut, wanted)
    drawn = _group_lines(text, read_lines(text, cut.separator), columns)
    if not drawn.sentences and not drawn.fault:
        raise CorpusError(text.path, 1, "no sentence", "at least one")
    notes = ["the first column counts"] * columns.is_index
    if columns.word != 0 and wanted.word is None and not columns.header:
        notes.append(f"words are in column {columns.word}, counted from 0")
    if columns.tag != -1 and wanted.tag is None and not columns.header:
        notes.append(f"tags are in column {columns.tag}, counted from 0")
    return drawn._replace(notes=tuple(notes))


def _group_lines(text: Text, rows: Iterable[Row], columns: Columns) -> Drawn:
    """Group lines into sentences."""
    words: list[str] = []
    tags: list[str] = []
    found, lines, fault = [(words, tags)], array("L"), None
    left_out, index, n_beside = columns.comments | {columns.header}, "", 0
    word_at, tag_at, is_index, *_ = columns
    try:
        for line, row in rows:
            begins = not row or line in left_out
            if is_index and not begins:
                if is_beside(row[0]):
                    n_beside += 1
                    continue
                index = index or row[0]
                begins = row[0] == index
            if begins and words:
                words, tags = [], []
                found.append((words, tags))
            if not row or line in left_out:
                continue
            word, tag = row[word_at], row[tag_at]
            if len(row) == 1 or not word.strip():
                raise _name_fault(text, line, row, columns)
            words.append(intern(word))
            tags.append(intern(tag))
            lines.append(line)
    except IndexError:
        fault = _name_fault(text, line, row, columns)
    except CorpusError as error:
        fault = error
    sentences = [
        Sentence(words, tags, [], f"Sentence: {number}")  # as in Kaggle's layout
        for number, (words, tags) in enumerate(found, start=1)
        if words
    ]
    n_left_out = {
        "comments left out": len(columns.comments),
        "lines with the columns' names left out": int(columns.header > 0),
        "lines of several words or none left out": n_beside,
    }
    return Drawn(sentences, lines, n_left_out, fault)


def _name_fault(text: Text, line: int, row: list[str], columns: Columns) -> CorpusError:
    """Make the error about a line that lacks something."""
    if len(row) == 1:
        got, hint = f"the single column {quote(row[0])}", _suggest_delimiter(row[0])
        wanted = "a word and, in the last column, its tag"
        return CorpusError(text.path, line, got, wanted, hint)
    try:
        word, tag = row[columns.word], row[columns.tag]
    except IndexError:
        places = f"word_column={columns.word} and tag_column={columns.tag}"
        wanted = f"enough for {places}"
        return CorpusError(text.path, line, f"{len(row)} columns", wanted)
    got = f"the word {quote(word)}"
    got += f" with the tag {quote(tag)}" if tag.strip() else ""
    return CorpusError(text.path, line, got, "a word")


def _suggest_delimiter(field: str) -> str:
    """Say what may part the columns of a line that seems to have only one."""
    inside = [each for each in ",;|" if each in field.strip(each)]
    if " " in field:
        inside.append(" ")
    ways = " or ".join(f"delimiter={each!r}" for each in inside)
    return f"{ways} parts it into columns" if ways else ""
