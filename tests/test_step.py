"""The drawings of one step: each part at its time, each number as the equations say."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from test_drawings import luminance

from lstm_helpers.equations.cell import Step
from lstm_helpers.figures.step import N_FRAMES, draw_step, plot_cell, plot_step

GATES = {1: "", 2: "f", 3: "fia", 4: "fiao"}  # of each stage
CITED = {1: [], 2: ["(1.3)"], 3: ["(1.2)", "(1.4)", "(1.5)"], 4: ["(1.6)", "(1.7)"]}
C_BEFORE, X, H_BEFORE = -1.5, [2.0], [0.25, -0.75]


def worked_out(z_i=1.0, z_f=2.0, z_a=-0.5, z_o=-1.0):
    """One unit's step from C_BEFORE, by (1.2) to (1.7)."""
    i, f, o = (1 / (1 + math.exp(-z)) for z in (z_i, z_f, z_o))
    a = math.tanh(z_a)
    c = f * C_BEFORE + i * a
    return Step(i=i, f=f, a=a, o=o, c=c, h=o * math.tanh(c))


def texts(ax):
    """What can be read on an Axes: text -> whether it is bold."""
    drawn = [text for text in ax.texts if text.get_visible() and text.get_text()]
    return {text.get_text(): text.get_fontweight() == "bold" for text in drawn}


def thick(ax):
    """The wires that stand out: their points."""
    dark = [line for line in ax.get_lines() if line.get_color() == "black"]
    return {tuple(map(tuple, line.get_xydata())) for line in dark}


def joined(ax):
    """All wires: their points."""
    return {tuple(map(tuple, line.get_xydata())) for line in ax.get_lines()}


@pytest.mark.parametrize("stage", range(1, 5))
def test_each_stage_has_its_gates_and_its_equations(ax, stage):
    assert plot_cell(stage, ax=ax) is ax
    read = texts(ax)
    assert {*"fiao"} & {*read} == {*GATES[stage]}
    new = {*GATES[stage]} - {*GATES.get(stage - 1, "")}
    assert {gate for gate in GATES[stage] if read[gate]} == new, "bold is what is new"
    said = " ".join(read)
    assert [n for n in ("(1.2)", "(1.3)", "(1.4)", "(1.5)", "(1.6)", "(1.7)")
            if n in said] == sorted(CITED[stage])  # fmt: skip
    assert ax.get_title("left" if ax.get_title("left") else "center").startswith(
        f"{stage}. "
    )


def test_a_stage_keeps_all_wires_and_marks_those_that_it_adds():
    before = set()
    for stage in range(1, 5):
        ax = plot_cell(stage, ax=plt.figure().add_subplot())
        wires = joined(ax)
        assert before < wires
        assert thick(ax) == wires - before
        before = wires
    plt.close("all")


def test_c_meets_a_product_and_a_sum_and_no_function(ax):
    """On its way from the left to the right: what the title of section 1.3 says."""
    plot_cell(4, ax=ax)
    height = max(y for wire in joined(ax) for _, y in wire if wire[0][0] == 0)
    on_it = sorted(
        (text.get_position()[0], text.get_text())
        for text in ax.texts
        if text.get_position()[1] == height
    )
    assert [sign for _, sign in on_it] == ["$C^{(t-1)}$", "×", "+", "$C^{(t)}$"]


@pytest.mark.parametrize("stage", [0, 5, "1", None])
def test_there_are_four_stages(ax, stage):
    with pytest.raises(ValueError, match=rf"^stage: got {stage!r}, wanted 1, 2, 3 or"):
        plot_cell(stage, ax=ax)


@pytest.mark.parametrize("stage", range(1, 5))
def test_what_stands_in_a_box_is_legible(ax, stage):
    plot_cell(stage, ax=ax)
    boxes = [box for box in ax.patches if isinstance(box, Rectangle)]
    n_legible = 0
    for text in ax.texts:
        for box in boxes:
            if np.allclose(text.get_position(), box.get_center()):
                values = sorted(map(luminance, (text.get_color(), box.get_facecolor())))
                assert (values[1] + 0.05) / (values[0] + 0.05) > 4.5, "WCAG's level AA"
                n_legible += 1
    assert n_legible == len(boxes) - 1 == len(GATES[stage]) + (stage == 4)


WANTED = worked_out()
KEPT, ADDED = WANTED.f * C_BEFORE, WANTED.i * WANTED.a
NUMBERS = [  # what each frame adds
    ["C -1.50", "h 0.2, -0.8", "x 2.0"],
    [f"{WANTED.f:.2f}"],
    [f"{KEPT:.2f}"],
    [f"{WANTED.i:.2f}", f"{WANTED.a:.2f}", f"{ADDED:.2f}"],
    [f"C {WANTED.c:.2f}"],
    [f"{WANTED.o:.2f}", f"{math.tanh(WANTED.c):.2f}", f"h {WANTED.h:.2f}"],
]


def test_each_frame_adds_its_numbers():
    figure = Figure()
    redraw = draw_step(figure, X, H_BEFORE, C_BEFORE, WANTED)
    [ax] = figure.axes
    for frame in [*range(N_FRAMES), 2, 0]:
        moved = redraw(frame)
        read = {text: bold for text, bold in texts(ax).items() if text[-1].isdigit()}
        shown = [number for numbers in NUMBERS[: frame + 1] for number in numbers]
        assert sorted(read) == sorted(shown)
        assert {text for text, bold in read.items() if bold} == {*NUMBERS[frame]}
        assert moved[-1].get_text().startswith(f"{frame + 1}. ")
        assert NUMBERS[frame][-1].removeprefix("h ").removeprefix("C ") in (
            moved[-1].get_text() if frame else NUMBERS[frame][-1]
        )
    assert {type(artist) for artist in moved} >= {Line2D, Rectangle}


def test_the_sum_of_a_negative_number_is_a_difference():
    figure = Figure()
    *_, title = draw_step(figure, X, H_BEFORE, C_BEFORE, WANTED)(4)
    assert ADDED < 0
    assert title.get_text() == f"5. The new C is {KEPT:.2f} - {-ADDED:.2f} = " + (
        f"{WANTED.c:.2f}"
    )


def test_the_frames_side_by_side_are_those_of_the_moving_picture():
    axes = plot_step(X, H_BEFORE, C_BEFORE, WANTED)
    assert axes.shape == (3, 2)
    for frame, ax in enumerate(axes.flat):
        figure = Figure()
        draw_step(figure, X, H_BEFORE, C_BEFORE, WANTED)(frame)
        [moving] = figure.axes
        assert texts(ax) == texts(moving)
        assert thick(ax) == thick(moving)
        titles = {one.get_title("left") or one.get_title() for one in (ax, moving)}
        assert len(titles) == 1
    given = plt.subplots(2, 3)[1]
    assert plot_step(X, H_BEFORE, C_BEFORE, WANTED, axes=given) is given
    plt.close("all")
