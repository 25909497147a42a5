"""Our time for a piece of work over that of libraries for the same, and a margin.

Both are taken in turns, in one process, so that a slow day slows both. What libraries
do is of the same kind: an LSTM's products, many small steps, and Python between them.
So a processor on which one of these is cheaper changes both. With AVX2 alone, in place
of AVX-512 (ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2), training took 0.88 times
as long as theirs, not 0.86, and tagging 1.11 times, not 1.22. Against a bare LSTM the
same change took a fifth and more off. The corpus is the bundled one.
"""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from benchmark.ablations import FAST
from benchmark.clock import seconds_of
from benchmark.rows import Row
from benchmark.speed import times_pytorch_crf
from lstm_helpers.data import (
    Encoder,
    Sentence,
    build_encoder,
    encode_sentences,
    group_by_length,
    iterate_batches,
    read_corpus,
)
from lstm_helpers.models import TrainedTagger, build_tagger, predict_tags
from lstm_helpers.training import build_optimisers, hide_singletons, train_one_epoch

MARGIN = 1.3  # times the recorded ratio
_N_TURNS = 24


def _measure_check(_: Row) -> dict[str, float]:
    """Time training, tagging and the CRF, each against what libraries have for it."""
    torch.manual_seed(0)
    sentences = read_corpus("sample").sentences
    return {
        "training_by_libraries": _take_turns(*_trainings(sentences)),
        "tagging_by_libraries": _take_turns(*_taggings(sentences)),
        "crf_by_pytorch_crf": 1 / median(times_pytorch_crf()),
    }


def _take_turns(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Time both in turns; the median of our time over theirs."""
    return median(seconds_of(ours)[1] / seconds_of(theirs)[1] for _ in range(_N_TURNS))


class _OfLibraries(nn.Module):
    """A tagger word by word that is PyTorch's own layers alone."""

    def __init__(self, encoder: Encoder, size: int, *, bidirectional: bool) -> None:
        super().__init__()
        self.embed = nn.Embedding(len(encoder.words), size)
        self.lstm = nn.LSTM(size, size, bidirectional=bidirectional)
        n_states = size * (1 + bidirectional)
        self.to_tags = nn.Linear(n_states, len(encoder.tags))

    def forward(self, words: Tensor) -> Tensor:
        return self.to_tags(self.lstm(self.embed(words))[0])


def _trainings(
    sentences: Sequence[Sentence],
) -> tuple[Callable[[], object], Callable[[], object]]:
    """Train with the post's sizes on a hundred batches, by our loop or by Adam."""
    encoder = build_encoder(sentences)
    model = build_tagger("RecurrentTagger", encoder, bidirectional=False)
    optimisers = build_optimisers(model, 0.01, 0.3)
    generator = torch.Generator().manual_seed(0)
    groups = group_by_length(encode_sentences(encoder, sentences))
    batches = [*iterate_batches(groups, 32, generator)][:100]
    other = _OfLibraries(encoder, 32, bidirectional=False)
    optimizer = torch.optim.Adam(other.parameters(), lr=0.01)

    def ours():
        hidden = hide_singletons(batches, encoder.first_singleton, 0.5, generator)
        train_one_epoch(model, hidden, optimisers, 5.0)

    def theirs():
        for batch in batches:
            optimizer.zero_grad()
            scores = other(batch.words)
            cross_entropy(scores.flatten(0, 1), batch.tags.flatten()).backward()
            nn.utils.clip_grad_norm_(other.parameters(), 5.0)
            optimizer.step()

    return ours, theirs


def _taggings(
    sentences: Sequence[Sentence],
) -> tuple[Callable[[], object], Callable[[], object]]:
    """Tag in bulk with the sizes of "fast", or word by word with PyTorch's layers."""
    encoder = build_encoder(sentences, FAST.features)
    model = build_tagger(FAST.kind, encoder, head=FAST.head, **FAST.sizes)
    tagger = TrainedTagger(model, encoder)
    size = model.lstm.hidden_size
    other = _OfLibraries(encoder, size, bidirectional=True)
    by_length = sorted(sentences, key=lambda sentence: len(sentence.words))

    @torch.inference_mode()
    def theirs():
        for k in range(0, len(by_length), 512):
            some = by_length[k : k + 512]
            ids = [
                torch.tensor([encoder.word_to_ix.get(word, 0) for word in s.words])
                for s in some
            ]
            best = other(nn.utils.rnn.pad_sequence(ids)).argmax(dim=-1).T.tolist()
            for row, s in zip(best, some, strict=True):
                [encoder.tags[ix] for ix in row[: len(s.words)]]

    return lambda: predict_tags(tagger, sentences), theirs


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
