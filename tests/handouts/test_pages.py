"""Pages: read without network, by eye, by ear and on paper."""

import html
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe

from handouts.cells import is_check
from handouts.course import Edition

NAMES = [
    f"{number:02}_{stem}"
    for number, stem in enumerate(
        [
            "math",
            "data",
            "model",
            "training",
            "prediction",
            "gradients",
            "crf",
            "your_corpus",
        ],
        start=1,
    )
]
FOOT = 18 / 25.4 * 72  # points: the lower margin, which holds the page number
LOOKS = [
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "light", "viewport": {"width": 400, "height": 800}},
]


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def path(made, edition, name):
    return made / edition / f"{name}.html"


def test_there_is_a_page_for_each_chapter_and_no_other(made, edition, chapters):
    pages = sorted(path.stem for path in (made / edition).glob("*.html"))
    assert pages == [chapter.name for chapter in chapters] == NAMES


def test_a_page_asks_the_network_for_nothing(open_page, path):
    page = open_page(path)
    assert page.asked == []
    assert page.locator("script, link[rel=stylesheet], iframe, object").count() == 0


def test_all_mathematics_is_mathml(open_page, path, name, chapters):
    page = open_page(path)
    page.evaluate(
        "document.querySelectorAll('pre, code, table.dataframe').forEach("
        "e => e.remove())"
    )
    text = page.locator("body").inner_text()
    assert "$" not in text
    assert "\\" not in text
    [chapter] = [chapter for chapter in chapters if chapter.name == name]
    texts = [c.source for c in chapter.notebook.cells if c.cell_type == "markdown"]
    displayed = sum(text.count("$$") for text in texts) // 2
    assert page.locator("math[display=block]").count() == displayed
    assert page.locator("merror").count() == 0


def test_each_numbered_equation_shows_its_number(open_page, made, edition, chapters):
    for chapter in chapters:
        source = "".join(cell.source for cell in chapter.notebook.cells)
        numbers = re.findall(r"\\tag\{([^}]*)\}", source)
        page = open_page(made / edition / f"{chapter.name}.html")
        equations = page.locator(".equation[data-number]")
        shown = equations.evaluate_all(
            "all => all.map(e => getComputedStyle(e, '::after').content)"
        )
        assert [text.replace('"', "") for text in shown] == [f"({n})" for n in numbers]
        found = equations.evaluate_all("all => all.map(e => e.dataset.number)")
        assert found == numbers


def test_each_figure_has_its_text(open_page, path, name, alts):
    images = open_page(path).locator("img")
    assert images.evaluate_all("all => all.map(e => e.alt)") == alts[name]
    assert all(images.evaluate_all("all => all.map(e => e.naturalWidth > 0)"))


def test_no_name_in_a_table_is_broken_and_no_comma_begins_a_line(open_page, made, name):
    page = open_page(made / Edition.SOLUTIONS / f"{name}.html")
    broken = page.locator("td code").evaluate_all(
        "all => all.filter(e => !/\\s/.test(e.textContent))"
        ".filter(e => e.getClientRects().length > 1).map(e => e.textContent)"
    )
    assert broken == []
    loose = page.locator("math[display=inline]").evaluate_all(
        "all => all.filter(e => /^[,.;:?!)]/.test(e.nextSibling?.data ?? ''))"
        ".filter(e => getComputedStyle(e.parentNode).whiteSpace != 'nowrap').length"
    )
    assert loose == 0


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "narrow"])
def test_axe_finds_nothing(open_page, made, look, name):
    page = open_page(made / Edition.SOLUTIONS / f"{name}.html", **look)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], len(rule["nodes"])) for rule in found] == []


def test_nothing_is_wider_than_a_narrow_screen(open_page, path):
    page = open_page(path, viewport={"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_links_lead_somewhere(open_page, made, path):
    page = open_page(path)
    for link in page.locator("a[href]").evaluate_all("all => all.map(e => e.href)"):
        address = urlparse(link)
        if address.scheme == "file":
            target = Path(unquote(address.path))
            assert target.exists(), link
            if address.fragment:
                anchor = unquote(address.fragment)
                assert f'id="{anchor}"' in target.read_text("utf-8"), link
        else:
            assert address.scheme == "https", link


def test_only_solution_pages_hold_solutions(
    made, edition, name, solution_lines, chapters
):
    [chapter] = [chapter for chapter in chapters if chapter.name == name]
    source = "".join("".join(cell.source.split()) for cell in chapter.notebook.cells)
    own = {line for line in solution_lines if line in source}
    assert own
    text = without_tags((made / edition / f"{name}.html").read_text("utf-8"))
    found = {line for line in own if line in text}
    assert found == (own if edition == Edition.SOLUTIONS else set())


def test_each_check_is_folded_for_it_may_say_how_to_solve_the_task(
    made, edition, name, chapters
):
    [chapter] = [chapter for chapter in chapters if chapter.name == name]
    page = (made / edition / f"{name}.html").read_text("utf-8")
    folds = re.findall(r'<details class="check">.*?</details>', page, re.DOTALL)
    checks = [cell.source for cell in chapter.notebook.cells if is_check(cell)]
    wanted = ["".join(f"The check {source}".split()) for source in checks]
    assert [without_tags(fold) for fold in folds] == wanted
    is_said = "thesolutionisright" in without_tags(page)
    assert is_said == (edition == Edition.SOLUTIONS), "of a solution that is there"


def without_tags(page):
    """The text of a page, without blanks."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


def test_what_is_printed_is_whole(open_page, made, name, tmp_path, solution_lines):
    page = open_page(made / Edition.SOLUTIONS / f"{name}.html")
    wanted = page.locator("pre").evaluate_all("all => all.map(e => e.textContent)")
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    with pdfplumber.open(tmp_path / "printed.pdf") as printed:
        letters = ""
        for sheet in printed.pages:
            assert all(c["x0"] >= 0 and c["x1"] <= sheet.width for c in sheet.chars)
            text = sheet.crop((0, 0, sheet.width, sheet.height - FOOT)).extract_text()
            letters += "".join(text.split())
    for text in wanted:
        for line in text.splitlines():
            assert "".join(line.split()) in letters, line
