"""The books: PDF/UA-1, whole figures, bookmarks that are the headings."""

import re
from pathlib import Path

import nbformat.v4 as nbf
import pdfplumber
import pytest

from handouts import book
from handouts.course import Chapter, Edition

ROOT = Path(__file__).parents[2]
MARGIN = 2.0 / 2.54 * 72 - 1  # points; the text keeps 2.1 cm


@pytest.fixture(scope="module", params=list(Edition))
def opened(request, made):
    with pdfplumber.open(made / f"course-{request.param}.pdf") as pdf:
        yield request.param, pdf


@pytest.fixture(scope="module")
def letters(opened):
    """All letters of a book, without blanks, running heads and page numbers."""
    _, pdf = opened
    pages = (p.crop((0, MARGIN, p.width, p.height - MARGIN)) for p in pdf.pages)
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_it_says_that_it_is_pdf_ua(opened):
    _, pdf = opened
    catalog = pdf.doc.catalog
    metadata = catalog["Metadata"].resolve().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert catalog["Lang"] in (b"en", "en")
    assert catalog["MarkInfo"]["Marked"] is True


def test_bookmarks_are_the_headings(opened, chapters):
    _, pdf = opened
    outlines = [title for _, title, *_ in pdf.doc.get_outlines()]
    wanted = []
    for chapter in chapters:
        for cell in chapter.notebook.cells:
            if cell.cell_type == "markdown":
                wanted += re.findall(r"^#{1,3} (.+)$", cell.source, re.MULTILINE)
    assert [plain(title) for title in outlines] == [plain(title) for title in wanted]


def plain(heading):
    """A heading's letters: marks of Markdown and of mathematics left out."""
    return re.sub(r"[^A-Za-z0-9.:,]", "", heading.replace("’", ""))


def test_figures_and_formulas_have_their_texts(opened, chapters, alts):
    _, pdf = opened
    found = {"Figure": [], "Formula": []}
    waiting = [pdf.structure_tree]
    while waiting:
        for element in waiting.pop(0):
            if element["type"] in found:
                found[element["type"]].append(element.get("alt_text"))
            waiting.append(element.get("children", []))
    wanted = [text for chapter in chapters for text in alts[chapter.name]]
    assert sorted(found["Figure"]) == sorted(wanted)
    assert len(found["Formula"]) > 300
    assert all(found["Formula"])


def test_nothing_stands_in_the_margin(opened):
    _, pdf = opened
    for page in pdf.pages:
        for letter in filter(lambda c: c["text"].strip(), page.chars):
            inside = letter["x0"] > MARGIN and letter["x1"] < page.width - MARGIN
            assert inside, (page.page_number, letter["text"], letter["x1"])
        for image in page.images:
            assert image["x0"] > MARGIN
            assert image["x1"] < page.width - MARGIN
            assert image["top"] > MARGIN
            assert image["bottom"] < page.height - MARGIN


def test_every_figure_is_there_once_and_sharp(opened, alts):
    _, pdf = opened
    images = [image for page in pdf.pages for image in page.images]
    n_wanted = sum(map(len, alts.values()))
    assert len(images) == n_wanted
    dpi = [i["srcsize"][0] / (i["x1"] - i["x0"]) * 72 for i in images]
    assert min(dpi) > 180


def test_only_the_book_with_solutions_holds_them(opened, letters, solution_lines):
    edition, _ = opened
    found = {line for line in solution_lines if line in letters}
    assert found == (set() if edition == Edition.LEARNER else solution_lines)


def test_a_book_does_not_tell_where_it_was_made(letters):
    assert "".join(str(ROOT).split()) not in letters


def test_a_book_says_which_letters_no_font_has(chapters, tmp_path):
    chapter = chapters[0].for_reader(Edition.LEARNER)
    chapter.notebook.cells = chapter.notebook.cells[:1]
    chapter.notebook.cells[0].source += "\n\n\U00013000"
    with pytest.warns(UserWarning, match="U\\+13000"):
        book.make_book([chapter], Edition.LEARNER, tmp_path / "book.pdf")
    assert (tmp_path / "book.pdf").exists()


@pytest.fixture
def pages_of(tmp_path):
    """Make a book of a few cells; give its pages after title and contents."""

    def make(*cells):
        cells = [nbf.new_markdown_cell("# 1. Small"), *cells]
        chapter = Chapter("01_small", "1. Small", nbf.new_notebook(cells=cells))
        book.make_book([chapter], Edition.LEARNER, tmp_path / "book.pdf")
        with pdfplumber.open(tmp_path / "book.pdf") as pdf:
            return [page.extract_words() for page in pdf.pages[2:]]

    return make


def test_code_stays_with_its_own_figure_alone(pages_of, drawn):
    before = nbf.new_code_cell("before = 1\n" * 20, execution_count=1)
    drawing = drawn("drawing = 1\n" * 8, "x")  # the picture is 17 cm tall
    texts = [[word["text"] for word in page] for page in pages_of(before, drawing)]
    assert [text.count("before") for text in texts] == [20, 0]
    assert [text.count("drawing") for text in texts] == [0, 8]


def test_columns_of_tables_begin_at_one_line(pages_of):
    table = "| name | what |\n|---|---|\n| one | b b b |\n| long | bbb bbbbb |"
    [words] = pages_of(nbf.new_markdown_cell(table))
    places = [w["x0"] for w in words if w["text"] in ("name", "one", "long")]
    assert len(places) == 3
    assert max(places) - min(places) < 1


def test_a_link_that_leads_nowhere_is_named_with_its_chapter(tmp_path):
    chapters = [
        Chapter(name, name, nbf.new_notebook(cells=[nbf.new_markdown_cell(text)]))
        for name, text in [
            ("01_one", "# 1"),
            ("02_two", "# 2\n\n[See there](#nowhere)"),
        ]
    ]
    with pytest.raises(RuntimeError, match=r"(?s)^02_two: .*nowhere.*See there"):
        book.make_book(chapters, Edition.LEARNER, tmp_path / "book.pdf")
    assert not (tmp_path / "book.pdf").exists()


def test_a_book_names_its_authors(opened):
    _, pdf = opened
    [author] = re.findall(r"- name: (.+)", (ROOT / "CITATION.cff").read_text("utf-8"))
    assert pdf.metadata["Author"] == author
    assert author in pdf.pages[0].extract_text()
    assert "named-entity" in pdf.pages[0].extract_text()
