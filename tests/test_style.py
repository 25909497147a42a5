from itertools import pairwise

import pytest
from matplotlib.colors import to_rgb

from lstm_helpers.style import ENTITY_COLOURS, GATE_COLOURS, SIGNED_COLOURS, STATE_NAMES


def test_each_type_of_the_corpus_has_a_colour_of_its_own(sample):
    types = {tag[2:] for sentence in sample.sentences for tag in sentence.tags} - {""}
    assert ENTITY_COLOURS.keys() == types
    assert len(set(ENTITY_COLOURS.values())) == len(types)


def luminance(colour):
    """Relative luminance in [0, 1], as WCAG 2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return sum(
        w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


@pytest.mark.parametrize("colour", ENTITY_COLOURS.values(), ids=ENTITY_COLOURS)
def test_dark_text_is_legible_on_every_entity(colour):
    contrast = (luminance(colour) + 0.05) / (luminance("#111") + 0.05)
    assert contrast > 7, "WCAG's level AAA"


def test_every_gate_has_a_colour_and_every_state_a_name():
    assert GATE_COLOURS.keys() == {*"ifao"}
    assert len(set(GATE_COLOURS.values())) == 4
    assert STATE_NAMES.keys() == {*"ifaoch"}


def test_a_signed_number_is_lighter_the_higher_it_is_in_even_steps():
    lightness = [116 * luminance(colour) ** (1 / 3) - 16 for colour in SIGNED_COLOURS]
    steps = [after - before for before, after in pairwise(lightness)]
    assert max(steps) - min(steps) < 3, "CIE's L*, of 100"
    assert min(steps) > 15
