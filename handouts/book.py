"""Chapters -> one PDF for readers on paper and with a screen reader (PDF/UA-1)."""

import re
import shutil
import tempfile
import warnings
from pathlib import Path

import typst

from handouts.course import Chapter, Edition
from handouts.markdown import to_markdown
from handouts.pandoc import ASSETS, linked, make_together, pandoc
from handouts.quizzes import on_paper

AUTHORS = "the lstm-helpers authors"
TITLE = "From the LSTM's equations to a named-entity tagger"
SUBTITLES = {
    Edition.LEARNER: "A course in notebooks",
    Edition.SOLUTIONS: "A course in notebooks, with the solutions of its exercises",
}
LACKING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def book_markdown(chapters: list[Chapter], edition: Edition, folder: Path) -> str:
    """Write all chapters as one Markdown text, each under an anchor of its name."""
    parts = []
    for chapter in chapters:
        read = chapter.for_reader(edition)
        read.notebook.cells = on_paper(read.notebook.cells)
        text = to_markdown(read, folder)
        parts.append(HEADING.sub(rf"# \1 {{#{chapter.name}}}", text, count=1))
    return "\n\n".join(parts)


def make_book(chapters: list[Chapter], edition: Edition, path: Path) -> None:
    """Write the PDF.

    Parameters
    ----------
    chapters : list of Chapter
    edition : Edition
    path : Path

    Raises
    ------
    RuntimeError
        If the book is not PDF/UA-1: a figure or formula has no alternative text, say.
        The message names the chapter.

    Warns
    -----
    UserWarning
        If no font of this machine has a letter of the text. The book is made, but
        without the claim to be PDF/UA-1.
    """
    with tempfile.TemporaryDirectory() as name:
        made = Path(name, path.name)
        make_together(chapters, lambda some: write_book(some, edition, made))
        shutil.copyfile(made, path)


def write_book(chapters: list[Chapter], edition: Edition, path: Path) -> None:
    """Write the PDF, and what it is made of beside it; see :func:`make_book`."""
    body = pandoc(
        book_markdown(chapters, edition, path.parent),
        "typst",
        "--standalone",
        *("--template", str(ASSETS / "book.typst")),
        *("--variable", f"title={TITLE}", "--variable", f"author={AUTHORS}"),
        *("--variable", f"subtitle={SUBTITLES[edition]}"),
        *linked(chapters, "book"),
        folder=path.parent,
    )
    source = path.with_suffix(".typ")
    source.write_text(body, "utf-8")
    compile_book(source, path)


def compile_book(source: Path, path: Path) -> None:
    """Make the PDF of a text in typst's language; see :func:`make_book`."""
    try:
        typst.compile(source, output=path, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        lacking = LACKING.search(str(error))
        if not lacking:
            raise RuntimeError(f"{path.name}: {error.diagnostic}") from error
        points = " ".join(f"U+{ord(letter):04X}" for letter in lacking[1])
        warnings.warn(
            f"{path.name} is not PDF/UA-1: no font here has {lacking[1]!r} ({points}). "
            "Install one (on Debian, fonts-noto-cjk has Chinese) and make it again.",
            stacklevel=2,
        )
        typst.compile(source, output=path)
