"""Every rung can be trained, and is what it says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmark.ours import settings_of
from lstm_helpers.data.encoding import UNKNOWN, Encoder
from lstm_helpers.data.splits import benchmark_split
from lstm_helpers.models.taggers import TAGGERS, build_tagger
from lstm_helpers.training.ladder import RUNGS, train_rung
from lstm_helpers.training.loop import evaluate

ROOT = Path(__file__).parents[1]
WORDS = Encoder([UNKNOWN], ["O"], 1)


@pytest.fixture(scope="module")
def few(sample):
    split = benchmark_split(sample.sentences)
    return split.train[:300], split.validation[:60]


def shrink(rung):
    """The same rung with few units and one epoch."""
    few = {"embedding_dim": 8, "hidden_size": 8, "n_buckets": 64}
    return replace(
        rung,
        sizes={k: few.get(k, size) for k, size in rung.sizes.items()},
        plan=replace(rung.plan, epochs=1),
    )


@pytest.mark.long
@pytest.mark.parametrize("name", RUNGS)
def test_a_rung_gives_the_tagger_it_names(few, name):
    rung = shrink(RUNGS[name])
    tagger, history = train_rung(rung, *few, progress=False)
    assert type(tagger.model) is TAGGERS[rung.kind]
    assert tagger.model.sizes.items() >= rung.sizes.items()
    assert type(tagger.model.head).__name__ == rung.head
    assert tuple(tagger.encoder.features) == rung.features
    assert len(history) == 1
    assert evaluate(tagger, few[1]) == history[0].validation_f1


@pytest.mark.long
def test_the_seed_decides_everything(few):
    def train(**seed):
        rung = shrink(RUNGS["fast"])
        tagger, history = train_rung(rung, *few, **seed, progress=False)
        return [p.tolist() for p in tagger.model.parameters()], history[0].loss

    assert train(seed=0) == train() == train(seed=0), "0 unless told otherwise"
    assert train(seed=0) != train(seed=1)


@pytest.mark.long
def test_each_epoch_is_handed_out(few):
    records = []
    _, history = train_rung(shrink(RUNGS["fast"]), *few, on_epoch=records.append)
    assert records == history


def test_from_looks_to_fast_nothing_but_the_head_changes():
    assert replace(RUNGS["looks"], head="CRF") == RUNGS["fast"]
    assert RUNGS["looks"].head == "PerWord"


@pytest.mark.parametrize("name", RUNGS)
def test_a_rung_is_the_one_whose_figures_are_quoted(name):
    recorded = json.loads((ROOT / "data" / "benchmark.json").read_text("utf-8"))
    settings = json.loads(json.dumps(settings_of(RUNGS[name])))  # no tuples there
    assert settings == recorded["rows"][f"{name}/0/0"]["rung"]


def test_the_posts_sizes_are_the_posts():
    for name in ("post_sizes", "quick"):
        sizes = build_tagger("RecurrentTagger", WORDS, **RUNGS[name].sizes).sizes
        assert (sizes["embedding_dim"], sizes["hidden_size"]) == (32, 32)
        assert not sizes["bidirectional"]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_takes_the_same_path(few):
    rung = shrink(RUNGS["fast"])
    tagger, history = train_rung(rung, *few, device="cuda", progress=False)
    assert next(tagger.model.parameters()).is_cuda
    assert evaluate(tagger, few[1]) == history[0].validation_f1


def test_a_rungs_name_is_no_rung(few):
    with pytest.raises(TypeError, match=r"rung: got 'fast', wanted a Rung, .*'best'"):
        train_rung("fast", *few)
