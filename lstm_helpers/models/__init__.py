"""Ids -> tag scores -> tags; a tagger with its encoder <-> a folder."""

from lstm_helpers.models.crf import CRF, forward_backward, legal_steps
from lstm_helpers.models.taggers import (
    TAGGERS,
    CRFTagger,
    FeatureTagger,
    LSTMTagger,
    PooledTagger,
    RecurrentTagger,
    SentenceDropout,
    Window,
    WindowTagger,
    WordDropout,
    build_tagger,
    predict_tags,
)
from lstm_helpers.models.saving import (
    MODELS_FOLDER,
    SAMPLE_TAGGER,
    Tagger,
    find_tagger,
    load_tagger,
    save_tagger,
)

__all__ = [
    "CRF",
    "forward_backward",
    "legal_steps",
    "TAGGERS",
    "CRFTagger",
    "FeatureTagger",
    "LSTMTagger",
    "PooledTagger",
    "RecurrentTagger",
    "SentenceDropout",
    "Window",
    "WindowTagger",
    "WordDropout",
    "build_tagger",
    "predict_tags",
    "MODELS_FOLDER",
    "SAMPLE_TAGGER",
    "Tagger",
    "find_tagger",
    "load_tagger",
    "save_tagger",
]
