"""A path -> its bytes: never more than a bound, compared with a checksum."""

import errno
import gzip
import hashlib
import io
import json
import lzma
import os
import re
import shutil
import stat
import zipfile
import zlib
from pathlib import Path
from typing import Any

_MAX_BYTES = 200_000_000  # of a file that is read; the real corpus has 15 million
_MAX_LISTING = 1_000_000  # bytes of a zip's list of members: more than 10,000 of them
_PIECE = 1 << 16  # bytes that are unpacked at once
_ENCRYPTED = 1  # a flag of a zip's member
MARK = "\ufeff"  # a byte order mark, once it is decoded
_SURROGATE = re.compile("[\ud800-\udfff]")
GMB_MEMBER = "ner_dataset.csv"
_KINDS = {  # how files begin that are no corpus -> what they are, the way out
    b"PK\x03\x04": ("a zip or a spreadsheet", "name it .zip, or save it as .csv"),
    b"\x1f\x8b": ("a gzip file", "name it .gz, or unpack it"),
    b"BZh": ("a bzip2 file", "unpack it"),
    b"\xfd7zXZ": ("an xz file", "unpack it"),
    b"PAR1": ("a Parquet table", "write it as a csv"),
    b"%PDF": ("a PDF", "save its text"),
    b'{"': ("JSON", "write a word and its tag on each line"),
    b"<!DOCTYPE": ("a web page", "download the file itself"),
    b"<html": ("a web page", "download the file itself"),
    b"<?xml": ("XML", "write a word and its tag on each line"),
    b"version https://git-lfs": ("what Git LFS puts for a file", "type git lfs pull"),
}
_WAYS = {  # the way out where a text is wanted, and no corpus
    "a zip or a spreadsheet": "unpack it, or save its text",
    "a gzip file": "unpack it; tag --workers reads it packed, by a name in .gz",
    "a Parquet table": "tag --workers reads it, by a name in .parquet",
    "JSON": "save it in UTF-8",
    "XML": "save its text",
}


class _RefusedError(ValueError):
    """A file is none that is read, though it is not damaged."""


_DAMAGED = (  # what zipfile and gzip may raise on a file that is no good one
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # packed in an unknown way
    ValueError,
)


def find_home(path: str | Path) -> Path:
    """Put the user's folder for a ``~`` at the start of a path.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Path
        As it was if there is no ``~``, or no such user.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def find_ending(path: str | Path) -> str:
    """Say how a file's name ends.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    str
        In small letters; of a packed file with the ending before it.

    Examples
    --------
    >>> find_ending("mine/corpus.CSV"), find_ending("corpus.tsv.gz")
    ('.csv', '.tsv.gz')
    """
    *others, last = ["", *(suffix.lower() for suffix in Path(path).suffixes)]
    return others[-1] + last if last == ".gz" and others else last


def name_kind(content: bytes, *, is_corpus: bool = True) -> str:
    """Say what a file seems to be that is no text, and what one can do.

    Parameters
    ----------
    content : bytes
        How it begins.
    is_corpus : bool
        A corpus is wanted; otherwise lines of text.

    Returns
    -------
    str
        Nothing if it may be a text.

    Examples
    --------
    >>> name_kind(b"PAR1...")
    'It begins as a Parquet table does: write it as a csv'
    >>> name_kind(b"In O")
    ''
    """
    found = (said for magic, said in _KINDS.items() if content.startswith(magic))
    kind, way = next(found, ("", ""))
    way = way if is_corpus else _WAYS.get(kind, way)
    return f"It begins as {kind} does: {way}" if kind else ""


def read_member(path: str | Path, member: str | None = None) -> bytes:
    """Read a file's bytes; of a zip, those of one member.

    Nothing is unpacked to the disk, whatever the members' names are.

    Parameters
    ----------
    path : str or Path
        Any file. It is unpacked when its name ends in ``.zip`` or ``.gz``.
    member : str, optional
        The wanted member's file name; folders inside the archive do not matter. By
        default ``ner_dataset.csv`` (Kaggle's archive holds ``ner.csv``, another layout,
        beside it), or else the only ``.csv`` or ``.tsv``, or the only file.

    Returns
    -------
    bytes
        At most 200 million.

    Raises
    ------
    OSError
        If the file does not exist, is a folder, or may not be read.
    ValueError
        If it is no file but a pipe or a device, the file or the member is too large,
        what is packed is damaged, or a zip holds no such member or more than one.
    """
    return read_named(path, member)[1]


def read_named(path: str | Path, member: str | None = None) -> tuple[str, bytes]:
    """Read as :func:`read_member`.

    Parameters
    ----------
    path : str or Path
    member : str, optional

    Returns
    -------
    str
        The name of what was read: of a zip, the member's.
    bytes

    Raises
    ------
    OSError, ValueError
        As :func:`read_member`.
    """
    path = find_home(path)
    size = size_of_file(path)
    _check_size(size, path)
    unpack = {".zip": _unzip, ".gz": _gunzip}.get(path.suffix.lower())
    if unpack is None:
        with path.open("rb") as file:
            return path.name, file.read(size)  # no more, even if it has grown
    try:
        return unpack(path, member)
    except (_RefusedError, PermissionError):
        raise
    except _DAMAGED as error:
        kind = path.suffix.lower()[1:]
        raise ValueError(f"{path}: got a damaged {kind} ({error})") from error


def size_of_file(path: Path) -> int:
    """Return a file's size; refuse what is none, which might block if it was opened.

    Parameters
    ----------
    path : Path

    Returns
    -------
    int
        In bytes.

    Raises
    ------
    OSError
        If it does not exist, or is a folder.
    ValueError
        If it is a pipe, a device or a socket.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(f"{path}: got a pipe, a device or a socket, wanted a file")
    return status.st_size


def _check_size(n_bytes: int, where: object) -> None:
    """Raise a _RefusedError before memory is taken for too many bytes."""
    if n_bytes > _MAX_BYTES:
        got = f"more than {_MAX_BYTES:,} bytes"
        raise _RefusedError(f"{where}: got {got}, wanted at most so many")


def _gunzip(path: Path, _: str | None) -> tuple[str, bytes]:
    """Unpack a file, once it is known how large that will be."""
    n_bytes = 0
    with gzip.open(path) as file:
        while piece := file.read(_PIECE):
            n_bytes += len(piece)
            _check_size(n_bytes, path)
    with gzip.open(path) as file:
        return path.name, file.read(n_bytes)


class _Archive(io.BufferedReader):
    """A zip's bytes: those that list its members are asked for at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, but never a list that takes much memory."""
        if size is not None and size > _MAX_LISTING:
            got = f"a zip with more than {_MAX_LISTING:,} bytes of names"
            raise _RefusedError(f"{self.name}: got {got}, wanted at most so many")
        return super().read(size)


def _unzip(path: Path, member: str | None) -> tuple[str, bytes]:
    """Unpack a zip's member, which is never larger than the zip says."""
    with _Archive(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
        chosen = _choose_member(path, archive.infolist(), member)
        if chosen.flag_bits & _ENCRYPTED:
            got = f"{shorten(repr(chosen.filename))}, which is encrypted"
            raise _RefusedError(f"{path}: got {got}, wanted it unpacked first")
        _check_size(chosen.file_size, f"{path}, {shorten(repr(chosen.filename))}")
        content = io.BytesIO()
        with archive.open(chosen) as unpacked:
            shutil.copyfileobj(unpacked, content, _PIECE)
    return chosen.filename, content.getvalue()


def _choose_member(
    path: Path, listed: list[zipfile.ZipInfo], member: str | None
) -> zipfile.ZipInfo:
    """Find the member of a name, or else the only csv or tsv, or the only file."""
    files = [  # without what a Mac adds to each
        info
        for info in listed
        if not info.filename.endswith("/") and not info.filename.startswith("__MACOSX/")
    ]
    wanted = member or GMB_MEMBER
    found = [info for info in files if info.filename.rpartition("/")[2] == wanted]
    if member is None:
        wanted += ", or a single .csv or .tsv, or a single file"
        found = found or [
            info for info in files if find_ending(info.filename) in (".csv", ".tsv")
        ]
        found = found or files
    if len(found) != 1:
        names = ", ".join(repr(info.filename) for info in files)  # whatever they hold
        got = shorten(names, 300) or "no members"
        raise _RefusedError(f"{path}: got {got}, wanted one named {wanted}")
    return found[0]


def check_sha256(content: bytes, wanted: str, where: object) -> None:
    """Compare bytes with a checksum.

    Parameters
    ----------
    content : bytes
    wanted : str
        The sha256 as 64 hexadecimal digits.
    where : object
        What the error should name, such as a path.

    Raises
    ------
    ValueError
        If the checksums differ.
    """
    got = hashlib.sha256(content).hexdigest()
    if got != wanted:
        raise ValueError(f"{where}: got sha256 {got}, wanted {wanted}")


def checksum(data: Any) -> str:
    """Compute the sha256 of anything that JSON can hold.

    Parameters
    ----------
    data : object
        Tuples count as lists.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> checksum([["Verda"], 1]) == checksum((("Verda",), 1))
    True
    """
    content = json.dumps(data, sort_keys=True).encode("ascii")
    if rb"\ud" in content:  # of a character, or of surrogates
        text = json.dumps(data, sort_keys=True, ensure_ascii=False)
        if _SURROGATE.search(text):
            content = text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()


def shorten(text: str, length: int = 80) -> str:
    """Cut a text that is too long for a message.

    Parameters
    ----------
    text : str
    length : int
        At least 3.

    Returns
    -------
    str
        At most ``length`` characters.
    """
    return text if len(text) <= length else text[: length - 3] + "..."
