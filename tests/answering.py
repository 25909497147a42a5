"""Runs what an exercise needs, and answers to it, in this process."""

import ast
import builtins
import dis
import re
from functools import cache
from pathlib import Path
from types import CodeType
from typing import NamedTuple

import matplotlib.pyplot as plt
import nbformat

from handouts.cells import BLANK, is_check, is_solution

ROOT = Path(__file__).parents[1]
ANSWERS = ROOT / "tests" / "wrong_answers"
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HEADING = re.compile(r"^### Exercise (\d+\.\d+): \S", re.MULTILINE)
ANSWER = re.compile(r"^# %% (\d+\.\d+) (right|wrong: .+)\n", re.MULTILINE)
BUILTINS = {*dir(builtins), "__name__"}


class Exercise(NamedTuple):
    """The sources of an exercise's cells."""

    number: str
    prompt: str
    solution: str
    check: str


class Answer(NamedTuple):
    """What somebody may answer; its fault stands in the check's message."""

    number: str
    fault: str
    source: str


def read(path):
    return nbformat.read(path, as_version=4)


def exercises_of(path):
    """List a notebook's exercises, each of four cells."""
    cells = read(path).cells
    found = [(k, HEADING.search(cell.source)) for k, cell in enumerate(cells)]
    return [
        Exercise(heading[1], cells[k].source, cells[k + 2].source, cells[k + 3].source)
        for k, heading in found
        if heading
    ]


def answers_to(path):
    """List what is kept of answers to a notebook's exercises."""
    file = ANSWERS / f"answers_{path.stem[:2]}.py"
    _, *parts = ANSWER.split(file.read_text("utf-8"))
    return [
        Answer(number, kind.partition(": ")[2], source)
        for number, kind, source in zip(*[iter(parts)] * 3, strict=True)
    ]


def names_in(source):
    """Names that code defines at its top level, and names that it takes from there.

    What it defines before it reads it, such as the variable of a loop, is not taken.
    """
    defined, used = set(), set()

    def read_later(code):
        for instruction in dis.get_instructions(code):
            if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                later.add(instruction.argval)
            elif isinstance(instruction.argval, CodeType):
                read_later(instruction.argval)

    later = set()
    for instruction in dis.get_instructions(compile(source, "cell", "exec")):
        name = instruction.argval
        if instruction.opname == "STORE_NAME":
            defined.add(name)
        elif instruction.opname == "LOAD_NAME" and name not in defined:
            used.add(name)
        elif isinstance(name, CodeType):
            read_later(name)
    return defined, (used | later - defined) - BUILTINS


def imported(path):
    """Names that a notebook's first code cell imports."""
    first = next(cell for cell in read(path).cells if cell.cell_type == "code")
    imports = [n for n in ast.parse(first.source).body if hasattr(n, "names")]
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in imports
        for alias in node.names
    }


def is_of_learner(cell):
    return cell.source.strip() == BLANK or is_solution(cell) or is_check(cell)


def given_cells(path):
    """List the code that stands among the exercises and belongs to the course."""
    cells = read(path).cells
    first = next(k for k, cell in enumerate(cells) if HEADING.search(cell.source))
    start = next(k for k in range(first, -1, -1) if "## Exercises" in cells[k].source)
    code = [cell for cell in cells[start:] if cell.cell_type == "code"]
    return [cell.source for cell in code if not is_of_learner(cell)]


def prepared(path):
    """Run those cells of a notebook that its exercises and the answers need.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict of str to values

    Raises
    ------
    Exception
        What one of these cells raised, each time; the cells are run once.
    """
    scope, error = _prepare(path)
    if error is not None:
        raise error
    return scope


@cache
def _prepare(path):
    code = [c for c in read(path).cells if c.cell_type == "code"]
    cells = [c for c in code if not is_of_learner(c)]
    defined, used = zip(*(names_in(c.source) for c in cells), strict=True)
    kept = set()

    def keep(names, end):
        """Keep, before a cell, the last cells that define names, and what they need."""
        for name in names:
            k = max((k for k in range(end) if name in defined[k]), default=None)
            if k is not None and k not in kept:
                kept.add(k)
                keep(used[k], k)

    given = given_cells(path)
    for k in range(len(cells)):
        if cells[k].source in given:
            kept.add(k)
            keep(used[k], k)
    for source in [s for e in exercises_of(path) for s in (e.solution, e.check)] + [
        answer.source for answer in answers_to(path)
    ]:
        keep(names_in(source)[1], len(cells))
    scope = {"__name__": path.stem}
    with plt.rc_context():  # the style of figures is not for other tests
        for cell in (cells[k] for k in sorted(kept)):
            code = compile(cell.source, f"{path.stem}, cell {cell.id}", "exec")
            try:
                exec(code, scope)
            except Exception as error:  # noqa: BLE001 - raised each time that it is asked for
                return scope, error
    return scope, None


@cache
def solved(path, exercise):
    """Run an exercise's solution, too."""
    scope = dict(prepared(path))
    run(exercise.solution, exercise, scope)
    return scope


def run(source, exercise, scope):
    """Run a cell of an exercise in a scope, which takes what it defines."""
    exec(compile(source, f"exercise {exercise.number}", "exec"), scope)


def run_check(path, exercise, answer="", with_solution=True):
    """Run an exercise's check after an answer, in a scope of its own."""
    scope = dict(solved(path, exercise) if with_solution else prepared(path))
    for source in answer, exercise.check:
        run(source, exercise, scope)
