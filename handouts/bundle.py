"""Other artefacts -> one zip with all that a class needs, and no solution.

It is a Python project, too: unpacked or not, pip can install it.
"""

import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from handouts.copies import START
from handouts.course import Chapter

ROOT = Path(__file__).parents[1]
ASSETS = Path(__file__).parent / "assets"
FOLDER = "lstm-course"  # all of it unpacks into this
DATE = (2025, 1, 1, 0, 0, 0)  # of each file, so that builds are equal
FROM_PROJECT = ["LICENSE", "pyproject.toml", "constraints.txt"]
CODE = {".py", ".mplstyle", ".typed"}
PACKED = "lstm_helpers.bundled_data"  # pyproject.toml's name of data/


def make_bundle(chapters: list[Chapter], out: Path, path: Path) -> None:
    """Write the zip.

    Parameters
    ----------
    chapters : list of Chapter
    out : Path
        Where the learners' notebooks, pages, slides, book and EPUB lie.
    path : Path

    Raises
    ------
    FileNotFoundError
        If one of these was not made yet.
    """
    files = {**course_files(chapters, out), **dict(project_files())}
    for file in files.values():
        if not file.is_file():
            raise FileNotFoundError(
                f"{file}: got nothing, wanted it for the class: make all kinds first"
            )
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", DATE)
            entry.create_system = 3  # Unix, wherever this runs
            entry.external_attr = 0o100644 << 16  # a file that all may read
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name].read_bytes())


def course_files(chapters: list[Chapter], out: Path) -> dict[str, Path]:
    """List what a class reads and runs: names in the zip -> files."""
    files = {
        "README.md": ASSETS / "class.md",
        ".gitignore": ASSETS / "class.gitignore",
        "STIX-LICENSE.txt": ASSETS / "STIX-LICENSE.txt",
        "REVEAL-LICENSE.txt": ASSETS / "reveal" / "LICENSE",
        "course.pdf": out / "course-learner.pdf",
        "course.epub": out / "course.epub",
        f"notebooks/{START}": out / "learner" / START,
    }
    for name in [chapter.name for chapter in chapters]:
        files[f"notebooks/{name}.ipynb"] = out / "learner" / f"{name}.ipynb"
        files[f"pages/{name}.html"] = out / "learner" / f"{name}.html"
        files[f"slides/{name}.html"] = out / "slides" / f"{name}.html"
    return files


def project_files() -> Iterator[tuple[str, Path]]:
    """List what pip installs: names in the zip, and files."""
    found = [ROOT / name for name in FROM_PROJECT]
    found += [p for p in (ROOT / "lstm_helpers").rglob("*") if p.suffix in CODE]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for pattern in project["tool"]["setuptools"]["package-data"][PACKED]:
        found += (ROOT / "data").glob(pattern)
    for file in found:
        yield file.relative_to(ROOT).as_posix(), file
