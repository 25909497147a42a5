"""The pages say what is so: their links, commands, code and minutes."""

import doctest
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import mistune
import nbformat
import pytest

import lstm_helpers
from lstm_helpers.__main__ import main
from lstm_helpers.scale.tagging import ENDINGS

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("quote", ROOT / "tools" / "quote.py")
quote = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(quote)

PAGES = [path for path in quote.find_pages(ROOT) if path.suffix == ".md"]
PARSE = mistune.create_markdown(renderer=None, plugins=["table"])
README = ROOT / "README.md"
MAINTAINING = ROOT / "docs" / "maintaining.md"
SCALE = ROOT / "docs" / "scale.md"
START_HERE = ROOT / "notebooks" / "START_HERE.md"
CLASS = ROOT / "handouts" / "assets" / "class.md"
RULES = (ROOT / "Makefile").read_text("utf-8")
TARGETS = {*re.findall(r"^([\w./-]+):", RULES, re.MULTILINE)} - {".PHONY"}
PHONY = {*" ".join(re.findall(r"^\.PHONY: (.*)", RULES, re.MULTILINE)).split()}
HANDOUTS = "requirements-handouts.lock"
MADE = re.compile(r"\bmake ([a-z./][\w./-]*)")


def tokens(path, kind):
    """All tokens of a kind on a page, in its order, however deep."""

    def walk(nodes):
        for node in nodes:
            if node["type"] == kind:
                yield node
            yield from walk(node.get("children", []))

    return walk(PARSE(path.read_text("utf-8")))


def text_of(node):
    """What a reader sees of a token."""
    return node.get("raw", "") + "".join(map(text_of, node.get("children", [])))


def anchors(path):
    """What a link may have behind its #, by GitHub's rule."""
    for heading in tokens(path, "heading"):
        kept = re.sub(r"[^\w\- ]", "", text_of(heading).lower())
        yield kept.replace(" ", "-")


def blocks(path):
    """The code blocks of a page."""
    return [node["raw"] for node in tokens(path, "block_code")]


def rows(path, n_columns):
    """The rows of a page's tables, of those with so many columns."""
    for row in tokens(path, "table_row"):
        if len(row["children"]) == n_columns:
            yield row["children"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings(path):
    for node in [*tokens(path, "link"), *tokens(path, "image")]:
        link = urlsplit(node["attrs"]["url"])
        if link.scheme:
            continue
        target = path.parent / unquote(link.path) if link.path else path
        assert target.exists(), link.path
        if link.fragment:
            assert link.fragment in anchors(target), link.fragment


def test_all_pages_can_be_reached_from_the_readme():
    reached, waiting = set(), [README]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        links = [urlsplit(n["attrs"]["url"]).path for n in tokens(path, "link")]
        found = {(path.parent / link).resolve() for link in links if link}
        waiting += [page for page in found & {*PAGES} if page not in reached]
    docs = {*(ROOT / "docs").glob("*.md"), ROOT / "data" / "README.md"}
    assert docs <= reached


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_images_have_alt_text(path):
    for node in tokens(path, "image"):
        assert len(text_of(node)) > 20


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_make_is_told_is_in_the_makefile(path):
    code = [text_of(node) for node in tokens(path, "codespan")]
    for found in MADE.findall("\n".join(code + blocks(path))):
        assert found in TARGETS, f"make {found}"


def test_the_readme_fits_on_a_screen_or_two():
    """GitHub shows about 70 lines of text then; tables and code count."""
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 85
    seen = re.sub(r"<!--.*?-->|\]\(.*?\)", "", text)
    assert len(seen.split()) <= 720, "say it in docs/, and link to it"


# --- what runs


def test_the_readmes_code_is_the_packages_own_doctest():
    examples = doctest.DocTestParser().get_examples(lstm_helpers.__doc__)
    [code] = [n for n in tokens(README, "block_code") if n.get("attrs")]
    assert code["attrs"]["info"] == "python"
    lines = "".join(example.source for example in examples).splitlines()
    assert [line for line in code["raw"].splitlines() if line] == lines
    printed = "".join(example.want for example in examples).splitlines()
    said = re.search(r"This prints (.*?)\.\n", README.read_text("utf-8"), re.DOTALL)
    assert re.findall(r"`(.*?)`", said[1]) == printed


def test_the_readmes_sentence_is_tagged_so(capsys):
    [block] = [block for block in blocks(README) if block.startswith("$ python")]
    command, tagged = block.splitlines()
    words = re.fullmatch(r'\$ python -m lstm_helpers tag "(.*)"', command)[1]
    main(["tag", words])
    assert capsys.readouterr().out == f"{tagged}\n"


def commands_of(target, *options):
    """What make would type, as somebody would who has activated .venv."""
    done = subprocess.run(
        ["make", "--dry-run", *options, *target.split()],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    text = done.stdout.replace("\\\n", "").replace(str(ROOT), "$PWD")
    return [" ".join(line.split()) for line in text.splitlines()]


def typed():
    """The commands that the page says make types, by its arguments."""
    for block in blocks(MAINTAINING):
        for part in re.split(r"\n\n+", block.strip()):
            first, *lines = part.splitlines()
            if first.startswith("# make "):
                yield first.removeprefix("# make "), lines


@pytest.mark.skipif(not shutil.which("make"), reason="no make")
def test_without_make_one_types_what_make_would():
    found = dict(typed())
    set_up = found.pop(".venv/ready")
    assert set_up == commands_of(".venv/ready", "--always-make")
    old = "--old-file=.venv/ready"
    more = found.pop(f".venv/{HANDOUTS}")
    assert more == commands_of(f".venv/{HANDOUTS}", old, f"--what-if={HANDOUTS}")
    for target, lines in found.items():
        assert [re.sub(r"^LSTM_CORPUS=\S+ ", "", line) for line in lines] == [
            line.replace(".venv/bin/", "")
            for line in commands_of(target, old, f"--old-file=.venv/{HANDOUTS}")
        ], f"make {target}"
    assert {target.split()[0] for target in found} == PHONY


def test_every_target_is_explained():
    first = [text_of(cells[0]) for cells in rows(MAINTAINING, 2)]
    assert {*MADE.findall("\n".join(first))} == PHONY


# --- what belongs together


def test_the_map_names_every_module_and_no_other():
    package = Path(lstm_helpers.__file__).parent
    modules = {
        ".".join(path.relative_to(package).with_suffix("").parts)
        for path in package.rglob("*.py")
        if path.stem not in ("__init__", "__main__")
    }
    rooms = {module.partition(".")[0] for module in modules}
    table = [cells for cells in rows(MAINTAINING, 3) if text_of(cells[0])]
    named = {text_of(node) for cells in table for node in spans(cells[1])}
    assert named <= modules | rooms
    whole = named & rooms
    assert {m for m in modules if m.partition(".")[0] not in whole} <= named
    linked = {text_of(cells[0]) for cells in table} - {"all"}
    assert linked == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}


def spans(cell):
    return [node for node in cell["children"] if node["type"] == "codespan"]


def test_all_formats_of_a_cluster_are_named():
    options = {text_of(cells[0]): cells[1] for cells in rows(SCALE, 2)}
    assert {text_of(node) for node in spans(options["--format"])} == {*ENDINGS}


def test_tests_that_are_named_exist():
    found = {text_of(node) for node in tokens(MAINTAINING, "codespan")}
    named = {name for name in found if re.fullmatch(r"test_\w+", name)}
    assert {"test_notebooks", "test_docs"} <= named
    assert named <= {path.stem for path in (ROOT / "tests").glob("test_*.py")}


# --- how long it takes

NEEDS = re.compile(r"[Aa]bout (\d+) minutes without the exercises")


def minutes_of(notebook):
    """What a notebook's opening says that it takes."""
    [minutes] = NEEDS.findall(nbformat.read(notebook, as_version=4).cells[0].source)
    return int(minutes)


@pytest.mark.parametrize("path", [README, START_HERE], ids=lambda path: path.name)
def test_minutes_are_the_notebooks_own(path):
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    listed = {}
    for title, _, minutes in rows(path, 3):
        if text_of(minutes).isdigit():
            [link] = [n for n in title["children"] if n["type"] == "link"]
            target = (path.parent / link["attrs"]["url"]).resolve()
            listed[target] = int(text_of(minutes))
    assert [*listed] == notebooks, "in their order"
    assert listed == {path: minutes_of(path) for path in notebooks}


@pytest.mark.parametrize(
    "path", [README, START_HERE, CLASS], ids=lambda path: path.name
)
def test_the_hours_are_the_minutes_sum(path):
    minutes = sum(map(minutes_of, (ROOT / "notebooks").glob("*.ipynb")))
    words = {8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}
    assert f"about {words[round(minutes / 60)]} hours" in path.read_text("utf-8")
