"""Beyond one tagger: an oracle that peeks at gold labels, and pools of taggers."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import torch
from torch import Tensor, nn

from benchmark.ablations import FAST
from benchmark.clock import seconds_of
from benchmark.ours import tagger_folder
from benchmark.parts import read_parts, scores_of
from benchmark.rows import Row
from lstm_helpers.data import (
    Encoder,
    Sentence,
    benchmark_split,
    build_encoder,
    find_mentions,
    read_corpus,
)
from lstm_helpers.models import (
    CRF,
    Tagger,
    TrainedTagger,
    build_tagger,
    load_tagger,
    predict_tags,
)
from lstm_helpers.training import fit

_NONE = "none"


class _Seen(str):
    """A word, and the type that gold gives most often to the same word nearby."""

    __slots__ = ("kind",)
    kind: str


def see_neighbours(sentences: Sequence[Sentence], reach: int = 5) -> list[Sentence]:
    """Let every word know what gold says of the same word in the sentences around.

    Parameters
    ----------
    sentences : sequence of Sentence
        In the order of the corpus.
    reach : int
        How many sentences before, and as many after, are looked at; its own is not.

    Returns
    -------
    list of Sentence
        Each word's ``kind`` is the type of most of the mentions there that contain it,
        the first of several, or "none".
    """
    kinds_of = [defaultdict(list) for _ in sentences]  # word -> types of its mentions
    for number, start, end, kind in find_mentions(s.tags for s in sentences):
        for word in {*sentences[number].words[start:end]}:
            kinds_of[number][word].append(kind)
    seen = []
    for number, sentence in enumerate(sentences):
        before = kinds_of[max(0, number - reach) : number]
        near = [*before, *kinds_of[number + 1 : number + 1 + reach]]
        seen.append(sentence._replace(words=[_see(w, near) for w in sentence.words]))
    return seen


def _see(word, near):
    """Mark a word by the types of its mentions in some sentences."""
    seen = _Seen(word)
    counts = Counter(kind for kinds_of in near for kind in kinds_of.get(word, ()))
    seen.kind = max(counts, key=counts.__getitem__, default=_NONE)
    return seen


class PeekingEncoder(Encoder):
    """An encoder with one more column of ids: what words know of their neighbours.

    Parameters
    ----------
    encoder : Encoder
        With features.
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(
            encoder.words, encoder.tags, encoder.first_singleton, encoder.features
        )
        kinds = [_NONE, *(tag[2:] for tag in encoder.tags if tag.startswith("B-"))]
        self._rows = {kind: row for row, kind in enumerate(kinds, self.n_rows)}
        self.n_rows += len(kinds)

    def encode_words(self, words: Sequence[str]) -> Tensor:
        """Look up words from :func:`see_neighbours`: (T, 2 + F), int64."""
        kinds = torch.tensor([self._rows[word.kind] for word in words])
        return torch.cat([super().encode_words(words), kinds.unsqueeze(1)], dim=1)


def _measure_neighbours(row: Row) -> dict[str, float]:
    """Train "fast" as an oracle that peeks at the gold labels of the sentences around.

    They are those of all parts, so this is no tagger: it says what they would be worth.
    """
    parts = benchmark_split(see_neighbours(read_corpus("gmb").sentences))
    tagger, seconds = seconds_of(train_peeking, parts.train, parts.validation, row.seed)
    scores = scores_of(parts.test, predict_tags(tagger, parts.test))
    return {**scores, "seconds": seconds}


def train_peeking(train, validation, seed):
    """Train "fast" on words that know of their neighbours."""
    torch.manual_seed(seed)
    encoder = PeekingEncoder(build_encoder(train, FAST.features))
    model = build_tagger(FAST.kind, encoder, head=FAST.head, **FAST.sizes)
    plan = replace(FAST.plan, seed=seed)
    fit(model, encoder, train, validation, plan, progress=False)
    return TrainedTagger(model, encoder)


# --- pools


class _Pool(Tagger):
    """The opinion pool of taggers with a CRF: the means of all their scores."""

    def __init__(self, taggers: Sequence[TrainedTagger], encoder: Encoder) -> None:
        super().__init__()
        members = [tagger.model for tagger in taggers]
        self.members = nn.ModuleList(members)
        self.ids = [_translate(encoder, tagger.encoder) for tagger in taggers]
        self.head = CRF(encoder.tags)
        states = [member.head.state_dict() for member in members]
        mean = {name: sum(s[name] for s in states) / len(states) for name in states[0]}
        self.head.load_state_dict(mean)

    def forward(self, words: Tensor) -> Tensor:
        """Score every tag for every word: (T, B, K)."""
        scores = [
            member(words[..., columns] + shifts)
            for member, (columns, shifts) in zip(self.members, self.ids, strict=True)
        ]
        return sum(scores) / len(scores)


def _translate(encoder, other):
    """Say which of an encoder's ids another one gives, and how far its rows lie off."""
    columns, shifts, names = [0], [0], [*encoder.features]
    for name, row in _first_rows(other).items():
        columns.append(1 + names.index(name))
        shifts.append(row - _first_rows(encoder)[name])
    return torch.tensor(columns), torch.tensor(shifts)


def _first_rows(encoder):
    """Give the first row of each feature in the table of an encoder's rows."""
    sizes = [len(encoder.words), *(1 + len(v) for v in encoder.features.values())]
    return dict(zip(encoder.features, accumulate(sizes), strict=False))


def pool_taggers(taggers: Sequence[TrainedTagger]) -> TrainedTagger:
    """Pool taggers that were trained on the same sentences.

    Parameters
    ----------
    taggers : sequence of TrainedTagger
        At least one, each with features and a CRF.

    Returns
    -------
    TrainedTagger
        With the encoder that has the most features.

    Raises
    ------
    ValueError
        If one knows other words, tags or values of a feature than that encoder.
    """
    encoder = max((t.encoder for t in taggers), key=lambda e: len(e.features))
    for other in (tagger.encoder for tagger in taggers):
        same = (other.words, other.tags) == (encoder.words, encoder.tags)
        if not same or not other.features.items() <= encoder.features.items():
            raise ValueError("taggers: got different encoders, wanted the same words")
    return TrainedTagger(_Pool(taggers, encoder), encoder)


def _measure_pool(row: Row) -> dict[str, float]:
    """Score pools of the kept taggers, of each rung and of all, on the test part."""
    test, taggers = read_parts().test, defaultdict(list)
    for trained in row.trained_by:
        tagger = load_tagger(tagger_folder(trained))
        taggers[trained.what].append(tagger)
        taggers["all"].append(tagger)
    predicted = {
        name: predict_tags(pool_taggers(some), test) for name, some in taggers.items()
    }
    return {
        f"{name}_f1": scores_of(test, tags)["f1"] for name, tags in predicted.items()
    }


MEASURES = {"neighbours": _measure_neighbours, "pool": _measure_pool}
