"""Where the corpus's labels end: as far as they can be held against themselves.

Twins are what training has between the same neighbours; repeated sentences are the
widest of contexts.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmark.ours import tagger_folder
from benchmark.parts import read_parts
from benchmark.rows import Row
from lstm_helpers.data import (
    Mention,
    Sentence,
    find_mentions,
    find_twins,
    label_span,
    read_corpus,
)
from lstm_helpers.models import load_tagger, predict_tags

_Counts = NDArray[np.integer]  # (S,): of S sentences, or groups of them
_N_DRAWS = 1000
_WIDEST = 4  # words on each side


def estimate(name: str, parts: _Counts, wholes: _Counts) -> dict[str, float]:
    """Give a share with its 95 % interval, by a bootstrap over what was counted.

    Parameters
    ----------
    name : str
    parts, wholes : ndarray of shape (S,)
        What has the property, and what might have it, in each of S units that are drawn
        as a whole.

    Returns
    -------
    dict of str to float
        The sum of all parts by that of all wholes under the name, and the ends of the
        interval under the name with ``_low`` and ``_high``.

    Raises
    ------
    ValueError
        If there is nothing that might have it.
    """
    if not wholes.any():
        raise ValueError(f"{name}: got nothing to count, wanted some")
    parts, wholes = parts[wholes > 0], wholes[wholes > 0]  # the others say nothing
    generator = np.random.default_rng(0)
    shares = []
    for _ in range(_N_DRAWS):
        drawn = generator.integers(len(parts), size=len(parts))
        shares.append(parts[drawn].sum() / wholes[drawn].sum())
    low, high = np.quantile(shares, [0.025, 0.975])
    share = parts.sum() / wholes.sum()
    return {name: float(share), f"{name}_low": float(low), f"{name}_high": float(high)}


def _estimate_of_mentions(
    name: str, part: Collection[Mention], whole: Collection[Mention], n_sentences: int
) -> dict[str, float]:
    """Estimate which share of some mentions is in a part of them."""
    counts = (_count_by_sentence(some, n_sentences) for some in (part, whole))
    return estimate(name, *counts)


def _count_by_sentence(mentions: Collection[Mention], n_sentences: int) -> _Counts:
    """Count the mentions of each sentence."""
    numbers = np.array([mention.sentence for mention in mentions], int)
    return np.bincount(numbers, minlength=n_sentences)


# --- twins


def _measure_twins(row: Row) -> dict[str, float]:
    """Hold a tagger, and training's own labels, against the gold of the test part."""
    parts, tagger = read_parts(), load_tagger(tagger_folder(*row.trained_by))
    return describe_twins(parts.train, parts.test, predict_tags(tagger, parts.test))


def describe_twins(
    train: Sequence[Sentence],
    sentences: Sequence[Sentence],
    predicted: Sequence[Sequence[str]],
) -> dict[str, float]:
    """Count the mentions with twins, the errors, and who agrees with training there.

    Parameters
    ----------
    train, sentences : sequence of Sentence
    predicted : sequence of sequence of str
        A tagger's tags of ``sentences``.

    Returns
    -------
    dict of str to float
        Errors are the gold mentions that were missed and the predicted ones that are
        spurious, so a wrong type counts as two: F1 is 1 less their share in all gold
        and predicted mentions.
    """
    gold = [sentence.tags for sentence in sentences]
    wanted, found = ({*find_mentions(tags)} for tags in (gold, predicted))
    errors = wanted ^ found
    twins = find_twins(sorted(wanted | found), sentences, train)
    majority = {twin.mention: twin.majority for twin in twins}
    checked = wanted & majority.keys()
    checked_errors = errors & majority.keys()

    def as_training(mentions, tags):
        return {m for m in mentions if label_span(tags[m[0]], *m[1:3]) == majority[m]}

    agreed = as_training(checked, gold)
    excused = as_training(checked_errors, predicted)
    shares = {
        "contradict_share": (checked - agreed, checked),
        "majority_recall": (agreed, checked),
        "recall": (checked & found, checked),
        "errors_with_twin_share": (checked_errors, errors),
        "errors_as_training_share": (excused, checked_errors),
        "errors_as_training_of_all_share": (excused, errors),
    }
    figures = {
        "mentions": len(wanted),
        "twins": len(checked),
        "errors": len(errors),
        "errors_with_twin": len(checked_errors),
    }
    for name, (part, whole) in shares.items():
        figures |= _estimate_of_mentions(name, part, whole, len(sentences))
    return figures


def _measure_contexts(_: Row) -> dict[str, float]:
    """Say how often the test part's labels contradict training as contexts grow."""
    parts = read_parts()
    return describe_contexts(parts.train, parts.test, _WIDEST)


def describe_contexts(
    train: Sequence[Sentence], sentences: Sequence[Sentence], widest: int
) -> dict[str, float]:
    """Count which mentions contradict training, by how much of the context is the same.

    Parameters
    ----------
    train, sentences : sequence of Sentence
    widest : int
        How many words on each side training has to have. The same mentions are looked
        at with fewer words on each side, down to none.

    Returns
    -------
    dict of str to float
        How many mentions there are, and for each number of words on each side the share
        of them whose gold label is not training's majority there.
    """
    gold = [sentence.tags for sentence in sentences]
    twins = find_twins(find_mentions(gold), sentences, train, around=widest)
    mentions = [twin.mention for twin in twins]
    figures = {"twins": len(mentions)}
    for around in range(widest + 1):
        twins = find_twins(mentions, sentences, train, around=around)
        contradicting = [
            twin.mention
            for twin in twins
            if label_span(gold[twin.mention[0]], *twin.mention[1:3]) != twin.majority
        ]
        figures |= _estimate_of_mentions(
            f"contradict_share_{around}", contradicting, mentions, len(sentences)
        )
    return figures


# --- repeated sentences


def _measure_repeats(_: Row) -> dict[str, float]:
    """Hold the corpus against itself."""
    return describe_repeats(read_corpus("gmb").sentences)


def describe_repeats(sentences: Sequence[Sentence]) -> dict[str, float]:
    """Score the first copies' tags of repeated sentences against the later ones'.

    Parameters
    ----------
    sentences : sequence of Sentence

    Returns
    -------
    dict of str to float
        ``f1`` is the entity F1. ``root_f1``, its root, is what the truth would score
        against a copy if the slips of copies were independent.
    """
    groups = defaultdict(list)
    for sentence in sentences:
        mentions = {mention[1:] for mention in find_mentions([sentence.tags])}
        groups[tuple(sentence.words)].append(mentions)
    agreed, both = [], []
    for first, *later in groups.values():
        agreed.append(sum(2 * len(first & other) for other in later))
        both.append(sum(len(first) + len(other) for other in later))
    found = estimate("f1", np.array(agreed), np.array(both))
    roots = {f"root_{name}": share**0.5 for name, share in found.items()}
    return {"sentences": len(sentences) - len(groups), **found, **roots}


MEASURES = {
    "twins": _measure_twins,
    "contexts": _measure_contexts,
    "repeats": _measure_repeats,
}
