"""Bars are as long as their numbers, and say so."""

import numpy as np
import pytest
from drawn import (
    AREAS,
    BINS,
    BY_TYPE,
    CHANGES,
    COUNTS,
    MEASURES,
    VERDICTS,
    WORDS,
    labels,
)
from matplotlib.colors import same_color

from lstm_helpers.figures.bars import (
    plot_ablations,
    plot_bars,
    plot_by_type,
    plot_measures,
    plot_reliability,
    plot_separation,
    plot_tag_counts,
    plot_word_changes,
)


def test_bars_stand_in_order_from_the_top(ax):
    plot_bars(VERDICTS, ax=ax)
    assert [bar.get_width() for bar in ax.patches] == [1500, 500]
    assert labels(ax.yaxis) == ["right", "missed"]
    assert ax.yaxis_inverted()
    assert ax.get_xlim() == pytest.approx((0, 1650)), "room for the text"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{:,}", ["1,500", "500"]),
        ("{:.1f} ({:.1%})", ["1500.0 (75.0%)", "500.0 (25.0%)"]),
    ],
)
def test_a_bar_has_its_number_and_its_share_beside_it(ax, text, wanted):
    plot_bars(VERDICTS, text=text, ax=ax)
    assert [text.get_text() for text in ax.texts] == wanted


def test_bars_can_be_told_their_style(ax):
    plot_bars(VERDICTS, height=0.25, color="C5", ax=ax)
    assert {bar.get_height() for bar in ax.patches} == {0.25}
    assert all(same_color(bar.get_facecolor(), "C5") for bar in ax.patches)


def test_bars_of_nothing_begin_at_zero(ax):
    plot_bars({"missed": 0, "spurious": 0}, text="{} {:.0%}", ax=ax)
    assert [text.get_text() for text in ax.texts] == ["0 0%", "0 0%"]
    assert ax.get_xlim()[0] == 0 < ax.get_xlim()[1]


def test_tag_counts_are_drawn_from_the_most_frequent_on(ax):
    plot_tag_counts(COUNTS, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [12345, 300, 20]
    assert labels(ax.xaxis) == ["O", "B-geo", "I-geo"]
    assert [text.get_text() for text in ax.texts] == ["12,345", "300", "20"]
    assert ax.get_yscale() == "linear", "a bar is as long as its number"
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylabel() == "words"


def test_changes_are_drawn_word_by_word_and_none_as_zero(ax):
    assert plot_word_changes([0, 0.25, 0.5], WORDS, ax=ax) is ax
    [points] = ax.get_lines()
    assert points.get_xydata().tolist() == [[1, 0.25], [2, 0.5]]
    assert (points.get_marker(), points.get_linestyle()) == ("o", "None")
    assert not ax.patches, "a bar has no length on a logarithmic scale"
    assert [(t.get_text(), t.get_position()[0]) for t in ax.texts] == [("0", 0)]
    assert labels(ax.xaxis) == WORDS
    assert ax.get_yscale() == "log"


def test_measures_are_drawn_tagger_by_tagger(ax):
    plot_measures(MEASURES, ax=ax)
    assert [bar.get_height() for bar in ax.patches] == [0.0, 0.8, 0.7, 0.9]
    assert [text.get_text() for text in ax.texts] == ["0.00", "0.80", "0.70", "0.90"]
    assert labels(ax.xaxis) == ["F1,\nstrict", "accuracy"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(MEASURES)


def test_types_are_drawn_with_the_best_on_top(ax):
    plot_by_type(BY_TYPE, ax=ax)
    assert labels(ax.yaxis) == ["geo", "LOC"]
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.9]
    drawn = {line.get_label(): line.get_xdata().tolist() for line in ax.get_lines()}
    assert drawn == {"precision": [0.5, 1], "recall": [1, 1]}
    written = {text.get_position()[1]: text.get_text() for text in ax.texts}
    assert written == {0: "0.75  (3 mentions)", 1: "0.90  (2 mentions)"}


def test_reliability_is_drawn_bin_by_bin(ax):
    plot_reliability(BINS, ax=ax)
    accuracy, higher, lower = (
        [(bar.get_x(), bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars]
        for bars in ax.containers
    )
    assert accuracy == [(0.4, 0, 0.5), (0.9, 0, 0.9)]
    assert [end for *_, end in higher] == pytest.approx([0.5, 0.99])
    assert [end for *_, end in lower] == pytest.approx([0.45, 0.9])
    assert [y for _, y, _ in higher + lower] == [0.5, 0.9] * 2, "from the accuracy on"
    assert [text.get_text() for text in ax.texts] == ["2", "20"]


def test_units_stand_by_rising_score(ax):
    plot_separation(AREAS, ax=ax)
    assert labels(ax.xaxis) == ["2", "0", "3", "1"]
    ends = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in ax.patches]
    np.testing.assert_allclose(ends, [(0.5, end) for end in (0.1, 0.5, 0.7, 0.9)])
    assert [bar.get_x() + bar.get_width() / 2 for bar in ax.patches] == [0, 1, 2, 3]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("unit", "area under ROC")
    assert ax.get_ylim() == (0, 1)


def test_changes_stand_by_their_mean_with_every_run(ax):
    plot_ablations(CHANGES, ax=ax)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == pytest.approx([0.3, 0.1, -0.1, -0.35])
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["gain", "unsure", "one run", "loss"]
    dots = [line.get_xdata() for line in ax.get_lines() if line.get_marker() == "."]
    assert [list(x) for x in dots] == [CHANGES[name] for name in names]


def test_a_change_within_two_standard_errors_is_grey(ax):
    plot_ablations(CHANGES, ax=ax)
    gain, unsure, one_run, loss = (bar.get_facecolor()[:3] for bar in ax.patches)
    assert same_color(unsure, "0.6")
    assert same_color(one_run, "0.6")
    assert len({gain, unsure, loss}) == 3
    lines = [line.get_xdata() for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert lines[1] == pytest.approx([-0.1, 0.3]), "scipy.stats.sem gives 0.1"
