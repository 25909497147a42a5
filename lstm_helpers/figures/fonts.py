"""A text -> the fonts that have its letters: the figures' own, and others behind it."""

import functools
from collections.abc import Sequence

from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font


def find_families(text: str, own: Sequence[str]) -> list[str]:
    """Find fonts for a text, such as one with Chinese words.

    Parameters
    ----------
    text : str
    own : sequence of str
        The families that the text would be drawn in.

    Returns
    -------
    list of str
        The same, and behind them installed ones for letters that they lack. Where no
        font has a letter, matplotlib draws a box and warns.

    Examples
    --------
    >>> find_families("Łódź", ["DejaVu Sans"])
    ['DejaVu Sans']
    """
    missing = {ord(letter) for letter in text if letter.isprintable()}
    for family in own:
        missing -= _letters_of(findfont(FontProperties(family=[family])))
    families = [*own]
    for family, path in _installed() if missing else ():
        if missing & _letters_of(path):
            families.append(family)
            missing -= _letters_of(path)
        if not missing:
            break
    return families


@functools.cache
def _letters_of(path: str) -> frozenset[int]:
    return frozenset(FT2Font(path).get_charmap())


@functools.cache
def _installed() -> tuple[tuple[str, str], ...]:
    """List the families and files of upright fonts, those without serifs first."""
    upright = [each for each in fontManager.ttflist if each.style == "normal"]
    upright.sort(key=lambda each: ("Sans" not in each.name, each.weight != 400))
    return tuple((each.name, each.fname) for each in upright)
