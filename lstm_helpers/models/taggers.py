"""Ids -> tag scores -> tags: the taggers, from the seed post's on."""

import torch
import torch.nn.functional as F
from torch import nn

from lstm_helpers.data.batches import group_sentences, iterate_batches
from lstm_helpers.data.encoding import Encoder, FeatureEncoder
from lstm_helpers.models.crf import CRF


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

    def __init__(self, embedding_dim, hidden_dim, vocab_size, tagset_size):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.lstm = nn.LSTM(embedding_dim, hidden_dim)
        self.hidden2tag = nn.Linear(hidden_dim, tagset_size)

    def forward(self, sentence):
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


class RecurrentTagger(nn.Module):
    """The same three layers for a batch of sentences, in one direction or in two.

    Parameters
    ----------
    vocab_size, tagset_size : int
        V and K.
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
        vocab_size,
        tagset_size,
        *,
        embedding_dim=32,
        hidden_size=32,
        bidirectional=True,
        num_layers=1,
        dropout=0.0,
        input_dropout=0.0,
        word_dropout=0.0,
    ):
        super().__init__()
        self.sizes = {
            "vocab_size": vocab_size,
            "tagset_size": tagset_size,
            "embedding_dim": embedding_dim,
            "hidden_size": hidden_size,
            "bidirectional": bidirectional,
            "num_layers": num_layers,
            "dropout": dropout,
            "input_dropout": input_dropout,
            "word_dropout": word_dropout,
        }
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim, sparse=True)
        nn.init.normal_(self.word_embeddings.weight, std=0.1)  # rare words stay quiet
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

    def embed(self, words):
        """Turn ids (T, B) into what the LSTM reads: (T, B, E)."""
        return self.word_embeddings(words)

    def forward(self, words):
        """Score every tag for every word of sentences of equal length.

        Parameters
        ----------
        words : Tensor of shape (T, B), int64

        Returns
        -------
        Tensor of shape (T, B, K), float32
            Logits: unnormalised log-probabilities.
        """
        embeds = self.word_dropout(self.embed(words))  # (T, B, E)
        lstm_out, _ = self.lstm(self.input_dropout(embeds))  # (T, B, H); 2H both ways
        return self.hidden2tag(self.dropout(lstm_out))

    def loss(self, words, tags):
        """Compute how surprising the gold tags are: mean, in nats a word.

        Parameters
        ----------
        words, tags : Tensor of shape (T, B), int64

        Returns
        -------
        Tensor of shape ()
        """
        return F.cross_entropy(self(words).flatten(0, 1), tags.flatten())

    def decode(self, words):
        """Choose a tag for every word.

        Parameters
        ----------
        words : Tensor of shape (T, B), int64

        Returns
        -------
        Tensor of shape (T, B), int64
        """
        return self(words).argmax(dim=-1)

    def probabilities(self, words):
        """Compute the probability of every tag for every word.

        Parameters
        ----------
        words : Tensor of shape (T, B), int64

        Returns
        -------
        Tensor of shape (T, B, K), float32
            A row sums to 1.
        """
        return self(words).softmax(dim=-1)


class FeatureTagger(RecurrentTagger):
    """The same, but a word is what its own row and its features' rows add up to.

    Parameters
    ----------
    vocab_size, tagset_size, **sizes
        As in :class:`RecurrentTagger`; V is :attr:`FeatureEncoder.n_rows`. Words come
        as ids (T, B, 1 + F).
    """

    def __init__(self, vocab_size, tagset_size, **sizes):
        super().__init__(vocab_size, tagset_size, **sizes)
        E = self.word_embeddings.embedding_dim
        self.word_embeddings = nn.EmbeddingBag(vocab_size, E, mode="sum", sparse=True)
        nn.init.normal_(self.word_embeddings.weight, std=0.1)

    def embed(self, words):
        """Turn ids (T, B, 1 + F) into what the LSTM reads: (T, B, E)."""
        return self.word_embeddings(words.flatten(0, 1)).unflatten(0, words.shape[:2])


class ByCRF:
    """What a tagger with a CRF does with its scores: judge a sentence's tags together.

    Attributes
    ----------
    crf : CRF
    """

    def loss(self, words, tags):
        """Compute how surprising the gold tags are: mean, in nats a word."""
        return -self.crf(self(words), tags).sum() / tags.numel()

    def decode(self, words):
        """Choose the best tags for each sentence together: (T, B), int64."""
        return self.crf.decode(self(words))

    def probabilities(self, words):
        """Compute the probability of every tag for every word, over all tag paths."""
        return self.crf.marginals(self(words))


class CRFTagger(ByCRF, FeatureTagger):
    """The LSTM tagger with features, and a CRF over its scores.

    Parameters
    ----------
    vocab_size, tagset_size, **sizes
        As in :class:`FeatureTagger`.
    tags : sequence of str, length K
        In the order of their ids, in IOB2; no forbidden sequence is ever predicted.
    """

    def __init__(self, vocab_size, tagset_size, *, tags, **sizes):
        super().__init__(vocab_size, tagset_size, **sizes)
        self.crf = CRF(tags)


class WindowTagger(ByCRF, nn.Module):
    """A CRF without an LSTM: its scores are a :class:`Window`'s.

    What feature CRFs such as crfsuite's are, trained like the other taggers.

    Parameters
    ----------
    vocab_size, tagset_size, tags
        As in :class:`CRFTagger`.
    paired, n_buckets
        As in :class:`Window`.
    """

    def __init__(self, vocab_size, tagset_size, *, tags, paired, n_buckets):
        super().__init__()
        self.sizes = {
            "vocab_size": vocab_size,
            "tagset_size": tagset_size,
            "paired": list(paired),
            "n_buckets": n_buckets,
        }
        self.window = Window(vocab_size, tagset_size, paired, n_buckets)
        self.crf = CRF(tags)

    def forward(self, words):
        """Score every tag for every word: (T, B, K)."""
        return self.window(words)


class PooledTagger(CRFTagger):
    """Two CRFs in one: half of a tag's score is the LSTM's, half the window's.

    Each half learns as if it were alone, so that they err differently. One CRF with the
    mean of their scores is their opinion pool: it gives every tag path the geometric
    mean of what they give it, scaled to sum to 1.

    Parameters
    ----------
    vocab_size, tagset_size, tags, **sizes
        As in :class:`CRFTagger`.
    paired, n_buckets
        As in :class:`Window`.
    apart : bool
        Whether the halves learn for themselves; otherwise their mean learns.

    References
    ----------
    Smith, Cohn and Osborne (2005), doi:10.3115/1219840.1219843.
    """

    def __init__(
        self, vocab_size, tagset_size, *, tags, paired, n_buckets, apart=True, **sizes
    ):
        super().__init__(vocab_size, tagset_size, tags=tags, **sizes)
        window = {"paired": list(paired), "n_buckets": n_buckets, "apart": apart}
        self.sizes |= window
        self.apart = apart
        self.window = Window(vocab_size, tagset_size, paired, n_buckets)

    def forward(self, words):
        """Score every tag for every word, (T, B, K): the mean of both halves."""
        return (super().forward(words) + self.window(words)) / 2  # (7.12)

    def loss(self, words, tags):
        """Compute how surprised the halves are: mean over both, in nats a word."""
        if not self.apart:
            return super().loss(words, tags)
        halves = torch.cat([super().forward(words), self.window(words)], dim=1)
        tags = tags.repeat(1, 2)  # (T, 2B)
        return -self.crf(halves, tags).sum() / tags.numel()


class Window(nn.Module):
    """Tag scores that add up over the words around a word: one table, no layers.

    Every id has K scores for each place of the window, and so has every pair of ids of
    words that stand side by side. Pairs find their row by a hash: some have to share
    one, which costs less than a list of all pairs.

    Parameters
    ----------
    vocab_size, tagset_size : int
        V and K.
    paired : sequence of int
        Which of a word's ids, in [0, F], make pairs with the same of the next word.
    n_buckets : int
        Rows for the pairs.
    reach : int
        How many words before and after a word belong to its window.

    Raises
    ------
    ValueError
        If there is no row for the pairs, the window reaches no word, or an id would be
        paired twice.

    References
    ----------
    The hash: Weinberger et al. (2009), doi:10.1145/1553374.1553516.
    """

    def __init__(self, vocab_size, tagset_size, paired, n_buckets, reach=2):
        super().__init__()
        if n_buckets < 1 or reach < 1:
            got = f"n_buckets {n_buckets}, reach {reach}"
            raise ValueError(f"window: got {got}, wanted at least 1 of each")
        if len({*paired}) < len(paired) or {*map(type, paired)} - {int}:
            raise ValueError(f"paired: got {paired!r}, wanted different integers")
        self.paired, self.n_buckets, self.reach = list(paired), n_buckets, reach
        self.n_ids = vocab_size + 2  # before the sentence stands id V, after it V + 1
        n_rows = self.n_ids * (2 * reach + 1) + n_buckets
        self.table = nn.EmbeddingBag(n_rows, tagset_size, mode="sum", sparse=True)
        nn.init.zeros_(self.table.weight)

    def forward(self, words):
        """Turn ids (T, B, 1 + F) into scores (T, B, K)."""
        rows = self.rows(words)  # (T, B, N)
        return self.table(rows.flatten(0, 1)).unflatten(0, rows.shape[:2])  # (7.11)

    def rows(self, words):
        """List the rows whose sum is a word's scores: (T, B, N), int64."""
        places = torch.arange(2 * self.reach + 1, device=words.device)
        before = words.new_full((self.reach, *words.shape[1:]), self.n_ids - 2)
        window = torch.cat([before, words, before + 1]).unfold(0, len(places), 1)
        left = window[:, :, self.paired, :-1]  # (T, B, pairs, places but the last)
        right = window[:, :, self.paired, 1:]
        pairs = ((left * 1_000_003 + right) * 31 + places[1:]) % self.n_buckets
        single = window + self.n_ids * places  # (T, B, 1 + F, places)
        pairs = pairs + self.n_ids * len(places)
        return torch.cat([single.flatten(2), pairs.flatten(2)], dim=2)


class SentenceDropout(nn.Module):
    """Drop the same entries at every word of a sentence, in training alone.

    Parameters
    ----------
    rate : float
        Fraction in [0, 1) of the entries; the others are scaled up to make up for it.

    References
    ----------
    Gal and Ghahramani (2016), doi:10.48550/arXiv.1512.05287.
    """

    def __init__(self, rate):
        super().__init__()
        self.rate = check_rate(rate)

    def forward(self, values):
        """Drop entries of (T, B, N): one mask (B, N) for all T words."""
        if not self.training or not self.rate:
            return values
        keep = torch.rand(values.shape[1:], device=values.device) >= self.rate
        return values * (keep / (1 - self.rate))


class WordDropout(nn.Module):
    """Drop whole words, in training alone: their tag must come from the others.

    Parameters
    ----------
    rate : float
        Fraction in [0, 1) of the words. Nothing makes up for them: a word that is
        unknown in every way has nothing either.
    """

    def __init__(self, rate):
        super().__init__()
        self.rate = check_rate(rate)

    def forward(self, values):
        """Drop rows of (T, B, N): a mask (T, B)."""
        if not self.training or not self.rate:
            return values
        keep = torch.rand(values.shape[:2], device=values.device) >= self.rate
        return values * keep.unsqueeze(2)


def check_rate(rate):
    """Return a dropout rate; raise a ValueError unless it is a fraction in [0, 1)."""
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: got {rate}, wanted a fraction in [0, 1)")
    return rate


KINDS = RecurrentTagger, FeatureTagger, CRFTagger, WindowTagger, PooledTagger
TAGGERS = {kind.__name__: kind for kind in KINDS}


def build_tagger(kind, encoder, **sizes):
    """Make an untrained tagger that fits an encoder.

    Parameters
    ----------
    kind : str
        A name in :data:`TAGGERS`. All but "RecurrentTagger" read what a
        :class:`FeatureEncoder` gives.
    encoder : Encoder
    **sizes
        The class's own, such as ``hidden_size``.

    Returns
    -------
    RecurrentTagger, or another of the kinds

    Raises
    ------
    ValueError
        If there is no such kind, or it does not read what the encoder gives.
    """
    if kind not in TAGGERS:
        raise ValueError(f"kind: got {kind!r}, wanted one of {[*TAGGERS]}")
    wanted = Encoder if kind == "RecurrentTagger" else FeatureEncoder
    if type(encoder) is not wanted:
        got = type(encoder).__name__
        raise ValueError(f"{kind}: got {got}, wanted {wanted.__name__}")
    if issubclass(TAGGERS[kind], ByCRF):
        sizes = {"tags": encoder.tags, **sizes}
    return TAGGERS[kind](encoder.n_rows, len(encoder.tags), **sizes)


def predict_tags(model, encoder, sentences, *, batch_size=256):
    """Tag sentences.

    Parameters
    ----------
    model : RecurrentTagger
        Left in evaluation mode.
    encoder : Encoder
    sentences : iterable of Sentence
        Of any lengths; only their words are looked at.
    batch_size : int
        Changes the time, not the tags.

    Returns
    -------
    list of list of str
        A tag for each word, in the sentences' order.
    """
    sentences = list(sentences)
    groups = group_sentences(encoder, sentences, with_tags=False)
    model.eval()
    device = next(model.parameters()).device
    predicted = [None] * len(sentences)
    with torch.inference_mode():
        for batch in iterate_batches(groups, batch_size):
            ids = model.decode(batch.words.to(device)).T.tolist()  # (B, T)
            for position, row in zip(batch.positions.tolist(), ids, strict=True):
                predicted[position] = [encoder.tags[tag] for tag in row]
    return predicted
