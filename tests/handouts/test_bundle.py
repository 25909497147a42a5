"""The class's zip: all that its README promises, no solution, and it works alone."""

import html
import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import nbformat
import pytest

from handouts.__main__ import KINDS
from handouts.bundle import make_bundle
from handouts.cells import is_check, is_solution
from handouts.course import read_course

ROOT = Path(__file__).parents[2]
CHAPTER = 4  # the fifth, which needs the bundled corpus and tagger
TEXT = "Ms. Jordan flew to Paris."
TAGGED = "[Ms. Jordan per 1.00] flew to [Paris geo 1.00].\n"


@pytest.fixture(scope="module")
def chapters():
    return read_course(ROOT / "notebooks")


@pytest.fixture
def stand_ins(chapters, tmp_path):
    """A folder in which other kinds have left their files, by name."""
    out = tmp_path / "out"
    (out / "learner").mkdir(parents=True)
    names = ["course-learner.pdf", "course-solutions.pdf", "course.epub", "course.docx"]
    names.append("learner/START_HERE.ipynb")
    for folder in ("learner", "solutions", "slides"):
        (out / folder).mkdir(exist_ok=True)
        for chapter in chapters:
            names += [f"{folder}/{chapter.name}{end}" for end in (".html", ".ipynb")]
    for name in names:
        (out / name).write_text(name)
    return out


def unzip(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_what_its_readme_names_and_what_pip_needs(
    chapters, stand_ins, tmp_path
):
    make_bundle(chapters, stand_ins, tmp_path / "course.zip")
    files = unzip(tmp_path / "course.zip")
    assert {name.partition("/")[0] for name in files} == {"lstm-course"}
    names = {name.removeprefix("lstm-course/") for name in files}
    code = {p.relative_to(ROOT).as_posix() for p in ROOT.glob("lstm_helpers/**/*.py")}
    assert code | {"lstm_helpers/style.mplstyle", "data/sample.csv"} <= names
    readme = files["lstm-course/README.md"].decode()
    promised = re.findall(r"`([\w.-]+(?:/|\.\w+))`", readme)
    assert len(promised) > 10
    tops = {name.partition("/")[0] + "/" for name in names} | names
    tops |= {"START_HERE.ipynb", "lstm-course.zip", "wheels/"}  # within, itself, made
    assert {*promised} <= tops
    assert {"notebooks/START_HERE.ipynb", "constraints.txt", "pyproject.toml"} <= names


def test_of_what_was_made_learners_get_only_what_is_theirs(
    chapters, stand_ins, tmp_path
):
    make_bundle(chapters, stand_ins, tmp_path / "course.zip")
    made = {path.read_bytes() for path in stand_ins.rglob("*") if path.is_file()}
    taken = {
        content.decode()
        for content in unzip(tmp_path / "course.zip").values()
        if content in made
    }
    assert not [name for name in taken if "solution" in name]
    own = {p.relative_to(stand_ins).as_posix() for p in stand_ins.glob("learner/*")}
    slides = {f"slides/{chapter.name}.html" for chapter in chapters}
    assert taken == own | slides | {"course-learner.pdf", "course.epub"}


def test_the_real_corpus_is_left_where_it_lies(chapters, stand_ins, tmp_path):
    make_bundle(chapters, stand_ins, tmp_path / "course.zip")
    data = [name for name in unzip(tmp_path / "course.zip") if "/data/" in name]
    tracked = subprocess.check_output(["git", "ls-files", "data"], cwd=ROOT, text=True)
    own = [name for name in data if not name.startswith("lstm-course/lstm_helpers/")]
    assert len(own) >= 5
    assert {name.removeprefix("lstm-course/") for name in own} <= {*tracked.split()}


def test_two_zips_have_the_same_bytes(chapters, stand_ins, tmp_path):
    make_bundle(chapters, stand_ins, tmp_path / "first.zip")
    for path in stand_ins.rglob("*"):
        os.utime(path, (0, 0))
    make_bundle([*reversed(chapters)], stand_ins, tmp_path / "second.zip")
    first, second = (tmp_path / f"{name}.zip" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_what_is_missing_is_named_and_no_zip_left(chapters, stand_ins, tmp_path):
    (stand_ins / "course.epub").unlink()
    with pytest.raises(FileNotFoundError, match=r"course\.epub: got nothing, wanted"):
        make_bundle(chapters, stand_ins, tmp_path / "course.zip")
    assert not (tmp_path / "course.zip").exists()


# --- the real one, of a chapter


@pytest.fixture(scope="module")
def chapter(chapters):
    return chapters[CHAPTER]


@pytest.fixture(scope="module")
def bundle(chapter, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    for kind in ("notebooks", "pages", "books", "documents", "slides", "bundle"):
        assert [*KINDS[kind]([chapter], out)]
    return out / "lstm-course.zip"


@pytest.fixture
def unpacked(bundle, tmp_path):
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "home")
    return tmp_path / "home" / "lstm-course"


@pytest.fixture
def alone(tmp_path):
    """The environment of somebody else, without a network, who has the packages."""
    guard = str(ROOT / "tests" / "no_network")
    kept = {
        name: os.environ[name]
        for name in ("PATH", "OMP_NUM_THREADS")
        if name in os.environ
    }
    return kept | {"HOME": str(tmp_path / "home"), "PYTHONPATH": guard}


def plain(page):
    """A page's text without its tags and white space."""
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]*>", "", page)))


def texts(bundle):
    """What can be read in the zip, by its name."""
    for name, content in unzip(bundle).items():
        if name.endswith(".epub"):
            for part, page in unzip(BytesIO(content)).items():
                if part.endswith(".xhtml"):
                    yield name, plain(page.decode())
        elif name.endswith(".ipynb"):
            cells = nbformat.reads(content.decode(), as_version=4).cells
            yield name, plain("".join(html.escape(cell.source) for cell in cells))
        elif name.endswith(".html"):
            yield name, plain(content.decode())


@pytest.mark.long
def test_no_solution_is_in_the_zip(chapter, bundle):
    code = [cell for cell in chapter.notebook.cells if cell.cell_type == "code"]
    solutions = [c for c in code if is_solution(c)]
    checks = [c for c in code if is_check(c)]
    formats = {name.rpartition(".")[2] for name, _ in texts(bundle)}
    assert formats == {"ipynb", "html", "epub"}
    for end in formats:
        text = "".join(text for name, text in texts(bundle) if name.endswith(end))
        for cell in checks:  # or the search would find nothing
            assert re.sub(r"\s", "", cell.source) in text
        for cell in solutions:
            solution = cell.source.removeprefix("# Solution\n")
            assert re.sub(r"\s", "", solution) not in text


@pytest.mark.long
def test_unpacked_it_runs_without_a_network(chapter, unpacked, alone):
    """As after the README's set-up, which pip install -e makes."""
    alone["PYTHONPATH"] += os.pathsep + str(unpacked)
    path = unpacked / "notebooks" / f"{chapter.name}.ipynb"
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace"]
    done = subprocess.run(
        [*command, "--allow-errors", path],
        cwd=unpacked,
        env=alone,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    code = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    for cell in code:
        errors = [o.ename for o in cell.outputs if o.output_type == "error"]
        assert errors == (["NameError"] if is_check(cell) else []), cell.source
    where = "from lstm_helpers import files; print(files.find_bundled('sample.csv'))"
    command = [sys.executable, "-c", where]
    found = subprocess.check_output(command, cwd=path.parent, env=alone, text=True)
    assert Path(found.strip()) == unpacked / "data" / "sample.csv"


@pytest.mark.long
def test_pip_installs_the_zip_as_it_is(bundle, alone, tmp_path):
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    how = ["--no-index", "--no-build-isolation", "--target", site]  # no network here
    subprocess.run([*command, *how, bundle], env=alone, check=True)
    alone["PYTHONPATH"] += os.pathsep + str(site)
    tag = [sys.executable, "-m", "lstm_helpers", "tag", TEXT]
    done = subprocess.run(tag, cwd=empty, env=alone, check=True, stdout=subprocess.PIPE)
    assert done.stdout.decode() == TAGGED
