"""The site: every page, link, formula, figure and solution is there."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import nbformat.v4 as nbf
import pytest
from private_paths import find_private_paths

import lstm_helpers
from handouts.cells import is_check, is_solution
from handouts.course import Chapter
from handouts.lookup import NOTATION, equations, notation_page
from handouts.site import MENDED, mended, run_sphinx
from handouts.sources import ROOMS, for_sphinx

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "build"
OPENS_NOTHING = {"area", "br", "hr", "img", "input", "link", "meta", "use", "path"}
AXE = {  # in the dark, colours alone are other ones
    False: {"preload": False, "resultTypes": ["violations"]},
    True: {"preload": False, "runOnly": ["color-contrast"]},
}
CODE = {"pre", "code", "annotation", "script", "style"}
TERM = re.compile(r"^- \*\*(.+?)\*\*: .*?\(\[notebook (\d)\]", re.MULTILINE | re.DOTALL)


class Page(HTMLParser):
    """What a page holds: ids, links, what it loads, alts, and its text without code."""

    def __init__(self, path):
        super().__init__()
        self.path = path
        self.ids, self.links, self.loads, self.alts = [], [], [], []
        self.tags, self.open, self.seen, self.folded = [], [], [], []
        self.feed(path.read_text("utf-8"))
        self.text = "".join(self.seen)

    def handle_starttag(self, tag, attributes):
        got = dict(attributes)
        self.tags.append((tag, got))
        if tag not in OPENS_NOTHING:
            self.open.append(tag)
        if "id" in got:
            self.ids.append(got["id"])
        if tag == "a" and "href" in got:
            self.links.append(got["href"])
        if tag == "details" and "open" not in got:
            self.folded.append("")
        if tag == "img":
            self.alts.append(got["alt"])
        if tag in {"img", "script", "link"} and got.get("rel") not in {"next", "prev"}:
            self.loads.append(got.get("src") or got.get("href") or "")

    def handle_endtag(self, tag):
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if "details" in self.open and "pre" in self.open:
            self.folded[-1] += data
        if not CODE.intersection(self.open):
            self.seen.append(data)


@pytest.fixture(scope="module")
def site(made):
    return made / "site"


@pytest.fixture(scope="module")
def pages(site):
    paths = sorted(site.rglob("*.html"))
    return {
        path.relative_to(site).with_suffix("").as_posix(): Page(path) for path in paths
    }


def test_each_page_is_there(pages, chapters):
    wanted = {"index", "search", "notation", "equations", "figures", "api/index"}
    wanted |= {f"notebooks/{chapter.name}" for chapter in chapters}
    wanted |= {f"docs/{path.stem}" for path in (ROOT / "docs").glob("*.md")}
    wanted |= {f"api/lstm_helpers.{room}" for room in ROOMS}
    wanted |= {"notebooks/START_HERE", "data/README", "CONTRIBUTING", "CHANGELOG"}
    assert pages.keys() == wanted | {"LICENSE"}


def test_links_lead_to_pages_and_places(pages, site):
    by_path = {page.path: page for page in pages.values()}
    n_links = 0
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link == "#":
                continue
            path = (page.path.parent / unquote(parts.path)).resolve()
            target = path if parts.path else page.path
            assert target.is_relative_to(site), f"{name}: {link}"
            assert target.is_file(), f"{name}: {link}"
            if parts.fragment:
                assert unquote(parts.fragment) in by_path[target].ids, f"{name}: {link}"
            n_links += 1
    assert n_links > 1000


def test_what_a_page_loads_lies_beside_it(pages):
    for name, page in pages.items():
        for link in page.loads:
            if link not in {"", "#"}:
                path = page.path.parent / urlsplit(link).path
                assert path.is_file(), f"{name}: {link}"


def test_an_id_is_given_once(pages):
    for name, page in pages.items():
        assert len(page.ids) == len({*page.ids}), name


def test_each_formula_is_there(pages, chapters):
    for chapter in chapters:
        cells = [c.source for c in chapter.notebook.cells if c.cell_type == "markdown"]
        text = re.sub(r"```.*?```|`[^`]*`", "", "\n\n".join(cells), flags=re.DOTALL)
        wanted = text.replace("$$", "$").count("$") / 2
        tags = [tag for tag, _ in pages[f"notebooks/{chapter.name}"].tags]
        n_in_contents = sum(line.count("$") // 2 for line in headings(text))
        assert tags.count("math") == wanted + n_in_contents


def headings(text):
    """Those of a text but its title; they stand in the page's contents, too."""
    return [line for line in text.splitlines() if line.startswith("##")]


def test_no_comma_begins_a_line_and_nothing_else_is_held_together():
    formula = '<math display="inline"><mi>{}</mi></math>'
    first, second = formula.format("W"), formula.format("h")
    held = f'<span class="whole">({second});</span>'
    assert mended(f"With {first} and ({second}); so") == f"With {first} and {held} so"


def test_no_tex_is_seen(pages):
    for name, page in pages.items():
        assert not re.search(r"\$|\\[a-z]{2,}", page.text), name


def test_each_equation_has_its_number_and_its_place(pages, chapters):
    listed = []
    for chapter in chapters:
        page = pages[f"notebooks/{chapter.name}"]
        for number, _, _ in equations(chapter):
            place = "equation-" + number.replace(".", "-")
            assert place in page.ids
            assert f"#{place}" in page.links
            assert f"({number})" in page.text
            listed.append(f"notebooks/{chapter.name}.html#{place}")
    sources = [path.read_text("utf-8") for path in NOTEBOOKS.glob("*.ipynb")]
    assert len(listed) == sum(text.count("\\\\tag{") for text in sources)
    assert [a for a in pages["equations"].links if "#equation-" in a] == listed


def test_what_names_an_equation_is_a_link_to_it(pages):
    assert "01_math.html#equation-1-5" in pages["notebooks/06_gradients"].links
    links = pages["api/lstm_helpers.equations"].links
    assert "../notebooks/01_math.html#equation-1-7" in links


def alts(chapter):
    """What a notebook says of its pictures."""
    return [
        output.metadata["image/png"]["alt"]
        for cell in chapter.notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def test_figures_keep_their_texts(pages, chapters):
    for chapter in chapters:
        assert pages[f"notebooks/{chapter.name}"].alts == alts(chapter)


def test_each_figure_is_listed(pages, chapters):
    page = pages["figures"]
    texts = [text for chapter in chapters for text in alts(chapter)]
    places = [link for link in page.links if "#figure-" in link]
    assert len(places) == len({*places}) == len(texts) == len(page.alts)
    for text in texts:
        assert text in page.text


def test_hints_solutions_and_checks_are_folded(pages, chapters):
    for chapter in chapters:
        wanted = []  # the code that each fold holds; a hint's holds none
        for cell in chapter.notebook.cells:
            hints = cell.source.count("<details>") * (cell.cell_type == "markdown")
            is_code = is_solution(cell) or is_check(cell)
            wanted += [""] * hints + [cell.source.rstrip()] * is_code
        folded = pages[f"notebooks/{chapter.name}"].folded
        assert [text.strip() for text in folded] == wanted


def test_the_notation_is_the_first_notebooks(pages, chapters):
    cell = next(c for c in chapters[0].notebook.cells if NOTATION[0][1] in c.source)
    page = pages["notation"].path.read_text("utf-8")
    shown = html.unescape(re.sub("<[^>]+>", "", page))
    for name in re.findall(r"`([^`]+)`", cell.source):
        assert name in shown


def test_a_notation_that_has_gone_is_missed(chapters):
    with pytest.raises(ValueError, match=r"01_math: got 0 of '\| equation"):
        notation_page(chapters[1:])
    with pytest.raises(ValueError, match=r"01_math: got 2 of '\| equation"):
        notation_page([*chapters, chapters[0]])


def test_the_glossary_is_sorted_and_leads_to_where_a_word_is_used(pages, chapters):
    terms = TERM.findall((ROOT / "docs" / "glossary.md").read_text("utf-8"))
    names = [term for term, _ in terms]
    assert len(terms) > 30
    assert names == sorted(names, key=str.lower)
    for term, number in terms:
        cells = chapters[int(number) - 1].notebook.cells
        text = " ".join(c.source for c in cells if c.cell_type == "markdown").lower()
        first, _, short = term.lower().partition(" (")
        assert first in text.replace("\n", " ") or short.strip(")") in text.split(), (
            term
        )
    shown = pages["docs/glossary"].path.read_text("utf-8")
    assert shown.count('<dt id="term-') == len(terms)


def test_each_function_is_there(pages):
    for room in ROOMS:
        module = getattr(lstm_helpers, room)
        page = pages[f"api/lstm_helpers.{room}"]
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if callable(thing):
                assert f"lstm_helpers.{room}.{name}" in page.ids


def test_rooms_stand_in_the_order_of_the_flow(pages):
    found = re.findall(r"api/lstm_helpers\.(\w+)\.html", " ".join(pages["index"].links))
    assert found[: len(ROOMS)] == ROOMS


def test_each_mend_of_the_theme_is_needed(pages):
    text = "".join(page.path.read_text("utf-8") for page in pages.values())
    for before, after in MENDED.items():
        assert after in text
        assert before in after or before not in text


def test_no_file_tells_where_it_was_made(site):
    files = [path for path in site.rglob("*") if path.is_file()]
    assert not find_private_paths(files)
    for path in files:
        assert str(ROOT).encode() not in path.read_bytes()


def contents(folder):
    """All files of a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in paths}


def test_a_link_that_leads_nowhere_is_refused(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.md").write_text("# Title\n\n[there](nowhere.md)\n")
    with pytest.raises(RuntimeError, match=r"index\.md:3: .*nowhere\.md"):
        run_sphinx(source, tmp_path / "made", tmp_path / "trees")


def test_each_picture_of_a_cell_keeps_its_text_and_its_place(tmp_path, drawn):
    cell = drawn("draw_twice()", "first", "second")
    notebook = nbf.new_notebook(cells=[nbf.new_markdown_cell("# 1. One"), cell])
    notebook.metadata.language_info = {"name": "python"}
    source = tmp_path / "source"
    source.mkdir()
    shown = for_sphinx(Chapter("01_one", "1. One", notebook), set())
    nbformat.write(shown, source / "index.ipynb")
    run_sphinx(source, tmp_path / "made", tmp_path / "trees")
    page = Page(tmp_path / "made" / "index.html")
    assert page.alts == ["first", "second"]
    assert [i for i in page.ids if "figure" in i] == ["figure-1-1", "figure-1-2"]
    assert page.path.read_text("utf-8").count("draw_twice") == 1


# --- in a browser


def test_a_notebook_gives_mystnb_no_orders(drawn):
    cell = drawn("draw()", "a")
    orders = {"execution_mode": "force", "render_markdown_format": "myst"}
    cell.metadata = nbformat.from_dict({"tags": ["x"], "mystnb": orders})
    about = {
        "mystnb": orders,
        "widgets": {"a": {}},
        "language_info": {"name": "python"},
    }
    notebook = nbf.new_notebook(cells=[cell], metadata=about)
    shown = for_sphinx(Chapter("01_one", "1. One", notebook), set())
    assert shown.metadata == {"language_info": {"name": "python"}}
    assert shown.cells[-1].metadata == {
        "tags": ["x"],
        "mystnb": {"image": {"alt": "a"}},
    }


@pytest.fixture(params=["light", "dark"])
def tab(request, browser):
    """An empty page; fails if the network was asked, or something went wrong."""
    wrong = []
    context = browser.new_context(color_scheme=request.param, reduced_motion="reduce")
    opened = context.new_page()
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    opened.on("request", lambda r: wrong.append(r.url) if is_remote(r.url) else None)
    yield opened
    context.close()
    assert wrong == []


def is_remote(url):
    """Tell whether an address leaves the machine."""
    return not url.startswith(("file:", "data:"))


def test_pages_are_accessible_and_no_wider_than_the_window(tab, pages):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    dark = tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found = []
    for name, page in pages.items():
        tab.set_viewport_size({"width": 1280, "height": 800})
        tab.goto(page.path.as_uri())
        result = axe.run(tab, options=AXE[dark])
        for violation in result.response["violations"]:
            nodes = [node["html"] for node in violation["nodes"]]
            found.append(f"{name}: {violation['id']}: {nodes[:3]}")
        for width in (1280, 400):
            tab.set_viewport_size({"width": width, "height": 800})
            needed = tab.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                found.append(f"{name}: {needed} pixels wide, wanted {width}")
    assert found == []


def test_the_search_works_from_a_folder(tab, site):
    tab.goto(f"{(site / 'search.html').as_uri()}?q=leakage")
    results = tab.locator("#search-results ul.search li a")
    results.first.wait_for()
    links = [results.nth(k).get_attribute("href") for k in range(results.count())]
    assert any(link.startswith("notebooks/02_data.html") for link in links)
    assert "docs/glossary.html#term-leakage" in links
