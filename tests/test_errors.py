"""Our exceptions go from one process to another as they are."""

import copy
import errno
import importlib
import pickle
import pkgutil

import pytest

import lstm_helpers
from lstm_helpers.data.errors import CorpusError, quote


def find_exceptions():
    """Find the classes of exceptions that the package's modules define."""
    for info in pkgutil.walk_packages(lstm_helpers.__path__, "lstm_helpers."):
        if not info.name.endswith("__main__"):
            for value in vars(importlib.import_module(info.name)).values():
                is_kind = isinstance(value, type) and issubclass(value, BaseException)
                if is_kind and value.__module__ == info.name:
                    yield value


def make_some(kind):
    """Make exceptions in the ways in which a class is called."""
    if kind is CorpusError:
        parts = "a.csv", 3, "no tag", "a tag"
        return [kind(*parts), kind(*parts, "tag_column=2 has some")]
    made = [kind(), kind("a.csv: got nothing")]
    if issubclass(kind, OSError):
        made.append(kind(errno.ENOSPC, "No space left on device", "a.csv"))
    return made


KINDS = sorted(find_exceptions(), key=lambda kind: kind.__name__)


def test_there_are_exceptions_to_try():
    names = {kind.__name__ for kind in KINDS}
    assert names >= {"CheckpointError", "CorpusError", "DownloadError"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_an_exception_is_the_same_in_another_process(kind, again):
    for error in make_some(kind):
        error.add_note("of the third try")
        error.number = 7
        got = again(error)
        assert type(got) is kind
        assert (str(got), got.args, vars(got)) == (str(error), error.args, vars(error))
        for name in ("errno", "strerror", "filename"):
            assert getattr(got, name, None) == getattr(error, name, None)


def test_a_hint_stands_behind_what_is_wanted():
    error = CorpusError("a.csv", 3, "no tag", "a tag", "tag_column=2 has some")
    assert str(error) == (
        "a.csv, line 3: got no tag, wanted a tag. tag_column=2 has some"
    )
    assert quote("\x1b" + "x" * 100).startswith(r"'\x1bxxx")
