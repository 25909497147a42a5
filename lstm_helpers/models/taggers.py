"""Ids -> tag scores -> tags: the taggers, from the post's on."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lstm_helpers.data.encoding import Encoder
from lstm_helpers.models.crf import CRF
from lstm_helpers.models.dropout import SentenceDropout, WordDropout
from lstm_helpers.models.heads import Head, PerWord
from lstm_helpers.models.window import SummedEmbedding, Window


class LSTMTagger(nn.Module):
    """The post's tagger: embedding, LSTM, linear layer, one sentence at a time.

    Parameters
    ----------
    embedding_dim, hidden_dim, vocab_size, tagset_size : int
        E, H, V and K.

    References
    ----------
    PyTorch's tutorial "Sequence Models and Long Short-Term Memory Networks", whence
    the post has it.
    """

    def __init__(
        self, embedding_dim: int, hidden_dim: int, vocab_size: int, tagset_size: int
    ) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim)
        self.hidden2tag = nn.Linear(hidden_dim, tagset_size)

    def forward(self, sentence: Tensor) -> Tensor:
        """Score every tag for every word of one sentence.

        Parameters
        ----------
        sentence : Tensor of shape (T,), int64

        Returns
        -------
        Tensor of shape (T, K), float32
            Log-probabilities, in nats.
        """
        embeds = self.word_embeddings(sentence)  # (T, E)
        lstm_out, _ = self.lstm(embeds.unsqueeze(1))  # (T, 1, H): a batch of one
        tag_space = self.hidden2tag(lstm_out.squeeze(1))  # (T, K)
        return F.log_softmax(tag_space, dim=1)


class Tagger(nn.Module):
    """Scores every tag for every word; its head judges the scores.

    What training and prediction ask for. Words come as ids of sentences of equal
    length, (T, B), or (T, B, 1 + F) from an encoder with features, int64; scores leave
    as (T, B, K), float32; tags are (T, B), int64.

    Attributes
    ----------
    head : Head
        Turns scores into a loss, into tags, into probabilities.
    sizes : dict
        What :func:`build_tagger` needs to make another one like it.
    """

    head: Head
    sizes: dict[str, Any]

    def loss(self, words: Tensor, tags: Tensor) -> Tensor:
        """Compute how surprising the gold tags are: mean, in nats a word; shape ()."""
        return self.head.loss(self(words), tags)

    def decode(self, words: Tensor) -> Tensor:
        """Choose a tag for every word: (T, B), int64."""
        return self.head.decode(self(words))

    def probabilities(self, words: Tensor) -> Tensor:
        """Compute the probability of every tag for every word: (T, B, K)."""
        return self.head.probabilities(self(words))

    def row_groups(self) -> list[dict[str, Any]]:
        """List the tables whose gradients are sparse, as groups of an optimiser.

        Returns
        -------
        list of dict
            "params", and what is different for this table than for others.
        """
        raise NotImplementedError


class RecurrentTagger(Tagger):
    """The post's three layers for a batch of sentences, in one direction or in two.

    Parameters
    ----------
    vocab_size, tagset_size : int
        V (:attr:`Encoder.n_rows`) and K.
    head : Head, optional
        By default :class:`PerWord`.
    features : bool
        Whether a word has several ids, and is what their rows add up to.
    embedding_dim, hidden_size : int
        E and H; two directions have H units each.
    bidirectional : bool
        Whether a word's tag may depend on the words after it.
    num_layers : int
        The second LSTM reads what the first one says, and so on.
    dropout, input_dropout, word_dropout : float
        Fractions in [0, 1): how many entries of what the LSTM says and reads, and how
        many words, a sentence does without in training; see :class:`SentenceDropout`
        and :class:`WordDropout`.
    """

    def __init__(
        self,
        vocab_size: int,
        tagset_size: int,
        *,
        head: Head | None = None,
        features: bool = False,
        embedding_dim: int = 32,
        hidden_size: int = 32,
        bidirectional: bool = True,
        num_layers: int = 1,
        dropout: float = 0.0,
        input_dropout: float = 0.0,
        word_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.sizes = {
            "vocab_size": vocab_size,
            "tagset_size": tagset_size,
            "features": features,
            "embedding_dim": embedding_dim,
            "hidden_size": hidden_size,
            "bidirectional": bidirectional,
            "num_layers": num_layers,
            "dropout": dropout,
            "input_dropout": input_dropout,
            "word_dropout": word_dropout,
        }
        self.word_embeddings: nn.Embedding | SummedEmbedding
        if features:
            self.word_embeddings = SummedEmbedding(vocab_size, embedding_dim)
        else:
            rows = torch.zeros(vocab_size, embedding_dim)
            self.word_embeddings = nn.Embedding(
                vocab_size, embedding_dim, sparse=True, _weight=rows
            )
        table = self.word_embeddings.weight
        if not table.is_meta:  # there it would be nothing, and import torch's compiler
            nn.init.normal_(table, std=0.1)  # rare words stay quiet
        self.word_dropout = WordDropout(word_dropout)
        self.input_dropout = SentenceDropout(input_dropout)
        self.dropout = SentenceDropout(dropout)
        self.lstm = nn.LSTM(
            embedding_dim,
            hidden_size,
            num_layers,
            bidirectional=bidirectional,
            dropout=dropout if num_layers > 1 else 0.0,  # between the layers
        )
        self.hidden2tag = nn.Linear(hidden_size * (1 + bidirectional), tagset_size)
        self.head = head or PerWord()

    def forward(self, words: Tensor) -> Tensor:
        """Score every tag for every word of sentences of equal length.

        Parameters
        ----------
        words : Tensor of shape (T, B), or (T, B, 1 + F) with features, int64

        Returns
        -------
        Tensor of shape (T, B, K), float32
            Logits: unnormalised log-probabilities, if the head is per word.
        """
        embeds = self.word_dropout(self.word_embeddings(words))  # (T, B, E)
        lstm_out, _ = self.lstm(self.input_dropout(embeds))  # (T, B, H); 2H both ways
        return self.hidden2tag(self.dropout(lstm_out))

    def row_groups(self) -> list[dict[str, Any]]:
        """List the embedding."""
        return [{"params": [self.word_embeddings.weight]}]


class WindowTagger(Tagger):
    """A tagger without an LSTM: its scores are a :class:`Window`'s.

    With a CRF as its head it is what feature CRFs such as crfsuite's are, trained like
    the other taggers.

    Parameters
    ----------
    vocab_size, tagset_size : int
    head : Head
    features : bool
        It needs some.
    paired, n_buckets
        As in :class:`Window`.

    Raises
    ------
    ValueError
        Without features, or as :class:`Window`.
    """

    def __init__(
        self,
        vocab_size: int,
        tagset_size: int,
        *,
        head: Head,
        paired: Sequence[int],
        n_buckets: int,
        features: bool = True,
    ) -> None:
        super().__init__()
        _check_features(features)
        self.sizes = {
            "vocab_size": vocab_size,
            "tagset_size": tagset_size,
            "features": features,
            "paired": list(paired),
            "n_buckets": n_buckets,
        }
        self.window = Window(vocab_size, tagset_size, paired, n_buckets)
        self.head = head

    def forward(self, words: Tensor) -> Tensor:
        """Turn ids (T, B, 1 + F) into scores (T, B, K)."""
        return self.window(words)

    def row_groups(self) -> list[dict[str, Any]]:
        """List the window's table."""
        return [_window_group(self.window)]


class PooledTagger(RecurrentTagger):
    """Half of a tag's score is the LSTM's, half is a window's.

    Each half learns as if it were alone. One CRF with the mean of their scores is their
    opinion pool: it gives every tag path the geometric mean of what they give it,
    scaled to sum to 1.

    Parameters
    ----------
    vocab_size, tagset_size, **sizes
        As in :class:`RecurrentTagger`.
    features : bool
        It needs some.
    paired, n_buckets
        As in :class:`Window`.
    apart : bool
        Whether the halves learn for themselves; otherwise their mean learns.

    Raises
    ------
    ValueError
        Without features, or as :class:`Window`.

    References
    ----------
    Smith, Cohn and Osborne (2005), doi:10.3115/1219840.1219843.
    """

    def __init__(
        self,
        vocab_size: int,
        tagset_size: int,
        *,
        paired: Sequence[int],
        n_buckets: int,
        apart: bool = True,
        features: bool = True,
        **sizes: Any,
    ) -> None:
        _check_features(features)
        super().__init__(vocab_size, tagset_size, features=features, **sizes)
        self.sizes |= {"paired": list(paired), "n_buckets": n_buckets, "apart": apart}
        self.apart = apart
        self.window = Window(vocab_size, tagset_size, paired, n_buckets)

    def forward(self, words: Tensor) -> Tensor:
        """Score every tag for every word, (T, B, K): the mean of both halves."""
        return (super().forward(words) + self.window(words)) / 2  # (7.14)

    def loss(self, words: Tensor, tags: Tensor) -> Tensor:
        """Compute how surprised the halves are: mean over both, in nats a word."""
        if not self.apart:
            return super().loss(words, tags)
        halves = torch.cat([super().forward(words), self.window(words)], dim=1)
        return self.head.loss(halves, tags.repeat(1, 2))  # (T, 2B)

    def row_groups(self) -> list[dict[str, Any]]:
        """List the embedding and the window's table."""
        return [*super().row_groups(), _window_group(self.window)]


def _check_features(features: bool) -> None:
    """Raise a ValueError unless words come with features."""
    if not features:
        raise ValueError("window: got words without features, wanted some features")


def _window_group(window: Window) -> dict[str, Any]:
    """Say how a window's table learns: its rows are tag scores, not vectors."""
    return {"params": [window.table.weight], "lr": 1.0, "initial": 2e-4}


TAGGERS: dict[str, type[Tagger]] = {
    kind.__name__: kind for kind in (RecurrentTagger, WindowTagger, PooledTagger)
}
HEADS = "PerWord", "CRF"


def build_tagger(
    kind: str | type[Tagger], encoder: Encoder, *, head: str = "PerWord", **sizes: Any
) -> Tagger:
    """Make an untrained tagger that fits an encoder.

    Parameters
    ----------
    kind : {"RecurrentTagger", "WindowTagger", "PooledTagger"} or type
        A name in :data:`TAGGERS`. The last two need an encoder with features. Or a
        class of your own that takes what these take.
    encoder : Encoder
    head : {"PerWord", "CRF"}
    **sizes
        The class's own, such as ``hidden_size``.

    Returns
    -------
    Tagger

    Raises
    ------
    ValueError
        If there is no such kind or head, the kind needs features, or sizes say whether
        there are features, which is the encoder's to say.
    """
    made = TAGGERS.get(kind) if isinstance(kind, str) else kind
    if not isinstance(made, type) or not issubclass(made, Tagger):
        wanted = f"one of {[*TAGGERS]}, or a class of your own made from Tagger"
        raise ValueError(f"kind: got {kind!r}, wanted {wanted}")
    if head not in HEADS:
        raise ValueError(f"head: got {head!r}, wanted one of {[*HEADS]}")
    if "features" in sizes:
        got, wanted = sizes["features"], "none: the encoder says it"
        raise ValueError(f"features: got {got!r}, wanted {wanted}")
    judge = CRF(encoder.tags) if head == "CRF" else PerWord()
    sizes = {**sizes, "head": judge, "features": bool(encoder.features)}
    build: Callable[..., Tagger] = made
    return build(encoder.n_rows, len(encoder.tags), **sizes)
