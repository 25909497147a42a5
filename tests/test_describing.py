"""A function is told from every other, and is the same in every process."""

import datetime
import functools
import importlib
import math
import operator
import random
import subprocess
import sys
import threading
from types import CellType, FunctionType, ModuleType

import numpy as np
import pytest
import torch

from lstm_helpers.training.describing import describe_function
from lstm_helpers.training.plan import rate_factor

LOCK = threading.Lock()


def make(share):
    def schedule(done):
        return share * done

    return schedule


def define(source, **others):
    """Define f by its source, in a module's names of its own."""
    names = {"__name__": "__main__", **others}
    exec(source, names)
    return names["f"]


class Rates:
    """Gives rates, and has a state."""

    def __init__(self, share):
        self.share = share

    def __call__(self, done):
        """Give the share of the rates."""
        return self.share * done

    def fall(self, done):
        """Fall."""
        return self.share * (1 - done)


class Slotted:
    """A class that Python adds places to."""

    __slots__ = ("share",)


def module(value):
    made = ModuleType("mine")
    made.rate = make(value)
    return made


def with_share(share):
    f = define("def f(x): return x * f.share")
    f.share = share
    return f


def both(around, within):
    """Read n from around the function, and the module's n in one that it holds."""
    source = (
        "def make(n):\n def f(x):\n  def g():\n   global n\n   return n\n"
        "  return x * n + g()\n return f\nf = make({})"
    )
    return define(source.format(around), n=within)


ONE, TWIN = make(1), make(1)
SWAPPED = "def f(x):\n def g(*, {}): return {}\n return g(a=1, b=x)"
CLASS = "import abc\ndef make(n): return lambda self: n\n"
CLASS += "class f{}:\n def g(self, x): return {}\n"
A_CLASS, OTHER_CLASS = CLASS.format("", "x"), CLASS.format("", "x + 2")


MANY = {
    "a lambda": lambda done: done,
    "another lambda": lambda done: 1 - done,
    "another constant": lambda done: 2 - done,
    "a constant of another type": lambda done: 2.0 - done,
    "minus 0": lambda done: -0.0,
    "0": lambda done: 0.0,
    "another attribute": lambda done: done.real,
    "one more attribute": lambda done: done.imag,
    "a closure": make(1.0),
    "another closure": make(0.5),
    "a default": lambda done, share=1: share * done,
    "another default": lambda done, share=2: share * done,
    "a keyword's default": lambda done, *, share=1: share * done,
    "another keyword's default": lambda done, *, share=2: share * done,
    "code within": lambda done: sorted([done], key=lambda x: x + 1),
    "other code within": lambda done: sorted([done], key=lambda x: x + 2),
    "a global": define("def f(x): return x * n", n=1),
    "another global": define("def f(x): return x * n", n=2),
    "a global within": define("def f(x): return [x * n for _ in 'a']", n=1),
    "another global within": define("def f(x): return [x * n for _ in 'a']", n=2),
    "a function": define("def f(x): return g(x)", g=make(1.0)),
    "another function": define("def f(x): return g(x)", g=make(0.5)),
    "a list of functions": make([make(1.0), min]),
    "another list of functions": make([make(0.5), min]),
    "a tuple": make((1, 2)),
    "a list": make([1, 2]),
    "a dict": make({"a": 1, "b": {2, 3}}),
    "another key": make({"a": 1, "c": {2, 3}}),
    "another set": make({"a": 1, "b": {2, 4}}),
    "another order": make({"b": {2, 3}, "a": 1}),
    "nothing": make(None),
    "a text": make("None"),
    "bytes": make(b"None"),
    "no": make(False),
    "a whole 0": make(0),
    "a long number": make(10**5000),
    "two of one name": make([ONE, TWIN, ONE]),
    "two in another order": make([ONE, TWIN, TWIN]),
    "a set of texts": make({"a", "b", "c", "d", "e"}),
    "a set of functions": make({min, max, ONE, make(2)}),
    "any arguments": lambda *given: given,
    "any keywords": lambda **given: given,
    "one argument": define("def f(a):\n b = a\n return b"),
    "two arguments": define("def f(a, b):\n b = a\n return b"),
    "an attribute of its own": with_share(1.0),
    "another attribute of its own": with_share(0.5),
    "a parameter's name": define(SWAPPED.format("a, b", "a - b")),
    "another parameter's name": define(SWAPPED.format("b, a", "b - a")),
    "a name of both": both(1, 2),
    "a name of both, around": both(2, 2),
    "a name of both, within": both(1, 1),
    "a class": define(CLASS.format("", "x")),
    "a class's other code": define(CLASS.format("", "x + 1")),
    "a class's attribute": define(CLASS.format("", "x") + "f.share = 1"),
    "a class's __attribute__": define(CLASS.format("", "x") + "f.__share__ = 1"),
    "another base": define(CLASS.format("(dict)", "x")),
    "a base of one's own": define(CLASS.format("(A)", "x"), A=type("A", (), {})),
    "another such base": define(CLASS.format("(A)", "x"), A=type("A", (), {"a": 1})),
    "another kind of class": define(CLASS.format("(metaclass=abc.ABCMeta)", "x")),
    "a metaclass of one's own": type("M", (type,), {"a": 1})("f", (), {}),
    "another metaclass": type("M", (type,), {"a": 2})("f", (), {}),
    "with annotations": type("f", (), {"__annotations__": {"a": list[int]}}),
    "a static method": define(CLASS.format("", "x") + "f.share = staticmethod(min)"),
    "a class method": define(CLASS.format("", "x") + "f.share = classmethod(min)"),
    "another class method": define(
        CLASS.format("", "x") + "f.share = classmethod(max)"
    ),
    "a property": define(CLASS.format("", "x") + "f.share = property(make(1))"),
    "another property": define(CLASS.format("", "x") + "f.share = property(make(2))"),
    "a class in a function": define("def f(x): return A(x)", A=define(A_CLASS)),
    "another class in one": define("def f(x): return A(x)", A=define(OTHER_CLASS)),
    "an ellipsis": lambda done: done[..., 0],
    "a slice": lambda done: done[1:2],
    "another slice": lambda done: done[1:3],
    "a partial": functools.partial(max, 0.1),
    "another partial": functools.partial(max, 0.2),
    "a partial of another": functools.partial(min, 0.1),
    "a partial's keyword": functools.partial(max, key=abs),
    "a partial of a closure": functools.partial(make(1.0)),
    "a partial of another closure": functools.partial(make(0.5)),
    "a partial's number": functools.partial(rate_factor, warm_up=0.1),
    "of a library": math.sqrt,
    "numpy's": np.sqrt,
    "torch's": torch.sqrt,
    "a name in a library": lambda done: np.sqrt(done),
    "the same in another": lambda done: torch.sqrt(done),
    "ours": rate_factor,
    "a library's class": torch.optim.Adam,
}


def test_no_two_functions_are_described_alike():
    found = {name: describe_function("f", each) for name, each in MANY.items()}
    assert len({*found.values()}) == len(MANY), found


@pytest.mark.parametrize("name", MANY)
def test_a_description_stays_when_the_function_is_used(name):
    before = describe_function("f", MANY[name])
    if "lambda" in name or "closure" in name:
        for _ in range(100):  # the interpreter puts faster steps into its code
            MANY[name](0.5)
    assert describe_function("f", MANY[name]) == before


def test_an_optimisers_class_is_described_alike_before_and_after_its_first_use():
    class Still(torch.optim.Optimizer):
        def step(self, closure=None):
            return closure

    def build(weights):
        return Still(weights, {"lr": 1.0})

    before = describe_function("build", build)
    build([torch.zeros(1)])
    assert Still.step.hooked  # torch has changed the class
    assert describe_function("build", build) == before


def test_where_a_function_stands_does_not_matter():
    source = "def f(x):\n    return x / 3"
    found = {describe_function("f", define("\n" * k + source)) for k in range(3)}
    assert len(found) == 1


def test_names_of_a_library_are_read_easily():
    assert describe_function("f", math.sqrt) == "math.sqrt"
    assert describe_function("f", rate_factor) == (
        "lstm_helpers.training.plan.rate_factor"
    )
    found = describe_function("f", torch.optim.Adam)
    assert found == f"torch.optim.adam.Adam of version {torch.__version__}"


def test_a_module_is_not_taken_for_what_it_holds_under_its_own_name():
    source = "def f(x):\n    return d.max"
    found = {
        describe_function("f", define(source, d=each))
        for each in (datetime, datetime.datetime)
    }
    assert len(found) == 2


def test_a_function_in_a_librarys_name_is_not_taken_for_it():
    false = make(0.5)
    false.__module__, false.__qualname__, false.__name__ = "math", "sqrt", "sqrt"
    assert describe_function("f", false).startswith("math.sqrt (sha256 ")


def test_a_module_in_a_librarys_name_is_not_taken_for_it(tmp_path, monkeypatch):
    (tmp_path / "sndhdr.py").write_text("def f(x): return x", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sndhdr", raising=False)
    own = importlib.import_module("sndhdr")  # a module of Python's has this name, too
    monkeypatch.delitem(sys.modules, "sndhdr")
    monkeypatch.setitem(sys.modules, "sndhdr", own)
    assert describe_function("f", own.f).startswith("sndhdr.f (sha256 ")


def test_an_installed_module_without_a_version_is_no_library(tmp_path, monkeypatch):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "unversioned.py").write_text("def f(x): return x", "utf-8")
    monkeypatch.syspath_prepend(folder)
    module = importlib.import_module("unversioned")
    monkeypatch.setitem(sys.modules, "unversioned", module)
    assert describe_function("f", module.f).startswith("unversioned.f (sha256 ")
    module.__version__ = "1.2"
    assert describe_function("f", module.f) == "unversioned.f of version 1.2"


def test_attributes_are_not_taken_for_globals():
    found = {
        describe_function("f", define("def f(x): return x.head", head=head))
        for head in (1, 2, Rates(1.0))
    }
    assert len(found) == 1


def test_a_function_that_calls_itself_is_described():
    again = define("def f(x): return f(x - 1) if x else 0")
    other = define("def f(x): return f(x - 1) if x else 1")
    assert describe_function("f", again) != describe_function("f", other)


EMPTY = FunctionType(ONE.__code__, {}, closure=(CellType(),))  # not yet set
REFUSED = [
    (Rates(1.0), "'schedule' is a test_describing.Rates"),
    (Rates(1.0).fall, "'schedule' is a builtins.method"),
    (Slotted, "'schedule.share' is a builtins.member_descriptor"),
    (functools.cache(make(1.0)), "'schedule' is a functools._lru_cache_wrapper"),
    (random.Random(0).random, "'schedule' is a builtins.builtin_function_or_method"),
    ([].append, "'schedule' is a builtins.builtin_function_or_method"),
    (str.upper, "'schedule' is a builtins.method_descriptor"),
    (operator.itemgetter(1), "'schedule' is a operator.itemgetter"),
    (torch.nn.Linear(1, 1), "'schedule' is a torch.nn.modules.linear.Linear"),
    (functools.partial(max, LOCK), "'schedule.args.0' is a _thread.lock"),
    (functools.partial(max, key=Rates(1.0)), "'schedule.keywords.key' is a test_desc"),
    (
        define("def f(x): return log.write(x)", log=sys.__stderr__),
        "'schedule.global log' is a _io.TextIOWrapper",
    ),
    (
        define("def f(x): return m.rate(x)", m=module(1.0)),
        ".global m' is a builtins.mod",
    ),
    (define("def f(x): return x * n", n=np.arange(3)), ".global n' is a numpy.ndarray"),
    (
        define("def f(x): return x * n", n=np.float64(3)),
        ".global n' is a numpy.float64",
    ),
    (define("def f(x): return x * n", n=torch.ones(3)), ".global n' is a torch.Tensor"),
    (
        define("def f(x): return g(x)", g=Rates(1.0).fall),
        ".global g' is a builtins.met",
    ),
    (
        define("def f(x): return g(x)", g=make(LOCK)),
        ".global g.share' is a _thread.lock",
    ),
    (define("def f(x): return [n for _ in x]", n=LOCK), ".global n' is a _thread.lock"),
    (define("def f(x):\n import mine\n return mine.n"), "'schedule' imports 'mine'"),
    (define("def f(x):\n from math import e\n return e"), "'schedule' imports 'math'"),
    (lambda x, lock=LOCK: x, "'schedule.__defaults__.0' is a _thread.lock"),
    (lambda x, *, lock=LOCK: x, "'schedule.__kwdefaults__.lock' is a _thread.lock"),
    (with_share(LOCK), "'schedule.__dict__.share' is a _thread.lock"),
    (make(x for x in "ab"), "'schedule.share' is a builtins.generator"),
    (make([1, {"a": LOCK}]), "'schedule.share.1.a' is a _thread.lock"),
    (make({LOCK}), "'schedule.share' is a _thread.lock"),
    (make({Slotted}), "'schedule.share.share' is a builtins.member_descriptor"),
    (make(type("A", (), {"lock": LOCK})), "'schedule.share.lock' is a _thread.lock"),
    (EMPTY, "'schedule.share' is a builtins.cell"),
]


@pytest.mark.parametrize(("function", "named"), REFUSED)
def test_what_cannot_be_told_apart_is_refused_by_name(function, named):
    with pytest.raises(TypeError, match=r"^schedule: got .*or a call without a") as e:
        describe_function("schedule", function)
    assert named in str(e.value)


def test_a_list_that_holds_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(TypeError, match="cannot describe"):
        describe_function("schedule", make(endless))


@pytest.mark.long
def test_every_process_describes_alike():
    code = (
        "import sys, test_describing as t; sys.stdout.write(repr([t.describe_function("
        "'f', t.MANY[n]) for n in t.MANY]))"
    )
    found = set()
    for seed in "12":
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert found == {repr([describe_function("f", each) for each in MANY.values()])}


READS_ANYTHING = {
    **{f"{name}": f"def f(x): return {name}" for name in ("eval", "exec", "globals")},
    **{f"{name}": f"def f(x): return {name}" for name in ("locals", "vars", "open")},
    "__import__": "def f(x): return [__import__('a') for _ in x]",
    "os.environ": "import os\ndef f(x): return float(os.environ['RATE'])",
    "os.getenv": "from os import getenv as g\ndef f(x): return g('RATE')",
    "sys.modules": "import sys as s\ndef f(x): return lambda: s.modules['a'].n",
    "importlib.import_module": "import importlib as i\n"
    "def f(x, i=i): return i.import_module('a')",
}


@pytest.mark.parametrize("named", READS_ANYTHING)
def test_code_that_can_read_anything_is_refused_by_name(named):
    with pytest.raises(TypeError, match=f"{named}, which can read anything"):
        describe_function("schedule", define(READS_ANYTHING[named]))


def test_getattr_does_not_hide_what_is_read():
    f = define("import os\ndef f(x): return getattr(os, 'environ')['RATE']")
    with pytest.raises(TypeError, match=r"uses os\.environ, which"):
        describe_function("schedule", f)


def test_a_name_of_ones_own_is_no_builtin():
    described = {
        describe_function("f", define("def f(x): return vars(x)", vars=make(share)))
        for share in (1, 2)
    }
    assert len(described) == 2
