"""A module's source -> the same with one small fault, for every place of one."""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

SWAPPED = {  # an operator -> another one of its kind
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Add,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.MatMult: ast.Mult,
}
MESSAGES = {"got", "wanted", "reason", "hint", "where"}  # what only a message says
LEFT_OUT = {"strict", "stacklevel", "help", "description", "category"}  # arguments


class Fault(NamedTuple):
    """One change of a module's source."""

    module: str  # its path below the package, such as "models/crf.py"
    line: int  # of the change, counted from 1
    code: str  # that line, without what indents it
    change: str  # such as "a < b -> a <= b"
    source: str  # the whole module with the change

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.change}"


def faults_of(module: str, source: str) -> Iterator[Fault]:
    """Make every fault of a module.

    Parameters
    ----------
    module : str
        Its path below the package.
    source : str

    Yields
    ------
    Fault
    """
    looks = module.startswith("figures/")
    for node in _judged(ast.parse(source), looks):
        for replaced, replacement in _replacements(node):
            start, end = _span(source, replaced)
            before = source.encode()[start:end].decode()
            changed = source.encode()[:start] + replacement.encode()
            changed += source.encode()[end:]
            code = source.splitlines()[replaced.lineno - 1].strip()
            change = f"{' '.join(before.split())} -> {replacement}"
            yield Fault(module, replaced.lineno, code, change, changed.decode())


def _judged(node: ast.AST, looks: bool) -> Iterator[ast.AST]:
    """Walk over all nodes but types, docstrings, messages and a figure's looks."""
    yield node
    if isinstance(node, ast.Raise):
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_left_out(child, looks):
                yield from _judged(child, looks)


def _is_left_out(node: ast.AST, looks: bool) -> bool:
    """Tell whether nothing in a node is of interest."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.JoinedStr():
            return True
        case ast.AnnAssign(value=None) | ast.Import() | ast.ImportFrom():
            return True
        case ast.keyword(arg=name, value=value):
            return name in LEFT_OUT or (looks and isinstance(value, ast.Constant))
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in MESSAGES or name == "__all__"
    return False


def _replacements(node: ast.AST) -> Iterator[tuple[Any, str]]:  # noqa: C901
    """Say what may be replaced in a node, and by what."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=right):
            for k, op in enumerate(ops):
                swapped = [*ops[:k], SWAPPED[type(op)](), *ops[k + 1 :]]
                yield node, _written(ast.Compare(left, swapped, right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SWAPPED:
            yield node, _written(ast.BinOp(left, SWAPPED[type(op)](), right))
        case ast.BoolOp(op=op, values=values):
            yield node, _written(ast.BoolOp(SWAPPED[type(op)](), values))
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield node, _written(operand)
        case ast.Constant(value=bool() as value):
            yield node, repr(not value)
        case ast.Constant(value=int() | float() as value):
            yield node, repr(value + 1)
        case ast.Constant(value=str() as value) if value:
            yield node, repr("other " + value)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield test, "True"
            yield test, "False"
        case ast.While(test=test):
            yield test, "False"
        case ast.Raise() | ast.Break() | ast.Continue() | ast.Delete():
            yield node, "pass"
        case ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield node, "pass"


def _written(expression: ast.expr) -> str:
    """Write an expression, in brackets."""
    return f"({ast.unparse(expression)})"


def _span(source: str, node: Any) -> tuple[int, int]:
    """Say where a node stands: its first byte, and the one behind its last."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]

    def offset(line: int, column: int) -> int:
        return sum(map(len, lines[: line - 1])) + column

    start = offset(node.lineno, node.col_offset)
    return start, offset(node.end_lineno, node.end_col_offset)
