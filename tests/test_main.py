"""The shell's commands, run as a shell runs them."""

import contextlib
import io
import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_helpers import files
from lstm_helpers.__main__ import main

TEXT = "Ms. Jordan flew from Paris to Jordan on Monday."
TAGGED = (
    "[Ms. Jordan per 1.00] flew from [Paris geo 1.00] to [Jordan geo 1.00] "
    "on [Monday tim 1.00]."
)


def test_a_text_is_tagged_by_the_bundled_tagger(capsys):
    main(["tag", TEXT])
    assert capsys.readouterr().out == TAGGED + "\n"


@pytest.mark.long
def test_standard_input_is_tagged_line_by_line():
    done = subprocess.run(
        [sys.executable, "-m", "lstm_helpers", "tag"],
        input=f"{TEXT}\n\nIt rained.\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{TAGGED}\n\nIt rained.\n"
    assert done.stderr == ""


@pytest.mark.long
def test_a_reader_who_has_had_enough_ends_it_quietly():
    command = [sys.executable, "-m", "lstm_helpers", "tag"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdin.write(b"It rained.\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"It rained.\n"
        process.stdout.close()
        process.stdin.write(b"It rained.\n" * 3)
        process.stdin.close()
        assert process.stderr.read() == b""


def test_a_folder_without_a_tagger_is_named(tmp_path):
    with pytest.raises(SystemExit, match=f"{tmp_path}: got no state"):
        main(["tag", TEXT, "--tagger", str(tmp_path)])


@pytest.mark.parametrize("wrong", [[], ["sing"], ["tag", "--tager", "x"]])
def test_another_command_is_refused_with_the_usage(capsys, wrong):
    with pytest.raises(SystemExit) as caught:
        main(wrong)
    assert caught.value.code == 2
    assert "usage: python -m lstm_helpers" in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.parametrize(
    ("encoding", "given"), [("ascii", "argument"), ("ascii", "line"), ("utf-8", "line")]
)
def test_no_letter_and_no_terminal_ends_it(encoding, given):
    text = b"S\xc3\xa3o Verda \xff fell\x1b[2J"
    done = subprocess.run(
        [sys.executable, "-m", "lstm_helpers", "tag", *[text] * (given == "argument")],
        input=text,
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": encoding, "LC_ALL": "C.UTF-8"},
    )
    assert done.stderr == b""
    shown = done.stdout.decode(encoding)
    assert "\x1b" not in shown
    for part in ("2J", "\ufffd", "São" if given == "argument" else "S"):
        assert part.encode(encoding, "backslashreplace").decode(encoding) in shown


COMMAND = shlex.join([sys.executable, "-m", "lstm_helpers"])
TAG = pytest.param("tag It rained.", marks=pytest.mark.long)
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


@pytest.mark.parametrize("what", ["--help", "download --help", TAG])
@pytest.mark.parametrize(
    ("where", "reason"),
    [
        pytest.param(">/dev/full", "No space left on device", marks=needs_full),
        (">&-", "got none, wanted one to write to"),
        ("1</dev/null", "Bad file descriptor"),
    ],
)
def test_what_cannot_be_written_is_no_success(what, where, reason):
    line = f"{COMMAND} {what} {where}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    assert done.returncode == 1
    [said] = done.stderr.splitlines()
    assert said.startswith("standard output: got ")
    assert reason in said


@pytest.mark.long
@pytest.mark.parametrize("where", ["<&-", "0>/dev/null"])
def test_without_an_input_one_is_asked_for(where):
    line = f"{COMMAND} tag {where}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    [said] = done.stderr.splitlines()
    assert said.startswith("standard input: got ")


@pytest.mark.long
def test_what_nobody_reads_any_more_is_no_success():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "lstm_helpers", "tag", TEXT]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


STOPPED_TWICE = """
import atexit, os, runpy, signal, sys
from lstm_helpers.files import download
download.DATA_FOLDER = download.Path(sys.argv.pop())
download.download_gmb.__defaults__ = (download.DATA_FOLDER,)
os.environ.pop("LSTM_DATA_DIR", None)
atexit.register(os.kill, os.getpid(), signal.SIGINT)
runpy.run_module("lstm_helpers", run_name="__main__")
"""


@pytest.mark.long
@pytest.mark.parametrize("name", ["tag", "download"])
def test_a_stop_and_a_second_one_end_in_a_line(tmp_path, name):
    with (
        contextlib.ExitStack() as asked,
        socket.create_server(("127.0.0.1", 0)) as server,  # it never answers
    ):
        port = server.getsockname()[1]
        url = ["--url", f"http://127.0.0.1:{port}/"] if name == "download" else []
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        command = [sys.executable, "-c", STOPPED_TWICE, name, *url, str(tmp_path)]
        with subprocess.Popen(command, text=True, **pipes) as process:
            if name == "tag":
                print("It rained.", file=process.stdin, flush=True)
                assert process.stdout.readline() == "It rained.\n"
            else:
                asked.enter_context(server.accept()[0])
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "\nStopped.\n"
    assert not list(tmp_path.iterdir()), "nothing is left"


def test_without_an_address_the_corpus_comes_from_kaggle(monkeypatch, capsys, tmp_path):
    asked = []
    monkeypatch.setattr(files, "ensure_gmb", lambda url: asked.append(url) or tmp_path)
    main(["download"])
    main(["download", "--url", "https://example.org/x.zip"])
    assert asked == [files.KAGGLE_ARCHIVE, "https://example.org/x.zip"]
    assert capsys.readouterr().out.count(f"The real corpus is {tmp_path}, check") == 2


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("kind", [Terminal, io.StringIO])
def test_who_types_is_told_how_to_end(monkeypatch, capsys, kind):
    """And streams that are no files, as of some editors, will do."""
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stdin", kind("It rained.\n"))
    monkeypatch.setattr(sys, "stdout", printed)
    main(["tag"])
    assert printed.getvalue() == "It rained.\n"
    assert ("Ctrl+D ends" in capsys.readouterr().err) == (kind is Terminal)
