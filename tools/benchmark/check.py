"""Our time for a piece of work over that of something that is not ours, and a margin.

Both are taken in turns, in one process, so that a slow day slows both. The corpus is
the bundled one.
"""

from collections.abc import Mapping, Sequence
from statistics import median

import torch
from torch import nn

from benchmark.ablations import FAST
from benchmark.clock import seconds_of
from benchmark.rows import Row
from benchmark.speed import inputs_of, time_training, times_pytorch_crf
from lstm_helpers.data import (
    Sentence,
    build_encoder,
    encode_sentences,
    group_by_length,
    iterate_batches,
    read_corpus,
)
from lstm_helpers.models import TrainedTagger, build_tagger, predict_tags

MARGIN = 1.3  # times the recorded ratio
_N_PASSES = 24  # over the bundled corpus


def _measure_check(_: Row) -> dict[str, float]:
    """Time training, tagging and the CRF, each against something that is not ours."""
    torch.manual_seed(0)
    sentences = read_corpus("sample").sentences
    shares, _ = time_training(sentences, n_passes=_N_PASSES)
    return {
        "training_by_lstm": 1 / median(shares),
        "tagging_by_lstm": median(_time_tagging(sentences)),
        "crf_by_pytorch_crf": 1 / median(times_pytorch_crf()),
    }


def _time_tagging(sentences: Sequence[Sentence]) -> list[float]:
    """Time tagging in bulk with the sizes of "fast" against its bare LSTM, in turns."""
    encoder = build_encoder(sentences, FAST.features)
    model = build_tagger(FAST.kind, encoder, head=FAST.head, **FAST.sizes)
    tagger = TrainedTagger(model, encoder)
    encoded = encode_sentences(encoder, sentences)
    batches = [*iterate_batches(group_by_length(encoded), 512)]
    size = model.lstm.input_size
    bare = nn.LSTM(size, model.lstm.hidden_size, bidirectional=True)

    @torch.inference_mode()
    def alone():
        for x in inputs_of(batches, size):
            bare(x)

    def nothing():
        for _ in inputs_of(batches, size):
            pass

    ratios = []
    for _ in range(_N_PASSES):
        works = (lambda: predict_tags(tagger, sentences), alone, nothing)
        whole, lstm, filling = (seconds_of(work)[1] for work in works)
        ratios.append(whole / (lstm - filling))
    return ratios


def compare(found: Mapping[str, float], recorded: Mapping[str, float]) -> list[str]:
    """Say which ratios are worse than the recorded ones by more than the margin.

    Parameters
    ----------
    found, recorded : mapping of str to float
        Rows: our time over that of something that is not ours.

    Returns
    -------
    list of str
        A line for each that is.
    """
    return [
        f"{name}: got {found[name]:.2f}, wanted at most {MARGIN} times the recorded "
        f"{ratio:.2f}"
        for name, ratio in recorded.items()
        if found[name] > MARGIN * ratio
    ]


MEASURES = {"check": _measure_check}
