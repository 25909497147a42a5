"""The shell's commands, run as a shell runs them."""

import contextlib
import gc
import gzip
import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from lstm_helpers import __main__ as shell
from lstm_helpers.__main__ import main
from lstm_helpers.data import split_characters
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger
from lstm_helpers.prediction import FORMATS, render_text, streaming, tag_text

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
        input=f"{TEXT}\r\n\nIt rained.\n".encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == f"{TAGGED}\n\nIt rained.\n"
    assert done.stderr == b""


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["sing"],
        ["tag", "--tager", "x"],
        ["tag", "--format", "html"],
        ["tag", "It rained.", "--file", "x"],
        ["tag", "--out", "x"],
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


def test_what_one_may_choose_is_what_there_is():
    assert {*vars(shell)["_FORMATS"]} == {*FORMATS}


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
    for name in ("describe", "train", "score"):
        monkeypatch.setattr(f"lstm_helpers.commands.{name}._{name}", asked.append)
    monkeypatch.setattr(shell, "_tag", asked.append)
    for command in typed:
        main(shlex.split(command))
    assert len(asked) == len(typed) == 6


# --- tag a file

LINES = [TEXT, "", "It rained.", "São Verda, Ms. Pell"] * 3


@pytest.fixture
def lines(tmp_path):
    """Write a file of lines, which are tagged three at a time."""
    path = tmp_path / "in.txt"
    path.write_text("\n".join(LINES) + "\n", "utf-8")
    return path


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(streaming, "PIECE", 60)


def tagged_one_by_one():
    tagger = load_tagger(SAMPLE_TAGGER)
    return [render_text(line, tag_text(tagger, line)) for line in LINES]


def test_a_file_is_tagged_line_by_line(capsys, lines, small_pieces):
    main(["tag", "--file", str(lines)])
    printed = capsys.readouterr()
    assert printed.out.splitlines() == tagged_one_by_one()
    assert printed.err == ""


def test_a_result_in_a_file_is_the_same(capsys, lines, small_pieces):
    out = lines.with_name("out.txt")
    main(["tag", "--file", str(lines), "--out", str(out)])
    assert out.read_text("utf-8").splitlines() == tagged_one_by_one()
    assert capsys.readouterr().out == ""
    assert {*lines.parent.iterdir()} == {lines, out}


@pytest.mark.long
def test_standard_input_is_tagged_in_pieces_if_that_is_wished(lines):
    command = [sys.executable, "-m", "lstm_helpers", "tag", "--file", "-"]
    done = subprocess.run(command, input=lines.read_bytes(), capture_output=True)
    assert done.stdout.decode().splitlines() == tagged_one_by_one()
    assert (done.returncode, done.stderr) == (0, b"")


def test_another_tokeniser_and_another_format_are_chosen_by_name(capsys, lines):
    lines.write_text("Pell 北京\n", "utf-8")
    options = ["--split", "characters", "--format", "conll"]
    main(["tag", "--file", str(lines), *options])
    rows = capsys.readouterr().out.splitlines()
    words = [w for w, _, _ in split_characters("Pell 北京")]
    assert [row.split("\t")[0] for row in rows] == [*words, ""]
    main(["tag", "Pell 北京", *options])
    assert capsys.readouterr().out.splitlines() == rows
    main(["tag", TEXT, "--format", "jsonl"])
    found = json.loads(capsys.readouterr().out)
    assert [e["mention"] for e in found["entities"]] == [
        "Ms. Jordan",
        "Paris",
        "Jordan",
        "Monday",
    ]


class BrokenError(Exception):
    pass


@pytest.mark.parametrize("error", [KeyboardInterrupt, BrokenError, OSError])
@pytest.mark.parametrize("n_pieces", range(4))
def test_what_is_broken_off_goes_on_where_it_was(
    monkeypatch, capsys, lines, small_pieces, n_pieces, error
):
    out, real, texts = lines.with_name("out.txt"), streaming.tag_texts, []

    def tag_texts(tagger, some, **options):
        if len(texts) == n_pieces:
            raise error
        texts.append(some)
        return real(tagger, some, **options)

    monkeypatch.setattr(streaming, "tag_texts", tag_texts)
    call = ["tag", "--file", str(lines), "--out", str(out)]
    with pytest.raises(BrokenError if error is BrokenError else SystemExit) as caught:
        main(call)
    if error is KeyboardInterrupt:
        assert caught.value.code == 130
        said = capsys.readouterr().err
        kept = f" {out}.partial keeps what is tagged: the same call goes on."
        assert said == f"\nStopped.{kept * (n_pieces > 0)}\n"
    assert not out.exists()
    done = sum(map(len, texts))
    assert done == [0, 3, 5, 9][n_pieces]
    monkeypatch.setattr(streaming, "tag_texts", real)
    seen = []
    monkeypatch.setattr(
        streaming,
        "tag_texts",
        lambda tagger, some, **options: (
            seen.extend(some) or real(tagger, some, **options)
        ),
    )
    main(call)
    assert seen == LINES[done:]
    assert out.read_text("utf-8").splitlines() == tagged_one_by_one()
    assert {*lines.parent.iterdir()} == {lines, out}


def break_off(monkeypatch, call):
    """Tag a file's first piece, and stop."""
    real = streaming.tag_texts
    some = iter([real])
    monkeypatch.setattr(
        streaming, "tag_texts", lambda *a, **o: next(some, stop_at_once)(*a, **o)
    )
    with pytest.raises(SystemExit):
        main(call)
    monkeypatch.setattr(streaming, "tag_texts", real)


def stop_at_once(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize("other", ["format", "input", "tagger"])
def test_what_another_call_began_is_not_gone_on_with(
    monkeypatch, lines, small_pieces, other, tmp_path
):
    out = tmp_path / "out.txt"
    call = ["tag", "--file", str(lines), "--out", str(out)]
    break_off(monkeypatch, call)
    wanted = f"out.txt.partial: got a part of another run .{other}: "
    if other == "format":
        call += ["--format", "jsonl"]
    elif other == "tagger":
        copied = tmp_path / "copied"
        tagger = load_tagger(SAMPLE_TAGGER)
        tagger.about["copied"] = "yes"
        shell_save(copied, tagger)
        call += ["--tagger", str(copied)]
    else:
        lines.write_text("Another\n" * 20)
        wanted = r"in\.txt: got another content in its first \d+ bytes"
    with pytest.raises(SystemExit, match=wanted):
        main(call)
    assert not out.exists()


def shell_save(folder, tagger):
    from lstm_helpers.models import save_tagger

    save_tagger(folder, tagger)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"a\nS\xe3o\n", r"in\.txt, line 2: got the byte 0xE3, wanted text in UTF-8"),
        (b"a" * 1_000_001, r"in\.txt, line 1: got more than 1,000,000 bytes"),
        (None, r"No such file.*in\.txt"),
    ],
)
def test_a_file_that_cannot_be_tagged_is_named_with_its_line(lines, content, wanted):
    if content is None:
        lines.unlink()
    else:
        lines.write_bytes(content)
    with pytest.raises(SystemExit, match=wanted):
        main(["tag", "--file", str(lines), "--out", str(lines.with_name("out"))])
    assert not [p for p in lines.parent.iterdir() if p != lines], "nothing is left"


# --- on a cluster, without one


@pytest.fixture
def cluster(monkeypatch):
    """Stand in for lstm_helpers.scale, which needs Dask; what it is called with."""
    asked, found = (
        {},
        SimpleNamespace(
            failed={}, done=2, kept=1, lines=3000, words=40000, entities=500
        ),
    )

    def opened(what):
        def give(given):
            asked[what] = given
            return nullcontext(SimpleNamespace(dashboard_link="http://x"))

        return give

    def tag_files(*arguments, **named):
        asked["files"], asked["out"], _ = arguments
        asked.update(named)
        return found

    fake = SimpleNamespace(
        start_workers=opened("workers"),
        find_scheduler=opened("scheduler"),
        tag_files=tag_files,
    )
    monkeypatch.setitem(sys.modules, "lstm_helpers.scale", fake)
    return asked, found


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (
            ["--workers", "2"],
            {
                "workers": 2,
                "tagger": SAMPLE_TAGGER,
                "form": "jsonl",
                "split": "words",
                "field": "text",
                "part_bytes": 64 << 20,
                "progress": False,
            },
        ),
        (
            shlex.split(
                "--scheduler tcp://h:1 --tagger mine --format parquet --split spaces "
                "--field said --part 3"
            ),
            {
                "scheduler": "tcp://h:1",
                "tagger": "mine",
                "form": "parquet",
                "split": "spaces",
                "field": "said",
                "part_bytes": 3 << 20,
                "progress": False,
            },
        ),
    ],
)
def test_a_cluster_is_handed_what_was_typed(cluster, capsys, typed, wanted):
    asked, _ = cluster
    main(["tag", "--file", "a", "b", "--out", "c", *typed])
    assert asked == {"files": ["a", "b"], "out": "c", **wanted}
    printed = capsys.readouterr()
    assert printed.out == (
        "c: 3 parts, 1 of them kept, with 3,000 lines, 40,000 words, 500 entities\n"
    )
    assert printed.err == ""


@pytest.mark.parametrize(
    ("n_failed", "said"), [(1, "1 part could not"), (1200, "1,200 parts could not")]
)
def test_parts_that_could_not_be_tagged_are_said(cluster, capsys, n_failed, said):
    _, found = cluster
    found.failed = {n: f"reason {n}" for n in range(n_failed)}
    with pytest.raises(SystemExit, match=f"^{said} be tagged; all others are$"):
        main(["tag", "--file", "a", "--out", "c", "--workers", "1"])
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"reason {n}" for n in range(n_failed)]


def test_a_result_never_takes_the_place_of_the_text(tmp_path, monkeypatch):
    text, link, hard = (tmp_path / name for name in ("a.txt", "link.txt", "hard.txt"))
    text.write_text("It rained.\n")
    link.symlink_to(text)
    hard.hardlink_to(text)
    for file in (text, link, hard):
        for out in (text, link, hard):
            with pytest.raises(SystemExit, match=r"^--out: got .*the text itself"):
                main(["tag", "--file", str(file), "--out", str(out)])
    with text.open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(SystemExit, match=r"^--out: got .*the text itself"):
            main(["tag", "--file", "-", "--out", str(hard)])
    assert text.read_text() == "It rained.\n"
    assert [*tmp_path.glob("*.partial")] == []
    text.with_suffix(".out").write_text("old")
    main(["tag", "--file", str(text), "--out", str(text.with_suffix(".out"))])
    assert text.with_suffix(".out").read_text() == "It rained.\n"


def test_a_packed_text_is_told_from_one_in_another_encoding(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(gzip.compress(b"It rained."))
    said = "wanted text in UTF-8. It begins as a gzip file does: "
    with pytest.raises(SystemExit, match=said):
        main(["tag", "--file", str(path)])
    path.write_bytes(b"\xff\xfeI")
    with pytest.raises(SystemExit, match=r"wanted text in UTF-8$"):
        main(["tag", "--file", str(path)])


def test_cycles_are_looked_for_seldom_while_a_file_is_tagged(tmp_path, monkeypatch):
    seen, before = [], gc.get_threshold()
    path = tmp_path / "a.txt"
    path.write_text("It rained.\n")

    def tag_lines(*_, **__):
        seen.append(gc.get_threshold()[0])
        raise ValueError("stop")
        yield

    monkeypatch.setattr("lstm_helpers.prediction.tag_lines", tag_lines)
    with pytest.raises(SystemExit, match=r"^stop$"):
        main(["tag", "--file", str(path)])
    assert seen == [1_000_000]
    assert gc.get_threshold() == before
