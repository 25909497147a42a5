"""Calls of pandoc, with the project's filter."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypandoc

from handouts.course import Chapter
from handouts.markdown import FORMAT

ASSETS = Path(__file__).parent / "assets"
EPOCH = "1735689600"  # seconds: the date that files carry, so that builds are equal


def pandoc(markdown: str, to: str, *options: str, folder: Path) -> str:
    """Convert Markdown as ``handouts.markdown`` writes it.

    Parameters
    ----------
    markdown : str
    to : str
        Pandoc's name of a format.
    *options : str
        Further ones of pandoc's.
    folder : Path
        Where pictures are looked for.

    Returns
    -------
    str
        What pandoc prints; empty with ``--output``.

    Raises
    ------
    RuntimeError
        If pandoc fails or warns: with its message.
    """
    command = [
        *(pypandoc.get_pandoc_path(), "--fail-if-warnings", "--preserve-tabs"),
        *("--from", FORMAT, "--to", to),
        *("--lua-filter", str(ASSETS / "filter.lua"), *options),
    ]
    done = subprocess.run(
        command,
        input=markdown,
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"pandoc --to {to}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def making(chapter: Chapter) -> Iterator[None]:
    """Let the message of what fails name the chapter."""
    try:
        yield
    except RuntimeError as error:
        raise RuntimeError(f"{chapter.name}: {error}") from error


def make_together(
    chapters: list[Chapter], make: Callable[[list[Chapter]], None]
) -> None:
    """Make one thing of all chapters; if that fails, find the chapter that does.

    Parameters
    ----------
    chapters : list of Chapter
    make : callable
        Takes a list of chapters. It is called with each alone if it fails with all.

    Raises
    ------
    RuntimeError
        What ``make`` raised, with the first chapter that fails alone, if one does.
    """
    try:
        make(chapters)
    except RuntimeError:
        for chapter in chapters:
            with making(chapter):
                make([chapter])
        raise


def linked(chapters: list[Chapter], to: str) -> tuple[str, ...]:
    """Say where links between notebooks lead.

    Parameters
    ----------
    chapters : list of Chapter
        A link to any other is left out.
    to : str
        The suffix of a chapter's file, or ``"book"``: all are in one file.

    Returns
    -------
    tuple of str
        Options for :func:`pandoc`.
    """
    names = " ".join(chapter.name for chapter in chapters)
    return "--metadata", f"links={to}", "--metadata", f"chapters={names}"
