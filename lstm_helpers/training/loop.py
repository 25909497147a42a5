"""Model + sentences -> trained model + history."""

import math
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from lstm_helpers.data.batches import (
    Batch,
    count_batches,
    group_by_length,
    iterate_batches,
)
from lstm_helpers.data.encoding import Encoder, encode_sentences
from lstm_helpers.data.iob2 import find_mentions
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.checkpoints import clear_leftovers, hold_state
from lstm_helpers.files.progress import Bar
from lstm_helpers.files.reading import find_home
from lstm_helpers.metrics import entity_f1_by_sets
from lstm_helpers.models.taggers import Tagger
from lstm_helpers.models.trained import TrainedTagger, predict_tags
from lstm_helpers.training.optimisers import Optimisers, put_settings
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.ranks import Ranks, Replica
from lstm_helpers.training.resuming import (
    checksum_of_tensors,
    describe_call,
    load_progress,
    save_around,
)
from lstm_helpers.training.run import Epoch, Run, read_generators, set_generators
from lstm_helpers.training.stopping import StopNote

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
    extend: bool = False,
    ranks: Ranks | None = None,
) -> list[Epoch]:
    """Train on batches, keep the weights of the last epoch or of the best one.

    Parameters
    ----------
    model : Tagger
        Trained in place; on return it has the weights of :func:`kept_record`: if all
        epochs are run, without patience, and the rates fall to 0, the last epoch's.
        Otherwise those of the epoch that scored best on the validation part.
    encoder : Encoder
        Built from ``train``.
    train, validation : sequence of Sentence
        Validation may have types that training does not show. Such mentions count as
        missed; the loss of their sentences is left out.
    plan : Plan, optional
        How to train; by default ``Plan()``.
    on_epoch : callable, optional
        Called with each :class:`Epoch`. What it draws from torch's global generators
        changes nothing of the training. What it changes in the weights or in the
        optimisers' groups is where the training goes on from, and part of a checkpoint;
        after the last epoch the last weights stay as it leaves them. What else it
        changes in the model is not part of a checkpoint.
    progress : bool
        Whether to show a bar.
    checkpoint : str or Path, optional
        A folder for the state after every epoch, in which nothing else writes
        meanwhile. If it holds one, of the same call with a model built anew from the
        same seed, the training goes on from there, and ends as if it had never stopped:
        with the same numbers, to the bit, on the same machine.
    extend : bool
        Whether to go on from a checkpoint of the same call with fewer epochs, too. Only
        ``epochs`` and ``patience`` may differ. The weights, the optimisers' memories
        and the random numbers go on from its last epoch. The schedule goes by the share
        of all steps: from there on the rates are those of the longer plan. So the end
        is another one than that of a training that had the longer plan from its start.
    ranks : Ranks, optional
        From :func:`join_ranks`, if several processes make the same call. Each trains on
        its share of every batch. The first one validates, writes the checkpoint, shows
        the bar and calls ``on_epoch``, which has to leave the weights as they are.

    Returns
    -------
    list of Epoch
        The history, to the last epoch that was run to its end: a Stop (the button,
        Ctrl+C) or a KeyboardInterrupt is not passed on, but ends the training after the
        batch that it is at.

    Raises
    ------
    TypeError
        If the encoder is none, the parts are no sentences, or the plan has a function
        that no checkpoint can describe.
    ValueError
        If the training or the validation part is empty; if training has a tag that the
        encoder lacks, or validation an I- of a type that nothing begins; if each
        validation sentence has such a type; or if ``extend`` has no checkpoint.
    FloatingPointError
        If a loss is not finite; the message names epoch and batch.
    CheckpointError
        If the checkpoint is damaged, or of another call; the message says what differs,
        and what one can do. :func:`load_best_weights` takes its weights all the same.
    BlockingIOError
        If another training writes into the checkpoint's folder.
    OSError
        If the checkpoint cannot be written. The one before is still there.

    Warns
    -----
    UserWarning
        If validation has types that training does not show; it says how many mentions.

    Notes
    -----
    If it ends before, by an error too, the model has the best weights so far; before
    the end of the first epoch, those that it came with.

    One training at a time in a process: dropout draws from torch's global generator,
    so two in threads of one process would draw each other's numbers.

    While it runs in the main thread, a Stop is noted, and looked for after every batch;
    in ``on_epoch`` it raises a KeyboardInterrupt, as elsewhere. A program that handles
    SIGINT itself keeps its handler.
    """
    with StopNote() as stop:
        _check_call(encoder, train, validation)
        so = "count as missed, and the loss leaves their sentences out"
        _warn_of_new_types("validation part", encoder, validation, so)
        if extend and checkpoint is None:
            raise ValueError("extend: got no checkpoint, wanted one to go on from")
        plan, call = plan or Plan(), {}
        if checkpoint is not None:
            checkpoint = find_home(checkpoint).absolute()  # on_epoch may go elsewhere
            call = describe_call(model, encoder, train, validation, plan)
            call["processes"] = 1 if ranks is None else ranks.size
        is_first = ranks is None or ranks.is_first
        written = checkpoint if is_first else None
        with nullcontext() if written is None else hold_state(written):
            run = Run.start(model, plan)

            def finish(record: Epoch) -> None:
                with ExitStack() as saved:
                    if written is not None:
                        saved.enter_context(save_around(written, call, run))
                    if on_epoch is not None and is_first:
                        _hand_out(record, on_epoch, run, stop)

            try:
                if checkpoint is not None:
                    load_progress(checkpoint, call, run, extend=extend)
                if written is not None:  # no save may come that would do it
                    clear_leftovers(written)
                if ranks is not None:
                    run.replica = Replica(model, run.optimisers, ranks)
                shows = progress and is_first
                _run_epochs(run, plan, encoder, train, validation, stop, finish, shows)
            except KeyboardInterrupt:
                pass
            finally:
                stop.insist(lambda: run.leave_weights(plan))
            return run.history


def _check_call(
    encoder: Encoder, train: Sequence[Sentence], validation: Sequence[Sentence]
) -> None:
    """Refuse what cannot be trained on."""
    if not isinstance(encoder, Encoder):
        raise TypeError(f"encoder: got {type(encoder).__name__}, wanted an Encoder")
    if not train or not validation:
        got = f"{len(train)} training and {len(validation)} validation sentences"
        raise ValueError(f"got {got}, wanted at least one of each")


def _hand_out(
    record: Epoch, on_epoch: Callable[[Epoch], object], run: Run, stop: StopNote
) -> None:
    """Call what is not ours: its Stop is its own, and what it draws changes nothing."""
    states = read_generators(run.device)
    stop.pass_on()
    try:
        on_epoch(record)
    finally:
        stop.take()
        set_generators(states, run.device)


def _run_epochs(
    run: Run,
    plan: Plan,
    encoder: Encoder,
    train: Sequence[Sentence],
    validation: Sequence[Sentence],
    stop: StopNote,
    finish: Callable[[Epoch], None],
    progress: bool,
) -> None:
    """Run the epochs that are left; ``finish`` is called after each of them."""
    run.keeps_last = plan.keeps_last
    groups = _encode_part("training", encoder, train)
    stop.look()
    judge = encoder.widen(validation)  # reads gold tags that no tagger gives, too
    held_out = _encode_part("validation", judge, validation)
    _check_types(encoder, held_out)
    stop.look()
    n_batches = count_batches(groups, plan.batch_size, plan.batch_words)
    n_steps, n_done = plan.epochs * n_batches, len(run.history) * n_batches
    schedules = [_follow(each, plan, n_steps, n_done) for each in run.optimisers]
    if run.settings:  # once the schedules have set the rates
        put_settings(run.optimisers, run.settings)
    with Bar(total=n_steps, unit="batch", disable=not progress) as bar:
        bar.update(n_done)
        while not run.is_over(plan):
            stop.look()
            record = _run_epoch(
                run, plan, judge, groups, held_out, schedules, bar, stop
            )
            run.keep(record)
            _say(bar, record)
            finish(record)
        bar.total = bar.n  # done, not broken off


def _encode_part(
    name: str, encoder: Encoder, sentences: Sequence[Sentence]
) -> list[Batch]:
    """Encode a part into groups of equal length; an error says which part it is."""
    try:
        return group_by_length(encode_sentences(encoder, sentences))
    except ValueError as error:
        raise ValueError(f"{name} part, {error}") from None


def _warn_of_new_types(
    name: str, encoder: Encoder, sentences: Sequence[Sentence], so: str
) -> None:
    """Warn the caller's caller of mentions that no tagger of this encoder can find."""
    if encoder.widen(sentences) is encoder:
        return
    mentions = find_mentions(sentence.tags for sentence in sentences)
    kinds = Counter(m.kind for m in mentions if f"B-{m.kind}" not in encoder.tag_to_ix)
    counts = ", ".join(f"{kind} {n:,}" for kind, n in kinds.most_common())
    got = f"{kinds.total():,} mention{'s' * (kinds.total() > 1)} of types"
    warnings.warn(
        f"{name}: got {got} that training does not show ({counts}); they {so}",
        stacklevel=3,
    )


def _check_types(encoder: Encoder, held_out: Sequence[Batch]) -> None:
    """Raise a ValueError unless a validation sentence is left that has a loss."""
    tags = [group.tags for group in held_out if group.tags is not None]
    if not any(_are_known(each, len(encoder.tags)).any() for each in tags):
        got = "in each sentence a type that training does not show"
        raise ValueError(f"validation part: got {got}, wanted one without, for a loss")


def _are_known(tags: Tensor, n_tags: int) -> Tensor:
    """Say of sentences' tags, (T, B), whether a tagger gives all of them: (B,)."""
    return (tags < n_tags).all(dim=0)


def _follow(
    optimiser: torch.optim.Optimizer, plan: Plan, n_steps: int, n_done: int
) -> LambdaLR:
    """Let an optimiser's rates follow the plan's schedule, from some step on."""
    for group in optimiser.param_groups:
        group.setdefault("initial_lr", group["lr"])

    def share(step: int) -> float:  # no step at 0 or 1, where a rate of 0 moves nothing
        step = min(step + 1, n_steps)  # after the last one it is asked once more
        return plan.schedule(step / (n_steps + 1))

    return LambdaLR(optimiser, share, n_done - 1)


def _say(bar: Bar, record: Epoch) -> None:
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
    bar: Bar,
    stop: StopNote,
) -> Epoch:
    """Pass once over the training groups, then over the validation groups."""
    epoch, start, replica = len(run.history) + 1, time.perf_counter(), run.replica
    if replica is not None:
        replica.ranks.seed(plan.seed, epoch)
    batches = iterate_batches(
        groups, plan.batch_size, run.generator, batch_words=plan.batch_words
    )
    batches = hide_singletons(
        batches, encoder.first_singleton, plan.unknown_rate, run.generator
    )
    batches = stop.look_after(batches)
    judged = stop.look_after(iterate_batches(held_out, _VALIDATION_BATCH))
    try:
        loss = train_one_epoch(
            run.model, batches, run.optimisers, plan.clip_norm, schedules, bar, replica
        )
        if replica is None:
            reached = validate(run.model, encoder, judged)
        else:
            reached = _validate_once(run.model, encoder, judged, replica.ranks)
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
    bar: Bar | None = None,
    replica: Replica | None = None,
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
    bar : Bar, optional
        Updated after every batch.
    replica : Replica, optional
        Of the model, if other processes train it, too: with their shares of the same
        batches.

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
    loss_of: Callable[..., Tensor] = model.loss if replica is None else replica.loss
    for k, batch in enumerate(batches, start=1):
        weight = 1.0
        if replica is not None:
            batch, weight = replica.ranks.share(batch)
        words, tags = _move(batch, device)
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss = loss_of(words, tags)
        nats = loss.item()
        if not math.isfinite(nats):
            raise _not_finite(f"batch {k}", nats)
        (weight * loss).backward()
        if replica is not None:
            replica.exchange_rows(weight)
        nn.utils.clip_grad_norm_(dense, clip_norm)
        for optimiser in optimisers:
            optimiser.step()
        for each in schedules:
            each.step()
        n = tags.numel() if weight else 0
        total, n_words = total + nats * n, n_words + n
        if bar is not None:
            bar.update()
    sums = (total, n_words) if replica is None else replica.ranks.sum_up(total, n_words)
    return sums[0] / sums[1]


def _move(batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Move a batch's words and tags to a device; refuse one without tags."""
    if batch.tags is None:
        raise ValueError("batch: got words alone, wanted tags too")
    return batch.words.to(device), batch.tags.to(device)


def _validate_once(
    model: Tagger, encoder: Encoder, batches: Iterable[Batch], ranks: Ranks
) -> "Validation":
    """Validate in the first process; give what it found to all, which wait for it."""
    ranks.check_same(checksum_of_tensors(model.state_dict()))
    found = Validation(0.0, 0.0)
    if ranks.is_first:
        found = validate(model, encoder, batches)
    return Validation(*ranks.tell(*found))


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
        It may have more tags than the model: see :meth:`Encoder.widen`.
    batches : iterable of Batch
        With tags.

    Returns
    -------
    Validation
        Every word weighs the same, whatever the batches are. The loss is that of the
        scores that decide: of a :class:`PooledTagger`, that of its mean. A sentence
        with tags that the model does not have is left out of it, but not of the score.

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
            nats, n = _sum_loss(model, scores, tags)
            total += nats
            if not math.isfinite(total):
                raise _not_finite("after its last batch", total)
            n_words += n
            gold += encoder.decode_batch(tags)
            predicted += encoder.decode_batch(model.head.decode(scores))
    return Validation(total / n_words, entity_f1_by_sets(gold, predicted))


def _sum_loss(model: Tagger, scores: Tensor, tags: Tensor) -> tuple[float, int]:
    """Sum the loss over the words of the sentences that have one, and count these."""
    known = _are_known(tags, scores.shape[-1])
    if not known.all():
        scores, tags = scores[:, known], tags[:, known]
    n_words = tags.numel()
    return (model.head.loss(scores, tags).item() * n_words if n_words else 0.0), n_words


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
        With tags. Mentions of types that training does not show count as missed.

    Returns
    -------
    float
        Strict entity F1 in [0, 1].

    Warns
    -----
    UserWarning
        If there are such mentions; it says how many.
    """
    predicted = predict_tags(tagger, sentences)
    _warn_of_new_types("sentences", tagger.encoder, sentences, "count as missed")
    return entity_f1_by_sets([sentence.tags for sentence in sentences], predicted)
