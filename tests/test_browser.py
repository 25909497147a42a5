"""Every notebook, run by a reader's own clicks: JupyterLab in headless Chromium."""

import contextlib
import json
import math
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from builders import writable

from lstm_helpers.data.tokens import split_words
from lstm_helpers.prediction.rendering import render_html
from lstm_helpers.prediction.text import TaggedWord

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SCREENSHOTS = ROOT / "build" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KERNEL_IDLE = """() => window.jupyterapp?.shell.currentWidget?.sessionContext
    ?.session?.kernel?.status === "idle" """
ALL_CELLS_RAN = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .every(cell => cell.type !== "code" || cell.executionCount !== null)"""


def chromium():
    """The browser's path; CHROMIUM names another one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail(
            "no chromium: apt-get install chromium, or set CHROMIUM to its path"
        )
    return path


def without_outputs(notebook):
    """Clear a notebook, so that what it holds later was done in the browser."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


@contextlib.contextmanager
def serve(home, command, **environment):
    """Start a JupyterLab on loopback with settings of its own: (address, token)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "LSTM_CORPUS": "sample",
        **environment,
    }
    options = [
        *("--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *(f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True"),
    ]
    log, address = home / "log", f"http://127.0.0.1:{port}"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        ) as server,
    ):
        try:
            for _ in range(120):
                time.sleep(0.5)
                assert server.poll() is None, log.read_text()
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address}/login", timeout=5).close()
                    break
            yield address, token
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab that works on copies: (address, token, folder)."""
    home = tmp_path_factory.mktemp("jupyter")
    work = home / "notebooks"
    work.mkdir()
    for path in PATHS:
        notebook = nbformat.read(path, as_version=4)
        nbformat.write(without_outputs(notebook), work / path.name)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={work}"]
    settings = {"JUPYTER_CONFIG_PATH": str(ROOT / "tools" / "jupyter")}
    with serve(home, command, **settings) as (address, token):
        yield address, token, work


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(60_000)
    yield page
    page.close()


def open_notebook(page, lab, name):
    """Open a notebook and wait until its cells and its kernel are there."""
    address, token, _ = lab
    page.goto(f"{address}/lab/tree/{name}?token={token}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function(KERNEL_IDLE)


def execute(page, command):
    """Choose a menu command, without waiting for it."""
    page.evaluate(
        "command => void window.jupyterapp.commands.execute(command)", command
    )


def run_all(page, timeout=900_000):
    """Choose "Run All Cells" and wait until every cell has run."""
    execute(page, "runmenu:run-all")
    page.wait_for_function(ALL_CELLS_RAN, timeout=timeout)
    page.wait_for_function(KERNEL_IDLE)


def screenshot_all(page, stem):
    """Scroll through the notebook and keep a picture of each screenful."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for old in SCREENSHOTS.glob(f"{stem}-*.png"):
        old.unlink()
    scroller = page.locator(".jp-WindowedPanel-outer").first
    for k in range(60):
        top = k * 850
        scroller.evaluate("(e, top) => e.scrollTo(0, top)", top)
        page.wait_for_timeout(250)
        page.screenshot(path=SCREENSHOTS / f"{stem}-{k:02}.png")
        if scroller.evaluate("e => e.scrollTop + e.clientHeight >= e.scrollHeight - 2"):
            break


def keep_picture(page, name):
    """Keep a picture of what is on the screen."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_run_all_succeeds_in_jupyterlab(page, lab, path):
    open_notebook(page, lab, path.name)
    run_all(page)
    screenshot_all(page, path.stem)
    execute(page, "docmanager:save")
    page.wait_for_timeout(1000)
    cells = json.loads((lab[2] / path.name).read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        expected = "raises-exception" in cell["metadata"].get("tags", [])
        errors = [o for o in cell["outputs"] if o["output_type"] == "error"]
        assert bool(errors) == expected, "".join(cell["source"])


def test_make_lab_opens_start_here_and_its_links_lead_on(page, tmp_path):
    """The very commands of the Makefile, on a checkout's copy of the notebooks."""
    make = ["make", "--dry-run", "--old-file=.venv/ready", "lab"]
    quiet = {"PATH": os.environ["PATH"]}
    said = subprocess.check_output(make, cwd=ROOT, env=quiet, text=True)
    copying, opening = said.splitlines()
    assert copying == ".venv/bin/python tools/workspace.py"
    setting, program, subcommand, folder, *options = shlex.split(opening)
    assert (program, subcommand, folder) == (".venv/bin/jupyter", "lab", "work")
    work = tmp_path / "work"
    copy = f"import workspace; workspace.update(workspace.COURSE, Path({str(work)!r}))"
    code = f"from pathlib import Path; {copy}"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT / "tools", check=True)
    command = [sys.executable, "-m", "jupyterlab", str(work), *options]
    with serve(tmp_path, command, **dict([setting.split("=")])) as (address, token):
        page.goto(f"{address}/?token={token}")
        rendered = page.locator(".jp-MarkdownViewer")
        rendered.locator("h1", has_text="Start here").wait_for()
        page.wait_for_timeout(3000)  # in which JupyterLab would ask about its news
        assert not page.locator(".jp-FileEditor").count()
        assert not page.locator(".Toastify__toast").count()
        keep_picture(page, "start-here")
        rendered.locator("a", has_text="1. The LSTM's equations").first.click()
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_function(KERNEL_IDLE)
        title = "window.jupyterapp.shell.currentWidget.title.label"
        assert page.evaluate(title) == "01_math.ipynb"
        run_all(page)
        keep_picture(page, "start-here-01")


HOSTILE = [
    "<script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    '"><svg onload="document.title=\'run\'">',
    "<iframe srcdoc=\"<script>parent.document.title='run'</script>\"></iframe>",
    "</mark></div><style>*{display:none}</style>",
    "<!--",
    "]]><a href=javascript:document.title='run'>",
    "&#60;b&#62; &lt;b&gt;",
    "\x00<b>\x1b \ud800<b> <\u0338b>",
]


def test_no_text_becomes_more_than_text(page):
    """Words and types of ill will, rendered in a browser: nothing runs, all is seen."""
    text = "\n".join(HOSTILE)
    words = split_words(text)
    tags = [
        f"B-{HOSTILE[k % len(HOSTILE)]}" if k % 3 else "O" for k in range(len(words))
    ]
    tagged = [
        TaggedWord(*word, tag, k % 2 == 0)
        for k, (word, tag) in enumerate(zip(words, tags, strict=True))
    ]
    page.set_content(f"<title>quiet</title>{render_html(text, tagged)}")
    page.wait_for_timeout(500)
    assert page.title() == "quiet"
    names = "[...document.body.querySelectorAll('*')].map(e => e.localName)"
    assert {*page.evaluate(names)} == {"div", "mark", "small", "b", "bdi", "span"}
    n_attributes = (
        "[...document.querySelectorAll('body *')].flatMap(e => [...e.attributes])"
    )
    attributes = {*page.evaluate(f"{n_attributes}.map(a => a.name)")}
    assert attributes == {"class", "style", "title"}
    page.evaluate("document.querySelectorAll('small').forEach(e => e.remove())")
    seen = page.evaluate("document.body.textContent").replace(" ", "")
    assert seen == writable(text).replace(" ", "")


TYPESET = [  # what MathJax would make formulas, colours or errors of
    "It cost between $30 million and $50 million.",
    "It cost $$30 million$$ in all.",
    r"By \(x\) and \[y\] he meant \def\x{1} or \unicode{65}.",
    r"His $\style{color:red}{x}$ was red.",
]
TURNED = "In \u202eRome and \u2067Lima he met\u2069 Pell."
HEBREW = "\u05d0\u05d1 \u05d2\u05d3"
SHOWING = """import pandas as pd
from IPython.display import HTML, display

from lstm_helpers.data import split_words
from lstm_helpers.prediction import TaggedWord, render_html

pd.set_option("display.html.use_mathjax", False)
pd.set_option("display.max_colwidth", None)


def show(text, *mentions):
    words = split_words(text)
    tags = ["B-geo" if word in mentions else "O" for word, _, _ in words]
    tagged = [TaggedWord(*w, tag, True) for w, tag in zip(words, tags, strict=True)]
    display(HTML(render_html(text, tagged)))


"""
LEFT_EDGES = """e => {
    const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), edges = [];
    while (texts.nextNode()) {
        const text = texts.currentNode;
        for (const word of text.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            edges.push(range.getBoundingClientRect().left);
        }
    }
    return edges;
}"""


def show_in_lab(page, lab, calls):
    """Run a notebook with these calls of ``show``, and wait for MathJax."""
    formula = nbformat.v4.new_markdown_cell("$x + 1$")  # it is there, and has begun
    cell = nbformat.v4.new_code_cell(SHOWING + "\n".join(calls))
    kernel = {"name": "python3", "display_name": "Python 3"}
    cells = [formula, cell]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab[2] / "words.ipynb")
    open_notebook(page, lab, "words.ipynb")
    run_all(page)
    page.locator(".jp-MarkdownOutput mjx-container").first.wait_for()
    outputs = page.locator(".jp-OutputArea-output")
    outputs.nth(len(calls) - 1).wait_for()
    page.wait_for_timeout(2000)  # in which it would come to the outputs, too
    return outputs


def test_jupyterlab_shows_words_as_text(page, lab):
    calls = [f"show({text!r})" for text in TYPESET]
    table = f"display(pd.DataFrame({{'Word': {TYPESET!r}}}))"
    outputs = show_in_lab(page, lab, [*calls, table])
    for k, text in enumerate(TYPESET):
        assert outputs.nth(k).inner_text().strip() == text
        assert text in outputs.nth(len(TYPESET)).inner_text()
    found = page.locator(
        ".jp-OutputArea :is(mjx-container, .MathJax, merror, [data-mjx])"
    )
    assert found.count() == 0
    keep_picture(page, "words-as-text")


def test_no_mark_turns_round_what_stands_behind_it(page, lab):
    calls = [f"show({TURNED!r}, 'Rome', 'Pell')", f"show({HEBREW!r})"]
    turned, hebrew = (show_in_lab(page, lab, calls).nth(k) for k in range(2))
    edges = turned.locator("div").first.evaluate(LEFT_EDGES)
    assert len(edges) == 11, "In � Rome geo and �Lima he met� Pell geo ."
    assert edges == sorted(edges)
    first, second = hebrew.locator("div").first.evaluate(LEFT_EDGES)
    assert second < first, "it is read from the right"
    keep_picture(page, "words-in-order")


WIDGETS = [
    """import matplotlib.pyplot as plt
import numpy as np

from lstm_helpers.equations.cell import Step
from lstm_helpers.figures.widgets import browse_trace, explore_cell

plt.style.use("lstm_helpers.style")
explore_cell()""",
    """rng = np.random.default_rng(0)
sentences = [["Pell", "saw", "Verda"], ["<b>", '"quoted"']]
browse_trace([(each, Step(*rng.random((6, len(each), 4)))) for each in sentences])""",
]


@pytest.fixture
def widgets(page, lab):
    """The outputs of a notebook with both widgets, which has been run."""
    cells = [nbformat.v4.new_code_cell(source) for source in WIDGETS]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab[2] / "widgets.ipynb")
    page.set_viewport_size({"width": 1280, "height": 1700})  # or the second is unseen
    open_notebook(page, lab, "widgets.ipynb")
    run_all(page)
    outputs = [page.locator(".jp-OutputArea").nth(k) for k in range(2)]
    for output in outputs:
        output.locator("img").wait_for()
    return outputs


def text_at(z_i):
    """What the cell's picture says with its first slider there, the others unmoved."""
    i, f = (1 / (1 + math.exp(-z)) for z in (z_i, 4))
    at = i * math.tanh(2)
    said = f"C is {at:.2f} at step 4 and {at * f**15:.2f} at the end"
    return re.compile(re.escape(said))


def test_a_widget_follows_the_mouse(page, widgets):
    from playwright.sync_api import expect

    picture = widgets[0].locator("img")
    readout = widgets[0].locator(".widget-readout").first
    before = picture.get_attribute("src")
    expect(readout).to_have_text("2.00")
    expect(picture).to_have_attribute("alt", text_at(2))
    keep_picture(page, "widgets-start")
    handle = widgets[0].locator(".noUi-handle").first.bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=8)
    expect(picture).not_to_have_attribute("src", before)  # before it is let go
    page.mouse.up()
    expect(readout).not_to_have_text("2.00")
    at = float(readout.inner_text().replace("\N{MINUS SIGN}", "-"))
    assert -6 <= at < 2
    expect(picture).to_have_attribute("alt", text_at(at))
    keep_picture(page, "widgets-dragged")


def test_a_widget_follows_the_arrow_keys(page, widgets):
    from playwright.sync_api import expect

    picture = widgets[0].locator("img")
    readout = widgets[0].locator(".widget-readout").first
    before = picture.get_attribute("src")
    widgets[0].locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    expect(readout).to_have_text("2.25")
    expect(picture).to_have_attribute("alt", text_at(2.25))
    expect(picture).not_to_have_attribute("src", before)
    keep_picture(page, "widgets-arrow")
    page.keyboard.press("ArrowLeft")
    expect(readout).to_have_text("2.00")
    expect(picture).to_have_attribute("src", before)


def test_a_widget_follows_its_menus(page, widgets):
    from playwright.sync_api import expect

    picture = widgets[1].locator("img")
    sentence, state = (widgets[1].locator("select").nth(k) for k in range(2))
    before = picture.get_attribute("src")
    expect(picture).to_have_attribute("alt", re.compile("^forget gate f .* unit 0: "))
    state.select_option(label="cell state C")
    expect(picture).to_have_attribute("alt", re.compile("^cell state C "))
    expect(picture).not_to_have_attribute("src", before)
    keep_picture(page, "widgets-state")
    before = picture.get_attribute("src")
    sentence.select_option(label='2: <b> "quoted"')
    expect(picture).to_have_attribute("alt", re.compile("at '<b>'"))
    expect(picture).to_have_attribute("alt", re.compile("at '\"quoted\"'"))
    expect(picture).not_to_have_attribute("src", before)
    widgets[1].locator(".noUi-handle").focus()
    before = picture.get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(picture).to_have_attribute("alt", re.compile("unit 1: "))
    expect(picture).not_to_have_attribute("src", before)
    keep_picture(page, "widgets-sentence")


HANDS_ON = {
    "unknown": """from lstm_helpers import figures
from lstm_helpers.data import Sentence

def sentences(*texts):
    return [Sentence(text.split(), ["O"] * len(text.split())) for text in texts]

train = sentences(*["Pell saw Verda"] * 5, *["Pell left"] * 5)
figures.explore_unknown(train, sentences("Pell saw Lima"), ["Pell", "saw", "<b>"])""",
    "directions": """import numpy as np
from lstm_helpers import figures

def states(words):
    lengths = np.array([len(word) for word in words]) / 100
    sides = lengths.cumsum(), lengths[::-1].cumsum()[::-1]
    return np.stack(sides)[..., None]

figures.explore_directions(states, ["Pell", "saw", "Verda"])""",
    "rates": """from lstm_helpers import figures

figures.explore_rates({"SGD": {0.1: [2.5, 2.0], 1.0: [2.5, 1.0], 10.0: [2.5, 9.0]}})""",
    "tagging": """from lstm_helpers import figures, models

figures.type_and_tag(models.load_tagger(models.SAMPLE_TAGGER), "Pell won.")""",
    "viterbi": """import numpy as np
from lstm_helpers import figures

e, A, none = np.eye(2), np.zeros((2, 2)), np.zeros(2)
figures.explore_viterbi(e, none, none, A, ["Pell", "won"], ["O", "B-per"],
                        emissions=[(0, 0)], transitions=[])""",
    "learning": """from lstm_helpers import figures

figures.explore_learning({100: [0.5, 0.6], 200: [0.7], 400: [0.75, 0.85]})""",
}
WITHOUT_TYPES = """e => {
    const copy = e.cloneNode(true);
    copy.querySelectorAll("small").forEach(each => each.remove());
    return copy.textContent;
}"""
STYLE = """import matplotlib.pyplot as plt

plt.style.use("lstm_helpers.style")
"""


def show_widget(page, lab, name):
    """Run a notebook with one of these, and formulas; its output."""
    formula = nbformat.v4.new_markdown_cell("$x + 1$")
    cell = nbformat.v4.new_code_cell(STYLE + HANDS_ON[name])
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(
        cells=[formula, cell], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, lab[2] / f"hands-{name}.ipynb")
    open_notebook(page, lab, f"hands-{name}.ipynb")
    run_all(page)
    output = page.locator(".jp-OutputArea").first
    output.locator(".widget-vbox").wait_for()
    keep_picture(page, f"hands-{name}-start")
    return output


def shows(picture, *texts):
    """Wait until the text of a picture holds all of these, in their order."""
    from playwright.sync_api import expect

    said = re.compile(".*".join(map(re.escape, texts)))
    expect(picture).to_have_attribute("alt", said)


def test_unknown_words_follow_both_sliders(page, lab):
    output = show_widget(page, lab, "unknown")
    picture = output.locator("img")
    shows(picture, "1 of 3 words are unknown: <b> ", "of 4 words: 33.3%")
    n, share = (output.locator(".noUi-handle").nth(k) for k in range(2))
    n.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    shows(picture, "2 of 3 words are unknown: saw, <b> ", "of 1 words: 66.7%")
    share.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    shows(picture, "3 of 3 words are unknown", "of 0 words: 100.0%")
    keep_picture(page, "hands-unknown")


def test_directions_follow_the_word_and_what_is_typed(page, lab):
    output = show_widget(page, lab, "directions")
    picture = output.locator("img")
    shows(picture, "Word 3, 'Verda', becomes ''.", "1 of 3 words (word 3)")
    output.locator("input[type=text]").press_sequentially("<i>$x$")
    shows(picture, "Word 3, 'Verda', becomes '<i>$x$'.", "3 of 3 words (words 1 to 3)")
    output.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowLeft")
    shows(picture, "Word 2, 'saw'", "2 of 3 words (words 2 to 3)", "(words 1 to 2)")
    keep_picture(page, "hands-directions")


def test_rates_follow_the_slider(page, lab):
    output = show_widget(page, lab, "rates")
    picture = output.locator("img")
    shows(picture, "SGD at rate 0.1 ends at 2.")
    output.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    shows(
        picture,
        "SGD at rate 10 has gained nothing: it ends at 9, on the way at most 9.",
    )
    keep_picture(page, "hands-rates")


def test_a_text_is_tagged_while_it_is_typed_and_stays_text(page, lab):
    from playwright.sync_api import expect

    output = show_widget(page, lab, "tagging")
    page.locator(".jp-MarkdownOutput mjx-container").first.wait_for()
    line, shown = (
        output.locator("input[type=text]"),
        output.locator(".widget-html-content"),
    )
    expect(shown).to_contain_text("won.")
    line.fill("")
    expect(shown).not_to_contain_text("Pell")
    line.press_sequentially("Ms. Jordan flew to Paris on Monday.")
    expect(shown.locator("mark").nth(0)).to_have_text(
        re.compile(r"^Ms. Jordan per [01]\.\d\d")
    )
    expect(shown.locator("mark").nth(1)).to_have_text(
        re.compile(r"^Paris geo [01]\.\d\d")
    )
    hostile = "It cost $30 and $50. " + "".join(HOSTILE[:7])
    for text in [hostile, r"\(x\) $$y$$", TURNED]:
        line.fill(text)
        page.wait_for_timeout(1500)  # in which a formula would be set
        seen = shown.locator("div.mathjax_ignore").first.evaluate(WITHOUT_TYPES)
        assert seen.replace(" ", "") == writable(text).replace(" ", "")
        names = "e => [...e.querySelectorAll('*')].map(each => each.localName)"
        allowed = {"div", "mark", "small", "b", "bdi", "span", "br"}
        assert {*shown.evaluate(names)} <= allowed, text
        assert page.title() != "run"
        keep_picture(page, f"hands-tagging-{len(text)}")
    line.fill("Zebulon Quist met Ms. Jordan in Rome.")
    expect(shown).to_contain_text("Never seen in training: Zebulon, Quist.")
    keep_picture(page, "hands-tagging")


def test_viterbi_follows_step_and_score(page, lab):
    output = show_widget(page, lab, "viterbi")
    picture = output.locator("img")
    shows(picture, "Word 1 of 2: the highest v is 1.00 for O", "ln Z = 2.63")
    step, score = (output.locator(".noUi-handle").nth(k) for k in range(2))
    step.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    shows(picture, "Best path O B-per: score 2.00, probability 0.53")
    score.focus()
    for _ in range(11):
        page.keyboard.press("ArrowLeft")
    shows(picture, "Best path B-per B-per: score 1.00, ")
    keep_picture(page, "hands-viterbi")


def test_a_learning_curve_follows_the_slider(page, lab):
    output = show_widget(page, lab, "learning")
    picture = output.locator("img")
    shows(picture, "400 sentences: mean F1 0.800, from 0.750 to 0.850 in 2 runs")
    output.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowLeft")
    shows(picture, "200 sentences: F1 0.700, in one run +0.150 against 100")
    keep_picture(page, "hands-learning")


TRAINING = [
    """import json
import torch
from lstm_helpers.data import benchmark_split, build_encoder, read_corpus
from lstm_helpers.models import RecurrentTagger
from lstm_helpers.training import Plan, fit

split = benchmark_split(read_corpus("sample").sentences)
train, validation = split.train[:300], split.validation[:50]
encoder = build_encoder(train)

def say(record):
    print(f"epoch {record.epoch} done", flush=True)""",
    """torch.manual_seed(0)
model = RecurrentTagger(len(encoder.words), len(encoder.tags))
history = fit(model, encoder, train, validation, Plan(epochs=2000), progress=False,
              checkpoint="checkpoint-of-stop", on_epoch=say)
print(len(history), "epochs:", json.dumps([record[:-1] for record in history]))""",
]


def stop_after(page, n_epochs):
    """Run all cells, press Stop after so many epochs; the first epoch, the history."""
    from playwright.sync_api import expect

    execute(page, "runmenu:run-all")
    output = page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea")
    line = re.compile(rf"epoch {n_epochs} done")
    expect(output).to_contain_text(line, timeout=120_000)
    page.get_by_title("Interrupt the kernel").click()
    expect(output).to_contain_text(re.compile(r"\d+ epochs: "), timeout=120_000)
    page.wait_for_function(KERNEL_IDLE)
    assert not output.locator(
        "[data-mime-type='application/vnd.jupyter.error']"
    ).count()
    said = output.inner_text()
    n_said, records = re.search(r"(\d+) epochs: (.*)", said).groups()
    history = json.loads(records)
    assert len(history) == int(n_said) >= n_epochs
    return int(re.match(r"epoch (\d+) done", said)[1]), history


def test_the_stop_button_ends_a_training_which_goes_on_when_run_again(page, lab):
    cells = [nbformat.v4.new_code_cell(source) for source in TRAINING]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab[2] / "stop.ipynb")
    open_notebook(page, lab, "stop.ipynb")
    began, first = stop_after(page, 3)
    assert began == 1
    went_on, again = stop_after(page, len(first) + 2)
    assert went_on == len(first) + 1
    assert again[: len(first)] == first
