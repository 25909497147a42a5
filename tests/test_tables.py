"""A cell's shade and text are those of its row and column."""

import numpy as np
import pytest
from drawn import CONFUSION, ERROR_TABLE, labels

from lstm_helpers.figures.tables import (
    plot_confusion,
    plot_error_table,
    plot_transitions,
)


def test_a_confusion_is_shaded_by_its_rows(ax):
    plot_confusion(CONFUSION, ["geo", "per"], ax=ax)
    [image] = ax.images
    np.testing.assert_allclose(image.get_array(), [[0.9, 0.1], [0, 1]])
    assert [text.get_text() for text in ax.texts] == ["9", "1", "4"]
    assert labels(ax.xaxis) == labels(ax.yaxis) == ["geo", "per"]


def test_an_error_table_names_what_is_above_the_bound(ax):
    plot_error_table(ERROR_TABLE, bound=1e-8, ax=ax)
    cells = {text.get_position(): text.get_text() for text in ax.texts}
    assert float(cells.pop((0, 1))) == 0.25
    assert cells == dict.fromkeys([(0, 0), (1, 0), (1, 1)], "right")
    assert labels(ax.xaxis) == ["W", "b"]
    assert labels(ax.yaxis) == ["none", "sign"]
    shades = ax.images[0].get_array()
    assert shades[1, 0] > shades[0, 0] == shades[0, 1] == shades[1, 1]


def test_a_larger_error_has_a_darker_shade(ax):
    plot_error_table({"sign": {"W": 0.6, "b": 0.05, "x": 1e-6}}, bound=1e-8, ax=ax)
    [image] = ax.images
    reds = image.to_rgba(image.get_array())[0, :, 1]
    assert (np.diff([*reds, 1]) > 0.05).all(), "and the smallest is not white"


def test_forbidden_steps_are_crossed_out_and_not_coloured(ax):
    scores = np.array([[0.5, -np.inf], [1.0, -2.0]])
    plot_transitions(scores, ["O", "I-per"], ax=ax)
    [image] = ax.images
    assert image.get_array().mask.tolist() == [[False, True], [False, False]]
    assert image.get_clim() == (-2, 2)
    [crosses] = ax.get_lines()
    assert crosses.get_xydata().tolist() == [[1, 0]], "x is the tag after"
    assert ax.get_xlabel() == "tag after"


@pytest.mark.parametrize(
    "scores", [np.full((2, 2), -np.inf), [[-np.inf]], [[0.0]], np.zeros((2, 2))]
)
def test_steps_that_have_no_colour_are_drawn_on_a_scale_around_zero(ax, scores):
    scores = np.array(scores)
    plot_transitions(scores, ["O", "I-per"][: len(scores)], ax=ax)
    ax.figure.draw_without_rendering()
    assert ax.images[0].get_clim() == (-1, 1)
    [crosses] = ax.get_lines()
    assert len(crosses.get_xydata()) == np.isinf(scores).sum()


def test_a_row_of_one_is_whole_and_a_row_of_none_is_empty(ax):
    plot_confusion([[1, 0], [0, 0]], ["geo", "per"], ax=ax)
    np.testing.assert_allclose(ax.images[0].get_array(), [[1, 0], [0, 0]])
