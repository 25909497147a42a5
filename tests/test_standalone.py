"""What is exported reads words as our encoder does, and imports nothing of ours."""

import ast
import json
import subprocess
import sys

import pytest
import torch
from test_exporting import SENTENCES, WORDS, make

from lstm_helpers.models import predict_tags
from lstm_helpers.prediction.exporting import export_tagger
from lstm_helpers.prediction.standalone import ExportedTagger

PYTHONS = {*sys.stdlib_module_names, "collections.abc"}


@pytest.fixture(params=[(), ("lower", "prefix2", "suffix3", "shape")], ids=len)
def both(request, tmp_path):
    """A tagger, and the same exported."""
    tagger = make(features=request.param)
    export_tagger(tmp_path, tagger)
    return tagger, ExportedTagger(tmp_path)


def test_words_have_the_encoders_ids(both):
    tagger, exported = both
    words = [*WORDS, "never", "VERDA", "<unk>", ""]
    wanted = tagger.encoder.encode_words(words).unsqueeze(1)
    assert torch.equal(exported.encode(words), wanted)


def test_tags_are_the_best_paths(both):
    tagger, exported = both
    wanted = predict_tags(tagger, SENTENCES, best_path=True)
    assert [exported.tag(sentence.words) for sentence in SENTENCES] == wanted
    assert exported.tag([]) == []


def test_it_is_a_program(both, tmp_path):
    tagger, _ = both
    program = [sys.executable, str(tmp_path / "tag.py")]
    given = "".join(f"{json.dumps(s.words)}\n" for s in SENTENCES[:3])
    said = subprocess.check_output(program, input=given, text=True)
    wanted = predict_tags(tagger, SENTENCES[:3], best_path=True)
    assert [json.loads(line) for line in said.splitlines()] == wanted


def test_it_imports_pytorch_and_what_python_has_and_lies_beside_it(both, tmp_path):
    imported = set()
    for node in ast.walk(ast.parse((tmp_path / "tag.py").read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert imported - {"torch", "features"} <= PYTHONS
    assert {"torch", "features"} <= imported
