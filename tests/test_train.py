"""The command train saves what train_rung gives, or says what is kept of it."""

import signal
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch
from builders import assert_same

from lstm_helpers.__main__ import main
from lstm_helpers.commands import train as command
from lstm_helpers.data import Split, benchmark_split, read_corpus
from lstm_helpers.files import checkpoints
from lstm_helpers.models import load_tagger
from lstm_helpers.training import RUNGS, evaluate, ladder, loop, train_rung
from lstm_helpers.training import ranks as joining


@pytest.mark.long
def test_a_tagger_of_the_command_is_train_rungs_to_the_bit(capsys, corpus, tmp_path):
    call = ["train", str(corpus), "--rung", "quick", "--seed", "3"]
    main([*call, "--out", str(tmp_path / "mine")])
    printed = capsys.readouterr()
    got = load_tagger(tmp_path / "mine")
    train, validation, test = benchmark_split(read_corpus(str(corpus)).sentences)
    rung = RUNGS["quick"]
    wanted, history = train_rung(rung, train, validation, seed=3, progress=False)
    assert_same(got.model.state_dict(), wanted.model.state_dict())
    for name in ("words", "tags", "features", "first_singleton"):
        assert getattr(got.encoder, name) == getattr(wanted.encoder, name)
    test_f1 = evaluate(wanted, test)
    assert got.about.items() >= wanted.about.items()
    assert (got.about["test_f1"], got.about["seed"]) == (round(test_f1, 4), 3)
    assert printed.out == (
        f"{tmp_path / 'mine'}: quick, trained on {len(train)} sentences; validation F1 "
        f"{history[-1].validation_f1:.3f} on {len(validation)}, test F1 {test_f1:.3f} "
        f"on {len(test)}\n"
    )
    note, first, *_ = printed.err.splitlines()
    assert note == f"Note: {read_corpus(str(corpus))}", "it is in Windows-1252"
    assert first.startswith("epoch 1: loss ")


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:sentences")
def test_parts_that_are_given_are_trained_and_scored_on(capsys, sample, tmp_path):
    paths = [tmp_path / f"{name}.conll" for name in Split._fields]
    parts = sample.sentences[:80], sample.sentences[80:120], sample.sentences[120:200]
    for path, part in zip(paths, parts, strict=True):
        blocks = (
            "\n".join(map(" ".join, zip(s.words, s.tags, strict=True))) for s in part
        )
        path.write_text("\n\n".join(blocks), "utf-8")
    train, validation, test = map(str, paths)
    options = ["--validation", validation, "--test", test, "--rung", "quick"]
    main(["train", train, *options, "--out", str(tmp_path / "mine")])
    assert "trained on 80 sentences" in capsys.readouterr().out
    got = load_tagger(tmp_path / "mine")
    wanted, _ = train_rung(RUNGS["quick"], *parts[:2], progress=False)
    assert_same(got.model.state_dict(), wanted.model.state_dict())
    assert got.about["corpus"] == "train.conll"
    assert got.about["test_f1"] == round(evaluate(wanted, parts[2]), 4)


def test_a_corpus_that_cannot_be_split_leaves_no_folder(tmp_path):
    path = tmp_path / "copies.conll"
    path.write_text("Verda B-geo\n\n" * 9)
    with pytest.raises(SystemExit, match="only copies of training sentences"):
        main(["train", str(path), "--out", str(tmp_path / "mine")])
    assert [*tmp_path.iterdir()] == [path]


def test_a_place_where_nothing_can_be_saved_is_refused_before_training(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(ladder, "train_rung", None)
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit, match="file"):
        main(["train", "sample", "--out", str(tmp_path / "file")])
    (tmp_path / "state.json").write_text("{}")
    with pytest.raises(SystemExit, match="not saved by lstm_helpers"):
        main(["train", "sample", "--out", str(tmp_path)])


@pytest.mark.long
def test_a_score_is_kept_with_four_digits(capsys, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "evaluate", lambda *_: 0.123456)
    main(["train", str(corpus), "--rung", "quick", "--out", str(tmp_path / "mine")])
    assert load_tagger(tmp_path / "mine").about["test_f1"] == 0.1235
    assert "test F1 0.123 on" in capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize("checkpoint", [False, True])
def test_a_training_that_is_stopped_says_what_is_kept(
    monkeypatch, capsys, corpus, tmp_path, checkpoint
):
    out, kept = tmp_path / "mine", tmp_path / "kept"
    call = ["train", str(corpus), "--rung", "looks", "--out", str(out)]
    call += ["--checkpoint", str(kept)] * checkpoint

    def stop(epoch):
        if epoch.epoch == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "_say_epoch", stop)
    with pytest.raises(SystemExit) as caught:
        main(call)
    assert caught.value.code == 130
    said = capsys.readouterr().err
    assert ("Nothing is saved; with --checkpoint" in said) == (not checkpoint)
    assert (f"Stopped. {kept} keeps the epochs that ended" in said) == checkpoint
    assert not (out / "state.json").exists()
    seen = []
    monkeypatch.setattr(command, "_say_epoch", lambda epoch: seen.append(epoch.epoch))
    main(call)
    assert seen == [*range(3 if checkpoint else 1, 8)]
    split = benchmark_split(read_corpus(str(corpus)).sentences)
    wanted, _ = train_rung(RUNGS["looks"], *split[:2], progress=False)
    assert_same(load_tagger(out).model.state_dict(), wanted.model.state_dict())


@pytest.mark.long
def test_ctrl_c_ends_a_training_between_two_lines_of_it(tmp_path):
    out, kept = tmp_path / "mine", tmp_path / "kept"
    command = [sys.executable, "-m", "lstm_helpers", "train", "sample"]
    command += ["--out", str(out), "--checkpoint", str(kept)]
    with subprocess.Popen(command, text=True, stderr=subprocess.PIPE) as process:
        assert process.stderr.readline().startswith("epoch 1: loss ")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.endswith(
        f"Stopped. {kept} keeps the epochs that ended: the same call goes on.\n"
    )
    assert (kept / "state.json").exists()
    assert not (out / "state.json").exists()


def test_rungs_that_one_may_choose_are_those_that_there_are():
    assert {*vars(command)["_RUNGS"]} == {*RUNGS}


@pytest.mark.parametrize("is_first", [True, False])
def test_only_the_first_process_looks_at_the_folder(corpus, monkeypatch, is_first):
    looked = []
    monkeypatch.setattr(checkpoints, "check_folder", lambda *got: looked.append(got))
    monkeypatch.setattr(ladder, "train_rung", lambda *_, **__: (None, []))
    ranks = SimpleNamespace(is_first=is_first)
    monkeypatch.setattr(joining, "join_ranks", lambda: nullcontext(ranks))
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        main(["train", str(corpus), "--out", "mine"])
    assert looked == [("mine", "a saved tagger")] * is_first


def test_a_checkpoint_is_no_place_for_the_tagger(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(ladder, "train_rung", None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("oc")
    for out in ("oc", "./oc/", str(tmp_path / "oc"), "link"):
        with pytest.raises(SystemExit):
            main(["train", "sample", "--out", out, "--checkpoint", "oc"])
        wanted = f"--out and --checkpoint: got one folder for both, {out}, wanted two"
        assert wanted in capsys.readouterr().err
    assert not (tmp_path / "oc").exists()
    checkpoints.save_state("oc", {"weight": torch.ones(1)}, {"call": {}})
    with pytest.raises(SystemExit, match="got a folder with a training's state, want"):
        main(["train", "sample", "--out", "oc"])
