"""Chapters -> web pages, each one file that needs neither network nor JavaScript."""

import base64
import html
import tempfile
from collections.abc import Iterator
from pathlib import Path

from handouts.course import Chapter, Edition
from handouts.markdown import to_markdown
from handouts.pandoc import ASSETS, pandoc


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
    for k, chapter in enumerate(chapters):
        near = [chapters[n] if 0 <= n < len(chapters) else None for n in (k - 1, k + 1)]
        path = folder / f"{chapter.name}.html"
        path.write_text(make_page(chapter.for_reader(edition), *near), "utf-8")
        yield path


def make_page(chapter: Chapter, before: Chapter | None, after: Chapter | None) -> str:
    """Make a chapter's page."""
    links = []
    if before:
        links.append(link(before, "prev", "← {}"))
    if after:
        links.append(link(after, "next", "{} →"))
    template = (ASSETS / "page.html5").read_text("utf-8")
    template = template.replace("{chapters}", "\n".join(links))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "template.html").write_text(template, "utf-8")
        page = pandoc(
            to_markdown(chapter, folder),
            "html5",
            "--standalone",
            *("--template", "template.html", "--mathml", "--embed-resources"),
            *("--toc", "--toc-depth=2", "--variable", f"pagetitle={chapter.title}"),
            *("--syntax-highlighting=pygments", "--metadata", "links=.html"),
            folder=folder,
        )
    return page.replace("{style}", style())


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
