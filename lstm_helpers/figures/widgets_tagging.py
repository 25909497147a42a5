"""A tagger and a text that is being typed -> the text, tagged at every letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

if TYPE_CHECKING:  # it loads torch
    from lstm_helpers.models.trained import TrainedTagger


def type_and_tag(tagger: TrainedTagger, text: str = "") -> ipywidgets.VBox:
    """Show a line to type into, and below it the text as the tagger tags it.

    Parameters
    ----------
    tagger : TrainedTagger
    text : str
        What stands in the line at the start.

    Returns
    -------
    ipywidgets.VBox
        The line, and what :func:`~lstm_helpers.prediction.render_html` and
        :func:`~lstm_helpers.prediction.render_doubts` make of it, at every letter.
    """
    # here and not above, since they load torch, which no other figure needs
    from lstm_helpers.prediction.rendering import render_doubts, render_html
    from lstm_helpers.prediction.text import tag_text

    line = ipywidgets.Text(
        text,
        placeholder="type a sentence",
        description="text",
        layout={"width": "95%"},
    )
    shown = ipywidgets.HTML()

    def redraw(_: object = None) -> None:
        text = line.value
        tagged = tag_text(tagger, text)
        shown.value = render_html(text, tagged) + render_doubts(text, tagged)

    line.observe(redraw, names="value")
    redraw()
    return ipywidgets.VBox([line, shown])
