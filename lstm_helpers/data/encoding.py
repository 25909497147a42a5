"""Sentences -> ids: the words and tags that a tagger knows, from training alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor

from lstm_helpers.data.features import FEATURES
from lstm_helpers.data.iob2 import is_tag, list_tags
from lstm_helpers.data.layouts import Sentence, check_sentences
from lstm_helpers.data.tokens import find_tokeniser

UNKNOWN = "<unk>"  # id 0
_FEW, _MOST = 500, 100_000  # different words: of a text worth keeping; in all
_LONGEST = 1000  # characters of a word worth keeping


class Encoder:
    """Turns words and tags into ids, and ids back into tags.

    With features a word has several ids: its own, and one for each of them. All are
    rows of one table: first the words' rows, then each feature's, which begin with the
    one for a value that training has not shown often enough.

    Parameters
    ----------
    words : sequence of str
        The known words in the order of their ids, ``"<unk>"`` first.
    tags : sequence of str
        The tags in the order of their ids.
    first_singleton : int
        Words from this id on were seen once in training; see :func:`build_encoder`.
    features : mapping of str to sequence of str, optional
        For each name in :data:`lstm_helpers.data.FEATURES` that is wanted, the known
        values in the order of their ids.

    Attributes
    ----------
    n_rows : int
        How many rows the table has that the ids index: V without features.

    Raises
    ------
    ValueError
        If there is no such feature.

    Examples
    --------
    >>> encoder = Encoder(["<unk>", "in", "Paris"], ["O", "B-geo", "I-geo"], 1)
    >>> encoder.encode_words(["in", "Rome"])
    tensor([1, 0])
    >>> encoder.decode_tags([0, 1])
    ['O', 'B-geo']
    >>> encoder = Encoder(["<unk>", "in"], ["O"], 1, {"shape": ["xx", "Xxx"]})
    >>> encoder.encode_words(["in", "Rome", "1999"])  # rows 2 to 4 are the shapes'
    tensor([[1, 3],
            [0, 4],
            [0, 2]])
    """

    def __init__(
        self,
        words: Sequence[str],
        tags: Sequence[str],
        first_singleton: int,
        features: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.words, self.tags = tuple(words), tuple(tags)
        self.first_singleton = first_singleton
        self.features = {name: tuple(known) for name, known in (features or {}).items()}
        _check_features(self.features)
        self.word_to_ix = {word: ix for ix, word in enumerate(self.words)}
        self.tag_to_ix = {tag: ix for ix, tag in enumerate(self.tags)}
        self.n_rows = len(self.words)
        self._columns = []  # (function, row of the unknown value, value -> row)
        for name, known in self.features.items():
            rows = {value: row for row, value in enumerate(known, self.n_rows + 1)}
            self._columns.append((FEATURES[name], self.n_rows, rows))
            self.n_rows += 1 + len(known)
        self._kept = self._tabulate([])  # the words of large texts, see _keep

    @cached_property
    def tokeniser(self) -> str:
        """Which of :data:`lstm_helpers.data.TOKENISERS` cuts text into such words.

        See :func:`~lstm_helpers.data.find_tokeniser`.
        """
        return find_tokeniser(self.words[1:])

    def __reduce__(self) -> tuple[Any, ...]:
        """Let pickle build it anew: functions of features cannot be pickled."""
        given = self.words, self.tags, self.first_singleton, self.features
        return type(self), given

    def widen(self, sentences: Sequence[Sentence]) -> "Encoder":
        """Know the tags of types, too, that training has not shown.

        For gold tags alone: ids from K on are those of tags that no tagger of this
        encoder gives.

        Parameters
        ----------
        sentences : sequence of Sentence
            A type is taken from a B- of theirs: an I- alone is no mention.

        Returns
        -------
        Encoder
            The new types' tags come behind its own, in alphabetical order. It is this
            one if there is no new type.

        Raises
        ------
        TypeError
            If they are no sentences.

        Examples
        --------
        >>> encoder = Encoder(["<unk>"], ["O", "B-per", "I-per"], 1)
        >>> encoder.widen([Sentence(["Nobel"], ["B-art"])]).tags
        ('O', 'B-per', 'I-per', 'B-art', 'I-art')
        """
        check_sentences("sentences", sentences)
        tags = {tag for sentence in sentences for tag in sentence.tags}
        begun = {tag[2:] for tag in tags if tag[:1] == "B" and is_tag(tag)}
        new = begun - {tag[2:] for tag in self.tags}
        if not new:
            return self
        wide = [*self.tags, *list_tags(new)[1:]]  # without O
        return Encoder(self.words, wide, self.first_singleton, self.features)

    def encode_words(self, words: Sequence[str]) -> Tensor:
        """Look up words, and their features if there are any.

        Parameters
        ----------
        words : sequence of str, length T

        Returns
        -------
        Tensor of shape (T,), int64
            Ids in [0, V); those of words never seen in training are 0. With F features
            of shape (T, 1 + F): the word's id, then each feature's in [V, n_rows).
        """
        if not self.features:
            ids = [self.word_to_ix.get(word, 0) for word in words]
            return torch.tensor(ids, dtype=torch.long, device="cpu")
        types = [*dict.fromkeys(words)]  # a word's features are computed once
        places, table = (
            self._keep(types) if len(types) > _FEW else self._tabulate(types)
        )
        return table[[places[word] for word in words]]

    def _keep(self, types: Sequence[str]) -> tuple[dict[str, int], Tensor]:
        """Tabulate words, and do so only once for those of a large text."""
        places, table = self._kept
        new = [word for word in types if word not in places]
        longest = max(map(len, new), default=0)
        if len(places) + len(new) > _MOST or longest > _LONGEST:
            return self._tabulate(types)
        if new:
            at, rows = self._tabulate(new, len(places))
            places, table = places | at, torch.cat([table, rows])
            self._kept = places, table  # in one step, whoever else asks meanwhile
        return places, table

    def _tabulate(
        self, types: Sequence[str], start: int = 0
    ) -> tuple[dict[str, int], Tensor]:
        """Look up different words: word -> row from ``start`` on, ids (N, 1 + F)."""
        columns = [[self.word_to_ix.get(word, 0) for word in types]]
        for feature, unknown, rows in self._columns:
            columns.append([rows.get(feature(word), unknown) for word in types])
        places = {word: row for row, word in enumerate(types, start)}
        return places, torch.tensor(columns, dtype=torch.long, device="cpu").T

    def encode_tags(self, tags: Sequence[str]) -> Tensor:
        """Look up tags.

        Parameters
        ----------
        tags : sequence of str, length T

        Returns
        -------
        Tensor of shape (T,), int64
            Ids in [0, K).

        Raises
        ------
        ValueError
            If a tag is not among the encoder's.
        """
        try:
            ids = [self.tag_to_ix[tag] for tag in tags]
        except KeyError as error:
            wanted = ", ".join(self.tags)
            raise ValueError(f"tags: got {error.args[0]!r}, wanted {wanted}") from None
        return torch.tensor(ids, dtype=torch.long)

    def decode_tags(self, ids: Iterable[int] | Tensor) -> list[str]:
        """Turn ids back into tags.

        Parameters
        ----------
        ids : iterable of int, or Tensor of shape (T,)

        Returns
        -------
        list of str, length T

        Raises
        ------
        ValueError
            If an id is none of a tag's.
        """
        return self._name_tags(torch.as_tensor(ids))

    def decode_batch(self, ids: Tensor) -> list[list[str]]:
        """Turn the ids of a batch back into tags.

        Parameters
        ----------
        ids : Tensor of shape (T, B), int64

        Returns
        -------
        list of list of str
            B sentences of T tags.

        Raises
        ------
        ValueError
            If an id is none of a tag's.
        """
        n_words, n_sentences = ids.shape
        names = self._name_tags(ids.T.flatten())
        return [names[k * n_words : (k + 1) * n_words] for k in range(n_sentences)]

    def _name_tags(self, ids: Tensor) -> list[str]:
        """Look up the tags of ids (N,); an id below 0 would count from the end."""
        wrong = ids[(ids < 0) | (ids >= len(self.tags))]
        if len(wrong):
            got, wanted = f"{wrong[0]} among them", f"0 to {len(self.tags) - 1}"
            raise ValueError(f"ids: got {got}, wanted {wanted}")
        return [self.tags[ix] for ix in ids.tolist()]


def build_encoder(
    train: Sequence[Sentence], features: Sequence[str] = (), *, min_count: int = 2
) -> Encoder:
    """Collect the words and tags of the training sentences, and of nothing else.

    Words come by falling frequency, so that those seen once stand at the end. The tag
    set is closed: every type has its B- and its I-, whether training shows both or not.

    Parameters
    ----------
    train : sequence of Sentence
    features : sequence of str
        Names in :data:`lstm_helpers.data.FEATURES`.
    min_count : int
        How often training must have a feature's value for it to be known.

    Returns
    -------
    Encoder

    Raises
    ------
    TypeError
        If they are no sentences.
    ValueError
        If there is no sentence, or no such feature.
    """
    check_sentences("train", train)
    if not train:
        raise ValueError("train: got no sentence, wanted at least one")
    _check_features(features)
    counts = Counter(word for sentence in train for word in sentence.words)
    words = [UNKNOWN, *(word for word, _ in counts.most_common() if word != UNKNOWN)]
    first_singleton = sum(counts[word] != 1 for word in words[1:]) + 1
    tags = {tag for sentence in train for tag in sentence.tags}
    known = {name: _known_values(name, counts, min_count) for name in features}
    return Encoder(
        words, list_tags(tag[2:] for tag in tags - {"O"}), first_singleton, known
    )


def _check_features(names: Iterable[str]) -> None:
    """Raise a ValueError unless all names are features'."""
    unknown = [name for name in names if name not in FEATURES]
    if unknown:
        raise ValueError(f"features: got {unknown}, wanted some of {[*FEATURES]}")


def _known_values(name: str, counts: Mapping[str, int], min_count: int) -> list[str]:
    """Collect a feature's values that occur often enough, the most frequent first."""
    found: Counter[str] = Counter()
    for word, count in counts.items():
        found[FEATURES[name](word)] += count
    return [value for value, count in found.most_common() if count >= min_count]


class Encoded(NamedTuple):
    """Sentences as ids, one after another."""

    words: Tensor  # (N,), or (N, 1 + F) with features; int64
    tags: Tensor | None  # (N,), int64; None where only words were wanted
    lengths: Tensor  # (S,), int64, at least 1: words of each sentence, N in all


def encode_sentences(
    encoder: Encoder, sentences: Sequence[Sentence], *, with_tags: bool = True
) -> Encoded:
    """Encode the words and tags of every sentence.

    Parameters
    ----------
    encoder : Encoder
    sentences : sequence of Sentence
        Of at least one word each.
    with_tags : bool
        Whether tags are wanted; otherwise only the words are looked at.

    Returns
    -------
    Encoded
        In the sentences' order.

    Raises
    ------
    TypeError
        If they are no sentences.
    ValueError
        If a sentence is empty or has not as many tags as words, or a tag is not among
        the encoder's. The message counts sentences from 0.
    """
    check_sentences("sentences", sentences)
    for position, sentence in enumerate(sentences):
        n_words = len(sentence.words)
        n_tags = len(sentence.tags) if with_tags else n_words
        if n_words != n_tags or not n_words:
            got = f"{n_words} words and {n_tags} tags"
            wanted = "as many tags as words, at least one"
            raise ValueError(f"sentence {position}: got {got}, wanted {wanted}")
    lengths = torch.tensor([len(s.words) for s in sentences], dtype=torch.long)
    words = encoder.encode_words([word for s in sentences for word in s.words])
    tags = _encode_all_tags(encoder, sentences) if with_tags else None
    return Encoded(words, tags, lengths)


def _encode_all_tags(encoder: Encoder, sentences: Sequence[Sentence]) -> Tensor:
    """Encode the tags of all sentences; an error says in which one it is."""
    try:
        return encoder.encode_tags([tag for s in sentences for tag in s.tags])
    except ValueError:
        for position, sentence in enumerate(sentences):
            try:
                encoder.encode_tags(sentence.tags)
            except ValueError as error:
                raise ValueError(f"sentence {position}, {error}") from None
        raise
