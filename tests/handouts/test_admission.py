"""What a notebook must hold to be handed out; odd things that come through whole."""

import base64
import json
import re

import nbformat.v4 as nbf
import pytest

from handouts import __main__ as handouts
from handouts.course import Edition, read_course
from handouts.documents import make_document
from handouts.pages import make_pages
from handouts.slides import make_slides

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8A"
    "AAAASUVORK5CYII="
)


def executed(source, *outputs, **metadata):
    return nbf.new_code_cell(
        source, execution_count=1, outputs=list(outputs), metadata=metadata
    )


def shown(data, **about):
    return nbf.new_output("display_data", data, metadata=about)


def printed(text):
    return nbf.new_output("stream", text=text)


def picture(**about):
    png = base64.b64encode(DOT).decode()
    return shown({"image/png": png}, **{"image/png": about})


@pytest.fixture
def write(tmp_path):
    def write_notebook(*cells, title="# 1. One"):
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        notebook = nbf.new_notebook(cells=[nbf.new_markdown_cell(title), *cells])
        (folder / "01_one.ipynb").write_text(json.dumps(notebook), "utf-8")
        return folder

    return write_notebook


@pytest.fixture
def page(write, tmp_path):
    def make(*cells, **options):
        chapters = read_course(write(*cells, **options))
        [path] = make_pages(chapters, Edition.SOLUTIONS, tmp_path)
        return path.read_text("utf-8")

    return make


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (nbf.new_code_cell("x = 1"), "was not run"),
        (executed("# Solution\nx = 1"), "without the tag 'solution'"),
        (
            executed("# Solution\nx = 1", tags=["Solution"]),
            "without the tag 'solution'",
        ),
        (executed("draw()", picture()), "picture without an alternative text"),
        (executed("draw()", picture(alt=" ")), "picture without an alternative text"),
        (executed("x", shown({"image/svg+xml": "<svg/>"})), r"image/svg\+xml, wanted"),
        (
            executed("x", shown({"text/plain": "<IPython.core.display.SVG object>"})),
            "text/plain, wanted",
        ),
        (
            executed("x", shown({"text/html": '<img src="https://a.invalid/p.png">'})),
            "got 'src=\"' in HTML",
        ),
        (executed("x", shown({"text/html": "<script>1</script>"})), "got '<script'"),
        (nbf.new_raw_cell("x"), "got a raw cell"),
        (nbf.new_markdown_cell("x", attachments={"a": {}}), "got an attachment"),
    ],
)
def test_what_would_be_lost_is_refused_with_its_cell(write, cell, problem):
    with pytest.raises(ValueError, match=rf"01_one\.ipynb: cell 1: .*{problem}"):
        read_course(write(cell))


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"nbformat": 4}'])
def test_what_is_no_notebook_is_named(tmp_path, content):
    (tmp_path / "01_one.ipynb").write_text(content)
    with pytest.raises(ValueError, match=r"01_one\.ipynb: got no "):
        read_course(tmp_path)


def test_empty_cells_and_commands_of_ipython_come_through(write, tmp_path):
    cells = [nbf.new_code_cell(""), executed("%matplotlib inline"), executed("# only")]
    chapters = read_course(write(*cells, executed("!ls\n", printed("a"))))
    [deck] = make_slides(chapters, tmp_path)
    assert "!ls" in re.sub("<[^>]*>", "", deck.read_text("utf-8"))


def test_what_a_terminal_would_hide_is_written_out(write, tmp_path):
    text = "\x1b[31mred\x1b[0m \x1b]8;;x\x07link\x1b]8;;\x07 \x08 \ufffe \udc80"
    chapters = read_course(write(executed("x", printed(text))))
    [output] = chapters[0].notebook.cells[1].outputs
    assert output.text == "red link ␈ \ufffd \\udc80"
    make_document(chapters, Edition.LEARNER, tmp_path / "course.epub")


@pytest.mark.parametrize("alt", ['F1 of "B-per"', "a \\ b", "a < b & c", "[x]{y} $z$"])
def test_a_figures_text_arrives_whatever_it_says(page, alt):
    text = page(executed("draw()", picture(alt=alt)))
    [found] = re.findall(r'<img[^>]* alt="([^"]*)"', text)
    for entity, letter in [("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">")]:
        found = found.replace(entity, letter)
    assert found.replace("&amp;", "&") == alt
    assert "{.figure" not in text


def test_text_is_no_part_of_the_template(page):
    text = page(
        executed("x", printed("{style} {script} $body$ $5")), title="# 1. $5 <b"
    )
    assert "{style} {script} $body$ $5" in text
    assert "<title>1. $5 &lt;b</title>" in text


def test_comments_go_but_not_out_of_code(page):
    text = page(
        nbf.new_markdown_cell("a<!-- gone --> b `<!-- kept -->`\n\n<!-- gone -->")
    )
    assert "gone" not in text
    assert "&lt;!-- kept --&gt;" in text


def test_an_equation_in_a_list_keeps_its_number(page):
    text = page(nbf.new_markdown_cell("- $$x = 1 \\tag{1.1}$$\n- b"))
    assert 'data-number="1.1"' in text
    assert "\\tag" not in text


def test_markdown_is_what_jupyterlab_makes_of_it(page):
    text = page(nbf.new_markdown_cell("H~2~O :smile: from $30 million to $50 million"))
    assert "H~2~O :smile: from $30 million to $50 million" in text


def test_a_marker_of_nbgrader_is_refused(write, tmp_path):
    cells = [
        nbf.new_markdown_cell("### Exercise 1.1: x"),
        executed("# Your code here"),
        executed("# Solution\nx\n### END SOLUTION\ny", tags=["solution"]),
    ]
    arguments = ["--notebooks", str(write(*cells)), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit, match="wanted none: nbgrader would cut there"):
        handouts.main([*arguments, "--only", "nbgrader"])
    assert not (tmp_path / "out").exists()
