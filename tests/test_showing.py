"""What is shown is shown once, with a text."""

import matplotlib.pyplot as plt
from drawn import VALUES, WORDS

from lstm_helpers.figures.showing import show
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
