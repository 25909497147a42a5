"""Chapters, the project's pages and the package -> what Sphinx reads.

Each page lies where it lies in the repository, so that the links between pages fit.
"""

import copy
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

import lstm_helpers
from handouts.cells import alt_text, is_check, is_picture, is_solution
from handouts.copies import clear_metadata
from handouts.course import Chapter
from handouts.formulas import NUMBER, TAG, anchor
from handouts.fragments import without_comments
from handouts.lookup import (
    EQUATION,
    equations,
    equations_page,
    figure_anchor,
    figures_page,
    glossary_page,
    notation_page,
)
from handouts.markdown import tidy_html

ROOT = Path(__file__).parents[1]
ROOMS = [  # without the names that the package hands on from them
    name
    for name in lstm_helpers.__all__
    if isinstance(getattr(lstm_helpers, name), ModuleType)
]
API = "api/lstm_helpers."
PROJECT = ["docs/maintaining", "CONTRIBUTING", "CHANGELOG", "docs/credits", "LICENSE"]
ELSEWHERE = {*PROJECT, "docs/glossary"}
NO_REFERENCE = r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|^#.*?$|\]\([^)]*\)"
REFERENCE = re.compile(rf"{NO_REFERENCE}|{NUMBER.pattern}", re.MULTILINE | re.DOTALL)


def write_sources(chapters: list[Chapter], source: Path) -> None:
    """Write all that Sphinx reads.

    Parameters
    ----------
    chapters : list of Chapter
    source : Path
        A new folder.

    Raises
    ------
    ValueError
        If a chapter's notation is not where it was.
    """
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
    if hasattr(getattr(lstm_helpers, room), "__all__"):  # it hands on its modules'
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
    clear_metadata(notebook)  # it may tell MyST-NB to run cells or to load scripts
    cells, n_figures = [], 0
    for cell in itertools.chain.from_iterable(map(split_cell, notebook.cells)):
        if cell.cell_type == "markdown":
            cell.source = with_links(without_comments(cell.source), known)
        elif cell.cell_type == "code":
            mend_code(cell)
        if any(map(is_picture, cell.get("outputs", []))):
            n_figures += 1
            target = f"({figure_anchor(chapter, n_figures)})="
            cells.append(new_markdown_cell(target))  # type: ignore[no-untyped-call]
        cells.append(cell)
    notebook.cells = cells
    return notebook


def split_cell(cell: NotebookNode) -> Iterator[NotebookNode]:
    """Split a cell before each further picture: MyST-NB gives a cell one text alone."""
    outputs = cell.get("outputs", [])
    further = [k for k, output in enumerate(outputs) if is_picture(output)][1:]
    if not further:
        yield cell
        return
    for start, end in itertools.pairwise([0, *further, len(outputs)]):
        part = copy.deepcopy(cell)
        part.outputs = outputs[start:end]
        if start:
            part.id = f"{cell.id}-{start}"
            part.metadata["tags"] = [*cell.metadata.get("tags", []), "remove-input"]
        yield part


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
    """Fold a solution and a check, shorten errors, and give figures their texts."""
    if is_solution(cell) or is_check(cell):
        hidden = "hide-cell" if is_solution(cell) else "hide-input"
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), hidden]
    for output in cell.outputs:
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        elif is_picture(output):
            cell.metadata["mystnb"] = {"image": {"alt": alt_text(output)}}
        elif "text/html" in output.get("data", {}):
            output.data["text/html"] = tidy_html(output.data["text/html"])
