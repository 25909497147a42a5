"""Figures look as they did when somebody looked at them: appearance.json has it all.

After a change that is meant, look at the figures. Then

    python tests/test_appearance.py

stores how they look now.
"""

import json
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders import GOLD
from drawn import CURVES, EXAMPLES, VALUES, WORDS
from matplotlib.colors import to_hex

from lstm_helpers import figures
from lstm_helpers.equations import Step

STORED = Path(__file__).with_name("appearance.json")
GATES = {name: np.abs(VALUES) for name in "ifo"} | dict.fromkeys("ach", VALUES)
STATES = {"z_i": 2.0, "z_f": 4.0, "z_a": 0.0, "z_o": 1.0}
UNIT = Step(i=0.8, f=0.9, a=0.5, o=0.95, c=1.3, h=0.82)


def draw_stages():
    for stage, ax in enumerate(plt.subplots(4, 1)[1], 1):
        figures.plot_cell(stage, ax=ax)


WHOLE = {  # what is drawn on a figure of its own
    "plot_all_states": lambda: figures.plot_all_states(Step(**GATES), WORDS),
    "plot_life": lambda: figures.plot_life(
        Step(**{name: values[:, 0] for name, values in GATES.items()}), WORDS
    ),
    "plot_memory": lambda: figures.plot_memory(
        Step(**{name: values[:, 0] for name, values in GATES.items()}), [1]
    ),
    "plot_check_up": lambda: figures.plot_check_up(
        {"geo": 300, "a$b": 20}, [1, 3, 3, 4], {"words": 0.99, "spaces": 1.0}
    ),
    "plot_chain": lambda: figures.plot_chain(),
    "plot_cell at every stage": lambda: draw_stages(),
    "plot_step": lambda: figures.plot_step([1.0], [0.5, -0.5], 1.0, UNIT),
    "draw_step": lambda: figures.draw_step(plt.figure(), [1.0], [0.5], 1.0, UNIT)(4),
    "draw_cell": lambda: figures.draw_cell(plt.figure())(**STATES, x=1.0),
    "draw_trace": lambda: figures.draw_trace(plt.figure(), VALUES, "h", WORDS),
    "draw_unknown": lambda: figures.draw_unknown(
        plt.figure(), [GOLD] * 10, [GOLD], [*GOLD.words, *WORDS]
    )(n=9, share=100),
    "draw_directions": lambda: figures.draw_directions(
        plt.figure(), lambda words: np.full((2, 3, 5), 0.1 * (words != WORDS)), WORDS
    )(at=1, word="x"),
    "draw_rates": lambda: figures.draw_rates(
        plt.figure(), {"SGD": {0.1: CURVES["SGD"], 1.0: [3, 4]}}
    )(rate=1.0),
    "draw_viterbi": lambda: figures.draw_viterbi(
        plt.figure(), VALUES[0], VALUES[1], WORDS, [*"abcde"]
    )(step=4, e=VALUES, A=np.eye(5)),
    "draw_learning": lambda: figures.draw_learning(
        plt.figure(), {100: [0.5, 0.6], 200: [0.7]}
    )(size=100),
}
ASKED = {  # of each kind of artist: what its appearance is
    "Text": "text fontsize color rotation ha va weight style alpha",
    "Line2D": "xydata color linewidth linestyle marker markersize alpha zorder "
    "markeredgecolor markerfacecolor",
    "Patch": "facecolor edgecolor linewidth linestyle hatch alpha zorder",
    "Collection": "facecolor edgecolor linewidth offsets alpha zorder",
    "AxesImage": "array clim extent interpolation alpha",
    "Axes": "xlim ylim xscale yscale xticks yticks aspect facecolor axisbelow",
    "Legend": "",
}


def plain(value):
    """Round numbers, and turn the rest into what JSON holds."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(part) for part in value]
    try:
        return f"{float(value):.4g}"
    except (TypeError, ValueError):  # a text, None, what is masked
        return str(value)


def look_of(artist):
    """Say how an artist looks, and what is drawn within it."""
    kinds = [kind.__name__ for kind in type(artist).__mro__]
    kind = next((name for name in ASKED if name in kinds), None)
    arrow = getattr(artist, "arrow_patch", None)
    is_empty = kind == "Text" and not artist.get_text() and arrow is None
    if kind is None or is_empty or not artist.get_visible():
        return None
    found = {"": type(artist).__name__}
    for name in ASKED[kind].split():
        value = getattr(artist, f"get_{name}")()
        found[name] = plain(colours(value) if "color" in name else value)
    if arrow is not None:
        style = type(arrow.get_arrowstyle()).__name__
        found["arrow"] = plain([artist.xy, artist.xyann, style]), look_of(arrow)
        del found["arrow"][1]["extent"]  # in pixels
    if kind == "Patch":
        vertices = artist.get_patch_transform().transform(artist.get_path().vertices)
        found["extent"] = plain([vertices.min(axis=0), vertices.max(axis=0)])
    if kind == "AxesImage":
        found["colours"] = artist.get_cmap().name
    if artist.get_path_effects():
        found["effects"] = [
            plain(vars(each)["_gc"]) for each in artist.get_path_effects()
        ]
    if kind == "Axes":
        grid = artist.get_subplotspec() and artist.get_gridspec()
        if grid:
            ratios = grid.get_height_ratios(), grid.get_width_ratios()
            found["grid"] = plain([*grid.get_geometry(), *ratios])
        found["spines"] = [
            name for name, line in artist.spines.items() if line.get_visible()
        ]
        found["ticks"] = [
            plain(vars(axis)["_major_tick_kw"]) for axis in (artist.xaxis, artist.yaxis)
        ]
    if kind == "Legend":
        anchor = artist.get_bbox_to_anchor().transformed(
            artist.axes.transAxes.inverted()
        )
        found["place"] = plain(
            [vars(artist)["_loc_real"], vars(artist)["_ncols"], anchor.bounds]
        )
        found["texts"] = [look_of(text) for text in artist.get_texts()]
    return found


def colours(value):
    """Write colours in hexadecimal digits, with their opacity."""
    try:
        return to_hex(value, keep_alpha=True)
    except ValueError:
        return [to_hex(each, keep_alpha=True) for each in value]


def look_and_place_of(text):
    """Say how a text looks, and where it stands."""
    look = look_of(text)
    return look and look | {"at": plain(text.get_position())}


def look_of_figure(figure):
    """Say how a figure looks: its size, and all that is drawn on it."""
    parts = []
    for ax in figure.axes:
        texts = filter(None, map(look_and_place_of, ax.texts))
        drawn = [*ax.lines, *ax.patches, *ax.collections, *ax.images]
        named = [ax.title, ax.xaxis.label, ax.yaxis.label, ax.get_legend()]
        labels = [*ax.get_xticklabels(), *ax.get_yticklabels()]
        artists = [ax, *drawn, *filter(None, named), *labels]
        parts.append([*texts, *filter(None, map(look_of, artists))])
    texts = [*map(look_and_place_of, figure.texts)]
    return {"size": plain(figure.get_size_inches()), "axes": parts, "texts": texts}


def draw(name):
    """Draw an example in the style of the series; give its figure's look."""
    with plt.style.context("lstm_helpers.style"):
        if name in WHOLE:
            WHOLE[name]()
        else:
            args, kwargs = EXAMPLES[name]
            getattr(figures, name)(*args, **kwargs, ax=plt.subplots()[1])
        figure = plt.gcf()
        figure.canvas.draw()
        try:
            return json.loads(json.dumps(look_of_figure(figure)))
        finally:
            plt.close("all")


@pytest.mark.parametrize("name", [*EXAMPLES, *WHOLE])
def test_a_figure_looks_as_it_did(name):
    assert draw(name) == json.loads(STORED.read_text("utf-8"))[name]


if __name__ == "__main__":
    mpl.use("Agg")
    looks = {name: draw(name) for name in [*EXAMPLES, *WHOLE]}
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(look)}" for name, look in looks.items()
    )
    STORED.write_text(f"{{\n{lines}\n}}\n", "utf-8")
