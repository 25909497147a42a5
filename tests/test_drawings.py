"""The drawings show what the architecture has, where they are told."""

import matplotlib.pyplot as plt
import numpy as np
from drawn import SHAPES, TAGS, WORDS
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from lstm_helpers.figures.drawings import plot_chain, plot_mentions, plot_tagger


def test_the_chain_shows_three_steps_of_each():
    figure, axes = plt.subplots(2, 1)
    assert plot_chain(axes=axes) is axes
    for ax, kind in zip(axes, ("RNN", "LSTM"), strict=True):
        assert (ax.get_title() or ax.get_title("left")).startswith(f"{kind}:")
        written = [text.get_text() for text in ax.texts]
        assert [f"$h^{{({t})}}$" in written for t in ("t-1", "t", "t+1")] == [True] * 3
    gates = [text.get_text() for text in axes[1].texts]
    assert [gates.count(gate) for gate in "ifao"] == [3] * 4
    plt.close(figure)


def luminance(colour):
    """Relative luminance in [0, 1], as WCAG 2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return np.dot((0.2126, 0.7152, 0.0722), linear)


def test_what_stands_in_a_box_is_legible():
    figure, axes = plt.subplots(2, 1)
    plot_chain(axes=axes)
    boxes = [
        (box.get_center(), box.get_facecolor())
        for ax in axes
        for box in ax.patches
        if isinstance(box, Rectangle) and box.get_height() < 1
    ]
    written = [text for ax in axes for text in ax.texts if text.get_text() in "σtanh"]
    n_legible = 0
    for text in written:
        for centre, colour in boxes:
            if np.allclose(text.get_position(), centre):
                values = sorted([luminance(text.get_color()), luminance(colour)])
                assert (values[1] + 0.05) / (values[0] + 0.05) > 4.5, "WCAG's level AA"
                n_legible += 1
    assert n_legible == len(boxes) == 3 * (1 + 5)
    plt.close(figure)


def test_each_state_comes_to_every_step_and_leaves_the_last():
    figure, axes = plt.subplots(2, 1)
    plot_chain(axes=axes)
    for ax, n_states in zip(axes, (1, 2), strict=True):
        arrows = [text for text in ax.texts if isinstance(text, Annotation)]
        level = [arrow for arrow in arrows if arrow.xy[1] == arrow.xyann[1]]
        assert len(level) == 4 * n_states
    plt.close(figure)


def test_the_tagger_is_drawn_with_a_shape_at_every_arrow(ax):
    plot_tagger(WORDS, TAGS, SHAPES, ax=ax)
    texts = [text.get_text() for text in ax.texts if text.get_text()]
    wanted = ["ids (3,)", "x (3, 4)", "h (3, 6)", "z (3, 5)", "scores (3, 5)"]
    assert [text for text in texts if "(" in text] == wanted
    assert {*WORDS, *TAGS, "embedding", "LSTM"} <= set(texts)
    assert ax.get_title() == "3 words go in, 3 rows of 5 scores come out"


def test_a_bracket_stands_over_each_mention_and_over_nothing_else(ax):
    words = ["Ann", "Lee", "left", "New", "Oslo", "Bank", "on", "Monday"]
    tags = ["B-per", "I-per", "O", "B-geo", "I-geo", "B-org", "O", "B-tim"]
    plot_mentions(words, tags, ax=ax)
    spans = [line.get_xdata() for line in ax.get_lines()]
    found = [[k for k in range(8) if min(x) < k < max(x)] for x in spans]
    assert found == [[0, 1], [3, 4], [5], [7]]
    written = {(round(text.get_position()[0], 1), text.get_text()) for text in ax.texts}
    assert written >= {*enumerate(words), *enumerate(tags)}
    assert written - {*enumerate(words), *enumerate(tags)} == {
        (0.5, "per"),
        (3.5, "geo"),
        (5.0, "org"),
        (7.0, "tim"),
    }
    assert ax.get_title() == "4 mentions in 8 words: each begins with one B-"


def test_words_of_one_type_have_its_colour_and_others_none(ax):
    plot_mentions(["A", "b", "C", "D"], ["B-per", "O", "B-LOC", "I-per"], ax=ax)
    per, outside, other, same = [box.get_facecolor() for box in ax.patches]
    assert per == same
    assert outside == (1, 1, 1, 1)
    assert len({per, outside, other}) == 3
