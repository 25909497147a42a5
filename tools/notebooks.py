"""Execute the notebooks in order: into build/, or in place.

    python tools/notebooks.py run         executed copies and HTML pages into build/
    python tools/notebooks.py refresh     store fresh outputs in notebooks/

Refreshing twice changes nothing the second time: widget states, addresses and whatever
else differs from run to run are not stored, and a cell tagged "timed" keeps the output
that it has (clear it to have it measured anew).
"""

import argparse
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from tqdm import tqdm

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
CELL_TIMEOUT = 3600  # seconds; the real corpus takes minutes in a cell


def execute(path):
    """Run a notebook from top to bottom in a fresh kernel and return it.

    Parameters
    ----------
    path : Path
        Its folder is the kernel's working directory.

    Returns
    -------
    NotebookNode
        With the outputs, normalised (see :func:`normalise`).
    """
    notebook = nbformat.read(path, as_version=4)
    n_cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tqdm(total=n_cells, desc=path.stem, unit="cell") as bar:
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            on_cell_executed=lambda **_: bar.update(),
        )
        client.execute()
    return normalise(notebook)


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


def run(paths, build):
    """Execute notebooks into ``build``: a copy of each and an HTML page.

    Parameters
    ----------
    paths : list of Path
    build : Path
    """
    build.mkdir(parents=True, exist_ok=True)
    exporter = HTMLExporter(template_name="lab")
    for path in paths:
        notebook = execute(path)
        nbformat.write(notebook, build / path.name)
        page, _ = exporter.from_notebook_node(
            notebook, resources={"metadata": {"name": path.stem}}
        )
        (build / path.with_suffix(".html").name).write_text(page, encoding="utf-8")
    print(f"Executed copies and HTML pages are in {build}")


def refresh(paths):
    """Execute notebooks and store their outputs in place.

    Parameters
    ----------
    paths : list of Path
    """
    for path in paths:
        before = nbformat.read(path, as_version=4)
        kept = {cell.id: cell.outputs for cell in before.cells if is_timed(cell)}
        notebook = execute(path)
        for cell in notebook.cells:
            cell.update({"outputs": kept[cell.id]} if kept.get(cell.id) else {})
        nbformat.write(notebook, path)


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
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
    os.environ.setdefault("LSTM_CORPUS", "sample")
    start = time.monotonic()
    try:
        if options.action == "run":
            run(paths, options.build)
        else:
            refresh(paths)
    except CellExecutionError as error:
        sys.exit(str(error))
    print(f"{len(paths)} notebooks in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
