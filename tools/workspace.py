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
import os
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
        update(COURSE, WORK)
    except OSError as error:
        sys.exit(f"workspace: {error}. Nothing of yours was changed.")


def update(course, work, say=print):
    """Bring the copies of a course up to date.

    Parameters
    ----------
    course : Path
        Its notebooks and its START_HERE.md are copied.
    work : Path
        Where to; made if need be.
    say : callable
        Is given a line for each copy that was left alone though the course has a newer
        one.

    Raises
    ------
    OSError
        If a file cannot be read or written; every copy is then the old or the new, and
        what was done before is remembered.
    """
    work.mkdir(exist_ok=True)
    origins = read_origins(work)
    for original in [*sorted(course.glob("*.ipynb")), course / "START_HERE.md"]:
        name, content = original.name, original.read_bytes()
        copy, edition = work / name, checksum(content)
        found = copy.read_bytes() if copy.exists() else None
        if found is None or checksum(found) == origins.get(name):  # nobody changed it
            if found != content:
                write_whole(copy, content)
        elif found != content and edition != origins.get(name):
            beside = free_name(copy, content)
            write_whole(beside, content)
            say(
                f"{work.name}/{name} has your changes and stays as it is. "
                f"The course's newer one is {work.name}/{beside.name}."
            )
        if origins.get(name) != edition:
            origins[name] = edition
            write_whole(work / ORIGINS, json.dumps(origins, indent=1).encode("utf-8"))


def read_origins(work):
    """Read what each copy was made from; a record that is damaged says nothing."""
    try:
        found = json.loads((work / ORIGINS).read_text("utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def checksum(content):
    """Compute the sha256 of bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def free_name(path, content):
    """Find a name for a newer edition: 01_math_new.ipynb, 01_math_new2.ipynb, ...

    One that no file has, or whose file has this very content.
    """
    numbers = itertools.chain([""], itertools.count(2))
    names = (path.with_stem(f"{path.stem}_new{number}") for number in numbers)
    return next(n for n in names if not os.path.lexists(n) or is_file_of(n, content))


def is_file_of(path, content):
    """Say whether a file has this content."""
    return path.is_file() and path.read_bytes() == content


if __name__ == "__main__":
    main()
