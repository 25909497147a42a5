"""What is chosen before training: bounds, and how the rates go."""

import pytest

from lstm_helpers.training.plan import Plan, rate_factor


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"unknown_rate": -0.1}, "unknown_rate: got -0.1, wanted 0 to 1"),
        ({"unknown_rate": 1.1}, "unknown_rate: got 1.1, wanted 0 to 1"),
        ({"batch_size": 0}, "batch_size: got 0, wanted at least 1"),
        ({"epochs": 0}, "got epochs 0, clip_norm 5.0, wanted at least one epoch and a"),
        ({"clip_norm": 0}, "clip_norm 0, wanted at least one epoch and a norm above 0"),
        ({"clip_norm": -1}, "clip_norm -1, wanted at least one epoch and a norm above"),
        ({"clip_norm": float("nan")}, "clip_norm nan, wanted at least one epoch and a"),
        ({"patience": 0}, "patience: got 0, wanted at least 1, or None"),
        ({"patience": -3}, "patience: got -3, wanted at least 1, or None"),
    ],
    ids=str,
)
def test_a_number_out_of_its_range_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Plan(**wrong)


def test_a_plan_cannot_be_changed_behind_ones_back():
    with pytest.raises(AttributeError):
        Plan().epochs = 3


@pytest.mark.parametrize("warm_up", [0.05, 0.5])
def test_rates_rise_and_fall_in_straight_lines(warm_up):
    assert rate_factor(0, warm_up) == rate_factor(1, warm_up) == 0
    assert rate_factor(warm_up, warm_up) == 1
    assert rate_factor(warm_up / 2, warm_up) == pytest.approx(0.5)
    assert rate_factor((1 + warm_up) / 2, warm_up) == pytest.approx(0.5)
