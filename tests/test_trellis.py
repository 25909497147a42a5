"""What stands at a trellis's nodes and steps is what was given; arrows lead on."""

import numpy as np
import pytest
from drawn import curves, labels
from matplotlib.colors import to_hex
from matplotlib.text import Annotation

from lstm_helpers.figures.trellis import plot_trellis, plot_weights

NUMBERS = np.array([[2.0, 4.0], [24.0, 28.0], [240.0, 0.123456]])
TAGS = ["O", "B-per"]


def arrows(ax):
    """Every arrow, by where it begins and where it leads to."""
    return {
        (text.xyann, text.xy): text.arrow_patch
        for text in ax.texts
        if isinstance(text, Annotation)
    }


def written(ax):
    """What stands where."""
    return {
        text.get_position(): text.get_text() for text in ax.texts if text.get_text()
    }


def test_paths_run_through_the_nodes_of_a_trellis(ax):
    values = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1]])
    paths = {"best": [0, 1], "_other": [2, 2]}
    tags = ["O", "B-per", "I-per"]
    plot_trellis(values, ["Ms.", "Pell"], tags, paths, ax=ax)
    [nodes] = ax.collections
    assert arrows(ax).keys() == {
        ((0, j), (1, k)) for j in range(3) for k in range(3)
    }, "from each tag to each"
    texts = {place: float(text) for place, text in written(ax).items()}
    assert texts == {place: values[place] for place in np.ndindex(2, 3)}
    for place, shade in zip(nodes.get_offsets(), nodes.get_array(), strict=True):
        assert values[tuple(place.astype(int))] == shade
    assert curves(ax) == {"best": [[0, 0], [1, 1]], " _other": [[0, 2], [1, 2]]}
    assert labels(ax.yaxis) == tags
    assert labels(ax.xaxis) == ["Ms.", "Pell"]
    assert ax.yaxis_inverted(), "the first tag on top"


def test_a_trellis_of_one_word_has_no_steps(ax):
    plot_trellis(np.eye(2)[:1], ["Ms."], ["O", "B-per"], {"best": [0]}, ax=ax)
    assert not arrows(ax)
    ax.figure.draw_without_rendering()


def test_nodes_say_their_numbers_and_chosen_steps_their_weights(ax):
    steps = [(0, 0, 1, 2.0), (0, 1, 1, 0.5)]
    plot_weights(NUMBERS, ["Ms.", "Pell", "$x$"], TAGS, steps, ax=ax)
    found = written(ax)
    nodes = {place: found.pop(place) for place in np.ndindex(3, 2)}
    wanted = ["2", "4", "24", "28", "240", "0.1235"]
    assert [nodes[place] for place in np.ndindex(3, 2)] == wanted
    assert sorted(found.values()) == ["×0.5", "×2"]
    for (x, y), text in found.items():
        j = {"×2": 0, "×0.5": 1}[text]
        assert 0 < x < 0.5, "nearer to where the step comes from"
        assert y == pytest.approx(j + x * (1 - j)), "on the arrow"
    assert labels(ax.yaxis) == TAGS
    assert ax.yaxis_inverted(), "the first tag on top"
    ax.figure.draw_without_rendering()


@pytest.mark.parametrize("backward", [False, True])
def test_chosen_steps_and_their_ends_stand_out(ax, backward):
    steps = (
        [(1, 0, 0, 2.0), (1, 0, 1, 1.0)] if backward else [(0, 0, 1, 2), (0, 1, 1, 1)]
    )
    plot_weights(NUMBERS, ["a", "b", "c"], TAGS, steps, backward=backward, ax=ax)
    assert len(arrows(ax)) == 8
    for tail, head in arrows(ax):
        assert tail[0] - head[0] == (1 if backward else -1)
    dark = {ends for ends, arrow in arrows(ax).items() if arrow.get_linewidth() > 1}
    head = (1, 0) if backward else (1, 1)
    sources = {(2, 0), (2, 1)} if backward else {(0, 0), (0, 1)}
    assert dark == {(source, head) for source in sources}
    faces = {
        tuple(node.get_offsets()[0].astype(int)): to_hex(node.get_facecolor()[0])
        for node in ax.collections
    }
    broad = {
        tuple(node.get_offsets()[0].astype(int))
        for node in ax.collections
        if node.get_linewidth()[0] > 2
    }
    assert broad == {head}
    plain = {place for place, face in faces.items() if face == "#ffffff"}
    assert plain == {*np.ndindex(3, 2)} - sources - {head}
    assert {faces[place] for place in sources} != {faces[head]}


def test_no_step_need_be_chosen(ax):
    plot_weights(NUMBERS[:1], ["Ms."], TAGS, [], ax=ax)
    assert not arrows(ax)
    assert len(ax.texts) == 2
