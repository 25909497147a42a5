"""The time of a training pass by the word, as the corpus or its sentences grow."""

from statistics import median

import torch

from benchmark.clock import seconds_of
from benchmark.parts import count_words, read_parts
from benchmark.rows import Row
from lstm_helpers.data import (
    Sentence,
    build_encoder,
    encode_sentences,
    group_by_length,
    iterate_batches,
)
from lstm_helpers.models import build_tagger
from lstm_helpers.training import RUNGS, Rung, build_optimisers, train_one_epoch


def _measure_sizes(row: Row) -> dict:
    """Time a pass over 1/8 to 2 times the training part, by the word."""
    train = read_parts().train
    n = len(train)
    sizes = {"1/8": n // 8, "1/4": n // 4, "1/2": n // 2, "1": n, "2": 2 * n}
    some = {name: (train * 2)[:size] for name, size in sizes.items()}
    return _time_by_word(RUNGS[row.of], some)


def _measure_lengths(row: Row) -> dict:
    """Time a pass over sentences of 20 to 5,000 words, by the word."""
    train = read_parts().train
    words = [word for sentence in train for word in sentence.words]
    tags = [tag for sentence in train for tag in sentence.tags]
    some = {}
    for length in (20, 100, 500, 2500, 5000):
        n = 32 * max(1, 5000 // length)
        starts = [k * length % (len(words) - length) for k in range(n)]
        cuts = [slice(at, at + length) for at in starts]
        some[str(length)] = [Sentence(words[c], begin(tags[c])) for c in cuts]
    return _time_by_word(RUNGS[row.of], some)


def begin(tags: list[str]) -> list[str]:
    """Let a mention that was cut begin here, as IOB2 wants it."""
    first = tags[0]
    return ["B" + first[1:], *tags[1:]] if first.startswith("I-") else tags


def _time_by_word(rung: Rung, corpora: dict[str, list[Sentence]]) -> dict:
    """Time training passes, shuffled as in fit, in turns: medians of five."""
    generator = torch.Generator().manual_seed(0)
    passes = {
        name: _prepare_pass(rung, sentences, generator)
        for name, sentences in corpora.items()
    }
    seconds = {name: [] for name in passes}
    for _ in range(5):
        for name, one_pass in passes.items():
            seconds[name].append(seconds_of(one_pass)[1])
    microseconds = {
        name: 1e6 * median(seconds[name]) / count_words(corpora[name])
        for name in passes
    }
    ratio = max(microseconds.values()) / min(microseconds.values())
    return {"microseconds": microseconds, "largest_by_least": ratio}


def _prepare_pass(rung, sentences, generator):
    """Build an untrained tagger; return a function that trains it for one pass."""
    encoder = build_encoder(sentences, rung.features)
    model = build_tagger(rung.kind, encoder, head=rung.head, **rung.sizes)
    groups = group_by_length(encode_sentences(encoder, sentences))
    optimisers = build_optimisers(model, 1e-4, 1e-4)
    batch_words = rung.plan.batch_words

    def one_pass():
        batches = iterate_batches(groups, 32, generator, batch_words=batch_words)
        train_one_epoch(model, batches, optimisers, 5.0)

    return one_pass


MEASURES = {"sizes": _measure_sizes, "lengths": _measure_lengths}
