"""A transformer that others pretrained: pieces in, tag scores out."""

import pytest
import torch

from benchmark import pretrained
from benchmark.pretrained import PieceEncoder, PretrainedTagger, build, lay_out
from lstm_helpers.data import Sentence
from lstm_helpers.data.batches import group_by_length
from lstm_helpers.data.encoding import encode_sentences
from lstm_helpers.models import TrainedTagger, predict_tags
from lstm_helpers.training import train_one_epoch, validate

CLS, SEP = 101, 102
TAGS = ["O", "B-geo", "I-geo"]


def test_pieces_stand_one_behind_the_other():
    words = torch.tensor(
        [
            [[1, 7, 8, 0], [0, 5, 0, 0]],  # the first word of both sentences
            [[0, 6, 0, 0], [1, 4, 3, 2]],
        ]
    )  # (T, B, 1 + P)
    ids, segments, first = lay_out(words)
    assert ids.tolist() == [[CLS, 7, 8, 6, SEP, 0], [CLS, 5, 4, 3, 2, SEP]]
    assert segments.tolist() == [[0, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 0]]
    assert first.T.tolist() == [[1, 3], [1, 2]]


@pytest.fixture
def folder(tmp_path):
    """A transformer of two layers that knows some pieces, and nothing else."""
    reason = "needs the extra peers: make benchmark"
    transformers = pytest.importorskip("transformers", reason=reason)
    tokenizers = pytest.importorskip("tokenizers", reason=reason)
    torch.manual_seed(0)
    sizes = {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 16}
    config = transformers.BertConfig(vocab_size=110, num_hidden_layers=2, **sizes)
    transformers.BertModel(config).save_pretrained(tmp_path)
    known = {"[PAD]": 0, "par": 1, "##is": 2, "in": 3, "[UNK]": 100}
    model = tokenizers.models.WordPiece(known, unk_token="[UNK]")
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def test_a_word_is_its_pieces_and_whether_it_has_a_capital(folder):
    encoder = PieceEncoder(TAGS, folder)
    found = encoder.encode_words(["In", "Paris", "in", "\u200b", "zzz"])
    assert found.shape == (5, 13)
    assert found[:, :4].tolist() == [
        [1, 3, 0, 0],
        [1, 1, 2, 0],
        [0, 3, 0, 0],
        [0, 100, 0, 0],  # nothing is left of it
        [0, 100, 0, 0],
    ]
    assert not found[:, 4:].any()
    assert (encoder.encode_words(["in" * 99])[0] != 0).sum() <= 12, "cut off"


def test_a_sentence_is_scored_alike_whatever_stands_beside_it(folder):
    encoder, model = PieceEncoder(TAGS, folder), PretrainedTagger(TAGS, folder).eval()
    words = [encoder.encode_words(text.split()) for text in ("Paris in", "in in")]
    alone = [model(each.unsqueeze(1))[:, 0] for each in words]
    together = model(torch.stack(words, dim=1))
    assert together.shape == (2, 2, len(TAGS))
    for k, wanted in enumerate(alone):  # to what bfloat16 has: 8 bits
        torch.testing.assert_close(together[:, k], wanted, rtol=0, atol=0.03)
    small, large = (
        model(encoder.encode_words([text]).unsqueeze(1)) for text in ("in", "In")
    )
    assert not torch.equal(small, large), "it sees capitals"


def test_it_learns_all_of_its_weights(folder):
    sentences = [Sentence(["In", "Paris"], ["O", "B-geo"]), Sentence(["in"], ["O"])]
    encoder, model = PieceEncoder(TAGS, folder), PretrainedTagger(TAGS, folder)
    batches = group_by_length(encode_sentences(encoder, sentences))
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    optimisers = build(model, 0.01, 1.0)
    for _ in range(60):
        train_one_epoch(model, batches, optimisers, clip_norm=1.0)
    unmoved = {n for n, w in model.named_parameters() if torch.equal(w, before[n])}
    assert unmoved <= {"head.end"}
    assert validate(model, encoder, batches).f1 == 1.0
    tagger = TrainedTagger(model, encoder)
    assert predict_tags(tagger, sentences) == [s.tags for s in sentences]


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path, monkeypatch):
    package = tmp_path / "other_weights"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(pretrained, "_PACKAGE", "other_weights")
    with pytest.raises(ValueError, match="got the SHA-256 d9298a10d1b07"):
        pretrained.find_model()
    monkeypatch.setattr(pretrained, "_PACKAGE", "no_weights")
    with pytest.raises(ModuleNotFoundError, match="got no no_weights, wanted it"):
        pretrained.find_model()
