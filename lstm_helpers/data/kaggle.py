"""A table's rows -> sentences as they stand there, in Kaggle's layout."""

from array import array
from collections.abc import Iterator
from itertools import accumulate, chain
from sys import intern

from lstm_helpers.data.decoding import Text
from lstm_helpers.data.errors import CorpusError, quote
from lstm_helpers.data.header import (
    Header,
    Wanted,
    count_found,
    find_columns,
    is_no_header,
)
from lstm_helpers.data.rows import Row, read_table_rows
from lstm_helpers.data.sentences import Drawn, Sentence
from lstm_helpers.files.reading import find_ending


def find_table(
    text: Text, wanted: Wanted, delimiter: str | None = None
) -> tuple[str, dict[str, int]]:
    """Find what parts the columns of a table, by its first line.

    Parameters
    ----------
    text : Text
    wanted : Wanted
    delimiter : str, optional
        What it is.

    Returns
    -------
    str
        The delimiter that is given, or else the one by which most columns are found.
    dict of str to int
        How often a column is found for "sentence", "word", "tag" and "pos".
    """
    first = text.lines().readline()
    is_tsv = find_ending(text.name).removesuffix(".gz") == ".tsv"
    usual = "\t,;" if is_tsv else ",;\t"
    found = {each: count_found(first, each, wanted) for each in delimiter or usual}
    best = max(found, key=lambda each: sum(n > 0 for n in found[each].values()))
    return best, found[best]


def draw_table(text: Text, wanted: Wanted, delimiter: str) -> Drawn:
    """Read a table as far as it is one.

    Parameters
    ----------
    text : Text
    wanted : Wanted
    delimiter : str

    Returns
    -------
    Drawn

    Raises
    ------
    CorpusError
        If a column is not there, there is no row, or the words only count and were not
        asked for by name.
    """
    rows = read_table_rows(text, delimiter)
    first = next(rows, None)
    header = find_columns(text, first and first[1], wanted)
    if first and is_no_header(header, wanted):
        rows = chain([first], rows)
    drawn = _group_rows(text, rows, header)
    if not drawn.sentences and not drawn.fault:
        raise CorpusError(text.path, 2, "no rows", "at least one sentence")
    if wanted.word is None and not drawn.fault:
        _refuse_index(text, drawn)
    return drawn


def _group_rows(text: Text, rows: Iterator[Row], header: Header) -> Drawn:
    """Group rows into sentences; the checks stand in the order of a row's reading."""
    sentences: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []
    pos: list[str] = []
    lines, labels, label = array("L"), set(), ""
    empty, n_empty = None, 0  # the error about rows that may be the last ones
    fault = None

    def name(got: str, wanted: str, hint: str = "") -> CorpusError:
        return CorpusError(text.path, line, got, wanted, hint)

    try:
        for line, row in rows:
            if empty or len(row) != header.width or not row[header.word].strip():
                n_empty += 1
                empty = empty or name(*_judge(row, header))
                if any(map(str.strip, row)) or not row:
                    raise empty
                continue
            if row[header.sentence] not in ("", label):
                label = row[header.sentence]
                if label in labels:
                    wanted = "each sentence's rows together"
                    raise name(f"{quote(label)} again", wanted, _OTHER)
                labels.add(label)
                words, tags, pos = [], [], []
                sentences.append(Sentence(words, tags, pos, label))
            if not sentences:
                raise name(*_miss_label(row, header), _OTHER)
            words.append(intern(row[header.word]))  # the same word is kept once
            tags.append(intern(row[header.tag]))
            lines.append(line)
            if header.pos is not None:
                pos.append(intern(row[header.pos]))
    except CorpusError as error:
        fault = empty or error
    left_out = {"empty rows at the end left out": n_empty}
    return Drawn(sentences, lines, left_out, fault)


_OTHER = "sentence_column='...' names another column"


def _judge(row: list[str], header: Header) -> tuple[str, str]:
    """Say what is wrong with a row, and what is wanted."""
    if len(row) != header.width:
        return f"{len(row)} fields", f"{header.width}, as in the first line"
    return f"the word {quote(row[header.word])}", "a word"


def _miss_label(row: list[str], header: Header) -> tuple[str, str]:
    """Say of a row that it belongs to no sentence."""
    got = f"the word {quote(row[header.word])} before the first sentence"
    return got, f"a label under {header.names[header.sentence]!r}"


def _refuse_index(text: Text, drawn: Drawn) -> None:
    """Raise a CorpusError if the words only count: 0, 1, 2 or 1, 2, 3."""
    at = None
    for begins, sentence in zip(_begin(drawn.sentences), drawn.sentences, strict=True):
        n_words = len(sentence.words)
        if n_words > 1:
            first = int(sentence.words[0] == "1")
            if sentence.words != [*map(str, range(first, first + n_words))]:
                return
            at = begins if at is None else at
    if at is not None:
        hint = "word_column='...' names the column with the words, or this one"
        got = "numbers that count the words, in each sentence"
        raise CorpusError(text.path, drawn.lines[at], got, "words", hint)


def _begin(sentences: list[Sentence]) -> Iterator[int]:
    """Give the number of each sentence's first word."""
    return accumulate((len(sentence.words) for sentence in sentences[:-1]), initial=0)
