"""Make what a teacher hands out, from executed notebooks: make handouts.

``python -m handouts`` makes everything, in build/handouts/en; with
``--only pages books`` it makes some kinds of it.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from handouts.book import make_book
from handouts.bundle import make_bundle
from handouts.copies import make_copies, write_start
from handouts.course import Chapter, Edition, checksum, read_course
from handouts.documents import make_document
from handouts.folders import remade
from handouts.front import make_front
from handouts.nbgrader import make_nbgrader
from handouts.pages import make_pages
from handouts.site import make_site
from handouts.slides import make_slides

ROOT = Path(__file__).parents[1]


def notebooks(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Make the notebooks of each edition, and what a learner reads first."""
    for edition in Edition:
        yield from make_copies(chapters, edition, folder_in(out, edition))
    yield write_start(folder_in(out, Edition.LEARNER))


def pages(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Make a page of each chapter, for each edition."""
    for edition in Edition:
        yield from make_pages(chapters, edition, folder_in(out, edition))


def books(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Make the book of each edition."""
    for edition in Edition:
        path = out / f"course-{edition}.pdf"
        make_book(chapters, edition, path)
        yield path


def documents(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Make the learners' EPUB and DOCX."""
    for suffix in (".epub", ".docx"):
        path = out / f"course{suffix}"
        make_document(chapters, Edition.LEARNER, path)
        yield path


def slides(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Make a deck of each chapter."""
    yield from make_slides(chapters, folder_in(out, "slides"))


def nbgrader(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Make a course for nbgrader."""
    yield from make_nbgrader(chapters, folder_in(out, "nbgrader"))


def site(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Make the site, which a search can be made in."""
    make_site(chapters, out / "site")
    yield out / "site"


def bundle(chapters: list[Chapter], out: Path) -> Iterator[Path]:
    """Put what a class needs into one zip."""
    path = out / "lstm-course.zip"
    make_bundle(chapters, out, path)
    yield path


KINDS: dict[str, Callable[[list[Chapter], Path], Iterator[Path]]] = {
    "notebooks": notebooks,
    "pages": pages,
    "books": books,
    "documents": documents,
    "slides": slides,
    "nbgrader": nbgrader,
    "site": site,
    "bundle": bundle,  # of the other kinds' files
}


def folder_in(out: Path, name: str) -> Path:
    """Make a folder, if it is not there."""
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says, with a line for each artefact."""
    parser = argparse.ArgumentParser(
        prog="python -m handouts", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--notebooks",
        type=Path,
        default=ROOT / "build",
        metavar="FOLDER",
        help="the executed notebooks; default: build, where make run leaves them",
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "handouts" / "en", metavar="FOLDER"
    )
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS))
    options = parser.parse_args(arguments)
    start, out = time.monotonic(), options.out.expanduser()
    try:
        chapters = read_course(options.notebooks.expanduser())
        whole = options.only == list(KINDS)
        with remade(out, checksum(chapters), whole=whole) as folder:
            for kind in options.only:
                for path in KINDS[kind](chapters, folder):
                    tell(path, folder)
            tell(make_front(chapters, folder), folder)
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(f"handouts: {error}")
    except KeyboardInterrupt:
        print(f"\nStopped. {out} is as it was.", file=sys.stderr)
        sys.exit(130)  # what shells say of a program that Ctrl+C has ended
    print(f"{out} in {time.monotonic() - start:.0f} s")


def tell(path: Path, folder: Path) -> None:
    """Say what was made."""
    print(f"{path.relative_to(folder)}  {size(path)}", flush=True)


def size(path: Path) -> str:
    """Say how large a file, or all in a folder, is."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    kilobytes = sum(file.stat().st_size for file in files) / 1000
    return f"{kilobytes:.0f} kB" if kilobytes < 1000 else f"{kilobytes / 1000:.1f} MB"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl+C
    main()
