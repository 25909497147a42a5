"""pyproject.toml, environment.yml, constraints.txt and what is installed agree."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RANGES = [
    Requirement(line)
    for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
]
CONSTRAINTS = {
    pin.name.lower(): pin
    for pin in map(Requirement, (ROOT / "constraints.txt").read_text().split())
}


def test_environment_yml_repeats_the_ranges():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, pip = environment["dependencies"]
    assert conda == [f"python{PROJECT['requires-python']}", "pip"]
    assert [str(Requirement(line)) for line in pip["pip"]] == list(map(str, RANGES))


@pytest.mark.parametrize("wanted", RANGES, ids=lambda wanted: wanted.name)
def test_range_admits_the_pin_and_the_installed_version(wanted):
    [pin] = CONSTRAINTS[wanted.name].specifier
    assert pin.operator == "=="
    assert pin.version in wanted.specifier
    if wanted.marker is None or wanted.marker.evaluate():
        assert version(wanted.name) in wanted.specifier


def test_torch_is_pinned_without_a_local_version():
    assert CONSTRAINTS["torch"].specifier == SpecifierSet("==2.13.0")


def test_every_pin_is_exact():
    for pin in CONSTRAINTS.values():
        [specifier] = pin.specifier
        assert specifier.operator == "=="
        assert "+" not in specifier.version
