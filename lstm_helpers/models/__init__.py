"""Ids -> tag scores -> tags; a tagger with its encoder <-> a folder."""

from lstm_helpers.models.mentions import (
    Chain,
    FoundMentions,
    continuations,
    find_probable,
    mention_probabilities,
    write_tags,
)
from lstm_helpers.models.heads import Head, PerWord
from lstm_helpers.models.crf import (
    CRF,
    find_best_path,
    forward_backward,
    legal_steps,
)
from lstm_helpers.models.dropout import SentenceDropout, WordDropout
from lstm_helpers.models.window import SummedEmbedding, Window
from lstm_helpers.models.taggers import (
    HEADS,
    TAGGERS,
    LSTMTagger,
    PooledTagger,
    RecurrentTagger,
    Tagger,
    WindowTagger,
    build_tagger,
)
from lstm_helpers.models.trained import (
    TrainedTagger,
    predict_probabilities,
    predict_surely,
    predict_tags,
)
from lstm_helpers.models.saving import (
    SAMPLE_TAGGER,
    find_tagger,
    load_tagger,
    save_tagger,
)

__all__ = [
    "Chain",
    "FoundMentions",
    "continuations",
    "find_probable",
    "mention_probabilities",
    "write_tags",
    "Head",
    "PerWord",
    "CRF",
    "find_best_path",
    "forward_backward",
    "legal_steps",
    "SentenceDropout",
    "WordDropout",
    "SummedEmbedding",
    "Window",
    "HEADS",
    "TAGGERS",
    "LSTMTagger",
    "PooledTagger",
    "RecurrentTagger",
    "Tagger",
    "WindowTagger",
    "build_tagger",
    "TrainedTagger",
    "predict_probabilities",
    "predict_surely",
    "predict_tags",
    "SAMPLE_TAGGER",
    "find_tagger",
    "load_tagger",
    "save_tagger",
]


def __dir__() -> list[str]:
    return __all__
