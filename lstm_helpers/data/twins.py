"""Mentions -> how training labels the same words between the same neighbours."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from lstm_helpers.data.iob2 import Mention
from lstm_helpers.data.layouts import Sentence, check_sentences

_Context = tuple[str | None, ...]  # None stands beyond the edge of a sentence


class Twin(NamedTuple):
    """A mention whose words and neighbours stand in the training part, too.

    Attributes
    ----------
    mention : Mention
    labellings : Counter of tuple of str
        How often training labels these words so, as :func:`label_span` has it.
    """

    mention: Mention
    labellings: Counter[tuple[str, ...]]

    @property
    def majority(self) -> tuple[str, ...]:
        """The labelling that training gives most often, the first of several."""
        return self.labellings.most_common(1)[0][0]


def label_span(tags: Sequence[str], start: int, end: int) -> tuple[str, ...]:
    """Return the tags of some words, and the next tag if it goes on with their mention.

    So a mention has another label than the same words as a part of a longer one.

    Parameters
    ----------
    tags : sequence of str
        Those of a sentence, in IOB2.
    start, end : int
        The words ``start`` to ``end - 1``.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> tags = ["B-geo", "O", "B-per", "I-per"]
    >>> label_span(tags, 0, 1), label_span(tags, 2, 3)
    (('B-geo',), ('B-per', 'I-per'))
    """
    goes_on = end < len(tags) and tags[end] == "I" + tags[end - 1][1:]
    return tuple(tags[start : end + goes_on])


def find_twins(
    mentions: Sequence[Mention],
    sentences: Sequence[Sentence],
    train: Sequence[Sentence],
    *,
    around: int = 1,
) -> list[Twin]:
    """Find the mentions that training has between the same neighbours.

    Parameters
    ----------
    mentions : sequence of Mention
        Gold or predicted ones. Their sentences are counted in ``sentences``.
    sentences : sequence of Sentence
        Only their words are looked at.
    train : sequence of Sentence
        With their tags.
    around : int
        How many words on each side have to be the same, too. The edge of a sentence
        counts as a word that stands nowhere else.

    Returns
    -------
    list of Twin
        In the order of the mentions, without those that training does not have.

    Raises
    ------
    TypeError
        If they are no sentences.
    ValueError
        If a mention is not within its sentence, a training sentence has not as many
        tags as words, or ``around`` is below 0.
    """
    check_sentences("sentences", sentences)
    check_sentences("train", train)
    if around < 0:
        raise ValueError(f"around: got {around}, wanted at least 0")
    for mention in mentions:
        _check_mention(mention, sentences)
    contexts = [
        _context(sentences[number].words, start, end, around)
        for number, start, end, _ in mentions
    ]
    labellings = _label_contexts({*contexts}, train, around)
    return [
        Twin(mention, labellings[context])
        for mention, context in zip(mentions, contexts, strict=True)
        if context in labellings
    ]


def _check_mention(mention: Mention, sentences: Sequence[Sentence]) -> None:
    """Raise a ValueError unless a mention has words of its sentence."""
    number, start, end, _ = mention
    is_there = 0 <= number < len(sentences)
    n_words = len(sentences[number].words) if is_there else 0
    if not 0 <= start < end <= n_words:
        wanted = f"words of one of {len(sentences)} sentences"
        raise ValueError(f"mentions: got {mention}, wanted {wanted}")


def _context(words: Sequence[str], start: int, end: int, around: int) -> _Context:
    """Return the words from ``start`` to ``end - 1``, and so many on each side."""
    edge = [None] * around
    return tuple([*edge, *words, *edge][start : end + 2 * around])


def _label_contexts(
    wanted: set[_Context], train: Sequence[Sentence], around: int
) -> dict[_Context, Counter[tuple[str, ...]]]:
    """Count how training labels each wanted context, of those that it has."""
    found: dict[_Context, Counter[tuple[str, ...]]] = {}
    widths = sorted({len(context) for context in wanted})
    edge = [None] * around
    for position, (words, tags, *_) in enumerate(train):
        if len(words) != len(tags):
            got = f"{len(words)} words and {len(tags)} tags"
            raise ValueError(f"train, sentence {position}: got {got}, wanted as many")
        padded = (*edge, *words, *edge)
        for width in widths:
            for start in range(len(padded) - width + 1):
                context = padded[start : start + width]
                if context in wanted:
                    label = label_span(tags, start, start + width - 2 * around)
                    found.setdefault(context, Counter())[label] += 1
    return found
