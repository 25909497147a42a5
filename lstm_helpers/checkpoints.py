"""State <-> a folder: tensors as safetensors, all the rest as JSON.

Neither file can run code when it is read. The JSON names the tensors' file and its
checksum, and is put in its place last: a folder is either the old state or the new.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load, save

FORMAT = 1
STATE = "state.json"


class CheckpointError(ValueError):
    """A folder holds no state that can be read; says which file and why."""


def save_state(folder, tensors, metadata):
    """Write tensors and metadata, whole or not at all.

    Parameters
    ----------
    folder : str or Path
        Made if need be; an older state in it is replaced.
    tensors : dict of str to Tensor
    metadata : dict
        Anything that JSON can hold.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    content = save({name: tensor.contiguous() for name, tensor in tensors.items()})
    sha256 = hashlib.sha256(content).hexdigest()
    weights = f"weights-{sha256[:12]}.safetensors"
    state = {
        "format": FORMAT,
        "weights": weights,
        "weights_sha256": sha256,
        "metadata": metadata,
    }
    text = json.dumps(state, ensure_ascii=False, indent=1) + "\n"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as scratch:
        flush(Path(scratch) / weights, content)
        flush(Path(scratch) / STATE, text.encode("utf-8"))
        (Path(scratch) / weights).replace(folder / weights)
        (Path(scratch) / STATE).replace(folder / STATE)
    for other in folder.glob("weights-*.safetensors"):
        if other.name != weights:
            other.unlink()


def load_state(folder):
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
    path = folder / STATE
    if not path.is_file():
        raise FileNotFoundError(f"{folder}: got no {STATE}, wanted a saved state")
    try:
        state = json.loads(path.read_text("utf-8"))
        if state["format"] != FORMAT:
            got = f"format {state['format']!r}"
            raise CheckpointError(f"{path}: got {got}, wanted {FORMAT}")
        weights, sha256 = state["weights"], state["weights_sha256"]
        metadata = state["metadata"]
    except CheckpointError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path}: damaged ({error!r})") from error
    path = folder / Path(str(weights)).name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(
            f"{path}: {STATE} names it, but: {error.strerror}"
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CheckpointError(f"{path}: damaged (its checksum is not the saved one)")
    try:
        return load(content), metadata
    except SafetensorError as error:
        raise CheckpointError(f"{path}: damaged ({error})") from error


def flush(path, content):
    """Write bytes and wait until they are on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
