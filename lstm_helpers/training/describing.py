"""A function -> a text that tells it from every other one.

A function is more than its name: two lambdas have the same name. So its checksum takes
in its code, its defaults, and the values that it reads from outside.
"""

import contextlib
import copyreg
import dis
import functools
import json
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from types import (
    BuiltinFunctionType,
    CodeType,
    EllipsisType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    NoneType,
)
from typing import Any

import torch
from torch import Tensor, nn

from lstm_helpers.files.reading import checksum, shorten

_PLAIN = NoneType, bool, float, complex, str, bytes, range, EllipsisType
_OURS = "lstm_helpers"  # its sources have a checksum of their own
_FOLDERS = sysconfig.get_path("purelib"), sysconfig.get_path("platlib")


class _NoPlainDataError(TypeError):
    """Something that has no description; says by which name it is reached."""


def describe_function(name: str, function: Any) -> str:
    """Name a function, or anything that can be called, so that no other is so named.

    One of a library goes by its name and the library's version. Any other has a
    checksum: of its code, its defaults, the variables around it and all that it reads
    by a global name, and so on for the functions among these.

    Parameters
    ----------
    name : str
        What it is for, for the message of an error.
    function : callable or type

    Returns
    -------
    str
        The same in every process, with the same version of Python.

    Raises
    ------
    TypeError
        If it uses something that is no plain data, such as an open file.

    Examples
    --------
    >>> describe_function("schedule", max)
    'builtins.max'
    >>> halves, thirds = lambda x: x / 2, lambda x: x / 3
    >>> describe_function("f", halves) == describe_function("f", thirds)
    False
    """
    try:
        found = _describe(function, name, {})
    except (_NoPlainDataError, RecursionError) as error:
        got = f"{_name_of(function)}, whose {error}"
        wanted = "functions that use numbers, texts, and other functions"
        raise TypeError(
            f"{name}: got {got}, which a checkpoint cannot describe; wanted {wanted}, "
            "or a call without a checkpoint"
        ) from None
    if found[0] == "library":
        _, module, name, version = found
        return f"{module}.{name}" + f" of version {version}" * bool(version)
    return f"{_name_of(function)} (sha256 {checksum(found)[:16]})"


def _name_of(function: Any) -> str:
    """Name a function for a reader; of a partial one, its plain arguments, too."""
    if isinstance(function, functools.partial):
        given = [*function.args, *function.keywords.values()]
        plain = [str(value) for value in given if type(value) in (int, float, str)]
        return shorten(f"{_name_of(function.func)} with {', '.join(plain)}")
    named = function if hasattr(function, "__qualname__") else type(function)
    module = getattr(named, "__module__", None) or type(named).__module__
    return f"{module}.{named.__qualname__}"


_Seen = dict[int, tuple[int, object]]  # numbers of what was met, which is kept alive
_How = Callable[[Any, str, _Seen], list[Any]]


def _describe(value: Any, where: str, seen: _Seen) -> list[Any]:
    """Turn anything into lists of texts; ``where`` is the name that it was met by."""
    kind = type(value)
    if kind in _PLAIN:
        return [kind.__name__, repr(value)]
    if kind in _CONTAINERS:
        return [kind.__name__, *_CONTAINERS[kind](value, where, seen)]
    if id(value) in seen:
        return ["again", seen[id(value)][0]]
    seen[id(value)] = len(seen), value
    if isinstance(value, type | FunctionType | BuiltinFunctionType | ModuleType):
        library = _name_in_library(value)
        if library:
            return ["library", *library]
    if isinstance(value, type):
        return ["class", *_describe_class(value, seen)]
    how = _OBJECTS.get(kind, _describe_state)
    return [kind.__name__, *how(value, where, seen)]


def _describe_all(values: Iterable[Any], where: str, seen: _Seen) -> list[Any]:
    return [_describe(value, where, seen) for value in values]


def _describe_set(values: Iterable[Any], where: str, seen: _Seen) -> list[Any]:
    return sorted(_describe_all(values, where, seen), key=json.dumps)


def _describe_dict(values: dict[Any, Any], where: str, seen: _Seen) -> list[Any]:
    return _describe_all(values.items(), where, seen)


def _describe_code(code: CodeType, where: str, seen: _Seen) -> list[Any]:
    """Describe all of it but for where its lines stand, and its local names."""
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount
    names = code.co_names, code.co_freevars, code.co_cellvars
    run = code.co_code, code.co_exceptiontable, code.co_flags
    return _describe_all((counts, names, run, code.co_consts), where, seen)


_CONTAINERS: dict[type, _How] = {
    int: lambda value, *_: [hex(value)],  # of any length
    list: _describe_all,
    tuple: _describe_all,
    set: _describe_set,
    frozenset: _describe_set,
    dict: _describe_dict,
    CodeType: _describe_code,
}


def _describe_function(function: FunctionType, _: str, seen: _Seen) -> list[Any]:
    """Describe a function by its code, and by all that it reads from outside."""
    code, title = function.__code__, function.__qualname__
    defaults = function.__defaults__, function.__kwdefaults__
    found = _describe_all([title, code, defaults], f"default of {title}", seen)
    attributes = _names_in(code)[1]
    for variable, value in _read_from_outside(function):
        if isinstance(value, ModuleType):
            described = _describe_module(value, attributes, variable, seen)
        else:
            described = _describe(value, variable, seen)
        found.append([variable, described])
    return found


def _read_from_outside(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Give the names and values of variables around a function, and of globals."""
    code = function.__code__
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # not yet set
            yield name, cell.cell_contents
    for name in sorted(_names_in(code)[0]):
        if name in function.__globals__:
            yield name, function.__globals__[name]
        elif name.partition(".")[0] in sys.modules:  # imported where it is used
            yield name, sys.modules[name.partition(".")[0]]


def _names_in(code: CodeType) -> tuple[set[str], set[str]]:
    """Collect the global names that code reads, and the attributes, at any depth."""
    names: set[str] = set()
    attributes: set[str] = set()
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME"):
            names.add(step.argval)
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
            attributes.add(step.argval)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            inner_names, inner_attributes = _names_in(inner)
            names |= inner_names
            attributes |= inner_attributes
    return names, attributes


def _describe_module(
    module: ModuleType, attributes: set[str], where: str, seen: _Seen
) -> list[Any]:
    """Describe what code may read of a module that is no library's."""
    if _name_in_library(module):
        return _describe(module, where, seen)
    found: list[Any] = [module.__name__]
    for name in sorted(attributes & vars(module).keys()):
        value, place = vars(module)[name], f"{where}.{name}"
        if isinstance(value, ModuleType):
            found.append([name, _describe_module(value, attributes, place, seen)])
        else:
            found.append([name, _describe(value, place, seen)])
    return found


def _describe_class(kind: type, seen: _Seen) -> list[Any]:
    """Describe a class by its bases, its functions and its other attributes."""
    found = [kind.__qualname__, *_describe_all(kind.__bases__, "base", seen)]
    for name, member in sorted(vars(kind).items()):
        if isinstance(member, staticmethod | classmethod):
            member = member.__func__
        if isinstance(member, property):
            member = member.fget, member.fset
        is_inner = name.startswith(("__", "_abc_")) or isinstance(member, _SLOTS)
        if isinstance(member, FunctionType) or not is_inner:
            place = f"{kind.__qualname__}.{name}"
            found.append([name, _describe(member, place, seen)])
    return found


def _describe_tensor(tensor: Tensor, where: str, seen: _Seen) -> list[Any]:
    numbers = tensor.detach().cpu().contiguous().reshape(-1)
    content = numbers.view(torch.uint8).numpy().tobytes()
    return _describe_all([str(tensor.dtype), [*tensor.shape], content], where, seen)


def _describe_method(method: MethodType, where: str, seen: _Seen) -> list[Any]:
    return _describe_all([method.__func__, method.__self__], where, seen)


def _describe_state(value: Any, where: str, seen: _Seen) -> list[Any]:
    """Describe an object by what a copy of it would be made of."""
    try:
        known = copyreg.dispatch_table.get(type(value))
        made_of = known(value) if known else value.__reduce_ex__(2)
    except Exception as error:
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        raise _NoPlainDataError(f"{where!r} is a {kind}") from error
    if isinstance(made_of, str):  # a name, such as a numpy function has
        made_of = made_of, type(value)
    parts = [[*part] if isinstance(part, Iterator) else part for part in made_of]
    wrapped = getattr(value, "__wrapped__", None)  # as of functools.cache
    return _describe_all([*parts, wrapped], where, seen)


_SLOTS = GetSetDescriptorType, MemberDescriptorType
_OBJECTS: dict[type, _How] = {
    FunctionType: _describe_function,
    MethodType: _describe_method,
    Tensor: _describe_tensor,
    nn.Parameter: _describe_tensor,
}


def _name_in_library(value: Any) -> list[str | None]:
    """Give the name and version of what a library has; of anything else, nothing."""
    module = value.__name__ if isinstance(value, ModuleType) else value.__module__
    room = str(module).partition(".")[0]
    path = getattr(sys.modules.get(room), "__file__", None) or ""
    is_known = room == _OURS or room in sys.stdlib_module_names
    if not is_known and not path.startswith(_FOLDERS):
        return []
    version = getattr(sys.modules[room], "__version__", None)
    if isinstance(value, ModuleType):
        return [module, version]
    found: Any = sys.modules.get(module)
    for name in value.__qualname__.split("."):
        found = getattr(found, name, None)
    return [module, value.__qualname__, version] if found is value else []
