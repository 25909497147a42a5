"""Numbers stand where they are on the scale, their intervals and notes beside them."""

import pytest
from drawn import ESTIMATES, labels

from lstm_helpers.figures.intervals import plot_intervals

NOTES = {"ours": "one $x$"}
BETWEEN = {"between": (0.5, 1.0)}


@pytest.fixture
def drawn(ax):
    assert plot_intervals(ESTIMATES, NOTES, **BETWEEN, ax=ax) is ax
    return ax


def test_each_number_is_a_point_and_each_interval_a_band(drawn):
    points = [line.get_xydata().tolist() for line in drawn.get_lines()]
    one, both = [[[0.6, 0]]], [[[0.85, 1], [0.95, 1]], [[0.9, 1]]]
    wide = [[[0.7, 2], [0.82, 2]], [[0.72, 2]]]
    assert [p for p in points if p] == [*one, *both, *wide]
    marked = [line.get_marker() for line in drawn.get_lines() if line.get_xydata().size]
    assert marked == ["o", "None", "o", "None", "o"]


def test_the_first_is_on_top_of_a_scale_that_is_given(drawn):
    assert labels(drawn.yaxis) == ["ours", "copies", "wide"]
    assert drawn.get_ylim() == (2.5, -0.5)
    assert drawn.get_xlim() == (0.5, 1.0)


def test_each_number_is_written_where_there_is_room(drawn):
    written = [(t.get_text(), t.xy, t.xyann[0] > 0) for t in drawn.texts]
    assert written == [
        (r"0.600  one \$x\$", (0.6, 0), True),
        ("0.900", (0.85, 1), False),
        ("0.720", (0.7, 2), False),
    ]
    assert [text.get_ha() for text in drawn.texts] == ["left", "right", "right"]


def test_a_number_alone_needs_no_note(ax):
    plot_intervals({"ours": [0.75]}, {}, **BETWEEN, ax=ax)
    [text] = ax.texts
    assert (text.get_text(), text.xy) == ("0.750", (0.75, 0))
