"""Every rung can be trained, and is what it says."""

import itertools

import pytest
import torch

from lstm_helpers.data.corpus import benchmark_split
from lstm_helpers.data.encoding import FeatureEncoder
from lstm_helpers.models.taggers import TAGGERS
from lstm_helpers.training.ladder import RUNGS, train_rung
from lstm_helpers.training.loop import evaluate


@pytest.fixture(scope="module")
def few(sample):
    split = benchmark_split(sample.sentences)
    return split.train[:300], split.validation[:60]


def shrink(rung):
    """The same rung with few units and one epoch."""
    few = {"embedding_dim": 8, "hidden_size": 8, "n_buckets": 64}
    return rung._replace(
        sizes={k: few.get(k, size) for k, size in rung.sizes.items()},
        training={**rung.training, "epochs": 1},
    )


@pytest.mark.parametrize("name", RUNGS)
def test_a_rung_gives_the_tagger_it_names(few, name):
    rung = shrink(RUNGS[name])
    tagger, history = train_rung(rung, *few, progress=False)
    assert type(tagger.model) is TAGGERS[rung.kind]
    assert tagger.model.sizes.items() >= rung.sizes.items()
    features = getattr(tagger.encoder, "features", {})
    assert tuple(features) == (rung.features or ())
    assert isinstance(tagger.encoder, FeatureEncoder) == (rung.features is not None)
    assert len(history) == 1
    assert evaluate(tagger.model, tagger.encoder, few[1]) == history[0].validation_f1


def test_the_seed_decides_everything(few):
    def train(seed):
        rung = shrink(RUNGS["fast"])
        tagger, history = train_rung(rung, *few, seed=seed, progress=False)
        return [p.tolist() for p in tagger.model.parameters()], history[0].loss

    assert train(0) == train(0)
    assert train(0) != train(1)


def test_options_overrule_the_rung(few):
    rung = shrink(RUNGS["fast"])
    records = []
    _, history = train_rung(rung, *few, epochs=2, on_epoch=records.append)
    assert records == history
    assert len(history) == 2


def test_the_ladder_is_one(few):
    kinds = [RUNGS[name].kind for name in ("seed", "words", "looks", "fast", "best")]
    for below, above in itertools.pairwise(kinds):
        assert issubclass(TAGGERS[above], TAGGERS[below])
    assert not RUNGS["seed"].sizes["bidirectional"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_takes_the_same_path(few):
    rung = shrink(RUNGS["fast"])
    tagger, history = train_rung(rung, *few, device="cuda", progress=False)
    assert next(tagger.model.parameters()).is_cuda
    assert evaluate(tagger.model, tagger.encoder, few[1]) == history[0].validation_f1
