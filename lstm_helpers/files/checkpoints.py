"""State <-> a folder: tensors as safetensors, all the rest as JSON.

Neither file can run code when it is read. The JSON names the tensors' file, its size
and its checksum, and has a checksum of its own; it is put in its place last, so that a
folder is either the old state or the new. One at a time may write; who reads meanwhile
gets the old state or the new.
"""

import errno
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from lstm_helpers.files.locking import hold_folder, make_folder
from lstm_helpers.files.reading import checksum, find_home, shorten, size_of_file
from lstm_helpers.files.writing import flush, flush_names

_FORMAT = 3
STATE = "state.json"
_HEAD = re.compile(rb'\s*\{\s*"format":[^,]*,\s*"weights":\s*"')  # of a state of ours
_WEIGHTS = re.compile(r"weights-[0-9a-f]{12}\.safetensors")
TRAINING, TAGGER = "a training's state", "a saved tagger"
_KINDS = {"call": TRAINING, "words": TAGGER}  # by a name in the metadata of each
_SCRATCH = ".saving-"  # then 8 characters
_WAIT = 10.0  # seconds, for another one who saves
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
        Made if need be; an older state in it is replaced. ``~`` is one's home.
    tensors : dict of str to Tensor
    metadata : dict
        Anything that JSON can hold.

    Raises
    ------
    BlockingIOError
        If a training writes there, or another save for more than ten seconds.
    OSError
        If it cannot be written, or there is a ``state.json`` of another program, or a
        state of another kind: a training's instead of a tagger, or the reverse; or if
        the state is a link. What was there is then still there.
    ValueError
        If the tensors or the metadata are too large to be read again.
    """
    with hold_state(folder, _WAIT):
        write_state(folder, tensors, metadata)


def check_folder(folder: str | Path, kind: str = "") -> None:
    """See whether a state can be saved in a folder, before the work that leads to it.

    Parameters
    ----------
    folder : str or Path
        Made if need be.
    kind : str
        What will be saved, ``TRAINING`` or ``TAGGER``: a state of the other kind is
        refused.

    Raises
    ------
    OSError
        What :func:`save_state` would raise now.
    """
    with hold_state(folder, _WAIT), _said_of(find_home(folder)):
        _refuse_others_state(find_home(folder) / STATE, kind)


@contextmanager
def hold_state(folder: str | Path, seconds: float = 0.0) -> Iterator[None]:
    """Be the only one who writes into a folder; see :func:`hold_folder`.

    Parameters
    ----------
    folder : str or Path
        Made if need be.
    seconds : float
        How long to wait for another one who writes there.

    Raises
    ------
    BlockingIOError
        If another one writes there.
    OSError
        If it cannot be written.
    """
    folder = find_home(folder).absolute()  # whatever the working folder is at its end
    with ExitStack() as hold:
        with _said_of(folder):
            hold.enter_context(hold_folder(folder, seconds))
        yield


def write_state(
    folder: str | Path, tensors: Mapping[str, Tensor], metadata: Any
) -> None:
    """Do what :func:`save_state` does, in a folder that one holds already.

    Parameters
    ----------
    folder : str or Path
    tensors : dict of str to Tensor
    metadata : dict

    Raises
    ------
    OSError
        If it cannot be written. An older state is then still there.
    """
    folder = find_home(folder)
    content = save({name: tensor.contiguous() for name, tensor in tensors.items()})
    sha256 = hashlib.sha256(content).hexdigest()
    weights = f"weights-{sha256[:12]}.safetensors"
    state = {
        "format": _FORMAT,
        "weights": weights,
        "weights_bytes": len(content),
        "weights_sha256": sha256,
        "metadata_sha256": checksum(as_json(metadata)),
        "metadata": metadata,
    }
    text = json.dumps(state, ensure_ascii=False, indent=1) + "\n"
    encoded = text.encode("utf-8", "surrogatepass")
    try:
        _check_weights(len(content), content[:8])
        _check_json(encoded)
    except ValueError as error:  # it could not be read again
        raise ValueError(f"{folder}: got {error}; nothing was saved") from None
    with _said_of(folder):
        make_folder(folder)
        _refuse_others_state(folder / STATE, kind_of_state(metadata))
        older = _find_weights(folder) - {folder / weights}
        _remove_scratch(folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix=_SCRATCH) as scratch:
            flush(Path(scratch) / weights, content)
            flush(Path(scratch) / STATE, encoded)
            (Path(scratch) / weights).replace(folder / weights)
            flush_names(folder)  # never a state without its weights
            (Path(scratch) / STATE).replace(folder / STATE)
    flush_names(folder)  # from here on the new state is in its place
    _remove_weights(older)


def clear_leftovers(folder: str | Path) -> None:
    """Remove what a save left that was killed after its state was in its place.

    Parameters
    ----------
    folder : str or Path
        One that is held: see :func:`hold_state`. Weights that came after the state
        stay: without locks they may be of another save, which names them next.

    Raises
    ------
    OSError
        If it cannot be written, or the state is a link.
    CheckpointError
        If the state is damaged. Nothing is removed then.
    """
    folder = find_home(folder)
    with suppress(FileNotFoundError), _said_of(folder):
        _refuse_link(folder / STATE)
        saved = (folder / STATE).stat().st_mtime_ns
        named = folder / _read_state(folder / STATE)["weights"]
        older = {p for p in _find_weights(folder) if p.stat().st_mtime_ns < saved}
        _remove_weights(older - {named})
        _remove_scratch(folder)


def _find_weights(folder: Path) -> set[Path]:
    """Find all weights of ours, whether a state names them or not."""
    return {path for path in folder.iterdir() if _WEIGHTS.fullmatch(path.name)}


def _remove_scratch(folder: Path) -> None:
    """Remove what killed processes were about to save."""
    for leftover in folder.glob(f"{_SCRATCH}{'?' * 8}"):
        shutil.rmtree(leftover)


def _remove_weights(paths: Iterable[Path]) -> None:
    """Remove weights that no state names."""
    for path in paths:
        with suppress(OSError):  # they only take room
            path.unlink()


def as_json(data: Any, default: Callable[[Any], Any] | None = None) -> Any:
    """Give data as JSON gives them back, such as tuples as lists.

    Parameters
    ----------
    data : object
    default : callable, optional
        Turns what JSON cannot hold into what it can.

    Returns
    -------
    object

    Raises
    ------
    TypeError
        If JSON cannot hold it.
    """
    text = json.dumps(data, ensure_ascii=False, default=default)  # surrogates stay
    return json.loads(text)


def kind_of_state(metadata: Any) -> str:
    """Say of what kind a state is, by the names in its metadata.

    Parameters
    ----------
    metadata : object

    Returns
    -------
    str
        ``TRAINING`` or ``TAGGER``; empty if it is neither.
    """
    names = metadata if isinstance(metadata, Mapping) else ()
    return next((kind for name, kind in _KINDS.items() if name in names), "")


def _refuse_others_state(path: Path, wanted: str) -> None:
    """Refuse to replace what begins otherwise than the states that are saved here.

    And what is of another kind than the one that is wanted, or a link.
    """
    _refuse_link(path)
    try:
        size_of_file(path)
        with path.open("rb") as file:
            head = file.read(200)
        if head and not _HEAD.match(head):
            raise ValueError
    except FileNotFoundError:
        return
    except ValueError:
        reason = (
            f"got a {path.name} that was not saved by lstm_helpers, wanted another "
            "folder, or that file moved away"
        )
        raise FileExistsError(errno.EEXIST, reason) from None
    kind = _find_kind(path)
    if kind and wanted and kind != wanted:
        reason = f"got a folder with {kind}, wanted another folder for {wanted}"
        raise FileExistsError(errno.EEXIST, reason)


def _refuse_link(path: Path) -> None:
    """Refuse a link, which would be replaced, and not what it leads to."""
    if path.is_symlink():
        reason = f"got a {path.name} that is a link, wanted a file, or another folder"
        raise FileExistsError(errno.EEXIST, reason)


def _find_kind(path: Path) -> str:
    """Say of what kind a state of ours is, of whatever version; nothing if damaged."""
    try:
        return kind_of_state(json.loads(_read_json(path))["metadata"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


@contextmanager
def _said_of(folder: Path) -> Iterator[None]:
    """Let an error name the folder, and say that nothing was saved there."""
    try:
        yield
    except OSError as error:
        reason = f"{error.strerror or error}; nothing was saved, an older state is kept"
        raise OSError(error.errno, reason, str(folder)) from error


def load_state(folder: str | Path) -> tuple[dict[str, Tensor], Any]:
    """Read what :func:`save_state` wrote.

    Parameters
    ----------
    folder : str or Path
        Only read, and never held: one state, if another one is written meanwhile.

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
    folder, missing = find_home(folder), None
    while True:
        if not (folder / STATE).is_file():
            raise FileNotFoundError(f"{folder}: got no {STATE}, wanted a saved state")
        state = _read_state(folder / STATE)
        try:
            return _read_tensors(folder, state), state["metadata"]
        except CheckpointError as error:
            gone = isinstance(error.__cause__, FileNotFoundError)
            if not gone or missing == state["weights"]:
                raise
            missing = state["weights"]  # replaced meanwhile? then there is a new state


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
    if size_of_file(path) > _MAX_JSON_BYTES:
        raise ValueError(f"more than {_MAX_JSON_BYTES:,} bytes")
    content = path.read_bytes()
    _check_json(content)
    return content.decode("utf-8", "surrogatepass")


def _check_json(content: bytes) -> None:
    """Refuse JSON that is too large, or would take too much memory as values."""
    n_containers = content.count(b"[") + content.count(b"{")
    for n, most, unit in (
        (len(content), _MAX_JSON_BYTES, "bytes"),
        (n_containers, _MAX_JSON_CONTAINERS, "lists and dicts"),
        (content.count(b","), _MAX_JSON_VALUES, "values"),
    ):
        if n > most:
            raise ValueError(f"more than {most:,} {unit}")


def _check_weights(size: int, start: bytes) -> None:
    """Refuse weights that are too large, by their size and their first 8 bytes."""
    if size > _MAX_WEIGHTS_BYTES:
        raise ValueError(f"more than {_MAX_WEIGHTS_BYTES:,} bytes of weights")
    if int.from_bytes(start, "little") > _MAX_HEADER_BYTES:
        raise ValueError(f"more than {_MAX_HEADER_BYTES:,} bytes of names")


# What safetensors raises for contents that no tensors have made.
_NO_TENSORS = SafetensorError, ValueError, KeyError, TypeError, RuntimeError


def _read_tensors(folder: Path, state: Mapping[str, Any]) -> dict[str, Tensor]:
    """Read the tensors' file, once its size and its checksum are the saved ones."""
    path = folder / Path(str(state["weights"])).name
    try:
        size = size_of_file(path)
        if size != state["weights_bytes"]:  # before memory is taken for it
            raise ValueError(f"got {size:,} bytes, wanted {state['weights_bytes']!r}")
        with path.open("rb") as file:
            _check_weights(size, file.read(8))
            file.seek(0)
            content = file.read(size)
        if hashlib.sha256(content).hexdigest() != state["weights_sha256"]:
            raise ValueError("its checksum is not the saved one")
        return load(content)
    except OSError as error:
        wanted = f"{STATE} names it, but: {error.strerror}"
        raise CheckpointError(f"{path}: {wanted}") from error
    except _NO_TENSORS as error:
        raise CheckpointError(f"{path}: damaged ({shorten(str(error))})") from error
