"""Faults are made as they should be; the lists of them fit today's package."""

import ast
from collections import Counter

import pytest

from mutants.__main__ import PACKAGE, read_equivalent, read_hand_made
from mutants.faults import faults_of
from mutants.judging import Witnesses

MODULE = '''"""It's 1 < 2."""
LIMIT = 3


def cut(values: list[int], n: int = 0) -> list[int]:
    """Cut 1 off."""
    if n < 0 or not values:
        got = "nothing"
        raise ValueError(f"{n + 1}: got {got}")
    values.pop()
    return [0 <= é for é in values if é is not 1.5 or True]
'''
FAULTS = [
    (2, "3 -> 4"),
    (5, "0 -> 1"),
    (7, "n < 0 or not values -> True"),
    (7, "n < 0 or not values -> False"),
    (7, "n < 0 or not values -> (n < 0 and (not values))"),
    (7, "n < 0 -> (n <= 0)"),
    (7, "0 -> 1"),
    (7, "not values -> (values)"),
    (9, 'raise ValueError(f"{n + 1}: got {got}") -> pass'),
    (10, "values.pop() -> pass"),
    (11, "0 <= é -> (0 < é)"),
    (11, "0 -> 1"),
    (11, "é is not 1.5 or True -> (é is not 1.5 and True)"),
    (11, "é is not 1.5 -> (é is 1.5)"),
    (11, "1.5 -> 2.5"),
    (11, "True -> False"),
]


def test_every_operator_number_condition_and_call_gives_a_fault():
    faults = [(fault.line, fault.change) for fault in faults_of("any.py", MODULE)]
    assert sorted(faults) == sorted(FAULTS)


def test_a_fault_changes_what_it_says_and_nothing_else():
    faults = {fault.change: fault.source for fault in faults_of("any.py", MODULE)}
    changed = faults["é is not 1.5 -> (é is 1.5)"]
    assert changed == MODULE.replace("é is not 1.5", "(é is 1.5)")
    assert faults["values.pop() -> pass"] == MODULE.replace("values.pop()", "pass")


def test_looks_of_figures_are_left_alone():
    source = "ax.plot(x + 1, lw=2)\n"
    changes = [fault.change for fault in faults_of("figures/any.py", source)]
    assert "2 -> 3" not in changes
    assert {"x + 1 -> (x - 1)", "1 -> 2"} < {*changes}
    assert "2 -> 3" in [fault.change for fault in faults_of("any.py", source)]


@pytest.mark.parametrize(
    "path",
    sorted(PACKAGE.rglob("*.py")),
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_a_faulty_module_is_still_python(path):
    for fault in faults_of(path.name, path.read_text("utf-8")):
        ast.parse(fault.source)


def test_the_tests_of_a_line_are_those_that_run_it_and_the_quickest_is_first():
    lines = {2: [], 7: ["slow", "quick"], 9: ["quick"]}
    tests = Witnesses({"any.py": lines}, {"slow": 2.0, "quick": 1.0})
    faults = {fault.line: fault for fault in faults_of("any.py", MODULE)}
    assert tests.of(faults[9]) == ["quick"]
    assert tests.of(faults[7]) == ["quick", "slow"]
    assert tests.of(faults[2]) == ["quick", "slow"]  # as none runs it: all
    own = {"tests/test_any.py::late": 3.0, "tests/test_any.py::soon": 0.1}
    others = {"tests/test_company.py::other": 0.1}
    of_children = Witnesses(tests.of_line, tests.seconds | own | others)
    assert of_children.of(faults[9]) == [*sorted(own, key=own.get), "quick"]


def test_tests_are_taken_file_by_file_while_there_is_time():
    seconds = {"a::slow": 5.0, "a::quick": 1.0, "b::one": 2.0, "c::two": 3.0}
    own = {"tests/test_any.py::late": 9.0, "tests/test_any.py::child": 1.0}
    lines = {9: [*seconds, "tests/test_any.py::late"]}
    tests = Witnesses({"any.py": lines}, seconds | own)
    fault = next(fault for fault in faults_of("any.py", MODULE) if fault.line == 9)
    others = ["b::one", "c::two", "a::quick", "a::slow"]
    assert tests.of(fault) == [*own, *others]
    assert tests.of(fault, enough=9.0) == [*own, *others[:3]]
    assert tests.of(fault, enough=2.5) == ["tests/test_any.py::child", "b::one"]


def test_hand_made_faults_fit_the_package():
    faults = read_hand_made()
    assert len({fault.source for fault in faults}) == len(faults) >= 20
    for fault in faults:
        ast.parse(fault.source)


def test_each_equivalent_fault_is_one_fault_of_the_package():
    """Else a line that stands twice would hide what can be seen in one place."""
    made = Counter(
        (fault.module, fault.code, fault.change)
        for path in PACKAGE.rglob("*.py")
        for fault in faults_of(
            path.relative_to(PACKAGE).as_posix(), path.read_text("utf-8")
        )
    )
    several = {fault: made[fault] for fault in read_equivalent() if made[fault] != 1}
    size = "models/trained.py", "batch_size: int = 512,", "512 -> 513"
    assert several == {size: 2}, "the time alone, in both places"
