"""A fresh machine: the set-up as on Debian 12, whose Python 3.11 brings pip 23.0.1."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIP = "pip==23.0.1"
PYTHONS = [sys.executable, "/usr/bin/python3.11", "/usr/local/bin/python3.11"]
FITS = "import ensurepip, sys; sys.exit(sys.version_info[:2] != (3, 11))"
OLD_PIP = """#!/bin/sh
# Python, but "-m venv FOLDER" brings the pip of Debian 12.
"{python}" "$@" || exit
[ "$2" != venv ] || "$3/bin/python" -m pip install --quiet --no-index "{wheel}"
"""


@pytest.fixture
def user():
    """Arguments of subprocess for a user who is not root."""
    if os.geteuid() != 0:
        return {}
    return {"user": 65534, "group": 65534, "extra_groups": []}


def find_python(user):
    for python in PYTHONS:
        try:
            subprocess.run([python, "-c", FITS], **user, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return pytest.skip("needs a Python 3.11 with venv that a plain user may run")


def fetch_pip(folder):
    """Download the wheel, or skip the test."""
    fetch = [sys.executable, "-m", "pip", "download", "--no-deps", "-d", folder, PIP]
    done = subprocess.run(fetch, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"needs a package index: {done.stderr.strip()[-300:]}")
    [wheel] = folder.glob("pip-*.whl")
    return wheel


def copy_checkout(folder):
    """Copy what is committed, as it stands in this checkout."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)


@pytest.mark.slow
def test_a_plain_user_of_debian_12_can_set_up_in_any_folder(public_folder, user):
    python = find_python(user)
    wheel = fetch_pip(public_folder)
    old_python = public_folder / "python"
    old_python.write_text(OLD_PIP.format(python=python, wheel=wheel))
    old_python.chmod(0o755)
    checkout = public_folder / "my course 课程" / "lstm"
    copy_checkout(checkout)
    for path in (public_folder, *public_folder.rglob("*")):
        os.chown(path, user.get("user", -1), user.get("group", -1))

    env = os.environ | {"HOME": str(public_folder)}
    env.pop("PYTHONPATH", None)
    how = {"cwd": checkout, "env": env, "capture_output": True, "text": True, **user}
    command = ["make", ".venv/ready", "UV=", f"PYTHON={old_python}"]
    done = subprocess.run(command, **how)
    assert done.returncode == 0, done.stderr
    assert f"Setting up .venv with pip, by {old_python}" in done.stdout
    code = "import lstm_helpers, pip, seqeval, torch; print(pip.__version__)"
    done = subprocess.run([".venv/bin/python", "-c", code], **how)
    assert done.returncode == 0, done.stderr
    assert f"pip=={done.stdout.strip()}" == PIP
