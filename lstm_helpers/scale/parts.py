"""Files -> parts, each of which is tagged by itself; a part -> its texts."""

import json
import lzma
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from lstm_helpers.files.lines import LineReader
from lstm_helpers.prediction.streaming import PIECE
from lstm_helpers.scale.storage import (
    Input,
    check_names,
    is_packed,
    need,
    open_input,
    sha256_of,
)

_ROWS = 8192  # of a Parquet file that are tagged at once
_BLOCK = 1 << 20  # bytes that are read at once, to find the end of a line
# What a file raises that is not what its name says.
_DAMAGED = (
    OSError,
    ValueError,
    EOFError,
    ArithmeticError,
    NotImplementedError,
    zlib.error,
    lzma.LZMAError,
)


class PartError(ValueError):
    """A part cannot be read; the message names its file, and its line."""


@dataclass(frozen=True)
class Part:
    """Some lines of a file, or the whole of one that is not cut."""

    name: str  # of its results, without their ending
    path: str
    state: str  # of the file: see Input
    start: int = 0  # its lines are those that begin from this byte on
    stop: int | None = None  # and before this one; None: all


def plan_parts(files: Sequence[Input], part_bytes: int) -> list[Part]:
    """Cut files into parts.

    Parameters
    ----------
    files : sequence of Input
    part_bytes : int
        A multiple of 1 MiB. Files that are packed, and Parquet, are not cut.

    Returns
    -------
    list of Part
        In the files' order, and that of their lines.

    Raises
    ------
    ValueError
        If the size is no such multiple, or two files have the same name.
    """
    if part_bytes < PIECE or part_bytes % PIECE:
        raise ValueError(
            f"part_bytes: got {part_bytes}, wanted a multiple of {PIECE:,} from it on"
        )
    check_names(files)
    parts = []
    for file in dict.fromkeys(files):
        if is_packed(file.path) or _kind_of(file.path) == "parquet":
            parts.append(Part(f"{file.name}.000000", file.path, file.state))
            continue
        for k, start in enumerate(range(0, max(1, file.size), part_bytes)):
            stop = min(start + part_bytes, file.size)
            name = f"{file.name}.{k:06d}"
            parts.append(Part(name, file.path, file.state, start, stop))
    return parts


def _kind_of(path: str) -> str:
    """Say what a file holds, by its ending: "parquet", "json" or "text"."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(".parquet"):
        return "parquet"
    return "json" if ".jsonl" in name or ".ndjson" in name else "text"


class PartReader:
    """Reads a part's texts, a piece at a time.

    Parameters
    ----------
    part : Part
    field : str
        The column of a Parquet file, or the name in lines of JSON, that has the text.

    Attributes
    ----------
    sha256 : str
        Of what was read; of a Parquet file, of all its bytes.
    """

    def __init__(self, part: Part, field: str) -> None:
        self._part, self._field = part, field
        self.sha256 = ""

    def __iter__(self) -> Iterator[list[str]]:
        """Give the texts of a piece, as many as are tagged at once.

        Where a file is cut into pieces depends on the file alone: so does what is
        tagged together, and with it each result to its last digit.

        Raises
        ------
        PartError
            If the file cannot be read.
        """
        is_table = _kind_of(self._part.path) == "parquet"
        try:
            yield from self._read_table() if is_table else self._read_lines()
        except PartError:
            raise
        except _DAMAGED as error:
            said = str(error) or type(error).__name__
            named = said if self._part.path in said else f"{self._part.path}: {said}"
            raise PartError(named) from error

    def _read_lines(self) -> Iterator[list[str]]:
        """Read the lines that begin in the part."""
        part, is_json = self._part, _kind_of(self._part.path) == "json"
        where = f"{part.path}, from byte {part.start:,}" if part.start else part.path
        with open_input(part.path) as file:
            start = part.start
            if start:  # of a line that begins before, the end is not ours
                file.seek(start - 1)
                start = start - 1 + _skip_line(file)
            lines = LineReader(file, where, start=start, stop=part.stop)
            n_before = 0
            while texts := lines.read(PIECE):
                if is_json:
                    texts = self._take_field(texts, where, n_before)
                n_before = lines.place["lines"]
                yield texts
        self.sha256 = lines.place["sha256"]

    def _take_field(self, lines: list[str], where: str, n_before: int) -> list[str]:
        """Take the text out of each line of JSON."""
        texts = []
        for number, line in enumerate(lines, start=n_before + 1):
            wanted = f"an object with a text called {self._field!r}"
            text = None
            try:
                text = json.loads(line, parse_int=_any_number)[self._field]
            except RecursionError:
                wanted = "JSON that is not nested so deeply"
            except (ValueError, TypeError, KeyError, IndexError):
                pass
            if type(text) is not str:
                raise PartError(
                    f"{where}, line {number:,}: got {line[:60]!r}, wanted {wanted}"
                )
            texts.append(text)
        return texts

    def _read_table(self) -> Iterator[list[str]]:
        """Read a column of a Parquet file."""
        parquet = need("pyarrow.parquet")
        with open_input(self._part.path) as file:
            self.sha256 = sha256_of(file)
            file.seek(0)
            table = parquet.ParquetFile(file)
            names = table.schema_arrow.names
            if self._field not in names:
                wanted = f"one called {self._field!r}"
                raise PartError(
                    f"{self._part.path}: got the columns {names}, wanted {wanted}"
                )
            n_before = 0
            for batch in table.iter_batches(_ROWS, columns=[self._field]):
                texts = batch.column(0).to_pylist()
                for number, text in enumerate(texts, start=n_before + 1):
                    if type(text) is not str:
                        got = f"{text!r:.60} in the column {self._field!r}"
                        raise PartError(
                            f"{self._part.path}, row {number:,}: got {got}, wanted a "
                            "text"
                        )
                n_before += len(texts)
                yield texts


def _any_number(_: str) -> int:
    """Stand for a number: Python refuses those of too many digits, and none is used."""
    return 0


def _skip_line(file: BinaryIO) -> int:
    """Read on to a line's end, however far that is; say how many bytes."""
    n_bytes = 0
    while content := file.readline(_BLOCK):
        n_bytes += len(content)
        if content.endswith(b"\n"):
            break
    return n_bytes
