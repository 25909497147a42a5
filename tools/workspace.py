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

from lstm_helpers.files import FileChangedError, read_if_there, write_whole
from lstm_helpers.files.locking import make_folder

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
        one, or though it leads nowhere.

    Raises
    ------
    OSError
        If a file cannot be read or written; every copy is then the old or the new, and
        what was done before is remembered.
    """
    make_folder(work)
    origins = read_origins(work)
    for original in [*sorted(course.glob("*.ipynb")), course / "START_HERE.md"]:
        name, content = original.name, original.read_bytes()
        copy, edition = work / name, checksum(content)
        if copy.is_symlink() and not copy.exists():
            say(f"{work.name}/{name} leads to {copy.readlink()}, which is not there.")
            continue
        bring(copy, content, origins.get(name), say)
        if origins.get(name) != edition:
            origins[name] = edition
            write_whole(work / ORIGINS, json.dumps(origins, indent=1).encode("utf-8"))


def bring(copy, content, origin, say):
    """Write a copy that nobody has changed; put what is new beside another one.

    Parameters
    ----------
    copy : Path
    content : bytes
        What the course has.
    origin : str or None
        The checksum of what was copied before.
    say : callable
    """
    found = read_if_there(copy)
    if found == content:
        return
    if found is None or checksum(found) == origin:  # nobody changed it
        try:
            write_whole(copy, content, found=found)
        except FileChangedError:  # saved since it was read, a moment ago
            bring(copy, content, origin, say)
    elif checksum(content) != origin:
        beside = put_beside(copy, content)
        say(
            f"{copy.parent.name}/{copy.name} has your changes and stays as it is. "
            f"The course's newer one is {copy.parent.name}/{beside.name}."
        )


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


def put_beside(path, content):
    """Write a newer edition beside a file: 01_math_new.ipynb, 01_math_new2.ipynb, ...

    Under a name that no file has, or whose file has this very content.
    """
    numbers = itertools.chain([""], itertools.count(2))
    names = (path.with_stem(f"{path.stem}_new{number}") for number in numbers)
    beside = next(n for n in names if not os.path.lexists(n) or is_file_of(n, content))
    write_whole(beside, content)
    return beside


def is_file_of(path, content):
    """Say whether a file has this content."""
    return path.is_file() and path.read_bytes() == content


if __name__ == "__main__":
    main()
