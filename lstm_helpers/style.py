"""Names -> colours, titles and letters: what figures and highlighted text share."""

import re

# Okabe and Ito's colours, lightened: apart for colour-blind readers, and dark text on
# each is legible. The type is always written out as well.
ENTITY_COLOURS = {
    "geo": "#b9dcf2",
    "gpe": "#bfe5d8",
    "org": "#f8dba3",
    "per": "#efc4dc",
    "tim": "#d9d9d9",
    "art": "#f3c6a5",
    "eve": "#f5efa3",
    "nat": "#c3cbe8",
}
GATE_COLOURS = {"i": "#009E73", "f": "#0072B2", "a": "#E69F00", "o": "#CC79A7"}
# Negative, zero, positive: two hues, and the lightness rises from end to end in even
# steps, so that the sign survives a print in grey and no colour vision is needed.
SIGNED_COLOURS = ["#0A255C", "#2556A4", "#868686", "#F0B040", "#FFF3CC"]
STATE_NAMES = {
    "i": "input gate i",
    "f": "forget gate f",
    "a": "candidate a",
    "o": "output gate o",
    "c": "cell state C",
    "h": "hidden state h",
}

_UNWRITABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
    r"|\r(?!\n)"  # what follows would hide what stands before it
    r"|[\u202a-\u202e\u2066-\u2069]"  # they turn round what stands behind them
)


def writable(text: str) -> str:
    r"""Put U+FFFD for what a page, a picture or a terminal cannot hold as text.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Of the same length. Replaced are control characters other than tabs and ends
        of lines (LF and CRLF: a CR elsewhere moves a terminal back), halves of
        surrogate pairs, U+FFFE and U+FFFF, and what embeds, overrides or isolates a
        direction of writing.

    Examples
    --------
    >>> writable("R\x1bome\u202e")
    'R�ome�'
    """
    return _UNWRITABLE.sub("\ufffd", text)
