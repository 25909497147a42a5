"""A folder of executed notebooks -> the chapters of the course, for two readers."""

import copy
import hashlib
import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode
from nbformat.validator import get_validator

from handouts.admission import admit
from handouts.cells import is_check, is_solution

VERSION = 4  # of nbformat
TITLE = re.compile(r"# (.+)$", re.MULTILINE)
NAME = re.compile(r"[0-9]{2}_[A-Za-z0-9_]+")
OF_SOLUTION = "; the solution is right"  # what a check says where there is no answer
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
        """Leave out the cells that a reader is not to see, and what is said of them."""
        notebook = copy.deepcopy(self.notebook)
        if edition == Edition.LEARNER:
            notebook.cells = [c for c in notebook.cells if not is_solution(c)]
            for check in filter(is_check, notebook.cells):
                for output in check.outputs:
                    if output.output_type == "stream":
                        output.text = output.text.replace(OF_SOLUTION, "")
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
        notebook = read_notebook(path)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path}: got no valid notebook, wanted an executed copy, which `make run` "
            f"makes: {error}"
        ) from error
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


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that is what nbformat's schema wants, or raise a ValueError."""
    text = path.read_text("utf-8")
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError(f"got {type(content).__name__}, wanted an object")
    version, minor = content.get("nbformat"), content.get("nbformat_minor")
    newest = nbformat.current_nbformat_minor
    known = isinstance(minor, int) and 0 <= minor <= newest
    if version != VERSION or not known:
        raise ValueError(
            f"got nbformat {version!r:.80}.{minor!r:.80}, wanted {VERSION}.0 to "
            f"{VERSION}.{newest}"
        )
    validator = get_validator(  # type: ignore[no-untyped-call]
        VERSION, minor, name="jsonschema"
    )
    for error in map(innermost, validator.iter_errors(content)):
        where = "/".join(map(str, error.absolute_path)) or "the notebook"
        raise ValueError(f"{where}: {error.message[-200:]}")
    return nbformat.reads(text, as_version=VERSION)  # type: ignore[no-untyped-call]


def innermost(error: Any) -> Any:
    """Find in a schema's error the one of the kind that a cell or an output says."""
    while error.context:
        others = {
            one.relative_schema_path[0]
            for one in error.context
            if [*one.relative_path] in (["cell_type"], ["output_type"])
        }
        of_kind = [e for e in error.context if e.relative_schema_path[0] not in others]
        if not of_kind:
            break
        error = of_kind[0]
    return error


def checksum(chapters: list[Chapter]) -> str:
    """Compute the sha256 of all that chapters hold."""
    digest = hashlib.sha256()
    for chapter in chapters:
        text = nbformat.writes(chapter.notebook)  # type: ignore[no-untyped-call]
        digest.update(f"{chapter.name}\n{text}\n".encode())
    return digest.hexdigest()
