"""A corpus -> what is in it: how much, of which types, repeated and contradictory."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lstm_helpers.data.corpus import Corpus
from lstm_helpers.data.iob2 import count_illegal, find_mentions
from lstm_helpers.data.layouts import Sentence, check_sentences
from lstm_helpers.data.tokens import (
    TOKENISERS,
    Tokeniser,
    WholeWords,
    count_whole_words,
    find_tokeniser,
)
from lstm_helpers.files.reading import shorten

_NAMED = 3  # examples in the text form


class Contradiction(NamedTuple):
    """Words that stand in the corpus several times, not always with the same tags."""

    words: tuple[str, ...]
    taggings: Counter[tuple[str, ...]]  # how often they are tagged so


class Description(NamedTuple):
    """What is in a corpus. ``print`` shows it in a readable form."""

    name: str  # empty where sentences alone were given
    n_sentences: int
    n_words: int
    n_different: int  # words
    n_once: int  # words that occur once
    lengths: tuple[int, int, int]  # words of a sentence: fewest, median, most
    share_outside: float  # fraction of the tags, in [0, 1]; 0 if there are none
    mentions: Counter[str]  # of each type, the most frequent first
    n_illegal: int  # tags that IOB2 does not allow at their place
    repeated: Counter[tuple[str, ...]]  # sentences that occur more than once
    contradictions: list[Contradiction]  # repeated sentences with several taggings
    whole_words: WholeWords  # what the tokeniser gives back
    how: tuple[str, ...]  # how the file was read; empty where sentences were given
    n_near: int  # sentences like another one, but for capitals, digits, punctuation
    longest: tuple[str, ...]  # words, the longest first

    @property
    def n_copies(self) -> int:
        """How many sentences are copies of another one."""
        return self.repeated.total() - len(self.repeated)

    def __str__(self) -> str:
        return "\n".join(_write(self))


def describe(
    corpus: Corpus | Sequence[Sentence],
    split: Tokeniser | None = None,
    *,
    between: str | None = None,
) -> Description:
    """Say what is in a corpus, before a tagger is trained on it.

    Parameters
    ----------
    corpus : Corpus or sequence of Sentence
    split : callable, optional
        The tokeniser by which text will be cut for the tagger. By default the one of
        :func:`~lstm_helpers.data.find_tokeniser`.
    between : str, optional
        What stands between the words of running text; see
        :func:`~lstm_helpers.data.count_whole_words`.

    Returns
    -------
    Description

    Raises
    ------
    TypeError
        If they are no sentences.
    ValueError
        If there is none, or ``split`` gives words that do not stand where it says.

    Examples
    --------
    >>> some = [Sentence(["In", "Rome"], ["O", "B-geo"]), Sentence(["No"], ["O"])]
    >>> found = describe(some)
    >>> found.n_words, found.mentions["geo"], round(found.share_outside, 2)
    (3, 1, 0.67)
    """
    name = corpus.name if isinstance(corpus, Corpus) else ""
    sentences = corpus.sentences if isinstance(corpus, Corpus) else corpus
    check_sentences("corpus", sentences)
    if not sentences:
        raise ValueError("corpus: got no sentence, wanted at least one")
    words = Counter(word for sentence in sentences for word in sentence.words)
    lengths = sorted(len(sentence.words) for sentence in sentences)
    tags = Counter(tag for sentence in sentences for tag in sentence.tags)
    kinds = Counter(mention.kind for mention in find_mentions(_tags(sentences)))
    counts = Counter(tuple(sentence.words) for sentence in sentences)
    repeated = {words: n for words, n in counts.most_common() if n > 1}
    return Description(
        name,
        len(sentences),
        words.total(),
        len(words),
        sum(n == 1 for n in words.values()),
        (lengths[0], lengths[len(lengths) // 2], lengths[-1]),
        tags["O"] / max(1, tags.total()),
        Counter(dict(kinds.most_common())),
        count_illegal(_tags(sentences)),
        Counter(repeated),
        _find_contradictions(sentences, repeated),
        count_whole_words(
            sentences, split or TOKENISERS[find_tokeniser(words)], between=between
        ),
        _say_how(corpus) if isinstance(corpus, Corpus) else (),
        _count_near(counts, {word: _strip(word) for word in words}),
        tuple(sorted(words, key=lambda word: (-len(word), word))[:_NAMED]),
    )


def _say_how(corpus: Corpus) -> tuple[str, ...]:
    """Say how a file was read."""
    plain = (corpus.layout, corpus.encoding, f"tags in {corpus.tag_scheme}")
    return *plain, *(f"{what}: {n:,}" for what, n in corpus.changed), *corpus.notes


def _count_near(counts: Counter[tuple[str, ...]], bare: Mapping[str, str]) -> int:
    """Count the sentences that are another one, if their words are bare."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for words, n in counts.items():
        kept = tuple(filter(None, map(bare.__getitem__, words)))
        alike.setdefault(kept or words, []).append(n)
    return sum(sum(ns) for ns in alike.values() if len(ns) > 1)


def _strip(word: str) -> str:
    """Write a word in small letters, each digit as 0, without punctuation."""
    kept = (c for c in word.casefold() if unicodedata.category(c)[0] not in "PS")
    return "".join("0" if c.isdigit() else c for c in kept)


def _tags(sentences: Iterable[Sentence]) -> Iterable[Sequence[str]]:
    return (sentence.tags for sentence in sentences)


def _find_contradictions(
    sentences: Iterable[Sentence], repeated: Iterable[tuple[str, ...]]
) -> list[Contradiction]:
    """Find the repeated sentences that are not always tagged the same."""
    found: dict[tuple[str, ...], Counter[tuple[str, ...]]]
    found = {words: Counter() for words in repeated}
    for sentence in sentences:
        words = tuple(sentence.words)
        if words in found:
            found[words][tuple(sentence.tags)] += 1
    return [
        Contradiction(w, taggings) for w, taggings in found.items() if len(taggings) > 1
    ]


def _write(found: Description) -> Iterable[str]:
    """Write the lines of a description."""
    fewest, median, most = found.lengths
    if found.how:
        yield f"Read as {'; '.join(found.how)}"
    yield (
        f"{found.name + ': ' if found.name else ''}{found.n_sentences:,} sentences, "
        f"{found.n_words:,} words, of which {found.n_different:,} are different and "
        f"{found.n_once:,} occur once"
    )
    yield f"Words in a sentence: {fewest:,} to {most:,}, the median is {median:,}"
    yield f"Longest words: {', '.join(shorten(repr(w), 30) for w in found.longest)}"
    yield f"Tags that are O: {found.share_outside:.1%}"
    yield f"Mentions: {found.mentions.total():,} of {len(found.mentions):,} types"
    width = max(map(len, found.mentions), default=0)
    for kind, n in found.mentions.items():
        yield f"    {kind:{width}}  {n:>9,}"
    if found.n_illegal:
        yield f"Tags that IOB2 does not allow at their place: {found.n_illegal:,}"
    yield f"Sentences that are copies of another: {found.n_copies:,}"
    for words, n in found.repeated.most_common(_NAMED):
        yield f"    {n:,} times: {_quote(words)}"
    but = "but for capitals, digits and punctuation"
    yield f"Sentences like another one, {but}: {found.n_near:,}"
    yield f"Repeated sentences with different tags: {len(found.contradictions):,}"
    for words, taggings in found.contradictions[:_NAMED]:
        yield f"    {_quote(words)}"
        for tags, n in taggings.most_common(_NAMED):
            yield f"        {n:,} times {_quote(tags)}"
    cut = found.whole_words.cut
    share = 1 - found.whole_words.share
    yield f"Words that the tokeniser cuts or joins: {cut.total():,} ({share:.2%})"
    for word, n in cut.most_common(_NAMED):
        yield f"    {n:,} times: {shorten(repr(word))}"


def _quote(words: Iterable[str]) -> str:
    """Write words or tags in a line, cut if there are many."""
    return shorten(repr(" ".join(words)))
