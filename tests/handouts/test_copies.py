"""Notebooks to open: learners' copies hold no solution, and still can be solved."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from handouts.cells import is_answer, is_check, is_solution
from handouts.copies import make_copies, write_notebook, write_start
from handouts.course import Edition, read_course

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def chapters():
    return read_course(ROOT / "notebooks")


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def learners(chapters, tmp_path_factory):
    return [*make_copies(chapters, Edition.LEARNER, tmp_path_factory.mktemp("copies"))]


def test_learners_get_every_cell_but_the_solutions_and_no_output(chapters, learners):
    assert [path.stem for path in learners] == [chapter.name for chapter in chapters]
    for chapter, path in zip(chapters, learners, strict=True):
        kept = [cell for cell in chapter.notebook.cells if not is_solution(cell)]
        copy = read(path)
        nbformat.validate(copy)
        assert [(c.id, c.source) for c in copy.cells] == [
            (c.id, c.source) for c in kept
        ]
        for cell in copy.cells:
            assert cell.get("outputs", []) == []
            assert cell.get("execution_count") is None


def test_every_answer_stands_right_before_its_check(learners):
    for path in learners:
        cells = read(path).cells
        checks = [k for k, cell in enumerate(cells) if is_check(cell)]
        assert len(checks) >= 4
        assert all(is_answer(cells[k - 1]) for k in checks)


def test_the_solutions_copies_are_the_executed_notebooks(chapters, tmp_path):
    copies = [*make_copies(chapters, Edition.SOLUTIONS, tmp_path)]
    for chapter, path in zip(chapters, copies, strict=True):
        assert read(path) == chapter.notebook


def test_copies_made_twice_have_the_same_bytes(chapters, learners, tmp_path):
    for first, second in zip(
        learners, make_copies(chapters, Edition.LEARNER, tmp_path), strict=True
    ):
        assert first.read_bytes() == second.read_bytes()


def test_a_notebook_that_is_not_valid_is_not_written(tmp_path):
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    broken.cells[0].cell_type = "no such type"
    with pytest.raises(nbformat.ValidationError):
        write_notebook(broken, tmp_path / "broken.ipynb")
    assert [*tmp_path.iterdir()] == []


def test_learners_get_no_metadata_of_others(chapters, tmp_path):
    chapter = chapters[0].for_reader(Edition.SOLUTIONS)
    chapter.notebook.metadata.authors = [{"name": "x"}]
    chapter.notebook.cells[0].metadata.solution = "y = 1"
    [path] = make_copies([chapter], Edition.LEARNER, tmp_path)
    copy = read(path)
    assert copy.metadata.keys() == {"kernelspec", "language_info"}
    assert copy.cells[0].metadata == {}


def test_learners_are_told_where_to_begin(chapters, tmp_path):
    [cell] = read(write_start(tmp_path)).cells
    text = cell.source
    links = re.findall(r"\]\((\w+)\.ipynb\)", text)
    assert links == [chapters[0].name, *(chapter.name for chapter in chapters)]
    assert "# Solution" not in text, "there is none in a learner's copy"
    assert "make " not in text, "there is no Makefile either"
    assert "{" not in text


@pytest.mark.long
def test_right_answers_pass_their_checks_and_blanks_do_not(chapters, learners):
    """Every other exercise is answered."""
    solutions = [c.source for c in chapters[0].notebook.cells if is_solution(c)]
    copy = read(learners[0])
    blanks = [k for k, cell in enumerate(copy.cells) if is_answer(cell)]
    for k, solution in [*zip(blanks, solutions, strict=True)][::2]:
        copy.cells[k].source += "\n" + solution.replace("_solution", "")
    NotebookClient(
        copy, timeout=300, kernel_name="python3", allow_errors=True
    ).execute()
    failed = [
        (k - 1, output.ename)
        for k, cell in enumerate(copy.cells)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert failed == [(k, "NameError") for k in blanks[1::2]]
