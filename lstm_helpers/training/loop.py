"""Model + sentences -> trained model + history."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from tqdm.auto import tqdm

from lstm_helpers.data.batches import (
    Batch,
    count_batches,
    group_by_length,
    iterate_batches,
)
from lstm_helpers.data.encoding import Encoder, encode_sentences
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.metrics import entity_f1_by_sets
from lstm_helpers.models.taggers import Tagger
from lstm_helpers.models.trained import TrainedTagger, predict_tags
from lstm_helpers.training.optimisers import Optimisers
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.resuming import describe_call, load_progress, save_progress
from lstm_helpers.training.run import Epoch, Run

_VALIDATION_BATCH = 256  # sentences; changes the time, not what comes out


def fit(
    model: Tagger,
    encoder: Encoder,
    train: Sequence[Sentence],
    validation: Sequence[Sentence],
    plan: Plan | None = None,
    *,
    on_epoch: Callable[[Epoch], object] | None = None,
    progress: bool = True,
    checkpoint: str | Path | None = None,
) -> list[Epoch]:
    """Train on batches, keep the weights that score best on the validation part.

    Parameters
    ----------
    model : Tagger
        Trained in place; on return it has the best epoch's weights.
    encoder : Encoder
        Built from ``train``.
    train, validation : sequence of Sentence
    plan : Plan, optional
        How to train; by default ``Plan()``.
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
    TypeError
        If the encoder is none, or the parts are no sentences.
    ValueError
        If the training or the validation part is empty or has a tag that the encoder
        lacks.
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
    if not isinstance(encoder, Encoder):
        raise TypeError(f"encoder: got {type(encoder).__name__}, wanted an Encoder")
    if not train or not validation:
        got = f"{len(train)} training and {len(validation)} validation sentences"
        raise ValueError(f"got {got}, wanted at least one of each")
    plan = plan or Plan()
    groups = _encode_part("training", encoder, train)
    held_out = _encode_part("validation", encoder, validation)
    run = Run.start(model, plan)
    if checkpoint is not None:
        call = describe_call(model, encoder, train, validation, plan)
    n_steps = plan.epochs * count_batches(groups, plan.batch_size, plan.batch_words)
    bar = tqdm(total=n_steps, unit="batch", disable=not progress)
    try:
        if checkpoint is not None:
            load_progress(checkpoint, call, run)
        n_done = len(run.history) * n_steps // plan.epochs
        bar.update(n_done)
        schedules = [_follow(each, plan, n_steps, n_done) for each in run.optimisers]
        while not run.is_over(plan):
            record = _run_epoch(run, plan, encoder, groups, held_out, schedules, bar)
            run.keep(record)
            _say(bar, record)
            if checkpoint is not None:
                save_progress(checkpoint, call, run)
            if on_epoch is not None:
                on_epoch(record)
        bar.total = bar.n  # done, not broken off
    except KeyboardInterrupt:
        pass
    finally:
        model.load_state_dict(run.best)
        bar.close()
    return run.history


def _encode_part(
    name: str, encoder: Encoder, sentences: Sequence[Sentence]
) -> list[Batch]:
    """Encode a part into groups of equal length; an error says which part it is."""
    try:
        return group_by_length(encode_sentences(encoder, sentences))
    except ValueError as error:
        raise ValueError(f"{name} part, {error}") from None


def _follow(
    optimiser: torch.optim.Optimizer, plan: Plan, n_steps: int, n_done: int
) -> LambdaLR:
    """Let an optimiser's rates follow the plan's schedule, from some step on."""
    for group in optimiser.param_groups:
        group.setdefault("initial_lr", group["lr"])
    return LambdaLR(optimiser, lambda step: plan.schedule(step / n_steps), n_done - 1)


def _say(bar: "tqdm[None]", record: Epoch) -> None:
    """Write an epoch's figures behind the bar."""
    loss, score = f"{record.loss:.3f}", f"{record.validation_f1:.3f}"
    bar.set_postfix(epoch=record.epoch, loss=loss, validation_f1=score)


def _run_epoch(
    run: Run,
    plan: Plan,
    encoder: Encoder,
    groups: list[Batch],
    held_out: list[Batch],
    schedules: Sequence[LambdaLR],
    bar: "tqdm[None]",
) -> Epoch:
    """Pass once over the training groups, then over the validation groups."""
    epoch, start = len(run.history) + 1, time.perf_counter()
    batches = iterate_batches(
        groups, plan.batch_size, run.generator, batch_words=plan.batch_words
    )
    batches = hide_singletons(
        batches, encoder.first_singleton, plan.unknown_rate, run.generator
    )
    try:
        loss = train_one_epoch(
            run.model, batches, run.optimisers, plan.clip_norm, schedules, bar
        )
        reached = validate(
            run.model, encoder, iterate_batches(held_out, _VALIDATION_BATCH)
        )
    except FloatingPointError as error:
        raise FloatingPointError(f"epoch {epoch}, {error}") from None
    seconds = time.perf_counter() - start
    return Epoch(epoch, loss, reached.loss, reached.f1, seconds)


def train_one_epoch(
    model: Tagger,
    batches: Iterable[Batch],
    optimisers: Optimisers,
    clip_norm: float,
    schedules: Sequence[LambdaLR] = (),
    bar: "tqdm[None] | None" = None,
) -> float:
    """Take one optimiser step for each batch.

    Parameters
    ----------
    model : Tagger
    batches : iterable of Batch
        With tags.
    optimisers : Optimisers
    clip_norm : float
        The norm to which the gradient of the dense weights is clipped.
    schedules : sequence of LambdaLR
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
    ValueError
        If a batch has no tags.
    """
    model.train()
    device = next(model.parameters()).device
    dense = [p for group in optimisers.dense.param_groups for p in group["params"]]
    total, n_words = 0.0, 0
    for k, batch in enumerate(batches, start=1):
        words, tags = _move(batch, device)
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss = model.loss(words, tags)
        nats = loss.item()
        if not math.isfinite(nats):
            raise _not_finite(f"batch {k}", nats)
        loss.backward()
        nn.utils.clip_grad_norm_(dense, clip_norm)
        for optimiser in optimisers:
            optimiser.step()
        for each in schedules:
            each.step()
        total += nats * tags.numel()
        n_words += tags.numel()
        if bar is not None:
            bar.update()
    return total / n_words


def _move(batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Move a batch's words and tags to a device; refuse one without tags."""
    if batch.tags is None:
        raise ValueError("batch: got words alone, wanted tags too")
    return batch.words.to(device), batch.tags.to(device)


class Validation(NamedTuple):
    """What a tagger reaches on sentences whose gold tags are known."""

    loss: float  # mean over the words, in nats
    f1: float  # strict entity F1 in [0, 1]


def validate(model: Tagger, encoder: Encoder, batches: Iterable[Batch]) -> Validation:
    """Compute loss and entity F1 over all batches in one pass, without training.

    Parameters
    ----------
    model : Tagger
        Left in evaluation mode.
    encoder : Encoder
    batches : iterable of Batch
        With tags.

    Returns
    -------
    Validation
        Every word weighs the same, whatever the batches are. The loss is that of the
        scores that decide: of a :class:`PooledTagger`, that of its mean.

    Raises
    ------
    FloatingPointError
        If the loss is not finite.
    ValueError
        If a batch has no tags.
    """
    model.eval()
    device = next(model.parameters()).device
    gold: list[list[str]] = []
    predicted: list[list[str]] = []
    total, n_words = 0.0, 0
    with torch.inference_mode():
        for batch in batches:
            words, tags = _move(batch, device)
            scores = model(words)  # once, for both
            total += model.head.loss(scores, tags).item() * tags.numel()
            if not math.isfinite(total):
                raise _not_finite("after its last batch", total)
            n_words += tags.numel()
            gold += encoder.decode_batch(tags)
            predicted += encoder.decode_batch(model.head.decode(scores))
    return Validation(total / n_words, entity_f1_by_sets(gold, predicted))


def _not_finite(where: str, loss: float) -> FloatingPointError:
    """Make the error for a loss that is not finite."""
    return FloatingPointError(f"{where}: got the loss {loss}, wanted a finite one")


def hide_singletons(
    batches: Iterable[Batch],
    first_singleton: int,
    unknown_rate: float,
    generator: torch.Generator,
) -> Iterator[Batch]:
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


def evaluate(tagger: TrainedTagger, sentences: Sequence[Sentence]) -> float:
    """Score a tagger's tags against the gold ones.

    Parameters
    ----------
    tagger : TrainedTagger
    sentences : sequence of Sentence
        With tags, of types that training had or not.

    Returns
    -------
    float
        Strict entity F1 in [0, 1].
    """
    predicted = predict_tags(tagger, sentences)
    return entity_f1_by_sets([sentence.tags for sentence in sentences], predicted)
