"""The command line is read, its help is written, and Ctrl+C ends it."""

import contextlib
import re
import shlex
import signal
import socket
import subprocess
import sys

import pytest

from lstm_helpers.__main__ import main


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["sing"],
        ["tag", "--tager", "x"],
        ["tag", "--format", "html"],
        ["tag", "It rained.", "--file", "x"],
        ["tag", "--out", "x"],
        ["tag", "It rained.", "--field", "text"],
        ["tag", "It rained.", "--part", "64"],
        ["tag", "--file", "x", "--part", "64"],
        ["train", "sample"],
        ["train", "sample", "--out", "x", "--rung", "slow"],
        ["train", "sample", "--out", "x", "--validation", "y"],
        ["score"],
        ["describe", "sample", "--split", "letters"],
        ["describe", ""],
        ["score", "sample", "--tagger", ""],
        ["tag", "--file", ""],
        ["tag", "--file", "x", "--out", ""],
        ["train", "sample", "--out", ""],
        ["train", "sample", "--out", "x", "--checkpoint", ""],
        ["train", "sample", "--out", "x", "--seed", "-1"],
        ["train", "sample", "--out", "x", "--seed", str(1 << 63)],
    ],
)
def test_another_command_is_refused_with_the_usage(capsys, wrong):
    with pytest.raises(SystemExit) as caught:
        main(wrong)
    assert caught.value.code == 2
    assert "usage: python -m lstm_helpers" in capsys.readouterr().err


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


@pytest.mark.parametrize("command", ["describe", "train", "tag", "score", "download"])
def test_help_says_what_each_option_is_for(capsys, command):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"usage: python -m lstm_helpers {command} [-h]" in said
    with pytest.raises(SystemExit):
        main(["--help"])
    assert re.search(rf"^    {command} ", capsys.readouterr().out, re.MULTILINE)


USAGES = {
    "describe": "[--split {words,characters,spaces}] FILE",
    "train": "[--validation FILE] [--test FILE] --out FOLDER "
    "[--rung {fast,best,quick,words,looks,window,post_sizes}] [--seed SEED] "
    "[--checkpoint FOLDER] FILE",
    "tag": "[--file FILE [FILE ...]] [--tagger FOLDER] [--out PATH] "
    "[--format {text,conll,jsonl,spacy,huggingface,parquet}] "
    "[--split {words,characters,spaces}] [--workers N | --scheduler ADDRESS] "
    "[--part MIB] [--field FIELD] [TEXT ...]",
    "score": "[--tagger FOLDER] [--part {all,validation,test}] FILE",
    "download": "[--url URL]",
}


@pytest.mark.parametrize(("command", "usage"), USAGES.items())
def test_help_names_what_is_to_be_typed(capsys, command, usage):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    said = " ".join(capsys.readouterr().out.split("\n\n")[0].split())
    assert said == f"usage: python -m lstm_helpers {command} [-h] {usage}"


def test_the_examples_of_the_help_are_commands_that_are_understood(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    typed = [x.split(" lstm_helpers ")[1] for x in lines if x.startswith("  python -m")]
    asked = []
    for name in ("describe", "train", "score", "tag"):
        monkeypatch.setattr(f"lstm_helpers.commands.{name}._{name}", asked.append)
    for command in typed:
        main(shlex.split(command))
    assert len(asked) == len(typed) == 6
