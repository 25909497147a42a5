"""Notebooks are executed into copies for paper, or in place for the screen."""

import base64
import importlib.util
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)
from PIL import Image

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("run", ROOT / "tools" / "notebooks.py")
notebooks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(notebooks)

pytestmark = pytest.mark.long

DRAWS = """
import matplotlib.pyplot as plt
from lstm_helpers import figures
plt.style.use("lstm_helpers.style")
figures.plot_curves({"h": [1, 2]}).set_title("It rises")
figures.show()
"""
MEETS = """
import os, pathlib, time
pathlib.Path("{mine}").touch()
for _ in range(600):
    if pathlib.Path("{other}").exists():
        break
    time.sleep(0.1)
print(pathlib.Path("{other}").exists(), os.environ["OMP_NUM_THREADS"])
"""
TIMED = "import time\nprint(time.perf_counter())"
COUNTS = """
with open("runs", "a") as file:
    print("01", file=file)
"""


@pytest.fixture
def write_notebook(tmp_path):
    """Write a notebook of one's own."""

    def write(name, *sources):
        path = tmp_path / name
        cells = [
            new_code_cell(source, id=f"cell{k}") for k, source in enumerate(sources)
        ]
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return write


def picture(path):
    """The last picture of a notebook, and what is said of it."""
    output = nbformat.read(path, as_version=4).cells[-1].outputs[-1]
    png = base64.b64decode(output.data["image/png"])
    return Image.open(io.BytesIO(png)), output.metadata["image/png"]


def test_copies_are_sharp_and_stored_outputs_are_small(write_notebook, tmp_path):
    path = write_notebook("01_a.ipynb", DRAWS)
    notebooks.run([path], tmp_path / "build")
    names = {file.name for file in (tmp_path / "build").iterdir()}
    assert names == {"01_a.ipynb", "executed.json"}, "and no page"
    assert not nbformat.read(path, as_version=4).cells[0].outputs, "left as it was"
    notebooks.refresh([path])
    sharp, about_sharp = picture(tmp_path / "build" / path.name)
    stored, about_stored = picture(path)
    assert about_stored == {"alt": "It rises."}
    assert abs(sharp.width - 2 * stored.width) <= 2
    assert about_sharp == about_stored | {"width": round(sharp.width / 2)}


def test_two_run_at_once_each_on_one_thread(write_notebook, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    paths = [
        write_notebook(f"0{mine}_x.ipynb", MEETS.format(mine=mine, other=other))
        for mine, other in ("12", "21")
    ]
    notebooks.run(paths, tmp_path / "build", jobs=2)
    for path in paths:
        [cell] = nbformat.read(tmp_path / "build" / path.name, as_version=4).cells
        assert cell.outputs[0].text == "True 1\n"


def test_what_is_up_to_date_is_not_run_again(write_notebook, tmp_path, capsys):
    path, build = write_notebook("01_a.ipynb", COUNTS), tmp_path / "build"
    for _ in range(2):
        notebooks.run([path], build, if_needed=True)
    assert (tmp_path / "runs").read_text() == "01\n"
    said = capsys.readouterr().out
    assert "0 notebooks executed" in said
    assert "1 were up to date" in said
    path = write_notebook("01_a.ipynb", COUNTS.replace("01", "02"))
    notebooks.run([path], build, if_needed=True)
    notebooks.run([path], build)
    assert (tmp_path / "runs").read_text() == "01\n02\n02\n"


def test_only_a_run_of_all_deletes_copies_and_only_recorded_ones(
    write_notebook, tmp_path, monkeypatch
):
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    build = tmp_path / "build"
    build.mkdir()
    (build / "09_mine.ipynb").write_text("mine")
    paths = [write_notebook(f"0{k}_x.ipynb", "1") for k in (1, 2)]
    arguments = ["run", "--build", str(build)]
    notebooks.main(arguments)
    paths[1].unlink()
    notebooks.main([*arguments, str(paths[0])])
    assert (build / "02_x.ipynb").exists()
    notebooks.main(arguments)
    assert {path.name for path in build.glob("*.ipynb")} == {
        "01_x.ipynb",
        "09_mine.ipynb",
    }


def run_main(paths, build, *arguments):
    """What the command's exit says: nothing, if all is well."""
    try:
        notebooks.main(["run", *map(str, paths), "--build", str(build), *arguments])
    except SystemExit as end:
        return end.code
    return ""


def test_a_cell_that_fails_is_listed_and_the_others_run(write_notebook, tmp_path):
    sources = ["a = 1", "assert a > 2", "1 / 0", "print(a)"]
    paths = [
        write_notebook("01_a.ipynb", *sources),
        write_notebook("02_b.ipynb", COUNTS),
        write_notebook("03_c.ipynb", 'raise ValueError("one\\ntwo")'),
    ]
    notebook = nbformat.read(paths[0], as_version=4)
    notebook.cells.insert(2, new_markdown_cell("Text\n\n## 1.2 A part\n\nText", id="m"))
    notebook.cells[4].outputs = [new_output("stream", text="of another run")]
    nbformat.write(notebook, paths[0])
    build = tmp_path / "build"
    said = run_main(paths, build)
    assert said.splitlines() == [
        f"3 cells failed, in 2 of 3 notebooks; {build} has the copies with the errors:",
        "  01_a, cell [2]: AssertionError at assert a > 2",
        "  01_a, 1.2 A part, cell [3]: ZeroDivisionError: division by zero",
        "  03_c, cell [1]: ValueError: one ...",
    ]
    assert (tmp_path / "runs").exists()
    copy = nbformat.read(build / "01_a.ipynb", as_version=4)
    kinds = [[o.output_type for o in cell.get("outputs", [])] for cell in copy.cells]
    assert kinds == [[], ["error"], [], ["error"], ["stream"]]
    assert copy.cells[4].outputs[0].text == "1\n"


def test_a_copy_that_failed_is_never_up_to_date(write_notebook, tmp_path):
    paths = [write_notebook(f"0{k}.ipynb", COUNTS, f"assert {k} == 1") for k in (1, 2)]
    build = tmp_path / "build"
    for n in (1, 2):
        assert "1 cell failed, in 1 of" in run_main(paths, build, "--if-needed")
        assert (tmp_path / "runs").read_text() == "01\n" * (1 + n)
    paths[1] = write_notebook("02.ipynb", COUNTS)
    for _ in range(2):
        assert run_main(paths, build, "--if-needed") == ""
        assert (tmp_path / "runs").read_text() == "01\n" * 4


def test_a_corpus_that_cannot_be_read_is_said_before_a_notebook_runs(
    write_notebook, tmp_path, monkeypatch
):
    path, corpus = write_notebook("01_a.ipynb", COUNTS), tmp_path / "mine.conll"
    monkeypatch.setenv("LSTM_CORPUS", str(corpus))
    assert "no file" in run_main([path], tmp_path / "build")
    corpus.write_text("In O\nOslo 0\n")
    assert "line 2: got the tag '0'" in run_main([path], tmp_path / "build")
    assert not (tmp_path / "runs").exists()
    corpus.write_text("In O\nOslo B-LOC\n")
    assert run_main([path], tmp_path / "build") == ""
    assert (tmp_path / "runs").exists()


def test_a_cell_that_shall_fail_is_no_failure(write_notebook, tmp_path):
    path = write_notebook("01_a.ipynb", "1 / 0")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)
    assert run_main([path], tmp_path / "build") == ""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "import os, time\nprint(1, flush=True)\ntime.sleep(1)\nos._exit(1)",
            "DeadKernelError: the kernel",
        ),
        (
            "import time\nprint(1, flush=True)\ntime.sleep(60)",
            "CellTimeoutError: it ran",
        ),
    ],
)
def test_what_ends_a_kernel_ends_its_notebook_alone(
    write_notebook, tmp_path, monkeypatch, source, reason
):
    monkeypatch.setattr(notebooks, "CELL_TIMEOUT", 5)
    paths = [
        write_notebook("01_a.ipynb", source, "print(2)"),
        write_notebook("02_b.ipynb", COUNTS),
    ]
    notebook = nbformat.read(paths[0], as_version=4)
    notebook.cells[1].outputs = [new_output("stream", text="of another run")]
    nbformat.write(notebook, paths[0])
    said = run_main(paths, tmp_path / "build")
    assert said.splitlines()[1].startswith(f"  01_a, cell [1]: {reason}")
    assert "the cells below were not run" in said
    copy = nbformat.read(tmp_path / "build" / "01_a.ipynb", as_version=4)
    assert [o.output_type for o in copy.cells[0].outputs] == ["stream", "error"]
    assert copy.cells[1].outputs == []
    assert (tmp_path / "runs").exists()


def test_refreshing_ends_at_the_first_cell_that_fails(write_notebook, tmp_path):
    paths = [write_notebook("01_a.ipynb", "1 / 0", COUNTS)]
    before = paths[0].read_bytes()
    with pytest.raises(CellExecutionError):
        notebooks.refresh(paths)
    assert not (tmp_path / "runs").exists()
    assert paths[0].read_bytes() == before


WRITES = """
import sys
for k in range(300):
    print(k, flush=True)
    print(-k, file=sys.stderr, flush=True)
print("x" * 1_000_000)
"""


def test_much_output_is_joined(write_notebook, tmp_path):
    path = write_notebook("01_a.ipynb", WRITES)
    notebooks.run([path], tmp_path / "build")
    [cell] = nbformat.read(tmp_path / "build" / path.name, as_version=4).cells
    assert {output.name: output.text for output in cell.outputs} == {
        "stdout": "".join(f"{k}\n" for k in range(300)) + "x" * 1_000_000 + "\n",
        "stderr": "".join(f"{-k}\n" for k in range(300)),
    }
    assert len(cell.outputs) == 2


def streams(*outputs):
    """Make outputs: of a stream, or something else that is shown."""
    return [
        new_output("stream", name=name, text=text)
        if name
        else new_output("display_data", {"text/plain": text})
        for name, text in outputs
    ]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], []),
        ([("stdout", "a"), ("stdout", "b")], [("stdout", "ab")]),
        (
            [("stderr", "a"), ("stdout", "b"), ("stderr", "c")],
            [("stdout", "b"), ("stderr", "ac")],
        ),
        (
            [("stderr", "a"), ("", "b"), ("stdout", "c"), ("stderr", "d")],
            [("stderr", "ad"), ("", "b"), ("stdout", "c")],
        ),
        (
            [("stdout", "a\r"), ("", "b"), ("stdout", "c\n"), ("", "b")],
            [("stdout", "c\n"), ("", "b"), ("", "b")],
        ),
    ],
)
def test_what_was_written_is_joined_where_it_began(given, wanted):
    assert notebooks.merge_streams(streams(*given)) == streams(*wanted)


@given(st.text("ab\r\n"))
def test_what_was_overwritten_is_left_out(text):
    """As a pattern says it that takes long for a long line."""
    wanted = re.sub(r".*\r(?=[^\n])", "", text)
    assert notebooks.as_shown(text) == wanted


def refusal(*arguments):
    """What the command says that ends with an error at once."""
    with pytest.raises(SystemExit) as caught:
        notebooks.main([*map(str, arguments)])
    assert isinstance(caught.value.code, str)
    return caught.value.code


@pytest.mark.parametrize("action", ["run", "refresh"])
def test_what_is_no_notebook_is_refused_before_any_runs(
    write_notebook, tmp_path, action
):
    good = write_notebook("01_a.ipynb", COUNTS)
    (tmp_path / "broken.ipynb").write_text("{")
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "text.txt").touch()
    os.mkfifo(tmp_path / "pipe.ipynb")
    before = good.read_bytes()
    build = ["--build", tmp_path / "build"]
    for name, reason in (
        ("broken.ipynb", "got no notebook (JSONDecodeError"),
        ("folder.ipynb", "Is a directory"),
        ("gone.ipynb", "No such file"),
        ("pipe.ipynb", "got a pipe, a device or a socket, wanted a file"),
        ("text.txt", "wanted one that ends in .ipynb"),
    ):
        said = refusal(action, good, tmp_path / name, *build)
        assert reason in said
        assert str(tmp_path / name) in said
        assert "\n" not in said
    assert not (tmp_path / "runs").exists()
    assert good.read_bytes() == before


def test_no_copy_takes_the_place_of_another_file(write_notebook, tmp_path):
    path = write_notebook("01_a.ipynb", COUNTS)
    (tmp_path / "other").mkdir()
    shutil.copy(path, tmp_path / "other")
    before = path.read_bytes()
    build = ["--build", tmp_path / "build"]
    said = refusal("run", path, tmp_path / "other" / path.name, *build)
    assert said.startswith(f"{tmp_path}/other/01_a.ipynb: got another notebook of the")
    said = refusal("run", path, "--build", tmp_path)
    assert said.startswith(f"{path}: got its own place for its copy, wanted another")
    said = refusal("run", path, "--build", path)
    assert "got a file, wanted a folder" in said
    assert path.read_bytes() == before
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_another_number_of_jobs_is_refused_with_the_usage(capsys, jobs):
    with pytest.raises(SystemExit) as caught:
        notebooks.main(["run", f"--jobs={jobs}"])
    assert caught.value.code == 2
    said = f"--jobs: got '{jobs}', wanted a number from 1 on"
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("action", ["run", "refresh"])
def test_cells_without_ids_and_odd_names_run(tmp_path, action, monkeypatch):
    path = tmp_path / "a\udcff\x1b[2J\n.ipynb"
    cells = [new_code_cell(TIMED, metadata={"tags": ["timed"]}), new_code_cell("1")]
    for cell in cells:
        del cell["id"]
    cells[0].outputs = [new_output("stream", text="5 s")]
    notebook = new_notebook(cells=cells, nbformat_minor=4)
    path.write_text(json.dumps(notebook))
    terminal = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    build = tmp_path / "build"
    for _ in range(2):
        notebooks.main([action, str(path), "--build", str(build)])
    terminal.flush()
    said = terminal.buffer.getvalue().decode("ascii")
    assert r"a\ufffd\ufffd[2J" in said
    done = nbformat.read(build / path.name if action == "run" else path, 4)
    assert [cell.id for cell in done.cells] == ["cell-1", "cell-2"]
    assert done.cells[1].outputs[0].data == {"text/plain": "1"}
    assert (done.cells[0].outputs[0].text == "5 s") == (action == "refresh")


# --- the command itself, on a small project

STATES = """
import os, pathlib, sys
print(pathlib.Path("02_b.ipynb").resolve(), sys.executable, object())
"""
FAILS = "import os\nraise OSError(os.getcwd() + '/gone')"
WAITS = """
import os, pathlib, time
pathlib.Path("kernel.new").write_text(str(os.getpid()))
pathlib.Path("kernel.new").rename("kernel")
while not pathlib.Path("go").exists():
    time.sleep(0.05)
print("went on")
"""


@pytest.fixture
def project(tmp_path):
    """What a checkout has for running notebooks, and two small ones."""
    shutil.copytree(
        ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("requirements.lock", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    sources = {"01_a": [COUNTS, STATES, FAILS, TIMED], "02_b": ["print('b')"]}
    for name, cells in sources.items():
        made = [new_code_cell(source, id=f"c{k}") for k, source in enumerate(cells)]
        if name == "01_a":
            made[2].metadata["tags"] = ["raises-exception"]
            made[3].metadata["tags"] = ["timed"]
        nbformat.write(new_notebook(cells=made), folder / f"{name}.ipynb")
    return tmp_path


def start(project, *arguments):
    """Start the command in a project of its own."""
    command = [sys.executable, project / "tools" / "notebooks.py", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LSTM_CORPUS": "sample"}
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **quiet)


def call(project, *arguments):
    """Run the command to its good end; what it prints."""
    process = start(project, *arguments)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    return out


def outputs(path):
    return [
        output
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.outputs
    ]


def test_run_leaves_copies_with_outputs_and_without_paths_of_the_machine(project):
    said = call(project, "run")
    assert f"2 notebooks executed into {project / 'build'}\n" in said
    stated, failed, timed = outputs(project / "build" / "01_a.ipynb")
    notebook, _, address = stated.text.split(maxsplit=2)
    assert notebook == ".../notebooks/02_b.ipynb"
    assert address == "<object object at 0x000000>\n"
    assert failed.evalue == ".../notebooks/gone"
    assert float(timed.text) > 0
    [b] = outputs(project / "build" / "02_b.ipynb")
    assert b.text == "b\n"
    for copy in (project / "build").iterdir():
        assert str(project) not in copy.read_text("utf-8")
    assert "0 notebooks executed" in call(project, "run", "--if-needed")
    assert (project / "notebooks" / "runs").read_text() == "01\n"


def test_a_second_refresh_changes_nothing(project):
    folder = project / "notebooks"
    call(project, "refresh")
    once = {path: path.read_bytes() for path in folder.glob("*.ipynb")}
    assert len(outputs(folder / "01_a.ipynb")) == 3
    call(project, "refresh")
    assert once == {path: path.read_bytes() for path in folder.glob("*.ipynb")}
    assert (folder / "runs").read_text() == "01\n01\n"


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("run", signal.SIGINT),
        ("run", signal.SIGKILL),
        ("refresh", signal.SIGTERM),
        ("refresh", signal.SIGKILL),
    ],
)
def test_what_ends_it_leaves_all_whole_and_no_kernel(project, action, sent):
    first, second = sorted((project / "notebooks").glob("*.ipynb"))
    cells = [new_code_cell(WAITS, id="waits")]
    nbformat.write(new_notebook(cells=cells), second)
    before = second.read_bytes()
    done = (project / "build" / first.name) if action == "run" else first
    process = start(project, action, *(["--jobs=1"] if action == "run" else []))
    kernel = wait_for(lambda: read_number(project / "notebooks" / "kernel"))
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    if sent == signal.SIGKILL:
        assert process.returncode == -sent
    else:
        assert process.returncode == 130
        assert "\nStopped. " in err
        assert "Traceback" not in err
    wait_for(lambda: not lives(kernel))
    assert len(outputs(done)) == 3, "it had ended"
    assert second.read_bytes() == before
    assert not (project / "build" / second.name).exists()
    (project / "notebooks" / "go").touch()
    call(project, action, *(["--if-needed"] if action == "run" else []))
    end = (project / "build" / second.name) if action == "run" else second
    assert [output.text for output in outputs(end)] == ["went on\n"]
    n_runs = (project / "notebooks" / "runs").read_text().count("01")
    assert n_runs == (1 if action == "run" else 2)


@pytest.mark.parametrize("action", ["run", "refresh"])
def test_who_insists_gets_the_same_end(project, action):
    second = project / "notebooks" / "02_b.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(WAITS, id="waits")]), second)
    before = second.read_bytes()
    process = start(project, action, *(["--jobs=1"] if action == "run" else []))
    kernel = wait_for(lambda: read_number(project / "notebooks" / "kernel"))
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.count("\nStopped. ") == 1
    assert "Traceback" not in err
    wait_for(lambda: not lives(kernel))
    assert second.read_bytes() == before


def read_number(path):
    """Read what another process writes there; nothing until it has."""
    return path.exists() and int(path.read_text())


def lives(pid):
    """Say whether a process goes on."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(condition):
    """Ask again and again; what is answered at last."""
    for _ in range(600):
        if answer := condition():
            return answer
        time.sleep(0.1)
    return pytest.fail("waited for a minute, in vain")
