"""Chapters, the project's pages and the package -> a site that can be searched.

It needs no network; without JavaScript only its search is missing.
"""

import io
import shutil
import tempfile
import warnings
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from handouts.admission import ESCAPE
from handouts.course import Chapter
from handouts.pages import with_whole_formulas
from handouts.pandoc import ASSETS
from handouts.sources import write_sources

MENDED = {  # what furo and docutils leave out, and screen readers need
    'role="heading"': 'role="heading" aria-level="2"',
    '<aside class="sidebar-drawer': '<aside aria-label="Site" class="sidebar-drawer',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
    '<div id="search-results">': '<h1>Search</h1>\n<div id="search-results">',
    '<th class="head"><p></p></th>': "<td></td>",
}


def make_site(chapters: list[Chapter], folder: Path) -> Path:
    """Write the site.

    Parameters
    ----------
    chapters : list of Chapter
    folder : Path
        What it held is replaced.

    Returns
    -------
    Path
        Of the front page.

    Raises
    ------
    RuntimeError
        If Sphinx warns: of a link that leads nowhere, say.
    ValueError
        If a chapter's notation is not where it was.
    """
    with tempfile.TemporaryDirectory() as name:
        source, made = Path(name, "source"), Path(name, "site")
        write_sources(chapters, source)
        run_sphinx(source, made, Path(name, "doctrees"))
        for page in made.rglob("*.html"):
            page.write_text(mended(page.read_text("utf-8")), "utf-8")
        (made / ".buildinfo").unlink()
        (made / "objects.inv").unlink()
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(made, folder)
    return folder / "index.html"


def run_sphinx(source: Path, made: Path, doctrees: Path) -> None:
    """Make a site of pages; a warning is an error."""
    log = io.StringIO()
    with patch_docutils(), docutils_namespace(), warnings.catch_warnings():
        for old in (DeprecationWarning, PendingDeprecationWarning):
            warnings.simplefilter("ignore", old)  # MyST's calls of Sphinx
        Sphinx(
            source,
            confdir=ASSETS / "site",
            outdir=made,
            doctreedir=doctrees,
            buildername="html",
            status=None,
            warning=log,
        ).build()
    if said := ESCAPE.sub("", log.getvalue()).strip():
        raise RuntimeError(f"sphinx: {said.replace(f'{source}/', '')}")


def mended(page: str) -> str:
    """Add what a screen reader needs, and let no comma begin a line."""
    for before, after in MENDED.items():
        page = page.replace(before, after)
    return with_whole_formulas(page)
