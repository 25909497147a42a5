"""What a cell is for, and what its output says."""

from nbformat import NotebookNode

BLANK = "# Your code here"


def is_solution(cell: NotebookNode) -> bool:
    """Tell whether a cell is an exercise's solution."""
    return has_tag(cell, "solution")


def is_check(cell: NotebookNode) -> bool:
    """Tell whether a cell checks an exercise's answer."""
    return has_tag(cell, "check")


def is_answer(cell: NotebookNode) -> bool:
    """Tell whether a cell is where a learner writes an answer."""
    return bool(cell.cell_type == "code") and cell.source.strip() == BLANK


def has_tag(cell: NotebookNode, tag: str) -> bool:
    """Tell whether a cell has a tag."""
    return bool(tag in cell.metadata.get("tags", []))


def alt_text(output: NotebookNode) -> str:
    """Read what a picture says to those who do not see it, in one line."""
    return " ".join(output.metadata.get("image/png", {}).get("alt", "").split())


def is_picture(output: NotebookNode) -> bool:
    """Tell whether an output is a picture."""
    return bool("image/png" in output.get("data", {}))
