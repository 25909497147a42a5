"""Words that look like something else stay words in whatever is made of them."""

import html
import json
import re
import zipfile

import nbformat
import nbformat.v4 as nbf
import pdfplumber
import pytest

from handouts.book import make_book
from handouts.course import Chapter, Edition, read_course
from handouts.documents import make_document
from handouts.pages import make_pages
from handouts.site import run_sphinx
from handouts.slides import make_slides
from handouts.sources import for_sphinx
from lstm_helpers.data.tokens import split_words
from lstm_helpers.prediction import TaggedWord, render_html

TEXT = r"It cost $30 million to $50 million, $$x$$ \frac \(y\) src=z <b> *a* or `c`."
TABLE = '<div><table class="dataframe"><tr><td>{}</td></tr></table></div>'


def tagged_html():
    """The text with a mention: of it, the words "It cost"."""
    tags = {0: "B-$org$", 1: "I-$org$"}
    words = enumerate(split_words(TEXT))
    tagged = [TaggedWord(*word, tags.get(k, "O"), k % 2 == 0) for k, word in words]
    return render_html(TEXT, tagged)


@pytest.fixture(scope="module")
def chapters(tmp_path_factory):
    """A chapter that shows the text three times: printed, highlighted, in a table."""
    pages = [tagged_html(), TABLE.format(html.escape(TEXT))]
    outputs = [nbf.new_output("display_data", {"text/html": page}) for page in pages]
    outputs.insert(0, nbf.new_output("stream", text=TEXT))
    cells = [nbf.new_markdown_cell("# 1. One\n\n## Words")]
    cells += [nbf.new_code_cell("x", execution_count=1, outputs=[o]) for o in outputs]
    folder = tmp_path_factory.mktemp("notebooks")
    notebook = nbf.new_notebook(cells=cells)
    notebook.metadata.language_info = {"name": "python"}
    (folder / "01_one.ipynb").write_text(json.dumps(notebook), "utf-8")
    return read_course(folder)


def page_text(chapters, folder):
    [path] = make_pages(chapters, Edition.SOLUTIONS, folder)
    return text_of(path.read_text("utf-8"))


def deck_text(chapters, folder):
    [path] = make_slides(chapters, folder)
    return text_of(path.read_text("utf-8"))


def site_text(chapters, folder):
    source = folder / "source"
    source.mkdir()
    [chapter] = chapters
    shown = for_sphinx(Chapter(chapter.name, chapter.title, chapter.notebook), set())
    nbformat.write(shown, source / "index.ipynb")
    run_sphinx(source, folder / "made", folder / "trees")
    return text_of((folder / "made" / "index.html").read_text("utf-8"))


def epub_text(chapters, folder):
    make_document(chapters, Edition.SOLUTIONS, folder / "course.epub")
    with zipfile.ZipFile(folder / "course.epub") as book:
        names = [name for name in book.namelist() if name.endswith(".xhtml")]
        return "".join(text_of(book.read(name).decode()) for name in sorted(names))


def docx_text(chapters, folder):
    make_document(chapters, Edition.SOLUTIONS, folder / "course.docx")
    with zipfile.ZipFile(folder / "course.docx") as document:
        return text_of(document.read("word/document.xml").decode())


def book_text(chapters, folder):
    make_book(chapters, Edition.SOLUTIONS, folder / "book.pdf")
    with pdfplumber.open(folder / "book.pdf") as pdf:
        return "".join(letter["text"] for sheet in pdf.pages for letter in sheet.chars)


def text_of(page):
    """Read the text of a page: no elements, and no formulas."""
    for element in ("script", "style", "math", "m:oMath"):
        page = re.sub(rf"<{element}\b.*?</{element}>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", page))


@pytest.mark.parametrize(
    "read", [page_text, deck_text, site_text, epub_text, docx_text, book_text]
)
def test_prices_and_the_like_stay_as_they_were_typed(chapters, tmp_path, read):
    text = re.sub(r"\s", "", read(chapters, tmp_path))
    wanted = re.sub(r"\s", "", TEXT)
    mention, rest = wanted[:6], wanted[6:]
    assert mention == "Itcost"
    assert text.count(wanted) == 2
    assert text.count(f"{mention}$org${rest}") == 1
