"""What is drawn of a corpus of one's own is what was counted and scored."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import PER_TYPE, SCORES, SIZES, curves, labels, legend, looks, predict_score

from lstm_helpers.figures.owncorpus import (
    plot_by_count,
    plot_check_up,
    plot_learning_curve,
)

WHOLE = {"words": 0.985, "characters": 0.1, "spaces": 1.0}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def lengths_of_bars(ax):
    return [bar.get_width() for bar in ax.containers[0]]


def test_a_check_up_counts_types_lengths_and_whole_words():
    types, lengths, tokenisers = plot_check_up({"per": 3, "geo": 40}, [1, 3, 3], WHOLE)
    assert labels(types.yaxis) == ["geo", "per"], "the most frequent on top"
    assert lengths_of_bars(types) == [40, 3]
    assert [bar.get_height() for bar in lengths.containers[0]] == [1, 0, 2]
    assert labels(tokenisers.yaxis) == [*WHOLE]
    assert lengths_of_bars(tokenisers) == [*WHOLE.values()]
    written = [text.get_text() for text in tokenisers.texts]
    assert written == ["98.5%", "10.0%", "100.0%"]


def test_many_types_share_a_bar_and_none_is_said():
    many = {f"type{k}": 100 - k for k in range(12)}
    types, *_ = plot_check_up(many, [1], WHOLE)
    assert labels(types.yaxis)[-1] == "3 others"
    assert lengths_of_bars(types) == [*range(100, 91, -1), 91 + 90 + 89]
    types, *_ = plot_check_up({}, [1], WHOLE)
    assert labels(types.yaxis) == ["none"]
    assert lengths_of_bars(types) == [0]


def test_what_is_written_beside_a_bar_stands_within_the_axes():
    for ax in plot_check_up({"geo": 123456}, [1, 2], WHOLE)[::2]:
        ax.figure.canvas.draw()
        frame = ax.get_window_extent()
        for text in ax.texts:
            assert text.get_window_extent().x1 <= frame.x1


def test_a_learning_curve_tells_what_was_fitted_from_its_forecast(ax):
    plot_learning_curve(SIZES, SCORES, predict_score, n_fitted=2, ax=ax)
    fitted, held_out, inside, beyond = ax.get_lines()
    points = np.array([[100, 0.5], [200, 0.7], [100, 0.55], [200, 0.65]])
    np.testing.assert_allclose(fitted.get_xydata(), points)
    np.testing.assert_allclose(held_out.get_xydata(), [[400, 0.8], [400, 0.85]])
    assert held_out.get_markerfacecolor() == "none"
    np.testing.assert_allclose(inside.get_xdata()[[0, -1]], [100, 200])
    np.testing.assert_allclose(beyond.get_xdata()[[0, -1]], [200, 800])
    for line in inside, beyond:
        x, y = line.get_data()
        halvings = np.log(x / 100) / np.log(2)
        np.testing.assert_allclose(y, 1 - 0.45 * 0.75**halvings)
        height = ax.transData.transform(line.get_xydata())[:, 1]
        np.testing.assert_allclose(np.diff(height, 2), 0, atol=1e-6)
    assert inside.get_linestyle() != beyond.get_linestyle()
    assert legend(ax)[-2:] == ["fitted curve", "its forecast"]


@pytest.mark.parametrize(
    ("scores", "ends"),
    [
        ([[0.0, 0.02], [0.01, 0.3]], (0, 0.3)),
        ([[0.2, 0.99], [0.5, 1.0]], (0.2, 1)),
        ([[0.9, 0.9], [0.9, 0.9]], (0.9, 0.9)),
    ],
)
def test_the_axis_of_scores_ends_where_they_do(ax, scores, ends):
    plot_learning_curve([10, 20], scores, lambda n: 0.2 + 0 * n, n_fitted=1, ax=ax)
    to_pixels = ax.transData.transform
    lowest, highest = min(0.2, ends[0]), max(0.2, ends[1])
    at = to_pixels([(10, lowest), (10, highest)])[:, 1]
    bottom, top = ax.bbox.intervaly
    assert 0 < at[0] - bottom < 0.1 * (top - bottom)
    assert -1e-6 <= top - at[1] < 0.1 * (top - bottom)
    heights = to_pixels([(10, tick) for tick in ax.get_yticks()])[:, 1]
    assert ((heights >= bottom) & (heights <= top + 1e-6)).all()
    assert (np.diff(heights) > 15).all(), "labels stand apart"


def test_each_size_and_one_more_doubling_have_a_tick(ax):
    plot_learning_curve([1000, 2000], SCORES[:, :2], predict_score, n_fitted=1, ax=ax)
    assert ax.get_xscale() == "log"
    assert labels(ax.xaxis) == ["1,000", "2,000", "4,000"]
    assert not ax.xaxis.get_minorticklocs().size


def test_a_type_is_drawn_over_its_own_mentions(ax):
    counts, scores = PER_TYPE
    plot_by_count(counts, scores, ax=ax)
    wanted = [[list(p) for p in zip(counts[k], scores[k], strict=True)] for k in counts]
    assert [line.get_xydata().tolist() for line in ax.get_lines()] == wanted
    assert legend(ax) == ["geo", r"a\$b"]
    assert len(looks(ax.get_lines())) == 2
    assert ax.get_xlim()[0] < 0, "no mention is on the axis as well"
    assert curves(ax)
