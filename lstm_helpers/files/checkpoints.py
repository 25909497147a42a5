"""State <-> a folder: tensors as safetensors, all the rest as JSON.

Neither file can run code when it is read. The JSON names the tensors' file, its size
and its checksum, and has a checksum of its own; it is put in its place last, so that a
folder is either the old state or the new.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from lstm_helpers.files.reading import checksum, shorten, size_of_file
from lstm_helpers.files.writing import flush, flush_names

_FORMAT = 3
STATE = "state.json"
_MAX_JSON_BYTES = 32_000_000  # a million words take half of it
_MAX_JSON_VALUES = 4_000_000  # counted by their commas, those in words too
_MAX_JSON_CONTAINERS = 100_000  # lists and dicts, counted by their brackets
_MAX_HEADER_BYTES = 1_000_000  # names and shapes of more than 10,000 tensors
_MAX_WEIGHTS_BYTES = 8_000_000_000


class CheckpointError(ValueError):
    """A folder holds no state that can be read; says which file and why."""


def save_state(
    folder: str | Path, tensors: Mapping[str, Tensor], metadata: Any
) -> None:
    """Write tensors and metadata, whole or not at all.

    Parameters
    ----------
    folder : str or Path
        Made if need be; an older state in it is replaced.
    tensors : dict of str to Tensor
    metadata : dict
        Anything that JSON can hold.

    Raises
    ------
    OSError
        If it cannot be written. An older state is then still there.
    """
    folder = Path(folder)
    content = save({name: tensor.contiguous() for name, tensor in tensors.items()})
    sha256 = hashlib.sha256(content).hexdigest()
    weights = f"weights-{sha256[:12]}.safetensors"
    state = {
        "format": _FORMAT,
        "weights": weights,
        "weights_bytes": len(content),
        "weights_sha256": sha256,
        "metadata_sha256": checksum(json.loads(json.dumps(metadata))),  # as it is read
        "metadata": metadata,
    }
    text = json.dumps(state, ensure_ascii=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(".saving-*"):  # of a process that was killed
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as scratch:
            flush(Path(scratch) / weights, content)
            flush(Path(scratch) / STATE, text.encode("utf-8", "surrogatepass"))
            (Path(scratch) / weights).replace(folder / weights)
            (Path(scratch) / STATE).replace(folder / STATE)
    except OSError as error:
        reason = f"{error.strerror or error}; nothing was saved, an older state is kept"
        raise OSError(error.errno, reason, str(folder)) from error
    flush_names(folder)  # from here on the new state is in its place
    for other in folder.glob("weights-*.safetensors"):
        if other.name != weights:
            other.unlink()


def load_state(folder: str | Path) -> tuple[dict[str, Tensor], Any]:
    """Read what :func:`save_state` wrote.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    tensors : dict of str to Tensor
    metadata : dict

    Raises
    ------
    FileNotFoundError
        If there is no state.
    CheckpointError
        If a file is damaged, missing, or of another format; the message names it.
    """
    folder = Path(folder)
    if not (folder / STATE).is_file():
        raise FileNotFoundError(f"{folder}: got no {STATE}, wanted a saved state")
    state = _read_state(folder / STATE)
    weights = folder / Path(str(state["weights"])).name
    tensors = _read_tensors(weights, state["weights_bytes"], state["weights_sha256"])
    return tensors, state["metadata"]


def _read_state(path: Path) -> dict[str, Any]:
    """Read the JSON, and check that it is whole and has all that a state needs."""
    try:
        state: dict[str, Any] = json.loads(_read_json(path))
        version = state["format"]
        if version != _FORMAT:
            got = f"format {version!r}"
            if type(version) is int:
                got += f" (of {'a newer' if version > _FORMAT else 'an older'} version)"
            raise CheckpointError(f"{path}: got {shorten(got)}, wanted {_FORMAT}")
        if checksum(state["metadata"]) != state["metadata_sha256"]:
            raise ValueError("its checksum is not the saved one")
        missing = {"weights", "weights_bytes", "weights_sha256"} - state.keys()
        if missing:
            raise KeyError(*missing)
    except CheckpointError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CheckpointError(f"{path}: damaged ({shorten(repr(error))})") from error
    return state


def _read_json(path: Path) -> str:
    """Read JSON's text, if it makes no more values than memory is meant for."""
    n_bytes = size_of_file(path)
    content = path.read_bytes() if n_bytes <= _MAX_JSON_BYTES else b""
    n_containers = content.count(b"[") + content.count(b"{")
    for n, most, unit in (
        (n_bytes, _MAX_JSON_BYTES, "bytes"),
        (n_containers, _MAX_JSON_CONTAINERS, "lists and dicts"),
        (content.count(b","), _MAX_JSON_VALUES, "values"),
    ):
        if n > most:
            raise ValueError(f"more than {most:,} {unit}")
    return content.decode("utf-8", "surrogatepass")


# What safetensors raises for contents that no tensors have made.
_NO_TENSORS = SafetensorError, ValueError, KeyError, TypeError, RuntimeError


def _read_tensors(path: Path, n_bytes: int, sha256: str) -> dict[str, Tensor]:
    """Read the tensors' file, once its size and its checksum are the saved ones."""
    try:
        size = size_of_file(path)
        if size != n_bytes:  # before memory is taken for it
            raise ValueError(f"got {size:,} bytes, wanted {n_bytes!r}")
        if size > _MAX_WEIGHTS_BYTES:
            raise ValueError(f"more than {_MAX_WEIGHTS_BYTES:,} bytes")
        with path.open("rb") as file:
            n_header = int.from_bytes(file.read(8), "little")
            if n_header > _MAX_HEADER_BYTES:
                raise ValueError(f"more than {_MAX_HEADER_BYTES:,} bytes of names")
            file.seek(0)
            content = file.read(size)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError("its checksum is not the saved one")
        return load(content)
    except OSError as error:
        wanted = f"{STATE} names it, but: {error.strerror}"
        raise CheckpointError(f"{path}: {wanted}") from error
    except _NO_TENSORS as error:
        raise CheckpointError(f"{path}: damaged ({shorten(str(error))})") from error
