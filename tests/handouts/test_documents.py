"""The EPUB and the DOCX: native formulas, texts for figures, no solution."""

import re
import zipfile
from xml.etree import ElementTree as ET

import pytest

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
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
