"""Chapters -> web pages, each one file that needs neither network nor JavaScript."""

import base64
import html
import tempfile
from collections.abc import Iterator
from pathlib import Path

from handouts.course import Chapter, Edition
from handouts.markdown import to_markdown
from handouts.pandoc import ASSETS, linked, pandoc


def make_pages(
    chapters: list[Chapter], edition: Edition, folder: Path
) -> Iterator[Path]:
    """Write a page for each chapter, with links from one to the next.

    Parameters
    ----------
    chapters : list of Chapter
    edition : Edition
    folder : Path

    Yields
    ------
    Path
        Of each page.
    """
    blank = filled((ASSETS / "page.html5").read_text("utf-8"), style=style())
    for k, chapter in enumerate(chapters):
        near = [
            *(link(other, "prev", "← {}") for other in chapters[max(k - 1, 0) : k]),
            *(link(other, "next", "{} →") for other in chapters[k + 1 : k + 2]),
        ]
        template = filled(blank, chapters="\n".join(near))
        where = linked(chapters, ".html")
        page = make_page(chapter.for_reader(edition), template, *where)
        path = folder / f"{chapter.name}.html"
        path.write_text(page, "utf-8")
        yield path


def make_page(chapter: Chapter, template: str, *options: str) -> str:
    """Make a chapter's page by a template of pandoc's."""
    title = html.escape(chapter.title)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "template.html").write_text(template, "utf-8")
        return pandoc(
            to_markdown(chapter, folder),
            "html5",
            "--standalone",
            *("--template", "template.html", "--mathml", "--embed-resources"),
            *("--toc", "--toc-depth=2", "--variable", f"pagetitle={title}"),
            *("--syntax-highlighting=pygments", *options),
            folder=folder,
        )


def filled(template: str, **parts: str) -> str:
    """Put parts into a template of pandoc's, to whom a dollar means something."""
    for name, part in parts.items():
        template = template.replace(f"{{{name}}}", part.replace("$", "$$"))
    return template


def link(chapter: Chapter, relation: str, text: str) -> str:
    """Make a link to a chapter's page."""
    label = html.escape(text.format(chapter.title))
    return f'<a rel="{relation}" href="{chapter.name}.html">{label}</a>'


def style() -> str:
    """Read the pages' style, with the font for formulas in it."""
    return formula_font() + (ASSETS / "page.css").read_text("utf-8")


def formula_font() -> str:
    """Write a style that holds the font for formulas."""
    font = base64.b64encode((ASSETS / "stix-two-math.woff2").read_bytes()).decode()
    source = f"url(data:font/woff2;base64,{font})"
    return f'@font-face {{ font-family: "STIX Two Math"; src: {source}; }}\n'
