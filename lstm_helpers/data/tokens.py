"""Text -> words with character offsets, in the corpus's conventions or in others."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from operator import index
from typing import NamedTuple

from lstm_helpers.data.layouts import Sentence, check_sentences
from lstm_helpers.files.reading import shorten


class Word(NamedTuple):
    """A word and where it stands: ``text[start:end] == word``."""

    word: str
    start: int
    end: int


Tokeniser = Callable[[str], Iterable[tuple[str, int, int]]]


def _list_marks() -> str:
    """List the ranges of what belongs to the letter before it, for a class of ``re``.

    That has no name for them: accents that are characters of their own, the vowels of
    Hindi or Arabic. Two joiners and the choices of a form are among them.
    """
    marks = {c for c in range(0x300, 0x1F000) if unicodedata.category(chr(c))[0] == "M"}
    marks |= {0x200C, 0x200D, *range(0xE0100, 0xE01F0)}
    first = sorted(c for c in marks if c - 1 not in marks)
    last = sorted(c for c in marks if c + 1 not in marks)
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(first, last, strict=True))


_MARKS = _list_marks()
_M = f"[{_MARKS}]"
_LETTERS = rf"[^\W\d_]++(?:{_M}++[^\W\d_]*+)*+"
_LETTERS_OR_DIGITS = rf"[^\W_]++(?:{_M}++[^\W_]*+)*+"
_END = rf"(?![\w{_MARKS}])"  # of a word
_PATTERN = re.compile(
    rf"""
      [A-Za-z]++(?!\S)                             # most words, and soon found
    | (?i:https?://|ftp://|www\.)[^\s<>"“”]*[^\s<>"“”.,;:!?'’)\]}}…]  # https://a.org
    | \w[\w.+-]{{0,63}}+@[\w-]+(?:\.[\w-]+)+       # me@example.org
    | (?<!\w)[@\#](?=\d*[^\W\d])\w+(?:{_M}+\w*)*  # @name  #tag, but not # 1
    | [:;=]['^-]?[()]{_END}                       # :)  ;-(
    | (?<!\S)(?:[:;=]['^o-]?[]\[DPpOo3/\\|*]|[xX]D+|\^[_.]?\^|[oO]_[oO]|-_+-|<3){_END}
    | (?:[A-Za-z]\.){{2,}}(?:-{_LETTERS})*         # U.S.  a.m.  U.S.-led
    | (?:Mr|Mrs|Ms|Dr|St|Gen|Sen|Gov|Lt|Col)\.(?=\s)              # before a name
    | (?:Inc|Corp|Ltd|Jr|Sr)\.                    # after one
    | \d+(?:[.,:-]\d+)*(?:-?{_LETTERS})*          # 3,400  2.5  1-0  12-year  1990s
    | n['’]t{_END} | ['’](?:s|ll|re|ve|m|d){_END}  # did n't  the country 's  he 'll
    | (?={_LETTERS_OR_DIGITS}['’]t)(?:[^\W_]{_M}*)+?(?=n['’]t{_END})  # did, before n't
    | {_LETTERS_OR_DIGITS}                        # al-Qaida  O'Neill  AT&T
      (?:[-&'’_.](?!(?:s|ll|re|ve|m|d){_END}){_LETTERS_OR_DIGITS})*
    | \.\.\. | --
    | [🇦-🇿]{{2}}                                  # a flag
    | \S[{_MARKS}🏻-🏿]*(?:(?<=\u200d)[^\w\s][{_MARKS}🏻-🏿]*)*  # any other character
    """,
    re.VERBOSE,
)
_CHARACTER = re.compile(rf"\S{_M}*")
_RUN = re.compile(r"\S+")


def split_words(text: str) -> list[Word]:
    """Split text into words as the corpus has them.

    Punctuation, possessive 's and shortened words (n't, 'll) stand apart; hyphens,
    inner full stops (U.S.) and digits' commas stay inside. A mark, such as an accent or
    a vowel, stays with its letter. Addresses of pages and of mail, @names, #tags and
    emoticons are words.

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

    Notes
    -----
    In a language that is written without spaces, whatever stands between two marks of
    punctuation is one word here. See :func:`split_characters`.

    Examples
    --------
    >>> [word for word, _, _ in split_words("Mr. Pell's train left the U.S. in May.")]
    ['Mr.', 'Pell', "'s", 'train', 'left', 'the', 'U.S.', 'in', 'May', '.']
    """
    return _split_at(_PATTERN, text)


def split_characters(text: str) -> list[Word]:
    """Split text into characters, as corpora of Chinese often are.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Word
        Every character but white space, with the marks that follow it.

    Raises
    ------
    TypeError
        If it is not a str.

    Examples
    --------
    >>> [word for word, _, _ in split_characters("北京 2008")]
    ['北', '京', '2', '0', '0', '8']
    """
    return _split_at(_CHARACTER, text)


def split_at_spaces(text: str) -> list[Word]:
    """Split text at white space alone, for text that is cut already.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Word

    Raises
    ------
    TypeError
        If it is not a str.

    Examples
    --------
    >>> [word for word, _, _ in split_at_spaces("Pell 's boat(s)")]
    ['Pell', "'s", 'boat(s)']
    """
    return _split_at(_RUN, text)


TOKENISERS: dict[str, Callable[[str], list[Word]]] = {
    "words": split_words,
    "characters": split_characters,
    "spaces": split_at_spaces,
}


def find_tokeniser(words: Iterable[str]) -> str:
    """Name the tokeniser that cuts text as these words are cut.

    Parameters
    ----------
    words : iterable of str
        A corpus's words, or a vocabulary: each of them once.

    Returns
    -------
    {"words", "characters"}
        Of :data:`TOKENISERS`. Characters, if more than half of the words are a single
        character, and not an ASCII one: as in many corpora of Chinese.

    Examples
    --------
    >>> find_tokeniser(["北", "京", "在"]), find_tokeniser(["a", "Rome"])
    ('characters', 'words')
    """
    is_single = [len(word) == 1 and not word.isascii() for word in words]
    return "characters" if 2 * sum(is_single) > len(is_single) else "words"


def _split_at(pattern: re.Pattern[str], text: str) -> list[Word]:
    """Find the words that a pattern describes."""
    if not isinstance(text, str):
        raise TypeError(f"text: got {type(text).__name__}, wanted str")
    return [Word(m[0], m.start(), m.end()) for m in pattern.finditer(text)]


def split_with(split: Tokeniser, text: str) -> list[Word]:
    """Split text with any tokeniser, and see that its words stand where it says.

    Parameters
    ----------
    split : callable
        Takes a text; gives its words in order, each with the places where it begins
        and ends. It may leave characters out.
    text : str

    Returns
    -------
    list of Word

    Raises
    ------
    TypeError
        If the text is not a str, or the tokeniser gives something else.
    ValueError
        If a word begins before the one before it has ended, or is not what the text
        has there.
    """
    if not isinstance(text, str):
        raise TypeError(f"text: got {type(text).__name__}, wanted str")
    for ours in TOKENISERS.values():
        if split is ours:  # their words stand where they say
            return ours(text)
    words: list[Word] = []
    begins = 0
    cut = split(text)
    if not isinstance(cut, Iterable):
        got, wanted = type(cut).__name__, "words, each as (word, start, end)"
        raise TypeError(f"split: got {got} from it, wanted {wanted}")
    for given in cut:
        try:
            word, start, end = given
            start, end = index(start), index(end)
        except (TypeError, ValueError):
            got = shorten(repr(given))
            raise TypeError(f"split: got {got}, wanted (word, start, end)") from None
        got = f"{shorten(repr(word))} from {start} to {end}"
        if not begins <= start < end <= len(text):
            wanted = f"words in order, this one within {begins} to {len(text)}"
            raise ValueError(f"split: got {got}, wanted {wanted}")
        if text[start:end] != word:
            wanted = f"what stands there: {shorten(repr(text[start:end]))}"
            raise ValueError(f"split: got {got}, wanted {wanted}")
        words.append(Word(word, start, end))
        begins = end
    return words


class WholeWords(NamedTuple):
    """How many of a corpus's words a tokeniser gives back as they are."""

    n_words: int
    n_whole: int
    cut: Counter[str]  # the other words, and how often each of them

    @property
    def share(self) -> float:
        """The fraction of the words that are given back, in [0, 1]."""
        return self.n_whole / max(1, self.n_words)


def count_whole_words(
    sentences: Sequence[Sentence],
    split: Tokeniser = split_words,
    *,
    between: str | None = None,
) -> WholeWords:
    """Measure what a tokeniser costs: which of a corpus's words it cuts or joins.

    A tagger has learned the corpus's words. From text it gets the tokeniser's.

    Parameters
    ----------
    sentences : sequence of Sentence
        Only their words are looked at.
    split : callable
        As in :func:`split_with`.
    between : str, optional
        What stands between the words of running text. By default nothing if
        :func:`find_tokeniser` finds characters, as in Chinese, else a blank.

    Returns
    -------
    WholeWords

    Raises
    ------
    TypeError, ValueError
        As :func:`split_with`, or if they are no sentences.

    Examples
    --------
    >>> found = count_whole_words([Sentence(["mother-in-law", "(s)", "left"])])
    >>> found.n_words, found.n_whole, dict(found.cut)
    (3, 2, {'(s)': 1})
    """
    check_sentences("sentences", sentences)
    if between is None:
        types = {word for sentence in sentences for word in sentence.words}
        between = "" if find_tokeniser(types) == "characters" else " "
    n_words, cut = 0, Counter[str]()
    for sentence in sentences:
        words = sentence.words
        starts = [*accumulate((len(w) + len(between) for w in words), initial=0)]
        given = {(w.start, w.end) for w in split_with(split, between.join(words))}
        for word, start in zip(words, starts, strict=False):
            cut[word] += (start, start + len(word)) not in given
        n_words += len(words)
    cut = +cut  # those above 0
    return WholeWords(n_words, n_words - cut.total(), cut)
