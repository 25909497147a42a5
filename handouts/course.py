"""A folder of executed notebooks -> the chapters of the course, for two readers."""

import copy
import hashlib
import re
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from handouts.admission import admit
from handouts.cells import is_solution

TITLE = re.compile(r"# (.+)$", re.MULTILINE)
NAME = re.compile(r"[0-9]{2}_[A-Za-z0-9_]+")
MARKS = re.compile(r"[*`]")  # of Markdown, which a title goes without


class Edition(StrEnum):
    """Whom an artefact is for: without solutions, or with them."""

    LEARNER = "learner"
    SOLUTIONS = "solutions"


class Chapter(NamedTuple):
    """A notebook with its outputs.

    Attributes
    ----------
    name : str
        Its file's stem, such as ``"01_math"``.
    title : str
        Its first heading.
    notebook : NotebookNode
    """

    name: str
    title: str
    notebook: NotebookNode

    def for_reader(self, edition: Edition) -> "Chapter":
        """Leave out the cells that a reader is not to see."""
        notebook = copy.deepcopy(self.notebook)
        if edition == Edition.LEARNER:
            notebook.cells = [c for c in notebook.cells if not is_solution(c)]
        return self._replace(notebook=notebook)


def read_course(folder: Path) -> list[Chapter]:
    """Read the executed notebooks of a folder, in order.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Chapter

    Raises
    ------
    FileNotFoundError
        If there is no notebook.
    ValueError
        If a notebook is none, has no title, or is not admitted: see
        :func:`handouts.admission.admit`.
    """
    paths = sorted(folder.glob("[0-9]*.ipynb"))
    if not paths:
        raise FileNotFoundError(
            f"{folder}: got no notebook, wanted executed ones, which `make run` makes"
        )
    return [read_chapter(path) for path in paths]


def read_chapter(path: Path) -> Chapter:
    """Read an executed notebook; see :func:`read_course` for what is refused."""
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        line = str(error).strip().splitlines()[0]
        raise ValueError(f"{path}: got no valid notebook: {line}") from error
    if not NAME.fullmatch(path.stem):
        raise ValueError(
            f"{path}: got the name {path.stem!r}, wanted two digits, _ and letters or "
            "digits of English, such as 08_my_corpus: it stands in links"
        )
    texts = [c.source for c in notebook.cells[:1] if c.cell_type == "markdown"]
    title = TITLE.match("".join(texts))
    if not title:
        raise ValueError(f"{path}: got no '# title' at the start, wanted one")
    admit(path.name, notebook)
    return Chapter(path.stem, MARKS.sub("", title[1]).strip(), notebook)


def checksum(chapters: list[Chapter]) -> str:
    """Compute the sha256 of all that chapters hold."""
    digest = hashlib.sha256()
    for chapter in chapters:
        text = nbformat.writes(chapter.notebook)  # type: ignore[no-untyped-call]
        digest.update(f"{chapter.name}\n{text}\n".encode())
    return digest.hexdigest()
