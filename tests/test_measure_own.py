"""What notebook 8 shows of the real corpus is measured part by part, and recorded."""

import pytest
import torch

import measure_own
from lstm_helpers.data import Sentence, build_encoder
from results import read_results, write_results


@pytest.fixture
def output(tmp_path, monkeypatch, sample):
    """Let the figures go to a file of the test's own; measure nothing."""
    path = tmp_path / "figures.json"
    monkeypatch.setattr(measure_own, "OUTPUT", path)
    monkeypatch.setattr(measure_own, "read_corpus", lambda _: sample)
    parts = {
        name: lambda _, name=name: ({f"{name}_f1": 0.5}, {name: {"f1": [0.5]}})
        for name in measure_own.PARTS
    }
    monkeypatch.setattr(measure_own, "PARTS", parts)
    write_results(path, "an older command", [], {"curve_f1": 0.25}, {"curve": {}})
    return path


@pytest.mark.parametrize(
    ("chosen", "curve"), [([], 0.5), (["curve"], 0.5), (["weights"], 0.25)]
)
def test_parts_that_were_not_measured_now_are_kept(output, monkeypatch, chosen, curve):
    monkeypatch.setattr("sys.argv", ["measure_own.py", *chosen])
    measure_own.main()
    found = read_results(output)
    assert found["figures"]["curve_f1"] == curve
    measured = {*(chosen or measure_own.PARTS), "curve"}
    assert found["rows"].keys() == measured
    assert found["command"] == "python tools/measure_own.py"
    assert {"python", "torch"} <= found["versions"].keys()


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0])
def test_weights_fall_with_the_count(gamma):
    part = [Sentence([*"abcde"], ["O", "O", "O", "O", "B-geo"])]
    encoder = build_encoder(part)
    weights = measure_own.weigh(encoder, part, gamma)
    of = dict(zip(encoder.tags, weights.tolist(), strict=True))
    assert of["B-geo"] / of["O"] == pytest.approx(4**gamma)
    assert of["I-geo"] == pytest.approx(of["B-geo"]), (
        "a tag without a word: as with one"
    )


def test_the_weighted_loss_without_weights_is_the_plain_one():
    torch.manual_seed(0)
    scores, tags = torch.randn(3, 2, 4), torch.randint(4, (3, 2))
    plain = measure_own.PerWord().loss(scores, tags)
    assert torch.isclose(measure_own.Weighted(torch.ones(4)).loss(scores, tags), plain)
    heavy = measure_own.Weighted(torch.tensor([9.0, 1.0, 1.0, 1.0]))
    nll = -scores.log_softmax(dim=2).gather(2, tags.unsqueeze(2)).squeeze(2)
    share = torch.where(tags == 0, 9.0, 1.0)
    wanted = (share * nll).sum() / share.sum()
    assert torch.isclose(heavy.loss(scores, tags), wanted)
