"""A fault -> what the tests say of it."""

import importlib
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest
from coverage import CoverageData

from mutants.faults import Fault

ROOT = Path(__file__).parents[2]
UNIT_TESTS = "not slow and not browser"
ENOUGH = 40  # seconds of tests that a fault drawn at random has to pass
AT_LEAST, TIMES = 60, 3  # seconds, and times what tests take: more is an endless loop
HEAVY = (  # imported once, before the processes part
    *("torch", "torch.optim.lr_scheduler", "torchinfo", "safetensors.torch"),
    *("numpy", "pandas", "sklearn.metrics", "scipy.special", "seqeval.metrics"),
    *("matplotlib.pyplot", "ipywidgets", "IPython.display", "PIL.Image", "tqdm.auto"),
    *("nbformat", "pooch", "torchcrf", "playwright.sync_api"),
)


class Witnesses(NamedTuple):
    """Which tests run a line, and how long each of them takes."""

    of_line: dict[str, dict[int, list[str]]]  # module -> line -> names
    seconds: dict[str, float]

    def of(self, fault: Fault, enough: float = math.inf) -> list[str]:
        """List the tests that may see a fault.

        Those that run its line; where none does, as of a module's first lines, those
        that run any line of the module. First come those in the module's own file of
        tests, then the others in that file, since what a test's child process runs is
        not written down; then those in other files. Of each of the three, as many as
        take so many seconds: what slower tests alone would see is then not seen.
        """
        lines = self.of_line.get(fault.module, {})
        names = {*lines.get(fault.line, [])} or {
            n for some in lines.values() for n in some
        }
        own = f"tests/test_{Path(fault.module).stem.strip('_')}.py::"
        in_own = {name for name in self.seconds if name.startswith(own)}
        kinds = in_own & names, in_own - names, names - in_own
        return [name for kind in kinds for name in self._choose(kind, enough)]

    def seconds_of(self, names: list[str]) -> float:
        """Add up how long tests take without a fault."""
        return sum(self.seconds[name] for name in names)

    def _choose(self, names: set[str], enough: float) -> list[str]:
        """Take tests file by file, for fixtures' sake, the quickest first."""
        of_file = Counter[str]()
        for name in names:
            of_file[_file_of(name)] += self.seconds[name]

        def place(name: str) -> tuple[float, str, float, str]:
            file = _file_of(name)
            return of_file[file], file, self.seconds[name], name

        chosen = sorted(names, key=place)
        ends = accumulate(self.seconds[name] for name in chosen)
        return [name for name, end in zip(chosen, ends, strict=True) if end <= enough]


def _file_of(name: str) -> str:
    """Cut a test's name down to its file."""
    return name.partition("::")[0]


def copy_project(folder: Path) -> Path:
    """Clone the project, with what is not committed yet: no fault is ever in itself."""
    subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
    changed = ["git", "ls-files", "-z", "--modified", "--others", "--exclude-standard"]
    listing = subprocess.check_output(changed, cwd=ROOT, text=True)
    for name in filter(None, listing.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, folder / name)
        else:
            (folder / name).unlink()
    return folder


def find_tests(project: Path, folder: Path, jobs: int) -> Witnesses:
    """Run all unit tests once, without a fault, and write down what each one runs.

    Raises
    ------
    SystemExit
        If a test fails.
    """
    folder.mkdir()
    plugins = ["-p", "mutants.coverage_by_test", "-n", str(jobs)]
    command = [sys.executable, "-m", "pytest", *plugins, "-q", "-m", UNIT_TESTS]
    environment = os.environ | {
        "COVERAGE_BY_TEST": str(folder),
        "PYTHONPATH": f"{project}{os.pathsep}{project / 'tools'}",
    }
    if subprocess.run(command, cwd=project, env=environment, check=False).returncode:
        sys.exit("mutants: without any fault a test fails")
    seconds: dict[str, float] = {}
    for path in folder.glob("seconds-*.json"):
        seconds |= json.loads(path.read_text("utf-8"))
    of_line: dict[str, dict[int, list[str]]] = {}
    for path in folder.glob("lines-*"):
        data = CoverageData(str(path))
        data.read()
        for file in data.measured_files():
            module = Path(file).relative_to(project / "lstm_helpers").as_posix()
            lines = of_line.setdefault(module, {})
            for line, names in data.contexts_by_lineno(file).items():
                lines.setdefault(line, []).extend(filter(None, names))
    return Witnesses(of_line, seconds)


def prepare(folder: Path) -> None:
    """Make ready a process that judges: a copy of the project, and heavy imports.

    What is imported here is not of the project, and is there in every process that
    parts from this one.
    """
    project = copy_project(folder / str(os.getpid()))
    os.chdir(project)
    os.environ |= {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a faulty test may send us one
    for name in HEAVY:
        importlib.import_module(name)


def complaint(fault: Fault, names: list[str], seconds: float) -> str:
    """Put a fault into this process's copy and run tests until one fails.

    Parameters
    ----------
    fault : Fault
    names : list of str
        Of tests, as pytest has them.
    seconds : float
        What they take without a fault.

    Returns
    -------
    str
        What pytest wrote if one failed, or did not end; nothing if all passed.
    """
    path = Path("lstm_helpers", fault.module)
    original = path.read_bytes()
    path.write_text(fault.source, "utf-8")
    try:
        return _run_tests(names, AT_LEAST + TIMES * seconds)
    finally:
        path.write_bytes(original)


def _run_tests(names: list[str], longest: float) -> str:
    """Run tests in a process of its own."""
    said = Path(f"{Path.cwd()}.txt")  # beside the copy, which stays as it is
    child = os.fork()
    if not child:
        _be_pytest(names, said)
    end = time.monotonic() + longest
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done and os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK:
            return ""
        if done:
            return said.read_text("utf-8", errors="replace")
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return f"no end within {longest:.0f} seconds"


def _be_pytest(names: list[str], said: Path) -> NoReturn:
    """Be the process that runs tests, and end with pytest's status."""
    status: int = pytest.ExitCode.INTERNAL_ERROR
    try:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream, file in enumerate((nowhere, output, output)):
            os.dup2(file, stream)
        options = ["-x", "-q", "-p", "no:cacheprovider", "-m", UNIT_TESTS]
        status = pytest.main([*options, *names])
        sys.stdout.flush()
    finally:
        os._exit(status)
