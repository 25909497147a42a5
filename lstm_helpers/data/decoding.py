"""A file's bytes -> text with its encoding, and its lines."""

import codecs
import io
import re
from pathlib import Path
from typing import NamedTuple

from lstm_helpers.data.errors import CorpusError
from lstm_helpers.files.reading import MARK, name_kind, read_named

LONGEST = 1_000_000  # characters of a line, and about so many of a csv's row
_LINE_END = re.compile(r"\r\n|\n|\r")
_LONG_END = re.compile(r"(?<!\r)\r{2,}\n")  # as a text has that was converted twice
_HIGH = bytes(range(0x80, 0x100))  # no letters of ASCII
_N_LETTERS = 10  # of UTF-8 beyond ASCII, from which on a few bad bytes are a fault
_WIDE = {  # how texts begin in encodings of several bytes, the longer marks first
    32: (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    16: (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
_MARK_BEFORE_LINE = re.compile(rb"([\r\n])(?:\xef\xbb\xbf)+")


class Text(NamedTuple):
    """A file, or a zip's member, of which every line can be read."""

    path: str | Path
    name: str  # of what was read: of a zip, the member's
    encoding: str  # such as "cp1252", or "utf-8-sig": with a byte order mark
    content: bytes
    has_mark: bool  # a character that is no part of the text, whatever the encoding
    n_marks: int = 0  # that stood before later lines, where files were joined
    n_long_ends: int = 0  # of lines: several CR before an LF, of which one is left

    def lines(self) -> io.TextIOWrapper:
        """Read its lines, with their ends, from the first one on.

        They are decoded once more, one by one: all at once they would take several
        times the memory.
        """
        lines = io.TextIOWrapper(io.BytesIO(self.content), self.encoding, newline="")
        if self.has_mark and self.encoding != "utf-8-sig":
            lines.read(1)
        return lines


def read_text(
    path: str | Path, encoding: str | None = None, member: str | None = None
) -> Text:
    """Read a file as text; name the line of what is none.

    Parameters
    ----------
    path : str or Path
        Also packed: see :func:`lstm_helpers.files.read_member`.
    encoding : str, optional
        By default UTF-8 if all bytes are, otherwise Windows-1252 (``cp1252``): unless
        nearly all bytes beyond ASCII are UTF-8, and a few are none.
    member : str, optional
        The file's name inside a zip.

    Returns
    -------
    Text

    Raises
    ------
    CorpusError
        For a byte that the encoding does not know, a NUL character, or a line of more
        than a million characters.
    OSError, ValueError
        If the file cannot be read, or no encoding has that name.
    """
    name, content = read_named(path, member)
    known, text = _decode(path, content, encoding)
    text, n_long_ends = _LONG_END.subn("\r\n", text)
    if n_long_ends:
        content = text.encode(known)
    at = text.find("\0")
    if at >= 0:
        wide = next((n for n, marks in _WIDE.items() if content.startswith(marks)), 0)
        hint = f"It begins as UTF-{wide} does: encoding='utf-{wide}'" if wide else ""
        hint = hint or name_kind(content)
        line = _line_at_end(text[:at])
        raise CorpusError(path, line, "a NUL character", "text", hint)
    _check_lines(text, path)
    known, has_mark = codecs.lookup(known).name, text.startswith(MARK)
    if has_mark and known == "utf-8":
        known = "utf-8-sig"
    n_marks = 0
    if known.startswith("utf-8") and text.find(MARK, 1) > 0:
        content, n_marks = _MARK_BEFORE_LINE.subn(rb"\1", content)
    return Text(path, name, known, content, has_mark, n_marks, n_long_ends)


def _decode(path: str | Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Find the encoding that fits; return its name, and the text."""
    encodings = [encoding] if encoding else ["utf-8", "cp1252"]
    errors = []
    for known in encodings:
        try:
            return known, content.decode(known)
        except UnicodeDecodeError as error:
            if not encoding and known == "utf-8":
                _refuse_nearly_utf_8(path, content, error.start)
            errors.append(error)
        except (LookupError, ValueError):
            raise ValueError(f"encoding: got {known!r}, wanted a known one") from None
    furthest = max(errors, key=lambda each: each.start)  # of the best guess
    at = furthest.start
    got = f"the byte 0x{content[at]:02X}"
    wanted = f"text encoded as {' or '.join(encodings)}"
    hint = "" if encoding else "encoding='...' names another encoding"
    hint = name_kind(content) or hint
    line = _line_of_byte(content, at)
    raise CorpusError(path, line, got, wanted, hint) from furthest


def _refuse_nearly_utf_8(path: str | Path, content: bytes, at: int) -> None:
    """Raise a CorpusError if a byte is none of UTF-8, but nine of ten others are."""
    n_ascii = len(content.translate(None, _HIGH))
    text = content.decode("utf-8", "ignore")
    n_letters, n_bytes = len(text) - n_ascii, len(text.encode("utf-8")) - n_ascii
    if n_letters < _N_LETTERS or 10 * n_bytes < 9 * (len(content) - n_ascii):
        return
    begins = max(content.rfind(b"\n", 0, at), content.rfind(b"\r", 0, at)) + 1
    got = f"the byte 0x{content[at]:02X} as byte {at - begins + 1:,} of the line"
    wanted = f"UTF-8, as {n_letters:,} other letters are"
    hint = "Mend the line, or encoding='cp1252' reads the whole file as Windows-1252"
    raise CorpusError(path, _line_of_byte(content, at), got, wanted, hint)


def _check_lines(text: str, path: str | Path) -> None:
    """Raise a CorpusError before a line takes memory that is too long for one."""
    begins = 0
    while len(text) - begins > LONGEST:
        window = begins, begins + LONGEST + 1
        ends = max(text.rfind("\n", *window), text.rfind("\r", *window))
        if ends < 0:
            got = f"a line of more than {LONGEST:,} characters"
            raise CorpusError(path, _line_at_end(text[:begins]), got, "at most so many")
        begins = ends + 1


def _line_of_byte(content: bytes, at: int) -> int:
    """Count the lines up to a byte of what is no text."""
    return _line_at_end(_LONG_END.sub("\n", content[:at].decode("latin-1")))


def _line_at_end(text: str) -> int:
    """Count the lines of a text, the last one too if it is empty."""
    return sum(1 for _ in _LINE_END.finditer(text)) + 1
