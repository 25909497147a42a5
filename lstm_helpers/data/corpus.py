"""A file -> sentences; sentences -> train, validation and test.

A corpus is a list of :class:`Sentence`. Two layouts are read, Kaggle's csv and
CoNLL-style columns, and neither is ever repaired in silence: what is wrong gets a
:class:`CorpusError` that names file, line, got and wanted.
"""

import csv
import hashlib
import io
import os
import re
from pathlib import Path
from sys import intern
from typing import NamedTuple

from sklearn.model_selection import train_test_split

from lstm_helpers.files.download import (
    GMB_MEMBER,
    GMB_SHA256,
    check_sha256,
    find_bundled,
    find_gmb,
    read_member,
    shorten,
)

TAG = re.compile(r"O|[BI]-\S+")
LINE_END = re.compile(r"\r\n|\n|\r")


class Sentence(NamedTuple):
    """One sentence as the corpus has it."""

    words: list  # str, length T
    tags: list  # str, length T, IOB2
    pos: list  # str, length T, or empty where the file has no such column
    label: str  # "Sentence: 12"


class Corpus(NamedTuple):
    """All sentences of a file, and what to call it."""

    name: str  # "sample", "gmb", or the file's name and eight digits of its sha256
    path: Path
    sentences: list

    def __str__(self):
        n_words = sum(len(sentence.words) for sentence in self.sentences)
        return (
            f"{self.name} corpus ({self.path.name}): "
            f"{len(self.sentences):,} sentences, {n_words:,} words"
        )


class Split(NamedTuple):
    """Three lists of sentences that share no sentence."""

    train: list
    validation: list
    test: list


class CorpusError(ValueError):
    """A file is not what it should be; says where, what was got and what was wanted.

    Parameters
    ----------
    path : str or Path
    line : int
        Counted from 1.
    got, wanted : str
    """

    def __init__(self, path, line, got, wanted):
        super().__init__(f"{path}, line {line}: got {got}, wanted {wanted}")


def read_corpus(choice=None):
    """Read the corpus that the reader chose.

    Parameters
    ----------
    choice : str, optional
        ``"sample"`` (the bundled, made-up corpus), ``"gmb"`` (the real one), or a path:
        ``.csv`` and ``.zip`` are read as Kaggle's layout, anything else as CoNLL-style
        columns. By default the environment variable ``LSTM_CORPUS``, else
        ``"sample"``.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        If the choice is none of these, the file called ``gmb`` has not the right
        checksum, or a zip is damaged.
    FileNotFoundError
        If the real corpus is chosen and not there, or the package was installed without
        the bundled one; the message says how to get it.
    CorpusError
        If the file is not what it should be.
    """
    choice = choice or os.environ.get("LSTM_CORPUS") or "sample"
    if choice == "sample":
        path = find_bundled("sample.csv")
        return Corpus("sample", path, read_csv(path))
    if choice == "gmb":
        path = find_gmb()
        check_sha256(read_member(path), GMB_SHA256, path)
        return Corpus("gmb", path, read_csv(path))
    path = Path(choice)
    if not path.is_file():
        raise ValueError(
            f"LSTM_CORPUS: got {choice!r}, wanted 'sample', 'gmb' or the path of a "
            "file (.csv and .zip in Kaggle's layout, others as CoNLL columns)"
        )
    read = read_csv if path.suffix in (".csv", ".zip") else read_conll
    sentences = read(path)  # first: it refuses what is too large to be taken whole
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    return Corpus(f"{path.stem}-{checksum[:8]}", path, sentences)


def read_csv(
    path,
    *,
    sentence_column="Sentence #",
    word_column="Word",
    tag_column="Tag",
    pos_column="POS",
    encoding=None,
    member=GMB_MEMBER,
):
    """Read Kaggle's csv layout: a row a word, the label on a sentence's first row.

    Nothing is read as missing: "None", "NA" and "nan" are words.

    Parameters
    ----------
    path : str or Path
        A csv, or a zip of it.
    sentence_column, word_column, tag_column : str
        The columns' names. A sentence begins where its column is filled (with another
        label than the current one, so a column filled on every row is read as well).
    pos_column : str
        Read if the file has it.
    encoding : str, optional
        By default UTF-8 if all bytes are, otherwise Windows-1252, which the real corpus
        is (and not ISO-8859-1).
    member : str
        The file's name inside a zip.

    Returns
    -------
    list of Sentence
        In the file's order; tags are valid IOB2.

    Raises
    ------
    CorpusError
        For a missing or doubled column, an empty file, a row before the first
        sentence or of another width, an empty word, a sentence label that comes back,
        a tag that IOB2 does not allow there, a byte that the encoding does not know,
        a NUL character, or a quote that is never closed.
    OSError, ValueError
        If the file cannot be read: see :func:`lstm_helpers.files.read_member`.

    Notes
    -----
    Lines may end in LF, CRLF or CR; a byte order mark at the start is no part of the
    text. Labels are names: they may jump, but not come back.
    """
    rows = csv.reader(
        io.StringIO(decode(path, encoding, member), newline=""), strict=True
    )
    try:
        header = next(rows, [])
        wanted = (sentence_column, word_column, tag_column)
        missing = [name for name in wanted if header.count(name) != 1]
        missing += [pos_column] * (header.count(pos_column) > 1)
        if missing:
            got = f"the columns {show(header)}" if header else "an empty file"
            raise CorpusError(path, 1, got, f"the column {missing[0]!r} once")
        at_sentence, at_word, at_tag = map(header.index, wanted)
        at_pos = header.index(pos_column) if pos_column in header else None
        sentences, labels, legal = [], set(), {("O", "O")}
        label = previous = None
        for row in rows:
            if len(row) != len(header):
                wanted = f"{len(header)}, as in the first line"
                raise CorpusError(path, rows.line_num, f"{len(row)} fields", wanted)
            word, tag = row[at_word], row[at_tag]
            if row[at_sentence] and row[at_sentence] != label:
                label, previous = row[at_sentence], "O"
                if label in labels:
                    wanted = "each sentence's rows together"
                    got = f"{show(label)} again"
                    raise CorpusError(path, rows.line_num, got, wanted)
                labels.add(label)
                sentences.append(Sentence([], [], [], label))
            if not sentences:
                got = f"the word {show(word)} before the first sentence"
                wanted = f"a label under {sentence_column!r}"
                raise CorpusError(path, rows.line_num, got, wanted)
            if not word.strip():
                got = f"the word {show(word)}"
                raise CorpusError(path, rows.line_num, got, "a word")
            if (previous, tag) not in legal:
                check_iob2(previous, tag, path, rows.line_num)
                legal.add((previous, tag))
            previous = tag
            words, tags, pos, _ = sentences[-1]
            words.append(intern(word))  # the same word is kept once
            tags.append(intern(tag))
            if at_pos is not None:
                pos.append(intern(row[at_pos]))
    except csv.Error as error:
        raise CorpusError(path, rows.line_num, str(error), "a csv") from error
    if not sentences:
        raise CorpusError(path, 2, "no rows", "at least one sentence")
    return sentences


def read_conll(path, *, encoding="utf-8", tag_scheme="IOB2"):
    """Read CoNLL-style columns: word first, tag last, a blank line between sentences.

    Parameters
    ----------
    path : str or Path
        Lines of at least two columns, apart by spaces or tabs. ``-DOCSTART-`` lines are
        skipped.
    encoding : str
    tag_scheme : {"IOB2", "IOB1"}
        What the file has. IOB1 (where B- is kept for an entity that follows another of
        its type) is converted.

    Returns
    -------
    list of Sentence
        Tags are valid IOB2; ``pos`` is empty.

    Raises
    ------
    CorpusError
        For an empty file, a line with a single column, a word of blanks, a tag that the
        scheme does not allow there, a byte that the encoding does not know, or a NUL
        character.
    OSError, ValueError
        If the file cannot be read, or for another tag scheme.

    Notes
    -----
    Lines may end in LF, CRLF or CR; a byte order mark at the start is no part of the
    text.
    """
    if tag_scheme not in ("IOB2", "IOB1"):
        raise ValueError(f"tag_scheme: got {tag_scheme!r}, wanted 'IOB2' or 'IOB1'")
    sentences, words, tags, previous = [], [], [], "O"
    lines = LINE_END.split(decode(path, encoding))
    for number, line in enumerate([*lines, ""], start=1):
        columns = re.findall(r"[^ \t]+", line)
        if columns and columns[0] != "-DOCSTART-":
            if len(columns) == 1:
                wanted = "a word and, in the last column, its tag"
                got = f"the single column {show(line)}"
                raise CorpusError(path, number, got, wanted)
            word, tag = columns[0], columns[-1]
            if not word.strip():
                raise CorpusError(path, number, f"the word {show(word)}", "a word")
            if tag_scheme == "IOB1":
                tag = to_iob2(previous, tag)
            check_iob2(previous, tag, path, number)
            words.append(word)
            tags.append(tag)
            previous = tag
        elif words:
            label = f"Sentence: {len(sentences) + 1}"
            sentences.append(Sentence(words, tags, [], label))
            words, tags, previous = [], [], "O"
    if not sentences:
        raise CorpusError(path, 1, "no sentence", "at least one")
    return sentences


def decode(path, encoding, member=GMB_MEMBER):
    """Read a file, or a zip's member, as text; name the line of a wrong byte."""
    content = read_member(path, member)
    encodings = [encoding] if encoding else ["utf-8", "cp1252"]
    text, errors = None, []
    for name in encodings:
        try:
            text = content.decode(name).removeprefix("\ufeff")
            break
        except LookupError:
            raise ValueError(f"encoding: got {name!r}, wanted a known one") from None
        except UnicodeDecodeError as error:
            errors.append(error)
    if text is None:
        at = errors[0].start
        got = f"the byte 0x{content[at]:02X}"
        wanted = f"text encoded as {' or '.join(encodings)}"
        line = line_at_end(content[:at].decode("latin-1"))
        raise CorpusError(path, line, got, wanted) from errors[0]
    before, nul, _ = text.partition("\0")
    if nul:
        raise CorpusError(path, line_at_end(before), "a NUL character", "text")
    return text


def line_at_end(text):
    """Count the lines of a text, the last one too if it is empty."""
    return len(LINE_END.findall(text)) + 1


def show(value):
    """Write a value for a message, cut if it is long."""
    return shorten(repr(value))


def to_iob2(previous, tag):
    """Convert one IOB1 tag, given the IOB2 tag before it."""
    return "B-" + tag[2:] if tag[:2] == "I-" and previous[2:] != tag[2:] else tag


def check_iob2(previous, tag, path, line):
    """Raise a CorpusError unless IOB2 allows the tag after the previous one."""
    if not TAG.fullmatch(tag):
        got, wanted = f"the tag {show(tag)}", "O, B-type or I-type (IOB2)"
        raise CorpusError(path, line, got, wanted)
    if tag[0] == "I" and previous[2:] != tag[2:]:
        kind = shorten(tag[2:])
        got = f"the tag {show(tag)} after {show(previous)}"
        wanted = f"B-{kind} or I-{kind} before it (IOB2)"
        raise CorpusError(path, line, got, wanted)


def seed_split(sentences, random_state=0):
    """Split as the post does: a third for testing, from labels in *text* order.

    Grouping by label sorts it as text, so "Sentence: 10" comes before "Sentence: 2",
    and what a fixed ``random_state`` picks depends on that order.

    Parameters
    ----------
    sentences : list of Sentence
    random_state : int

    Returns
    -------
    train, test : list of Sentence
    """
    in_text_order = sorted(sentences, key=lambda sentence: sentence.label)
    return train_test_split(in_text_order, test_size=0.33, random_state=random_state)


def benchmark_split(sentences, random_state=0):
    """Split into train, validation and test parts that share no sentence.

    Test is the seed's test part without the sentences that stand word for word in
    its train part; validation is a tenth of that train part, again without sentences
    that stand in what remains, which is the train part here.

    Parameters
    ----------
    sentences : list of Sentence
    random_state : int

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If there are fewer than three sentences, one for each part.
    """
    if len(sentences) < 3:
        got = f"{len(sentences)} sentences"
        raise ValueError(f"got {got}, wanted one at least for each of three parts")
    seed_train, seed_test = seed_split(sentences, random_state)
    train, validation = train_test_split(
        seed_train, test_size=0.1, random_state=random_state
    )
    return Split(train, without(validation, train), without(seed_test, seed_train))


def without(sentences, others):
    """Leave out the sentences whose words stand, all of them, among the others."""
    known = {tuple(sentence.words) for sentence in others}
    return [s for s in sentences if tuple(s.words) not in known]
