"""What is dropped, how often, and what stays."""

import pytest
import torch

from lstm_helpers.models.dropout import SentenceDropout, WordDropout


def test_a_sentence_drops_the_same_entries_at_every_word():
    torch.manual_seed(0)
    got = SentenceDropout(0.3)(torch.ones(5, 200, 50))
    assert (got == got[0]).all()
    assert sorted(got.unique().tolist()) == pytest.approx([0, 1 / 0.7])
    assert (got == 0).float().mean() == pytest.approx(0.3, abs=0.02)
    assert got.mean() == pytest.approx(1, abs=0.02)


def test_a_dropped_word_has_nothing_left():
    torch.manual_seed(0)
    got = WordDropout(0.3)(torch.ones(50, 100, 3))
    assert (got == got[..., :1]).all()
    assert got.unique().tolist() == [0, 1]
    assert got.mean() == pytest.approx(0.7, abs=0.03)


@pytest.mark.parametrize("kind", [SentenceDropout, WordDropout])
def test_nothing_is_dropped_outside_training(kind):
    values = torch.ones(3, 2, 5)
    assert kind(0.9).eval()(values).equal(values)
    assert kind(0.0)(values).equal(values)
    for wrong in (-0.1, 1):
        with pytest.raises(ValueError, match=f"dropout: got {wrong}, wanted a frac"):
            kind(wrong)
