"""Histograms count what they are given."""

import numpy as np
import pytest
from drawn import GROUPS, legend

from lstm_helpers.figures.histograms import plot_lengths, plot_two_groups


def test_lengths_are_counted_one_by_one(ax):
    assert plot_lengths([1, 3, 3, 4], ax=ax) is ax
    [bars] = ax.containers
    assert [bar.get_height() for bar in bars] == [1, 0, 2, 1]
    assert [bar.get_x() + 0.5 for bar in bars] == [1, 2, 3, 4]
    assert {*legend(ax)} == {"the middle half: 2 to 3", "median: 3"}


def test_each_group_is_spread_over_an_area_of_one(ax):
    values, members = GROUPS
    plot_two_groups(values, members, ("names", "others"), ax=ax)
    groups = [values[members], values[~members]]
    for bars, group in zip(ax.containers, groups, strict=True):
        width = 0.1  # 30 bins from 0 to 3
        shares = [bar.get_height() * width for bar in bars]
        wanted, _ = np.histogram(group, bins=30, range=(0, 3))
        np.testing.assert_allclose(shares, wanted / len(group), atol=1e-12)
        np.testing.assert_allclose([bar.get_width() for bar in bars], width)
    assert legend(ax) == ["names", "others"]
    assert ax.get_ylabel() == "density"
    assert len({bars[0].get_hatch() for bars in ax.containers}) == 2


def test_the_median_is_a_line_and_the_middle_half_a_band(ax):
    plot_lengths([*range(1, 201)], ax=ax)
    assert ax.get_lines()[0].get_xdata()[0] == pytest.approx(100.5)
    band = ax.patches[-1]
    ends = band.get_x(), band.get_x() + band.get_width()
    assert ends == pytest.approx((50.75, 150.25))  # numpy's, between the numbers
    assert band.get_zorder() < ax.containers[0][0].get_zorder(), "behind the bars"
