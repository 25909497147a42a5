"""Chapters -> web pages, each one file that needs neither network nor JavaScript."""

import base64
import html
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from handouts.course import Chapter, Edition
from handouts.markdown import to_markdown
from handouts.pandoc import ASSETS, linked, making, pandoc

WITH_COMMA = re.compile(
    r'\(?<math display="inline"(?:(?!</math>).)*</math>[,.;:?!)]+', re.DOTALL
)


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
    blank = page_template()
    for k, chapter in enumerate(chapters):
        near = [
            *(link(other, "prev", "← {}") for other in chapters[max(k - 1, 0) : k]),
            *(link(other, "next", "{} →") for other in chapters[k + 1 : k + 2]),
        ]
        template = filled(blank, navigation=navigation(near))
        where = linked(chapters, ".html")
        with making(chapter):
            page = make_page(chapter.for_reader(edition), template, *where)
        path = folder / f"{chapter.name}.html"
        path.write_text(page, "utf-8")
        yield path


def make_page(chapter: Chapter, template: str, *options: str) -> str:
    """Make a chapter's page by a template of pandoc's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        markdown = to_markdown(chapter, folder)
        return web_page(markdown, chapter.title, template, folder, *options)


def web_page(
    markdown: str, title: str, template: str, folder: Path, *options: str
) -> str:
    """Make a page of Markdown, with the pictures of a folder in it."""
    (folder / "template.html").write_text(template, "utf-8")
    page = pandoc(
        markdown,
        "html5",
        "--standalone",
        *("--template", "template.html", "--mathml", "--embed-resources"),
        *("--toc", "--toc-depth=2", "--variable", f"pagetitle={html.escape(title)}"),
        *("--syntax-highlighting=pygments", *options),
        folder=folder,
    )
    return with_whole_formulas(page)


def with_whole_formulas(page: str) -> str:
    """Let no line begin with the comma behind a formula."""
    return WITH_COMMA.sub(r'<span class="whole">\g<0></span>', page)


def page_template() -> str:
    """Read the template of a page, with its style in it."""
    return filled((ASSETS / "page.html5").read_text("utf-8"), style=style())


def filled(template: str, **parts: str) -> str:
    """Put parts into a template of pandoc's, to whom a dollar means something."""
    for name, part in parts.items():
        template = template.replace(f"{{{name}}}", part.replace("$", "$$"))
    return template


def navigation(links: list[str]) -> str:
    """Write the links to other pages that stand above a page."""
    head = '<nav class="chapters tex2jax_ignore" aria-label="Chapters">'
    return "\n".join([head, *links, "</nav>"])


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
