"""A folder that is made anew: whole, or left as it was."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = ".handouts"  # in the folder: it is ours to replace, and of which notebooks it is


@contextmanager
def remade(out: Path, made_of: str, *, whole: bool) -> Iterator[Path]:
    """Let a folder be made beside the old one, and put it there in the end.

    If anything fails, the old one stays as it was.

    Parameters
    ----------
    out : Path
    made_of : str
        A checksum of what it is made of.
    whole : bool
        Whether all of it is made anew; else what is there is kept.

    Yields
    ------
    Path
        Where to make it.

    Raises
    ------
    FileExistsError
        If there is a folder that this has not made.
    ValueError
        If only a part is made, and the rest was made of other notebooks.
    """
    new, old = (out.with_name(f"{out.name}.{end}") for end in ("new", "old"))
    put_back(old, out)  # of a process that was killed
    found = any(out.iterdir()) if out.exists() else False
    if found and not (out / MARK).is_file():
        raise FileExistsError(
            f"{out}: got a folder with other things in it, wanted a new or empty one, "
            "or one that was made here, since all in it is replaced"
        )
    if found and not whole and (out / MARK).read_text("utf-8") != made_of:
        raise ValueError(
            f"{out}: got what was made of other notebooks, wanted what goes with "
            "these: make all kinds, without --only"
        )
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    if found and not whole:
        shutil.copytree(out, new)
    new.mkdir(parents=True, exist_ok=True)
    try:
        yield new
        (new / MARK).write_text(made_of, "utf-8")
        if out.exists():
            out.rename(old)
        new.rename(out)
    finally:
        put_back(old, out)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def put_back(old: Path, out: Path) -> None:
    """Give a folder its name back, if nothing has come in its place."""
    if old.exists() and not out.exists():
        old.rename(out)
