"""pyproject.toml, environment.yml, constraints.txt and what is installed agree."""

import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = SETTINGS["project"]
RANGES = [
    Requirement(line)
    for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
]
CONSTRAINTS = {
    canonicalize_name(pin.name): pin
    for pin in map(Requirement, (ROOT / "constraints.txt").read_text().split())
}


def test_environment_yml_repeats_the_ranges():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, pip = environment["dependencies"]
    assert conda == [f"python{PROJECT['requires-python']}", "pip"]
    assert [str(Requirement(line)) for line in pip["pip"]] == list(map(str, RANGES))


@pytest.mark.parametrize("wanted", RANGES, ids=lambda wanted: wanted.name)
def test_range_admits_the_pin_and_the_installed_version(wanted):
    [pin] = CONSTRAINTS[canonicalize_name(wanted.name)].specifier
    assert pin.operator == "=="
    assert pin.version in wanted.specifier
    if wanted.marker is None or wanted.marker.evaluate():
        assert version(wanted.name) in wanted.specifier


@pytest.mark.parametrize("group", ["scale", "peers"])
def test_the_pins_of_an_optional_group_are_in_its_ranges(group):
    for wanted in map(Requirement, PROJECT["optional-dependencies"][group]):
        [pin] = CONSTRAINTS[canonicalize_name(wanted.name)].specifier
        assert pin.version in wanted.specifier, wanted


def test_torch_is_pinned_without_a_local_version():
    assert CONSTRAINTS["torch"].specifier == SpecifierSet("==2.13.0")


def test_every_pin_is_exact():
    for pin in CONSTRAINTS.values():
        [specifier] = pin.specifier
        assert specifier.operator == "=="
        assert "+" not in specifier.version


def locked():
    """Read requirements.lock: each pin, and whether a checksum follows it."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    cut = [line.partition(" --hash=sha256:") for line in lines]
    return [(Requirement(pin.strip()), bool(checksum)) for pin, _, checksum in cut]


def test_the_lock_has_a_checksum_for_every_pin_and_the_versions_of_the_constraints():
    for pin, checked in locked():
        assert checked, pin
        known = CONSTRAINTS.get(pin.name)
        if known:
            assert pin.specifier == known.specifier, pin
    names = [pin.name for pin, _ in locked()]
    assert len(names) == len(set(names))


def test_the_lock_holds_all_that_is_needed_but_torch():
    """Follow what is installed from package to package."""
    names = {pin.name for pin, _ in locked()}
    assert "torch" not in names, "its builds have different checksums"
    assert not [name for name in names if name.startswith(("nvidia", "triton"))]
    waiting = {wanted.name for wanted in RANGES if applies(wanted)}
    needed = set()
    while waiting:
        name = waiting.pop()
        needed.add(name)
        found = {
            canonicalize_name(w.name)
            for w in map(Requirement, requires(name) or [])
            if applies(w)
        }
        waiting |= found - needed
    assert needed - names == {"torch"}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-handouts.lock"])
def test_uv_leaves_cuda_out_of_the_lock_and_nowhere_else(lock):
    """What uv finds in the project holds for the set-up, too, and for learners."""
    assert "uv" not in SETTINGS["tool"]
    assert not (ROOT / "uv.toml").exists()
    told = tomllib.loads((ROOT / "tools" / "lock.toml").read_text("utf-8"))
    [torch] = told.pop("dependency-metadata")
    assert not told
    assert CONSTRAINTS["torch"].specifier == SpecifierSet(f"=={torch['version']}")
    command = (ROOT / lock).read_text("utf-8").splitlines()[1]
    assert " --config-file tools/lock.toml " in command


def applies(wanted):
    """Say whether a requirement without extras holds on this machine."""
    return wanted.marker is None or wanted.marker.evaluate({"extra": ""})
