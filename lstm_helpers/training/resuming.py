"""A training <-> its checkpoint: everything that its next step depends on."""

import hashlib
import json
from functools import partial

import torch

from lstm_helpers.files.checkpoints import (
    CheckpointError,
    checksum,
    load_state,
    save_state,
)


def describe_call(model, encoder, train, validation, arguments):
    """Say what a training depends on, so that another one can be told from it.

    Parameters
    ----------
    model : nn.Module
        As it is before training.
    encoder : Encoder
    train, validation : list of Sentence
    arguments : dict
        Numbers, strings, None and functions, by their names.

    Returns
    -------
    dict
        Nothing but what JSON can hold; functions are described by their names, texts
        and weights by checksums.
    """
    device = next(model.parameters()).device
    vocabulary = encoder.words, encoder.tags, encoder.first_singleton
    features = getattr(encoder, "features", None)
    return {
        "training sentences": checksum(train),
        "validation sentences": checksum(validation),
        "vocabulary": checksum([vocabulary, features]),
        "kind of model": type(model).__name__,
        "sizes": model.sizes,
        "first weights": checksum_of_tensors(model.state_dict()),
        **{name: name_of(value) for name, value in arguments.items()},
        "device": device.type,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }


def checksum_of_tensors(tensors):
    """Compute the sha256 of all numbers, bit by bit."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(name.encode("utf-8"))
        digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()


def name_of(value):
    """Return a function's name, or its class's, and anything else as it is."""
    if isinstance(value, partial):
        return [name_of(value.func), repr(value.args), repr(value.keywords)]
    if callable(value):
        name = getattr(value, "__qualname__", type(value).__qualname__)
        return f"{value.__module__}.{name}"
    return value


def save_progress(folder, call, model, optimisers, best, generator, history):
    """Write the state after an epoch, whole or not at all.

    Parameters
    ----------
    folder : str or Path
    call : dict
        From :func:`describe_call`.
    model : nn.Module
    optimisers : list of Optimizer
    best : dict of str to Tensor
        The best weights so far.
    generator : torch.Generator
        What shuffles the batches; torch's own generators are saved as well.
    history : list of tuple

    Raises
    ------
    OSError
        If it cannot be written; what was there is still there.
    """
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in best.items()}
    tensors["generator"] = generator.get_state()
    tensors["torch generator"] = torch.get_rng_state()
    if call["device"] == "cuda":
        tensors["cuda generator"] = torch.cuda.get_rng_state()
    numbers = {}
    for k, optimiser in enumerate(optimisers):
        for weight, memory in optimiser.state_dict()["state"].items():
            for name, value in memory.items():
                kept = tensors if torch.is_tensor(value) else numbers
                kept[f"optimiser.{k}.{weight}.{name}"] = value
    metadata = {
        "call": call,
        "history": history,
        "tensors": [*tensors],
        "optimisers' numbers": numbers,
    }
    save_state(folder, tensors, metadata)


def load_progress(folder, call, model, optimisers, best, generator):
    """Put everything in its place again, as it was after the last saved epoch.

    Parameters
    ----------
    folder : str or Path
    call : dict
        What the checkpoint has to be of.
    model, optimisers, best, generator
        As in :func:`save_progress`; changed in place, but for optimisers' rates.

    Returns
    -------
    list of list
        The history so far; empty, and nothing is changed, if there is no checkpoint.

    Raises
    ------
    CheckpointError
        If the checkpoint is damaged, or of another call; the message says what differs.
    """
    try:
        tensors, metadata = load_state(folder)
    except FileNotFoundError:
        return []
    try:
        saved, history = metadata["call"], metadata["history"]
        refuse_others(folder, saved, call)
        for epoch, *figures in history:
            if type(epoch) is not int or [*map(type, figures)] != [float] * 4:
                raise TypeError(f"history: got {[epoch, *figures]}")
        if tensors.keys() != {*metadata["tensors"]}:
            raise KeyError(*{*metadata["tensors"]} ^ tensors.keys())
        memories = [{} for _ in optimisers]
        for name, value in (tensors | metadata["optimisers' numbers"]).items():
            if name.startswith("optimiser."):
                _, k, weight, key = name.split(".")
                memories[int(k)].setdefault(int(weight), {})[key] = value
        for optimiser, memory in zip(optimisers, memories, strict=True):
            groups = optimiser.state_dict()["param_groups"]
            optimiser.load_state_dict({"state": memory, "param_groups": groups})
        weights = {name: tensors[f"model.{name}"] for name in best}
        model.load_state_dict(weights)
        for name, value in best.items():
            value.copy_(tensors[f"best.{name}"])
        generator.set_state(tensors["generator"])
        torch.set_rng_state(tensors["torch generator"])
        if call["device"] == "cuda":
            torch.cuda.set_rng_state(tensors["cuda generator"])
    except CheckpointError:
        raise
    except NO_STATE as error:
        got = f"no training's state ({error!r})"
        raise CheckpointError(f"{folder}: got {got}, wanted one of fit") from error
    return history


NO_STATE = KeyError, IndexError, TypeError, ValueError, AttributeError, RuntimeError


def refuse_others(folder, saved, call):
    """Raise a CheckpointError unless a checkpoint is of this very call."""
    call = json.loads(json.dumps(call))  # lists for tuples, as in the file
    differ = [name for name in saved | call if saved.get(name) != call.get(name)]
    if differ:
        differences = "; ".join(
            f"{name}: got {saved.get(name)!r}, wanted {call.get(name)!r}"
            for name in differ
        )
        hint = "; build the model anew" if "first weights" in differ else ""
        raise CheckpointError(
            f"{folder}: a checkpoint of another call ({differences}){hint}"
        )
