"""Copy the course into work/, where a learner may write: make lab.

    python tools/workspace.py

The notebooks that git tracks stay as they are. A copy that nobody has changed follows
the course. A copy that somebody has changed is never written: where the course has a
newer notebook, it is put beside the copy under another name. A copy that was deleted
is made again.
"""

import hashlib
import itertools
import json
import sys
from pathlib import Path

from lstm_helpers.files import write_whole

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "notebooks"
WORK = ROOT / "work"
ORIGINS = ".origins.json"  # in work/: each copy's name -> sha256 of what was copied


def main():
    """Bring work/ up to date, and say what was left alone."""
    try:
        messages = update(COURSE, WORK)
    except OSError as error:
        sys.exit(f"workspace: {error}. Nothing of yours was changed.")
    print(*messages, sep="\n", end="\n" if messages else "")


def update(course, work):
    """Bring the copies of a course up to date.

    Parameters
    ----------
    course : Path
        Its notebooks and its START_HERE.md are copied.
    work : Path
        Where to; made if need be.

    Returns
    -------
    list of str
        A line for each copy that was left alone though the course has a newer one.

    Raises
    ------
    OSError
        If a file cannot be read or written; every copy is then the old or the new.
    """
    work.mkdir(exist_ok=True)
    origins = read_origins(work)
    messages = []
    for original in [*sorted(course.glob("*.ipynb")), course / "START_HERE.md"]:
        name, content = original.name, original.read_bytes()
        copy = work / name
        found = copy.read_bytes() if copy.exists() else None
        if found is None or checksum(found) == origins.get(name):  # nobody changed it
            if found != content:
                write_whole(copy, content)
        elif found != content and checksum(content) != origins.get(name):
            beside = free_name(copy)
            write_whole(beside, content)
            messages.append(
                f"{work.name}/{name} has your changes and stays as it is. "
                f"The course's newer one is {work.name}/{beside.name}."
            )
        origins[name] = checksum(content)
    write_whole(work / ORIGINS, json.dumps(origins, indent=1).encode("utf-8"))
    return messages


def read_origins(work):
    """Read what each copy was made from; a record that is damaged says nothing."""
    try:
        found = json.loads((work / ORIGINS).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def checksum(content):
    """Compute the sha256 of bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def free_name(path):
    """Find a name that no file has: 01_math_new.ipynb, 01_math_new2.ipynb, ..."""
    numbers = itertools.chain([""], itertools.count(2))
    names = (path.with_stem(f"{path.stem}_new{number}") for number in numbers)
    return next(name for name in names if not name.exists())


if __name__ == "__main__":
    main()
