"""What was made -> a page that says what each thing is, and leads to it.

What it says is the table of docs/teaching.md.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from handouts.course import Chapter
from handouts.pages import filled, page_template, web_page

TEACHING = Path(__file__).parents[1] / "docs" / "teaching.md"
TABLE = re.compile(
    r"^\| in `build/handouts/en/` \|.+\n\|[-|]+\|\n(?:\|.+\n)+", re.MULTILINE
)
NAME = re.compile(r"`([^`]+)`")
OF_CHAPTERS = {  # heads of columns, and what is below them
    "page": "learner/{}.html",
    "notebook": "learner/{}.ipynb",
    "slides": "slides/{}.html",
    "solved page": "solutions/{}.html",
    "solved notebook": "solutions/{}.ipynb",
}


def make_front(chapters: list[Chapter], out: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    chapters : list of Chapter
    out : Path
        The folder with all that was made; what is not there is left out.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If docs/teaching.md has no table of what is made.
    """
    table = TABLE.search(TEACHING.read_text("utf-8"))
    if not table:
        raise ValueError(
            f"{TEACHING}: got no table that begins with '| in `build/handouts/en/` |', "
            "wanted one: it says what is made"
        )
    _, line, *rows = table[0].splitlines()
    heads = "| what was made | what it is | who gets it, and when |"
    parts = ["# Handouts", "\n".join([heads, line, *with_links(rows, out)])]
    parts += ["## Chapter by chapter", "\n".join(chapter_table(chapters, out))]
    path = out / "index.html"
    template = filled(page_template(), navigation="")
    with tempfile.TemporaryDirectory() as folder:
        page = web_page("\n\n".join(parts), "Handouts", template, Path(folder))
    path.write_text(page, "utf-8")
    return path


def with_links(rows: list[str], out: Path) -> Iterator[str]:
    """Let what a row is about be a link; leave out the rows of what is not there."""
    for row in rows:
        _, first, rest = row.split("|", 2)
        if any((out / name).exists() for name in NAME.findall(first)):
            first = NAME.sub(lambda name: link(name[0], name[1], out), first)
            yield f"|{first}|{rest}"


def link(text: str, name: str, out: Path) -> str:
    """Lead to a file or folder, and to a site's first page, if it is there."""
    if not (out / name).exists():
        return text
    first = f"{name}index.html"
    return f"[{text}]({first if (out / first).exists() else name})"


def chapter_table(chapters: list[Chapter], out: Path) -> Iterator[str]:
    """Write a row for each chapter, with links to what was made of it."""
    first = chapters[0].name
    made = {k: v for k, v in OF_CHAPTERS.items() if (out / v.format(first)).exists()}
    yield "| chapter | " + " | ".join(made) + " |"
    yield "|---" * (1 + len(made)) + "|"
    for k, chapter in enumerate(chapters, 1):
        links = [
            f"[{head}\N{NO-BREAK SPACE}{k}]({made[head].format(chapter.name)})"
            for head in made
        ]
        yield f"| {chapter.title} | " + " | ".join(links) + " |"
