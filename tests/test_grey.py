"""What colours say, a print in grey says as well."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import WORDS
from matplotlib.figure import Figure
from PIL import Image

from lstm_helpers import figures
from lstm_helpers.equations import Step

T, H = 20, 50


def grey(figure):
    """A figure as a printer without colours prints it: (height, width), 0..255."""
    png = io.BytesIO()
    figure.savefig(png, dpi=96)
    return np.asarray(Image.open(png).convert("L"), dtype=int)


def grey_cells(ax):
    """The grey in the middle of every cell of an Axes' picture: (rows, columns)."""
    pixels = grey(ax.figure)
    rows, columns = ax.images[0].get_array().shape
    centres = np.stack(np.meshgrid(range(columns), range(rows)), axis=-1)
    x, y = ax.transData.transform(centres.reshape(-1, 2)).T.astype(int)
    return pixels[len(pixels) - 1 - y, x].reshape(rows, columns)


def ramp(low=-1.0):
    """Values from ``low`` to 1 over the words, the same for every unit."""
    return np.repeat(np.linspace(low, 1, T)[:, None], H, axis=1)


def one_step(x, shape=3):
    """Gates that are half open, and states of half of x."""
    gate, state = np.full(shape, 0.5), np.full(shape, x / 2)
    return Step(i=gate, f=gate, o=gate, a=state, c=state, h=state)


@pytest.fixture(autouse=True)
def style():
    with plt.style.context("lstm_helpers.style"):
        yield
    plt.close("all")


SIGNED = {  # of each function whose numbers have a sign: draw x, or its opposite
    "plot_state": lambda x, ax: figures.plot_state(ramp() * x, "c", ["w"] * T, ax=ax),
    "plot_all_states": lambda x, _: figures.plot_all_states(one_step(x, (3, 4)), WORDS),
    "plot_life": lambda x, _: figures.plot_life(one_step(x), WORDS),
    "plot_transitions": lambda x, ax: figures.plot_transitions(
        x * np.array([[1.0, -0.3], [0.2, 0.6]]), ["O", "I"], ax=ax
    ),
    "plot_ablations": lambda x, ax: figures.plot_ablations({"a": [x, x / 2]}, ax=ax),
    "plot_separation": lambda x, ax: figures.plot_separation(
        0.5 + x * np.array([0.4, 0.2]), ax=ax
    ),
    "plot_curves": lambda x, ax: figures.plot_curves({"h": [x, 0, x]}, ax=ax),
    "draw_cell": lambda x, ax: figures.draw_cell(ax.figure)(
        z_i=2.0, z_f=4.0, z_a=0.0, z_o=1.0, x=x
    ),
    "draw_trace": lambda x, ax: figures.draw_trace(
        ax.figure, ramp() * x, "h", ["w"] * T
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("draw", SIGNED.values(), ids=SIGNED)
def test_a_sign_can_be_told_in_grey(draw):
    pictures = []
    for x in (1, -1):
        ax = plt.figure().add_subplot()
        ax.set_axis_off()
        draw(x, ax)
        for each in plt.gcf().axes:
            each.set(title="", xlabel="", ylabel="")
            if each.get_label() != "<colorbar>":
                each.tick_params(labelleft=False, left=False)
        pictures.append(grey(plt.gcf()))
    differs = np.abs(pictures[0] - pictures[1]) > 64
    assert differs.mean() > 0.01, "of the pixels"


@pytest.mark.parametrize("name", "aoch")
@pytest.mark.parametrize("reach", [1, 3])
def test_the_higher_a_state_the_lighter_it_is_in_grey(ax, name, reach):
    low = 0.0 if name == "o" else -1.0
    values = ramp(low) * (1 if name in "ao" else reach)
    figures.plot_state(values, name, ["w"] * T, ax=ax)
    cells = grey_cells(ax)
    assert (np.ptp(cells, axis=0) == 0).all(), "fifty units, each in its row"
    assert (np.diff(cells[0]) >= 4).all(), f"got {cells[0]}"
    assert np.ptp(cells[0]) > 150


def test_what_may_follow_is_told_from_what_may_not_in_grey(ax):
    scores = np.array([[-1.0, -0.5, 0.0], [0.5, 1.0, -np.inf], [0.1, -0.1, 0.0]])
    figures.plot_transitions(scores, ["O", "B", "I"], ax=ax)
    cells = grey_cells(ax)
    assert (np.diff(cells.flat[:5]) > 30).all(), "the higher a score, the lighter"
    assert cells[2, 0] > cells[2, 2] > cells[2, 1]
    assert 100 < cells[1, 2] < 200, "a cross on white"


def test_counts_are_darker_the_more_they_are_in_grey(ax):
    figures.plot_confusion(np.eye(3, dtype=int) + 1, ["a", "b", "c"], ax=ax)
    for text in list(ax.texts):
        text.remove()
    cells = grey_cells(ax)
    assert cells[0, 0] + 30 < cells[0, 1] == cells[0, 2]


def test_paths_through_a_trellis_are_apart_in_grey(ax):
    values, tags = np.full((3, 3), 0.5), ["O", "B", "I"]
    for paths in {"best": [1, 1, 1]}, {"best": [1, 1, 1], "other": [1, 1, 1]}:
        ax.clear()
        figures.plot_trellis(values, WORDS, tags, paths, ax=ax)
        pixels = grey(ax.figure)
        left, bottom = ax.transData.transform((0.3, 1.2)).astype(int)
        right, top = ax.transData.transform((0.7, 0.8)).astype(int)
        seen = pixels[len(pixels) - top : len(pixels) - bottom, left:right]
        assert np.ptp(seen.max(axis=1)) > 80, "the broad path, on white"
        dark = (seen < 60).any(axis=0)
        assert dark.any() == (len(paths) > 1), "the other shows on it"
    assert not dark.all(), "with gaps"


@pytest.mark.parametrize("share", [0, 0.4, 0.7, 1])
def test_the_unit_that_is_drawn_apart_is_framed_in_grey(share):
    figure = Figure(figsize=(7.2, 5.6))
    figures.draw_trace(figure, np.full((3, 32), share), "f", WORDS)(unit=10)
    ax, pixels = figure.axes[0], grey(figure)
    x, bottom = ax.transData.transform((1, 11.4)).astype(int)
    _, top = ax.transData.transform((1, 9.6)).astype(int)
    across = pixels[len(pixels) - top : len(pixels) - bottom, x]
    assert np.ptp(across) > 80
