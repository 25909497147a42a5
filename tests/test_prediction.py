"""Text in, entities out; a tagger saved is the tagger loaded."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from seqeval.scheme import IOB2, Entities

from lstm_helpers import prediction
from lstm_helpers.checkpoints import CheckpointError, checksum, load_state, save_state
from lstm_helpers.corpus import Sentence, benchmark_split
from lstm_helpers.encoding import UNKNOWN, Encoder, build_encoder
from lstm_helpers.models import RecurrentTagger, predict_tags
from lstm_helpers.models import build_tagger as build_model
from lstm_helpers.prediction import (
    SAMPLE_TAGGER,
    Entity,
    TaggedWord,
    Tagger,
    find_entities,
    find_tagger,
    join_words,
    load_tagger,
    predict_probabilities,
    save_tagger,
    tag_text,
)
from lstm_helpers.training import evaluate

TAGS = ["O", "B-geo", "I-geo", "B-per", "I-per"]
TEXT = "Mr. Pell left Lake Verda in May ; São Pell 's boat stayed ."


def build_tagger(bidirectional=True):
    torch.manual_seed(0)
    encoder = Encoder([UNKNOWN, "Pell", "Verda", "São", "in", ".", "May"], TAGS, 4)
    model = RecurrentTagger(7, 5, hidden_size=8, bidirectional=bidirectional)
    torch.nn.init.zeros_(model.hidden2tag.bias)  # no tag is preferred to another
    torch.nn.init.normal_(model.word_embeddings.weight)  # and words differ much
    return Tagger(model, encoder, {"corpus": "São Verda", "test_f1": 0.5})


def small_pool():
    """Build a tagger of the kind with the most parts."""
    train = [Sentence(TEXT.split(), ["O"] * 14, [], ""), GOLD]
    encoder = build_encoder(train, ["suffix2", "shape"])
    sizes = {"hidden_size": 4, "embedding_dim": 4, "paired": [1, 2], "n_buckets": 9}
    model = build_model("PooledTagger", encoder, **sizes)
    return Tagger(model.eval(), encoder, {})


TAGGER = build_tagger()
GOLD = Sentence(["Verda", "in", "Lake"], ["B-geo", "O", "B-per"], [], "")


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_tagger_saved_is_the_tagger_loaded(tmp_path, bidirectional):
    tagger = build_tagger(bidirectional)
    save_tagger(tmp_path / "new" / "folder", tagger)
    loaded = load_tagger(tmp_path / "new" / "folder")
    assert not loaded.model.training
    assert len({word.tag for word in tag_text(tagger, TEXT)}) > 2
    assert tag_text(loaded, TEXT) == tag_text(tagger, TEXT)
    assert loaded.about == tagger.about
    assert vars(loaded.encoder) == vars(tagger.encoder)
    weights, kept = loaded.model.state_dict(), tagger.model.state_dict()
    assert all(weights[name].equal(kept[name]) for name in weights | kept)


@pytest.mark.parametrize(
    ("kind", "sizes"),
    [
        ("FeatureTagger", {"hidden_size": 8, "dropout": 0.3}),
        ("CRFTagger", {"hidden_size": 8, "dropout": 0.3}),
        ("WindowTagger", {"paired": [0, 2], "n_buckets": 9}),
        ("PooledTagger", {"hidden_size": 8, "paired": [1], "n_buckets": 9}),
        ("PooledTagger", {"paired": [1], "n_buckets": 9, "apart": False}),
    ],
)
def test_a_tagger_with_features_saved_is_the_tagger_loaded(tmp_path, kind, sizes):
    train = [Sentence(TEXT.split(), ["O"] * 14, [], ""), GOLD]
    encoder = build_encoder(train, ["suffix2", "shape"])
    torch.manual_seed(0)
    model = build_model(kind, encoder, **sizes)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    save_tagger(tmp_path, Tagger(model.eval(), encoder, {}))
    loaded = load_tagger(tmp_path)
    assert type(loaded.model).__name__ == kind
    assert loaded.model.sizes == model.sizes
    assert loaded.model.sizes.items() >= sizes.items()
    assert loaded.encoder.features == encoder.features
    tagged = tag_text(Tagger(model, encoder, {}), TEXT)
    assert tag_text(loaded, TEXT) == tagged
    [probs] = predict_probabilities(loaded, [GOLD])
    [wanted] = predict_probabilities(Tagger(model, encoder, {}), [GOLD])
    assert (probs == wanted).all()
    assert probs.sum(axis=1) == pytest.approx(1)
    assert all(p.requires_grad for p in loaded.model.parameters()), "can be trained on"


def test_an_empty_folder_holds_no_tagger(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"got no state\.json, wanted a saved"):
        load_tagger(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("words", None),
        ("sizes", {"vocab_size": 7}),
        ("sizes", {**TAGGER.model.sizes, "hidden_size": 4}),
        ("sizes", {**TAGGER.model.sizes, "layers": 2}),
        ("sizes", "7 words"),
        ("kind", "GRUTagger"),
        ("kind", "CRFTagger"),
        ("features", {"shape": ["Xx"]}),
        ("features", {"colour": ["red"]}),
    ],
)
def test_another_tagger_than_its_weights_is_refused(tmp_path, key, value):
    save_tagger(tmp_path, TAGGER)
    tensors, metadata = load_state(tmp_path)
    save_state(tmp_path, tensors, metadata | {key: value})
    with pytest.raises(CheckpointError, match=f"{tmp_path}: not a tagger"):
        load_tagger(tmp_path)


@pytest.mark.parametrize("metadata", [{}, {"step": 12}, [1, 2], None])
def test_a_state_that_is_no_tagger_is_refused(tmp_path, metadata):
    save_state(tmp_path, TAGGER.model.state_dict(), metadata)
    with pytest.raises(CheckpointError, match=f"{tmp_path}: not a tagger"):
        load_tagger(tmp_path)


def test_the_committed_tagger_scores_what_it_says(sample):
    tagger = load_tagger(SAMPLE_TAGGER)
    train, _, test = benchmark_split(sample.sentences)
    f1 = evaluate(tagger.model, tagger.encoder, test)
    assert f1 == pytest.approx(tagger.about["test_f1"], abs=1e-3)
    assert vars(tagger.encoder) == vars(build_encoder(train))
    assert tagger.about["training_sha256"] == checksum(train)


ODD_TEXTS = {
    "one character": "x",
    "emoji": "👩‍👩‍👧 met 🇵🇪 in 👍🏽.",
    "right to left": "رئيس الوزراء في القدس، אתמול.",
    "combining marks": "e\u0301 \u0301\u0301 o\u0308sterreich",
    "control characters": "a\x00b\x07 \x1b[31mred\x1b[0m \x85 \u200b\ufeff\u202e",
    "lone surrogates": "\ud800 Pell\udfff \udc00\ud800",
    "no end": "a" * 200_000,
    "only apostrophes": "'" * 20_000 + "n't" * 20_000,
    "only full stops": "a." * 50_000,
    "only digits": "1,1." * 50_000,
}


def check_words(tagger, text):
    """See that the words of a text stand where they say, and cover all of it."""
    end_before = 0
    for word, start, end, tag, known in tag_text(tagger, text):
        assert end_before <= start < end
        assert text[end_before:start].strip() == ""
        assert text[start:end] == word
        assert tag in TAGS
        assert known == (word in tagger.encoder.word_to_ix)
        end_before = end
    assert text[end_before:].strip() == ""


@given(st.text(st.characters()) | st.text("Pell Verda's.,-3\n"))
def test_every_word_is_where_it_says(text):
    check_words(TAGGER, text)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_every_text_is_tagged(text):
    check_words(TAGGER, text)
    check_words(small_pool(), text)


def test_a_text_of_a_hundred_thousand_words_is_tagged():
    for tagger in (TAGGER, small_pool()):
        assert len(tag_text(tagger, "Pell left " * 50_000)) == 100_000


def test_a_text_gets_the_tags_of_its_words():
    tagged = tag_text(TAGGER, TEXT)
    words = Sentence([word.word for word in tagged], [], [], "")
    [tags] = predict_tags(TAGGER.model, TAGGER.encoder, [words])
    assert words.words == TEXT.split()
    assert [word.tag for word in tagged] == tags


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0"])
def test_blank_text_has_no_words(text):
    assert tag_text(TAGGER, text) == []


@pytest.mark.parametrize("text", [None, b"Pell", ["Pell"]])
def test_only_text_is_tagged(text):
    with pytest.raises(TypeError, match=f"got {type(text).__name__}, wanted str"):
        tag_text(TAGGER, text)


def tag_by_hand(text, tags):
    tagged, end = [], 0
    for word, tag in zip(text.split(), tags, strict=True):
        start = text.index(word, end)
        end = start + len(word)
        tagged.append(TaggedWord(word, start, end, tag, known=True))
    return tagged


ROME, PELL = Entity("geo", 0, 4, "Rome"), Entity("per", 5, 9, "Pell")
LAKE, VERDA = Entity("geo", 0, 11, "Lake  Verda"), Entity("geo", 10, 15, "Verda")
ROMA = Entity("geo", 5, 9, "Roma")


@pytest.mark.parametrize(
    ("text", "tags", "entities"),
    [
        pytest.param("", "", [], id="no words"),
        pytest.param("it rained", "O O", [], id="nobody"),
        pytest.param("Lake  Verda froze", "B-geo I-geo O", [LAKE], id="two words"),
        pytest.param("Rome Pell Verda", "O O B-geo", [VERDA], id="the last word"),
        pytest.param("Rome Pell", "B-geo B-per", [ROME, PELL], id="side by side"),
        pytest.param("Rome Roma", "B-geo B-geo", [ROME, ROMA], id="B- after B-"),
        pytest.param("Rome Pell", "B-geo I-per", [ROME], id="I- of another type"),
        pytest.param("Rome a Verda", "B-geo O I-geo", [ROME], id="I- after a gap"),
        pytest.param("Lake Verda", "I-geo I-geo", [], id="I- at the beginning"),
        pytest.param(
            "Rome a Pell", "B-geo I-per I-geo", [ROME], id="I- after stray I-"
        ),
    ],
)
def test_entities_worked_by_hand(text, tags, entities):
    assert find_entities(text, tag_by_hand(text, tags.split())) == entities


@given(st.lists(st.sampled_from(TAGS)))
def test_entities_are_those_of_strict_scoring(tags):
    text = " ".join("x" * len(tags))  # word k stands at 2 k
    found = find_entities(text, tag_by_hand(text, tags))
    [wanted] = Entities([tags], IOB2).entities if tags else [[]]
    assert [(e.kind, e.start // 2, e.end // 2 + 1) for e in found] == [
        (entity.tag, entity.start, entity.end) for entity in wanted
    ]
    assert all(text[e.start : e.end] == e.mention for e in found)


def test_a_corpus_has_its_own_tagger_or_the_committed_one(monkeypatch, tmp_path):
    monkeypatch.setattr(prediction, "MODELS_FOLDER", tmp_path)
    for name in ("sample", "gmb"):
        assert find_tagger(name) == SAMPLE_TAGGER
        (tmp_path / name).mkdir()
        assert find_tagger(name) == SAMPLE_TAGGER, "an empty folder is no tagger"
        (tmp_path / name / "state.json").touch()
    assert find_tagger("sample") == SAMPLE_TAGGER
    assert find_tagger("gmb") == tmp_path / "gmb"


def test_words_joined_are_where_they_say():
    text, tagged = join_words(
        ["Pell", "'s", "Ode"], ["B-per", "O", "O"], TAGGER.encoder
    )
    assert text == "Pell 's Ode"
    assert [text[w.start : w.end] for w in tagged] == [w.word for w in tagged]
    assert [w.known for w in tagged] == [True, False, False]
    assert find_entities(text, tagged) == [Entity("per", 0, 4, "Pell")]


def test_the_most_probable_tag_is_the_predicted_one(sample):
    tagger, sentences = load_tagger(SAMPLE_TAGGER), sample.sentences[:50]
    probs = predict_probabilities(tagger, sentences)
    tags = [tagger.encoder.decode_tags(rows.argmax(axis=1)) for rows in probs]
    assert tags == predict_tags(tagger.model, tagger.encoder, sentences)
    for rows, sentence in zip(probs, sentences, strict=True):
        assert rows.shape == (len(sentence.words), len(tagger.encoder.tags))
        assert rows.sum(axis=1) == pytest.approx(1, abs=1e-5)
