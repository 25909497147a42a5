"""Chapters -> slides by rule: a deck for each, one file that needs no network.

A second-level heading begins a slide. Headings, equations, tables, lists, figures and
short code with what it printed stand on slides, prose in the speaker's notes. Heights
are estimated, so that no slide is taller than the stage: what does not fit on a slide
goes on to a further one with the same title.
"""

import ast
import html
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from nbformat import NotebookNode

from handouts.blocks import LABEL, Block, split_blocks
from handouts.cells import is_answer, is_check, is_solution
from handouts.course import Chapter
from handouts.fragments import without_comments
from handouts.markdown import FORMAT
from handouts.pages import filled, formula_font, with_whole_formulas
from handouts.pandoc import ASSETS, linked, making, pandoc
from handouts.parts import (
    FIGURE,
    LEAD,
    QUESTION,
    STAGE,
    Part,
    asked,
    block_parts,
    cell_parts,
    defined_names,
    lead,
    prose,
    question,
    statements_of,
    title_height,
)
from handouts.quizzes import find_prediction

LEFT_OUT = ("Quiz", "Exercises", "Further reading")
TITLE = "title"


@dataclass
class Slide:
    """A title, what stands below it, and what the speaker says."""

    title: str
    kind: str = ""
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    closed: bool = False

    def takes(self, parts: list[Part]) -> bool:
        """Tell whether further parts have a place here."""
        both = [*self.parts, *parts]
        stands_alone = self.closed or any(p.kind in (QUESTION, FIGURE) for p in both)
        if self.parts and stands_alone:
            return False
        return title_height(self.title) + sum(p.height for p in both) <= STAGE

    def make_room(self, part: Part) -> None:
        """Drop a lead where a figure comes, which says more."""
        if part.kind == FIGURE and not self.closed:
            self.parts = [p for p in self.parts if p.kind != LEAD]

    def markdown(self) -> str:
        """Write the slide for pandoc."""
        kind = f" {{.{self.kind}}}" if self.kind else ""
        shown = [f"# {self.title}{kind}", *(part.text for part in self.parts)]
        notes = ["::: notes", *self.notes, ":::"] if self.notes else []
        return "\n\n".join(shown + notes)


class Deck:
    """The slides of a chapter, while its cells are read in order."""

    def __init__(self) -> None:
        self.slides: list[Slide] = []
        self.waiting: list[str] = []  # notes that belong to what is shown next
        self.left_out = False

    def begin(self, heading: str) -> None:
        """Begin a section: on a new slide, or left out."""
        level, title = heading.split(maxsplit=1)
        if len(level) > 2:
            if not self.left_out:
                self.say(title)
            return
        self.say_what_waits()
        self.left_out = title in LEFT_OUT
        if not self.left_out:
            self.slides.append(Slide(title, TITLE if level == "#" else ""))

    def show(self, *parts: Part) -> None:
        """Put parts that belong together on this slide, or on the next."""
        self.slides[-1].make_room(parts[0])
        if not self.slides[-1].takes(list(parts)):
            self.slides.append(Slide(self.slides[-1].title))
        slide = self.slides[-1]
        slide.parts += parts
        if parts[0].kind in (QUESTION, FIGURE):
            slide.kind = parts[0].kind
        self.say_what_waits()

    def say(self, text: str, later: bool = False) -> None:
        """Give the speaker something to say, at this slide or at what comes next."""
        (self.waiting if later else self.slides[-1].notes).append(text)

    def say_what_waits(self) -> None:
        """Give the last slide the notes that wait for something to be shown."""
        if self.slides:
            self.slides[-1].notes += self.waiting
            self.waiting = []


def make_slides(chapters: list[Chapter], folder: Path) -> Iterator[Path]:
    """Write a deck for each chapter.

    Parameters
    ----------
    chapters : list of Chapter
    folder : Path

    Yields
    ------
    Path
        Of each deck.
    """
    for chapter in chapters:
        path = folder / f"{chapter.name}.html"
        with making(chapter):
            deck = make_deck(chapter, *linked(chapters, ".html"))
        path.write_text(deck, "utf-8")
        yield path


def make_deck(chapter: Chapter, *options: str) -> str:
    """Make a chapter's deck, with reveal.js, its styles and pictures in it."""
    reveal = ASSETS / "reveal"
    scripts = [reveal / "reveal.js", ASSETS / "slides.js"]
    styles = [reveal / "reveal.css", ASSETS / "slides.css"]
    template = filled(
        (ASSETS / "slides.html5").read_text("utf-8"),
        style=formula_font() + joined(styles),
        script=joined(scripts),
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "template.html").write_text(template, "utf-8")
        slides = split_slides(chapter, folder)
        deck = pandoc(
            "\n\n".join(slide.markdown() for slide in slides) + "\n",
            "revealjs",
            *("--standalone", "--from", f"{FORMAT}+fenced_divs"),  # for the notes
            *("--template", "template.html"),
            *("--mathml", "--embed-resources", "--slide-level=1"),
            *("--variable", f"pagetitle={html.escape(chapter.title)}"),
            *("--syntax-highlighting=pygments", *options),
            folder=folder,
        )
    return with_whole_formulas(deck)


def joined(paths: list[Path]) -> str:
    """Read files, one after the other."""
    return "\n".join(path.read_text("utf-8") for path in paths)


def split_slides(chapter: Chapter, folder: Path) -> list[Slide]:
    """Split a chapter into slides.

    Parameters
    ----------
    chapter : Chapter
    folder : Path
        The pictures are written here.

    Returns
    -------
    list of Slide
    """
    deck = Deck()
    cells = [c for c in chapter.notebook.cells if not is_of_exercise(c)]
    for cell, following in pairwise([*cells, None]):
        prediction = find_prediction(without_comments(cell.source))
        if prediction and not deck.left_out:
            deck.show(asked(prediction.question))
            deck.say(f"Answer: {prediction.answer}")
        elif cell.cell_type == "markdown":
            code_follows = following is not None and following.cell_type == "code"
            add_text(deck, without_comments(cell.source), code_follows)
        elif not deck.left_out:
            add_code(deck, cell, folder)
    deck.say_what_waits()
    return deck.slides


def is_of_exercise(cell: NotebookNode) -> bool:
    """Tell whether a cell is part of an exercise."""
    return is_solution(cell) or is_check(cell) or is_answer(cell)


def is_left_out(cell: NotebookNode) -> bool:
    """Tell whether code is of no use on a slide: it imports, or mostly asserts."""
    statements = statements_of(cell.source)
    asserts = sum(isinstance(statement, ast.Assert) for statement in statements)
    imports = isinstance(next(iter(statements), None), ast.Import | ast.ImportFrom)
    return not cell.outputs and (imports or 2 * asserts >= len(statements))


def is_afterthought(cell: NotebookNode, slide: Slide) -> bool:
    """Tell whether silent code checks what a slide has shown already."""
    ends = isinstance(next(reversed(statements_of(cell.source)), None), ast.Assert)
    shown = any(part.kind != LEAD for part in slide.parts)
    return not cell.outputs and ends and shown and not defined_names(cell.source)


def add_text(deck: Deck, source: str, asks: bool) -> None:
    """Add a text cell to a deck.

    Parameters
    ----------
    deck : Deck
    source : str
    asks : bool
        Whether a question at the end is one that the next cell answers.
    """
    blocks = list(split_blocks(source))
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            deck.begin(block.text)
        elif deck.left_out:
            continue
        elif block.kind == "prose":
            is_last = number == len(blocks) - 1
            for part in visible(deck.slides[-1], blocks[number:], asks and is_last):
                deck.show(part)
            deck.say(block.text, later=is_last and block.text.endswith(":"))
        else:
            for parts in spread(list(block_parts(block))):
                deck.show(*parts)
            if block.kind == "list":
                deck.say(block.text)
    slide = deck.slides[-1]
    asking = slide.title.endswith("?") and blocks[0].kind == "heading"
    slide.closed = slide.kind == TITLE or asking


def spread(parts: list[Part]) -> Iterator[list[Part]]:
    """Spread the parts of a block evenly over as few slides as can hold them."""
    total = sum(part.height for part in parts)
    n_slides = -(-total // (STAGE - title_height("one line")))
    kept: list[Part] = []
    height = 0
    for part in parts:
        kept.append(part)
        height += part.height
        if height >= total / n_slides:
            yield kept
            kept, height = [], 0
    if kept:
        yield kept


def visible(slide: Slide, blocks: list[Block], asks: bool) -> Iterator[Part]:
    """Show of a paragraph what is to be seen: a question, or a lead if need be.

    Parameters
    ----------
    slide : Slide
    blocks : list of Block
        The paragraph, and what follows it in the cell.
    asks : bool
        Whether a question is one that the next cell answers.
    """
    text = blocks[0].text
    kinds = [block.kind for block in blocks]
    own = kinds[: kinds.index("heading")] if "heading" in kinds else kinds
    asked = question(text) if asks else None
    if asked:
        yield asked
    elif slide.kind == TITLE and LABEL.match(text):
        yield prose(text)
    elif not slide.parts and set(own) == {"prose"}:
        yield lead(text)


def add_code(deck: Deck, cell: NotebookNode, folder: Path) -> None:
    """Add a code cell to a deck, unless it would only repeat."""
    if is_left_out(cell) or is_afterthought(cell, deck.slides[-1]):
        return
    for parts in cell_parts(cell, folder):
        deck.show(*parts)
