"""Histograms count what they are given."""

import numpy as np
import pytest
from drawn import GROUPS, legend

from lstm_helpers.figures.histograms import plot_lengths, plot_two_groups


def test_lengths_are_counted_one_by_one(ax):
    assert plot_lengths([1, 3, 3, 4], ax=ax) is ax
    assert [bar.get_height() for bar in ax.patches] == [1, 0, 2, 1]
    assert [bar.get_x() + 0.5 for bar in ax.patches] == [1, 2, 3, 4]
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["median: 3", "95th percentile: 4"]


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


def test_the_lines_stand_at_the_median_and_at_the_95th_percentile(ax):
    plot_lengths([*range(1, 201)], ax=ax)
    at = [line.get_xdata()[0] for line in ax.get_lines()]
    assert at == pytest.approx([100.5, 190.05])  # between the 190th and the 191st
