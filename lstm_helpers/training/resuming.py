"""A training <-> its checkpoint."""

import hashlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import lstm_helpers
from lstm_helpers.data.encoding import Encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.files.checkpoints import (
    TAGGER,
    CheckpointError,
    as_json,
    kind_of_state,
    load_state,
    write_state,
)
from lstm_helpers.files.reading import checksum, shorten
from lstm_helpers.models.taggers import Tagger
from lstm_helpers.training.describing import describe_function, describe_modules
from lstm_helpers.training.optimisers import Optimisers, Settings, list_settings
from lstm_helpers.training.plan import Plan
from lstm_helpers.training.run import Epoch, Run, read_generators, set_generators

_HOOKS = re.compile(r"_global_(forward|backward)_(pre_)?hooks")
_DECIDE = "data", "models", "training", "metrics.py"  # the numbers that come out


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

    Returns
    -------
    dict
        As JSON gives it back; texts, weights and functions are described by checksums.

    Raises
    ------
    TypeError
        If a function, or a part of the model, cannot be described: see
        :func:`describe_function` and :func:`describe_modules`.
    """
    vocabulary = encoder.words, encoder.tags, encoder.first_singleton
    call = {
        "training sentences": checksum(train),
        "validation sentences": checksum(validation),
        "vocabulary": checksum([vocabulary, encoder.features]),
        "kind of model": _describe_kind("model", type(model)),
        "head": _describe_kind("head", type(model.head)),
        "sizes": model.sizes,
        "first weights": checksum_of_tensors(model.state_dict()),
        **{
            name: describe_function(name, value) if callable(value) else value
            for name, value in vars(plan).items()
        },
        "device": next(model.parameters()).device.type,
        "threads": torch.get_num_threads(),
        **_describe_settings(next(model.parameters()).device.type),
        "torch": torch.__version__,
        "Python": sys.implementation.cache_tag,
        "lstm_helpers": _find_version(),
        "its sources": _checksum_of_sources(Path(lstm_helpers.__file__).parent),
        "frozen weights": [
            n for n, w in model.named_parameters() if not w.requires_grad
        ],
        **describe_modules(model),
    }
    return as_json(call, _as_python)


def _describe_settings(device: str) -> dict[str, Any]:
    """Say what of torch's settings for the whole process a training depends on."""
    is_cast = torch.is_autocast_enabled(device)
    hooks = {n: h for n, h in vars(nn.modules.module).items() if _HOOKS.fullmatch(n)}
    return {
        "autocast": str(torch.get_autocast_dtype(device)) if is_cast else "off",
        "default dtype": str(torch.get_default_dtype()),
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "hooks of all modules": sum(map(len, hooks.values())),
    }


def _describe_kind(name: str, kind: type) -> str:
    """Name a class; one that is not the package's own with a checksum."""
    described = describe_function(name, kind)
    return kind.__name__ if described.startswith("lstm_helpers.") else described


def _as_python(number: Any) -> Any:
    """Turn a number of numpy's, which JSON cannot hold, into Python's."""
    if not isinstance(number, np.generic):
        raise TypeError(f"sizes: got {number!r}, wanted what JSON can hold")
    return number.item()


def _find_version() -> str:
    """Find the package's own version; none if it lies beside a program."""
    try:
        return version("lstm-helpers")
    except PackageNotFoundError:
        return "not installed"


@cache
def _checksum_of_sources(package: Path) -> str:
    """Compute the sha256 of all the package's sources that decide the numbers."""
    digest = hashlib.sha256()
    for name in _DECIDE:
        path = package / name
        for source in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            content = source.read_bytes()
            place = source.relative_to(package).as_posix()
            digest.update(f"{place} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def checksum_of_tensors(tensors: Mapping[str, Tensor]) -> str:
    """Compute the sha256 of all numbers, bit by bit.

    Parameters
    ----------
    tensors : mapping of str to Tensor

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(name.encode("utf-8"))
        digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()


@contextmanager
def save_around(
    folder: str | Path, call: Mapping[str, Any], run: Run
) -> Iterator[None]:
    """Write the state, and again if weights or settings are others afterwards.

    Parameters
    ----------
    folder : str or Path
        One that is held: see :func:`lstm_helpers.files.checkpoints.hold_state`.
    call : mapping
        From :func:`describe_call`.
    run : Run

    Raises
    ------
    OSError
        If it cannot be written; what was there is still there.
    TypeError
        If the optimisers' groups say what JSON cannot hold.
    """
    _save_progress(folder, call, run)
    before = _changeable(run)
    try:
        yield
    finally:
        if _changeable(run) != before:
            _save_progress(folder, call, run)


def _changeable(run: Run) -> tuple[Any, ...]:
    """Say in short what others may change: the optimisers' settings, the weights."""
    return list_settings(run.optimisers), checksum_of_tensors(run.model.state_dict())


def _save_progress(folder: str | Path, call: Mapping[str, Any], run: Run) -> None:
    """Write the state after an epoch, whole or not at all."""
    tensors = {f"model.{name}": value for name, value in run.model.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in run.best.items()}
    tensors["generator"] = run.generator.get_state()
    tensors |= read_generators(run.device)
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
        "optimisers' settings": list_settings(run.optimisers),
    }
    write_state(folder, tensors, metadata)


# What a state that is none of a training may raise on the way.
_NO_STATE = KeyError, IndexError, TypeError, ValueError, AttributeError, RuntimeError


def load_progress(
    folder: str | Path, call: Mapping[str, Any], run: Run, *, extend: bool = False
) -> None:
    """Put a training where it was after the last saved epoch.

    Parameters
    ----------
    folder : str or Path
    call : mapping
        What the checkpoint has to be of.
    run : Run
        One that has just been started. If there is no checkpoint it stays as it is.
    extend : bool
        Whether a checkpoint of a call with fewer epochs will do, too.

    Raises
    ------
    CheckpointError
        If the checkpoint is damaged, or of another call; the message says what differs.
        The model is then as it was, and so are torch's generators.
    TypeError
        If the optimisers' groups say what JSON cannot hold.
    """
    wanted = list_settings(run.optimisers)
    try:
        with _errors_of(folder):
            tensors, metadata = _load_training(folder)
            _refuse_others(folder, metadata["call"], call, extend)
            history = _read_history(metadata["history"], call["epochs"])
            if tensors.keys() != {*metadata["tensors"]}:
                raise KeyError(*{*metadata["tensors"]} ^ tensors.keys())
            _check_tensors(tensors, run)
            settings = metadata["optimisers' settings"]
            _check_settings(settings, wanted)
            _restore_memories(run.optimisers, tensors, metadata["optimisers' numbers"])
    except FileNotFoundError:
        return
    except CheckpointError:
        set_generators(run.before, run.device)
        raise
    _restore(run, history, tensors)
    is_longer = metadata["call"]["epochs"] != call["epochs"]
    run.settings = _without_rates(settings) if is_longer else settings


def load_best_weights(folder: str | Path, model: Tagger) -> list[Epoch]:
    """Take the best weights of a checkpoint, whatever the call was that it is of.

    Nothing but the weights' names and shapes is compared: the encoder has to be the one
    of that training, and nothing sees to it.

    Parameters
    ----------
    folder : str or Path
        What ``checkpoint=`` was in :func:`fit`.
    model : Tagger
        It gets the weights, unless there is an error.

    Returns
    -------
    list of Epoch
        The history so far; :func:`best_record` gives the epoch of the weights.

    Raises
    ------
    FileNotFoundError
        If there is no saved state.
    CheckpointError
        If the files are damaged, hold something else than a training, or weights of
        another model.
    """
    with _errors_of(folder):
        tensors, metadata = _load_training(folder)
        history = _read_history(metadata["history"])
        best = _pick("best.", tensors)
        if not best:
            raise KeyError("best weights")
    differ = _differences(best, model.state_dict())
    if differ:
        raise CheckpointError(f"{folder}: weights of another model ({differ})")
    model.load_state_dict(best)
    return history


def _load_training(folder: str | Path) -> tuple[dict[str, Tensor], Any]:
    """Load a state; refuse a saved tagger."""
    tensors, metadata = load_state(folder)
    if kind_of_state(metadata) == TAGGER:
        got = f"no training's state but {TAGGER}"
        raise CheckpointError(f"{folder}: got {got}, wanted another folder")
    return tensors, metadata


@contextmanager
def _errors_of(folder: str | Path) -> Iterator[None]:
    """Turn what a state that is none of a training may raise into one error."""
    try:
        yield
    except CheckpointError:
        raise
    except _NO_STATE as error:
        reason = shorten(str(error), 200)
        if isinstance(error, KeyError):  # whose text is a name alone
            reason = f"missing in it, or too much: {reason}"
        got = f"no training's state ({reason})"
        raise CheckpointError(f"{folder}: got {got}, wanted one of fit") from error


def _pick(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Pick the tensors whose names begin with something, which is cut off."""
    names = [name for name in tensors if name.startswith(prefix)]
    return {name.removeprefix(prefix): tensors[name] for name in names}


def _differences(got: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> str:
    """Say which tensors have other shapes or types, or are missing; or nothing."""

    def show(tensors: Mapping[str, Tensor], name: str) -> str:
        found = tensors.get(name)
        return "nothing" if found is None else f"{found.dtype} {[*found.shape]}"

    names = sorted(got.keys() | wanted.keys())
    both = [(name, show(got, name), show(wanted, name)) for name in names]
    return "; ".join(f"{name}: got {g}, wanted {w}" for name, g, w in both if g != w)


def _check_tensors(tensors: Mapping[str, Tensor], run: Run) -> None:
    """Refuse weights that are not the model's, and states that no generator has."""
    for prefix in ("model.", "best."):
        differ = _differences(_pick(prefix, tensors), run.best)
        if differ:
            raise ValueError(f"{prefix} {differ}")
    for name in ("generator", "torch generator"):
        torch.Generator().set_state(tensors[name])
    if run.device.type == "cuda":
        torch.Generator(run.device).set_state(tensors["cuda generator"])


def _check_settings(got: Settings, wanted: Settings) -> None:
    """Refuse settings of other groups, and what is no number where one is wanted."""
    for listed, groups in zip(got, wanted, strict=True):
        for values, group in zip(listed, groups, strict=True):
            for name, value in group.items():
                is_number = isinstance(values[name], int | float)
                if isinstance(value, int | float) and not is_number:
                    raise TypeError(f"{name} of an optimiser: got {values[name]!r}")


def _without_rates(settings: Settings) -> Settings:
    """Leave the rates to the schedule."""
    return [
        [{name: group[name] for name in group if name != "lr"} for group in groups]
        for groups in settings
    ]


def _restore_memories(
    optimisers: Optimisers, tensors: Mapping[str, Tensor], numbers: Mapping[str, float]
) -> None:
    """Give the optimisers what they remembered of each weight."""
    memories: list[dict[int, dict[str, Any]]] = [{} for _ in optimisers]
    for name, value in {**tensors, **numbers}.items():
        if name.startswith("optimiser."):
            _, k, weight, key = name.split(".")
            memories[int(k)].setdefault(int(weight), {})[key] = value
    for optimiser, memory in zip(optimisers, memories, strict=True):
        groups = optimiser.state_dict()["param_groups"]
        strange = memory.keys() - {k for group in groups for k in group["params"]}
        if strange:
            raise KeyError(f"memories of weights {sorted(strange)}")
        optimiser.load_state_dict({"state": memory, "param_groups": groups})


def _restore(run: Run, history: list[Epoch], tensors: Mapping[str, Tensor]) -> None:
    """Put values that were checked in their places, in the run and the generators."""
    best = {n: v.to(run.device) for n, v in _pick("best.", tensors).items()}
    run.generator.set_state(tensors["generator"])
    set_generators(tensors, run.device)
    run.model.load_state_dict(_pick("model.", tensors))
    run.stand_at(history, best)


def _read_history(records: list[list[Any]], most: int | None = None) -> list[Epoch]:
    """Turn what JSON kept of a history into records again."""
    for epoch, *figures in records:
        if type(epoch) is not int or [*map(type, figures)] != [float] * 4:
            raise TypeError(f"history: got {[epoch, *figures]}")
    history = [Epoch(*record) for record in records]
    epochs = [record.epoch for record in history]
    if not history or epochs != [*range(1, len(history) + 1)]:
        raise ValueError(f"history: got the epochs {epochs}, wanted 1, 2 and so on")
    if most is not None and len(history) > most:
        raise ValueError(f"history: got {len(history)} epochs, wanted at most {most}")
    return history


def _refuse_others(
    folder: str | Path, saved: Mapping[str, Any], call: Mapping[str, Any], extend: bool
) -> None:
    """Raise a CheckpointError unless a checkpoint is of this very call."""
    names = dict.fromkeys([*saved, *call])
    differ = [name for name in names if saved.get(name) != call.get(name)]
    is_shorter = {*differ} <= {"epochs", "patience"} and _is_at_most(saved, call)
    if not differ or (extend and is_shorter):
        return
    differences = "; ".join(
        f"{name}: got {saved.get(name)!r}, wanted {call.get(name)!r}" for name in differ
    )
    ways = ["take another folder", "or its best weights with load_best_weights"]
    if "first weights" in differ:
        ways.insert(0, "build the model anew")
    if is_shorter:
        ways.insert(0, "go on with it by extend=True")
    raise CheckpointError(
        f"{folder}: a checkpoint of another call ({differences}); {', '.join(ways)}"
    )


def _is_at_most(saved: Mapping[str, Any], call: Mapping[str, Any]) -> bool:
    """Say whether a call was for no more epochs than another one is."""
    return type(saved["epochs"]) is int and saved["epochs"] <= call["epochs"]
