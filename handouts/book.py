"""Chapters -> one PDF for readers on paper and with a screen reader (PDF/UA-1)."""

import re
import tempfile
from pathlib import Path

import typst

from handouts.course import Chapter, Edition
from handouts.markdown import to_markdown
from handouts.pandoc import ASSETS, pandoc

TITLE = "From the LSTM's equations to a named-entity tagger"
SUBTITLES = {
    Edition.LEARNER: "A course in notebooks",
    Edition.SOLUTIONS: "A course in notebooks, with the solutions of its exercises",
}
HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def book_markdown(chapters: list[Chapter], edition: Edition, folder: Path) -> str:
    """Write all chapters as one Markdown text, each under an anchor of its name."""
    parts = []
    for chapter in chapters:
        text = to_markdown(chapter.for_reader(edition), folder)
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
    typst.TypstError
        If the book is not PDF/UA-1: a figure or formula has no alternative text, say.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        body = pandoc(
            book_markdown(chapters, edition, folder),
            "typst",
            "--standalone",
            *("--template", str(ASSETS / "book.typst")),
            *("--variable", f"title={TITLE}"),
            *("--variable", f"subtitle={SUBTITLES[edition]}"),
            *("--metadata", "links=book"),
            folder=folder,
        )
        (folder / "book.typ").write_text(body, "utf-8")
        typst.compile(folder / "book.typ", output=path, pdf_standards=["ua-1"])
