"""Tag scores -> how surprising the gold tags are, the best tags, probabilities."""

import torch.nn.functional as F
from torch import Tensor, nn

from lstm_helpers.models.mentions import Chain


class Head(nn.Module):
    """What a tagger does with the scores that it gives: the contract of all heads.

    Scores are Tensors of shape (T, B, K), float: of K tags for T words of B sentences
    of equal length. Tags are Tensors of shape (T, B), int64.
    """

    def loss(self, scores: Tensor, tags: Tensor) -> Tensor:
        """Compute how surprising the gold tags are: mean, in nats a word; shape ()."""
        raise NotImplementedError

    def decode(self, scores: Tensor) -> Tensor:
        """Choose a tag for every word: (T, B), int64."""
        raise NotImplementedError

    def best_path(self, scores: Tensor) -> Tensor:
        """Find the most probable sequence of tags: (T, B), int64."""
        raise NotImplementedError

    def probabilities(self, scores: Tensor) -> Tensor:
        """Compute the probability of every tag for every word: (T, B, K)."""
        raise NotImplementedError

    def chain(self, scores: Tensor) -> Chain:
        """Compute how probable tags are, and how probable after one another."""
        raise NotImplementedError


class PerWord(Head):
    """Judges every word by itself: the softmax of its scores, and the highest one."""

    def loss(self, scores: Tensor, tags: Tensor) -> Tensor:
        """Compute the mean cross-entropy, in nats a word.

        Parameters
        ----------
        scores : Tensor of shape (T, B, K), float
            Logits: unnormalised log-probabilities.
        tags : Tensor of shape (T, B), int64

        Returns
        -------
        Tensor of shape ()
        """
        return F.cross_entropy(scores.flatten(0, 1), tags.flatten())

    def decode(self, scores: Tensor) -> Tensor:
        """Choose the tag with the highest score for every word: (T, B), int64."""
        return scores.argmax(dim=-1)

    def best_path(self, scores: Tensor) -> Tensor:
        """Find the most probable sequence of tags, (T, B): that of :meth:`decode`."""
        return self.decode(scores)

    def probabilities(self, scores: Tensor) -> Tensor:
        """Apply the softmax to every word's scores: (T, B, K), a row sums to 1."""
        return scores.softmax(dim=-1)

    def chain(self, scores: Tensor) -> Chain:
        """Compute how probable tags are; the one before changes nothing."""
        p = self.probabilities(scores)
        return Chain(p, lambda t, b, _, after: p[t + 1, b, after])
