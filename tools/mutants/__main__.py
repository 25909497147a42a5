"""Put small faults into the package, one at a time, and see whether a test fails.

    python tools/mutants                       some of every module: make mutants
    python tools/mutants --each 1000           every fault there is
    python tools/mutants models/crf.py         of one module alone

A fault that no test sees is listed. Either a test is missing, or the fault changes
nothing that can be seen: then equivalent.toml says why, and it does not count.
"""

import argparse
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tqdm import tqdm

from mutants.faults import Fault, faults_of
from mutants.judging import (
    ENOUGH,
    ROOT,
    complaint,
    copy_project,
    find_tests,
    prepare,
)
from options import at_least_one

PACKAGE = ROOT / "lstm_helpers"
WANTED = 0.95  # share of the faults that a test must see, in every module


def choose(modules: list[str], each: int, seed: int) -> list[Fault]:
    """Draw faults at random, the same for the same seed, but none that is equivalent.

    Parameters
    ----------
    modules : list of str
        Paths below the package.
    each : int
        How many of each module; all where there are not so many.
    seed : int
    """
    equivalent = read_equivalent()
    chosen = []
    for module in modules:
        source = (PACKAGE / module).read_text("utf-8")
        faults = [
            fault
            for fault in faults_of(module, source)
            if (module, fault.code, fault.change) not in equivalent
        ]
        drawn = random.Random(f"{module} {seed}").sample(faults, min(each, len(faults)))
        chosen += sorted(drawn, key=lambda fault: fault.line)
    return chosen


def read_equivalent() -> set[tuple[str, str, str]]:
    """Read which faults change nothing that can be seen."""
    return {
        (module, fault["code"], fault["change"])
        for module, faults in _read_list("equivalent").items()
        for fault in faults
    }


def read_hand_made() -> list[Fault]:
    """Read the faults that people thought of, where the promises live.

    Raises
    ------
    ValueError
        If a text that is to be changed does not stand in its module once.
    """
    faults = []
    for module, changes in _read_list("hand_made").items():
        source = (PACKAGE / module).read_text("utf-8")
        for change in changes:
            before, text, after = source.partition(change["text"])
            if not text or text in after:
                raise ValueError(f"{module}: wanted once: {change['text']}")
            line = before.count("\n") + 1
            code, said = source.splitlines()[line - 1].strip(), change["fault"]
            changed = before + change["replacement"] + after
            faults.append(Fault(module, line, code, said, changed))
    return faults


def _read_list(name: str) -> dict[str, list[dict[str, str]]]:
    """Read a list of faults that lies beside this file."""
    path = Path(__file__).with_name(f"{name}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def judge(drawn: list[Fault], known: list[Fault], jobs: int) -> list[Fault]:
    """Return the faults that no test sees.

    Parameters
    ----------
    drawn : list of Fault
        Tried with tests of a minute.
    known : list of Fault
        Tried with every test.
    jobs : int

    Raises
    ------
    SystemExit
        If tests fail without a fault, too.
    """
    faults = [*known, *drawn]
    first = {fault.module: fault for fault in reversed(faults)}  # of each module
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        folder = Path(scratch)
        tests = find_tests(copy_project(folder / "map"), folder / "seen", jobs)
        pool = ProcessPoolExecutor(jobs, get_context("spawn"), prepare, (folder,))
        with pool, tqdm(total=len(first) + len(faults), unit="fault") as bar:
            names = {fault: tests.of(fault, ENOUGH) for fault in drawn}
            names |= {fault: tests.of(fault) for fault in known}

            def submit(fault: Fault, some: list[str]) -> Future[str]:
                return pool.submit(complaint, fault, some, tests.seconds_of(some))

            controls = {
                submit(without_fault(fault), names[fault][:20]): fault
                for fault in first.values()
            }
            for fault, said in finished(controls, bar):
                if said:
                    pool.shutdown(cancel_futures=True)
                    sys.exit(f"{said}\nmutants: a test fails without {fault}, too")
            futures = {submit(fault, names[fault]): fault for fault in faults}
            unseen = []
            for fault, said in finished(futures, bar):
                if not said:
                    unseen.append(fault)
                    bar.write(f"not seen: {fault}\n    {fault.code}", file=sys.stderr)
    return unseen


def without_fault(fault: Fault) -> Fault:
    """Return a fault that is none."""
    return fault._replace(source=(PACKAGE / fault.module).read_text("utf-8"))


def finished(
    futures: dict[Future[str], Fault], bar: "tqdm[None]"
) -> Iterator[tuple[Fault, str]]:
    """Yield faults, and what the tests said of them, as soon as that is known."""
    for future in as_completed(futures):
        bar.update()
        yield futures[future], future.result()


def report(name: str, faults: list[Fault], unseen: list[Fault], wanted: float) -> bool:
    """Print how many of some faults were seen, and say whether these are enough."""
    made = Counter(fault.module for fault in faults)
    missed = Counter(fault.module for fault in unseen)
    print(f"\n{name}\n{'module':26} seen  of")
    for module, n in made.items():
        low = "" if n - missed[module] >= wanted * n else "  too few"
        print(f"{module:26}{n - missed[module]:5}{n:4}{low}")
    n_seen = len(faults) - len(unseen)
    print(f"{'together':26}{n_seen:5}{len(faults):4}  {n_seen / len(faults):.1%}")
    for fault in sorted(unseen):
        print(f"not seen: {fault}\n    {fault.code}")
    return all(n - missed[module] >= wanted * n for module, n in made.items())


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="such as models/crf.py")
    parser.add_argument("--each", type=int, default=10, metavar="N", help="per module")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=at_least_one, default=2, metavar="N")
    options = parser.parse_args()
    paths = sorted(PACKAGE.rglob("*.py"))
    modules = options.modules or [p.relative_to(PACKAGE).as_posix() for p in paths]
    drawn = choose(modules, options.each, options.seed)
    known = [fault for fault in read_hand_made() if fault.module in modules]
    unseen = judge(drawn, known, options.jobs)
    enough = [
        report(name, faults, [fault for fault in unseen if fault in faults], wanted)
        for name, faults, wanted in (
            ("Drawn at random", drawn, WANTED),
            ("Made by hand", known, 1.0),
        )
        if faults
    ]
    sys.exit(0 if all(enough) else "mutants: too few of the faults were seen")


if __name__ == "__main__":
    main()
