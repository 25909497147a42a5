"""Text -> words with character offsets, in the corpus's conventions."""

import re
from typing import NamedTuple


class Word(NamedTuple):
    """A word and where it stands: ``text[start:end] == word``."""

    word: str
    start: int
    end: int


PATTERN = re.compile(
    r"""
      (?:[A-Za-z]\.){2,}                        # U.S.  a.m.
    | (?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Gen|Sen|Gov|Lt|Col|Sgt|Rev|vs|No)\.(?=\s)  # titles
    | \d+(?:[.,:]\d+)*                          # 3,400  2.5  10:30
      (?:-?[^\W\d_]+)*                          # 12-year  1990s
    | ['’]s\b                                   # the country 's army
    | [^\W_]+(?:[-&'’_.](?!s\b)[^\W_]+)*        # al-Qaida  AT&T  O'Neill
    | \.\.\.|--
    | \S                                        # anything else, a character each
    """,
    re.VERBOSE,
)


def split_words(text):
    """Split text into words as the corpus has them.

    Punctuation and a possessive 's stand apart; hyphens, inner full stops (U.S.) and
    digits' commas stay inside.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Word
        In order, without overlap; together they hold every character but white space.

    Raises
    ------
    TypeError
        If it is not a str.

    Examples
    --------
    >>> [word for word, _, _ in split_words("Mr. Pell's train left the U.S. in May.")]
    ['Mr.', 'Pell', "'s", 'train', 'left', 'the', 'U.S.', 'in', 'May', '.']
    """
    if not isinstance(text, str):
        raise TypeError(f"text: got {type(text).__name__}, wanted str")
    return [Word(m[0], m.start(), m.end()) for m in PATTERN.finditer(text)]
