"""The blog post's system as it was published, start to end.

xcTorres, 2021-11-14: read with one label a sentence, number all words, train the
:class:`~lstm_helpers.models.LSTMTagger` a sentence a step with SGD, score the words.
Its names, numbers and order are kept, in code of our own; what is better is elsewhere.
``python -m lstm_helpers.post --epochs 20`` reproduces its figures.

What differs, since pandas 3 refuses it: ``fillna(method="ffill")`` on the whole table.
Here only the sentence column is filled forward, so the ten words "None" stay.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import torch
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from torch import Tensor, nn, optim

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.files.progress import Bar
from lstm_helpers.metrics import entity_f1, flatten, weighted_token_f1
from lstm_helpers.models.taggers import LSTMTagger

EMBEDDING_DIM = HIDDEN_DIM = 32

_Labelled = tuple[list[str], list[str]]  # a sentence's words, and a tag for each


class SentenceGetter:
    """Group a table's rows into sentences, in the *text* order of their labels.

    Parameters
    ----------
    data : DataFrame
        Columns ``Sentence #`` (filled on every row), ``Word`` and ``Tag``.

    Attributes
    ----------
    sentences : list of tuple
        ``(words, tags)``; ``sentences[1]`` is sentence 10, not sentence 2.

    Raises
    ------
    KeyError
        If a column is missing.
    """

    def __init__(self, data: pd.DataFrame) -> None:
        self.n_sent = 1
        self.grouped = data.groupby("Sentence #")[["Word", "Tag"]].apply(
            lambda s: (s["Word"].tolist(), s["Tag"].tolist())
        )
        self.sentences: list[_Labelled] = list(self.grouped)

    def get_next(self) -> _Labelled | None:
        """Return sentence 1, then 2, ...; None after the last."""
        sentence: _Labelled | None = self.grouped.get(f"Sentence: {self.n_sent}")
        self.n_sent += sentence is not None
        return sentence


def read_table(path: str | Path | IO[bytes]) -> pd.DataFrame:
    """Read the csv as the post does, but for the forward fill (see the module).

    Parameters
    ----------
    path : str, Path or binary file

    Returns
    -------
    DataFrame

    Raises
    ------
    OSError
        If the file cannot be read.
    KeyError
        If it has no column ``Sentence #``.
    ValueError
        If it is empty, or no table.
    """
    table = pd.read_csv(path, encoding="ISO-8859-1", keep_default_na=False)
    table["Sentence #"] = table["Sentence #"].mask(table["Sentence #"] == "").ffill()
    return table


def index_words_and_tags(
    sentences: list[_Labelled],
) -> tuple[dict[str, int], dict[str, int]]:
    """Assign numbers to words and tags in the order of their first occurrence.

    Parameters
    ----------
    sentences : list of tuple
        ``(words, tags)``: *all* of them, test sentences too, as the post has it.

    Returns
    -------
    word_to_ix, tag_to_ix : dict
    """
    word_to_ix: dict[str, int] = {}
    tag_to_ix: dict[str, int] = {}
    for words, tags in sentences:
        for word in words:
            word_to_ix.setdefault(word, len(word_to_ix))
        for tag in tags:
            tag_to_ix.setdefault(tag, len(tag_to_ix))
    return word_to_ix, tag_to_ix


def prepare_sequence(seq: Sequence[str], to_ix: dict[str, int]) -> Tensor:
    """Look up each item.

    Parameters
    ----------
    seq : sequence of str, length T
    to_ix : dict

    Returns
    -------
    Tensor of shape (T,), int64

    Raises
    ------
    KeyError
        For a word that was not there when the words were numbered.
    """
    return torch.tensor([to_ix[item] for item in seq], dtype=torch.long)


def train_once(
    model: LSTMTagger,
    optimizer: optim.Optimizer,
    X_train: list[list[str]],
    y_train: list[list[str]],
    word_to_ix: dict[str, int],
    tag_to_ix: dict[str, int],
    **bar: Any,
) -> float:
    """Pass once over the training sentences, a step each, in their order.

    Parameters
    ----------
    model : LSTMTagger
    optimizer : torch.optim.Optimizer
    X_train, y_train : list of list of str
    word_to_ix, tag_to_ix : dict
    **bar
        Arguments of the progress bar (tqdm's), such as ``disable=True``.

    Returns
    -------
    float
        Mean loss over the sentences, in nats a word.

    Raises
    ------
    KeyError
        For a word or a tag without a number.
    ValueError
        If a sentence has not as many tags as words, or the lists' lengths differ.
    ZeroDivisionError
        If there is no sentence.
    """
    loss_function = nn.NLLLoss()
    total = 0.0
    for sentence, tags in Bar(
        zip(X_train, y_train, strict=True), total=len(X_train), unit="sentence", **bar
    ):
        model.zero_grad()
        sentence_in = prepare_sequence(sentence, word_to_ix)
        targets = prepare_sequence(tags, tag_to_ix)
        loss = loss_function(model(sentence_in), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(X_train)


def predict(
    model: LSTMTagger,
    sentences: list[list[str]],
    word_to_ix: dict[str, int],
    tag_to_ix: dict[str, int],
) -> list[list[str]]:
    """Tag sentences one by one.

    Parameters
    ----------
    model : LSTMTagger
    sentences : list of list of str
    word_to_ix, tag_to_ix : dict

    Returns
    -------
    list of list of str
        A tag for each word.

    Raises
    ------
    KeyError
        For a word without a number.
    """
    names = list(tag_to_ix)
    with torch.no_grad():
        return [
            [names[ix] for ix in model(prepare_sequence(s, word_to_ix)).argmax(dim=1)]
            for s in sentences
        ]


def swapped_token_f1(gold: list[list[str]], predicted: list[list[str]]) -> float:
    """Score as the post does: scikit-learn's arguments in the wrong order.

    Parameters
    ----------
    gold, predicted : list of list of str

    Returns
    -------
    float
        In [0, 1]; near 0.92 for a tagger that says O to everything.

    Raises
    ------
    ValueError
        If there are not as many predicted tags as gold ones in all, or there is none.
    """
    y_gold, y_predicted = np.array(flatten(gold)), np.array(flatten(predicted))
    return float(f1_score(y_predicted, y_gold, average="weighted"))


def reproduce(path: str | Path, epochs: int) -> Iterator[dict[str, float]]:
    """Train as the post does and yield the scores after each epoch.

    Parameters
    ----------
    path : str or Path
        A csv in Kaggle's layout, or a zip of it alone.
    epochs : int

    Yields
    ------
    dict
        ``epoch``, ``loss`` (nats a word), ``entity_f1``, ``weighted_f1``,
        ``swapped_f1`` (fractions), ``train_seconds`` (CPU time of the passes alone).

    Raises
    ------
    OSError, KeyError
        As :func:`read_table`.
    ValueError
        As :func:`read_table`, and if there is only one sentence.
    """
    torch.manual_seed(1)
    getter = SentenceGetter(read_table(path))
    word_to_ix, tag_to_ix = index_words_and_tags(getter.sentences)
    X = [words for words, _ in getter.sentences]
    y = [tags for _, tags in getter.sentences]
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.33, random_state=0
    )
    model = LSTMTagger(EMBEDDING_DIM, HIDDEN_DIM, len(word_to_ix), len(tag_to_ix))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(1, epochs + 1):
        start = time.process_time()
        loss = train_once(
            model, optimizer, X_train, y_train, word_to_ix, tag_to_ix, disable=None
        )
        seconds = time.process_time() - start
        predicted = predict(model, X_test, word_to_ix, tag_to_ix)
        yield {
            "epoch": epoch,
            "loss": loss,
            "entity_f1": entity_f1(y_test, predicted),
            "weighted_f1": weighted_token_f1(y_test, predicted),
            "swapped_f1": swapped_token_f1(y_test, predicted),
            "train_seconds": seconds,
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the post's scores after each epoch."""
    parser = argparse.ArgumentParser(
        prog="python -m lstm_helpers.post", description="Reproduce the post's figures."
    )
    parser.add_argument("--corpus", default="gmb", help="sample, gmb or a path")
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args(arguments)
    print("epoch    loss  entity F1  weighted F1  as the post prints it  seconds")
    for row in reproduce(read_corpus(options.corpus).path, options.epochs):
        print(
            f"{row['epoch']:5}  {row['loss']:.4f}  {row['entity_f1']:9.3f}"
            f"  {row['weighted_f1']:11.3f}  {row['swapped_f1']:21.3f}"
            f"  {row['train_seconds']:7.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
