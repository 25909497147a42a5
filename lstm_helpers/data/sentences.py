"""What a corpus is made of: sentences, and how they stand in a file."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lstm_helpers.data.errors import CorpusError


class Sentence(NamedTuple):
    """One sentence as the corpus has it, or only its words."""

    words: Sequence[str]  # length T
    tags: Sequence[str] = ()  # length T, in IOB2; empty where they are not known
    pos: Sequence[str] = ()  # length T; empty where the file has no such column
    label: str = ""  # "Sentence: 12"


def check_sentences(name: str, sentences: Iterable[object]) -> None:
    """Refuse what is no sequence of sentences, such as a whole corpus.

    Parameters
    ----------
    name : str
        What the error should name.
    sentences : iterable

    Raises
    ------
    TypeError
        If one of them is no :class:`Sentence`.
    """
    for sentence in sentences:
        if not isinstance(sentence, Sentence):
            got = type(sentence).__name__
            wanted = "Sentences, such as corpus.sentences"
            raise TypeError(f"{name}: got {got} among them, wanted {wanted}")


class Drawn(NamedTuple):
    """Sentences as they stand in a file, up to its end or its first fault."""

    sentences: list[Sentence]
    lines: Sequence[int]  # of each word
    n_left_out: dict[str, int]  # what is no sentence, and how often
    fault: CorpusError | None
    notes: tuple[str, ...] = ()  # what else a reader should know
