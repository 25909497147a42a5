"""Read files that shall cost memory; say for each what was said, and what it cost.

``python read_bombs.py FOLDER`` prints JSON: the file's name -> [message, MB].
"""

import json
import sys
from pathlib import Path

from lstm_helpers.data.layouts import read_conll, read_csv
from lstm_helpers.files.checkpoints import load_state


def peak():
    """Return the most memory that this process has had since the last reset, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def read(path):
    """Read a file, or a folder with a state, and return what is wrong with it."""
    readers = {".conll": read_conll, ".state": load_state}
    ending = path.name.removesuffix(".gz")
    reader = readers.get(Path(ending).suffix, read_csv)
    try:
        reader(path)
    except ValueError as error:
        return str(error)
    return "nothing"


def main():
    """Read all files of a folder."""
    costs = {}
    for path in sorted(Path(sys.argv[1]).iterdir()):
        Path("/proc/self/clear_refs").write_text("5")  # the peak is now what there is
        before = peak()
        costs[path.name] = read(path), peak() - before
    print(json.dumps(costs))


if __name__ == "__main__":
    main()
