"""What the tests of handouts share: the artefacts, and a browser without network."""

import os
from pathlib import Path

import nbformat.v4 as nbf
import pytest

pytest.importorskip("pypandoc", reason="needs the extra handouts: make test-handouts")

from handouts.cells import is_solution
from handouts.course import Edition, read_course

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "build"
MADE = ROOT / "build" / "handouts" / "en"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


DOT = (  # a PNG of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8A"
    "AAAASUVORK5CYII="
)


@pytest.fixture
def drawn():
    """Make a cell that has drawn a picture for each text."""

    def draw(source, *alts):
        outputs = [
            nbf.new_output(
                "display_data",
                {"image/png": DOT},
                metadata={"image/png": {"alt": alt}},
            )
            for alt in alts
        ]
        return nbf.new_code_cell(source, execution_count=1, outputs=outputs)

    return draw


@pytest.fixture(scope="session")
def made():
    """The folder with all that make handouts has made."""
    if not MADE.exists():
        pytest.fail(f"{MADE}: got nothing, wanted what `make handouts` makes")
    return MADE


@pytest.fixture(scope="session")
def chapters():
    return read_course(NOTEBOOKS)


@pytest.fixture(params=list(Edition))
def edition(request):
    return request.param


@pytest.fixture(scope="session")
def solution_lines(chapters):
    """Lines that stand in solutions alone, without blanks."""
    cells = [cell for chapter in chapters for cell in chapter.notebook.cells]
    elsewhere = "".join(shown_without_solution(cell) for cell in cells)
    solved = (line for c in cells if is_solution(c) for line in c.source.splitlines())
    lines = {without_blanks(line) for line in solved}
    return {line for line in lines if len(line) > 9 and line not in elsewhere}


def shown_without_solution(cell):
    outputs = "".join(output.get("text", "") for output in cell.get("outputs", []))
    return without_blanks(("" if is_solution(cell) else cell.source) + outputs)


def without_blanks(text):
    return "".join(text.split())


@pytest.fixture(scope="session")
def alts(chapters):
    """By chapter: the text of each of its pictures."""
    return {chapter.name: list(pictures_of(chapter)) for chapter in chapters}


def pictures_of(chapter):
    for cell in chapter.notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                yield " ".join(output.metadata["image/png"]["alt"].split())


@pytest.fixture(scope="session")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Open a file in a new tab; what it asks the network for is refused and kept."""
    contexts = []

    def open_it(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        asked = []
        context.on("request", lambda request: asked.append(request.url))
        context.route("http*://**", lambda route: route.abort())
        page = context.new_page()
        page.goto(path.as_uri())
        page.asked = [url for url in asked if not url.startswith(("file:", "data:"))]
        return page

    yield open_it
    for context in contexts:
        context.close()
