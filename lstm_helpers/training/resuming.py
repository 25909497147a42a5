"""A training <-> its checkpoint."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lstm_helpers.data.encoding import Encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.checkpoints import CheckpointError, load_state, save_state
from lstm_helpers.files.reading import checksum
from lstm_helpers.models.taggers import Tagger
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.run import Epoch, Run


def describe_call(
    model: Tagger,
    encoder: Encoder,
    train: Sequence[Sentence],
    validation: Sequence[Sentence],
    plan: Plan,
) -> dict[str, Any]:
    """Say what a training depends on, so that another one can be told from it.

    Parameters
    ----------
    model : Tagger
        As it is before training.
    encoder : Encoder
    train, validation : sequence of Sentence
    plan : Plan
        Its functions go by their names.

    Returns
    -------
    dict
        Nothing but what JSON can hold; texts and weights are described by checksums.
    """
    device = next(model.parameters()).device
    vocabulary = encoder.words, encoder.tags, encoder.first_singleton
    return {
        "training sentences": checksum(train),
        "validation sentences": checksum(validation),
        "vocabulary": checksum([vocabulary, encoder.features]),
        "kind of model": type(model).__name__,
        "head": type(model.head).__name__,
        "sizes": model.sizes,
        "first weights": _checksum_of_tensors(model.state_dict()),
        **{name: _name_of(value) for name, value in vars(plan).items()},
        "device": device.type,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }


def _checksum_of_tensors(tensors: Mapping[str, Tensor]) -> str:
    """Compute the sha256 of all numbers, bit by bit."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(name.encode("utf-8"))
        digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()


def _name_of(value: Any) -> Any:
    """Return a function's name, or its class's, and anything else as it is."""
    if isinstance(value, partial):
        return [_name_of(value.func), repr(value.args), repr(value.keywords)]
    if callable(value):
        name = getattr(value, "__qualname__", type(value).__qualname__)
        return f"{value.__module__}.{name}"
    return value


def save_progress(folder: str | Path, call: Mapping[str, Any], run: Run) -> None:
    """Write the state after an epoch, whole or not at all.

    Parameters
    ----------
    folder : str or Path
    call : mapping
        From :func:`describe_call`.
    run : Run

    Raises
    ------
    OSError
        If it cannot be written; what was there is still there.
    """
    tensors = {f"model.{name}": value for name, value in run.model.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in run.best.items()}
    tensors["generator"] = run.generator.get_state()
    tensors["torch generator"] = torch.get_rng_state()
    if call["device"] == "cuda":
        tensors["cuda generator"] = torch.cuda.get_rng_state()
    numbers: dict[str, float] = {}
    for k, optimiser in enumerate(run.optimisers):
        for weight, memory in optimiser.state_dict()["state"].items():
            for name, value in memory.items():
                key = f"optimiser.{k}.{weight}.{name}"
                if torch.is_tensor(value):
                    tensors[key] = value
                else:
                    numbers[key] = value
    metadata = {
        "call": call,
        "history": run.history,
        "tensors": [*tensors],
        "optimisers' numbers": numbers,
    }
    save_state(folder, tensors, metadata)


# What a state that is none of a training may raise on the way.
_NO_STATE = KeyError, IndexError, TypeError, ValueError, AttributeError, RuntimeError


def load_progress(folder: str | Path, call: Mapping[str, Any], run: Run) -> None:
    """Put a training where it was after the last saved epoch.

    Parameters
    ----------
    folder : str or Path
    call : mapping
        What the checkpoint has to be of.
    run : Run
        One that has just been started. If there is no checkpoint it stays as it is.

    Raises
    ------
    CheckpointError
        If the checkpoint is damaged, or of another call; the message says what differs.
    """
    try:
        tensors, metadata = load_state(folder)
    except FileNotFoundError:
        return
    try:
        saved, history = metadata["call"], _read_history(metadata["history"])
        _refuse_others(folder, saved, call)
        if tensors.keys() != {*metadata["tensors"]}:
            raise KeyError(*{*metadata["tensors"]} ^ tensors.keys())
        numbers = metadata["optimisers' numbers"]
        _restore(run, history, tensors, numbers)
    except CheckpointError:
        raise
    except _NO_STATE as error:
        got = f"no training's state ({error!r})"
        raise CheckpointError(f"{folder}: got {got}, wanted one of fit") from error


def _restore(
    run: Run,
    history: list[Epoch],
    tensors: Mapping[str, Tensor],
    numbers: Mapping[str, float],
) -> None:
    """Put saved values in their places, in the run and in torch's generators."""
    memories: list[dict[int, dict[str, Any]]] = [{} for _ in run.optimisers]
    for name, value in {**tensors, **numbers}.items():
        if name.startswith("optimiser."):
            _, k, weight, key = name.split(".")
            memories[int(k)].setdefault(int(weight), {})[key] = value
    for optimiser, memory in zip(run.optimisers, memories, strict=True):
        groups = optimiser.state_dict()["param_groups"]
        optimiser.load_state_dict({"state": memory, "param_groups": groups})
    names = run.best.keys()
    run.model.load_state_dict({name: tensors[f"model.{name}"] for name in names})
    for name, value in run.best.items():
        value.copy_(tensors[f"best.{name}"])
    run.generator.set_state(tensors["generator"])
    torch.set_rng_state(tensors["torch generator"])
    if "cuda generator" in tensors:
        torch.cuda.set_rng_state(tensors["cuda generator"])
    run.history = history


def _read_history(records: list[list[Any]]) -> list[Epoch]:
    """Turn what JSON kept of a history into records again."""
    for epoch, *figures in records:
        if type(epoch) is not int or [*map(type, figures)] != [float] * 4:
            raise TypeError(f"history: got {[epoch, *figures]}")
    return [Epoch(*record) for record in records]


def _refuse_others(
    folder: str | Path, saved: Mapping[str, Any], call: Mapping[str, Any]
) -> None:
    """Raise a CheckpointError unless a checkpoint is of this very call."""
    call = json.loads(json.dumps(call))  # lists for tuples, as in the file
    names = dict.fromkeys([*saved, *call])
    differ = [name for name in names if saved.get(name) != call.get(name)]
    if differ:
        differences = "; ".join(
            f"{name}: got {saved.get(name)!r}, wanted {call.get(name)!r}"
            for name in differ
        )
        hint = "; build the model anew" if "first weights" in differ else ""
        raise CheckpointError(
            f"{folder}: a checkpoint of another call ({differences}){hint}"
        )
