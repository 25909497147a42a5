"""Exercises: one source for learner and teacher, and checks that cannot be fooled."""

import ast
import re
from functools import cache

import numpy as np
import pytest
import torch
from answering import (
    HEADING,
    PATHS,
    ROOT,
    answers_to,
    exercises_of,
    given_cells,
    imported,
    names_in,
    read,
    run_check,
)
from nbclient import NotebookClient

from handouts.cells import BLANK, is_check, is_solution
from lstm_helpers import data, exercises

LEVEL = re.compile(
    r"^\*Level ([123]), (\d+) minutes(, on paper|, to look at)?\.\* ", re.MULTILINE
)
HINT = "\n\n<details><summary>Hint</summary>\n\n"
PROOF = "<details><summary>Is your proof complete?</summary>"

ANSWERS = [(path, answer) for path in PATHS for answer in answers_to(path)]
CASES = [
    pytest.param(path, answer, id=f"{answer.number}-{k}")
    for k, (path, answer) in enumerate(ANSWERS)
]


read_once = cache(data.read_corpus)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(autouse=True)
def _on_the_bundled_corpus(monkeypatch):
    monkeypatch.setenv("LSTM_CORPUS", "sample")
    monkeypatch.setattr(data, "read_corpus", read_once)


def names_of(check):
    """The names of the answers that a check judges."""
    [parameters] = re.findall(r"^def judge\(([\w, ]+)\):$", check, re.MULTILINE)
    return parameters.split(", ")


def test_every_exercise_is_four_cells(path):
    cells = read(path).cells
    prompts = [k for k, cell in enumerate(cells) if HEADING.search(cell.source)]
    assert len(prompts) >= 6
    for number, k in enumerate(prompts, start=1):
        prompt, blank, solution, check = cells[k : k + 4]
        assert HEADING.search(prompt.source)[1] == f"{int(path.stem[:2])}.{number}"
        assert blank.source == BLANK
        assert is_solution(solution)
        assert solution.source.startswith("# Solution\n"), "what a folded cell shows"
        assert solution.metadata.jupyter.source_hidden
        assert is_check(check)
        assert check.metadata.jupyter.source_hidden, "it may say how to solve the task"
    for is_one in (is_solution, is_check):
        assert sum(map(is_one, cells)) == len(prompts)


def test_every_task_says_how_hard_it_is_and_has_a_hint(path):
    levels = []
    for exercise in exercises_of(path):
        assert HINT in exercise.prompt
        levels.append(int(LEVEL.search(exercise.prompt)[1]))
    assert levels == sorted(levels), "the hardest last"
    assert {1, 3} <= {*levels}


def test_every_notebook_has_a_proof_on_paper_and_a_figure_to_read(path):
    kinds = [(LEVEL.search(e.prompt)[3], e.prompt) for e in exercises_of(path)]
    proofs = [prompt for kind, prompt in kinds if kind == ", on paper"]
    assert any("rove" in prompt and PROOF in prompt for prompt in proofs)
    assert any(kind == ", to look at" for kind, _ in kinds)


def test_the_teachers_page_has_the_levels_minutes_and_points_of_the_tasks():
    page = (ROOT / "docs" / "teaching.md").read_text("utf-8")
    n_exercises = n_minutes = 0
    for path in PATHS:
        for exercise in exercises_of(path):
            level, minutes, _ = LEVEL.search(exercise.prompt).groups()
            number = re.escape(exercise.number)
            row = rf"^\| {number} \| [^|]+ \| {minutes} \| {level} \|"
            assert re.search(row, page, re.MULTILINE), exercise.number
            points = rf"^\| {number} \| {2 * int(level)} \|"
            assert re.search(points, page, re.MULTILINE), exercise.number
            n_exercises += 1
            n_minutes += int(minutes)
    assert f"| sum | {n_exercises} | {n_minutes} |" in page


def test_a_solution_defines_the_answers_under_names_of_its_own(path):
    for exercise in exercises_of(path):
        defined = names_in(exercise.solution)[0]
        assert defined >= {n + exercises.SUFFIX for n in names_of(exercise.check)}
        assert all(name.endswith(exercises.SUFFIX) for name in defined)
        for name in names_of(exercise.check):
            assert f"`{name}" in exercise.prompt, f"the task does not name {name}"


def test_no_cell_of_the_course_defines_what_an_exercise_asks_for(path):
    asked = {n for e in exercises_of(path) for n in names_of(e.check)}
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert not asked & names_in(cell.source)[0], cell.source


def test_a_check_uses_nothing_that_a_learner_may_have_changed(path):
    given = {name for source in given_cells(path) for name in names_in(source)[0]}
    for exercise in exercises_of(path):
        defined, used = names_in(exercise.check)
        assert defined == {"judge"}
        assert used <= imported(path) | given | {"judge"}, exercise.number
        assert exercise.check.endswith(
            f'\n\n\nexercises.check("{exercise.number}", judge)'
        )


def test_a_check_draws_the_same_cases_each_time(path):
    for exercise in exercises_of(path):
        for unseeded in "default_rng()", ".seed()":
            assert unseeded not in exercise.check, exercise.number


def test_a_check_draws_other_cases_in_each_round(path):
    """A generator that is made anew in a loop draws the same again and again."""
    for exercise in exercises_of(path):
        tree = ast.parse(exercise.check)
        for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For)):
            made = [ast.unparse(node) for node in loop.body]
            assert "default_rng" not in " ".join(made), exercise.number


@pytest.mark.long
def test_every_solution_is_right_and_said_to_be_the_solution(path, capsys):
    for exercise in exercises_of(path):
        run_check(path, exercise)
        printed = capsys.readouterr().out.splitlines()[-1]
        names = [f"`{name}`" for name in names_of(exercise.check)]
        assert printed == (
            f"Exercise {exercise.number}: {' and '.join(names)} "
            f"{'are' if names[1:] else 'is'} still missing; the solution is right"
        )


@pytest.mark.long
def test_no_answer_and_no_solution_is_an_error(path):
    for exercise in exercises_of(path):
        with pytest.raises(NameError, match=f"Exercise {exercise.number}: .* missing"):
            run_check(path, exercise, with_solution=False)


@pytest.mark.long
@pytest.mark.parametrize(("path", "answer"), CASES)
def test_answers(path, answer, capsys):
    """Wrong ones are told what is wrong though a right solution stands beside them."""
    exercise = next(e for e in exercises_of(path) if e.number == answer.number)
    if answer.fault:
        with pytest.raises(AssertionError) as error:
            run_check(path, exercise, answer.source)
        message = str(error.value)
        assert message.startswith(f"Exercise {answer.number}: ")
        assert answer.fault in message
    else:
        run_check(path, exercise, answer.source)
        printed = capsys.readouterr().out.splitlines()[-1]
        assert printed == f"Exercise {answer.number}: right"


def test_five_wrong_answers_and_two_right_ones_are_kept_for_every_exercise(path):
    answers = answers_to(path)
    assert {a.number for a in answers} == {e.number for e in exercises_of(path)}
    for exercise in exercises_of(path):
        own = [a for a in answers if a.number == exercise.number]
        assert sum(bool(answer.fault) for answer in own) >= 5, exercise.number
        assert sum(not answer.fault for answer in own) >= 2, exercise.number


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_without_its_solution_every_check_fails(path):
    notebook = read(path)
    notebook.cells = [cell for cell in notebook.cells if not is_solution(cell)]
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
            tags = cell.metadata.get("tags", [])
            assert failed == ("check" in tags or "raises-exception" in tags), cell


# --- the tools of the checks


def judge_in(scope, source="def judge(a, b):\n    assert a < b, 'a is too large'"):
    exec(source, scope)
    return scope["judge"]


def test_a_part_of_an_answer_is_not_filled_up_with_the_solution():
    scope = {"a": 1, "a_solution": 1, "b_solution": 2}
    with pytest.raises(NameError, match=r"^Exercise 9\.9: `b` is still missing: write"):
        exercises.check("9.9", judge_in(scope))
    with pytest.raises(NameError, match=r"`a` and `b` are still missing"):
        exercises.check("9.9", judge_in({"a_solution": 1}))


def test_a_judge_draws_the_same_each_time_and_leaves_the_draws_as_they_were():
    scope = {"a": 1, "torch": torch, "drawn": []}
    judge = judge_in(scope, "def judge(a):\n    drawn.append(torch.rand(3))")
    for seed in 1, 2:
        torch.manual_seed(seed)
        left = torch.rand(3)
        torch.manual_seed(seed)
        exercises.check("9.9", judge)
        assert torch.equal(torch.rand(3), left)
    assert torch.equal(*scope["drawn"])


def test_a_wrong_solution_is_refused_as_well():
    scope = {"a_solution": 2, "b_solution": 1}
    with pytest.raises(AssertionError, match=r"^Exercise 9\.9: a is too large$"):
        exercises.check("9.9", judge_in(scope))


def test_an_error_of_the_answer_itself_stays_what_it_is():
    judge = judge_in({"a": 1, "b": "1"})
    with pytest.raises(TypeError, match=r"^'<' not supported") as caught:
        exercises.check("9.9", judge)
    [note] = caught.value.__notes__
    assert note == "Exercise 9.9: `a` and `b`: it fails, or is of a wrong kind"


class Odd:
    """Has a shape, but no numbers."""

    shape = (2,)

    def __repr__(self):
        return "odd " * 100


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (None, 1.0),
        ("1.0", 1.0),
        ([1.0, 1.0], 1.0),
        ([[1.0], [2.0]], [1.0, 2.0]),
        (float("nan"), 1.0),
        (Odd(), 1.0),
        ([1.0, "b"], [1.0, 2.0]),
        ((1, None), (1, 2)),
        (["B-per"], ("B-per",)),
        (["B-per"], ["B-per", "O"]),
        ({"a"}, {"a", "b"}),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ([np.ones(2), np.ones(3)], [np.ones(2), np.zeros(3)]),
        (torch.ones(2, requires_grad=True), torch.zeros(2)),
        ([], [1.0]),
    ],
)
def test_what_is_not_right_is_refused_with_what_was_got(got, wanted):
    with pytest.raises(AssertionError, match=r"^wrong \(got .{1,90}\)$"):
        exercises.expect(got, wanted, "wrong", {"a slip": "of another kind"})


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (1, 1.0),
        (np.float32(0.1), 0.1),
        ([1, 2], (1, 2)),
        (torch.ones(2, requires_grad=True), [1.0, 1.0]),
        ([np.ones(2), np.zeros(3)], [np.ones(2), np.zeros(3)]),
        ({"O"}, {"O"}),
        ([], []),
        ((1, None), (1, None)),
    ],
)
def test_what_is_right_may_have_another_kind_of_number(got, wanted):
    slips = {"it is the slip, too": wanted}
    exercises.expect(got, wanted, "wrong", slips, tolerance=1e-6)


def test_numbers_may_differ_by_the_tolerance_alone():
    exercises.expect(1000.5, 1000, "wrong", tolerance=1e-3)
    exercises.expect(0.0005, 0, "wrong", tolerance=1e-3)
    with pytest.raises(AssertionError):
        exercises.expect(1002.5, 1000, "wrong", tolerance=1e-3)
    with pytest.raises(AssertionError):
        exercises.expect(0.0025, 0, "wrong", tolerance=1e-3)


def change_weight(module):
    with torch.no_grad():
        module.weight.zero_()
    return 1


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (lambda tags: tags.append("O") or tags, ["B-per"]),
        (lambda array: np.negative(array, out=array), np.ones(2)),
        (lambda tensor: tensor.neg_(), torch.ones(2)),
        (lambda nested: nested[0].clear() or nested, [{1}, {2}]),
        (change_weight, torch.nn.Linear(2, 2)),
    ],
)
def test_a_changed_argument_is_noticed(function, argument):
    with pytest.raises(AssertionError, match="changes its argument: work on a copy"):
        exercises.call(function, argument)


def test_what_is_no_function_or_returns_nothing_is_told_so():
    with pytest.raises(AssertionError, match="got 3, wanted a function"):
        exercises.call(3, 1)
    with pytest.raises(AssertionError, match="nothing: is a `return` missing"):
        exercises.call(lambda x: None, np.array([np.nan]))


def test_an_error_within_a_function_names_the_arguments():
    with pytest.raises(IndexError) as caught:
        exercises.call(lambda tags, k: tags.pop(k), ["O", "B-per"], 2)
    assert caught.value.__notes__ == ["<lambda>(['O', 'B-per'], 2) fails"]


def test_what_is_forbidden_fails_by_each_name_that_it_was_imported_by():
    ours = data.count_illegal
    with exercises.forbid(data, "count_illegal", 'it\'s "by hand", please'):
        for its in ours, data.count_illegal, data.iob2.count_illegal:
            with pytest.raises(AssertionError, match=r'^it\'s "by hand", please$'):
                its([["I-per"]])
            with pytest.raises(AssertionError, match="by hand"):
                its(sentences=[["I-per"]])
    assert ours([["I-per"]]) == data.iob2.count_illegal([["I-per"]]) == 1


def test_a_subclass_is_forbidden_what_its_parent_may_do():
    class Given(torch.nn.Linear):
        """The one that must not run."""

    with exercises.forbid(Given, "forward", "not that one"):
        torch.nn.Linear(1, 1)(torch.ones(1))
        with pytest.raises(AssertionError, match="not that one"):
            Given(1, 1)(torch.ones(1))


def test_what_is_forbidden_is_allowed_again_afterwards():
    with pytest.raises(AssertionError, match="by hand"):  # noqa: SIM117
        with exercises.forbid(np, "sort", "by hand, please"):
            np.sort([2, 1])
    assert np.sort([2, 1]).tolist() == [1, 2]


def test_a_tuple_for_a_list_is_called_so():
    for got, wanted in (("a", "b"), ["a", "b"]), (["a", "b"], ("a", "b")):
        names = type(got).__name__, type(wanted).__name__
        said = r"^not right\? \(got a {}, wanted a {}\)$".format(*names)
        with pytest.raises(AssertionError, match=said):
            exercises.expect(got, wanted, "not right?")
    with pytest.raises(AssertionError, match=r"got \('a', 'c'\)"):
        exercises.expect(("a", "c"), ["a", "b"], "not right?")


# --- the tools of these tests


@pytest.mark.parametrize(
    ("source", "defined", "used"),
    [
        ("a = b + 1", "a", "b"),
        ("a += 1", "a", "a"),
        ("for k in ks:\n    print(k)", "k", "ks"),
        ("n = [k * c for k in ks]", "n", "c ks"),
        ("def f(x):\n    return g(x)\ndef g(x):\n    return x + c", "f g", "c"),
        ("class A(B):\n    def f(self):\n        return C", "A", "B C"),
        ("import numpy as np\nnp.ones(n)", "np", "n"),
    ],
)
def test_names_are_taken_from_elsewhere_unless_the_code_defines_them_first(
    source, defined, used
):
    assert names_in(source) == ({*defined.split()}, {*used.split()})
