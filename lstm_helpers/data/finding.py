"""A text -> which of the layouts it has, and why one thinks so."""

from itertools import islice
from typing import NamedTuple

from lstm_helpers.data.decoding import Text
from lstm_helpers.data.kaggle import find_table
from lstm_helpers.data.layouts import COLUMNS, TABLE, Options
from lstm_helpers.data.rows import find_delimiter, find_separator
from lstm_helpers.data.schemes import looks_like_tag
from lstm_helpers.files.reading import find_ending

_N_LINES = 1000  # that show whether they end in tags


class _Found(NamedTuple):
    """The layout of a file."""

    is_table: bool  # in Kaggle's csv layout, otherwise CoNLL columns
    name: str
    reason: str


def find_layout(text: Text, options: Options) -> _Found:
    """Find out how a file is laid out.

    Parameters
    ----------
    text : Text
    options : Options

    Returns
    -------
    tuple
        ``is_table``, the layout's ``name``, and the ``reason``: its first line, if that
        names columns; otherwise its lines, if half of them end in tags; and otherwise
        its ending.
    """
    is_table, reason = _look(text, options)
    return _Found(is_table, TABLE if is_table else COLUMNS, reason)


def _look(text: Text, options: Options) -> tuple[bool, str]:
    """Say whether it is a table, and why one thinks so."""
    if options.sentence_column is not None:
        return True, "the sentence_column that is asked for"
    delimiter = find_delimiter(options.delimiter)
    _, found = find_table(text, options.columns(), delimiter)
    if found["sentence"] and found["word"]:
        return True, "its first line"
    lines = [*map(str.split, islice(text.lines(), _N_LINES))]
    n_words = sum(map(bool, lines))
    n_tagged = sum(len(line) > 1 and looks_like_tag(line[-1]) for line in lines)
    ending = find_ending(text.name)
    is_table = ending.removesuffix(".gz") in (".csv", ".tsv", ".zip")
    while lines and not lines[-1]:
        lines.pop()
    can_be = not is_table or n_words < len(lines)  # parted by blank lines
    if 0 < n_words <= 2 * n_tagged or (can_be and find_separator(text)):
        return False, "the tags at the ends of its lines"
    return is_table, f"its ending {ending}" if ending else "its name without an ending"
