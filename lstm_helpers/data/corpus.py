"""What the reader chose -> a corpus."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lstm_helpers.data.layouts import CorpusError, Sentence, read_conll, read_csv
from lstm_helpers.files.bundled import find_bundled
from lstm_helpers.files.download import GMB_SHA256, find_gmb
from lstm_helpers.files.reading import (
    GMB_MEMBER,
    check_sha256,
    find_ending,
    find_home,
    read_member,
)


class Corpus(NamedTuple):
    """All sentences of a file, and what to call it."""

    name: str  # "sample", "gmb", or the file's name and eight digits of its sha256
    path: Path
    sentences: list[Sentence]

    def __str__(self) -> str:
        n_words = sum(len(sentence.words) for sentence in self.sentences)
        return (
            f"{self.name} corpus ({self.path.name}): "
            f"{len(self.sentences):,} sentences, {n_words:,} words"
        )


def read_corpus(choice: str | None = None) -> Corpus:
    """Read the corpus that the reader chose.

    Parameters
    ----------
    choice : str, optional
        ``"sample"`` (the bundled, made-up corpus), ``"gmb"`` (the real one), or a path:
        ``.csv``, ``.tsv`` and ``.zip`` are read as Kaggle's layout, anything else as
        CoNLL-style columns, all also with ``.gz`` behind it. By default the environment
        variable ``LSTM_CORPUS``, else ``"sample"``.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        If the choice is none of these, the file called ``gmb`` has not the right
        checksum, or what is packed is damaged.
    FileNotFoundError
        If the corpus that is chosen, the real or the bundled one, is not there; the
        message says how to get it.
    CorpusError
        If the file is not what it should be; says which layout was tried.
    """
    choice = choice or os.environ.get("LSTM_CORPUS") or "sample"
    if choice == "sample":
        path = find_bundled("sample.csv")
        return Corpus("sample", path, read_csv(path))
    if choice == "gmb":
        path = find_gmb()
        check_sha256(read_member(path, GMB_MEMBER), GMB_SHA256, path)
        return Corpus("gmb", path, read_csv(path))
    path = find_home(choice)
    if not path.is_file():
        wanted = "'sample', 'gmb' or the path of a file"
        what = "a folder" if path.is_dir() else "no file"
        raise ValueError(
            f"LSTM_CORPUS: got {choice!r}, wanted {wanted} (.csv, .tsv and .zip in "
            f"Kaggle's layout, others as CoNLL columns); {path.absolute()} is {what}"
        )
    return _read_file(path)


def _read_file(path: Path) -> Corpus:
    """Read a file of the reader's own."""
    layout, ending = _choose_layout(path), find_ending(path)
    try:
        sentences = layout.read(path)
    except CorpusError as error:
        tried = f"{error.wanted}. It was read as {layout.name} because of "
        tried += f"its ending {ending}" if ending else "its name without an ending"
        raise CorpusError(path, error.line, error.got, tried) from error
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.name[: len(path.name) - len(ending)]
    return Corpus(f"{name}-{sha256[:8]}", path, sentences)


class _Layout(NamedTuple):
    """How a file's sentences are written down."""

    name: str
    read: Callable[[Path], list[Sentence]]


def _choose_layout(path: Path) -> _Layout:
    """Choose a file's layout by its ending: the one place that does."""
    if find_ending(path).removesuffix(".gz") in (".csv", ".tsv", ".zip"):
        return _Layout("Kaggle's csv layout", read_csv)
    return _Layout("CoNLL columns", read_conll)
