"""A folder that is made anew: whole, or left as it was."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from lstm_helpers.files.locking import hold_folder

MARK = ".handouts"  # in the folder: it is ours to replace, and of which notebooks it is


@contextmanager
def remade(out: Path, made_of: str, *, whole: bool) -> Iterator[Path]:
    """Let a folder be made beside the old one, and put it there in the end.

    If anything fails, the old one stays as it was.

    Parameters
    ----------
    out : Path
        If it is a link, the folder that it leads to.
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
    BlockingIOError
        If another run makes this folder now.
    FileExistsError
        If there is a folder that this has not made, here or where it is made.
    ValueError
        If only a part is made, and the rest was made of other notebooks.
    """
    out = out.resolve()
    new, old = (out.with_name(f"{out.name}.{end}") for end in ("new", "old"))
    with held(out):
        refuse_others(new)
        if refuse_others(old):
            put_back(old, out)  # of a process that was killed
        found = refuse_others(out)
        if found and not whole and (out / MARK).read_text("utf-8") != made_of:
            raise ValueError(
                f"{out}: got what was made of other notebooks, wanted what goes with "
                "these: make all kinds, without --only"
            )
        remove(new)
        remove(old)
        try:
            new.mkdir()
            (new / MARK).write_text(made_of, "utf-8")
            if found and not whole:
                shutil.copytree(out, new, dirs_exist_ok=True)
            yield new
            if out.exists():
                out.rename(old)
            new.rename(out)
        finally:
            put_back(old, out)
            remove(new)
            remove(old)


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Let no other run make this folder meanwhile; see :func:`remade`."""
    place = out.with_name(f"{out.name}.held")  # beside it, since it is replaced
    with ExitStack() as stack:
        stack.callback(remove_empty, place)
        try:
            stack.enter_context(hold_folder(place))
        except BlockingIOError:
            raise BlockingIOError(
                f"{out}: got a folder that another run is making, wanted one of one's "
                "own; wait for its end, or choose another folder with --out"
            ) from None
        yield


def refuse_others(folder: Path) -> bool:
    """Tell whether a folder holds something, which has to be ours."""
    if folder.is_dir() and not folder.is_symlink():
        if not any(folder.iterdir()):
            return False
        if (folder / MARK).is_file():
            return True
        got = "a folder with other things in it"
    elif folder.exists() or folder.is_symlink():
        got = "a file or a link"
    else:
        return False
    raise FileExistsError(
        f"{folder}: got {got}, wanted a new or empty folder, or one that was made "
        "here, since all in it is replaced"
    )


def remove(folder: Path) -> None:
    """Remove a folder of ours as far as that goes, and its mark last."""
    if not (folder / MARK).is_file():
        remove_empty(folder)
        return
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != MARK:
            with suppress(OSError):
                path.unlink()
    if [path.name for path in folder.iterdir()] == [MARK]:
        (folder / MARK).unlink()
        remove_empty(folder)


def remove_empty(folder: Path) -> None:
    """Remove a folder if nothing is in it."""
    with suppress(OSError):
        folder.rmdir()


def put_back(old: Path, out: Path) -> None:
    """Give a folder its name back, if nothing has come in its place."""
    if old.exists() and not out.exists():
        old.rename(out)
