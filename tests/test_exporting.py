"""An exported tagger gives our tags where our package cannot be imported."""

import json
import os
import subprocess
import sys

import pytest
import torch
from builders import small_pool

from lstm_helpers.data import Sentence, build_encoder
from lstm_helpers.models import TrainedTagger, build_tagger, predict_tags
from lstm_helpers.prediction import exporting
from lstm_helpers.prediction.exporting import export_tagger, run_exported

WORDS = [
    "Pell",
    "saw",
    "Verda",
    ",",
    "and",
    "Verda",
    "saw",
    "Pell",
    "’s",
    "$",
    "3",
    "ťava",
    "in",
    "2019",
    ".",
]
SENTENCES = [Sentence((WORDS * 30)[:length]) for length in (1, 2, 3, 5, 14, 300)]
TRAIN = [Sentence(WORDS, ["B-per", "O", "B-geo", "I-geo", *["O"] * (len(WORDS) - 4)])]


def make(kind="RecurrentTagger", head="CRF", features=(), **sizes):
    torch.manual_seed(0)
    encoder = build_encoder(TRAIN * 2, features)
    model = build_tagger(kind, encoder, head=head, **sizes)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    return TrainedTagger(model.eval(), encoder)


TAGGERS = {
    "word by word": lambda: make(head="PerWord"),
    "CRF": make,
    "features": lambda: make(features=("lower", "suffix3", "shape")),
    "dropout": lambda: make(dropout=0.5, word_dropout=0.5, num_layers=2),
    "pool": small_pool,
}


@pytest.mark.long
@pytest.mark.parametrize("name", TAGGERS)
def test_tags_are_the_same_at_any_length_without_our_package(tmp_path, name):
    tagger = TAGGERS[name]()
    export_tagger(tmp_path / "new", tagger)
    wanted = predict_tags(tagger, SENTENCES, best_path=True)
    assert len({tag for tags in wanted for tag in tags}) > 1
    assert run_exported(tmp_path / "new", SENTENCES) == wanted


@pytest.mark.long
def test_the_process_that_runs_it_cannot_import_us(tmp_path):
    (tmp_path / "tag.py").write_text("import lstm_helpers.style")
    with pytest.raises(RuntimeError, match=r"(?s)got an error.*lstm_helpers"):
        run_exported(tmp_path, SENTENCES)


@pytest.mark.long
def test_the_program_reads_lines_from_anywhere(tmp_path):
    tagger = make(features=("shape",))
    export_tagger(tmp_path, tagger)
    given = f"{json.dumps(WORDS)}\n[]\n"
    program = [sys.executable, str(tmp_path / "tag.py")]
    said = subprocess.check_output(program, input=given, text=True, cwd="/")
    wanted = predict_tags(tagger, [Sentence(WORDS)], best_path=True)
    assert [json.loads(line) for line in said.splitlines()] == [*wanted, []]


def test_what_gives_other_tags_is_not_written(tmp_path, monkeypatch):
    other = make(head="PerWord")
    script = vars(exporting)["_script"]
    monkeypatch.setattr(exporting, "_script", lambda _: script(make()))
    with pytest.raises(RuntimeError, match="got other tags for a sentence of "):
        export_tagger(tmp_path / "new", other)
    assert not (tmp_path / "new").exists()


def test_an_export_takes_the_place_of_an_older_one(tmp_path):
    for tagger in make(), make(head="PerWord"):
        export_tagger(tmp_path, tagger)
    assert {path.name for path in tmp_path.iterdir()} == {
        *("model.pt", "tagger.json", "features.py", "tag.py")
    }
    about = json.loads((tmp_path / "tagger.json").read_text("utf-8"))
    assert about["tags"] == [*tagger.encoder.tags]


@pytest.mark.long
def test_a_home_is_understood_and_lines_are_utf_8_in_any_terminal(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    tagger = make(features=("suffix3",))
    export_tagger("~/new", tagger)
    assert (tmp_path / "new" / "tag.py").exists()
    assert run_exported("~/new", SENTENCES[:1]) == predict_tags(
        tagger, SENTENCES[:1], best_path=True
    )
    program = [sys.executable, str(tmp_path / "new" / "tag.py")]
    given = json.dumps(WORDS, ensure_ascii=False).encode()
    assert "ťava".encode() in given
    for encoding in ("utf-8", "latin-1"):
        env = os.environ | {"PYTHONIOENCODING": encoding}
        said = subprocess.check_output(program, input=given, env=env)
        assert (
            json.loads(said)
            == predict_tags(tagger, [Sentence(WORDS)], best_path=True)[0]
        )
