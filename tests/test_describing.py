"""A function is told from every other, and is the same in every process."""

import functools
import math
import operator
import random
import subprocess
import sys
import threading
from types import ModuleType

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


def module(value):
    made = ModuleType("mine")
    made.rate = make(value)
    return made


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
    "a module": define("def f(x): return m.rate(x)", m=module(1.0)),
    "another module": define("def f(x): return m.rate(x)", m=module(0.5)),
    "an array": define("def f(x): return x * n", n=np.arange(3)),
    "another array": define("def f(x): return x * n", n=np.arange(3) + 1),
    "an array of another type": define("def f(x): return x * n", n=np.arange(3.0)),
    "a tensor": define("def f(x): return x * n", n=torch.arange(3.0)),
    "another tensor": define("def f(x): return x * n", n=torch.arange(3.0) + 1),
    "a half tensor": define("def f(x): return n", n=torch.ones(3, dtype=torch.half)),
    "an object": Rates(1.0),
    "another object": Rates(0.5),
    "a method": Rates(1.0).fall,
    "another object's method": Rates(0.5).fall,
    "a partial": functools.partial(max, 0.1),
    "another partial": functools.partial(max, 0.2),
    "a partial of another": functools.partial(min, 0.1),
    "a partial's keyword": functools.partial(max, key=abs),
    "a partial of a closure": functools.partial(make(1.0)),
    "a partial of another closure": functools.partial(make(0.5)),
    "cached": functools.cache(make(1.0)),
    "another cached": functools.cache(make(0.5)),
    "seeded": random.Random(0).random,
    "otherwise seeded": random.Random(1).random,
    "an item": operator.itemgetter(1),
    "another item": operator.itemgetter(2),
    "of a library": math.sqrt,
    "numpy's": np.sqrt,
    "torch's": torch.sqrt,
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


def test_a_function_in_a_librarys_name_is_not_taken_for_it():
    false = make(0.5)
    false.__module__, false.__qualname__ = "math", "sqrt"
    assert describe_function("f", false).startswith("math.sqrt (sha256 ")


def test_a_function_that_calls_itself_is_described():
    again = define("def f(x): return f(x - 1) if x else 0")
    other = define("def f(x): return f(x - 1) if x else 1")
    assert describe_function("f", again) != describe_function("f", other)


def test_a_classs_code_counts():
    source = "class A:\n def __call__(self, x): return {}\nf = A()"
    one, two = (define(source.format(body)) for body in ("x", "x + 1"))
    assert describe_function("f", one) != describe_function("f", two)


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (define("def f(x): return log.write(x)", log=sys.__stderr__), "'log' is a _io"),
        (lambda x, lock=LOCK: x, "'default of <lambda>' is a _thread.lock"),
        (make(x for x in "ab"), "'share' is a builtins.generator"),
        (Rates(threading.Lock()), "is a "),
    ],
)
def test_what_is_no_plain_data_is_refused_by_name(function, named):
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
