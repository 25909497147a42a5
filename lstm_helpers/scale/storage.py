"""Patterns -> files, here or on a storage that fsspec reaches; a file written whole.

fsspec is of the optional group ``scale``, and imported when it is first needed.
"""

import bz2
import errno
import hashlib
import importlib
import io
import lzma
import os
import re
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from lstm_helpers.files.reading import find_home
from lstm_helpers.files.writing import check_replaceable, flush_names

_WILD = "*?["
_SCRATCH = ".part-"  # then 32 hexadecimal digits of its own
_BLOCK = 1 << 20  # bytes that are read at once


class Input(NamedTuple):
    """A file that a pattern has found."""

    path: str  # with its protocol, if it is not on this machine's file system
    name: str  # below the folder in which the pattern begins
    size: int  # in bytes, as it lies there
    state: str  # what the storage says of it: another one if the file has changed


def need(module: str) -> Any:
    """Import a package of the optional group.

    Parameters
    ----------
    module : str

    Returns
    -------
    module

    Raises
    ------
    ModuleNotFoundError
        If it is not installed; the message says how to install the group.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        way = 'python -m pip install -e ".[scale]" in a clone, or elsewhere '
        way += "python -m pip install dask distributed bokeh pyarrow"
        reason = f"got no {error.name}, wanted the optional group scale: {way}"
        raise ModuleNotFoundError(reason, name=error.name) from None


def find_files(pattern: str) -> list[Input]:
    """List the files that a pattern names.

    Parameters
    ----------
    pattern : str
        A path, or an address that fsspec knows (``s3://bucket/texts/*.txt``). ``*``
        and ``?`` stand for letters within a name, ``**`` for folders at any depth.

    Returns
    -------
    list of Input
        By rising path.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    storage, place = _locate(pattern)
    if storage.exists(place) or not any(letter in place for letter in _WILD):
        found = {place: storage.info(place)} if storage.exists(place) else {}
        root = place.rpartition("/")[0]
    else:
        found = storage.glob(place, detail=True)
        root = place[: min(place.find(c) for c in _WILD if c in place)]
        root = root.rpartition("/")[0]
    files = [path for path in sorted(found) if _is_file(found[path])]
    if not files:
        raise FileNotFoundError(
            errno.ENOENT, "got no such file, wanted one at least", pattern
        )
    return [
        Input(
            path if _is_local(storage) else storage.unstrip_protocol(path),
            path.removeprefix(root).lstrip("/"),
            found[path]["size"],
            _state_of(storage, path),
        )
        for path in files
    ]


def find_state(path: str) -> str:
    """Say what the storage says of a file now: another state if it has changed.

    Parameters
    ----------
    path : str
        As in :class:`Input`.

    Returns
    -------
    str
        As :attr:`Input.state`; empty if it is not there.
    """
    try:
        return _state_of(*_locate(path))
    except FileNotFoundError:
        return ""


def _is_file(info: dict[str, Any]) -> bool:
    """Say whether something is a file, or a link to one; a broken link is taken, too.

    So a file that is missing is named when it is read, and not left out.
    """
    return info["type"] == "file" or (
        bool(info.get("islink")) and not Path(info["name"]).is_dir()
    )


def _locate(path: str) -> tuple[Any, str]:
    """Find the storage of a path, and its place there."""
    fsspec = need("fsspec")
    if "://" not in path:  # a name may hold "::", which means much in an address
        return fsspec.filesystem("file"), str(find_home(path).absolute())
    storage, place = fsspec.core.url_to_fs(path)
    return storage, place


def _is_local(storage: Any) -> bool:
    """Say whether a storage of fsspec's is this machine's file system."""
    return bool(storage.protocol[0] == "file" or storage.protocol == "file")


def _state_of(storage: Any, path: str) -> str:
    """Say in short what a storage knows of a file: size and time, or a tag."""
    if _is_local(storage):
        status = Path(path).stat()
        return f"{status.st_size} {status.st_mtime_ns}"
    return str(storage.ukey(path))


def is_packed(path: str) -> bool:
    """Say whether a file is read from its start alone, as its ending tells."""
    return need("fsspec").utils.infer_compression(path) is not None


@contextmanager
def open_input(path: str) -> Iterator[BinaryIO]:
    """Open a file to read; one that is packed is unpacked on the way.

    Parameters
    ----------
    path : str
        As in :class:`Input`.

    Yields
    ------
    binary file

    Raises
    ------
    EOFError
        If one that is packed has no byte: to unpack nothing is no error otherwise.
    ValueError
        If it is packed in another way than ``.gz``, ``.bz2`` or ``.xz``.
    """
    storage, place = _locate(path)
    packing = need("fsspec").utils.infer_compression(path)
    if packing not in (None, "gzip", *_STREAMS):
        wanted = "a file that is unpacked, or in .gz, .bz2 or .xz"
        raise ValueError(f"got a file packed as {packing}, wanted {wanted}")
    if packing and storage.size(place) == 0:
        raise EOFError("got no byte, wanted packed text")
    if packing not in _STREAMS:
        with storage.open(place, "rb", compression=packing) as file:
            yield file
        return
    with storage.open(place, "rb") as file:
        yield io.BufferedReader(_Unpacked(file, _STREAMS[packing]), _BLOCK)


_STREAMS = {
    "bz2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
    "lzma": lzma.LZMADecompressor,
}


class _Unpacked(io.RawIOBase):
    """Unpacks streams that stand one behind the other, as bz2 and xz may.

    Python's own files take damage at the beginning of a later stream for the end of
    all, and say nothing.

    Parameters
    ----------
    file : binary file
    begin : callable
        Gives what unpacks a stream.
    """

    def __init__(self, file: BinaryIO, begin: Callable[[], Any]) -> None:
        self._file, self._begin = file, begin
        self._stream = begin()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Unpack some bytes; see :meth:`io.RawIOBase.readinto`."""
        content = b""
        while not content:
            packed = b""
            if self._stream.eof:
                packed = self._stream.unused_data or self._file.read(_BLOCK)
                if self._begin is lzma.LZMADecompressor:  # zeros may stand between
                    while packed and not (packed := packed.lstrip(b"\0")):
                        packed = self._file.read(_BLOCK)
                if not packed:
                    return 0
                self._stream = self._begin()
            elif self._stream.needs_input:
                packed = self._file.read(_BLOCK)
                if not packed:
                    raise EOFError("got an end in the middle of what is packed")
            content = self._stream.decompress(packed, len(buffer))
        buffer[: len(content)] = content
        return len(content)


class Folder:
    """A folder for results, on any storage; what is put there is whole or not there.

    Parameters
    ----------
    path : str
        A path, or an address that fsspec knows.
    """

    def __init__(self, path: str) -> None:
        self._storage, self._root = _locate(path)
        self.is_local = _is_local(self._storage)
        self.path = self._root if self.is_local else path

    def _place(self, name: str) -> str:
        return f"{self._root}/{name}"

    def find(self, folder: str) -> list[str]:
        """List the files in a folder within it, at any depth; none if it is not there.

        Parameters
        ----------
        folder : str

        Returns
        -------
        list of str
            Below that folder, in order.
        """
        place = self._place(folder).rstrip("/")
        return sorted(path[len(place) + 1 :] for path in self._storage.find(place))

    def read(self, name: str) -> bytes | None:
        """Read a file; None if there is none."""
        try:
            return bytes(self._storage.cat_file(self._place(name)))
        except FileNotFoundError:
            return None

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file to read."""
        with self._storage.open(self._place(name), "rb") as file:
            yield file

    @contextmanager
    def write(self, name: str) -> Iterator[Path]:
        """Give the path of a file to write; it comes to its place when it is whole.

        Parameters
        ----------
        name : str

        Yields
        ------
        Path
            Of an empty file on this machine, beside its place if that is here.

        Raises
        ------
        OSError
            If it cannot be put there, or what is there is no file. What was there is
            then still there. The error names the place.
        """
        place = self._place(name)
        if self.is_local:
            check_replaceable(place)
        folder = Path(place).parent if self.is_local else Path(tempfile.gettempdir())
        folder.mkdir(parents=True, exist_ok=True)
        scratch = folder / f"{_SCRATCH}{uuid.uuid4().hex}"
        try:
            scratch.touch()
            yield scratch
            if self.is_local:
                _flush(scratch)
                scratch.replace(place)
                flush_names(folder)
            else:
                self._storage.put_file(str(scratch), place)
        except OSError as error:
            if error.filename is None and error.errno is not None:  # as of a full disk
                raise OSError(error.errno, os.strerror(error.errno), place) from error
            raise
        finally:
            with suppress(OSError):
                scratch.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            self._storage.rm_file(self._place(name))

    def clear_scratch(self) -> None:
        """Remove what was left by processes that were killed while they wrote."""
        if self.is_local:
            for left in Path(self._root).rglob(f"{_SCRATCH}*"):
                if re.fullmatch("[0-9a-f]{32}", left.name.removeprefix(_SCRATCH)):
                    left.unlink(missing_ok=True)


def sha256_of(file: BinaryIO) -> str:
    """Compute the sha256 of what is left of a file.

    Parameters
    ----------
    file : binary file

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    while content := file.read(_BLOCK):
        digest.update(content)
    return digest.hexdigest()


def _flush(path: Path) -> None:
    """Wait until a file that was written is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_names(files: Sequence[Input]) -> None:
    """Refuse files whose results would have the same name.

    Parameters
    ----------
    files : sequence of Input

    Raises
    ------
    ValueError
        If two have one name, or one has two; the message gives both.
    """
    paths: dict[str, str] = {}
    names: dict[str, str] = {}
    for file in files:
        name = names.setdefault(file.path, file.name)
        if name != file.name:
            raise ValueError(
                f"{file.path}: got it from two patterns, as {name} and {file.name}; "
                "wanted each file once"
            )
        other = paths.setdefault(file.name, file.path)
        if other != file.path:
            raise ValueError(
                f"got two files called {file.name} ({other}, {file.path}), wanted "
                "names of their own: give one pattern that begins in a folder which "
                "holds both, such as 'texts/*/*.txt'"
            )
