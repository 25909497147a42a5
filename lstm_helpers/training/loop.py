"""Model + sentences -> trained model + history."""

import math
import time
from typing import NamedTuple

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from tqdm.auto import tqdm

from lstm_helpers.data.batches import count_batches, group_sentences, iterate_batches
from lstm_helpers.metrics import mention_f1
from lstm_helpers.models.taggers import Window, predict_tags
from lstm_helpers.training.optimisers import RowAdagrad
from lstm_helpers.training.resuming import describe_call, load_progress, save_progress

WINDOW = {"lr": 1.0, "initial": 2e-4}  # RowAdagrad's, where a row is tag scores


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
    batch_words=0,
    learning_rate=0.012,
    row_rate=0.3,
    clip_norm=5.0,
    unknown_rate=0.5,
    patience=None,
    seed=0,
    schedule=None,
    build=None,
    on_epoch=None,
    progress=True,
    checkpoint=None,
):
    """Train on batches, keep the weights that score best on the validation part.

    Parameters
    ----------
    model : RecurrentTagger
        Or one of its descendants. Trained in place; on return it has the best epoch's
        weights.
    encoder : Encoder
        Built from ``train``.
    train, validation : list of Sentence
    epochs : int
        At most so many passes over ``train``.
    batch_size : int
        Sentences in a batch, all of equal length.
    batch_words : int
        Words in a batch of short sentences, which then holds more than ``batch_size``:
        see :func:`lstm_helpers.data.batch_sizes`.
    learning_rate : float
        Adam's, at its highest, for all layers but the embedding.
    row_rate : float
        RowAdagrad's, at its highest, for the rows of the embedding.
    clip_norm : float
        The gradient's norm, over all layers but the embedding, is clipped to this.
    unknown_rate : float
        Words seen once in training are replaced by the unknown word so often (fraction
        in [0, 1]), which is how its embedding is trained.
    patience : int, optional
        Stop after so many epochs without a better validation F1; without it, all
        epochs are run.
    seed : int
        Of the batches' order, the replaced words and the dropout. For the dropout it
        becomes the seed of torch's global generator.
    schedule : callable, optional
        Gives the share of the rates at each fraction of all steps; by default
        :func:`rate_factor`, so that they fall to 0.
    build : callable, optional
        Makes the optimisers; by default :func:`build_optimisers`.
    on_epoch : callable, optional
        Called with each :class:`Epoch`.
    progress : bool
        Whether to show a bar.
    checkpoint : str or Path, optional
        A folder for the state after every epoch. If it holds one, of the same call with
        a model built anew from the same seed, the training goes on from there, and ends
        as if it had never stopped: with the same numbers, to the bit, on the same
        machine.

    Returns
    -------
    list of Epoch
        The history, to the last epoch that was run to its end: if a KeyboardInterrupt
        (the Stop button) comes, it is not passed on, but ends the training. One that
        comes before the first step, while sentences are encoded, is passed on.

    Raises
    ------
    ValueError
        If the training or the validation part is empty or has a tag that the encoder
        lacks, or a number is out of its range.
    FloatingPointError
        If a loss is not finite; the message names epoch and batch.
    CheckpointError
        If the checkpoint is damaged, or of another call; the message says what differs.
    OSError
        If the checkpoint cannot be written. The one before is still there.

    Notes
    -----
    However it ends, by an error too, the model has the best weights so far; before the
    end of the first epoch, those that it came with.
    """
    if not 0 <= unknown_rate <= 1:
        raise ValueError(f"unknown_rate: got {unknown_rate}, wanted 0 to 1")
    if epochs < 1 or not clip_norm > 0:
        got = f"epochs {epochs}, clip_norm {clip_norm}"
        raise ValueError(f"got {got}, wanted at least one epoch and a norm above 0")
    if patience is not None and patience < 1:
        raise ValueError(f"patience: got {patience}, wanted at least 1, or None")
    if not train or not validation:
        got = f"{len(train)} training and {len(validation)} validation sentences"
        raise ValueError(f"got {got}, wanted at least one of each")
    schedule, build = schedule or rate_factor, build or build_optimisers
    arguments = {
        "epochs": epochs,
        "batch_size": batch_size,
        "batch_words": batch_words,
        "learning_rate": learning_rate,
        "row_rate": row_rate,
        "clip_norm": clip_norm,
        "unknown_rate": unknown_rate,
        "patience": patience,
        "seed": seed,
        "schedule": schedule,
        "build": build,
    }
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    groups = encode_part("training", encoder, train)
    held_out = encode_part("validation", encoder, validation)
    optimisers = build(model, learning_rate, row_rate)
    history, best = [], copy_weights(model)
    if checkpoint is not None:
        call = describe_call(model, encoder, train, validation, arguments)
        saved = load_progress(checkpoint, call, model, optimisers, best, generator)
        history = [Epoch(*record) for record in saved]
    n_batches = count_batches(groups, batch_size, batch_words)
    n_steps, n_done = epochs * n_batches, len(history) * n_batches
    schedules = [follow(each, schedule, n_steps, n_done) for each in optimisers]
    bar = tqdm(total=n_steps, initial=n_done, unit="batch", disable=not progress)
    try:
        for epoch in range(len(history) + 1, epochs + 1):
            if is_over(history, patience):
                bar.total = bar.n  # done, not broken off
                break
            start = time.perf_counter()
            batches = hide_singletons(
                iterate_batches(groups, batch_size, generator, batch_words=batch_words),
                encoder.first_singleton,
                unknown_rate,
                generator,
            )
            try:
                loss = train_one_epoch(
                    model, batches, optimisers, clip_norm, schedules, bar
                )
                validation_loss = mean_loss(model, iterate_batches(held_out, 256))
            except FloatingPointError as error:
                raise FloatingPointError(f"epoch {epoch}, {error}") from None
            score = evaluate(model, encoder, validation)
            seconds = time.perf_counter() - start
            record = Epoch(epoch, loss, validation_loss, score, seconds)
            if not history or score > history[best_epoch(history) - 1].validation_f1:
                history, best = [*history, record], copy_weights(model)
            else:
                history = [*history, record]
            bar.set_postfix(
                epoch=epoch, loss=f"{loss:.3f}", validation_f1=f"{score:.3f}"
            )
            if checkpoint is not None:
                save_progress(
                    checkpoint, call, model, optimisers, best, generator, history
                )
            if on_epoch is not None:
                on_epoch(record)
    except KeyboardInterrupt:
        pass
    finally:
        bar.close()
        model.load_state_dict(best)
    return history


def encode_part(name, encoder, sentences):
    """Encode a part into groups of equal length; an error says which part it is."""
    try:
        return group_sentences(encoder, sentences)
    except ValueError as error:
        raise ValueError(f"{name} part, {error}") from None


def copy_weights(model):
    """Copy all weights of a model: a dict of str to Tensor."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def is_over(history, patience):
    """Say whether the best epoch is so many epochs ago that waiting has an end."""
    waited = len(history) - best_epoch(history) if history else 0
    return patience is not None and waited >= patience


def follow(optimiser, schedule, n_steps, n_done):
    """Let an optimiser's rates follow a schedule, from some step on."""
    for group in optimiser.param_groups:
        group.setdefault("initial_lr", group["lr"])
    return LambdaLR(optimiser, lambda step: schedule(step / n_steps), n_done - 1)


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


def rate_factor(done, warm_up=0.05):
    """Give the share of the highest learning rate at a point of the training.

    Parameters
    ----------
    done : float
        Fraction of the steps that have been taken, in [0, 1].
    warm_up : float
        Fraction of the steps over which the rate rises, in (0, 1).

    Returns
    -------
    float
        It rises in a straight line from 0 to 1, then falls in another one to 0.

    Examples
    --------
    >>> [round(rate_factor(done), 2) for done in (0, 0.025, 0.05, 0.5, 1)]
    [0.0, 0.5, 1.0, 0.53, 0.0]
    """
    return min(done / warm_up, (1 - done) / (1 - warm_up))


def build_optimisers(model, learning_rate, row_rate):
    """Adam for the dense layers, RowAdagrad for embeddings with sparse gradients.

    A dense step would touch every row of the embedding for the few words of a batch.
    A window's rows are tag scores, not vectors: they have a rate of their own.

    Parameters
    ----------
    model : nn.Module
    learning_rate, row_rate : float

    Returns
    -------
    list of torch.optim.Optimizer
    """
    tables = {
        module.weight: isinstance(owner, Window)
        for owner in model.modules()
        for module in owner.children()
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and module.sparse
    }
    dense = [weight for weight in model.parameters() if weight not in tables]
    betas = 0.9, 0.98  # a shorter memory than usual for g**2: better for every tagger
    optimisers = [torch.optim.Adam(dense, lr=learning_rate, betas=betas, fused=True)]
    if tables:
        groups = [
            {"params": [weight], **(WINDOW if in_window else {})}
            for weight, in_window in tables.items()
        ]
        optimisers.append(RowAdagrad(groups, lr=row_rate))
    return optimisers


def train_one_epoch(model, batches, optimisers, clip_norm, schedules=(), bar=None):
    """Take one optimiser step for each batch.

    Parameters
    ----------
    model : RecurrentTagger
    batches : iterable of Batch
    optimisers : list of torch.optim.Optimizer
        The first one's parameters are those whose gradient is clipped.
    clip_norm : float
    schedules : sequence of LRScheduler
        Moved on after every batch.
    bar : tqdm, optional
        Updated after every batch.

    Returns
    -------
    float
        Mean loss over the words, in nats.

    Raises
    ------
    FloatingPointError
        If a batch's loss is not finite; no step is taken for it.
    """
    model.train()
    device = next(model.parameters()).device
    clipped = [p for group in optimisers[0].param_groups for p in group["params"]]
    total, n_words = 0.0, 0
    for k, batch in enumerate(batches, start=1):
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss = model.loss(batch.words.to(device), batch.tags.to(device))
        nats = loss.item()
        if not math.isfinite(nats):
            raise not_finite(f"batch {k}", nats)
        loss.backward()
        nn.utils.clip_grad_norm_(clipped, clip_norm)
        for each in (*optimisers, *schedules):
            each.step()
        total += nats * batch.tags.numel()
        n_words += batch.tags.numel()
        if bar is not None:
            bar.update()
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

    Raises
    ------
    FloatingPointError
        If it is not finite.
    """
    model.eval()
    device = next(model.parameters()).device
    total, n_words = 0.0, 0
    with torch.inference_mode():
        for batch in batches:
            loss = model.loss(batch.words.to(device), batch.tags.to(device))
            total += loss.item() * batch.tags.numel()
            n_words += batch.tags.numel()
    if not math.isfinite(total):
        raise not_finite("after its last batch", total)
    return total / n_words


def not_finite(where, loss):
    """Make the error for a loss that is not finite."""
    return FloatingPointError(f"{where}: got the loss {loss}, wanted a finite one")


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
        words = batch.words.clone()
        ids = words if words.dim() == 2 else words[..., 0]  # features stay
        hidden = torch.rand(ids.shape, generator=generator) < unknown_rate
        ids.masked_fill_(hidden & (ids >= first_singleton), 0)
        yield batch._replace(words=words)


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
    return mention_f1([sentence.tags for sentence in sentences], predicted)
