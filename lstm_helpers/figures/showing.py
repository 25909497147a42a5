"""A figure -> what a notebook shows: a picture, and a text for who does not see it."""

import io

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from lstm_helpers.figures.fonts import find_families
from lstm_helpers.style import writable


def show() -> None:
    """Show the current figure with a text for readers who do not see it, and close it.

    The text says what the titles and axes say; a title here states the finding. The
    picture has 256 colours, which makes a notebook a third of the size; they are chosen
    so that the rarest of a heat map's colours is met, too. If matplotlib saves pictures
    in another resolution than it draws figures (``savefig.dpi``), the picture says its
    width in CSS pixels, and looks as large as at the figure's own.
    """
    figure = plt.gcf()
    fit_texts(figure)
    png, small = io.BytesIO(), io.BytesIO()
    figure.savefig(png, format="png", bbox_inches="tight")
    method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
    palette = Image.open(png).convert("RGB").quantize(256, method, dither=dither)
    palette.save(small, format="PNG", optimize=True)
    data = {"image/png": small.getvalue(), "text/plain": repr(figure)}
    about: dict[str, str | int] = {"alt": describe(figure)}
    if plt.rcParams["savefig.dpi"] != "figure":
        sharpness = plt.rcParams["savefig.dpi"] / figure.dpi
        about["width"] = round(palette.width / sharpness)
    display(data, metadata={"image/png": about}, raw=True)  # type: ignore[no-untyped-call]
    plt.close(figure)


def fit_texts(artist: Artist) -> None:
    """Give each text of a figure, or of a part of one, fonts that have its letters.

    Parameters
    ----------
    artist : Artist
        Its titles, too, may hold a word of a corpus. What no picture can hold is
        replaced: see :func:`~lstm_helpers.style.writable`.
    """
    for text in artist.findobj(Text):
        text.set_text(writable(text.get_text()))
        text.set_fontfamily(find_families(text.get_text(), text.get_fontfamily()))


def describe(figure: Figure) -> str:
    """Put a figure's titles and axis labels into a sentence or two.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    str

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.subplots().set(title="It rises", xlabel="t", ylabel="x")
    >>> describe(figure)
    'It rises (x over t).'
    """
    texts = [figure.get_suptitle()]
    for ax in figure.axes:
        title = ax.get_title("left") or ax.get_title()
        labels = " over ".join(filter(None, [ax.get_ylabel(), ax.get_xlabel()]))
        if labels and ax.get_label() != "<colorbar>":
            title = f"{title} ({labels})" if title else labels
        texts.append(title)
    text = (
        writable(". ".join(filter(None, texts))).replace("\n", " ").replace("?.", "?")
    )
    return text + "." * (not text.endswith((".", "?")))
