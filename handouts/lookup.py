"""Chapters -> pages to look things up: notation, glossary, equations, figures."""

import base64
import hashlib
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from handouts.cells import alt_text, is_picture
from handouts.course import Chapter
from handouts.formulas import TAG

EQUATION = re.compile(r"^\$\$(.*?)\$\$$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TERM = re.compile(r"^- \*\*(.+?)\*\*: (.+(?:\n  .+)*)\n?", re.MULTILINE)
NOTATION = [  # whence, and how the paragraph or table begins
    ("01_math", "| equation | in our code"),
    ("01_math", "B sentences stand in a batch"),
    ("03_model", "Six letters name every size"),
    ("06_gradients", "| on the page | in code"),
]


def notation_page(chapters: list[Chapter]) -> str:
    """Collect what the chapters say of their letters.

    Raises
    ------
    ValueError
        If a chapter no longer says it in one place.
    """
    parts = ["# Notation", "The letters of the equations, and their names in the code."]
    for name, beginning in NOTATION:
        found = [
            (chapter.title, paragraph)
            for chapter in chapters
            if chapter.name == name
            for paragraph in paragraphs(chapter)
            if paragraph.startswith(beginning)
        ]
        if len(found) != 1:
            raise ValueError(f"{name}: got {len(found)} of '{beginning}', wanted one")
        [(title, paragraph)] = found
        if (heading := f"## {title}") not in parts:
            parts.append(heading)
        parts.append(paragraph)
    return "\n\n".join(parts) + "\n"


def paragraphs(chapter: Chapter) -> Iterator[str]:
    """Cut a chapter's text at its blank lines."""
    for cell in chapter.notebook.cells:
        if cell.cell_type == "markdown":
            yield from re.split(r"\n{2,}", cell.source)


def glossary_page(text: str) -> str:
    """Make a glossary, which Sphinx's search knows, of a list of terms."""
    head, _, _ = text.partition("\n- **")
    entries = [
        f"{term}\n  " + " ".join(meaning.split())
        for term, meaning in TERM.findall(text)
    ]
    body = "\n\n".join(entries)
    return f"{head}\n\n```{{glossary}}\n{body}\n```\n"


def equations(chapter: Chapter) -> Iterator[tuple[str, str, str]]:
    """Give the number, formula and section of each numbered equation."""
    section = chapter.title
    for cell in chapter.notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for part in re.split(r"\n{2,}", cell.source):
            if heading := HEADING.match(part):
                section = heading[1]
            for formula in EQUATION.findall(part):
                if number := TAG.search(formula):
                    yield number[1], formula.strip(), section


def equations_page(chapters: list[Chapter]) -> str:
    """List every numbered equation."""
    parts = ["# Equations", "Each number leads to the place where it is explained."]
    for chapter in chapters:
        for _, formula, section in equations(chapter):
            for heading in (f"## {chapter.title}", f"### {section}"):
                if heading not in parts:
                    parts.append(heading)
            parts.append(f"$${formula}$$")
    return "\n\n".join(parts) + "\n"


def figures(chapter: Chapter) -> Iterator[tuple[str, str]]:
    """Give the picture's file and the text of each figure."""
    for cell in chapter.notebook.cells:
        for output in cell.get("outputs", []):
            if is_picture(output):
                yield picture_file(output), alt_text(output)


def picture_file(output: NotebookNode) -> str:
    """Name the file in which MyST-NB puts a picture."""
    png = base64.b64decode(output.data["image/png"])
    return hashlib.sha256(png).hexdigest() + ".png"


def escaped(text: str) -> str:
    """Write a text so that no sign in it means something to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>$#|~&])", r"\\\1", text)


def figure_anchor(chapter: Chapter, number: int) -> str:
    """Name the place of a chapter's figure, such as ``figure-1-5``."""
    return f"figure-{int(chapter.name[:2])}-{number}"


def figures_page(chapters: list[Chapter]) -> str:
    """Show every figure, small, with its text."""
    parts = ["# Figures", "Each leads to the cell that draws it."]
    for chapter in chapters:
        found = list(figures(chapter))
        if found:
            parts.append(f"## {chapter.title}")
        for number, (file, text) in enumerate(found, 1):
            name = figure_anchor(chapter, number)
            label = name.removeprefix("figure-").replace("-", ".")
            parts.append(
                f'<img class="small" loading="lazy" src="_images/{file}" alt="">'
            )
            parts.append(f"[Figure {label}](#{name}): {escaped(text)}")
    return "\n\n".join(parts) + "\n"
