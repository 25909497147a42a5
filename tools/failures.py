"""An executed notebook -> the cells that failed, and what they say."""

import re
from collections import Counter
from typing import NamedTuple

from lstm_helpers.files.reading import shorten

COLOUR = re.compile(r"\x1b\[[\d;]*m")
ARROW = re.compile(r"^-+> *\d+ +(.+)", re.MULTILINE)  # where IPython says it stopped
HEADING = re.compile(r"#{1,3} +(.+)")
FENCE = re.compile(r"(```|~~~)")
LONGEST = 300  # characters of a message


class Failure(NamedTuple):
    """A cell that failed, though nothing says that it should."""

    notebook: str
    section: str  # the heading above it; empty if there is none
    cell: str  # the number that the copy shows, or the cell's id
    message: str

    def __str__(self):
        where = ", ".join(filter(None, (self.notebook, self.section, self.cell)))
        return f"{where}: {self.message}"


def find_failures(name, notebook):
    """List the cells that failed, but for those with the tag raises-exception.

    Parameters
    ----------
    name : str
        What to call the notebook.
    notebook : NotebookNode
        As it was executed.

    Returns
    -------
    list of Failure
        In the notebook's order.
    """
    failures, section = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = last_heading(cell.source) or section
        elif cell.cell_type == "code" and not is_meant_to_fail(cell):
            number = cell.execution_count
            shown = f"cell [{number}]" if number else f"cell {cell.id}"
            failures += [
                Failure(name, section, shown, say(output))
                for output in cell.outputs
                if output.output_type == "error"
            ][:1]
    return failures


def sum_up(failures):
    """Write a line for each failure, and one for all that follow from those above.

    Parameters
    ----------
    failures : list of Failure
        In the notebooks' order.

    Returns
    -------
    list of str
        A NameError below another failure of its notebook is only counted there: most
        likely it lacks what that cell did not make.
    """
    lines, first, n_more = [], {}, Counter()
    for failure in failures:
        name = failure.notebook
        if name in first and failure.message.startswith("NameError"):
            n_more[name] += 1
        else:
            lines.append((name, str(failure)))
            first.setdefault(name, failure)
    for name, n in n_more.items():
        last = max(k for k, (other, _) in enumerate(lines) if other == name)
        more = f"{name}: {n} more lack a name that a cell above did not make"
        lines.insert(last + 1, (name, more))
    return [line for _, line in lines]


def is_meant_to_fail(cell):
    """Tell whether a cell shows an error on purpose."""
    return "raises-exception" in cell.metadata.get("tags", [])


def last_heading(source):
    """Return the text of the last heading outside of listings; None without one."""
    heading, is_listing = None, False
    for line in source.splitlines():
        is_listing ^= FENCE.match(line.lstrip()) is not None
        if not is_listing and (found := HEADING.match(line)):
            heading = found[1].strip()
    return heading


def say(output):
    """Write an error in a line; where it says nothing, with the code that raised it."""
    first, _, more = output.evalue.strip().partition("\n")
    if first:
        return shorten(f"{output.ename}: {first}{' ...' if more else ''}", LONGEST)
    listing = COLOUR.sub("", "\n".join(output.traceback))
    code = ARROW.search(listing)
    return shorten(f"{output.ename}{f' at {code[1]}' if code else ''}", LONGEST)
