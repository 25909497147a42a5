"""What a notebook says that it takes is what is counted on its pages."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from minutes import minutes_by_section

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
STATED = re.compile(r"[Aa]bout (\d+) minutes without the exercises")


def test_minutes_are_counted_by_section():
    picture = new_output("display_data", {"image/png": "", "text/plain": "a"})
    text = new_output("stream", text="b")
    cells = [
        new_markdown_cell("# 1. A title\n\n" + "word " * 98),
        new_markdown_cell("## 1.1 Four [words](of/a/link.md) here\n\n$$a = b$$"),
        new_code_cell("a = 1\n\nb = 2\nprint(a, b)", outputs=[text]),
        new_code_cell("show()", outputs=[text, picture, picture]),
        new_markdown_cell("Last.\n\n## Summary\n\n<b class='x'>One</b>"),
        new_markdown_cell("## Exercises\n\n" + "word " * 500),
        new_code_cell("pass"),
        new_markdown_cell("## In practice\n\nIt is."),
    ]
    assert minutes_by_section(new_notebook(cells=cells)) == pytest.approx(
        {
            "": 100 / 200,
            "1.1": (3 + 1) / 200 + (3 + 1) * 4 / 60 + (1 + 2) * 30 / 60,
            "Summary": 2 / 200,
            "In practice": 4 / 200,
        }
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stated_minutes_are_those_counted(path):
    notebook = nbformat.read(path, as_version=4)
    [stated] = STATED.findall(notebook.cells[0].source)
    counted = sum(minutes_by_section(notebook).values())
    assert abs(int(stated) - counted) <= 6, f"python tools/minutes.py: {counted:.0f}"
