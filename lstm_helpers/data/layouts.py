"""A file -> sentences: Kaggle's csv, and CoNLL-style columns.

Neither is ever repaired in silence: what is wrong gets a :class:`CorpusError` that
names file, line, got and wanted, and the argument that helps.
"""

from pathlib import Path
from typing import NamedTuple

from lstm_helpers.data.conll import draw_lines
from lstm_helpers.data.conversion import check_choices, convert_tags
from lstm_helpers.data.decoding import Text, read_text
from lstm_helpers.data.errors import CorpusError as CorpusError
from lstm_helpers.data.header import Column, Wanted
from lstm_helpers.data.kaggle import draw_table, find_table
from lstm_helpers.data.rows import find_cut, find_delimiter, find_separator
from lstm_helpers.data.schemes import CLOSING
from lstm_helpers.data.sentences import Drawn
from lstm_helpers.data.sentences import Sentence as Sentence
from lstm_helpers.data.sentences import check_sentences as check_sentences

TABLE, COLUMNS = "Kaggle's csv layout", "CoNLL columns"


class Options(NamedTuple):
    """How a file is to be read; None finds it out."""

    word_column: Column | None = None
    tag_column: Column | None = None
    sentence_column: Column | None = None
    pos_column: Column | None = None
    delimiter: str | None = None
    tag_scheme: str | None = None
    strays: str = "refuse"

    def columns(self) -> Wanted:
        """Return the columns that are named."""
        columns = self.sentence_column, self.word_column, self.tag_column
        return Wanted(*columns, self.pos_column)


class Reading(NamedTuple):
    """A file's sentences, and how they were read."""

    sentences: list[Sentence]
    layout: str  # "Kaggle's csv layout" or "CoNLL columns"
    delimiter: str  # what parts the columns; a blank: tabs do as well
    tag_scheme: str  # that the file has; the sentences have IOB2
    changed: tuple[tuple[str, int], ...]  # what was changed, and how often
    notes: tuple[str, ...]  # what else a reader should know


def read_csv(
    path: str | Path,
    *,
    sentence_column: Column | None = None,
    word_column: Column | None = None,
    tag_column: Column | None = None,
    pos_column: Column | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    tag_scheme: str | None = "IOB2",
    strays: str = "refuse",
    member: str | None = None,
) -> list[Sentence]:
    """Read Kaggle's csv layout: a row a word, the label on a sentence's first row.

    Nothing is read as missing: "None", "NA" and "nan" are words.

    Parameters
    ----------
    path : str or Path
        A csv, as it is or packed as ``.gz`` or in a ``.zip``.
    sentence_column, word_column, tag_column : str or int, optional
        The columns' names, or their numbers from 0 on. If the tags' number is given,
        and the first line has a tag there, that line is a row, and no header. By
        default ``Sentence #``, ``Word`` and ``Tag`` in any spelling, or else
        ``sentence_idx``, ``token`` or ``ner``. A sentence begins where its column is
        filled (with another label than the current one, so a column filled on every row
        is read as well).
    pos_column : str or int, optional
        By default ``POS``, if the file has it.
    delimiter : str, optional
        What parts the columns. By default the comma, semicolon or tab by which the
        first line has most of the names.
    encoding : str, optional
        By default UTF-8 if all bytes are, otherwise Windows-1252, which the real corpus
        is (and not ISO-8859-1). A few bad bytes in UTF-8 are refused.
    tag_scheme : {"IOB2", "IOB1", "IO", "IOBES", "BILOU", "BMES", "BI"} or None
        What the file has: see :func:`read_corpus`. Any but IOB2 is converted.
    strays : {"refuse", "begin"}
        Whether an I- behind no mention of its type is an error, or begins a mention.
    member : str, optional
        The file's name inside a zip: see :func:`lstm_helpers.files.read_member`.

    Returns
    -------
    list of Sentence
        In the file's order; tags are valid IOB2.

    Raises
    ------
    CorpusError
        For a missing column, several of which one is to be chosen, an empty file, a
        quote that has swallowed whole rows, a row before the first sentence or of
        another width, an empty word, a sentence label that comes back, words that only
        count, one column for words and tags, a tag that the scheme does not allow
        there, a byte that the encoding does not know, a NUL character, a line or row of
        more than a million characters, or a quote that is never closed (the line is the
        one where the row with the quote begins). A byte, a NUL or a long line is named
        before all else, otherwise the first fault of the file.
    OSError, ValueError
        If the file cannot be read (see :func:`lstm_helpers.files.read_member`), or an
        argument has a wrong value.

    Notes
    -----
    Lines may end in LF, CRLF or CR; a byte order mark at the start of the file, or of
    a line, is no part of the text. Where tabs part the columns, and a quote stands
    alone between two of them, quotes are letters. Labels are names: they may jump, but
    not come back. Rows at the end in which every field is empty are left out, as
    spreadsheets write them.
    """
    columns = word_column, tag_column, sentence_column, pos_column
    options = Options(*columns, delimiter, tag_scheme, strays)
    check_options(options)
    return read_table(read_text(path, encoding, member), options).sentences


def read_conll(
    path: str | Path,
    *,
    word_column: Column | None = None,
    tag_column: Column | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    tag_scheme: str | None = "IOB2",
    strays: str = "refuse",
) -> list[Sentence]:
    """Read CoNLL-style columns: word first, tag last, a blank line between sentences.

    Parameters
    ----------
    path : str or Path
        May be packed as ``.gz``. Lines have at least two columns. ``-DOCSTART-`` lines
        are skipped, and comments: see Notes.
    word_column, tag_column : int or str, optional
        Numbers from 0 on, -1 is the last; or names, if the first line has them. By
        default the words are in the first column, or behind one that counts them; the
        tags are in the last one, unless another one alone looks like tags.
    delimiter : str, optional
        What parts the columns. By default tabs, if every line has one, and a blank then
        belongs to its word; commas, semicolons or bars, if tags stand behind these
        alone; otherwise tabs and blanks.
    encoding : str, optional
        By default UTF-8 if all bytes are, otherwise Windows-1252. A few bad bytes in
        UTF-8 are refused.
    tag_scheme : {"IOB2", "IOB1", "IO", "IOBES", "BILOU", "BMES", "BI"} or None
        What the file has: see :func:`read_corpus`. Any but IOB2 is converted.
    strays : {"refuse", "begin"}
        Whether an I- behind no mention of its type is an error, or begins a mention.

    Returns
    -------
    list of Sentence
        Tags are valid IOB2; ``pos`` is empty.

    Raises
    ------
    CorpusError
        For an empty file, a line with a single column, a word of blanks, numbers that
        count or labels instead of words, several columns of tags, one column for words
        and tags, lines cut by tabs beside lines cut by blanks (if it matters), a tag
        that the scheme does not allow there, a byte that the encoding does not know, a
        NUL character, or a line of more than a million characters.
    OSError, ValueError
        If the file cannot be read, or an argument has a wrong value.

    Notes
    -----
    Lines may end in LF, CRLF or CR; a byte order mark at the start of the file, or of
    a line, is no part of the text. A line that begins with # is a comment where the
    first column counts; or if it stands before a sentence, and has another number of
    columns than the words, or in the last column what is no tag of theirs. All others
    are words. Where commas, semicolons or bars part the columns, a field may be quoted,
    as in a csv.
    """
    options = Options(
        word_column, tag_column, None, None, delimiter, tag_scheme, strays
    )
    check_options(options)
    return read_columns(read_text(path, encoding), options).sentences


def check_options(options: Options) -> None:
    """Refuse what is wrong, whatever the file.

    Parameters
    ----------
    options : Options

    Raises
    ------
    ValueError
    """
    check_choices(options.tag_scheme, options.strays)
    find_delimiter(options.delimiter)


def read_table(text: Text, options: Options) -> Reading:
    """Read a text in Kaggle's csv layout.

    Parameters
    ----------
    text : Text
    options : Options

    Returns
    -------
    Reading

    Raises
    ------
    CorpusError
        As :func:`read_csv`.
    """
    wanted = options.columns()
    delimiter, _ = find_table(text, wanted, find_delimiter(options.delimiter))
    drawn = draw_table(text, wanted, delimiter)
    return _finish(text, drawn, options, TABLE, delimiter)


def read_columns(text: Text, options: Options) -> Reading:
    """Read a text as CoNLL-style columns.

    Parameters
    ----------
    text : Text
    options : Options

    Returns
    -------
    Reading

    Raises
    ------
    CorpusError
        As :func:`read_conll`.
    """
    given = find_delimiter(options.delimiter) or find_separator(text)
    cut = find_cut(text, given)
    drawn = draw_lines(text, options.columns(), cut)
    return _finish(text, drawn, options, COLUMNS, cut.separator)


def _finish(
    text: Text, drawn: Drawn, options: Options, layout: str, delimiter: str
) -> Reading:
    """Convert the tags, and say what was found; or raise the first fault."""
    scheme = check_choices(options.tag_scheme, options.strays)
    tags = [sentence.tags for sentence in drawn.sentences]
    if drawn.fault:
        if scheme and scheme not in CLOSING:  # which need the sentence's end
            convert_tags(text.path, tags, drawn.lines, scheme, options.strays)
        raise drawn.fault
    done = convert_tags(text.path, tags, drawn.lines, scheme, options.strays)
    sentences = drawn.sentences
    if done.tags is not tags:
        pairs = zip(sentences, done.tags, strict=True)
        sentences = [sentence._replace(tags=each) for sentence, each in pairs]
    in_text = {
        "byte order marks within the file left out": text.n_marks,
        "line ends of several carriage returns taken as one": text.n_long_ends,
    }
    left_out = [(what, n) for what, n in (drawn.n_left_out | in_text).items() if n]
    changed = (*done.changed, *left_out)
    notes = (*drawn.notes, *_count_sentences(sentences, layout))
    return Reading(sentences, layout, delimiter, done.scheme, changed, notes)


def _count_sentences(sentences: list[Sentence], layout: str) -> list[str]:
    """Say what is strange about how words are grouped."""
    n_words = sum(len(sentence.words) for sentence in sentences)
    parts = "blank line" if layout == COLUMNS else "second label"
    if n_words > 1 and len(sentences) == 1:
        return [f"one sentence holds everything: no {parts} parts it"]
    if n_words > 1 and len(sentences) == n_words:
        return ["every word is a sentence of its own"]
    return []
