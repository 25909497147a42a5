"""Letters that the figures' font lacks are looked for in others."""

import inspect
import warnings

import ipywidgets
import matplotlib.pyplot as plt
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from lstm_helpers.figures import fonts
from lstm_helpers.figures.fonts import find_families
from lstm_helpers.figures.showing import show
from lstm_helpers.figures.widgets import live_figure

OWN = ["DejaVu Sans"]
OTHER = "DejaVu Sans Mono"
NOBODYS = chr(0xE0FF)  # of the private use area


@pytest.fixture
def only_two_fonts(monkeypatch):
    """Let there be the figures' font, and one that has A and an ideograph."""
    other = font_manager.findfont(OTHER)
    own = font_manager.findfont(OWN[0])
    letters = {other: {0x41, 0x5317}, own: {*FT2Font(own).get_charmap()}}
    monkeypatch.setattr(fonts, "_installed", lambda: ((OTHER, other),))
    monkeypatch.setattr(fonts, "_letters_of", letters.get)


def test_a_font_that_has_all_letters_is_left_alone(only_two_fonts):
    assert find_families("Łódź\n, Àlá", OWN) == OWN
    assert find_families("", OWN) == OWN


def test_letters_that_it_lacks_come_from_another(only_two_fonts):
    assert find_families("A 北", OWN) == [*OWN, OTHER]
    assert find_families("京", OWN) == OWN, "no font has it"


def test_a_shown_figure_draws_them_in_it(only_two_fonts, ax, monkeypatch):
    monkeypatch.setattr(f"{show.__module__}.display", lambda *_, **__: None)
    ax.set(title="北", xlabel="words")
    families = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the other has no ideograph really
        monkeypatch.setattr(
            plt,
            "close",
            lambda _: families.append(
                (ax.title.get_fontfamily(), ax.xaxis.label.get_fontfamily())
            ),
        )
        show()
    monkeypatch.undo()
    assert families[0][0][-1] == OTHER
    assert OTHER not in families[0][1]


def test_a_live_figure_draws_them_in_it_whether_they_move_or_not(only_two_fonts):
    figure = Figure()
    ax = figure.add_subplot(title="北", xlabel="words")
    moves = ax.text(0.5, 0.5, "")

    def draw(word):
        moves.set_text(word)
        return figure, [moves]

    word = ipywidgets.Text("words")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the other has no ideograph really
        live_figure(draw, {"word": word})
        assert OTHER not in moves.get_fontfamily()
        word.value = "北"
    assert ax.title.get_fontfamily()[-1] == OTHER
    assert OTHER not in ax.xaxis.label.get_fontfamily()
    assert moves.get_fontfamily()[-1] == OTHER


def test_fonts_are_asked_until_no_letter_is_missing(monkeypatch):
    letters = {"own": {1}, "one": {0x5317}, "none": {2}, "two": {0x4EAC}, "late": {3}}
    monkeypatch.setattr(fonts, "findfont", lambda _: "own")
    others = [name for name in letters if name != "own"]
    monkeypatch.setattr(
        fonts, "_installed", lambda: tuple(zip(others, others, strict=True))
    )
    monkeypatch.setattr(fonts, "_letters_of", letters.__getitem__)
    del letters["late"]  # nobody asks it
    assert find_families("北京", ["own"]) == ["own", "one", "two"]


def test_upright_fonts_without_serifs_and_of_usual_weight_come_first(monkeypatch):
    def font(name, weight=400, style="normal"):
        return font_manager.FontEntry(name, name=name, style=style, weight=weight)

    known = [
        font("Serif"),
        font("A Sans", 700),
        font("B Sans", style="italic"),
        font("C Sans"),
    ]
    monkeypatch.setattr(fonts.fontManager, "ttflist", known)
    found = inspect.unwrap(fonts._installed)()  # noqa: SLF001
    assert [name for name, _ in found] == ["C Sans", "A Sans", "Serif"]


def test_the_figures_own_font_stays_the_first_and_the_others_are_installed():
    own, *others = find_families(f"a{NOBODYS}北", OWN)
    assert own == OWN[0]
    assert {*others} <= {font.name for font in font_manager.fontManager.ttflist}
