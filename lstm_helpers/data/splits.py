"""Sentences -> train, validation and test parts."""

import math
from typing import NamedTuple

import numpy as np

from lstm_helpers.data.layouts import Sentence, check_sentences


class Split(NamedTuple):
    """Three lists of sentences that share no sentence."""

    train: list[Sentence]
    validation: list[Sentence]
    test: list[Sentence]


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
        If there are fewer than three sentences, one for each part.
    """
    check_sentences("sentences", sentences)
    if len(sentences) < 3:
        got = f"{len(sentences)} sentences"
        raise ValueError(f"got {got}, wanted one at least for each of three parts")
    post_train, post_test = post_split(sentences, random_state)
    train, validation = _split_at_random(post_train, 0.1, random_state)
    return Split(train, _without(validation, train), _without(post_test, post_train))


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
