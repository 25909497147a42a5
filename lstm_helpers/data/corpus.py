"""What the reader chose -> a corpus."""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from lstm_helpers.data.layouts import Sentence, read_conll, read_csv
from lstm_helpers.files.bundled import find_bundled
from lstm_helpers.files.download import GMB_SHA256, find_gmb
from lstm_helpers.files.reading import check_sha256, read_member


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
        If the corpus that is chosen, the real or the bundled one, is not there; the
        message says how to get it.
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
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Corpus(f"{path.stem}-{sha256[:8]}", path, sentences)
