"""What executed copies were made from: kept beside them, so that none is made twice."""

import hashlib
import json
import os
import sys
from pathlib import Path

import nbformat

from lstm_helpers.files import write_whole

ROOT = Path(__file__).parents[1]
RECORD = "executed.json"


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
            self._made = dict(json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):  # without a record, nothing is known
            self._made = {}

    def holds(self, path, made_from):
        """Tell whether there is a copy of a notebook, made from this and unchanged."""
        copy = self._folder / path.name
        said = self._made.get(path.name)
        return copy.is_file() and said == made_from | {"copy": hash_of([copy])}

    def add(self, path, made_from):
        """Write down what a notebook's copy, which is there already, was made from."""
        copy = self._folder / path.name
        self._made[path.name] = made_from | {"copy": hash_of([copy])}
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
        For each of them, its checksum, and the name of the corpus.
    """
    notebook = nbformat.read(path, as_version=4)
    cells = [
        [cell.id, cell.cell_type, cell.source, cell.metadata.get("tags", [])]
        for cell in notebook.cells
    ]
    corpus = os.environ.get("LSTM_CORPUS") or "sample"
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
        "corpus": f"{corpus} {hash_of(own)}",
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
