"""What is chosen before training: bounds, and how the rates go."""

import math

import numpy as np
import pytest

from lstm_helpers.training.plan import Plan, rate_factor

WHOLE = ["epochs", "batch_size", "batch_words", "patience", "seed"]
RATES = ["learning_rate", "row_rate", "clip_norm"]


@pytest.mark.parametrize(
    ("name", "wrong", "wanted"),
    [
        ("unknown_rate", -0.1, "a fraction from 0 to 1"),
        ("unknown_rate", 1.1, "a fraction from 0 to 1"),
        ("unknown_rate", math.nan, "a fraction from 0 to 1"),
        ("epochs", 0, "a whole number, at least 1"),
        ("batch_size", 0, "a whole number, at least 1"),
        ("batch_words", -1, "a whole number, at least 0"),
        ("patience", 0, "a whole number, at least 1, or None"),
        ("patience", -3, "a whole number, at least 1, or None"),
        ("seed", 2**64, "a whole number from -9223372036854775808 to 1844674407"),
        *(
            (name, wrong, "a finite number above 0")
            for name in RATES
            for wrong in (0, -1, math.nan, math.inf, -math.inf, 10**400)
        ),
    ],
)
def test_a_number_out_of_its_range_is_refused(name, wrong, wanted):
    with pytest.raises(ValueError, match=f"^{name}: got {wrong}, wanted {wanted}"):
        Plan(**{name: wrong})


@pytest.mark.parametrize("name", [*WHOLE, *RATES, "unknown_rate"])
@pytest.mark.parametrize("wrong", [True, np.True_, "3", [3], 1j, np.array([1])])
def test_what_is_no_number_is_refused(name, wrong):
    with pytest.raises(TypeError, match=rf"^{name}: got .*, wanted a "):
        Plan(**{name: wrong})


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("wrong", [2.0, np.float32(2), math.nan])
def test_a_number_that_is_not_whole_is_refused(name, wrong):
    with pytest.raises(TypeError, match=f"^{name}: got .*, wanted a whole number"):
        Plan(**{name: wrong})


@pytest.mark.parametrize("name", ["epochs", "learning_rate", "seed"])
def test_none_is_for_patience_alone(name):
    assert Plan(patience=None).patience is None
    with pytest.raises(TypeError, match=f"^{name}: got None"):
        Plan(**{name: None})


def test_numbers_of_numpy_become_pythons():
    plan = Plan(
        **{name: np.int64(2) for name in WHOLE},
        **{name: np.float32(0.5) for name in [*RATES, "unknown_rate"]},
    )
    for names, kind, wanted in (
        (WHOLE, int, 2),
        ([*RATES, "unknown_rate"], float, 0.5),
    ):
        assert {type(getattr(plan, name)) for name in names} == {kind}
        assert {getattr(plan, name) for name in names} == {wanted}


@pytest.mark.parametrize("name", ["schedule", "build"])
def test_what_is_no_function_is_refused(name):
    with pytest.raises(TypeError, match=f"^{name}: got 0.5, wanted a function"):
        Plan(**{name: 0.5})


def test_a_plan_cannot_be_changed_behind_ones_back():
    with pytest.raises(AttributeError):
        Plan().epochs = 3


@pytest.mark.parametrize("warm_up", [0.05, 0.5])
def test_rates_rise_and_fall_in_straight_lines(warm_up):
    assert rate_factor(0, warm_up) == rate_factor(1, warm_up) == 0
    assert rate_factor(warm_up, warm_up) == 1
    assert rate_factor(warm_up / 2, warm_up) == pytest.approx(0.5)
    assert rate_factor((1 + warm_up) / 2, warm_up) == pytest.approx(0.5)
