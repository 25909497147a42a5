"""A file -> sentences -> train, validation, test -> ids -> batches."""

from lstm_helpers.data.iob2 import (
    Mention,
    count_illegal,
    find_mentions,
    from_iob1,
    is_tag,
    list_tags,
    may_follow,
)
from lstm_helpers.data.errors import CorpusError
from lstm_helpers.data.sentences import Sentence
from lstm_helpers.data.layouts import read_conll, read_csv
from lstm_helpers.data.corpus import Corpus, read_corpus
from lstm_helpers.data.splits import (
    Split,
    benchmark_split,
    post_split,
    read_split,
)
from lstm_helpers.data.twins import Twin, find_twins, label_span
from lstm_helpers.data.tokens import (
    TOKENISERS,
    WholeWords,
    Word,
    count_whole_words,
    find_tokeniser,
    split_at_spaces,
    split_characters,
    split_words,
)
from lstm_helpers.data.description import Contradiction, Description, describe
from lstm_helpers.data.features import FEATURES, word_shape
from lstm_helpers.data.encoding import (
    UNKNOWN,
    Encoded,
    Encoder,
    build_encoder,
    encode_sentences,
)
from lstm_helpers.data.batches import (
    Batch,
    batch_sizes,
    count_batches,
    group_by_length,
    iterate_batches,
)

__all__ = [
    "Mention",
    "count_illegal",
    "find_mentions",
    "from_iob1",
    "is_tag",
    "list_tags",
    "may_follow",
    "CorpusError",
    "Sentence",
    "read_conll",
    "read_csv",
    "Corpus",
    "read_corpus",
    "Split",
    "benchmark_split",
    "post_split",
    "read_split",
    "Twin",
    "find_twins",
    "label_span",
    "TOKENISERS",
    "WholeWords",
    "Word",
    "count_whole_words",
    "find_tokeniser",
    "split_at_spaces",
    "split_characters",
    "split_words",
    "Contradiction",
    "Description",
    "describe",
    "FEATURES",
    "word_shape",
    "UNKNOWN",
    "Encoded",
    "Encoder",
    "build_encoder",
    "encode_sentences",
    "Batch",
    "batch_sizes",
    "count_batches",
    "group_by_length",
    "iterate_batches",
]


def __dir__() -> list[str]:
    return __all__
