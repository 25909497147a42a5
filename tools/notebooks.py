"""Execute the notebooks in order: into build/, or in place.

    python tools/notebooks.py run                 executed copies into build/
    python tools/notebooks.py run --if-needed     only those that are not up to date
    python tools/notebooks.py refresh             store fresh outputs in notebooks/

The pictures of executed copies are twice as sharp, for paper. Two notebooks run at once
on the bundled corpus; on others one does, since later ones take what notebook 4 trains.

A run goes on behind a cell that fails: its copy shows the error, and the next cells and
notebooks run. At the end, stderr has a list of such cells, and the status is 1. Such a
copy is never up to date: --if-needed runs its notebook again. So make handouts, which
begins with that, stops with the same list, and hands out no error that nobody meant. To
refresh ends at the first cell that fails, and stores nothing of its notebook.

Refreshing twice changes nothing the second time: widget states, addresses and whatever
else differs from run to run are not stored, and a cell tagged "timed" keeps the output
that it has (clear it to have it measured anew). A notebook that somebody edits
meanwhile stays as it is; the fresh one is put beside it.
"""

import argparse
import asyncio
import io
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from nbformat.v4 import new_output
from tqdm import tqdm

from corpus_paths import make_whole
from executed import (
    NotebookError,
    Record,
    inputs_of,
    parse_notebook,
    read_notebook,
)
from failures import find_failures, sum_up
from lstm_helpers.files import FileChangedError, write_whole
from lstm_helpers.files.locking import make_folder
from lstm_helpers.style import writable
from options import at_least_one
from signals import run_stoppable, stoppable
from workspace import put_beside

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
HOME = Path.home()


def spellings(folder):
    """Match a folder's path, as it is or as IPython shortens it."""
    paths = [str(path) for path in (folder, folder.resolve())]
    if folder.is_relative_to(HOME):
        paths.append(f"~/{folder.relative_to(HOME)}")
    return "(?:" + "|".join(map(re.escape, paths)) + ")(?=/)"


UNSTABLE = [  # what differs with time, place and machine -> what is stored
    (re.compile(r"0x[0-9a-f]{6,}"), "0x000000"),
    (re.compile(r"ipykernel_\d+/\d+\.py"), "ipykernel/cell.py"),
    (re.compile(spellings(ROOT)), "..."),
    (re.compile(r"(\.\.\.|~)?/[^\s\x1b\"'<>]{0,200}(?=/lib/python3\.\d+/)"), "..."),
    *([(re.compile(spellings(HOME)), "~")] if HOME.name else []),
]
WIDGET = "application/vnd.jupyter.widget-view+json"  # dead without its kernel
SHARP = Path(__file__).with_name("matplotlibrc")
KEPT = {  # what stays when somebody stops it
    "run": "The copies that are done stay; run --if-needed makes the others.",
    "refresh": "What has run to its end has fresh outputs; the rest is as it was.",
}
CELL_TIMEOUT = 3600  # seconds; the real corpus takes minutes in a cell


async def execute(path, bar, environment, *, goes_on):
    """Run a notebook from top to bottom in a fresh kernel.

    Parameters
    ----------
    path : Path
        Its folder is the kernel's working directory.
    bar : tqdm
        Moves on at every code cell.
    environment : dict of str to str
        The kernel's environment variables.
    goes_on : bool
        Whether a cell that fails is left with its error, and the next ones run. One at
        which the kernel dies, or that does not end, is then the last.

    Returns
    -------
    content : bytes
        What was read and run.
    notebook : NotebookNode
        With the outputs, normalised (see :func:`normalise`).
    """
    content, notebook = read_notebook(path)
    start = time.monotonic()
    current = []
    if goes_on:  # no output of another run is left behind one at which it ends
        for cell in filter(is_code, notebook.cells):
            cell.update({"outputs": [], "execution_count": None})

    def begin_cell(cell, **_):
        current[:] = [cell]

    def finish_cell(cell, **_):
        cell.outputs = merge_streams(cell.outputs)
        bar.update()

    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=CRITICAL"],  # nothing amid the bar
        allow_errors=goes_on,
        on_cell_execute=begin_cell,
        on_cell_executed=finish_cell,
    )
    try:
        await client.async_execute(env=environment)
    except (DeadKernelError, CellTimeoutError) as error:
        if asyncio.current_task().cancelling():  # which nbclient takes for a death
            raise asyncio.CancelledError from None
        if not (goes_on and current):
            raise
        outputs = [o for o in current[0].outputs if o.output_type != "error"]
        current[0].outputs = [*merge_streams(outputs), say_end(error)]
    bar.write(f"{writable(path.stem)} in {time.monotonic() - start:.0f} s")
    return content, normalise(notebook)


def say_end(error):
    """Make an output of what ended a kernel."""
    if isinstance(error, CellTimeoutError):
        name, said = "CellTimeoutError", f"it ran for more than {CELL_TIMEOUT:,} s"
    else:
        name, said = "DeadKernelError", "the kernel died (was there memory enough?)"
    said = f"{said}; the cells below were not run"
    return new_output("error", ename=name, evalue=said, traceback=[f"{name}: {said}"])


def execute_all(paths, finish, *, jobs=1, variables=None, goes_on=False):
    """Run notebooks, several at once, with one bar that counts the cells of all.

    Parameters
    ----------
    paths : list of Path
    finish : callable
        Takes a path, what was read there and the executed notebook, as soon as there
        is one.
    jobs : int
        How many run at once; if several do, each has one thread.
    variables : dict of str to str, optional
        Environment variables of the kernels, besides those that are set.
    goes_on : bool
        Whether the cells behind one that fails run: see :func:`execute`.
    """
    one_thread = {"OMP_NUM_THREADS": "1"} if jobs > 1 else {}
    environment = one_thread | os.environ | (variables or {})

    async def work(free, bar):
        async def execute_one(path):
            async with free:
                done = await execute(path, bar, environment, goes_on=goes_on)
                finish(path, *done)

        loop = asyncio.get_running_loop()
        # what nbclient's tasks still meet when their kernels are gone
        loop.set_exception_handler(lambda *_: None)
        # nbclient would end its kernel at Ctrl+C, and wait for the next cell
        loop.add_signal_handler = lambda *_: None
        try:
            async with asyncio.TaskGroup() as group:  # the first error ends all
                for path in paths:
                    group.create_task(execute_one(path))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    with tqdm(total=sum(map(count_cells, paths)), unit="cell") as bar:
        run_stoppable(work(asyncio.Semaphore(jobs), bar))


def count_cells(path):
    """Count a notebook's code cells."""
    return sum(map(is_code, read_notebook(path)[1].cells))


def is_code(cell):
    """Tell whether a cell holds code."""
    return cell.cell_type == "code"


def merge_streams(outputs):
    """Join what a cell wrote to stdout and to stderr, where each of them began.

    As nbclient's ``coalesce_streams`` does it, which takes minutes for a long line or
    many outputs.

    Parameters
    ----------
    outputs : list of NotebookNode
        The texts of some are changed in place.

    Returns
    -------
    list of NotebookNode
        With stdout first where the two are neighbours: who comes first is chance.
    """
    pieces, merged = {}, []
    for output in outputs:
        is_stream = output.output_type == "stream"
        if not is_stream or output.name not in pieces:
            merged.append(output)
        if is_stream:
            pieces.setdefault(output.name, []).append(output.text)
    for k, output in enumerate(merged):
        if output.output_type == "stream":
            output.text = as_shown("".join(pieces[output.name]))
            if output.name == "stdout" and k and merged[k - 1].get("name") == "stderr":
                merged[k - 1 : k + 1] = output, merged[k - 1]
    return merged


def as_shown(text):
    r"""Leave out of each line what a carriage return has brought to be overwritten."""
    lines = (line[:-1].rpartition("\r")[2] + line[-1:] for line in text.split("\n"))
    return "\n".join(lines)


def normalise(notebook):
    """Remove from a notebook what differs from run to run.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place, and returned.
    """
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = [o for o in cell.outputs if WIDGET not in o.get("data", {})]
        for output in cell.outputs:
            if output.output_type == "stream":
                output.text = stable(output.text)
            if output.output_type == "error":
                output.evalue = stable(output.evalue)
                output.traceback = [stable(line) for line in output.traceback]
            for kind, content in output.get("data", {}).items():
                if kind.startswith("text/") and isinstance(content, str):
                    output.data[kind] = stable(content)
    return notebook


def stable(text):
    """Replace addresses, and the paths of this machine, by fixed text."""
    for pattern, replacement in UNSTABLE:
        text = pattern.sub(replacement, text)
    return text


def run(paths, build, *, jobs=1, if_needed=False):
    """Leave an executed copy of each notebook in ``build``, whatever fails in it.

    Parameters
    ----------
    paths : list of Path
    build : Path
    jobs : int
        How many run at once.
    if_needed : bool
        Whether to leave alone the copies that are up to date.

    Returns
    -------
    list of Failure
        The cells that failed, in the notebooks' order.
    """
    make_folder(build)
    check_names(paths, build)
    record = Record(build)
    made_from = {path: inputs_of(path) for path in paths}
    if if_needed:
        paths = [path for path in paths if not record.holds(path, made_from[path])]

    failures = {}

    def store(path, _, notebook):
        failures[path] = find_failures(path.stem, notebook)
        write_whole(build / path.name, to_bytes(notebook))
        record.add(path, made_from[path], failed=len(failures[path]))

    if paths:
        sharp = {"MATPLOTLIBRC": str(SHARP)}
        execute_all(paths, store, jobs=jobs, variables=sharp, goes_on=True)
    n_kept = len(made_from) - len(paths)
    kept = f"; {n_kept} were up to date" if n_kept else ""
    print(f"{len(paths)} notebooks executed into {build}{kept}")
    return [failure for path in paths for failure in failures[path]]


def check_names(paths, build):
    """Refuse notebooks whose copies would take another file's place.

    Parameters
    ----------
    paths : list of Path
    build : Path
        Where the copies shall lie.

    Raises
    ------
    NotebookError
        If two have one name, or one lies where its copy shall.
    """
    taken = {}
    for path in paths:
        other = taken.setdefault(path.name, path)
        if other is not path:
            got = f"another notebook of the name of {other}"
            raise NotebookError(f"{path}: got {got}, wanted a name for each copy")
        copy = build / path.name
        if copy.exists() and copy.samefile(path):
            wanted = "another --build than the notebook's own folder"
            raise NotebookError(
                f"{path}: got its own place for its copy, wanted {wanted}"
            )


def refresh(paths):
    """Execute notebooks and store their outputs in place.

    Parameters
    ----------
    paths : list of Path

    Returns
    -------
    list of Path
        Those that were edited while they ran, and stay as they are.
    """
    edited = []

    def store(path, content, notebook):
        before = parse_notebook(path, content)
        kept = {cell.id: cell.outputs for cell in before.cells if is_timed(cell)}
        for cell in notebook.cells:
            cell.update({"outputs": kept[cell.id]} if kept.get(cell.id) else {})
        fresh = to_bytes(notebook)
        try:
            write_whole(path, fresh, found=content)
        except FileChangedError:
            beside = put_beside(path, fresh)
            edited.append(path)
            tqdm.write(
                f"{path} was changed while it ran and stays as it is. "
                f"What was run, with fresh outputs, is {beside}.",
                file=sys.stderr,
            )

    execute_all(paths, store)
    return edited


def refuse_unreadable_corpus():
    """Exit with the reader's message if no notebook could read the corpus."""
    from lstm_helpers.data import read_corpus  # takes a second

    try:
        read_corpus()
    except (OSError, ValueError) as error:
        sys.exit(str(error))


def to_bytes(notebook):
    """Lay out a notebook as a file."""
    return f"{nbformat.writes(notebook)}\n".encode()


def is_timed(cell):
    """Tell whether a cell's output depends on the clock."""
    return "timed" in cell.metadata.get("tags", [])


def main(arguments=None):
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["run", "refresh"])
    parser.add_argument(
        "notebooks", nargs="*", type=Path, help="default: all, in order"
    )
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument(
        "--jobs", type=at_least_one, metavar="N", help="run: how many notebooks at once"
    )
    parser.add_argument(
        "--if-needed", action="store_true", help="run: leave what is up to date alone"
    )
    options = parser.parse_intermixed_args(arguments)
    paths = options.notebooks or sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    corpus = os.environ.setdefault("LSTM_CORPUS", "sample")
    make_whole(os.environ)
    jobs = options.jobs or (2 if corpus == "sample" else 1)
    if isinstance(sys.stdout, io.TextIOWrapper):  # what a terminal lacks: as \\xe9
        sys.stdout.reconfigure(errors="backslashreplace")
    if options.action == "run" and corpus != "sample":
        refuse_unreadable_corpus()
    start, edited, failures = time.monotonic(), [], []
    try:
        with stoppable(KEPT[options.action]):
            if options.action == "run":
                failures = run(
                    paths, options.build, jobs=jobs, if_needed=options.if_needed
                )
                if not options.notebooks:
                    Record(options.build).keep_only({path.name for path in paths})
            else:
                edited = refresh(paths)
    except (CellExecutionError, DeadKernelError, NotebookError, OSError) as error:
        sys.exit(str(error))
    print(f"{time.monotonic() - start:.0f} s in all")
    if edited:
        sys.exit(f"{len(edited)} of {len(paths)} notebooks stay as they were edited")
    if failures:
        n, n_notebooks = len(failures), len({each.notebook for each in failures})
        found = f"{n} cell{'s' * (n > 1)} failed, in {n_notebooks} of "
        found += f"{len(paths)} notebooks"
        lines = [f"{found}; {options.build} has the copies with the errors:"]
        sys.exit(writable("\n  ".join([*lines, *sum_up(failures)])))


if __name__ == "__main__":
    main()
