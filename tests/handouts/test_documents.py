"""The EPUB and the DOCX: native formulas, texts for figures, no solution."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DC = "{http://purl.org/dc/elements/1.1/}"
ROOT = Path(__file__).parents[2]
PICTURE = (
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
)


@pytest.fixture(scope="module")
def epub(made):
    with zipfile.ZipFile(made / "course.epub") as book:
        names = [name for name in book.namelist() if name.endswith(".xhtml")]
        return [ET.fromstring(book.read(name)) for name in sorted(names)]


@pytest.fixture(scope="module")
def docx(made):
    with zipfile.ZipFile(made / "course.docx") as document:
        return ET.fromstring(document.read("word/document.xml"))


def test_the_epub_has_every_text_of_a_figure(epub, alts):
    found = [e.get("alt") for page in epub for e in page.iter() if tag(e) == "img"]
    assert found == [text for texts in alts.values() for text in texts]


def test_the_docx_has_every_text_of_a_figure(docx, alts):
    found = [picture.get("descr") for picture in docx.iter(PICTURE)]
    assert found == [text for texts in alts.values() for text in texts]


def test_formulas_are_native(epub, docx):
    in_epub = sum(tag(e) == "math" for page in epub for e in page.iter())
    assert in_epub == sum(1 for _ in docx.iter(f"{M}oMath")) > 300


def test_no_learner_finds_a_solution(epub, docx, solution_lines):
    of_epub = "".join("".join("".join(page.itertext()).split()) for page in epub)
    of_docx = "".join("".join(docx.itertext()).split())
    for line in solution_lines:
        assert line not in of_epub
        assert line not in of_docx


def test_no_tag_of_latex_is_left(epub, docx):
    for root in [*epub, docx]:
        assert not re.search(r"\\(tag|begin)\b", "".join(visible(root)))


def test_each_equation_shows_its_number(epub, chapters):
    source = "".join(c.source for chapter in chapters for c in chapter.notebook.cells)
    shown = {
        e.get("id"): "".join(visible(e)).strip().rpartition("(")[2]
        for page in epub
        for e in page.iter()
        if "equation" in e.get("class", "").split()
    }
    for number in re.findall(r"\\tag\{([^}]*)\}", source):
        assert shown["equation-" + number.replace(".", "-")] == f"{number})"


@pytest.mark.parametrize(
    ("name", "part"),
    [("course.epub", "EPUB/content.opf"), ("course.docx", "docProps/core.xml")],
)
def test_they_name_their_authors_and_those_whom_they_serve(made, name, part):
    [author] = re.findall(r"- name: (.+)", (ROOT / "CITATION.cff").read_text("utf-8"))
    with zipfile.ZipFile(made / name) as document:
        about = ET.fromstring(document.read(part))
    assert [creator.text for creator in about.iter(f"{DC}creator")] == [author]
    if name == "course.epub":
        said = [(e.get("property"), e.text) for e in about.iter() if e.get("property")]
        assert ("schema:accessMode", "visual") in said
        assert ("schema:accessibilityFeature", "MathML") in said


def test_no_code_of_the_epub_is_cut(made, open_page, tmp_path):
    with zipfile.ZipFile(made / "course.epub") as book:
        book.extractall(tmp_path)
    for path in sorted(tmp_path.glob("EPUB/text/ch*.xhtml")):
        page = open_page(path, viewport={"width": 400, "height": 800})
        wide = "all => all.filter(e => e.scrollWidth > e.clientWidth).length"
        assert page.locator("pre").count()
        assert page.locator("pre, div.sourceCode").evaluate_all(wide) == 0


def visible(root):
    """Text outside the annotations that formulas bring along."""
    if tag(root) in ("annotation", "code", "pre"):
        return
    yield root.text or ""
    for child in root:
        yield from visible(child)
        yield child.tail or ""


def tag(element):
    return element.tag.rpartition("}")[2]
