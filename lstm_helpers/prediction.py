"""Text -> entities; a whole tagger, saved and loaded."""

from typing import NamedTuple

import torch

from lstm_helpers.checkpoints import STATE, CheckpointError, load_state, save_state
from lstm_helpers.corpus import Sentence
from lstm_helpers.download import DATA_FOLDER, find_bundled, shorten
from lstm_helpers.encoding import Encoder, FeatureEncoder
from lstm_helpers.metrics import find_mentions
from lstm_helpers.models import RecurrentTagger, build_tagger, predict_tags
from lstm_helpers.tokens import split_words

SAMPLE_TAGGER = DATA_FOLDER / "sample_tagger"
MODELS_FOLDER = DATA_FOLDER.parent / "models"


class Tagger(NamedTuple):
    """Everything that tagging needs, and what is known of it."""

    model: RecurrentTagger
    encoder: Encoder
    about: dict  # where it comes from, what it scored


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


def save_tagger(folder, tagger):
    """Save a tagger as safetensors and JSON.

    Parameters
    ----------
    folder : str or Path
    tagger : Tagger
    """
    encoder = tagger.encoder
    metadata = {
        "about": tagger.about,
        "kind": type(tagger.model).__name__,
        "sizes": tagger.model.sizes,
        "tags": encoder.tags,
        "first_singleton": encoder.first_singleton,
        "words": encoder.words,
        "features": getattr(encoder, "features", None),
    }
    save_state(folder, tagger.model.state_dict(), metadata)


def load_tagger(folder):
    """Load what :func:`save_tagger` wrote.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    Tagger
        Its model in evaluation mode, on the CPU.

    Raises
    ------
    FileNotFoundError
        If there is no saved state.
    CheckpointError
        If the files are damaged or hold something else than a tagger.
    """
    tensors, metadata = load_state(folder)
    try:
        known = metadata["words"], metadata["tags"], metadata["first_singleton"]
        features, sizes = metadata["features"], metadata["sizes"]
        encoder = (
            Encoder(*known) if features is None else FeatureEncoder(*known, features)
        )
        check_sizes(known, sizes, tensors)
        wanted = {"vocab_size": encoder.n_rows, "tagset_size": len(encoder.tags)}
        if wanted != {name: sizes[name] for name in wanted}:
            raise ValueError(f"got the sizes {sizes}, wanted {wanted}")
        others = {name: size for name, size in sizes.items() if name not in wanted}
        with torch.device("meta"):  # no numbers are drawn, only to be overwritten
            model = build_tagger(metadata["kind"], encoder, **others)
        model.load_state_dict(tensors, assign=True)
        tagger = Tagger(model.eval(), encoder, metadata["about"])
        tag_text(tagger, "word")  # do all its parts fit together?
    except UNFIT as error:
        reason = shorten(repr(error), 200)
        raise CheckpointError(f"{folder}: not a tagger ({reason})") from error
    return tagger


UNFIT = KeyError, IndexError, TypeError, ValueError, AttributeError, RuntimeError


def check_sizes(known, sizes, tensors):
    """Refuse what is no vocabulary, or sizes that would take memory or time."""
    words, tags, first_singleton = known
    if not all(isinstance(text, str) for text in (*words, *tags)):
        raise TypeError("words and tags: wanted text")
    if type(first_singleton) is not int:
        raise TypeError(f"first_singleton: got {first_singleton!r}, wanted a number")
    n_numbers = sum(tensor.numel() for tensor in tensors.values())
    largest = {name: n_numbers for name in sizes} | {"num_layers": len(tensors)}
    for name, size in sizes.items():
        if isinstance(size, int) and size > largest[name]:
            raise ValueError(f"{name}: got {size}, but only {n_numbers:,} weights")
    for name, tensor in tensors.items():
        if tensor.dtype != torch.float32:
            raise TypeError(f"{name}: got {tensor.dtype}, wanted torch.float32")


def find_tagger(corpus_name):
    """Find the tagger that goes with a corpus.

    Parameters
    ----------
    corpus_name : str
        :attr:`Corpus.name`.

    Returns
    -------
    Path
        For the bundled corpus the committed tagger; for another one what notebook
        ``04_training`` left, or the committed tagger if it has left nothing.

    Raises
    ------
    FileNotFoundError
        If the package was installed without the project's ``data`` folder.
    """
    trained = MODELS_FOLDER / corpus_name
    use_trained = corpus_name != "sample" and (trained / STATE).is_file()
    return trained if use_trained else find_bundled(SAMPLE_TAGGER.name)


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
