"""Chapters -> notebooks to open: the learners' to write into, and the solutions'."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from handouts.course import Chapter, Edition

ROOT = Path(__file__).parents[1]
START = "START_HERE.ipynb"  # JupyterLab opens a notebook as a reader sees it
ORDER = re.compile(r"^\*\*Begin with.*?(?=\s*^## )", re.MULTILINE | re.DOTALL)


def make_copies(
    chapters: list[Chapter], edition: Edition, folder: Path
) -> Iterator[Path]:
    """Write a notebook for each chapter.

    Parameters
    ----------
    chapters : list of Chapter
    edition : Edition
        Learners get neither solutions nor outputs, the other readers both.
    folder : Path

    Yields
    ------
    Path
        Of each notebook.
    """
    for chapter in chapters:
        notebook = chapter.for_reader(edition).notebook
        if edition == Edition.LEARNER:
            clear_outputs(notebook)
            clear_metadata(notebook)
        path = folder / f"{chapter.name}.ipynb"
        write_notebook(notebook, path)
        yield path


def clear_outputs(notebook: NotebookNode) -> None:
    """Take away what running a notebook has left in it."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def clear_metadata(notebook: NotebookNode) -> None:
    """Keep of what a notebook says of itself only what JupyterLab needs to run it."""
    for about, kept in [
        (notebook.metadata, {"kernelspec", "language_info"}),
        *((cell.metadata, {"tags", "jupyter"}) for cell in notebook.cells),
    ]:
        for name in set(about) - kept:
            del about[name]


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook that is valid, or nothing.

    Raises
    ------
    nbformat.ValidationError
        If it is no valid notebook.
    """
    nbformat.validate(notebook)
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    path.write_text(text + "\n", "utf-8")


def write_start(folder: Path) -> Path:
    """Write what a learner reads first, with the order of the course's own START_HERE.

    Raises
    ------
    ValueError
        If that has no paragraph "**Begin with ...", or no heading behind it.
    """
    source = ROOT / "notebooks" / "START_HERE.md"
    order = ORDER.search(source.read_text("utf-8"))
    if not order:
        raise ValueError(f"{source}: got no '**Begin with' before a '## ', wanted one")
    text = (Path(__file__).parent / "assets" / "START_HERE.md").read_text("utf-8")
    text = text.replace("{order}", order[0].strip())
    cell = new_markdown_cell(text, id="start")  # type: ignore[no-untyped-call]
    path = folder / START
    start = new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    write_notebook(start, path)
    return path
