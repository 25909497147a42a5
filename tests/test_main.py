"""The shell's commands, run as a shell runs them."""

import os
import subprocess
import sys

import pytest

from lstm_helpers.__main__ import main

TEXT = "Ms. Jordan flew from Paris to Jordan on Monday."
TAGGED = (
    "[Ms. Jordan per 0.99] flew from [Paris geo 1.00] to [Jordan geo 0.93] "
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
