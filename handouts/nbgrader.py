"""Chapters -> a course for nbgrader: what a teacher hands out, collects and scores.

An answer's cell holds the solution, which nbgrader takes out for the learners. A check
is worth a point. All other code is locked, since the checks build upon it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from handouts.cells import BLANK, is_answer, is_check, is_solution
from handouts.copies import clear_outputs, write_notebook
from handouts.course import Chapter, Edition
from lstm_helpers.exercises import SUFFIX

EXERCISE = re.compile(r"^### Exercise (\d+)\.(\d+):", re.MULTILINE)
CHAPTER_LINK = re.compile(r"\]\((\d\w*)\.ipynb")
MARK = re.compile(r"### (BEGIN|END) SOLUTION")
OWN_NAME = re.compile(rf"\b(\w+){SUFFIX}\b")
POINTS = 1  # for each exercise
CONFIG = f'''"""nbgrader's settings. In this folder, type for each chapter

    nbgrader generate_assignment 01_math    release/ is what learners get
    nbgrader autograde 01_math              scores submitted/NAME/01_math/
    nbgrader generate_feedback 01_math
    nbgrader export                         all scores, as grades.csv
"""

c.CourseDirectory.course_id = "lstm-course"
c.ClearSolutions.code_stub = {{"python": "{BLANK}"}}
c.Execute.timeout = 600  # seconds for a cell; the course trains taggers
c.Execute.skip_cells_with_tag = "none has this tag"  # no check is skipped
c.OverwriteCells.add_missing_cells = True  # a check that was deleted comes back
'''


class Role(NamedTuple):
    """What a cell is to nbgrader.

    Attributes
    ----------
    grade_id : str
        Its name, once in a notebook and the same in each edition.
    grade, solution, locked : bool
        Whether it gives points, whether learners write into it, and whether nbgrader
        puts it back as it was before it scores.
    """

    grade_id: str
    grade: bool = False
    solution: bool = False
    locked: bool = False


def make_nbgrader(chapters: list[Chapter], folder: Path) -> Iterator[Path]:
    """Write an nbgrader course with an assignment for each chapter.

    Parameters
    ----------
    chapters : list of Chapter
    folder : Path

    Yields
    ------
    Path
        Of each file.

    Raises
    ------
    ValueError
        If a chapter has a check without a task's heading, or a solution without a
        cell for the answer.
    """
    config = folder / "nbgrader_config.py"
    config.write_text(CONFIG, "utf-8")
    yield config
    for chapter in chapters:
        path = folder / "source" / chapter.name / f"{chapter.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_notebook(assignment(chapter), path)
        yield path


def assignment(chapter: Chapter) -> NotebookNode:
    """Make the teacher's edition of a chapter's assignment."""
    notebook = chapter.for_reader(Edition.SOLUTIONS).notebook
    clear_outputs(notebook)
    solve(chapter.name, notebook)
    exercise, given = "", set[str]()
    for cell in notebook.cells:
        heading = EXERCISE.search(cell.source)
        if cell.cell_type == "markdown":
            exercise = "exercise-{}-{}".format(*heading.groups()) if heading else ""
            cell.source = CHAPTER_LINK.sub(r"](../\1/\1.ipynb", cell.source)
        role = find_role(cell, exercise)
        if (role.grade or role.solution) and not exercise:
            raise ValueError(
                f"{chapter.name}: cell {cell.id} follows no '### Exercise 1.2:', "
                "wanted one for each answer and check"
            )
        if role.grade_id in given:
            raise ValueError(
                f"{chapter.name}: cell {cell.id}: got a second {role.grade_id}, wanted "
                "one answer and one check for an exercise"
            )
        if role.grade or role.solution or role.locked:
            given.add(role.grade_id)
            cell.metadata.nbgrader = metadata(cell, role)
    return notebook


def solve(name: str, notebook: NotebookNode) -> None:
    """Put each solution into the answer's cell before it, under the answer's name."""
    for cell in notebook.cells:
        if MARK.search(cell.source):
            raise ValueError(
                f"{name}: cell {cell.id}: got a line with '### BEGIN SOLUTION' or "
                "'### END SOLUTION', wanted none: nbgrader would cut there"
            )
    kept: list[NotebookNode] = []
    for cell in notebook.cells:
        if not is_solution(cell):
            kept.append(cell)
            continue
        if not kept or not is_answer(kept[-1]):
            raise ValueError(
                f"{name}: {cell.id} solves nothing, wanted {BLANK!r} first"
            )
        code = OWN_NAME.sub(r"\1", cell.source.removeprefix("# Solution\n"))
        kept[-1].source = f"### BEGIN SOLUTION\n{code}\n### END SOLUTION"
    notebook.cells = kept
    for cell in kept:
        if is_answer(cell):
            raise ValueError(
                f"{name}: cell {cell.id}: got {BLANK!r} without a solution behind it, "
                "wanted one: nbgrader would put the cell back as it was"
            )


def find_role(cell: NotebookNode, exercise: str) -> Role:
    """Find out what a cell is to nbgrader."""
    if is_check(cell):
        return Role(exercise, grade=True, locked=True)
    if cell.source.startswith("### BEGIN SOLUTION\n"):
        return Role(f"{exercise}-answer", solution=True)
    if cell.cell_type == "code":
        return Role(f"cell-{cell.id}", locked=True)
    if exercise:
        return Role(f"{exercise}-task", locked=True)
    return Role("")


def metadata(cell: NotebookNode, role: Role) -> NotebookNode:
    """Write a cell's metadata as nbgrader's schema 3 wants them."""
    about = role._asdict() | {"schema_version": 3, "cell_type": cell.cell_type}
    about["task"] = False  # nothing is scored by hand
    if role.grade:
        about["points"] = POINTS
    return nbformat.from_dict(about)  # type: ignore[no-untyped-call]
