"""Sentences, or the files of a public corpus -> train, validation and test parts."""

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.data.layouts import Sentence, check_sentences
from lstm_helpers.files.reading import find_home, shorten

_NAMED = 3  # sentences in a message


class Split(NamedTuple):
    """Three lists of sentences, each of at least one."""

    train: list[Sentence]
    validation: list[Sentence]
    test: list[Sentence]


def read_split(
    train: str | Path, validation: str | Path, test: str | Path, **options: Any
) -> Split:
    """Read the three files of a public corpus as they are.

    What is scored on them can be compared with what others have published. Nothing is
    moved or left out, not even a sentence that stands in two of them.

    Parameters
    ----------
    train, validation, test : str or Path
        A file for each part.
    **options
        Handed on to :func:`read_corpus`, for each file.

    Returns
    -------
    Split
        The sentences of each file, in its order.

    Raises
    ------
    FileNotFoundError
        If a file is not there; the message says for which part.
    CorpusError, OSError, TypeError, ValueError
        As :func:`read_corpus`.

    Warns
    -----
    UserWarning
        Of a file that is not read as it stands: in what it is encoded, what was
        converted, and how often.
    """
    parts = []
    for name, given in zip(Split._fields, (train, validation, test), strict=True):
        path = find_home(given).absolute()  # never the name of a corpus of ours
        if not path.is_file():
            what = "a folder" if path.is_dir() else "no file"
            raise FileNotFoundError(f"{name}: got {path}, {what}, wanted a file")
        corpus = read_corpus(str(path), **options)
        if corpus.changed or not corpus.encoding.startswith("utf-8"):
            warnings.warn(f"{name}: {corpus}", stacklevel=2)
        parts.append(corpus.sentences)
    return Split(*parts)


def post_split(
    sentences: list[Sentence], random_state: int = 0
) -> tuple[list[Sentence], list[Sentence]]:
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

    Raises
    ------
    TypeError
        If they are no sentences.
    """
    check_sentences("sentences", sentences)
    in_text_order = sorted(sentences, key=lambda sentence: sentence.label)
    return _split_at_random(in_text_order, 0.33, random_state)


def benchmark_split(sentences: list[Sentence], random_state: int = 0) -> Split:
    """Split into train, validation and test parts that share no sentence.

    Test is the post's test part without the sentences that stand word for word in
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
    TypeError
        If they are no sentences.
    ValueError
        If there are fewer than three sentences, one for each part, or a part would have
        none, since all that were drawn for it are copies. The message names them.
    """
    check_sentences("sentences", sentences)
    if len(sentences) < 3:
        got = f"{len(sentences)} sentences"
        raise ValueError(f"got {got}, wanted one at least for each of three parts")
    post_train, post_test = post_split(sentences, random_state)
    train, drawn = _split_at_random(post_train, 0.1, random_state)
    validation, test = _without(drawn, train), _without(post_test, post_train)
    if not validation:
        raise _only_copies("validation", drawn, sentences)
    if not test:
        raise _only_copies("test", post_test, sentences)
    return Split(train, validation, test)


def _only_copies(
    part: str, drawn: Sequence[Sentence], sentences: Sequence[Sentence]
) -> ValueError:
    """Make the error for a part that has no sentence of its own: say which there are.

    To draw again, or from what remains, would leave a part of a few sentences, and
    another split than the same call makes of a corpus that has one copy fewer.
    """
    counts = Counter(tuple(sentence.words) for sentence in sentences)
    different = dict.fromkeys(tuple(sentence.words) for sentence in drawn)
    named = [
        f"{shorten(repr(' '.join(words)))} ({counts[words]} times)"
        for words in sorted(different, key=counts.__getitem__, reverse=True)[:_NAMED]
    ]
    n_more = len(different) - len(named)
    more = f" and {n_more} more" if n_more else ""
    n_copies = len(sentences) - len(counts)
    return ValueError(
        f"{part} part: got only copies of training sentences, wanted one that training "
        f"does not have. Drawn were {', '.join(named)}{more}; {n_copies:,} of all "
        f"{len(sentences):,} sentences are copies of another. Give more different "
        "sentences, or parts of your own: Split(train, validation, test), read_split"
    )


def _split_at_random(
    sentences: list[Sentence], share: float, random_state: int
) -> tuple[list[Sentence], list[Sentence]]:
    """Part a share of the sentences from the others, which come first.

    As scikit-learn's ``train_test_split`` does. To import that takes a second and 100
    MB, which a program that trains would keep to its end.
    """
    order = np.random.RandomState(random_state).permutation(len(sentences)).tolist()
    n = math.ceil(share * len(sentences))
    some, others = order[:n], order[n:]
    return [sentences[k] for k in others], [sentences[k] for k in some]


def _without(sentences: list[Sentence], others: list[Sentence]) -> list[Sentence]:
    """Leave out the sentences whose words stand, all of them, among the others."""
    known = {tuple(sentence.words) for sentence in others}
    return [s for s in sentences if tuple(s.words) not in known]
