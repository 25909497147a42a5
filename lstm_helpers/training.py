"""Model + sentences -> trained model + history."""

import time
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn
from tqdm.auto import tqdm

from lstm_helpers.batches import group_by_length, iterate_batches
from lstm_helpers.encoding import encode_sentences
from lstm_helpers.metrics import entity_f1
from lstm_helpers.models import predict_tags


class Epoch(NamedTuple):
    """What one pass over the training sentences gave."""

    epoch: int  # counted from 1
    loss: float  # mean over the training words, in nats
    validation_loss: float  # likewise over the validation words
    validation_f1: float  # strict entity F1 in [0, 1]
    seconds: float  # wall time of the pass and its validation


def fit(
    model,
    encoder,
    train,
    validation,
    *,
    epochs=20,
    batch_size=32,
    learning_rate=0.005,
    clip_norm=5.0,
    unknown_rate=0.5,
    patience=3,
    seed=0,
    on_epoch=None,
    progress=True,
):
    """Train on batches, keep the weights that score best on the validation part.

    Parameters
    ----------
    model : RecurrentTagger
        Trained in place; on return it has the best epoch's weights.
    encoder : Encoder
        Built from ``train``.
    train, validation : list of Sentence
    epochs : int
        At most so many passes over ``train``.
    batch_size : int
        Sentences in a batch, all of equal length.
    learning_rate : float
        Adam's, for all layers; the embedding's rows are updated sparsely.
    clip_norm : float
        The gradient's norm, over all layers but the embedding, is clipped to this.
    unknown_rate : float
        Words seen once in training are replaced by the unknown word so often (fraction
        in [0, 1]), which is how its embedding is trained.
    patience : int
        Stop after so many epochs without a better validation F1.
    seed : int
        Of the batches' order and the replaced words.
    on_epoch : callable, optional
        Called with each :class:`Epoch`.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    list of Epoch
        The history, to the last epoch run.

    Raises
    ------
    ValueError
        If the training or the validation part is empty, or a number is out of its
        range.
    """
    if not 0 <= unknown_rate <= 1:
        raise ValueError(f"unknown_rate: got {unknown_rate}, wanted 0 to 1")
    if epochs < 1 or not clip_norm > 0:
        got = f"epochs {epochs}, clip_norm {clip_norm}"
        raise ValueError(f"got {got}, wanted at least one epoch and a norm above 0")
    if not train or not validation:
        got = f"{len(train)} training and {len(validation)} validation sentences"
        raise ValueError(f"got {got}, wanted at least one of each")
    generator = torch.Generator().manual_seed(seed)
    groups = group_by_length(*encode_sentences(encoder, train))
    held_out = group_by_length(*encode_sentences(encoder, validation))
    optimisers = build_optimisers(model, learning_rate)
    history, best, best_weights = [], -1.0, None
    bar = tqdm(total=epochs, unit="epoch", disable=not progress)
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        loss = train_one_epoch(
            model,
            hide_singletons(
                iterate_batches(groups, batch_size, generator),
                encoder.first_singleton,
                unknown_rate,
                generator,
            ),
            optimisers,
            clip_norm,
        )
        record = Epoch(
            epoch,
            loss,
            mean_loss(model, iterate_batches(held_out, 256)),
            evaluate(model, encoder, validation),
            time.perf_counter() - start,
        )
        history.append(record)
        bar.update()
        bar.set_postfix(loss=f"{loss:.3f}", validation_f1=f"{record.validation_f1:.3f}")
        if on_epoch is not None:
            on_epoch(record)
        if record.validation_f1 > best:
            best = record.validation_f1
            best_weights = {k: v.clone() for k, v in model.state_dict().items()}
        elif epoch - best_epoch(history) >= patience:
            bar.total = epoch  # done, not broken off
            break
    bar.close()
    model.load_state_dict(best_weights)
    return history


def best_epoch(history):
    """Return the number of the epoch with the highest validation F1, the first if tied.

    Parameters
    ----------
    history : list of Epoch

    Returns
    -------
    int
    """
    return max(history, key=lambda record: record.validation_f1).epoch


def build_optimisers(model, learning_rate):
    """Adam for the dense layers, SparseAdam for embeddings with sparse gradients.

    A dense step would touch every row of the embedding for the few words of a batch.

    Parameters
    ----------
    model : nn.Module
    learning_rate : float

    Returns
    -------
    list of torch.optim.Optimizer
    """
    sparse = [
        module.weight
        for module in model.modules()
        if isinstance(module, nn.Embedding) and module.sparse
    ]
    known = {id(weight) for weight in sparse}
    dense = [weight for weight in model.parameters() if id(weight) not in known]
    optimisers = [torch.optim.Adam(dense, lr=learning_rate)]
    if sparse:
        optimisers.append(torch.optim.SparseAdam(sparse, lr=learning_rate))
    return optimisers


def train_one_epoch(model, batches, optimisers, clip_norm):
    """Take one optimiser step for each batch.

    Parameters
    ----------
    model : RecurrentTagger
    batches : iterable of Batch
    optimisers : list of torch.optim.Optimizer
        The first one's parameters are those whose gradient is clipped.
    clip_norm : float

    Returns
    -------
    float
        Mean loss over the words, in nats.
    """
    model.train()
    device = next(model.parameters()).device
    clipped = [p for group in optimisers[0].param_groups for p in group["params"]]
    total, n_words = 0.0, 0
    for batch in batches:
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss = cross_entropy(model, batch, device)
        loss.backward()
        nn.utils.clip_grad_norm_(clipped, clip_norm)
        for optimiser in optimisers:
            optimiser.step()
        total += loss.item() * batch.words.numel()
        n_words += batch.words.numel()
    return total / n_words


def mean_loss(model, batches):
    """Compute the mean loss over the words of all batches, without training.

    Parameters
    ----------
    model : RecurrentTagger
    batches : iterable of Batch

    Returns
    -------
    float
        In nats. Every word weighs the same, whatever the batches are.
    """
    model.eval()
    device = next(model.parameters()).device
    total, n_words = 0.0, 0
    with torch.inference_mode():
        for batch in batches:
            loss = cross_entropy(model, batch, device)
            total += loss.item() * batch.words.numel()
            n_words += batch.words.numel()
    return total / n_words


def cross_entropy(model, batch, device):
    """Mean cross-entropy of a batch, in nats a word: a Tensor of shape ()."""
    logits = model(batch.words.to(device))  # (T, B, K)
    return F.cross_entropy(logits.flatten(0, 1), batch.tags.flatten().to(device))


def hide_singletons(batches, first_singleton, unknown_rate, generator):
    """Replace words seen once in training by the unknown word, some of the time.

    Parameters
    ----------
    batches : iterable of Batch
    first_singleton : int
        The encoder's: ids from here on were seen once.
    unknown_rate : float
        Fraction in [0, 1].
    generator : torch.Generator

    Yields
    ------
    Batch
        With other words; the batches given are left as they are.
    """
    for batch in batches:
        hidden = torch.rand(batch.words.shape, generator=generator) < unknown_rate
        hidden &= batch.words >= first_singleton
        yield batch._replace(words=batch.words.masked_fill(hidden, 0))


def evaluate(model, encoder, sentences):
    """Score a model's tags against the gold ones.

    Parameters
    ----------
    model : RecurrentTagger
    encoder : Encoder
    sentences : list of Sentence

    Returns
    -------
    float
        Strict entity F1 in [0, 1].
    """
    predicted = predict_tags(model, encoder, sentences)
    return entity_f1([sentence.tags for sentence in sentences], predicted)
