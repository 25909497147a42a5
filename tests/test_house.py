"""No function of the package is longer than a reader can hold in the head."""

import ast
from pathlib import Path

import lstm_helpers

PACKAGE = Path(lstm_helpers.__file__).parent
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
BOUND = 60
HAND_COUNTED = '''
@cache
def outer(x):  # 1
    """Summary.

    More.
    """
    # a reason

    y = [  # 2
        x,  # 3
    ]  # 4

    def inner():  # 5, 1
        """Summary."""
        return """no
        docstring"""  # 7, 3

    return inner  # 8


class Pair:
    """Summary."""

    async def swap(self):  # 1
        pass  # 2
'''


def docstring_lines(tree):
    """Numbers of the lines that a function's or a class's docstring takes."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTION | ast.ClassDef) and ast.get_docstring(node):
            yield from range(node.body[0].lineno, node.body[0].end_lineno + 1)


def lines_of_code(source):
    """Each function's name, and how many of its lines hold code, without docstrings."""
    tree = ast.parse(source)
    left_out = {*docstring_lines(tree)}
    for number, line in enumerate(source.splitlines(), 1):
        if not line.strip() or line.strip().startswith("#"):
            left_out.add(number)
    for node in ast.walk(tree):
        if isinstance(node, FUNCTION):
            lines = {*range(node.lineno, node.end_lineno + 1)}
            yield node.name, len(lines - left_out)


def test_lines_are_counted_without_docstrings_comments_and_blanks():
    assert dict(lines_of_code(HAND_COUNTED)) == {"outer": 8, "inner": 3, "swap": 2}


def test_no_function_is_longer_than_the_bound():
    longer, n_counted = set(), 0
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, n_lines in lines_of_code(path.read_text("utf-8")):
            n_counted += 1
            if n_lines > BOUND:
                longer.add(f"{path.relative_to(PACKAGE).as_posix()}: {name}")
    assert n_counted > 0
    assert longer == set()
