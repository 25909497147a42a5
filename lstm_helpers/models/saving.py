"""A tagger with its encoder <-> a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lstm_helpers.data.encoding import UNKNOWN, Encoder
from lstm_helpers.data.iob2 import is_tag
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.bundled import BUNDLED_FOLDER, MODELS_FOLDER, find_bundled
from lstm_helpers.files.checkpoints import (
    STATE,
    TAGGER,
    TRAINING,
    CheckpointError,
    as_json,
    kind_of_state,
    load_state,
    save_state,
)
from lstm_helpers.files.reading import shorten
from lstm_helpers.models.taggers import build_tagger
from lstm_helpers.models.trained import TrainedTagger, predict_tags

SAMPLE_TAGGER = BUNDLED_FOLDER / "sample_tagger"


def save_tagger(folder: str | Path, tagger: TrainedTagger) -> None:
    """Save a tagger as safetensors and JSON.

    Parameters
    ----------
    folder : str or Path
        Made if need be; a tagger that is there is replaced.
    tagger : TrainedTagger

    Raises
    ------
    OSError
        If it cannot be written, or a training's state is there. What was there is then
        still there.
    ValueError
        If :func:`load_tagger` would refuse it, such as for weights that are not finite,
        or would make another one of it, as of a class of one's own. Nothing is written.
    """
    model, encoder = tagger.model, tagger.encoder
    metadata = {
        "about": tagger.about,
        "kind": type(model).__name__,
        "head": type(model.head).__name__,
        "sizes": model.sizes,
        "tags": encoder.tags,
        "first_singleton": encoder.first_singleton,
        "words": encoder.words,
        "features": encoder.features,
    }
    tensors = {name: value.cpu() for name, value in model.state_dict().items()}
    try:
        again = _read_tagger(tensors, as_json(metadata)).model
        for got, wanted in ((model, again), (model.head, again.head)):
            if type(got) is not type(wanted):
                raise TypeError(f"got a {_name(got)}, wanted a {_name(wanted)}")
    except _UNFIT as error:
        said = f"got a tagger that could not be loaded ({shorten(repr(error), 200)})"
        raise ValueError(f"{folder}: {said}; nothing was saved") from error
    save_state(folder, tensors, metadata)


def _name(made: object) -> str:
    """Name the class of something, and where it is defined."""
    return f"{type(made).__module__}.{type(made).__qualname__}"


# What a state of something else than a tagger may raise on the way.
_UNFIT = KeyError, IndexError, TypeError, ValueError, AttributeError, RuntimeError


def load_tagger(folder: str | Path) -> TrainedTagger:
    """Load what :func:`save_tagger` wrote.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    TrainedTagger
        Its model in evaluation mode, on the CPU.

    Raises
    ------
    FileNotFoundError
        If there is no saved state.
    CheckpointError
        If the files are damaged, hold something else than a tagger, or weights that
        are not finite.
    """
    tensors, metadata = load_state(folder)
    if kind_of_state(metadata) == TRAINING:
        reason = f"got {TRAINING}, wanted {TAGGER}; load_best_weights takes its weights"
        raise CheckpointError(f"{folder}: not a tagger ({reason})")
    try:
        return _read_tagger(tensors, metadata)
    except _UNFIT as error:
        reason = shorten(repr(error), 200)
        raise CheckpointError(f"{folder}: not a tagger ({reason})") from error


def _read_tagger(
    tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]
) -> TrainedTagger:
    """Make the tagger that a state is of, and see that all its parts fit together."""
    tagger = _build_from(tensors, metadata)
    predict_tags(tagger, [Sentence(["word"])])
    return tagger


def _build_from(
    tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]
) -> TrainedTagger:
    """Make the tagger that a state is of; many kinds of errors if it is of none."""
    words, tags, first_singleton = (
        metadata[name] for name in ("words", "tags", "first_singleton")
    )
    _check_vocabulary(words, tags, first_singleton)
    encoder = Encoder(words, tags, first_singleton, metadata["features"])
    _check_sizes(metadata["sizes"], tensors)
    fixed = {
        "vocab_size": encoder.n_rows,
        "tagset_size": len(encoder.tags),
        "features": bool(encoder.features),
    }
    sizes = dict(metadata["sizes"])
    got = {name: sizes.pop(name) for name in fixed}
    if got != fixed:
        raise ValueError(f"got the sizes {got}, wanted {fixed}")
    with torch.device("meta"):  # no numbers are drawn, only to be overwritten
        model = build_tagger(metadata["kind"], encoder, head=metadata["head"], **sizes)
    model.load_state_dict(tensors, assign=True)
    return TrainedTagger(model.eval(), encoder, dict(metadata["about"]))


def _check_vocabulary(words: Any, tags: Any, first_singleton: Any) -> None:
    """Refuse what is no vocabulary."""
    if not all(isinstance(text, str) for text in (*words, *tags)):
        raise TypeError("words and tags: wanted text")
    if type(words) is not list or words[:1] != [UNKNOWN] or len({*words}) < len(words):
        raise ValueError(f"words: wanted different ones, {UNKNOWN!r} first")
    if type(tags) is not list or not all(map(is_tag, tags)) or len({*tags}) < len(tags):
        raise ValueError("tags: wanted different ones of IOB2")
    hidden = [tag for tag in tags if not (tag[2:3] + tag[-1]).isprintable()]
    if hidden:  # as in a corpus
        got = shorten(repr(hidden[0]))
        raise ValueError(f"tags: got {got}, wanted a type that can be seen")
    if type(first_singleton) is not int or first_singleton < 1:
        raise TypeError(f"first_singleton: got {first_singleton!r}, wanted a number")


def _check_sizes(sizes: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Refuse sizes that would take memory or time, and weights that are no numbers."""
    n_numbers = sum(tensor.numel() for tensor in tensors.values())
    largest = dict.fromkeys(sizes, n_numbers) | {"num_layers": len(tensors)}
    for name, size in sizes.items():
        if isinstance(size, int) and size > largest[name]:
            raise ValueError(f"{name}: got {size}, but only {n_numbers:,} weights")
    for name, tensor in tensors.items():
        if tensor.dtype != torch.float32:
            raise TypeError(f"{name}: got {tensor.dtype}, wanted torch.float32")
        n_wrong = tensor.numel() - int(tensor.isfinite().sum())
        if n_wrong:
            got = f"{n_wrong:,} of {tensor.numel():,} weights not finite"
            raise ValueError(f"{name}: got {got}, wanted none")


def find_tagger(corpus_name: str) -> Path:
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
        If the committed tagger is missing.
    """
    trained = MODELS_FOLDER / corpus_name
    use_trained = corpus_name != "sample" and (trained / STATE).is_file()
    return trained if use_trained else find_bundled(SAMPLE_TAGGER.name)
