"""A command line's options are read, or refused with the usage."""

import argparse

import pytest

from options import at_least_one


@pytest.mark.parametrize("given", ["1", "2", "16", "007"])
def test_a_number_of_processes_is_read(given):
    assert at_least_one(given) == int(given)


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "two", "", "²", "٣", "1e3"])
def test_another_number_of_processes_is_refused(given):
    with pytest.raises(argparse.ArgumentTypeError, match="wanted a number from 1 on"):
        at_least_one(given)
