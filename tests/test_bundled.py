"""What comes with the package: found in a clone, and where pip has put the package."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import lstm_helpers
from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.files import bundled
from lstm_helpers.files.bundled import (
    BUNDLED_FOLDER,
    DATA_FOLDER,
    MODELS_FOLDER,
    _find_folders,
    find_bundled,
)
from lstm_helpers.files.reading import GMB_MEMBER
from lstm_helpers.models.saving import find_tagger

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
SETUPTOOLS = PYPROJECT["setuptools"]
PACKED = "lstm_helpers/bundled_data/"
ASK = """
from lstm_helpers import __file__, data, files, models, prediction
from lstm_helpers.__main__ import main
print(__file__)
print(files.MODELS_FOLDER.resolve())
print(len(data.read_corpus("sample").sentences))
main(["tag", "Ms. Jordan flew to Paris."])
"""


def test_what_comes_with_the_project_is_found():
    assert find_bundled("sample.csv") == ROOT / "data" / "sample.csv"
    assert find_bundled("sample_tagger").is_dir()


def test_an_installation_without_the_data_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled, "BUNDLED_FOLDER", tmp_path)
    for use in (lambda: read_corpus("sample"), lambda: find_tagger("sample")):
        with pytest.raises(FileNotFoundError, match="wanted what comes with"):
            use()


def test_a_clone_keeps_everything_in_its_own_folder():
    assert BUNDLED_FOLDER == DATA_FOLDER == ROOT / "data"
    assert MODELS_FOLDER == ROOT / "models"


def test_an_installed_package_puts_nothing_of_the_users_into_itself(tmp_path):
    package = tmp_path / "site-packages" / "lstm_helpers"
    packed = package / "bundled_data"
    packed.mkdir(parents=True)
    (package.parent / "data").mkdir()  # somebody else's
    assert _find_folders(package) == (packed, Path())


def test_every_folder_of_the_package_is_packed():
    package = Path(lstm_helpers.__file__).parent
    folders = [path.parent for path in package.rglob("__init__.py")]
    names = {".".join(path.relative_to(ROOT).parts) for path in folders}
    assert {*SETUPTOOLS["packages"]} == names | {"lstm_helpers.bundled_data"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build it from a copy in which the real corpus seems to lie."""
    copy, out = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("wheels")
    for name in ("lstm_helpers", "data"):
        ignore = shutil.ignore_patterns("__pycache__", "ner_dataset*")
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in (GMB_MEMBER, GMB_MEMBER + ".zip"):
        (copy / "data" / name).write_text("not ours to pass on")
    pip = [sys.executable, "-m", "pip"]
    how = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "wheel", *how, "--wheel-dir", out, copy], check=True)
    [path] = out.iterdir()
    return path


@pytest.mark.long
def test_a_wheel_brings_the_data_and_never_the_real_corpus(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for name in names:
            if name.startswith(PACKED):
                original = ROOT / "data" / name.removeprefix(PACKED)
                assert archive.read(name) == original.read_bytes()
    packed = {name.removeprefix(PACKED) for name in names if name.startswith(PACKED)}
    tagger = {
        f"sample_tagger/{p.name}" for p in (ROOT / "data/sample_tagger").iterdir()
    }
    tables = {"sample.csv", "benchmark.json", "real_figures.json", "own_figures.json"}
    assert packed == tables | tagger
    assert not [name for name in names if "ner_dataset" in name]
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "lstm_helpers"
    }


@pytest.mark.long
def test_an_installed_wheel_works_from_an_empty_folder(wheel, tmp_path):
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", site, wheel], check=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LSTM_")}
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(site), os.getenv("PYTHONPATH", "")]
    )
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=empty,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    package, models, n_sentences, tagged = done.stdout.splitlines()
    assert Path(package) == site / "lstm_helpers" / "__init__.py"
    assert Path(models) == empty / "models"
    assert n_sentences == "4000"
    assert tagged == "[Ms. Jordan per 1.00] flew to [Paris geo 1.00]."
