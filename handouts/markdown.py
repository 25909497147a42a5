"""A chapter -> Markdown for pandoc, and the pictures that it shows.

What pandoc itself does not know stands in attributes, for ``assets/filter.lua``: code
is ``.python``, a solution also ``.solution``, code that shows something also
``.shows``; what code printed is ``.output``.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path

from nbformat import NotebookNode

from handouts.cells import alt_text, is_answer, is_check, is_solution
from handouts.course import Chapter
from handouts.fragments import without_comments

FORMAT = (  # JupyterLab's Markdown, and what the cells below need
    "commonmark+pipe_tables+strikeout+task_lists+tex_math_dollars+autolink_bare_uris"
    "+attributes+raw_attribute+gfm_auto_identifiers"
)
STYLE = re.compile(r"<style.*?</style>\s*", re.DOTALL)
EMPTY_HEADER = re.compile(r"<th>\s*</th>")  # pandas' corner, which heads nothing


def to_markdown(chapter: Chapter, folder: Path) -> str:
    """Write a chapter as Markdown.

    Parameters
    ----------
    chapter : Chapter
    folder : Path
        Its pictures are written here, each named after its content.

    Returns
    -------
    str
    """
    parts = []
    cells = chapter.notebook.cells
    for cell, following in pairwise([*cells, None]):
        if is_answer(cell) and following is not None and is_solution(following):
            continue  # whoever sees the solution needs no place to write
        if cell.cell_type == "markdown":
            parts.append(without_comments(cell.source))
        elif cell.cell_type == "code":
            shown = [*outputs(cell, folder)]
            kind = ".python"
            kind += " .solution" if is_solution(cell) else ""
            kind += " .check" if is_check(cell) else ""
            kind += " .shows" if shown else ""
            parts += [fenced(cell.source, kind), *shown]
    return "\n\n".join(parts) + "\n"


def outputs(cell: NotebookNode, folder: Path) -> Iterator[str]:
    """Write a code cell's outputs as Markdown."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield fenced(output.text, ".output")
        elif output.output_type == "error":
            yield fenced(f"{output.ename}: {output.evalue}", ".output .error")
        elif "image/png" in output.data:
            yield picture(output, folder)
        elif "text/html" in output.data:
            yield fenced(tidy_html(output.data["text/html"]), "=html")
        elif "text/plain" in output.data:
            yield fenced(output.data["text/plain"], ".output")


def picture(output: NotebookNode, folder: Path) -> str:
    """Write a picture into the folder, and the Markdown that shows it."""
    png = base64.b64decode(output.data["image/png"])
    name = hashlib.sha256(png).hexdigest()[:16] + ".png"
    (folder / name).write_bytes(png)
    width = output.metadata["image/png"].get("width")
    size = f' width="{width}px"' if width else ""
    return f'![]({name}){{.figure alt="{escape(alt_text(output))}"{size}}}'


def tidy_html(content: str) -> str:
    """Take styles of its own and empty headers out of an output in HTML."""
    return EMPTY_HEADER.sub("<td></td>", STYLE.sub("", content))


def fenced(text: str, attributes: str) -> str:
    """Fence text by more backticks than it has in a row."""
    fence = "`" * (1 + max([2, *map(len, re.findall("`+", text))]))
    return f"{fence} {{{attributes}}}\n{text.rstrip()}\n{fence}"
