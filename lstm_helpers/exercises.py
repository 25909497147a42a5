"""An answer and a function that judges it -> "right", or what went wrong."""

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import torch

SUFFIX = "_solution"  # of a solution's names
__all__ = ["SUFFIX", "call", "check", "expect", "forbid"]


def check(number: str, judge: Callable[..., None]) -> None:
    """Judge the learner's answer, or the solution if there is no answer yet.

    Parameters
    ----------
    number : str
        The exercise's, such as ``"1.2"``.
    judge : callable
        Its parameters have the names of the answers, which are looked up where it is
        defined. Where there is none of them, the names with ``_solution`` behind them
        are. It asserts that the answer is right.

    Raises
    ------
    AssertionError
        If the answer is wrong.
    NameError
        If there is neither an answer nor a solution, or only a part of the answer.
    Exception
        What the answer raises; a note names the exercise and the answers.

    Examples
    --------
    >>> def judge(half):
    ...     assert half == 1 / 2, "half of 1, not of 2?"
    >>> half_solution = 1 / 2
    >>> check("0.1", judge)
    Exercise 0.1: `half` is still missing; the solution is right
    >>> half = 1
    >>> check("0.1", judge)
    Traceback (most recent call last):
    AssertionError: Exercise 0.1: half of 1, not of 2?
    >>> half = 0.5
    >>> check("0.1", judge)
    Exercise 0.1: right
    """
    __tracebackhide__ = True  # IPython then shows the judge alone
    known, names = judge.__globals__, list(inspect.signature(judge).parameters)
    missing = [name for name in names if name not in known]
    absent = " and ".join(f"`{name}`" for name in missing)
    absent += f" {'is' if len(missing) == 1 else 'are'} still missing"
    verdict = "right"
    if missing == names and all(name + SUFFIX in known for name in names):
        names = [name + SUFFIX for name in names]
        verdict = f"{absent}; the solution is right"
    elif missing:
        raise NameError(
            f"Exercise {number}: {absent}: write your answer into the cell "
            "'# Your code here', and run that cell"
        )
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)  # a judge draws the same cases each time
            judge(*(known[name] for name in names))
    except AssertionError as error:
        error.args = (f"Exercise {number}: {error}",)
        raise
    except Exception as error:
        answers = " and ".join(f"`{name}`" for name in names)
        error.add_note(f"Exercise {number}: {answers}: it fails, or is of a wrong kind")
        raise
    print(f"Exercise {number}: {verdict}")


def expect(
    got: Any,
    wanted: Any,
    message: str,
    slips: Mapping[str, Any] | None = None,
    tolerance: float = 1e-9,
) -> None:
    """Assert that a value is the right one; if not, say which slip leads to it.

    Parameters
    ----------
    got, wanted : number, array, tensor or anything else
        Numbers may differ by the tolerance, and have to have the same shape. All else
        has to be equal.
    message : str
        What is wrong if no slip leads to the value.
    slips : mapping of str to values, optional
        What to say instead, and the value that it is said of.
    tolerance : float
        Absolute for numbers up to 1, relative beyond.

    Raises
    ------
    AssertionError
        If the value is not the right one.

    Examples
    --------
    >>> expect([0.5, 1], [0.5, 1.0], "not the shares?")
    >>> expect(3.5, 3, "not the median?", {"the mean, not the median?": 3.5})
    Traceback (most recent call last):
    AssertionError: the mean, not the median?
    >>> expect(4, 3, "not the median?", {"the mean, not the median?": 3.5})
    Traceback (most recent call last):
    AssertionError: not the median? (got 4)
    """
    __tracebackhide__ = True
    if _is_same(got, wanted, tolerance):
        return
    for slip, value in (slips or {}).items():
        if _is_same(got, value, tolerance):
            raise AssertionError(slip)
    kinds = type(got).__name__, type(wanted).__name__
    if {*kinds} == {"list", "tuple"} and _is_same([*got], [*wanted], tolerance):
        raise AssertionError(f"{message} (got a {kinds[0]}, wanted a {kinds[1]})")
    raise AssertionError(f"{message} (got {_shorten(got, wanted)})")


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a learner's function, and assert that it leaves its arguments as they are.

    Parameters
    ----------
    function : callable
    *arguments
        Modules are compared by their state.

    Returns
    -------
    What the function returns, which has to be more than None.

    Raises
    ------
    AssertionError
        If an argument was changed, or nothing is returned.
    Exception
        What the function raises; a note names the arguments.

    Examples
    --------
    >>> call(sorted, [3, 1, 2])
    [1, 2, 3]
    >>> call(lambda numbers: numbers.pop(), [3, 1, 2])
    Traceback (most recent call last):
    AssertionError: <lambda> changes its argument: work on a copy
    """
    __tracebackhide__ = True
    name = getattr(function, "__name__", "the answer").removesuffix(SUFFIX)
    if not callable(function):
        raise AssertionError(f"got {function!r:.80}, wanted a function")
    before = copy.deepcopy(arguments)
    try:
        result = function(*arguments)
    except Exception as error:
        shown = ", ".join(f"{argument!r:.80}" for argument in before)
        error.add_note(f"{name}({shown}) fails")
        raise
    if not _is_same(arguments, before):
        raise AssertionError(f"{name} changes its argument: work on a copy")
    if result is None:
        raise AssertionError(f"{name} returns nothing: is a `return` missing?")
    return result


@contextmanager
def forbid(owner: Any, name: str, message: str) -> Iterator[None]:
    """Let a call of what an exercise forbids fail.

    A function of a module fails under each name that it was imported by; one that is
    written in C, or belongs to a class, under its own name.

    Parameters
    ----------
    owner : module or class
    name : str
        Of its function.
    message : str
        What to say of a call.

    Raises
    ------
    AssertionError
        At the first call.

    Examples
    --------
    >>> with forbid(np, "sort", "np.sort is forbidden here"):
    ...     np.sort([2, 1])
    Traceback (most recent call last):
    AssertionError: np.sort is forbidden here
    """
    function = getattr(owner, name)
    if not isinstance(owner, ModuleType) or not isinstance(function, FunctionType):
        with patch.object(owner, name, side_effect=AssertionError(message)):
            yield
        return
    code = function.__code__
    function.__code__ = _refusal(message)
    try:
        yield
    finally:
        function.__code__ = code


def _refuse(*_: Any, **__: Any) -> None:
    raise AssertionError("forbidden")


def _refusal(message: str) -> CodeType:
    """Make the body of a function that takes anything, and fails."""
    code = _refuse.__code__
    said = tuple(message if c == "forbidden" else c for c in code.co_consts)
    return code.replace(co_consts=said)


def _is_same(one: Any, other: Any, tolerance: float = 0) -> bool:
    """Compare numbers by shape and size, and all else by kind and content."""
    if hasattr(one, "state_dict") and hasattr(other, "state_dict"):
        return _is_same(one.state_dict(), other.state_dict(), tolerance)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            _is_same(one[key], other[key], tolerance) for key in one
        )
    ours, theirs = _as_numbers(one), _as_numbers(other)
    if ours is not None and theirs is not None:
        return ours.shape == theirs.shape and np.allclose(
            ours, theirs, rtol=tolerance, atol=tolerance, equal_nan=True
        )
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return (
            isinstance(one, list) == isinstance(other, list)
            and len(one) == len(other)
            and all(_is_same(*pair, tolerance) for pair in zip(one, other, strict=True))
        )
    return type(one) is type(other) and bool(one == other)


def _as_numbers(value: Any) -> np.ndarray | None:
    """Read a number, an array, a tensor or a list of them as an array, or as None."""
    try:
        array = np.asarray(value.detach() if hasattr(value, "detach") else value)
    except (TypeError, ValueError, RuntimeError):
        return None
    return array if array.dtype.kind in "biufc" and array.size else None


def _shorten(got: Any, wanted: Any) -> str:
    """Write a wrong value for a message: its shape, if that is what is wrong."""
    ours, right = _as_numbers(got), _as_numbers(wanted)
    if ours is None or right is None:
        return f"{got!r:.80}"
    if ours.shape != right.shape:
        return f"the shape {ours.shape}, wanted {right.shape}"
    return f"{np.array2string(ours, precision=5, threshold=20):.80}"
