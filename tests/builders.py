"""Small taggers that tests build, and what tests compare or expect."""

import os
from pathlib import Path

import pytest
import torch

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.data.encoding import UNKNOWN, Encoder, build_encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.models.taggers import RecurrentTagger
from lstm_helpers.models.taggers import build_tagger as build_model
from lstm_helpers.models.trained import TrainedTagger

TAGS = ["O", "B-geo", "I-geo", "B-per", "I-per"]
TEXT = "Mr. Pell left Lake Verda in May ; São Pell 's boat stayed ."


def build_tagger(bidirectional=True):
    torch.manual_seed(0)
    encoder = Encoder([UNKNOWN, "Pell", "Verda", "São", "in", ".", "May"], TAGS, 4)
    model = RecurrentTagger(7, 5, hidden_size=8, bidirectional=bidirectional)
    torch.nn.init.zeros_(model.hidden2tag.bias)  # no tag is preferred to another
    torch.nn.init.normal_(model.word_embeddings.weight)  # and words differ much
    return TrainedTagger(model, encoder, {"corpus": "São Verda", "test_f1": 0.5})


def build_chinese_tagger():
    """A tagger whose words are single characters."""
    torch.manual_seed(0)
    encoder = Encoder(["<unk>", *"北京在"], ["O", "B-geo"], first_singleton=1)
    return TrainedTagger(RecurrentTagger(4, 2), encoder)


def small_pool():
    """Build a tagger of the kind with the most parts."""
    encoder = build_encoder(TRAIN, ["suffix2", "shape"])
    sizes = {"hidden_size": 4, "embedding_dim": 4, "paired": [1, 2], "n_buckets": 9}
    model = build_model("PooledTagger", encoder, head="CRF", **sizes)
    return TrainedTagger(model.eval(), encoder)


def read_gmb():
    """Read the real corpus; without it, skip the test, or fail if that is asked for."""
    try:
        return read_corpus("gmb")
    except FileNotFoundError:
        missing = "needs the real corpus: python -m lstm_helpers download fetches it"
        if os.environ.get("LSTM_REQUIRE_GMB"):
            pytest.fail(missing)
        pytest.skip(missing)


def assert_same(result, wanted):
    """Compare weights, or weights with their history, to the bit."""
    torch.testing.assert_close(result, wanted, rtol=0, atol=0)


TAGGER = build_tagger()
GOLD = Sentence(["Verda", "in", "Lake"], ["B-geo", "O", "B-per"])
TRAIN = [Sentence(TEXT.split(), ["O"] * 14), GOLD]


UNWRITABLE = [  # first and last of what no page, picture or terminal holds as text
    (0x0000, 0x0008),
    (0x000B, 0x001F),  # a CR only if no LF follows
    (0x007F, 0x009F),
    (0x202A, 0x202E),  # embeds or overrides a direction of writing
    (0x2066, 0x2069),  # isolates one
    (0xD800, 0xDFFF),
    (0xFFFE, 0xFFFF),
]


def writable(text):
    """Put U+FFFD for what cannot be written."""
    lines = text.split("\r\n")
    return "\r\n".join(
        "".join("\ufffd" if is_unwritable(c) else c for c in line) for line in lines
    )


def is_unwritable(character):
    return any(first <= ord(character) <= last for first, last in UNWRITABLE)


def is_promised(said, by=None):
    """Say whether docs/promises.md, or the text of a function, says something."""
    page = Path(__file__).parents[1] / "docs" / "promises.md"
    return said in " ".join((by.__doc__ if by else page.read_text("utf-8")).split())
