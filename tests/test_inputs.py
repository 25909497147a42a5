"""What several commands are given is read, or named where it cannot be."""

import re
import subprocess
import sys

import pytest
from builders import TEXT

from lstm_helpers.__main__ import main
from lstm_helpers.commands import inputs
from lstm_helpers.data import TOKENISERS, arguments
from lstm_helpers.data.schemes import SCHEMES


def test_torch_is_not_waited_for_before_it_is_used():
    code = f"import sys; import {inputs.__name__}; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"


def test_a_folder_without_a_tagger_is_named(tmp_path):
    with pytest.raises(SystemExit, match=f"{tmp_path}: got no state"):
        main(["tag", TEXT, "--tagger", str(tmp_path)])


@pytest.mark.parametrize("command", ["train", "score", "describe"])
@pytest.mark.parametrize("name", ["none.csv", "wrong.csv"])
def test_a_corpus_that_cannot_be_read_is_named(command, name, tmp_path, write):
    write("Word,Tag\n", "wrong.csv")
    more = ["--out", str(tmp_path / "mine")] if command == "train" else []
    with pytest.raises(SystemExit, match=rf"^[^ ]*{name}|^got '.*{name}'") as caught:
        main([command, str(tmp_path / name), *more])
    assert "LSTM_CORPUS:" not in str(caught.value)


def test_the_environments_options_are_for_files(capsys, monkeypatch, write):
    path = str(write("Oslo I-geo\n\nand O\nRome B-geo\n", "stray.conll"))
    with pytest.raises(SystemExit, match='Or set LSTM_CORPUS_OPTIONS="strays='):
        main(["describe", path])
    monkeypatch.setenv("LSTM_CORPUS_OPTIONS", "strays=begin")
    main(["describe", path])
    main(["describe", "sample"])  # needs none
    assert "stray" in capsys.readouterr().out


def test_what_is_unusual_in_a_file_is_said(tmp_path, capsys):
    path = tmp_path / "old.conll"
    path.write_text("Oslo I-geo\nBern B-geo\n")
    main(["score", str(path)])
    told = capsys.readouterr()
    assert re.search(r"^Note: .*; tags in IOB1; tags changed to IOB2: 1", told.err)
    assert "Note" not in told.out
    main(["describe", str(path)])
    told = capsys.readouterr()
    assert told.out.startswith("Read as CoNLL columns; utf-8; tags in IOB1; tags chang")
    assert told.err == ""
    main(["score", "sample", "--part", "validation"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["describe", "train", "score"])
def test_the_help_names_each_option_and_scheme(capsys, command):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    said = capsys.readouterr().out
    for name in (arguments.VARIABLE, *arguments.NAMES, *SCHEMES):
        assert name in said


def test_how_text_may_be_cut_is_what_there_is():
    assert {*vars(inputs)["_TOKENISERS"]} == {*TOKENISERS}
