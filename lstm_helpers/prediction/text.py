"""Text -> words with tags -> entities."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lstm_helpers.data.encoding import Encoder
from lstm_helpers.data.iob2 import find_mentions
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.data.tokens import TOKENISERS, Tokeniser, split_with
from lstm_helpers.models.trained import TrainedTagger, predict_surely


class TaggedWord(NamedTuple):
    """A word of a text, its place and its tag: ``text[start:end] == word``."""

    word: str
    start: int
    end: int
    tag: str
    known: bool  # whether training had seen the word
    probability: float | None = None  # of its mention, or of its tag O; None: not said


class Entity(NamedTuple):
    """A mention in a text: ``text[start:end] == mention``."""

    kind: str
    start: int
    end: int
    mention: str
    probability: float | None = None  # that it begins and ends just there, in [0, 1]


def tag_text(
    tagger: TrainedTagger,
    text: str,
    *,
    best_path: bool = False,
    split: Tokeniser | None = None,
) -> list[TaggedWord]:
    """Tag a text of one's own.

    Parameters
    ----------
    tagger : TrainedTagger
    text : str
    best_path : bool
        As in :func:`~lstm_helpers.models.predict_tags`.
    split : callable, optional
        Cuts the text as the tagger's corpus is cut; by default the tokeniser that
        :attr:`~lstm_helpers.data.Encoder.tokeniser` names. It takes the text, and gives
        its words in order, each with the places where it begins and ends. See
        :data:`~lstm_helpers.data.TOKENISERS` for those that there are.

    Returns
    -------
    list of TaggedWord
        Every word of the text, with probabilities; none for blank text.

    Raises
    ------
    TypeError
        If the text is not a str, or ``split`` gives something else than words.
    ValueError
        If a word of ``split`` does not stand where it says, or not behind the others.

    Notes
    -----
    Once PyTorch has worked with several threads, a child that is made by ``fork`` has
    none of them, and waits for them for ever. So start processes that tag by ``spawn``,
    or call ``torch.set_num_threads(1)`` before anything is tagged.

    Examples
    --------
    A tokeniser of spaCy's, ``nlp = spacy.blank("de")``, is taken along so::

        def split(text):
            return [(t.text, t.idx, t.idx + len(t)) for t in nlp(text)]
    """
    [tagged] = tag_texts(tagger, [text], best_path=best_path, split=split)
    return tagged


def tag_texts(
    tagger: TrainedTagger,
    texts: Iterable[str],
    *,
    best_path: bool = False,
    split: Tokeniser | None = None,
) -> list[list[TaggedWord]]:
    """Tag many texts at once, which takes much less time than one after another.

    Parameters
    ----------
    tagger : TrainedTagger
    texts : iterable of str
        All are held in memory.
    best_path, split
        As in :func:`tag_text`.

    Returns
    -------
    list of list of TaggedWord
        What :func:`tag_text` gives for each; probabilities may differ by rounding, and
        tags where two are as good as equal.

    Raises
    ------
    TypeError, ValueError
        As :func:`tag_text`.
    """
    split = split or TOKENISERS[tagger.encoder.tokeniser]
    cut = [split_with(split, text) for text in texts]
    sentences = [Sentence([word for word, _, _ in words]) for words in cut if words]
    judged = iter(predict_surely(tagger, sentences, best_path=best_path))
    known = tagger.encoder.word_to_ix
    return [
        [
            TaggedWord(*word, tag, word.word in known, probability)
            for word, (tag, probability) in zip(words, next(judged), strict=True)
        ]
        if words
        else []
        for words in cut
    ]


def find_entities(text: str, tagged: Sequence[TaggedWord]) -> list[Entity]:
    """Collect the mentions: each B- and the I- of its type that follow it.

    An I- without a B- of its type before it begins nothing, as in strict scoring.

    Parameters
    ----------
    text : str
    tagged : sequence of TaggedWord

    Returns
    -------
    list of Entity
        With the probabilities that the words carry.
    """
    entities = []
    for mention in find_mentions([[word.tag for word in tagged]]):
        first, last = tagged[mention.start], tagged[mention.end - 1]
        place = first.start, last.end
        text_there = text[slice(*place)]
        entities.append(Entity(mention.kind, *place, text_there, first.probability))
    return entities


def join_words(
    words: Sequence[str], tags: Sequence[str], encoder: Encoder
) -> tuple[str, list[TaggedWord]]:
    """Make a text of a corpus's words, so that it can be rendered.

    Parameters
    ----------
    words, tags : sequence of str, length T
    encoder : Encoder
        Says which words are known.

    Returns
    -------
    text : str
        The words with a space between them.
    tagged : list of TaggedWord
    """
    tagged, start = [], 0
    for word, tag in zip(words, tags, strict=True):
        end = start + len(word)
        tagged.append(TaggedWord(word, start, end, tag, word in encoder.word_to_ix))
        start = end + 1
    return " ".join(words), tagged
