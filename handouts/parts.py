"""Blocks and cells -> what stands on slides, with its height.

Heights are pixels on a stage of 1100 x 760 in the sizes of ``assets/slides.css``, and
rather too great than too small: fonts differ from machine to machine.
"""

import ast
import re
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from handouts.blocks import Block, first_sentences, list_items, sentences
from handouts.markdown import fenced, outputs

STAGE = 760 - 20 - 40  # without the margins: the lower one holds the controls
COLUMNS = 88  # of code
CODE_LINES = 16
OUTPUT_LINES = 14
TABLE_ROWS = 12
LEAD_WORDS = 32
SHORT_QUESTION = 12  # words
ROW = re.compile(r"<tr.*?</tr>\s*", re.DOTALL)
PROMPT = re.compile(r"(\?|\bwhat you expect\.)[*_)\"]*$")
TALL = re.compile(r"\\(frac|sum|prod|max_|int|underbrace|begin\{[bpv]?matrix)")
QUESTION, FIGURE, LEAD = "question", "figure", "lead"


class Part(NamedTuple):
    """Something that stands on a slide.

    Attributes
    ----------
    text : str
        Markdown.
    height : int
    kind : str
        ``QUESTION`` and ``FIGURE`` stand alone on a slide. A ``LEAD`` is there for a
        slide that would show nothing of its text otherwise. Most parts have none.
    """

    text: str
    height: int
    kind: str = ""


def title_height(title: str) -> int:
    """Estimate a title's height."""
    return 46 * n_lines(title, 46) + 24


def n_lines(text: str, columns: int) -> int:
    """Count the lines of a text that is broken at a width."""
    return sum(max(1, ceil(len(line) / columns)) for line in text.splitlines())


def prose(text: str, kind: str = "") -> Part:
    """Show a few sentences."""
    return Part(text, 38 * n_lines(text, 64) + 14, kind)


def lead(paragraph: str) -> Part:
    """Show how a paragraph begins."""
    return prose(first_sentences(paragraph, LEAD_WORDS), LEAD)


def question(paragraph: str) -> Part | None:
    """Show what a paragraph asks, if it does.

    A short question stands there with the sentence before it.

    Examples
    --------
    >>> question("A tagger said `I-per`. Is that a mention? Strictly, no.").text
    'A tagger said `I-per`. Is that a mention?'
    >>> question("That is a mention.") is None
    True
    """
    parts = sentences(paragraph)
    places = [k for k, part in enumerate(parts) if PROMPT.search(part)]
    if not places:
        return None
    n_words = sum(len(parts[k].split()) for k in places)
    if places[0] and n_words < SHORT_QUESTION:
        places.insert(0, places[0] - 1)
    return asked(" ".join(parts[k] for k in places))


def asked(text: str) -> Part:
    """Show a question in large letters."""
    return Part(text, 50 * n_lines(text, 44) + 100, QUESTION)


def block_parts(block: Block) -> Iterator[Part]:
    """Show an equation, a table, a list or a block of code."""
    if block.kind == "equation":
        yield equation(block.text)
    elif block.kind == "table":
        yield from table(block.text)
    elif block.kind == "list":
        yield from (item(text) for text in list_items(block.text))
    else:
        yield Part(block.text, code_height(block.text))


def equation(text: str) -> Part:
    """Show an equation."""
    n_rows = 1 + text.count(r"\\")
    return Part(text, (96 if TALL.search(text) else 48) * n_rows + 24)


def item(text: str) -> Part:
    """Show an item of a list, as far as its first sentences."""
    mark, content = text.split(maxsplit=1)
    shown = first_sentences(content, LEAD_WORDS)
    return Part(f"{mark} {shown}", 38 * n_lines(shown, 62) + 12)


def table(text: str) -> Iterator[Part]:
    """Show a table: a long one in pieces, each below the same header."""
    header, line, *rows = text.splitlines()
    for k in range(0, len(rows), TABLE_ROWS):
        piece = [header, line, *rows[k : k + TABLE_ROWS]]
        height = sum(32 * n_lines(row, 78) + 12 for row in piece) - 44 + 30
        yield Part("\n".join(piece), height)


def cell_parts(cell: NotebookNode, folder: Path) -> Iterator[list[Part]]:
    """Show a code cell: its figures alone, or else short code with its outputs.

    Parameters
    ----------
    cell : NotebookNode
    folder : Path
        The figures are written here.

    Yields
    ------
    list of Part
        That belong together.
    """
    shown = [output_part(text) for text in outputs(cell, folder)]
    if any(part.kind == FIGURE for part in shown):
        yield from ([part] for part in shown)
        return
    parts = [code(cell.source), *shown]
    if sum(part.height for part in parts) < STAGE - title_height("one line"):
        yield parts
    else:
        yield from ([part] for part in parts)


def statements_of(source: str) -> list[ast.stmt]:
    """Parse code; what is no Python, such as IPython's commands, has no statements."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        return []


def defined_names(source: str) -> list[str]:
    """List the names that code defines, outside functions and loops, in order."""
    names: list[str] = []
    for statement in statements_of(source):
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.append(statement.name)
        elif isinstance(statement, ast.Assign):
            nodes = [node for t in statement.targets for node in ast.walk(t)]
            names += [node.id for node in nodes if isinstance(node, ast.Name)]
    return list(dict.fromkeys(names))


def is_short(source: str) -> bool:
    """Tell whether code is short enough for a slide."""
    return n_lines(source, COLUMNS) <= CODE_LINES


def code(source: str) -> Part:
    """Show code, or say what it defines and where it stands if it is long."""
    if not is_short(source):
        names = ", ".join(f"`{name}`" for name in defined_names(source)[:8])
        what = f" that make {names}" if names else " of code"
        return prose(f"*The {len(source.splitlines())} lines{what}: see the notebook.*")
    return Part(fenced(source, ".python"), code_height(source))


def code_height(text: str) -> int:
    """Estimate the height of lines in a fixed width."""
    return 25 * n_lines(text, COLUMNS) + 36


def output_part(text: str) -> Part:
    """Show an output as ``handouts.markdown`` writes it: cut, if it is long."""
    if text.startswith("!["):
        return Part(text, 0, FIGURE)
    first, *lines = text.splitlines()
    content = "\n".join(lines[:-1])
    if first.endswith("{=html}"):
        shown = cut_rows(content)
        return Part("\n".join([first, shown, lines[-1]]), html_height(shown))
    shown = cut(content)
    return Part("\n".join([first, shown, lines[-1]]), code_height(shown))


def html_height(content: str) -> int:
    """Estimate the height of an output in HTML: a table, or a text with marks."""
    rows = [without_tags(row[0]) for row in ROW.finditer(content)]
    if rows:
        return sum(25 * n_lines(row, 60) + 10 for row in rows) + 40
    return 60 * n_lines(without_tags(content), 50) + 30


def without_tags(content: str) -> str:
    """Keep the text of HTML, in one line."""
    return " ".join(re.sub("<[^>]*>", " ", content).split()) or " "


def cut_rows(content: str) -> str:
    """Keep the first rows of a table in HTML, and say how many were cut."""
    cut_off = list(ROW.finditer(content))[OUTPUT_LINES:]
    if not cut_off:
        return content
    kept = content[: cut_off[0].start()] + content[cut_off[-1].end() :]
    return f"{kept}\n<p>... {len(cut_off)} more rows</p>"


def cut(text: str) -> str:
    r"""Keep the first lines of an output, and say how many were cut.

    Examples
    --------
    >>> cut("\n".join("abc")) == "a\nb\nc"
    True
    >>> cut("\n".join("abcdefghijklmnop")).splitlines()[-2:]
    ['m', '... 3 more lines']
    """
    lines = text.splitlines()
    kept = len(lines)
    while kept > 1 and n_lines("\n".join(lines[:kept]), COLUMNS) > OUTPUT_LINES:
        kept = min(kept, OUTPUT_LINES) - 1
    if kept == len(lines):
        return text
    return "\n".join([*lines[:kept], f"... {len(lines) - kept} more lines"])
