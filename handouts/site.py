"""Chapters, the project's pages and the package -> a site that can be searched.

Sphinx makes it, of copies in which links, texts of figures and solutions are as a site
wants them. It needs no network; without JavaScript only the search is missing.
"""

import copy
import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

import lstm_helpers
from handouts.course import Chapter, is_solution
from handouts.formulas import TAG, anchor
from handouts.lookup import (
    EQUATION,
    alt,
    equations,
    equations_page,
    figure_anchor,
    figures,
    figures_page,
    glossary_page,
    notation_page,
)
from handouts.markdown import ANSI, COMMENT, EMPTY_HEADER, STYLE
from handouts.pandoc import ASSETS

ROOT = Path(__file__).parents[1]
ROOMS = lstm_helpers.__all__
API = "api/lstm_helpers."
PROJECT = ["docs/maintaining", "CONTRIBUTING", "CHANGELOG", "docs/credits", "LICENSE"]
ELSEWHERE = {*PROJECT, "docs/glossary"}
NO_REFERENCE = r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|^#.*?$|\]\([^)]*\)"
REFERENCE = re.compile(rf"{NO_REFERENCE}|\((\d\.\d+)\)", re.MULTILINE | re.DOTALL)
MENDED = {  # what furo leaves out, and screen readers need
    'role="heading"': 'role="heading" aria-level="2"',
    '<aside class="sidebar-drawer': '<aside aria-label="Site" class="sidebar-drawer',
    '<aside class="toc-drawer': '<aside aria-label="This page" class="toc-drawer',
}
INDENTED = re.compile(r"^(?! {4}).+$", re.MULTILINE)


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
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)
    return folder / "index.html"


def run_sphinx(source: Path, made: Path, doctrees: Path) -> None:
    """Make a site of pages; a warning is an error."""
    warnings = io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source,
            confdir=ASSETS / "site",
            outdir=made,
            doctreedir=doctrees,
            buildername="html",
            status=None,
            warning=warnings,
        )
        app.build()
    if said := ANSI.sub("", warnings.getvalue()).strip():
        raise RuntimeError(f"sphinx: {said.replace(f'{source}/', '')}")


def mended(page: str) -> str:
    """Add to a page what a screen reader needs."""
    for before, after in MENDED.items():
        page = page.replace(before, after)
    return page


def write_sources(chapters: list[Chapter], source: Path) -> None:
    """Write what Sphinx reads, in the repository's own folders: so links fit."""
    pages = dict(repository_pages()) | dict(made_pages(chapters))
    pages["index"] += contents(chapters, pages)
    for name, text in pages.items():
        path = source / f"{name}.{'rst' if name.startswith(API) else 'md'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for picture in (ROOT / "docs").glob("*.png"):
        shutil.copy(picture, source / "docs")
    known = {number for chapter in chapters for number, _, _ in equations(chapter)}
    for chapter in chapters:
        notebook = for_sphinx(chapter, known)
        path = source / "notebooks" / f"{chapter.name}.ipynb"
        nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def repository_pages() -> Iterator[tuple[str, str]]:
    """Give the name and text of each page of the repository."""
    names = ["README", "CONTRIBUTING", "CHANGELOG", "data/README"]
    names += [f"docs/{path.stem}" for path in sorted((ROOT / "docs").glob("*.md"))]
    for name in [*names, "notebooks/START_HERE"]:
        text = without_comments((ROOT / f"{name}.md").read_text("utf-8"))
        yield "index" if name == "README" else name, text
    licence = (ROOT / "LICENSE").read_text("utf-8")
    yield "LICENSE", f"# Licence\n\n{licence}"


def without_comments(text: str) -> str:
    """Leave out HTML's comments, except in code."""
    return INDENTED.sub(lambda line: COMMENT.sub("", line[0]), text)


def made_pages(chapters: list[Chapter]) -> Iterator[tuple[str, str]]:
    """Give the name and text of each page that is made by rule."""
    yield "notation", notation_page(chapters)
    yield "equations", equations_page(chapters)
    yield "figures", figures_page(chapters)
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    yield "docs/glossary", glossary_page(glossary)
    yield "api/index", api_index()
    for room in ROOMS:
        yield f"{API}{room}", api_page(room)


def api_index() -> str:
    """List the package's rooms."""
    lines = [
        f"- [`{room}`](lstm_helpers.{room}.rst): {summary(room)}" for room in ROOMS
    ]
    head = "# Functions\n\nWhat `lstm_helpers` holds, in the order of the data's flow:"
    return f"{head}\n\n" + "\n".join(lines) + "\n"


def summary(room: str) -> str:
    """Read the first line of a room's docstring."""
    return (getattr(lstm_helpers, room).__doc__ or "").splitlines()[0]


def api_page(room: str) -> str:
    """Ask for a room's docstrings, in reStructuredText as they are."""
    text = f"{room}\n{'=' * len(room)}\n\n.. automodule:: lstm_helpers.{room}\n"
    text += "   :members:\n"
    if hasattr(
        getattr(lstm_helpers, room), "__all__"
    ):  # a folder hands on its modules'
        text += "   :imported-members:\n"
    return text


def contents(chapters: list[Chapter], pages: dict[str, str]) -> str:
    """List all pages for the navigation."""
    rest = sorted(n for n in pages if n.startswith("docs/") and n not in ELSEWHERE)
    parts = {
        "The course": [f"notebooks/{chapter.name}" for chapter in chapters],
        "To look up": ["notation", "docs/glossary", "equations", "figures"],
        "The package": ["api/index", *(API + room for room in ROOMS)],
        "Background": ["notebooks/START_HERE", "data/README", *rest],
        "The project": PROJECT,
    }
    return "\n\n" + "\n\n".join(toctree(*part) for part in parts.items()) + "\n"


def toctree(caption: str, names: list[str]) -> str:
    """List pages for Sphinx."""
    head = f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n"
    return head + "\n".join(names) + "\n```"


def for_sphinx(chapter: Chapter, known: set[str]) -> NotebookNode:
    """Copy a notebook and change what Sphinx would show wrongly."""
    notebook = copy.deepcopy(chapter.notebook)
    drawing = [k for k, _, _ in figures(chapter)]
    cells = []
    for k, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = with_links(COMMENT.sub("", cell.source), known)
        elif cell.cell_type == "code":
            mend_code(cell)
        for number, place in enumerate(drawing, 1):
            if place == k:
                target = f"({figure_anchor(chapter, number)})="
                cells.append(new_markdown_cell(target))  # type: ignore[no-untyped-call]
        cells.append(cell)
    notebook.cells = cells
    return notebook


def with_links(text: str, known: set[str]) -> str:
    """Give each numbered equation a place, and what names it a link there."""

    def link(found: re.Match[str]) -> str:
        number = found[1]
        return f"[({number})](#{anchor(number)})" if number in known else found[0]

    def place(found: re.Match[str]) -> str:
        number = TAG.search(found[1])
        return f"({anchor(number[1])})=\n{found[0]}" if number else found[0]

    return EQUATION.sub(place, REFERENCE.sub(link, text))


def mend_code(cell: NotebookNode) -> None:
    """Fold a solution, shorten errors, and give figures their texts."""
    if is_solution(cell):
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-cell"]
    for output in cell.outputs:
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {ANSI.sub('', output.evalue)}"]
        elif "image/png" in output.get("data", {}):
            cell.metadata["mystnb"] = {"image": {"alt": alt(output)}}
        elif "text/html" in output.get("data", {}):
            table = STYLE.sub("", output.data["text/html"])
            output.data["text/html"] = EMPTY_HEADER.sub("<td></td>", table)


def leave_out_aliases(
    _app: Sphinx, _what: str, _name: str, thing: Any, *_: Any
) -> bool | None:
    """Leave out a tuple's fields of which nothing is said."""
    said = getattr(thing, "__doc__", None) or ""
    return True if said.startswith("Alias for field number") else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx, whose configuration names this module as an extension."""
    app.connect("autodoc-skip-member", leave_out_aliases)
    return {"parallel_read_safe": True}
