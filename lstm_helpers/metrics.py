"""Gold and predicted tags -> scores, and where the mistakes are."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_helpers.data.iob2 import Mention, find_mentions

_Tags = Sequence[Sequence[str]]  # one sequence of tags for each sentence
VERDICTS = (
    "right",
    "wrong type",
    "wrong boundary",
    "both wrong",
    "missed",
    "spurious",
)


class Pair(NamedTuple):
    """A gold mention, the predicted one that answers it, and how they compare."""

    gold: Mention | None  # None where the prediction is spurious
    predicted: Mention | None  # None where the gold mention is missed
    verdict: str  # one of VERDICTS


class TypeScore(NamedTuple):
    """How well one entity type is found: three fractions in [0, 1] and a count."""

    precision: float
    recall: float
    f1: float
    support: int  # gold mentions


class Bin(NamedTuple):
    """The predictions whose confidence lies in (low, high]."""

    low: float
    high: float
    n_predictions: int
    confidence: float  # mean, fraction in [0, 1]
    accuracy: float  # fraction in [0, 1]


def entity_f1(gold: _Tags, predicted: _Tags, *, lenient: bool = False) -> float:
    """Score whole entities: type and both boundaries must be right.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        IOB2 tags, a sequence for each sentence.
    lenient : bool
        Whether an I- without its B- begins a mention, as in ``conlleval`` and by
        seqeval's default. Otherwise (strict IOB2) it begins nothing.

    Returns
    -------
    float
        Micro-averaged F1 in [0, 1].

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.
    KeyError, ValueError
        From seqeval, unless ``lenient``, for a tag such as "geo" or "S-geo".

    Notes
    -----
    Equations (5.1) to (5.3), over all mentions of all types together.

    References
    ----------
    seqeval's ``mode="strict"``, after the CoNLL-2000 script ``conlleval``.

    Examples
    --------
    >>> gold = [["B-per", "I-per", "O", "B-geo"]]
    >>> entity_f1(gold, [["B-per", "O", "O", "B-geo"]])  # a boundary wrong: 1 of 2
    0.5
    """
    from seqeval.metrics import f1_score  # here: a program that only tags needs
    from seqeval.scheme import IOB2  # neither it nor scikit-learn, which take a second

    _check_lengths(gold, predicted)
    lists = [[*map(list, tags)] for tags in (gold, predicted)]  # all that seqeval takes
    strict = {} if lenient else {"mode": "strict", "scheme": IOB2}
    return float(f1_score(*lists, zero_division=0, **strict))


def entity_f1_by_sets(gold: _Tags, predicted: _Tags) -> float:
    """Compute the strict :func:`entity_f1` by comparing sets of mentions, much sooner.

    The same measure, for use after every epoch of training; what is reported comes from
    seqeval.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        IOB2 tags, a sequence for each sentence.

    Returns
    -------
    float
        Micro-averaged F1 in [0, 1]; 0 if there is no mention at all.

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.
    """
    _check_lengths(gold, predicted)
    wanted, found = set(find_mentions(gold)), set(find_mentions(predicted))
    return 2 * len(wanted & found) / max(1, len(wanted) + len(found))  # (5.3)


def weighted_token_f1(gold: _Tags, predicted: _Tags) -> float:
    """Score words, each tag weighted by how often it is gold; O counts too.

    The post's measure, with the arguments in scikit-learn's order: the post has them
    swapped, so that each tag is weighted by how often it is *predicted*.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        Tags, a sequence for each sentence.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.

    Examples
    --------
    >>> weighted_token_f1([["O", "O", "B-geo"]], [["O", "O", "O"]])
    0.5333333333333333
    """
    from sklearn.metrics import f1_score

    _check_lengths(gold, predicted)
    return float(f1_score(flatten(gold), flatten(predicted), average="weighted"))


def token_accuracy(
    gold: _Tags,
    predicted: _Tags,
    *,
    off_O: bool = False,
) -> float:
    """Score words: the fraction whose tag is right.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        Tags, a sequence for each sentence.
    off_O : bool
        Whether to look only at words whose gold tag is not O.

    Returns
    -------
    float
        In [0, 1]; 0 if there is no word to look at.

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.

    Examples
    --------
    >>> token_accuracy([["O", "O", "O", "B-geo"]], [["O", "O", "O", "O"]])
    0.75
    """
    _check_lengths(gold, predicted)
    pairs = zip(flatten(gold), flatten(predicted), strict=True)
    right = [ours == theirs for ours, theirs in pairs if ours != "O" or not off_O]
    return sum(right) / max(1, len(right))


def score_by_type(gold: _Tags, predicted: _Tags) -> dict[str, TypeScore]:
    """Compute precision, recall and F1 for every entity type.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        IOB2 tags, a sequence for each sentence.

    Returns
    -------
    dict of str to TypeScore
        By type, for all types that occur in either; strict IOB2. What would be 0 / 0
        is 0.

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.
    """
    _check_lengths(gold, predicted)
    wanted, found = set(find_mentions(gold)), set(find_mentions(predicted))
    n_wanted, n_found, n_right = (
        Counter(mention.kind for mention in mentions)
        for mentions in (wanted, found, wanted & found)
    )
    return {
        kind: TypeScore(
            n_right[kind] / max(1, n_found[kind]),  # (5.1)
            n_right[kind] / max(1, n_wanted[kind]),  # (5.2)
            2 * n_right[kind] / (n_found[kind] + n_wanted[kind]),  # (5.3)
            n_wanted[kind],
        )
        for kind in sorted(n_wanted | n_found)
    }


def tabulate_scores(gold: _Tags, predicted: _Tags) -> str:
    """Write the scores of every entity type, and of all together, as a table.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        IOB2 tags, a sequence for each sentence.

    Returns
    -------
    str
        Of precision, recall and F1, strict, and how many gold mentions there are. The
        last row's F1 is :func:`entity_f1`.

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.

    Examples
    --------
    >>> gold, predicted = [["B-per", "I-per", "B-tim"]], [["B-per", "I-per", "O"]]
    >>> print(tabulate_scores(gold, predicted))
         precision  recall     F1  mentions
    per      1.000   1.000  1.000         1
    tim      0.000   0.000  0.000         1
    all      1.000   0.500  0.667         2
    """
    _check_lengths(gold, predicted)
    wanted, found = set(find_mentions(gold)), set(find_mentions(predicted))
    n_right = len(wanted & found)
    together = TypeScore(
        n_right / max(1, len(found)),  # (5.1)
        n_right / max(1, len(wanted)),  # (5.2)
        entity_f1(gold, predicted),
        len(wanted),
    )
    rows = [*score_by_type(gold, predicted).items(), ("all", together)]
    width = max(len(kind) for kind, _ in rows)
    lines = [f"{'':{width}}  precision  recall     F1  mentions"]
    for kind, (precision, recall, f1, n) in rows:
        lines.append(
            f"{kind:{width}}  {precision:9.3f}  {recall:6.3f}  {f1:5.3f}  {n:8,}"
        )
    return "\n".join(lines)


def pair_mentions(gold: _Tags, predicted: _Tags) -> list[Pair]:
    """Pair every gold mention with the predicted one that answers it best.

    Only mentions that share a word are paired, each at most once: first those that
    agree wholly, then those of the same words, then those of the same type, then the
    rest.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        IOB2 tags, a sequence for each sentence.

    Returns
    -------
    list of Pair
        By sentence, then by start. Every mention stands in exactly one pair.

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.

    Examples
    --------
    >>> gold, predicted = [["B-per", "I-per", "B-tim"]], [["B-per", "O", "O"]]
    >>> [pair.verdict for pair in pair_mentions(gold, predicted)]
    ['wrong boundary', 'missed']
    """
    _check_lengths(gold, predicted)
    wanted, found = _by_sentence(gold), _by_sentence(predicted)
    pairs = []
    for number in sorted(wanted.keys() | found.keys()):
        pairs += _pair_sentence(wanted.get(number, []), found.get(number, []))
    return pairs


def _by_sentence(sentences: _Tags) -> dict[int, list[Mention]]:
    """Collect the mentions under the number of their sentence, if it has any."""
    found: dict[int, list[Mention]] = {}
    for mention in find_mentions(sentences):
        found.setdefault(mention.sentence, []).append(mention)
    return found


def _pair_sentence(wanted: list[Mention], found: list[Mention]) -> list[Pair]:
    """Pair the mentions of one sentence; see :func:`pair_mentions`."""
    pairs = _pair_overlapping(wanted, found)
    answered = [pair.gold for pair in pairs]
    answers = [pair.predicted for pair in pairs]
    pairs += [Pair(m, None, "missed") for m in wanted if m not in answered]
    pairs += [Pair(None, m, "spurious") for m in found if m not in answers]
    return sorted(pairs, key=_start)


def _pair_overlapping(wanted: list[Mention], found: list[Mention]) -> list[Pair]:
    """Pair mentions that share a word, each at most once, the best pairs first."""
    candidates = sorted(
        (_rank(ours, theirs), ours, theirs)
        for ours in wanted
        for theirs in found
        if ours.start < theirs.end and theirs.start < ours.end
    )
    pairs: list[Pair] = []
    for rank, ours, theirs in candidates:
        if all(pair.gold != ours and pair.predicted != theirs for pair in pairs):
            pairs.append(Pair(ours, theirs, VERDICTS[rank]))
    return pairs


def _rank(ours: Mention, theirs: Mention) -> int:
    """Place a comparison in VERDICTS: from 0, all agrees, to 3, nothing does."""
    return 2 * (ours[:3] != theirs[:3]) + (ours.kind != theirs.kind)


def _start(pair: Pair) -> int:
    return next(m.start for m in (pair.gold, pair.predicted) if m)


def calibration_bins(
    confidence: np.ndarray, right: np.ndarray, n_bins: int = 10
) -> list[Bin]:
    """Sort predictions into bins of equal width by their confidence.

    Parameters
    ----------
    confidence : ndarray of shape (N,)
        The probability that was given to each prediction, in [0, 1].
    right : ndarray of shape (N,), bool
        Whether the prediction was right.
    n_bins : int

    Returns
    -------
    list of Bin
        Those that are not empty, by rising confidence.

    Raises
    ------
    ValueError
        If the shapes differ, there is no prediction, a confidence is not in [0, 1], or
        there is no bin.
    """
    confidence, right = np.asarray(confidence, float), np.asarray(right, bool)
    if confidence.shape != right.shape or confidence.ndim != 1 or not right.size:
        got = f"shapes {confidence.shape} and {right.shape}"
        raise ValueError(f"got {got}, wanted (N,) twice with N >= 1")
    if not ((confidence >= 0) & (confidence <= 1 + 1e-6)).all():
        raise ValueError("confidence: got a value outside [0, 1], wanted none")
    if n_bins < 1:
        raise ValueError(f"n_bins: got {n_bins}, wanted at least 1")
    places = np.clip(np.ceil(confidence * n_bins).astype(int) - 1, 0, n_bins - 1)
    return [
        Bin(
            place / n_bins,
            (place + 1) / n_bins,
            int((places == place).sum()),
            float(confidence[places == place].mean()),
            float(right[places == place].mean()),
        )
        for place in np.unique(places).tolist()
    ]


def expected_calibration_error(bins: list[Bin]) -> float:
    """Mean distance between confidence and accuracy: equation (5.4).

    Parameters
    ----------
    bins : list of Bin

    Returns
    -------
    float
        In [0, 1]; each bin weighs as much as it has predictions.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), "Obtaining Well Calibrated Probabilities
    Using Bayesian Binning", doi:10.1609/aaai.v29i1.9602.
    """
    n = sum(b.n_predictions for b in bins)
    return sum(  # (5.4)
        b.n_predictions / n * abs(b.accuracy - b.confidence) for b in bins
    )


def _check_lengths(gold: _Tags, predicted: _Tags) -> None:
    """Raise a ValueError unless both have the same sentences' lengths, at least one."""
    if not gold or len(gold) != len(predicted):
        got = f"{len(gold)} gold and {len(predicted)} predicted sentences"
        raise ValueError(f"got {got}, wanted as many, at least one")
    for k, (ours, theirs) in enumerate(zip(gold, predicted, strict=True)):
        if len(ours) != len(theirs):
            got = f"{len(ours)} gold and {len(theirs)} predicted tags"
            raise ValueError(f"sentence {k}: got {got}, wanted as many")


def flatten(tags: _Tags) -> list[str]:
    """Join the tags of all sentences into one list."""
    return [tag for sentence in tags for tag in sentence]
