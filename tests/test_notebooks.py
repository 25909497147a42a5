"""What every notebook keeps to; that its outputs are right is nbval's business."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [
    "01_math",
    "02_data",
    "03_model",
    "04_training",
    "05_prediction",
    "06_gradients",
    "07_crf",
    "08_your_corpus",
]
TAG = re.compile(r"\\tag\{(\d+\.\d+)\}")
CITED = re.compile(r"(?:#|equations?|to|and) \((\d+\.\d+)\)")


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def asserts(cell):
    nodes = [*ast.walk(ast.parse(cell.source))]
    called = [ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)]
    return "corpus.confirm" in called or any(isinstance(n, ast.Assert) for n in nodes)


def test_the_series_is_complete():
    assert [path.stem for path in PATHS] == NAMES


def test_opens_with_title_and_plan(notebook):
    opening = notebook.cells[0].source
    number = PATHS.index(next(p for p in PATHS if nbformat.read(p, 4) == notebook)) + 1
    assert opening.startswith(f"# {number}. ")
    for promise in (
        "**What you'll do.**",
        "**What you'll learn.**",
        "**What you need.**",
    ):
        assert promise in opening
    titles = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    ]
    assert len(titles) == 1, "one H1"


def test_links_lead_to_files(notebook):
    for cell in notebook.cells:
        for target in re.findall(r"\]\(([\w./-]+)\)", cell.source):
            assert (ROOT / "notebooks" / target).exists(), target


def test_imports_stand_in_the_first_code_cell(notebook):
    _, *others = code_cells(notebook)
    for cell in others:
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Import | ast.ImportFrom), cell.source
    for cell in code_cells(notebook):
        assert "sys.path" not in cell.source
        assert "filterwarnings" not in cell.source
        assert not re.search(r"^\s*[!%]|import \*", cell.source, re.MULTILINE)


def test_begins_with_at_most_eight_lines_of_imports(notebook):
    lines = code_cells(notebook)[0].source.splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    assert 1 < len(imports) <= 8
    assert re.search(
        r"^from lstm_helpers import (\(\s+)?data\b", "\n".join(lines), re.M
    )


def test_names_its_corpus_early(notebook):
    early = code_cells(notebook)[:2]
    assert any("print(corpus)" in cell.source for cell in early)


def test_is_stored_as_run_from_top_to_bottom(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all("id" in cell for cell in notebook.cells)
    for cell in cells:
        errors = [o for o in cell.outputs if o.output_type == "error"]
        assert not errors or "raises-exception" in tags(cell), cell.source


def test_what_depends_on_the_clock_is_not_compared(notebook):
    for cell in code_cells(notebook):
        if "timed" in tags(cell):
            assert "nbval-ignore-output" in tags(cell), cell.source
        printed = " ".join(output.get("text", "") for output in cell.outputs)
        assert "timed" in tags(cell) or "words/s" not in printed, cell.source


def test_two_cells_of_three_show_something(notebook):
    cells = [
        cell
        for cell in code_cells(notebook)
        if not {"solution", "check"} & {*tags(cell)}
        and cell.source != "# Your code here"
    ]
    silent = [cell.source for cell in cells if not cell.outputs]
    assert len(silent) <= len(cells) / 3, f"{len(silent)} of {len(cells)} show nothing"


def test_is_small_and_holds_no_timing():
    for path in PATHS:
        assert path.stat().st_size < 1_000_000, path
        text = path.read_text("utf-8")
        assert "iopub.execute_input" not in text
        assert "application/vnd.jupyter.widget-state" not in text


def test_every_ignored_output_is_followed_by_an_assertion(capsys):
    n_ignored = 0
    for path in PATHS:
        cells = code_cells(nbformat.read(path, as_version=4))
        for cell, following in zip(cells, [*cells[1:], None], strict=True):
            assert "nbval-skip" not in tags(cell), "a skipped cell is not run"
            if "nbval-ignore-output" in tags(cell):
                n_ignored += 1
                assert following is not None, f"{path.name}: {cell.source}"
                assert asserts(following), f"{path.name}: {cell.source}"
    with capsys.disabled():
        print(f"\n{n_ignored} cells with ignored output, an assertion after each")
    assert n_ignored > 0


class NoMathematics(HTMLParser):
    """Reads the text of an output that MathJax, from 3 on or before, would typeset."""

    def __init__(self, content):
        super().__init__()
        self.open, self.text = [], ""
        self.feed(content)

    def handle_starttag(self, tag, attributes):
        self.open.append((tag, {*(dict(attributes).get("class") or "").split()}))

    def handle_endtag(self, tag):
        while self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        classes = set().union(*(given for _, given in self.open))
        kept = classes >= {"mathjax_ignore", "tex2jax_ignore"}
        if not kept and "style" not in dict(self.open):
            self.text += data.strip()


def test_no_output_can_be_taken_for_mathematics():
    shown = [
        output.data
        for path in PATHS
        for cell in code_cells(nbformat.read(path, as_version=4))
        for output in cell.outputs
        if "data" in output
    ]
    pages = [data["text/html"] for data in shown if "text/html" in data]
    assert len(pages) > 3
    assert [NoMathematics(page).text for page in pages] == [""] * len(pages)
    assert not {"text/markdown", "text/latex"} & {
        kind for data in shown for kind in data
    }


def test_images_have_alt_text(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                alt = output.metadata.get("image/png", {}).get("alt", "")
                assert len(alt) > 20, cell.source
    for cell in notebook.cells:
        for image in re.findall(r"!\[([^\]]*)\]\(", cell.source):
            assert image.strip(), cell.source


def test_every_equation_is_stated_once_and_cited_rightly():
    notebooks = [nbformat.read(path, as_version=4) for path in PATHS]
    text = "\n".join(c.source for n in notebooks for c in n.cells)
    stated = TAG.findall(text)
    assert len(stated) == len(set(stated)) > 0
    code = "\n".join(
        p.read_text("utf-8") for p in (ROOT / "lstm_helpers").rglob("*.py")
    )
    cited = set(CITED.findall(code)) | set(CITED.findall(text))
    assert cited
    assert cited <= set(stated)


def test_no_equation_ends_with_an_empty_line(notebook):
    for cell in notebook.cells:
        ends_empty = re.search(r"\\\\\s*\\end\{", cell.source)
        assert not ends_empty, f"got \\\\ before \\end, an error to MathJax 4:\n{cell}"
