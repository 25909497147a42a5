"""A file -> sentences -> train, validation, test -> ids -> batches."""

from lstm_helpers.data.corpus import (
    Corpus,
    CorpusError,
    Sentence,
    Split,
    benchmark_split,
    read_conll,
    read_corpus,
    read_csv,
    seed_split,
)
from lstm_helpers.data.tokens import Word, split_words
from lstm_helpers.data.features import FEATURES, word_shape
from lstm_helpers.data.encoding import (
    Encoded,
    Encoder,
    FeatureEncoder,
    build_encoder,
    encode_sentences,
)
from lstm_helpers.data.batches import (
    Batch,
    batch_sizes,
    count_batches,
    group_by_length,
    group_sentences,
    iterate_batches,
)

__all__ = [
    "Corpus",
    "CorpusError",
    "Sentence",
    "Split",
    "benchmark_split",
    "read_conll",
    "read_corpus",
    "read_csv",
    "seed_split",
    "Word",
    "split_words",
    "FEATURES",
    "word_shape",
    "Encoded",
    "Encoder",
    "FeatureEncoder",
    "build_encoder",
    "encode_sentences",
    "Batch",
    "batch_sizes",
    "count_batches",
    "group_by_length",
    "group_sentences",
    "iterate_batches",
]
