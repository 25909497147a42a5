"""A tagger with its encoder <-> a folder."""

from typing import NamedTuple

import torch

from lstm_helpers.data.corpus import Sentence
from lstm_helpers.data.encoding import Encoder, FeatureEncoder
from lstm_helpers.files.checkpoints import (
    STATE,
    CheckpointError,
    load_state,
    save_state,
)
from lstm_helpers.files.download import DATA_FOLDER, find_bundled, shorten
from lstm_helpers.models.taggers import RecurrentTagger, build_tagger, predict_tags

SAMPLE_TAGGER = DATA_FOLDER / "sample_tagger"
MODELS_FOLDER = DATA_FOLDER.parent / "models"


class Tagger(NamedTuple):
    """Everything that tagging needs, and what is known of it."""

    model: RecurrentTagger
    encoder: Encoder
    about: dict  # where it comes from, what it scored


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
        predict_tags(model, encoder, [Sentence(["word"], [], [], "")])  # all parts fit
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
