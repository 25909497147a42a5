"""Text -> words with tags -> entities."""

from typing import NamedTuple

import torch

from lstm_helpers.data.corpus import Sentence
from lstm_helpers.data.tokens import split_words
from lstm_helpers.metrics import find_mentions
from lstm_helpers.models.taggers import predict_tags


class TaggedWord(NamedTuple):
    """A word of a text, its place and its tag: ``text[start:end] == word``."""

    word: str
    start: int
    end: int
    tag: str
    known: bool  # whether training had seen the word


class Entity(NamedTuple):
    """A mention in a text: ``text[start:end] == mention``."""

    kind: str
    start: int
    end: int
    mention: str


def tag_text(tagger, text):
    """Tag a text of one's own.

    Parameters
    ----------
    tagger : Tagger
    text : str

    Returns
    -------
    list of TaggedWord
        Every word of the text; none for blank text.

    Raises
    ------
    TypeError
        If the text is not a str.
    """
    words = split_words(text)
    if not words:
        return []
    sentence = Sentence([word for word, _, _ in words], [], [], "")
    [tags] = predict_tags(tagger.model, tagger.encoder, [sentence])
    return [
        TaggedWord(*word, tag, word.word in tagger.encoder.word_to_ix)
        for word, tag in zip(words, tags, strict=True)
    ]


def find_entities(text, tagged):
    """Collect the mentions: each B- and the I- of its type that follow it.

    An I- without a B- of its type before it begins nothing, as in strict scoring.

    Parameters
    ----------
    text : str
    tagged : list of TaggedWord

    Returns
    -------
    list of Entity
    """
    return [
        Entity(kind, start, end, text[start:end])
        for kind, start, end in (
            (mention.kind, tagged[mention.start].start, tagged[mention.end - 1].end)
            for mention in find_mentions([[word.tag for word in tagged]])
        )
    ]


def join_words(words, tags, encoder):
    """Make a text of a corpus's words, so that it can be rendered.

    Parameters
    ----------
    words, tags : list of str, length T
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


def predict_probabilities(tagger, sentences):
    """Give every word a probability for every tag.

    Parameters
    ----------
    tagger : Tagger
        Its model is left in evaluation mode.
    sentences : iterable of Sentence
        Only their words are looked at.

    Returns
    -------
    list of ndarray of shape (T, K), float32
        In the sentences' order; a row sums to 1, columns as in ``tagger.encoder.tags``.
    """
    model = tagger.model.eval()
    device = next(model.parameters()).device
    probs = []
    with torch.inference_mode():
        for sentence in sentences:
            words = tagger.encoder.encode_words(sentence.words).unsqueeze(1)
            each = model.probabilities(words.to(device)).squeeze(1)  # (T, K)
            probs.append(each.cpu().numpy())
    return probs
