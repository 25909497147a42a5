"""What the reader chose -> a corpus."""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lstm_helpers.data.arguments import NAMES, VARIABLE, read_arguments
from lstm_helpers.data.decoding import read_text
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.finding import find_layout
from lstm_helpers.data.header import Column
from lstm_helpers.data.layouts import (
    Options,
    Reading,
    check_options,
    read_columns,
    read_table,
)
from lstm_helpers.data.sentences import Sentence
from lstm_helpers.files.bundled import find_bundled
from lstm_helpers.files.download import GMB_SHA256, find_gmb
from lstm_helpers.files.reading import (
    GMB_MEMBER,
    check_sha256,
    find_ending,
    find_home,
    name_kind,
    read_member,
)


class Corpus(NamedTuple):
    """All sentences of a file, what to call it, and how it was read."""

    name: str  # "sample", "gmb", or the file's name and eight digits of its sha256
    path: Path
    sentences: list[Sentence]
    layout: str = "Kaggle's csv layout"  # or "CoNLL columns"
    encoding: str = "utf-8"  # or "utf-8-sig" (with a byte order mark), "cp1252", ...
    delimiter: str = ","  # what parts the columns; a blank: tabs do as well
    tag_scheme: str = "IOB2"  # that the file has; the sentences have IOB2
    changed: tuple[tuple[str, int], ...] = ()  # what was changed, and how often
    notes: tuple[str, ...] = ()  # what else its reader should know

    def __str__(self) -> str:
        n_words = sum(len(sentence.words) for sentence in self.sentences)
        whole = (
            f"{self.name} corpus ({self.path.name}): "
            f"{len(self.sentences):,} sentences, {n_words:,} words"
        )
        return "; ".join([whole, *self.unusual])

    def confirm(
        self, holds: object, said: str, of: Sequence[str] = ("sample", "gmb")
    ) -> None:
        """Hold a finding on the corpora that it was made on; say if others differ.

        Parameters
        ----------
        holds : bool, or anything that has a truth
            Whether it is so here.
        said : str
            What is so here, in a few words or numbers.
        of : sequence of str
            The names of the corpora that the finding was made on.

        Raises
        ------
        AssertionError
            If the finding does not hold on one of those.

        Examples
        --------
        >>> mine = Corpus("mine", Path("mine.csv"), [])
        >>> mine.confirm(0.27 > 0.5, "27% of the words are O")
        Here it is otherwise: 27% of the words are O
        >>> mine.confirm(0.85 > 0.5, "85% of the words are O")
        """
        if holds:
            return
        if self.name in of:
            raise AssertionError(said)
        print(f"Here it is otherwise: {said}")

    @property
    def unusual(self) -> list[str]:
        """What is not the plain case: UTF-8, IOB2, nothing changed."""
        said: list[str] = []
        if self.name in ("sample", "gmb"):
            return said
        if not self.encoding.startswith("utf-8"):
            said.append(f"encoding {self.encoding}")
        if self.delimiter not in (",", "\t", " "):
            said.append(f"columns parted by {self.delimiter!r}")
        if self.tag_scheme != "IOB2":
            said.append(f"tags in {self.tag_scheme}")
        said += [f"{what}: {n:,}" for what, n in self.changed]
        return [*said, *self.notes]


def read_corpus(
    choice: str | None = None,
    *,
    word_column: Column | None = None,
    tag_column: Column | None = None,
    sentence_column: Column | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    tag_scheme: str | None = None,
    strays: str | None = None,
) -> Corpus:
    """Read the corpus that the reader chose.

    Parameters
    ----------
    choice : str, optional
        ``"sample"`` (the bundled, made-up corpus), ``"gmb"`` (the real one), or a path.
        By default the environment variable ``LSTM_CORPUS``, else ``"sample"``. A file
        is read in Kaggle's csv layout if its first line names such columns, and as
        CoNLL-style columns if its lines end in tags; if neither is so, ``.csv``,
        ``.tsv`` and ``.zip`` have Kaggle's layout, all others CoNLL columns. All may
        have ``.gz`` behind them.
    word_column, tag_column, sentence_column : str or int, optional
        Names, or numbers from 0 on (-1 is the last). Found out by default: see
        :func:`read_csv` and :func:`read_conll`.
    delimiter : str, optional
        What parts the columns: a character, or "tab", "blank", "comma", "semicolon".
    encoding : str, optional
        By default UTF-8 if all bytes are, otherwise Windows-1252.
    tag_scheme : {"IOB2", "IOB1", "IO", "IOBES", "BILOU", "BMES", "BI"}, optional
        IOB2 has B- before every mention; IOB1 only where one of the same type is right
        before it; IO has types alone; IOBES has E- at a mention's end and S- for one
        word (BILOU: L- and U-); BI has B and I without types. By default the one that
        the tags of the whole file leave no doubt about, and otherwise IOB2.
    strays : {"refuse", "begin"}, optional
        Whether an I- behind no mention of its type is an error (the default), or begins
        a mention, as conlleval reads it.

    Returns
    -------
    Corpus
        It says how the file was read, and what was changed how often.

    Raises
    ------
    ValueError
        If the choice is none of these, the file called ``gmb`` has not the right
        checksum, what is packed is damaged, or an argument has a wrong value.
    FileNotFoundError
        If the corpus that is chosen, the real or the bundled one, is not there; the
        message says how to get it.
    CorpusError
        If the file is not what it should be; says which layout was tried, and which
        argument helps.

    Notes
    -----
    Without ``choice``, the environment variable ``LSTM_CORPUS_OPTIONS`` may hold the
    arguments that are not given here: ``LSTM_CORPUS_OPTIONS="tag_scheme=IOB1
    strays=begin"``. They are for a file: ``sample`` and ``gmb`` need none.
    """
    columns = word_column, tag_column, sentence_column
    given = zip(NAMES, (*columns, delimiter, encoding, tag_scheme, strays), strict=True)
    arguments = {name: value for name, value in given if value is not None}
    is_from_environment = choice is None
    if choice is None:
        choice = os.environ.get("LSTM_CORPUS") or "sample"
    if choice in ("sample", "gmb"):
        if arguments:
            got = ", ".join(arguments)
            raise ValueError(
                f"{choice}: got {got}, wanted them for a file of one's own"
            )
        return _read_known(choice)
    if is_from_environment:
        arguments = {**read_arguments(os.environ), **arguments}
    return _read_file(_find_file(choice), arguments)


def _read_known(choice: str) -> Corpus:
    """Read the bundled corpus or the real one."""
    if choice == "sample":
        path = find_bundled("sample.csv")
    else:
        path = find_gmb()
        check_sha256(read_member(path, GMB_MEMBER), GMB_SHA256, path)
    text = read_text(path)
    reading = read_table(text, Options(tag_scheme="IOB2"))
    return Corpus(choice, path, reading.sentences, encoding=text.encoding)


def _find_file(choice: str) -> Path:
    """Find a file of the reader's own."""
    path = find_home(choice)
    if not path.is_file():
        wanted = "'sample', 'gmb' or the path of a file"
        what = "a folder" if path.is_dir() else "no file"
        raise ValueError(
            f"LSTM_CORPUS: got {choice!r}, wanted {wanted} (.csv, .tsv and .zip in "
            f"Kaggle's layout, others as CoNLL columns); {path.absolute()} is {what}"
        )
    return path


def _read_file(path: Path, arguments: Mapping[str, Any]) -> Corpus:
    """Read a file of the reader's own."""
    others = {name: value for name, value in arguments.items() if name != "encoding"}
    options = Options(**others)
    check_options(options)
    tried = ""
    try:
        text = read_text(path, arguments.get("encoding"))
        found = find_layout(text, options)
        tried = f"It was read as {found.name} because of {found.reason}"
        reading = (read_table if found.is_table else read_columns)(text, options)
    except CorpusError as error:
        hint = ". ".join(filter(None, [error.hint, _say_where(error.hint), tried]))
        if tried and name_kind(text.content):
            hint = name_kind(text.content)
        parts = error.line, error.got, error.wanted
        raise CorpusError(path, *parts, hint) from error
    return _name(path, text.encoding, reading, arguments)


def _say_where(hint: str) -> str:
    """Say how an argument that a hint names gets to the notebooks."""
    argument = re.search(r"\w+=('[^']*'|-?\d+)", hint)
    return f'Or set {VARIABLE}="{argument[0]}"' if argument else ""


def _name(
    path: Path, encoding: str, reading: Reading, arguments: Mapping[str, Any]
) -> Corpus:
    """Make a corpus, whose name tells it from others and from other readings."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256")
    if arguments:
        given = sorted((name, str(value)) for name, value in arguments.items())
        sha256.update(repr(given).encode())
    ending = find_ending(path)
    name = f"{path.name[: len(path.name) - len(ending)]}-{sha256.hexdigest()[:8]}"
    return Corpus(
        name,
        path,
        reading.sentences,
        reading.layout,
        encoding,
        reading.delimiter,
        reading.tag_scheme,
        reading.changed,
        reading.notes,
    )
