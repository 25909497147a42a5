"""What executed copies were made from: kept beside them, so that none is made twice."""

import hashlib
import json
import os
import sys
from pathlib import Path

import nbformat

from lstm_helpers.files import read_member, write_whole
from lstm_helpers.files.reading import shorten

ROOT = Path(__file__).parents[1]
RECORD = "executed.json"
NOT_ONE = (  # what is raised for a file that is no notebook
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    nbformat.ValidationError,
)


class Record:
    """A folder's executed copies, and what they were made from.

    Parameters
    ----------
    folder : Path
        Holds the copies, and the record as a JSON file.
    """

    def __init__(self, folder):
        self._folder = folder
        self._path = folder / RECORD
        try:
            said = dict(json.loads(read_member(self._path)))
        except (OSError, ValueError, TypeError, RecursionError):
            said = {}  # without a record, nothing is known
        copies = {path.name for path in folder.glob("*.ipynb") if path.is_file()}
        self._made = {name: said[name] for name in said.keys() & copies}

    def holds(self, path, made_from):
        """Tell whether there is a copy of a notebook, made from this and unchanged."""
        copy = self._folder / path.name
        said = self._made.get(path.name)
        return copy.is_file() and said == made_from | {"copy": hash_of([copy])}

    def add(self, path, made_from, *, failed=0):
        """Write down what a notebook's copy, which is there already, was made from.

        One in which cells failed is never up to date: what let them fail, such as a
        full memory, need not be among what is written down.
        """
        copy = self._folder / path.name
        noted = {"failed": f"{failed} cells"} if failed else {}
        self._made[path.name] = made_from | {"copy": hash_of([copy])} | noted
        self._write()

    def keep_only(self, names):
        """Delete the recorded copies of notebooks that are no longer there."""
        for name in self._made.keys() - names:
            (self._folder / name).unlink(missing_ok=True)
            del self._made[name]
        self._write()

    def _write(self):
        text = json.dumps(self._made, indent=1, sort_keys=True)
        write_whole(self._path, f"{text}\n".encode())


class NotebookError(ValueError):
    """A file is no notebook that can be run, or its copy has no place."""


def read_notebook(path):
    """Read a notebook.

    Parameters
    ----------
    path : Path

    Returns
    -------
    content : bytes
        What is in the file.
    notebook : NotebookNode
        See :func:`parse_notebook`.

    Raises
    ------
    OSError
        If the file is not there, is a folder, or may not be read.
    NotebookError
        If it is none, or no notebook.
    """
    if path.suffix != ".ipynb":
        raise NotebookError(f"{path}: got this name, wanted one that ends in .ipynb")
    try:
        content = read_member(path)
    except ValueError as error:  # names the file
        raise NotebookError(str(error)) from error
    return content, parse_notebook(path, content)


def parse_notebook(path, content):
    """Make a notebook of a file's bytes.

    Parameters
    ----------
    path : Path
        Is named if the file is none.
    content : bytes

    Returns
    -------
    NotebookNode
        In format 4.5: a cell without an id has one, which depends on its place alone.

    Raises
    ------
    NotebookError
    """
    try:
        raw = json.loads(content)
        if raw["nbformat"] != 4:
            raise ValueError(f"nbformat {raw['nbformat']!r}, wanted 4")
        for k, cell in enumerate(raw["cells"], start=1):
            cell.setdefault("id", f"cell-{k}")
        if len({cell["id"] for cell in raw["cells"]}) < len(raw["cells"]):
            raise ValueError("two cells with one id, wanted one for each")
        raw["nbformat_minor"] = max(5, raw["nbformat_minor"])
        nbformat.validate(raw)
        return nbformat.reads(json.dumps(raw), as_version=4)
    except NOT_ONE as error:
        reason = shorten(f"{type(error).__name__}: {error}".splitlines()[0], 200)
        raise NotebookError(f"{path}: got no notebook ({reason})") from error


def inputs_of(path, *, root=ROOT):
    """Say what a notebook's executed copy depends on.

    Parameters
    ----------
    path : Path
        The notebook: its stored outputs do not count.
    root : Path
        The project.

    Returns
    -------
    dict of str to str
        For each of them, its checksum, and the name of the corpus, with its options.
    """
    notebook = read_notebook(path)[1]
    cells = [
        [cell.id, cell.cell_type, cell.source, cell.metadata.get("tags", [])]
        for cell in notebook.cells
    ]
    corpus = os.environ.get("LSTM_CORPUS") or "sample"
    options = os.environ.get("LSTM_CORPUS_OPTIONS", "")
    package = files_in(root / "lstm_helpers", (".py", ".mplstyle"))
    data = [  # the real corpus is held to one checksum, which the package has
        file
        for file in files_in(root / "data", (".csv", ".json", ".safetensors"))
        if not file.name.startswith("ner_dataset")
    ]
    tools = [root / "tools" / name for name in ("notebooks.py", "matplotlibrc")]
    versions = [root / name for name in ("requirements.lock", "constraints.txt")]
    own = [Path(corpus)] if Path(corpus).is_file() else []
    return {
        "notebook": hashlib.sha256(json.dumps(cells).encode()).hexdigest(),
        "package": hash_of(package, root),
        "data": hash_of(data, root),
        "tools": hash_of(tools, root),
        "versions": hash_of(versions, root),
        "python": sys.version,
        "corpus": f"{corpus} {hash_of(own)} {options}".rstrip(),
    }


def files_in(folder, suffixes):
    """List the files of a folder and its folders that end so, in order."""
    return sorted(p for p in folder.rglob("*") if p.suffix in suffixes)


def hash_of(paths, root=None):
    """Hash files: what they hold and, if they lie below a root, their names."""
    sha256 = hashlib.sha256()
    for path in paths:
        name = path.relative_to(root).as_posix() if root else ""
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        sha256.update(f"{name}\n{content}\n".encode())
    return sha256.hexdigest()
