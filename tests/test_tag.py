"""The command tag writes what tag_text gives, and goes on where it was broken off."""

import gc
import gzip
import io
import json
import os
import subprocess
import sys

import pytest
from builders import build_chinese_tagger

from lstm_helpers.__main__ import main
from lstm_helpers.commands import tag as command
from lstm_helpers.data import split_characters
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger, save_tagger
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


def test_formats_that_one_may_choose_are_those_that_there_are():
    assert {*vars(command)["_FORMATS"]} == {*FORMATS}


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


def test_text_is_cut_as_the_tagger_needs_it(capsys, tmp_path):
    save_tagger(tmp_path / "chinese", build_chinese_tagger())
    text, out = tmp_path / "text", tmp_path / "out"
    text.write_text("在北京\n", "utf-8")
    command = ["tag", "--tagger", str(tmp_path / "chinese"), "--format", "conll"]
    main([*command, "在北京"])
    main([*command, "--file", str(text), "--out", str(out)])
    for rows in capsys.readouterr().out, out.read_text("utf-8"):
        assert [row.split("\t")[0] for row in rows.splitlines()] == [*"在北京", ""]


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


@pytest.mark.parametrize("given", ["--file", "standard input"])
def test_a_byte_order_mark_before_a_line_is_no_mention(
    capsys, monkeypatch, lines, given
):
    lines.write_text("\ufeffIt rained.\n\ufeffIt rained.\n", "utf-8")
    if given == "--file":
        main(["tag", "--file", str(lines), "--format", "jsonl"])
    else:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines.read_text("utf-8")))
        main(["tag", "--format", "jsonl"])
    for row in capsys.readouterr().out.splitlines():
        assert json.loads(row) == {"text": "It rained.", "entities": []}


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
        save_tagger(copied, tagger)
        call += ["--tagger", str(copied)]
    else:
        lines.write_text("Another\n" * 20)
        wanted = r"in\.txt: got another content in its first \d+ bytes"
    with pytest.raises(SystemExit, match=wanted):
        main(call)
    assert not out.exists()


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


def test_a_result_takes_the_place_of_files_alone(lines):
    pipe, behind = lines.with_name("pipe"), lines.with_name("behind")
    os.mkfifo(pipe)
    with pytest.raises(SystemExit, match=r"got a pipe, a device or a socket, wanted a"):
        main(["tag", "--file", str(lines), "--out", str(pipe)])
    assert pipe.is_fifo()
    behind.write_text("old")
    link = lines.with_name("link")
    with behind.open() as file:
        link.symlink_to(f"/dev/fd/{file.fileno()}")
        with pytest.raises(SystemExit, match=r"open stream.* goes to standard output"):
            main(["tag", "--file", str(lines), "--out", str(link)])
    assert behind.read_text() == "old"
    assert {*lines.parent.iterdir()} == {lines, pipe, behind, link}


def test_a_packed_text_is_told_from_one_in_another_encoding(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(gzip.compress(b"It rained."))
    said = "wanted text in UTF-8. It begins as a gzip file does: unpack it; tag --work"
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

    monkeypatch.setattr(streaming, "tag_lines", tag_lines)
    with pytest.raises(SystemExit, match=r"^stop$"):
        main(["tag", "--file", str(path)])
    assert seen == [1_000_000]
    assert gc.get_threshold() == before
