"""A tagger saved is the tagger loaded."""

import copy

import numpy as np
import pytest
import torch
from builders import GOLD, TAGGER, TEXT, TRAIN, assert_same, build_tagger

from lstm_helpers.data.encoding import build_encoder
from lstm_helpers.data.splits import benchmark_split
from lstm_helpers.files.checkpoints import CheckpointError, load_state, save_state
from lstm_helpers.files.reading import checksum
from lstm_helpers.models import saving
from lstm_helpers.models.heads import PerWord
from lstm_helpers.models.saving import (
    SAMPLE_TAGGER,
    find_tagger,
    load_tagger,
    save_tagger,
)
from lstm_helpers.models.taggers import RecurrentTagger
from lstm_helpers.models.taggers import build_tagger as build_model
from lstm_helpers.models.trained import TrainedTagger, predict_probabilities
from lstm_helpers.prediction.text import tag_text
from lstm_helpers.training.loop import evaluate


def parts_of(encoder):
    """All that an encoder is made of."""
    return encoder.words, encoder.tags, encoder.first_singleton, encoder.features


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_tagger_saved_is_the_tagger_loaded(tmp_path, bidirectional):
    tagger = build_tagger(bidirectional)
    save_tagger(tmp_path / "new" / "folder", tagger)
    loaded = load_tagger(tmp_path / "new" / "folder")
    assert not loaded.model.training
    assert len({word.tag for word in tag_text(tagger, TEXT)}) > 2
    assert tag_text(loaded, TEXT) == tag_text(tagger, TEXT)
    assert loaded.about == tagger.about
    assert parts_of(loaded.encoder) == parts_of(tagger.encoder)
    weights, kept = loaded.model.state_dict(), tagger.model.state_dict()
    assert all(weights[name].equal(kept[name]) for name in weights | kept)


WINDOW = {"paired": [0, 2], "n_buckets": 9}


@pytest.mark.parametrize("head", ["PerWord", "CRF"])
@pytest.mark.parametrize(
    ("kind", "sizes"),
    [
        ("RecurrentTagger", {"hidden_size": 8, "dropout": 0.3}),
        ("WindowTagger", WINDOW),
        ("PooledTagger", {"hidden_size": 8, **WINDOW}),
        ("PooledTagger", {"apart": False, **WINDOW}),
    ],
)
def test_a_tagger_with_features_saved_is_the_tagger_loaded(tmp_path, kind, head, sizes):
    encoder = build_encoder(TRAIN, ["suffix2", "shape"])
    torch.manual_seed(0)
    model = build_model(kind, encoder, head=head, **sizes)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    tagger = TrainedTagger(model.eval(), encoder)
    save_tagger(tmp_path, tagger)
    loaded = load_tagger(tmp_path)
    assert type(loaded.model).__name__ == kind
    assert type(loaded.model.head).__name__ == head
    assert loaded.model.sizes == model.sizes
    assert loaded.model.sizes.items() >= sizes.items()
    assert loaded.encoder.features == encoder.features
    assert tag_text(loaded, TEXT) == tag_text(tagger, TEXT)
    [probs] = predict_probabilities(loaded, [GOLD])
    [wanted] = predict_probabilities(tagger, [GOLD])
    assert (probs == wanted).all()
    assert all(p.requires_grad for p in loaded.model.parameters()), "can be trained on"


class Louder(RecurrentTagger):
    """A tagger of one's own."""

    def forward(self, words):
        """Give other scores."""
        return 2 * super().forward(words)


def as_float64(tagger):
    tagger.model.double()


def with_a_nan(tagger):
    with torch.no_grad():
        tagger.model.hidden2tag.bias[1] = torch.nan


def with_its_own_class(tagger):
    tagger.model.__class__ = Louder


def in_anothers_name(tagger):
    tagger.model.__class__ = type("RecurrentTagger", (Louder,), {})


def with_its_own_head(tagger):
    tagger.model.head.__class__ = type("PerWord", (PerWord,), {})


def with_an_odd_tag(tagger):
    tagger.encoder.tags = (*tagger.encoder.tags[:-1], "per")


def with_a_word_twice(tagger):
    tagger.encoder.words = (*tagger.encoder.words[:-1], "Pell")


def with_a_word_that_is_no_text(tagger):
    tagger.encoder.words = (*tagger.encoder.words[:-1], 7)


def with_other_sizes(tagger):
    tagger.model.sizes["hidden_size"] = 4


def with_a_number_of_numpy(tagger):
    tagger.encoder.first_singleton = np.int64(4)


def with_a_layer_more(tagger):
    tagger.model.second = torch.nn.Linear(2, 2)


def about_an_object(tagger):
    tagger.about["corpus"] = object()


UNFIT = [
    *(as_float64, with_a_nan, with_its_own_class, in_anothers_name, with_its_own_head),
    *(with_an_odd_tag, with_a_word_twice, with_a_word_that_is_no_text),
    *(with_other_sizes, with_a_number_of_numpy, with_a_layer_more, about_an_object),
]


@pytest.mark.parametrize("change", UNFIT)
def test_what_could_not_be_loaded_is_not_saved(tmp_path, change):
    save_tagger(tmp_path / "old", TAGGER)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    tagger = build_tagger()
    change(tagger)
    for name in ("old", "new"):
        wanted = (
            f"^{tmp_path / name}: got a tagger that could not be.*nothing was saved"
        )
        with pytest.raises(ValueError, match=wanted):
            save_tagger(tmp_path / name, tagger)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before
    assert not (tmp_path / "new").exists()


def test_saving_changes_nothing_of_the_tagger(tmp_path):
    tagger, drawn = build_tagger(), torch.get_rng_state()
    tagger.model.train().lstm.requires_grad_(False)
    before = copy.deepcopy(tagger.model.state_dict())
    save_tagger(tmp_path, tagger)
    assert tagger.model.training
    assert not tagger.model.lstm.weight_hh_l0.requires_grad
    assert_same(tagger.model.state_dict(), before)
    assert torch.get_rng_state().equal(drawn)


def test_an_empty_folder_holds_no_tagger(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"got no state\.json, wanted a saved"):
        load_tagger(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("words", None),
        ("words", [*TAGGER.encoder.words[:-1], "Pell"]),
        ("words", TAGGER.encoder.words[::-1]),
        ("words", dict.fromkeys(TAGGER.encoder.words)),
        ("tags", ["O"] * 5),
        ("tags", ["O", "B-geo", "I-geo", "B-per", "per"]),
        ("tags", "OBIBI"),
        ("about", None),
        ("first_singleton", -1),
        ("first_singleton", True),
        ("sizes", {"vocab_size": 7}),
        ("sizes", {**TAGGER.model.sizes, "hidden_size": 4}),
        ("sizes", {**TAGGER.model.sizes, "layers": 2}),
        ("sizes", "7 words"),
        ("kind", "GRUTagger"),
        ("kind", "WindowTagger"),
        ("head", "CRF"),
        ("head", None),
        ("sizes", {**TAGGER.model.sizes, "features": True}),
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
    f1 = evaluate(tagger, test)
    assert f1 == pytest.approx(tagger.about["test_f1"], abs=1e-3)
    assert parts_of(tagger.encoder) == parts_of(build_encoder(train))
    assert tagger.about["training_sha256"] == checksum(train)


def test_a_corpus_has_its_own_tagger_or_the_committed_one(monkeypatch, tmp_path):
    monkeypatch.setattr(saving, "MODELS_FOLDER", tmp_path)
    for name in ("sample", "gmb"):
        assert find_tagger(name) == SAMPLE_TAGGER
        (tmp_path / name).mkdir()
        assert find_tagger(name) == SAMPLE_TAGGER, "an empty folder is no tagger"
        (tmp_path / name / "state.json").touch()
    assert find_tagger("sample") == SAMPLE_TAGGER
    assert find_tagger("gmb") == tmp_path / "gmb"


def test_a_loaded_model_is_in_evaluation_mode_before_it_is_used(tmp_path, monkeypatch):
    save_tagger(tmp_path, TAGGER)
    monkeypatch.setattr(saving, "predict_tags", lambda *_: None)
    assert not load_tagger(tmp_path).model.training


def test_a_tagger_takes_no_trainings_place(tmp_path):
    tensors, metadata = {"model.weight": torch.ones(1)}, {"call": {}, "history": []}
    save_state(tmp_path, tensors, metadata)
    with pytest.raises(FileExistsError, match="got a folder with a training's state"):
        save_tagger(tmp_path, TAGGER)
    assert load_state(tmp_path)[1] == metadata
    wanted = r"not a tagger \(got a training's state.*load_best_weights"
    with pytest.raises(CheckpointError, match=wanted):
        load_tagger(tmp_path)


@pytest.mark.parametrize("mark", ["\x1b", "\u202e"])
def test_a_type_that_no_corpus_may_have_is_refused(tmp_path, mark):
    save_tagger(tmp_path / "whole", TAGGER)
    tensors, metadata = load_state(tmp_path / "whole")
    begins, inside = metadata["tags"][1:3]
    changed = {begins: f"B-{mark}{begins[2:]}", inside: f"I-{mark}{inside[2:]}"}
    tags = [changed.get(tag, tag) for tag in metadata["tags"]]
    save_state(tmp_path / "other", tensors, metadata | {"tags": tags})
    with pytest.raises(CheckpointError, match="wanted a type that can be seen"):
        load_tagger(tmp_path / "other")
