"""What widgets show, read as a browser reads it; and drawings to compare it with."""

import base64
import html.parser
import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


class Tags(html.parser.HTMLParser):
    """What a browser makes of some HTML: its tags and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def image(box):
    """The alternative text and the pixels of a widget's picture."""
    tags = Tags(box.children[-1].value)
    [(tag, attributes)] = tags.found
    assert (tag, tags.text) == ("img", "")
    assert attributes.keys() == {"alt", "src"}
    kind, data = attributes["src"].split(",")
    assert kind == "data:image/png;base64"
    png = base64.b64decode(data, validate=True)
    return attributes["alt"], plt.imread(io.BytesIO(png), format="png")


def drawn_afresh(size, draw, /, *args, **numbers):
    """The pixels of a new figure that is drawn whole."""
    figure = Figure(figsize=size)
    draw(figure, *args)(**numbers)
    FigureCanvasAgg(figure).draw()
    return np.asarray(figure.canvas.buffer_rgba()) / np.float32(255)


def move(box, numbers):
    """Set all controls of a widget in their order."""
    *controls, _ = box.children
    for control, value in zip(controls, numbers, strict=True):
        control.value = value


def saved(figure):
    """The pixels of a figure as a notebook keeps it."""
    png = io.BytesIO()
    figure.savefig(png, format="png")
    png.seek(0)
    return plt.imread(png)


def assert_print_shows_what_moves(size, draw, /, **numbers):
    """Draw on a new figure, move it, and see all that moved on a saved picture."""
    figure = plt.figure(figsize=size)
    moved = draw(figure)(**numbers)
    figure.canvas.draw()
    figure.set_layout_engine("none")  # or it would settle anew at every drawing
    printed = saved(figure)
    for artist in moved:
        artist.set_visible(False)
        without = saved(figure)
        artist.set_visible(True)
        assert (without != printed).any(), artist
    np.testing.assert_array_equal(saved(figure), printed)
