"""Chapters -> an EPUB for e-readers and a DOCX for those who want to edit."""

import tempfile
from pathlib import Path

from handouts.book import SUBTITLES, TITLE, book_markdown
from handouts.course import Chapter, Edition
from handouts.pandoc import linked, pandoc

IDENTIFIER = "urn:lstm-course:en"  # an EPUB's name; pandoc would draw one by lot


def make_document(chapters: list[Chapter], edition: Edition, path: Path) -> None:
    """Write all chapters as one document, with native formulas.

    Parameters
    ----------
    chapters : list of Chapter
    edition : Edition
    path : Path
        Its suffix, ``.epub`` or ``.docx``, says the format.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pandoc(
            book_markdown(chapters, edition, folder),
            {".epub": "epub3", ".docx": "docx"}[path.suffix],
            "--standalone",
            *("--mathml", "--toc", "--toc-depth=2", "--split-level=1"),
            *("--metadata", f"title={TITLE}", "--metadata", "lang=en"),
            *("--metadata", f"subtitle={SUBTITLES[edition]}"),
            *("--metadata", f"identifier={IDENTIFIER}:{edition}"),
            *linked(chapters, "book"),
            *("--output", str(path.resolve())),
            folder=folder,
        )
