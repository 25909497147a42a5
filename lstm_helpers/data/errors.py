"""What is wrong in a file -> an error with line, got, wanted and the way out."""

from pathlib import Path
from typing import Any

from lstm_helpers.files.reading import shorten


class CorpusError(ValueError):
    """A file is not what it should be; says where, what was got and what was wanted.

    Parameters
    ----------
    path : str or Path
    line : int
        Counted from 1.
    got, wanted : str
    hint : str, optional
        The way out, if there is one: it names the argument that helps.
    """

    def __init__(
        self, path: str | Path, line: int, got: str, wanted: str, hint: str = ""
    ) -> None:
        message = f"{path}, line {line}: got {got}, wanted {wanted}"
        super().__init__(f"{message}. {hint}" if hint else message)
        self.path, self.line, self.got, self.wanted = path, line, got, wanted
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how a copy, or another process, makes it again: from its parts."""
        parts = self.path, self.line, self.got, self.wanted, self.hint
        return type(self), parts, vars(self)


def quote(value: object) -> str:
    """Write a value for a message, cut if it is long.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> quote("B-geo"), len(quote("x" * 100))
    ("'B-geo'", 80)
    """
    return shorten(repr(value))
