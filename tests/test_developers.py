"""The files that editors, forges and hooks read: they parse, and call what is there."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import builders
import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def read(name):
    text = (ROOT / name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


HOOKS = [hook for r in read(".pre-commit-config.yaml")["repos"] for hook in r["hooks"]]
JOBS = read(".github/workflows/ci.yml")["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]
CONTAINER = read(".devcontainer/devcontainer.json")
BINDER = read(".binder/environment.yml")
VS_CODE = read(".vscode/settings.json")
COMMANDS = [
    *(hook["entry"] for hook in HOOKS),
    *(step["run"] for step in STEPS if "run" in step),
    CONTAINER["postCreateCommand"],
]


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_called_is_there(command):
    program, *arguments = shlex.split(command)
    if program == "make":
        assert re.search(rf"^{re.escape(arguments[0])}:", MAKEFILE, re.MULTILINE)
    else:
        folder, _, name = program.rpartition("/")
        assert folder == ".venv/bin", "what the set-up puts there"
        assert f"\t$(BIN)/{' '.join([name, *arguments[:1]])}" in MAKEFILE


@pytest.mark.parametrize(
    ("required", "outcome"), [("", pytest.skip), ("1", pytest.fail)]
)
def test_without_the_real_corpus_a_test_is_skipped_or_fails(
    monkeypatch, required, outcome
):
    def find_nothing(_):
        raise FileNotFoundError

    monkeypatch.setattr(builders, "read_corpus", find_nothing)
    monkeypatch.setenv("LSTM_REQUIRE_GMB", required)
    either = (pytest.skip.Exception, pytest.fail.Exception)
    with pytest.raises(either, match="needs the real corpus") as caught:
        builders.read_gmb()
    assert caught.type is outcome.Exception


@pytest.mark.parametrize("corpora", [None, "corpora", "there"])
def test_the_ci_requires_the_real_corpus_or_says_what_it_skips(tmp_path, corpora):
    """Up to the first call of make, which an empty program stands in for."""
    checkout = tmp_path / "project"
    (checkout / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", checkout / ".ci")
    shutil.copytree(ROOT / "tests", checkout / "tests", ignore=lambda *_: ["handouts"])
    for name in ("make", "chromium"):
        (tmp_path / name).write_text('#!/bin/sh\necho "required=$LSTM_REQUIRE_GMB"\n')
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    if corpora == "corpora":
        (tmp_path / "shared" / "corpora").mkdir(parents=True)
    if corpora == "there":
        environment["LSTM_DATA_DIR"] = str(tmp_path)
    said = subprocess.check_output(
        ["bash", checkout / ".ci" / "run"], env=environment, text=True
    ).splitlines()
    made = f"required={1 if corpora else ''}"
    tests = [line.strip() for line in said if line.startswith("    test_")]
    if corpora:
        assert said == [made] * 5
    else:
        assert said[0] == f"NO REAL CORPUS: {len(tests)} tests WILL BE SKIPPED:"
        assert said[-5:] == [made] * 5
        assert "test_the_real_corpus_splits_as_documented" in tests
        assert len(tests) > 5


def test_hooks_fetch_nothing_and_lint_as_make_does():
    repos = read(".pre-commit-config.yaml")["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    assert {hook["language"] for hook in HOOKS} == {"system"}
    [lint] = re.findall(r"^lint: .*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    linted = [line.replace("\t$(BIN)", ".venv/bin") for line in lint.splitlines()]
    hooked = [hook["entry"].replace(" --force-exclude", "") for hook in HOOKS]
    assert set(linted) <= set(hooked)


def test_actions_are_pinned_by_their_major_version():
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)


def test_the_checks_run_on_the_oldest_python_that_is_admitted():
    wanted = PROJECT["requires-python"].removeprefix(">=")
    setups = [step["with"] for step in STEPS if "setup-python" in step.get("uses", "")]
    assert [setup["python-version"] for setup in setups] == [wanted] * len(JOBS)
    image = (ROOT / ".devcontainer" / CONTAINER["build"]["dockerfile"]).read_text()
    assert re.search(rf"^FROM python:{wanted}-", image, re.MULTILINE)
    assert CONTAINER["remoteUser"] in image
    assert BINDER["dependencies"] == [f"python={wanted}", "pip"]


def test_binder_installs_what_is_there_and_torch_without_cuda():
    script = ROOT / ".binder" / "postBuild"
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", script], check=True)
    text = script.read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    torch, package, copies = lines[1:]
    assert "/whl/cpu " in torch
    assert re.search(r"^torch==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert package.endswith(" -c constraints.txt -e .")
    assert (ROOT / copies.removeprefix("python ")).is_file()


def test_vs_code_takes_the_python_of_the_set_up_and_marks_that_exist():
    settings = CONTAINER["customizations"]["vscode"]["settings"]
    for found in (settings, VS_CODE):
        interpreter = found["python.defaultInterpreterPath"]
        assert interpreter.rpartition("}/")[2] == ".venv/bin/python"
    pytest_options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    markers = pytest_options["tool"]["pytest"]["ini_options"]["markers"]
    marks = {marker.partition(":")[0] for marker in markers}
    option, expression = VS_CODE["python.testing.pytestArgs"]
    assert option == "-m"
    assert {*re.findall(r"\w+", expression)} - {"not", "and"} <= marks


def test_the_citation_names_this_version_and_its_authors():
    citation = read("CITATION.cff")
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    licence = (ROOT / "LICENSE").read_text("utf-8")
    for author in citation["authors"]:
        assert f"Copyright (c) 2026 {author['name']}" in licence
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_editors_settings_are_those_of_the_linter():
    settings = ConfigParser()
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    python = settings["*.{py,sh,toml}"]
    assert python["max_line_length"] == str(tools["ruff"]["line-length"])
    assert settings["Makefile"]["indent_style"] == "tab"


def test_contributors_are_told_of_every_tag_and_of_tests_that_exist():
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    told = {tag for row in rows for tag in re.findall(r"`([\w-]+)`", row)}
    used = {
        tag
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        for tag in cell.metadata.get("tags", [])
    }
    assert told == used
    for path in re.findall(r"(?:tests|notebooks)/\w+\.\w+", page):
        assert (ROOT / path).exists(), path
