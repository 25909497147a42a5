"""Sentences -> ids: the words and tags that a tagger knows, from training alone."""

from collections import Counter
from typing import NamedTuple

import torch

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
        return [self.tags[int(ix)] for ix in ids]


class Encoded(NamedTuple):
    """Sentences as ids: two lists of tensors of shape (T,), int64."""

    words: list
    tags: list


def build_encoder(train):
    """Collect the words and tags of the training sentences, and of nothing else.

    Words come by falling frequency, so that those seen once stand at the end. The tag
    set is closed: every type has its B- and its I-, whether training shows both or not.

    Parameters
    ----------
    train : list of Sentence

    Returns
    -------
    Encoder

    Raises
    ------
    ValueError
        If there is no sentence.
    """
    if not train:
        raise ValueError("train: got no sentence, wanted at least one")
    counts = Counter(word for sentence in train for word in sentence.words)
    words = [UNKNOWN, *(word for word, _ in counts.most_common() if word != UNKNOWN)]
    first_singleton = sum(counts[word] != 1 for word in words[1:]) + 1
    types = {tag[2:] for sentence in train for tag in sentence.tags if tag != "O"}
    tags = ["O", *(prefix + kind for kind in sorted(types) for prefix in ("B-", "I-"))]
    return Encoder(words, tags, first_singleton)


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
    return Encoded(
        [encoder.encode_words(sentence.words) for sentence in sentences],
        [encoder.encode_tags(sentence.tags) for sentence in sentences],
    )
