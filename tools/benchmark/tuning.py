"""What is changed in crfsuite's usual settings: the grid that it is tuned on."""

from typing import NamedTuple

AS_IT_IS = "as it is"


class Settings(NamedTuple):
    """What crfsuite is given, and how it trains. The usual ones are its tutorial's."""

    c1: float = 0.1  # of the weights' sizes
    c2: float = 0.1  # of their squares
    max_iterations: int = 100
    features: tuple[str, ...] = ()  # of lstm_helpers.data.FEATURES, of a word itself
    window: int = 1  # words to each side, by their small letters and their case


_USUAL = Settings()
_AFFIXES = ("prefix1", "prefix2", "prefix3", "prefix4", "suffix4")
_MORE = _USUAL._replace(features=(*_AFFIXES, "shape"))
GRID: dict[str, Settings] = {  # by the name that tables and figures give the change
    AS_IT_IS: _USUAL,
    "c1 of 0.3": _USUAL._replace(c1=0.3),
    "c2 of 0.3": _USUAL._replace(c2=0.3),
    "shape": _USUAL._replace(features=("shape",)),
    "affixes": _USUAL._replace(features=_AFFIXES),
    "affixes and shape": _MORE,
    "affixes and shape, c1 of 0.3": _MORE._replace(c1=0.3),
    "affixes and shape, c1 of 0.5": _MORE._replace(c1=0.5),
    "affixes and shape, two words, c1 of 0.3": _MORE._replace(c1=0.3, window=2),
}
TUNED = "affixes and shape, c1 of 0.3"  # the best mean over the folds
