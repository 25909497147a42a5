"""A function, a model -> a text that tells it from every other one.

Two lambdas have the same name. So a checksum takes in the code, and all that it reads.
"""

import builtins
import dis
import functools
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CellType, CodeType, EllipsisType, FunctionType, ModuleType, NoneType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_helpers.files.reading import checksum, shorten

_OF_TORCH = f" of version {torch.__version__}"  # which a checkpoint says for itself
_OF_MODULES = vars(nn.Module()).keys()  # "_forward_hooks", and so on
_HOOKS_OF_WEIGHTS = "_backward_hooks", "_post_accumulate_grad_hooks"
_OURS = "lstm_helpers"  # its sources have a checksum of their own
_PLAIN = NoneType, bool, int, float, complex, str, bytes, EllipsisType
_PARTS: dict[type, tuple[str, ...]] = {  # what tells one from another of its kind
    functools.partial: ("func", "args", "keywords"),
    property: ("fget", "fset", "fdel"),
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    slice: ("start", "stop", "step"),
    FunctionType: ("__code__", "__defaults__", "__kwdefaults__", "__dict__"),
    CodeType: (
        *("co_code", "co_consts", "co_exceptiontable", "co_flags", "co_argcount"),
        *("co_posonlyargcount", "co_kwonlyargcount"),
        *("co_names", "co_varnames", "co_freevars", "co_cellvars"),
    ),
}
_UNSEEN = {  # functions and objects by which code reads what is not written in it
    "builtins": ("eval", "exec", "globals", "locals", "vars", "open", "__import__"),
    "importlib": ("import_module",),
    "os": ("environ", "environb", "getenv", "getenvb"),
    "sys": ("modules",),
}
_INNER = {  # what Python adds to a class of one's own
    *("__dict__", "__weakref__", "__firstlineno__", "__static_attributes__"),
    *("__annotations__", "__annotate_func__", "__annotations_cache__", "_abc_impl"),
}


def describe_function(name: str, function: Any) -> str:
    """Name a function or a class so that no other is so named.

    One of a library goes by its name and the library's version. Any other has a
    checksum of its code, its defaults, the variables around it and the globals that it
    reads, and so on for the functions among these.

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
        If it is, or reads, anything but plain values, functions, classes and libraries:
        an object, a tensor, a module of one's own; or if it imports something, or uses
        ``eval``, ``exec``, ``globals``, ``locals``, ``vars``, ``open``, ``os.environ``
        or ``sys.modules``.

    Examples
    --------
    >>> describe_function("schedule", max)
    'builtins.max'
    """
    found = _describe_or_say(function, name, function)
    if found[0] == "library":
        return str(found[1])
    return f"{_name_of(function)} (sha256 {checksum(found)[:16]})"


def describe_modules(model: nn.Module) -> dict[str, str]:
    """Describe each part of a model, so that another model's is told from it.

    What the weights do not say: the modules' classes, their attributes (a rate, or a
    function in the place of ``forward``), and their hooks.

    Parameters
    ----------
    model : nn.Module

    Returns
    -------
    dict of str to str
        For each module, by its name; the same in every process.

    Raises
    ------
    TypeError
        If an attribute or a hook is, or reads, what :func:`describe_function` refuses.
    """
    found = {}
    for path, module in model.named_modules(prefix="model"):
        parts = {
            "class": describe_function(path, type(module)).removesuffix(_OF_TORCH),
            "attributes": _list_attributes(module),
            "hooks": _list_hooks(module),
            "weights' hooks": {
                name: _list_hooks(weight)
                for name, weight in module.named_parameters(recurse=False)
            },
        }
        described = checksum(_describe_or_say(parts, path, type(module)))
        found[path] = f"{type(module).__name__} (sha256 {described[:16]})"
    return found


def _list_attributes(module: nn.Module) -> dict[str, Any]:
    """List what a module has of its own; of a library's one, what is public."""
    is_own = not _find_library(type(module))
    names = [n for n in vars(module) if is_own or not n.startswith("_")]
    names = [name for name in names if name not in _OF_MODULES]
    names += sorted(vars(module)["_non_persistent_buffers_set"])  # not in state_dict
    return {name: _as_plain(getattr(module, name)) for name in names}


def _list_hooks(owner: nn.Module | Tensor) -> dict[str, list[Any]]:
    """List the hooks of a module or a weight, by their kinds."""
    kinds = _OF_MODULES if isinstance(owner, nn.Module) else _HOOKS_OF_WEIGHTS
    found = {kind: getattr(owner, kind) for kind in sorted(kinds) if "hooks" in kind}
    return {kind: [*hooks.values()] for kind, hooks in found.items() if hooks}


def _as_plain(value: Any) -> Any:
    """Turn numbers of numpy's, a tensor or a device into plain values."""
    if type(value) is dict:
        return {key: _as_plain(part) for key, part in value.items()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Tensor):
        return str(value.dtype), value.tolist()
    return str(value) if isinstance(value, torch.device | torch.dtype) else value


def _describe_or_say(value: Any, name: str, shown: Any) -> list[Any]:
    """Describe something, or say what of it cannot be described."""
    try:
        return _describe(value, name, {})
    except (TypeError, RecursionError) as error:
        raise TypeError(
            f"{name}: got {_name_of(shown)}, which a checkpoint cannot describe "
            f"({error}); wanted a function of numbers, texts and other functions, "
            "values rather than objects, or a call without a checkpoint"
        ) from None


def _name_of(function: Any) -> str:
    """Name a function for a reader; of a partial one, its plain arguments, too."""
    if isinstance(function, functools.partial):
        given = [*function.args, *function.keywords.values()]
        plain = [str(value) for value in given if type(value) in (int, float, str)]
        return shorten(f"{_name_of(function.func)} with {', '.join(plain)}")
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{getattr(named, '__module__', 'builtins')}.{named.__qualname__}"


def _describe(value: Any, where: str, seen: dict[int, int]) -> list[Any]:
    """Turn anything into lists of texts; ``seen`` numbers what may read itself."""
    kind = type(value)
    if kind is FunctionType and getattr(value, "hooked", False):
        value = inspect.unwrap(value)  # torch puts itself around an optimiser's step
    if kind in _PLAIN:
        return [hex(value) if kind is int else repr(value)]
    if kind in (set, frozenset):  # in any order, so its functions get no numbers
        found = [_describe(item, where, {}) for item in value]
        return [kind.__name__, *sorted(found, key=json.dumps)]
    if unseen := _find_unseen(value):
        raise TypeError(f"{where!r} is {unseen}, which can read anything")
    if library := _find_library(value):
        return ["library", library]
    if id(value) in seen:
        return ["again", seen[id(value)]]
    if isinstance(value, type | FunctionType):
        seen[id(value)] = len(seen)
    return [kind.__name__] + [
        [_describe(key, where, seen), _describe(part, f"{where}.{key}", seen)]
        for key, part in _find_parts(value, where).items()
    ]


def _find_parts(value: Any, where: str) -> dict[Any, Any]:
    """Take apart what is no library's, by names; refuse what has no such parts."""
    kind = type(value)
    if kind in (list, tuple):
        return dict(enumerate(value))
    if kind is dict:
        return value
    if isinstance(value, type):
        own = {key: part for key, part in vars(value).items() if key not in _INNER}
        return {"its kind": kind, "its bases": value.__bases__, **own}
    if kind not in _PARTS:
        raise TypeError(f"{where!r} is a {kind.__module__}.{kind.__qualname__}")
    parts = {name: getattr(value, name) for name in _PARTS[kind]}
    if kind is FunctionType:
        cells = value.__closure__ or ()
        for name, cell in zip(value.__code__.co_freevars, cells, strict=True):
            parts[name] = cell if cell == CellType() else cell.cell_contents
        for name in _find_globals(value.__code__, where):
            if name in value.__globals__:
                parts[f"global {name}"] = value.__globals__[name]
            elif unseen := _find_unseen(getattr(builtins, name, None)):
                raise TypeError(f"{where!r} uses {unseen}, which can read anything")
        _refuse_unseen(value, parts, where)
    return parts


def _find_unseen(value: Any) -> str:
    """Name what reads anything, whatever it is called; of anything else, nothing."""
    for module, names in _UNSEEN.items():
        for name in names:
            if value is getattr(sys.modules.get(module), name, _UNSEEN):
                return name if module == "builtins" else f"{module}.{name}"
    return ""


def _refuse_unseen(function: Any, parts: dict[Any, Any], where: str) -> None:
    """Refuse a module of Python's with a name in the code by which anything is read."""
    given = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    modules = [v for v in (*parts.values(), *given) if isinstance(v, ModuleType)]
    names = {*_list_names(function.__code__)} if modules else set()
    for module in modules:
        for name in sorted(names & vars(module).keys()):
            if unseen := _find_unseen(vars(module)[name]):
                raise TypeError(f"{where!r} uses {unseen}, which can read anything")


def _list_names(code: CodeType) -> Iterator[str]:
    """Give the names of attributes and the texts in code, at any depth."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, str):  # of getattr
            yield constant
        elif isinstance(constant, CodeType):
            yield from _list_names(constant)


def _find_globals(code: CodeType, where: str) -> Iterator[str]:
    """Give the global names in code, at any depth; refuse an import there."""
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            raise TypeError(f"{where!r} imports {step.argval!r}: do so outside of it")
        if step.opcode in dis.hasname and not step.opname.endswith(("ATTR", "METHOD")):
            yield step.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _find_globals(inner, where)


def _find_library(value: Any) -> str:
    """Give the name and version of what a library has; of anything else, nothing."""
    is_module, name = isinstance(value, ModuleType), getattr(value, "__name__", "")
    place = str(name if is_module else getattr(value, "__module__", ""))
    home, room = sys.modules.get(place), place.partition(".")[0]
    if value is not (home if is_module else getattr(home, str(name), None)):
        return ""
    title = place if is_module else f"{place}.{name}"
    path = getattr(sys.modules.get(room), "__file__", None) or sys.base_prefix
    is_pythons = room in sys.stdlib_module_names and path.startswith(sys.base_prefix)
    if room == _OURS or is_pythons:
        return title
    version = getattr(sys.modules.get(room), "__version__", None)
    is_installed = not {"site-packages", "dist-packages"}.isdisjoint(Path(path).parts)
    return f"{title} of version {version}" if version and is_installed else ""
