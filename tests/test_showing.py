"""What is shown is shown once, with a text."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import VALUES, WORDS
from matplotlib.figure import Figure
from PIL import Image

from lstm_helpers.figures.showing import describe, show
from lstm_helpers.figures.states import plot_state


def test_a_figure_is_shown_once_with_its_text(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(
        "lstm_helpers.figures.showing.display",
        lambda *args, **kwargs: shown.append(kwargs),
    )
    plot_state(VALUES, "f", WORDS, ax=ax)
    ax.set_title("Most gates are open", loc="left")
    number = ax.figure.number
    show()
    alt = shown[0]["metadata"]["image/png"]["alt"]
    assert alt.startswith("Most gates are open (unit")
    assert len(shown) == 1
    assert not plt.fignum_exists(number), "or the inline backend would show it again"


def test_a_title_may_hold_what_cannot_be_drawn(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(
        f"{show.__module__}.display", lambda _, metadata, **__: shown.append(metadata)
    )
    plot_state(VALUES, "f", WORDS, ax=ax)
    ax.set(title="$$ of \ud800", xlabel="\0", ylabel="\u202eunit")
    ax.figure.suptitle("\udfff\x9b")
    wanted = "\ufffd\ufffd. $$ of \ufffd (\ufffdunit over \ufffd)."
    assert describe(ax.figure) == wanted
    show()
    assert shown == [{"image/png": {"alt": wanted}}]


@pytest.mark.parametrize("name", ["f", "c"])
def test_a_shown_picture_keeps_its_colours(monkeypatch, name):
    shown = []
    monkeypatch.setattr(
        f"{show.__module__}.display", lambda data, **_: shown.append(data)
    )
    above, below = plt.figure().subplots(2)
    states = np.random.default_rng(0).uniform(-1, 1, (20, 40))
    plot_state(np.abs(states) if name == "f" else states, name, ["word"] * 20, ax=above)
    for k in range(3):
        below.plot(states[:, k], label=f"unit {k}")
    below.legend()
    whole = io.BytesIO()
    plt.gcf().savefig(whole, bbox_inches="tight")
    show()
    small = shown[0]["image/png"]
    wanted, got = (
        np.asarray(Image.open(png).convert("RGB"), dtype=int)
        for png in (whole, io.BytesIO(small))
    )
    error = np.abs(got - wanted).max()
    assert error <= 16, "of 255"
    assert len(small) < len(whole.getvalue()) / 2


def test_a_sharper_picture_says_how_wide_it_looks(monkeypatch):
    shown = []
    monkeypatch.setattr(
        f"{show.__module__}.display",
        lambda data, metadata, **_: shown.append((data, metadata["image/png"])),
    )
    for dpi in ("figure", 192):
        with plt.style.context(["lstm_helpers.style", {"savefig.dpi": dpi}]):
            plot_state(VALUES, "f", WORDS, ax=plt.figure().add_subplot())
            show()
    (stored, plain), (sharp, about) = (
        (Image.open(io.BytesIO(data["image/png"])), about) for data, about in shown
    )
    assert plain.keys() == {"alt"}, "stored outputs stay as they are"
    assert abs(sharp.width - 2 * stored.width) <= 2
    assert abs(sharp.height - 2 * stored.height) <= 2
    assert about["alt"] == plain["alt"]
    assert type(about["width"]) is int
    assert abs(about["width"] - stored.width) <= 1


def test_a_description_leaves_out_the_scale_of_colours_and_broken_lines():
    figure = Figure()
    ax = figure.subplots()
    picture = ax.imshow(np.eye(2))
    figure.colorbar(picture, label="score")
    ax.set(title="Which one\nis it?", xlabel="word")
    figure.suptitle("Two words")
    assert describe(figure) == "Two words. Which one is it? (word)."


def test_a_description_of_axes_without_a_title_begins_with_their_labels():
    above, below = (figure := Figure()).subplots(2)
    above.set(title="It rises", ylabel="x")
    below.set(xlabel="t", ylabel="y")
    assert describe(figure) == "It rises (x). y over t."


@pytest.mark.parametrize("title", ["Is it?", "So it is."])
def test_a_description_ends_once(title):
    figure = Figure()
    figure.suptitle(title)
    assert describe(figure) == title
