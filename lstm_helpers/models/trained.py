"""Sentences -> tags, or probabilities, by a tagger that knows its words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lstm_helpers.data.batches import group_by_length, iterate_batches
from lstm_helpers.data.encoding import Encoder, encode_sentences
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.models.mentions import continuations, mention_probabilities
from lstm_helpers.models.taggers import Tagger

_Judged = TypeVar("_Judged")


@dataclass(frozen=True)
class TrainedTagger:
    """Everything that tagging needs, and what is known of it."""

    model: Tagger
    encoder: Encoder
    about: dict[str, Any] = field(default_factory=dict)  # its corpus, its scores


def predict_tags(
    tagger: TrainedTagger,
    sentences: Iterable[Sentence],
    *,
    best_path: bool = False,
    batch_size: int = 512,
) -> list[list[str]]:
    """Tag sentences.

    Parameters
    ----------
    tagger : TrainedTagger
        Its model is left in evaluation mode.
    sentences : iterable of Sentence
        Of any lengths from 1 on; only their words are looked at.
    best_path : bool
        Whether a CRF gives its most probable path, by Viterbi, instead of the mentions
        that are more probable than not.
    batch_size : int
        Changes the time; the tags by rounding alone, where two are as good as equal.

    Returns
    -------
    list of list of str
        A tag for each word, in the sentences' order.

    Raises
    ------
    TypeError
        If it is no trained tagger, or they are no sentences.
    ValueError
        If a sentence has no word, or the model's scores are not finite.
    """

    def judge(scores: Tensor) -> list[list[str]]:
        return tagger.encoder.decode_batch(_decode(tagger, scores, best_path))

    return _judge_sentences(tagger, [*sentences], judge, batch_size)


def predict_surely(
    tagger: TrainedTagger,
    sentences: Iterable[Sentence],
    *,
    best_path: bool = False,
    batch_size: int = 512,
) -> list[list[tuple[str, float]]]:
    """Tag sentences, and say how sure the tagger is.

    Parameters
    ----------
    tagger, sentences, best_path, batch_size
        As in :func:`predict_tags`.

    Returns
    -------
    list of list of (str, float)
        For each word its tag and, in [0, 1], the probability that a mention of this
        type begins and ends where the tags say; for a word outside of all mentions,
        that of its tag alone. See :func:`~lstm_helpers.models.mention_probabilities`.

    Raises
    ------
    TypeError, ValueError
        As :func:`predict_tags`.
    """

    def judge(scores: Tensor) -> list[list[tuple[str, float]]]:
        ids = _decode(tagger, scores, best_path)
        goes_on = continuations(tagger.encoder.tags).to(ids.device)
        p = mention_probabilities(tagger.model.head.chain(scores), ids, goes_on)
        named = zip(tagger.encoder.decode_batch(ids), p.T.tolist(), strict=True)
        return [[*zip(tags, row, strict=True)] for tags, row in named]

    return _judge_sentences(tagger, [*sentences], judge, batch_size)


def _decode(tagger: TrainedTagger, scores: Tensor, best_path: bool) -> Tensor:
    """Choose tags, (T, B), in one way or the other."""
    head = tagger.model.head
    return head.best_path(scores) if best_path else head.decode(scores)


def predict_probabilities(
    tagger: TrainedTagger, sentences: Iterable[Sentence], *, batch_size: int = 512
) -> list[NDArray[np.float32]]:
    """Give every word a probability for every tag.

    Parameters
    ----------
    tagger : TrainedTagger
        Its model is left in evaluation mode.
    sentences : iterable of Sentence
        Of any lengths from 1 on; only their words are looked at.
    batch_size : int
        Changes the time; the probabilities by rounding alone.

    Returns
    -------
    list of ndarray of shape (T, K), float32
        In the sentences' order; a row sums to 1, columns as in ``tagger.encoder.tags``.

    Raises
    ------
    TypeError, ValueError
        As :func:`predict_tags`.
    """

    def judge(scores: Tensor) -> list[NDArray[np.float32]]:
        probs = tagger.model.head.probabilities(scores).transpose(0, 1)  # (B, T, K)
        return [*probs.contiguous().cpu().numpy()]

    return _judge_sentences(tagger, [*sentences], judge, batch_size)


def _check_finite(scores: Tensor) -> None:
    """Raise a ValueError for scores that are not finite, as weights too large give."""
    is_finite = scores.isfinite()
    if not is_finite.all():
        got = f"{(~is_finite).sum():,} of {scores.numel():,} scores not finite"
        wanted = "finite numbers: the model's weights are too large, or no numbers"
        raise ValueError(f"tagger: got {got}, wanted {wanted}")


def _judge_sentences(
    tagger: TrainedTagger,
    sentences: Sequence[Sentence],
    judge: Callable[[Tensor], Sequence[_Judged]],
    batch_size: int,
) -> list[_Judged]:
    """Score sentences in batches of equal length; judge each batch's scores.

    Parameters
    ----------
    judge : callable
        Turns scores (T, B, K) into B results.

    Returns
    -------
    list
        A result for each sentence, in their order.
    """
    if not isinstance(tagger, TrainedTagger):
        got, wanted = type(tagger).__name__, "TrainedTagger(model, encoder)"
        raise TypeError(f"tagger: got {got}, wanted {wanted}")
    encoded = encode_sentences(tagger.encoder, sentences, with_tags=False)
    model = tagger.model.eval()
    device = next(model.parameters()).device
    results: dict[int, _Judged] = {}
    with torch.inference_mode():
        for batch in iterate_batches(group_by_length(encoded), batch_size):
            scores = model(batch.words.to(device))
            _check_finite(scores)
            judged = judge(scores)
            results |= zip(batch.positions.tolist(), judged, strict=True)
    return [results[position] for position in range(len(sentences))]
