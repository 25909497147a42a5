"""The course for nbgrader: handed out, solved, scored and given back by nbgrader."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator

from handouts.cells import BLANK, is_check, is_solution
from handouts.course import Chapter, read_course
from handouts.nbgrader import assignment, make_nbgrader

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def activated(monkeypatch):
    """Let nbgrader find its programs, as with an activated environment."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)


@pytest.fixture(scope="module")
def chapters():
    return read_course(ROOT / "notebooks")


@pytest.fixture(scope="module")
def course(chapters, tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    assert [*make_nbgrader(chapters, folder)] == [
        path for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    return folder


def roles(notebook):
    """Each cell's metadata by its id, of those that nbgrader knows."""
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def test_every_notebook_is_valid_to_nbgrader_and_has_its_exercises(chapters, course):
    for chapter in chapters:
        path = course / "source" / chapter.name / f"{chapter.name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        MetadataValidator().validate_nb(notebook)
        known = roles(notebook)
        graded = [name for name, c in known.items() if c.metadata.nbgrader.grade]
        n_checks = sum(map(is_check, chapter.notebook.cells))
        number = int(chapter.name[:2])
        assert graded == [f"exercise-{number}-{k + 1}" for k in range(n_checks)]
        for name in graded:
            assert known[name].metadata.nbgrader.points == 1
            assert known[name].metadata.nbgrader.locked
            answer = known[f"{name}-answer"].metadata.nbgrader
            assert answer.solution
            assert not answer.locked
            assert "### Exercise " in known[f"{name}-task"].source


def test_all_code_but_the_answers_is_locked(chapters):
    for cell in assignment(chapters[0]).cells:
        if cell.cell_type == "code":
            about = cell.metadata.nbgrader
            assert about.locked != about.solution, cell.source


def test_each_solution_stands_where_learners_answer(chapters):
    for chapter in chapters:
        solutions = [c.source for c in chapter.notebook.cells if is_solution(c)]
        answers = [
            cell.source
            for name, cell in roles(assignment(chapter)).items()
            if name.endswith("-answer")
        ]
        for solution, answer in zip(solutions, answers, strict=True):
            begin, *lines, end = answer.splitlines()
            assert (begin, end) == ("### BEGIN SOLUTION", "### END SOLUTION")
            assert "_solution" not in answer, "else no answer would be needed"
            assert ["# Solution", *lines] == solution.replace(
                "_solution", ""
            ).splitlines()


def test_chapters_find_each_other_in_their_folders(course):
    n_links = 0
    for path in sorted(course.rglob("*.ipynb")):
        text = "\n".join(c.source for c in nbformat.read(path, as_version=4).cells)
        for link in re.findall(r"\]\(([^)#]*\.ipynb)", text):
            if not link.startswith("http"):
                assert (path.parent / link).is_file(), link
                n_links += 1
    assert n_links > 10


def test_the_course_made_twice_has_the_same_bytes(chapters, course, tmp_path):
    for path in make_nbgrader(chapters, tmp_path):
        first = course / path.relative_to(tmp_path)
        assert path.read_bytes() == first.read_bytes()


def small_chapter():
    """Make a chapter with a cell that fails on purpose and three exercises."""
    cells = [
        new_markdown_cell("# 1. Small"),
        new_code_cell("from lstm_helpers import exercises\n\nstart = 40"),
        new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}),
    ]
    for k in (1, 2, 3):
        solution, check = (
            f"# Solution\ny{k}_solution = start + {k}",
            f"def judge(y{k}):\n    assert y{k} == 40 + {k}\n\n"
            f'exercises.check("1.{k}", judge)',
        )
        cells += [
            new_markdown_cell(f"### Exercise 1.{k}: add\n\nCompute `y{k}`."),
            new_code_cell(BLANK),
            new_code_cell(solution, metadata={"tags": ["solution"]}),
            new_code_cell(check, metadata={"tags": ["check"]}),
        ]
    return Chapter("01_small", "1. Small", new_notebook(cells=cells))


@pytest.mark.parametrize(("left_out", "message"), [(3, "follows no"), (4, "solves")])
def test_an_exercise_without_its_task_or_blank_is_refused(left_out, message):
    chapter = small_chapter()
    del chapter.notebook.cells[left_out]
    with pytest.raises(ValueError, match=f"01_small: .*{message}.*, wanted"):
        assignment(chapter)


# --- the round trip, with the commands that a teacher types


def nbgrader(course, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def hand_in(course, name, student, change):
    """Hand in what learners were given, changed by a function of its cells."""
    notebook = nbformat.read(course / "release" / name / f"{name}.ipynb", as_version=4)
    change(roles(notebook), notebook.cells)
    path = course / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def scores(course, name, student):
    """Each exercise's points."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook(name, name, student)
        return {grade.name: grade.auto_score for grade in submission.grades}


def answer_as_solved(chapter):
    solved = roles(assignment(chapter))

    def change(known, cells):
        for name, cell in known.items():
            if name.endswith("-answer"):
                assert cell.source == BLANK, "a solution was handed out"
                cell.source = "\n".join(solved[name].source.splitlines()[1:-1])

    return change


def cheat(known, cells):
    """Give no answer, but change the checks and what they build upon."""
    known["exercise-1-1"].source = "pass"
    known["exercise-1-1"].metadata.nbgrader.points = 100
    known["exercise-1-2"].source = "pass"
    known["exercise-1-2"].metadata.nbgrader.locked = False
    known["exercise-1-2-answer"].source = "y2 = 2"
    cells.remove(known["exercise-1-3"])
    [given] = [cell for cell in cells if "start = 40" in cell.source]
    given.source = "y1 = 41; start = 0"


@pytest.mark.long
def test_right_answers_score_and_changed_checks_do_not(tmp_path):
    chapter = small_chapter()
    name = chapter.name
    assert [*make_nbgrader([chapter], tmp_path)]
    nbgrader(tmp_path, "generate_assignment", name)
    hand_in(tmp_path, name, "right", answer_as_solved(chapter))
    hand_in(tmp_path, name, "cheat", cheat)
    said = nbgrader(tmp_path, "autograde", name)
    assert "Attribute 'checksum' for cell exercise-1-1 has changed!" in said
    exercises = ["exercise-1-1", "exercise-1-2", "exercise-1-3"]
    assert scores(tmp_path, name, "right") == dict.fromkeys(exercises, 1)
    assert scores(tmp_path, name, "cheat") == dict.fromkeys(exercises, 0)


@pytest.mark.slow
def test_a_whole_chapter_is_scored_and_given_back(chapters, tmp_path):
    chapter = chapters[0]
    name = chapter.name
    assert [*make_nbgrader([chapter], tmp_path)]
    nbgrader(tmp_path, "generate_assignment", name)
    hand_in(tmp_path, name, "right", answer_as_solved(chapter))

    def answer_badly(known, cells):
        answer_as_solved(chapter)(known, cells)
        known["exercise-1-1-answer"].source = "bounds = (0, 1)"
        known["exercise-1-4-answer"].source = BLANK

    hand_in(tmp_path, name, "wrong", answer_badly)
    nbgrader(tmp_path, "autograde", name)
    nbgrader(tmp_path, "generate_feedback", name)
    right, wrong = (scores(tmp_path, name, who) for who in ("right", "wrong"))
    assert right == {f"exercise-1-{k}": 1 for k in range(1, 9)}
    assert wrong == right | {"exercise-1-1": 0, "exercise-1-4": 0}
    for student, total in (("right", 8), ("wrong", 6)):
        page = tmp_path / "feedback" / student / name / f"{name}.html"
        assert f"(Score: {total}.0 / 8.0)" in page.read_text("utf-8")
