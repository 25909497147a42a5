"""Sentences -> ids: the words and tags that a tagger knows, from training alone."""

from collections import Counter
from typing import NamedTuple

import torch

from lstm_helpers.data.features import FEATURES

UNKNOWN = "<unk>"  # id 0


class Encoder:
    """Turns words and tags into ids, and ids back into tags.

    Parameters
    ----------
    words : sequence of str
        The known words in the order of their ids, ``"<unk>"`` first.
    tags : sequence of str
        The tags in the order of their ids.
    first_singleton : int
        Words from this id on were seen once in training; see :func:`build_encoder`.

    Examples
    --------
    >>> encoder = Encoder(["<unk>", "in", "Paris"], ["O", "B-geo", "I-geo"], 1)
    >>> encoder.encode_words(["in", "Rome"])
    tensor([1, 0])
    >>> encoder.decode_tags([0, 1])
    ['O', 'B-geo']
    """

    def __init__(self, words, tags, first_singleton):
        self.words, self.tags = tuple(words), tuple(tags)
        self.n_rows = len(self.words)  # of the embedding that the ids index
        self.first_singleton = first_singleton
        self.word_to_ix = {word: ix for ix, word in enumerate(self.words)}
        self.tag_to_ix = {tag: ix for ix, tag in enumerate(self.tags)}

    def encode_words(self, words):
        """Look up words; those never seen in training get id 0.

        Parameters
        ----------
        words : sequence of str, length T

        Returns
        -------
        Tensor of shape (T,), int64
            Ids in [0, V).
        """
        ids = [self.word_to_ix.get(word, 0) for word in words]
        return torch.tensor(ids, dtype=torch.long)

    def encode_tags(self, tags):
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

    def decode_tags(self, ids):
        """Turn ids back into tags.

        Parameters
        ----------
        ids : iterable of int, or Tensor of shape (T,)

        Returns
        -------
        list of str, length T
        """
        return [self.tags[ix] for ix in torch.as_tensor(ids).tolist()]


class FeatureEncoder(Encoder):
    """Turns a word into several ids: its own, and one for each of its features.

    All ids are rows of one table: first the words' rows, then each feature's, which
    begin with the one for a value that training has not shown often enough.

    Parameters
    ----------
    words, tags, first_singleton
        As in :class:`Encoder`.
    features : dict of str to sequence of str
        For each name in :data:`lstm_helpers.data.FEATURES` that is wanted, the
        known values in the order of their ids.

    Examples
    --------
    >>> encoder = FeatureEncoder(["<unk>", "in"], ["O"], 1, {"shape": ["xx", "Xxx"]})
    >>> encoder.encode_words(["in", "Rome", "1999"])  # rows 2 to 4 are the shapes'
    tensor([[1, 3],
            [0, 4],
            [0, 2]])
    """

    def __init__(self, words, tags, first_singleton, features):
        super().__init__(words, tags, first_singleton)
        check_features(features)
        self.features = {name: tuple(values) for name, values in features.items()}
        self._columns = []  # (function, row of the unknown value, value -> row)
        for name, values in self.features.items():
            rows = {value: row for row, value in enumerate(values, self.n_rows + 1)}
            self._columns.append((FEATURES[name], self.n_rows, rows))
            self.n_rows += 1 + len(values)

    def encode_words(self, words):
        """Look up words and their features.

        Parameters
        ----------
        words : sequence of str, length T

        Returns
        -------
        Tensor of shape (T, 1 + F), int64
            For F features: the word's id as :class:`Encoder` gives it, then the row of
            each feature in [V, n_rows).
        """
        places = {}  # a word's features are computed once, however often it comes
        at = [places.setdefault(word, len(places)) for word in words]
        columns = [[self.word_to_ix.get(word, 0) for word in places]]
        for feature, unknown, rows in self._columns:
            columns.append([rows.get(feature(word), unknown) for word in places])
        return torch.tensor(columns, dtype=torch.long).T[at]


class Encoded(NamedTuple):
    """Sentences as ids: two lists of tensors, int64."""

    words: list  # of shape (T,), or (T, 1 + F) with features
    tags: list  # of shape (T,)


def build_encoder(train, features=None, *, min_count=2):
    """Collect the words and tags of the training sentences, and of nothing else.

    Words come by falling frequency, so that those seen once stand at the end. The tag
    set is closed: every type has its B- and its I-, whether training shows both or not.

    Parameters
    ----------
    train : list of Sentence
    features : sequence of str, optional
        Names in :data:`lstm_helpers.data.FEATURES`; none is a sequence too.
    min_count : int
        How often training must have a feature's value for it to be known.

    Returns
    -------
    Encoder, or FeatureEncoder if features are given

    Raises
    ------
    ValueError
        If there is no sentence, or no such feature.
    """
    if not train:
        raise ValueError("train: got no sentence, wanted at least one")
    counts = Counter(word for sentence in train for word in sentence.words)
    words = [UNKNOWN, *(word for word, _ in counts.most_common() if word != UNKNOWN)]
    first_singleton = sum(counts[word] != 1 for word in words[1:]) + 1
    types = {tag[2:] for sentence in train for tag in sentence.tags if tag != "O"}
    tags = ["O", *(prefix + kind for kind in sorted(types) for prefix in ("B-", "I-"))]
    if features is None:
        return Encoder(words, tags, first_singleton)
    check_features(features)
    values = {name: known_values(name, counts, min_count) for name in features}
    return FeatureEncoder(words, tags, first_singleton, values)


def check_features(names):
    """Raise a ValueError unless all names are features'."""
    unknown = [name for name in names if name not in FEATURES]
    if unknown:
        raise ValueError(f"features: got {unknown}, wanted some of {[*FEATURES]}")


def known_values(name, counts, min_count):
    """Collect the values of a feature that occur often enough, the most frequent first.

    Parameters
    ----------
    name : str
    counts : Counter of str
        How often each word occurs.
    min_count : int

    Returns
    -------
    list of str
    """
    found = Counter()
    for word, count in counts.items():
        found[FEATURES[name](word)] += count
    return [value for value, count in found.most_common() if count >= min_count]


def encode_sentences(encoder, sentences):
    """Encode the words and tags of every sentence.

    Parameters
    ----------
    encoder : Encoder
    sentences : list of Sentence

    Returns
    -------
    Encoded
        In the sentences' order.

    Raises
    ------
    ValueError
        If a tag is not among the encoder's.
    """
    lengths = [len(sentence.words) for sentence in sentences]
    n_tags = [len(sentence.tags) for sentence in sentences]
    words = encoder.encode_words([w for sentence in sentences for w in sentence.words])
    tags = encoder.encode_tags([tag for sentence in sentences for tag in sentence.tags])
    return Encoded([*words.split(lengths)], [*tags.split(n_tags)])
