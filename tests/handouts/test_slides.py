"""Slides: what stands on them by rule, and how the decks look in a real browser."""

import re

import nbformat.v4 as nbf
import pytest

from handouts.blocks import first_sentences, list_items, sentences, split_blocks
from handouts.cells import is_solution
from handouts.course import Chapter
from handouts.parts import OUTPUT_LINES, cut, cut_rows, question
from handouts.slides import split_slides

STAGE = {"width": 1100, "height": 760}
DOT = (  # a PNG of one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8A"
    "AAAASUVORK5CYII="
)
MEASURE = """() => Reveal.getSlides().map(slide => {
  const {display, hidden} = slide.style;
  slide.style.display = 'block'; slide.hidden = false;
  const shown = [...slide.children].filter(child => !child.matches('.notes'));
  const last = shown.at(-1), words = slide.cloneNode(true);
  words.querySelectorAll('pre, code, annotation').forEach(child => child.remove());
  const found = {
    title: slide.querySelector('h1')?.innerText ?? '', n_shown: shown.length,
    text: shown.map(child => child.innerText).join('\\n'),
    notes: slide.querySelector('.notes')?.textContent ?? '',
    words: words.textContent,
    numbers: [...slide.querySelectorAll('[data-number]')].map(e => e.dataset.number),
    loose: [...slide.querySelectorAll('math[display=inline]')]
      .filter(e => /^[,.;:?!)]/.test(e.nextSibling?.data ?? ''))
      .filter(e => getComputedStyle(e.parentNode).whiteSpace != 'nowrap').length,
    alts: [...slide.querySelectorAll('img')].map(img => img.alt),
    height: slide.scrollHeight, width: slide.scrollWidth,
    bottom: last.offsetTop + last.offsetHeight,
  };
  Object.assign(slide.style, {display});
  return found;
})"""


def text(source):
    return nbf.new_markdown_cell(source)


def code(source, *printed, tag=None, figure=None):
    outputs = [nbf.new_output("stream", text=t) for t in printed]
    if figure:
        about = {"image/png": {"alt": figure}}
        outputs.append(
            nbf.new_output("display_data", {"image/png": DOT}, metadata=about)
        )
    metadata = {"tags": [tag]} if tag else {}
    return nbf.new_code_cell(source, outputs=outputs, metadata=metadata)


def slides_of(folder, *cells):
    cells = [text("# 1. Title\n\n**What you'll do.** All of it."), *cells]
    chapter = Chapter("01_title", "1. Title", nbf.new_notebook(cells=list(cells)))
    return split_slides(chapter, folder)


def shown(slide):
    return "\n".join(part.text for part in slide.parts)


def test_a_slide_for_each_heading_prose_for_the_speaker(tmp_path):
    prose = "One sentence. Another one. A third one for the speaker alone."
    _, first, second = slides_of(tmp_path, text(f"## A\n\n{prose}\n\n## B\n\n$$x$$"))
    assert (first.title, second.title) == ("A", "B")
    assert shown(first) == "One sentence. Another one."
    assert first.notes == [prose]
    assert shown(second) == "$$x$$"


def test_no_lead_beside_an_equation(tmp_path):
    _, slide = slides_of(tmp_path, text("## A\n\nSo it is:\n\n$$x$$\n\nIndeed."))
    assert shown(slide) == "$$x$$"
    assert slide.notes == ["So it is:", "Indeed."]


def test_a_figure_stands_alone_without_its_code(tmp_path):
    cells = [text("## A\n\nText."), code("plot()", figure='a "line"'), code("1", "1")]
    _, figure, after = slides_of(tmp_path, *cells)
    assert figure.kind == "figure"
    assert re.fullmatch(r'!\[\].* alt="a &quot;line&quot;".*', shown(figure))
    assert figure.notes == ["Text."]
    assert "plot" not in shown(after)


def test_the_question_comes_before_its_answer(tmp_path):
    ask = text("## A\n\nSome text here. How many of them will there be after it?")
    _, asked, answer = slides_of(tmp_path, ask, code("print(7)", "7\n"))
    assert asked.kind == "question"
    assert shown(asked).endswith("after it?")
    assert "7" not in shown(asked)
    assert "print(7)" in shown(answer)


def test_a_heading_that_asks_stands_before_the_answer(tmp_path):
    cells = [text("## Is it so?\n\nText."), code("print(7)", "7\n")]
    _, asked, answer = slides_of(tmp_path, *cells)
    assert asked.title == answer.title == "Is it so?"
    assert shown(asked) == "Text."


def test_what_introduces_a_cell_is_said_where_it_is_shown(tmp_path):
    cells = [text("## A\n\nText."), code("plot()", figure="a line")]
    *_, last = slides_of(tmp_path, *cells, text("Said.\n\nNow:"), code("1", "1"))
    assert last.notes == ["Now:"]


def test_no_note_goes_to_another_section(tmp_path):
    cells = [text("## A\n\nText:"), code("assert True"), text("## B\n\nSo:")]
    _, first, second = slides_of(tmp_path, *cells)
    assert (first.notes, second.notes) == (["Text:"], ["So:"])


def test_a_check_after_what_is_shown_is_left_out(tmp_path):
    check = "f(1)\nf(2)\nf(3)\nassert f(4)"
    cells = [text("## A\n\n$$x$$"), code(check), text("## B\n\nText."), code(check)]
    _, after_equation, alone = slides_of(tmp_path, *cells)
    assert "assert" not in shown(after_equation)
    assert "assert" in shown(alone)


def test_a_check_that_defines_what_is_used_later_is_shown(tmp_path):
    check = "x = 1\ny = 2\nz = 3\nassert x < y < z"
    _, slide = slides_of(tmp_path, text("## A\n\n$$x$$"), code(check))
    assert "assert" in shown(slide)


@pytest.mark.parametrize(
    "cell",
    [
        code("import math\n\nmath.inf"),
        code("assert True"),
        code("x = 1\nassert x == 1"),
        code("x = 1", "secret", tag="solution"),
        code("x = 1", "secret", tag="check"),
        code("# Your code here"),
    ],
)
def test_cells_that_are_left_out(tmp_path, cell):
    _, slide = slides_of(tmp_path, text("## A\n\nText."), cell)
    assert shown(slide) == "Text."


def test_long_silent_code_says_what_it_defines(tmp_path):
    source = "x = 1\ny, z = 2, 3\n\n\ndef f():\n    inner = 1\n" + "x = 1\n" * 30
    _, slide = slides_of(tmp_path, text("## A\n\nText."), code(source))
    assert "36 lines that make `x`, `y`, `z`, `f`: see the notebook" in shown(slide)


def test_exercises_are_left_out_and_what_follows_is_not(tmp_path):
    left_out = "## Exercises\n\n### Exercise 1\n\nDo it.\n\n## Further reading\n\n- A"
    cells = [text(left_out), code("x = 2", "2"), text("## In practice\n\n- B")]
    *_, last = slides_of(tmp_path, *cells)
    assert (last.title, shown(last)) == ("In practice", "- B")
    assert len(slides_of(tmp_path, *cells)) == 2


def test_long_code_and_outputs_say_that_they_are_cut(tmp_path):
    printed = "".join(f"line {k}\n" for k in range(20))
    _, slide = slides_of(tmp_path, text("## A"), code("x = 1\n" * 30, printed))
    assert "The 30 lines that make `x`" in shown(slide)
    assert "line 12\n... 7 more lines" in shown(slide)
    assert "line 13" not in shown(slide)


def test_what_does_not_fit_goes_on(tmp_path):
    items = "\n".join(f"- {'long ' * 30}{k}." for k in range(20))
    _, *slides = slides_of(tmp_path, text(f"## A\n\n{items}"))
    assert len(slides) > 2
    assert {slide.title for slide in slides} == {"A"}
    assert "\n".join(map(shown, slides)) == items


def test_long_tables_go_on_below_the_same_header(tmp_path):
    table = "\n".join(["| a |", "|---|", *(f"| {k} |" for k in range(30))])
    _, *slides = slides_of(tmp_path, text(f"## A\n\n{table}"))
    assert len(slides) > 1
    assert all(shown(slide).startswith("| a |\n|---|\n") for slide in slides)


def test_cut_counts_the_lines_of_the_stage():
    assert cut("a " * 44 * (OUTPUT_LINES - 1)) == "a " * 44 * (OUTPUT_LINES - 1)
    assert cut("x\n" + "a " * 44 * OUTPUT_LINES) == "x\n... 1 more lines"
    rows = "<tr><td>1</td></tr>" * 30
    assert cut_rows(f"<table>{rows}</table>").count("<tr>") == OUTPUT_LINES
    assert "16 more rows" in cut_rows(f"<table>{rows}</table>")


def test_blocks_keep_equations_and_fences_whole():
    source = "Text.\n\n$$\nx\n\ny\n$$\n\n```\na\n\nb\n```\n\n1. one\n2. two"
    blocks = list(split_blocks(source))
    assert [block.kind for block in blocks] == ["prose", "equation", "code", "list"]
    assert list_items(blocks[-1].text) == ["1. one", "2. two"]


def test_sentences():
    told = "J. Lafferty wrote it, e.g. here. **Why?** Since $a. B$ is `c. D`."
    assert sentences(told)[0] == "J. Lafferty wrote it, e.g. here."
    assert sentences(told)[1:] == ["**Why?**", "Since $a. B$ is `c. D`."]
    assert first_sentences("Short. So " + "very " * 40 + "long.", 20) == "Short."
    assert question("No question. Just text.") is None


@pytest.fixture(scope="module")
def decks(chapters, made):
    return [made / "slides" / f"{chapter.name}.html" for chapter in chapters]


@pytest.fixture(scope="module")
def seen(chapters, decks, browser):
    """Of each chapter: its slides as the browser shows them, and what was asked for."""
    found = []
    for chapter, deck in zip(chapters, decks, strict=True):
        context = browser.new_context(viewport=STAGE, offline=True)
        page = context.new_page()
        asked, errors = [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("pageerror", lambda error, errors=errors: errors.append(error))
        page.goto(deck.as_uri())
        page.wait_for_function("window.Reveal && Reveal.isReady()")
        found.append((chapter, page.evaluate(MEASURE), asked, errors))
        context.close()
    return found


def test_no_slide_is_taller_than_the_stage(seen):
    for chapter, slides, *_ in seen:
        for slide in slides:
            where = (chapter.name, slide["title"])
            assert slide["width"] <= STAGE["width"], where
            assert slide["height"] <= STAGE["height"], where
            assert slide["bottom"] <= STAGE["height"] - 20, where


def test_slides_are_neither_empty_nor_without_title(seen):
    for chapter, slides, *_ in seen:
        for slide in slides:
            assert slide["title"], chapter.name
            asks = slide["title"].endswith("?")
            assert slide["n_shown"] > 1 or asks, (chapter.name, slide["title"])


def test_decks_ask_for_nothing(seen):
    for _, _, asked, errors in seen:
        assert not [url for url in asked[1:] if not url.startswith(("data:", "blob:"))]
        assert not errors


def test_figures_keep_their_texts(seen):
    for chapter, slides, *_ in seen:
        outputs = [o for c in chapter.notebook.cells for o in c.get("outputs", [])]
        about = [
            o.metadata["image/png"] for o in outputs if "image/png" in o.get("data", {})
        ]
        alts = [" ".join(alt.split()) for slide in slides for alt in slide["alts"]]
        assert alts == [" ".join(a["alt"].split()) for a in about]


def test_formulas_and_marks_are_set(seen):
    for chapter, slides, *_ in seen:
        for slide in slides:
            left = re.search(r"\$|\\[a-z]+|<!--|\*\*|:::|`", slide["words"])
            assert not left, (chapter.name, slide["title"], left)


def test_no_line_begins_with_a_comma(seen):
    for chapter, slides, *_ in seen:
        for slide in slides:
            assert not slide["loose"], (chapter.name, slide["title"])


def test_equations_keep_their_numbers(seen):
    for chapter, slides, *_ in seen:
        source = "\n".join(c.source for c in chapter.notebook.cells)
        wanted = re.findall(r"\\tag\{([^}]*)\}", source.split("## Exercises")[0])
        assert [n for slide in slides for n in slide["numbers"]] == wanted


def test_no_line_of_a_solution_is_in_a_deck(seen):
    for chapter, slides, *_ in seen:
        cells = [c for c in chapter.notebook.cells if c.cell_type == "code"]
        solved = {line for c in cells if is_solution(c) for line in lines(c)}
        course = {line for c in cells if not is_solution(c) for line in lines(c)}
        told = {line.strip() for s in slides for line in s["text"].splitlines()}
        assert solved, chapter.name
        assert not (solved - course) & told


def lines(cell):
    texts = [cell.source, *(o.get("text", "") for o in cell.outputs)]
    return {line.strip() for line in "\n".join(texts).splitlines() if line.strip()}


def test_sections_have_notes(seen):
    for chapter, slides, *_ in seen:
        sections = {slide["title"] for slide in slides}
        spoken = {slide["title"] for slide in slides if slide["notes"]}
        silent = sections - spoken
        assert len(silent) <= len(sections) / 5, (chapter.name, silent)


def test_axe_finds_nothing(decks, browser):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for deck in decks:
        views = ["?print-pdf"]  # shows all slides at once
        for view in [*views, ""] if deck == decks[0] else views:
            page = browser.new_page(viewport=STAGE)
            page.goto(deck.as_uri() + view)
            page.wait_for_function("window.Reveal && Reveal.isReady()")
            result = axe.run(page)
            page.close()
            assert not result.violations_count, result.generate_report()


def test_decks_print_a_slide_a_page(decks, browser, seen, tmp_path):
    pdfplumber = pytest.importorskip("pdfplumber")
    page = browser.new_page(viewport=STAGE)
    page.goto(decks[0].as_uri() + "?print-pdf")
    page.wait_for_selector(".pdf-page")
    page.pdf(path=tmp_path / "deck.pdf", prefer_css_page_size=True)
    page.close()
    with pdfplumber.open(tmp_path / "deck.pdf") as pdf:
        assert len(pdf.pages) == len(seen[0][1])


def test_the_speakers_window_follows_the_slides(decks, seen, browser):
    context = browser.new_context(viewport=STAGE, offline=True)
    page = context.new_page()
    page.goto(decks[0].as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    with context.expect_page() as opened:
        page.keyboard.press("s")
    for slide in seen[0][1]:
        said = opened.value.locator("main").text_content()
        assert said == slide["notes"], slide["title"]
        page.evaluate("Reveal.next()")
    opened.value.keyboard.press("Home")
    assert page.evaluate("Reveal.getIndices().h") == 0
    context.close()
