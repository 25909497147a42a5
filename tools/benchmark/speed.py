"""How fast the stages are: reading, the CRF, a training pass, tagging, two threads."""

import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from statistics import median

import torch
from torch import Tensor, nn

from benchmark.ablations import FAST
from benchmark.clock import seconds_of
from benchmark.ours import tagger_folder
from benchmark.parts import count_words, read_parts
from benchmark.rows import Row
from lstm_helpers.data import (
    Batch,
    Sentence,
    build_encoder,
    count_illegal,
    encode_sentences,
    group_by_length,
    iterate_batches,
)
from lstm_helpers.models import CRF, build_tagger, load_tagger, predict_tags
from lstm_helpers.prediction import tag_text
from lstm_helpers.training import (
    RUNGS,
    build_optimisers,
    hide_singletons,
    train_one_epoch,
)

_N_WORDS_TAGGED = 200_000  # in the timing of bulk tagging
_TWENTY = (
    "The minister told reporters in Geneva on Monday that talks with the rebels "
    "would go on until the end of May ."
)


def _measure_reading(_: Row) -> dict[str, float]:
    """Read, split and encode the corpus."""

    def prepare():
        parts = read_parts()
        encoder = build_encoder(parts.train, FAST.features)
        return [group_by_length(encode_sentences(encoder, part)) for part in parts]

    return {"seconds": median(seconds_of(prepare)[1] for _ in range(3))}


def _measure_crf(_: Row) -> dict[str, float]:
    """Time the CRF against pytorch-crf's."""
    return {"times_pytorch_crf": median(times_pytorch_crf())}


def times_pytorch_crf() -> list[float]:
    """Time the CRF's loss and its derivatives against pytorch-crf's, on one batch.

    Returns
    -------
    list of float
        How many times as fast ours is, in each of fifty turns.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torchcrf import CRF as PeerCRF  # noqa: N811
    tags = ["O", *(f"{p}-{kind}" for kind in "abcdefgh" for p in "BI")]
    T, B, K = 22, 32, len(tags)
    emissions = torch.randn(T, B, K, requires_grad=True)
    gold = torch.zeros(T, B, dtype=torch.long)
    ours, theirs = CRF(tags), PeerCRF(K)
    ratios = []
    for _ in range(50):
        _, a = seconds_of(lambda: ours(emissions, gold).sum().backward())
        _, b = seconds_of(lambda: theirs(emissions, gold).backward())
        ratios.append(b / a)
    return ratios


def _measure_throughput(_: Row) -> dict[str, float]:
    """Time a training pass of the post's sizes."""
    shares, rates = time_training(read_parts().train)
    return {"share_of_bare_lstm": median(shares), "words_a_second": median(rates)}


def time_training(
    train: Sequence[Sentence], n_passes: int = 1
) -> tuple[list[float], list[float]]:
    """Time a training pass of the post's sizes against its bare LSTM, in turns.

    Parameters
    ----------
    train : sequence of Sentence
    n_passes : int
        How often they come; a turn is a hundred batches of 32.

    Returns
    -------
    shares : list of float
        Of each turn's time, what the bare LSTM takes for the same batches.
    rates : list of float
        Words a second.
    """
    encoder = build_encoder(train)
    model = build_tagger("RecurrentTagger", encoder, bidirectional=False)
    optimisers = build_optimisers(model, 0.01, 0.3)
    generator = torch.Generator().manual_seed(0)
    groups = group_by_length(encode_sentences(encoder, train))
    passes = (iterate_batches(groups, 32, generator) for _ in range(n_passes))
    batches = [*chain.from_iterable(passes)]
    bare = nn.LSTM(32, 32)

    def whole(batches):
        hidden = hide_singletons(batches, encoder.first_singleton, 0.5, generator)
        train_one_epoch(model, hidden, optimisers, 5.0)

    def alone(batches):
        for x in inputs_of(batches, 32):
            bare(x.requires_grad_())[0].sum().backward()

    def nothing(batches):
        for _ in inputs_of(batches, 32):
            pass

    shares, rates = [], []
    for k in range(0, len(batches) - 100, 100):
        part = batches[k : k + 100]
        n_words = sum(batch.words.numel() for batch in part)
        _, all_of_it = seconds_of(whole, part)
        _, lstm = seconds_of(alone, part)
        _, filling = seconds_of(nothing, part)
        shares.append((lstm - filling) / all_of_it)
        rates.append(n_words / all_of_it)
    return shares, rates


def inputs_of(batches: Iterable[Batch], size: int) -> Iterator[Tensor]:
    """Draw what an LSTM is given for batches: (T, B, size), of each in turn."""
    for batch in batches:
        yield torch.empty(*batch.words.shape[:2], size).normal_()


def _measure_use(row: Row) -> dict[str, float]:
    """Load a trained tagger, tag in bulk and one sentence."""
    folder, parts = tagger_folder(*row.trained_by), read_parts()
    tagger, loading = seconds_of(load_tagger, folder)  # the first in its process
    tag = partial(predict_tags, tagger)
    bulk = parts.test[: len(parts.test) * _N_WORDS_TAGGED // count_words(parts.test)]
    bulk_seconds = [seconds_of(tag, bulk)[1] for _ in range(5)]
    tag_text(tagger, _TWENTY)
    single = [seconds_of(tag_text, tagger, _TWENTY)[1] for _ in range(1000)]
    return {
        "loading_seconds": loading,
        "tagged_a_second": median(count_words(bulk) / s for s in bulk_seconds),
        "single_seconds": median(single),
        "illegal_tags": sum(count_illegal(tag(part)) for part in parts),
    }


def _measure_first(row: Row) -> dict[str, float]:
    """Time a first sentence in a fresh process against a bare import of torch."""
    folder = tagger_folder(*row.trained_by)
    programs = {
        "torch": "import torch",
        "first": "from lstm_helpers import models, prediction; prediction.tag_text("
        f"models.load_tagger({str(folder)!r}), {_TWENTY!r})",
    }
    seconds = {name: [] for name in programs}
    for _ in range(7):
        for name, program in programs.items():
            before = _seconds_of_children()
            subprocess.run([sys.executable, "-c", program], check=True)
            seconds[name].append(_seconds_of_children() - before)
    first, torch_alone = median(seconds["first"]), median(seconds["torch"])
    return {"first_seconds": first, "first_by_torch": first / torch_alone}


def _seconds_of_children():
    """Give the CPU seconds of the processes that this one has started, and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _measure_cores(row: Row) -> dict[str, float]:
    """Time training and tagging with one thread and with two, in turns: elapsed time.

    Each figure is how many times as fast two threads are.
    """
    parts, plan = read_parts(), RUNGS[row.of].plan
    tagger = load_tagger(tagger_folder(*row.trained_by))
    model, encoder = tagger.model, tagger.encoder
    generator = torch.Generator().manual_seed(0)
    groups = group_by_length(encode_sentences(encoder, parts.train))
    batch_words = plan.batch_words
    batches = [*iterate_batches(groups, 32, generator, batch_words=batch_words)]
    optimisers = build_optimisers(model, 1e-4, 1e-4)
    works = {
        "tagging": lambda: predict_tags(tagger, parts.test[:2000]),
        "one_sentence": lambda: [tag_text(tagger, _TWENTY) for _ in range(100)],
        "training": lambda: train_one_epoch(model, batches[:60], optimisers, 5.0),
    }
    return {f"{name}_by_two_threads": _gain(work) for name, work in works.items()}


def _gain(work):
    """Say how many times as fast two threads do some work: the median of ten turns."""
    ratios = []
    for _ in range(10):
        elapsed = []
        for n_threads in (1, 2):
            torch.set_num_threads(n_threads)
            start = time.perf_counter()
            work()
            elapsed.append(time.perf_counter() - start)
        ratios.append(elapsed[0] / elapsed[1])
    return median(ratios)


MEASURES = {
    "reading": _measure_reading,
    "crf": _measure_crf,
    "throughput": _measure_throughput,
    "use": _measure_use,
    "first": _measure_first,
    "cores": _measure_cores,
}
