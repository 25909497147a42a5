"""A path -> its bytes: never more than a bound, compared with a checksum."""

import hashlib
import json
import lzma
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

_MAX_BYTES = 500_000_000  # of a file that is read; the real corpus has 15 million
GMB_MEMBER = "ner_dataset.csv"


class _TooLargeError(ValueError):
    """A file, or what a zip unpacks to, is larger than anything that is read."""


_DAMAGED = (  # what zipfile may raise on a file that is no good zip
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # encrypted, or packed in an unknown way
    ValueError,
)


def read_member(path: str | Path, member: str = GMB_MEMBER) -> bytes:
    """Read a file's bytes; of a zip, those of the member with the given name.

    Nothing is unpacked to the disk, whatever the members' names are.

    Parameters
    ----------
    path : str or Path
        Any file. It counts as a zip when its name ends in ``.zip``.
    member : str
        The wanted member's file name; folders inside the archive do not matter.
        Kaggle's archive holds ``ner.csv``, another layout, beside ``ner_dataset.csv``.

    Returns
    -------
    bytes
        At most 500 million.

    Raises
    ------
    OSError
        If the file does not exist, is a folder, or may not be read.
    ValueError
        If the file or the member is too large, the zip is damaged, or it holds no such
        member or more than one.
    """
    path = Path(path)
    with path.open("rb") as file:
        if path.suffix != ".zip":
            return _read_some(file, path)
        if os.fstat(file.fileno()).st_size > _MAX_BYTES:
            _read_some(file, path)
        try:
            with zipfile.ZipFile(file) as archive:
                names = archive.namelist()
                found = [name for name in names if name.rpartition("/")[2] == member]
                if len(found) == 1:
                    with archive.open(found[0]) as unpacked:
                        return _read_some(unpacked, f"{path}, {found[0]}")
        except _TooLargeError:
            raise
        except _DAMAGED as error:
            raise ValueError(f"{path}: got a damaged zip ({error})") from error
        listing = shorten(", ".join(names), 300) or "no members"
        raise ValueError(f"{path}: got {listing}, wanted one named {member}")


def _read_some(file: IO[bytes], where: object) -> bytes:
    """Read all bytes, or raise a _TooLargeError before memory is taken for them."""
    content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        got = f"more than {_MAX_BYTES:,} bytes"
        raise _TooLargeError(f"{where}: got {got}, wanted at most so many")
    return content


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
    text = json.dumps(data, sort_keys=True)  # ASCII, whatever the data
    return hashlib.sha256(text.encode("ascii")).hexdigest()


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
