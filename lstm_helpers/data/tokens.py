"""Text -> words with character offsets, in the corpus's conventions."""

import re
from typing import NamedTuple


class Word(NamedTuple):
    """A word and where it stands: ``text[start:end] == word``."""

    word: str
    start: int
    end: int


_PATTERN = re.compile(
    r"""
      (?:[A-Za-z]\.){2,}(?:-[^\W\d_]+)*           # U.S.  a.m.  U.S.-led
    | (?:Mr|Mrs|Ms|Dr|St|Gen|Sen|Gov|Lt|Col)\.(?=\s)              # before a name
    | (?:Inc|Corp|Ltd|Jr|Sr)\.                    # after one
    | \d+(?:[.,:-]\d+)*(?:-?[^\W\d_]+)*          # 3,400  2.5  1-0  12-year  1990s
    | n['’]t\b | ['’](?:s|ll|re|ve|m|d)\b        # did n't  the country 's  he 'll
    | [^\W_]+?(?=n['’]t\b)                       # did, before n't
    | [^\W_]+(?:[-&'’_.](?!(?:s|ll|re|ve|m|d)\b)[^\W_]+)*   # al-Qaida  O'Neill  AT&T
    | \.\.\. | --
    | \S                                         # anything else, a character each
    """,
    re.VERBOSE,
)


def split_words(text: str) -> list[Word]:
    """Split text into words as the corpus has them.

    Punctuation, possessive 's and shortened words (n't, 'll) stand apart; hyphens,
    inner full stops (U.S.) and digits' commas stay inside.

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
    return [Word(m[0], m.start(), m.end()) for m in _PATTERN.finditer(text)]
