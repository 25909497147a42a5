"""Chapters -> an EPUB for e-readers and a DOCX for those who want to edit."""

import shutil
import tempfile
from pathlib import Path

from handouts.book import AUTHORS, SUBTITLES, TITLE, book_markdown
from handouts.course import Chapter, Edition
from handouts.pandoc import ASSETS, linked, make_together, pandoc

IDENTIFIER = "urn:lstm-course:en"  # an EPUB's name; pandoc would draw one by lot
ABOUT = {  # what an EPUB says of itself to those who choose by it
    "accessModes": ["textual", "visual"],
    "accessModeSufficients": ["textual"],
    "accessibilityFeatures": [
        *("alternativeText", "MathML", "readingOrder"),
        *("structuralNavigation", "tableOfContents"),
    ],
}


def make_document(chapters: list[Chapter], edition: Edition, path: Path) -> None:
    """Write all chapters as one document, with native formulas.

    Parameters
    ----------
    chapters : list of Chapter
    edition : Edition
    path : Path
        Its suffix, ``.epub`` or ``.docx``, says the format.

    Raises
    ------
    RuntimeError
        If pandoc fails or warns: with the chapter and its message.
    """
    with tempfile.TemporaryDirectory() as name:
        made = Path(name, path.name)
        make_together(chapters, lambda some: write_document(some, edition, made))
        shutil.copyfile(made, path)


def write_document(chapters: list[Chapter], edition: Edition, path: Path) -> None:
    """Write the document, and the pictures beside it; see :func:`make_document`."""
    pandoc(
        book_markdown(chapters, edition, path.parent),
        {".epub": "epub3", ".docx": "docx"}[path.suffix],
        "--standalone",
        *("--mathml", "--toc", "--toc-depth=2", "--split-level=1"),
        *("--metadata", f"title={TITLE}", "--metadata", "lang=en"),
        *("--metadata", f"subtitle={SUBTITLES[edition]}"),
        *("--metadata", f"author={AUTHORS}"),
        *("--metadata", f"identifier={IDENTIFIER}:{edition}"),
        *accessibility(),
        *("--include-in-header", str(ASSETS / "epub.html")),
        *linked(chapters, "book"),
        *("--output", str(path)),
        folder=path.parent,
    )


def accessibility() -> list[str]:
    """Say in pandoc's options whom an EPUB serves."""
    pairs = [(name, value) for name, values in ABOUT.items() for value in values]
    return [part for pair in pairs for part in ("--metadata", "=".join(pair))]
