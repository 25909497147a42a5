"""Ids -> tag scores -> tags: the taggers, from the seed post's on."""

import torch
import torch.nn.functional as F
from torch import nn

from lstm_helpers.batches import group_by_length, iterate_batches


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
    """

    def __init__(
        self,
        vocab_size,
        tagset_size,
        *,
        embedding_dim=32,
        hidden_size=32,
        bidirectional=True,
    ):
        super().__init__()
        self.sizes = {
            "vocab_size": vocab_size,
            "tagset_size": tagset_size,
            "embedding_dim": embedding_dim,
            "hidden_size": hidden_size,
            "bidirectional": bidirectional,
        }
        self.word_embeddings = nn.Embedding(vocab_size, embedding_dim, sparse=True)
        self.lstm = nn.LSTM(embedding_dim, hidden_size, bidirectional=bidirectional)
        self.hidden2tag = nn.Linear(hidden_size * (1 + bidirectional), tagset_size)

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
        embeds = self.word_embeddings(words)  # (T, B, E)
        lstm_out, _ = self.lstm(embeds)  # (T, B, H), or 2H in two directions
        return self.hidden2tag(lstm_out)


def predict_ids(model, words, *, batch_size=256):
    """Tag encoded sentences.

    Parameters
    ----------
    model : RecurrentTagger
        Left in evaluation mode.
    words : list of Tensor of shape (T,), int64
        Sentences of any lengths.
    batch_size : int
        Changes the time, not the tags.

    Returns
    -------
    list of Tensor of shape (T,), int64
        The tag with the highest score for each word, in the sentences' order.
    """
    model.eval()
    device = next(model.parameters()).device
    predicted = [None] * len(words)
    with torch.inference_mode():
        for batch in iterate_batches(group_by_length(words), batch_size):
            logits = model(batch.words.to(device))
            tags = logits.argmax(dim=-1).T.cpu()  # (B, T)
            for position, row in zip(batch.positions.tolist(), tags, strict=True):
                predicted[position] = row
    return predicted


def predict_tags(model, encoder, sentences, *, batch_size=256):
    """Tag sentences.

    Parameters
    ----------
    model : RecurrentTagger
    encoder : Encoder
    sentences : iterable of Sentence
        Only their words are looked at.
    batch_size : int

    Returns
    -------
    list of list of str
        A tag for each word, in the sentences' order.
    """
    words = [encoder.encode_words(sentence.words) for sentence in sentences]
    predicted = predict_ids(model, words, batch_size=batch_size)
    return [encoder.decode_tags(tags) for tags in predicted]
