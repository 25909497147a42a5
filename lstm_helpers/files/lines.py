"""A file of any size -> its lines, some at a time, and how far it is read."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from lstm_helpers.files.reading import MARK, name_kind

_LONGEST = 1_000_000  # bytes of a line
_PIECE = 1 << 20  # bytes that are skipped at once


class LineReader:
    """Reads a file's lines in pieces, and knows how far it has come.

    Parameters
    ----------
    file : binary file
        At its beginning. It need not be one that can be wound back.
    name : str
        What an error should call it.
    on_read : callable, optional
        Called with the number of bytes whenever some were read.
    start : int
        Where the file stands, in bytes: at a line's begin. Lines are counted from
        there.
    stop : int, optional
        Lines that begin there or later are not read.
    """

    def __init__(
        self,
        file: BinaryIO,
        name: str,
        on_read: Callable[[int], object] | None = None,
        *,
        start: int = 0,
        stop: int | None = None,
    ) -> None:
        self._file, self._name, self._on_read = file, name, on_read
        self._n_bytes, self._stop, self._n_lines = start, stop, 0
        self._sha256 = hashlib.sha256()

    def read(self, n_bytes: int) -> list[str]:
        """Read the lines that begin before the next multiple of so many bytes.

        So the file is always cut at the same places, wherever one begins to read.

        Parameters
        ----------
        n_bytes : int

        Returns
        -------
        list of str
            Without their ends, LF or CRLF; none at the end of what is to be read. A
            byte order mark at a line's start, as it stands where files were joined, is
            no part of the text.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If a line is longer than a million bytes or not encoded as UTF-8; the
            message names it.
        """
        lines, wanted = [], (self._n_bytes // n_bytes + 1) * n_bytes
        if self._stop is not None:
            wanted = min(wanted, self._stop)
        while self._n_bytes < wanted:
            line = self._file.readline(_LONGEST + 1)
            if not line:
                break
            lines.append(self._decode(line))
            self._note(line)
        return lines

    @property
    def place(self) -> dict[str, Any]:
        """How far the file is read, as JSON can hold it."""
        sha256 = self._sha256.hexdigest()
        return {"bytes": self._n_bytes, "lines": self._n_lines, "sha256": sha256}

    def skip_to(self, place: Mapping[str, Any]) -> None:
        """Go on to where another reader of the same content was.

        Parameters
        ----------
        place : mapping
            Its :attr:`place`.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If the content up to there is another one.
        """
        while self._n_bytes < place["bytes"]:
            left = place["bytes"] - self._n_bytes
            content = self._file.read(min(left, _PIECE))
            if not content:
                break
            self._note(content)
        if self.place != place:
            got = f"another content in its first {place['bytes']:,} bytes"
            raise ValueError(f"{self._name}: got {got}, wanted what was read before")

    def _note(self, content: bytes) -> None:
        """Count what was read."""
        self._n_bytes += len(content)
        self._n_lines += content.count(b"\n")
        self._sha256.update(content)
        if self._on_read is not None:
            self._on_read(len(content))

    def _decode(self, line: bytes) -> str:
        """Decode the next line, without its end."""
        where = f"{self._name}, line {self._n_lines + 1:,}"
        if len(line) > _LONGEST:
            got = f"more than {_LONGEST:,} bytes"
            raise ValueError(f"{where}: got {got}, wanted at most so many")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            got = f"the byte 0x{line[error.start]:02X}"
            kind = "" if self._n_bytes else name_kind(line, is_corpus=False)
            wanted = f"wanted text in UTF-8{'. ' * bool(kind)}{kind}"
            raise ValueError(f"{where}: got {got}, {wanted}") from None
        return text.removesuffix("\n").removesuffix("\r").lstrip(MARK)
