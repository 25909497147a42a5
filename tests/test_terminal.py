"""What commands write and read, whatever the streams are."""

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from builders import TEXT

from lstm_helpers.__main__ import main
from lstm_helpers.commands.terminal import errors_in_a_line, read_lines


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


def test_at_a_terminal_a_text_is_asked_for(monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("One.\nTwo.\n"))
    assert [*read_lines()] == ["One.\n", "Two.\n"]
    said = "Type a text and press Enter; Ctrl+D ends.\n"
    assert capsys.readouterr() == ("", said)


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


def test_an_error_in_clearing_up_does_not_hide_a_stop():
    def work():
        with errors_in_a_line():
            try:
                raise KeyboardInterrupt("what is kept")
            finally:
                raise TimeoutError("the workers do not end")

    with pytest.raises(KeyboardInterrupt, match="what is kept"):
        work()


@pytest.mark.filterwarnings("default")
def test_a_warning_is_a_line(capsys, tmp_path, sample):
    for name, tag in (("train", "O"), ("dev", "B-art"), ("test", "O")):
        rows = f"Verda {tag}\n\nIt O\n\n" if name == "dev" else "It O\nfell O\n\n" * 4
        (tmp_path / name).write_text(rows)
    train, dev, test = (str(tmp_path / name) for name in ("train", "dev", "test"))
    options = ["--validation", dev, "--test", test, "--rung", "quick"]
    main(["train", train, *options, "--out", str(tmp_path / "mine")])
    [note] = [x for x in capsys.readouterr().err.splitlines() if "Note" in x]
    assert note.startswith("Note: validation part: got 1 mention of types that")


WRITE = """
import resource, sys
from lstm_helpers.commands.terminal import write
if len(sys.argv) > 1:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
write("x" * 500_000)
"""
buffers = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["", "unbuffered"])


@buffers
def test_who_reads_a_part_alone_ends_it_quietly(unbuffered):
    """What is written then is a part, of which Python's own streams say nothing."""
    env = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    pipes = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([sys.executable, "-c", WRITE], env=env, **pipes) as process:
        assert process.stdout.read(1) == b"x"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@buffers
def test_a_disk_that_takes_a_part_alone_is_no_success(tmp_path, unbuffered):
    env = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, "-c", WRITE, "limited"]
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=env)
    assert done.returncode == 1
    assert done.stderr.startswith(b"standard output: got an error ([Errno 27] File too")


@buffers
def test_all_that_is_written_comes_in_its_order(unbuffered):
    text = "é\ud800\n" * 100_000
    script = "from lstm_helpers.commands.terminal import write;"
    script += "[write('é\\ud800\\n' * 50_000) for _ in range(2)]"
    env = os.environ | {"PYTHONUNBUFFERED": unbuffered, "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, check=True, env=env)
    assert done.stdout.decode() == text.replace("\ud800", "\\ud800").replace(
        "\n", os.linesep
    )
