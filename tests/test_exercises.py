"""Exercises: one source for learner and teacher, and checks that can fail."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PATHS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
BLANK = "# Your code here"
TITLE = re.compile(r"^### Exercise \d+\.(\d+): \S", re.MULTILINE)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def tagged(cell, tag):
    return tag in cell.metadata.get("tags", [])


def test_every_exercise_is_four_cells(notebook):
    cells = notebook.cells
    prompts = [k for k, cell in enumerate(cells) if TITLE.search(cell.source)]
    assert len(prompts) >= 4
    for number, k in enumerate(prompts, start=1):
        prompt, blank, solution, check = cells[k : k + 4]
        assert TITLE.search(prompt.source)[1] == str(number)
        assert blank.source == BLANK
        assert tagged(solution, "solution")
        assert solution.source.startswith("# Solution\n"), "what a folded cell shows"
        assert solution.metadata.jupyter.source_hidden
        assert tagged(check, "check")
    for tag in ("solution", "check"):
        assert sum(tagged(cell, tag) for cell in cells) == len(prompts)


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_without_its_solution_every_check_fails(path, monkeypatch):
    monkeypatch.setenv("LSTM_CORPUS", "sample")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not tagged(cell, "solution")]
    client = NotebookClient(
        notebook,
        timeout=600,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            failed = any(output.output_type == "error" for output in cell.outputs)
            expected = tagged(cell, "check") or tagged(cell, "raises-exception")
            assert failed == expected, cell.source
