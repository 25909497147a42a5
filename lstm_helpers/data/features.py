"""A word -> what it looks like: its ends, its letters' case, its shape.

A word that training never showed is unknown as a word, but it begins with a capital, or
ends in "-ese", like others that training did show.
"""

import re
from collections.abc import Callable

_CLASSES = str.maketrans(
    {
        **dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "X"),
        **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", "x"),
        **dict.fromkeys("0123456789", "9"),
    }
)
_REPEATED = re.compile(r"(.)\1{2,}")


def word_shape(word: str) -> str:
    """Replace capitals by X, small letters by x, digits by 9; shorten long runs to two.

    Parameters
    ----------
    word : str

    Returns
    -------
    str
        Whatever is no ASCII letter or digit stands for itself.

    References
    ----------
    Collins (2002), doi:10.3115/1073083.1073165, section 3.

    Examples
    --------
    >>> [word_shape(word) for word in ["Paris", "U.S.-led", "2,500", "al-Qaida"]]
    ['Xxx', 'X.X.-xx', '9,99', 'xx-Xxx']
    """
    return _REPEATED.sub(r"\1\1", word.translate(_CLASSES))


FEATURES: dict[str, Callable[[str], str]] = {  # name -> what a word has of it
    "lower": str.lower,
    "prefix1": lambda word: word[:1],
    "prefix2": lambda word: word[:2].lower(),
    "prefix3": lambda word: word[:3].lower(),
    "prefix4": lambda word: word[:4].lower(),
    "suffix1": lambda word: word[-1:].lower(),
    "suffix2": lambda word: word[-2:].lower(),
    "suffix3": lambda word: word[-3:].lower(),
    "suffix4": lambda word: word[-4:].lower(),
    "shape": word_shape,
}
