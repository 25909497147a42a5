"""The README's figure shows the tagger that is committed."""

import json

from PIL import Image

import readme_figure
from lstm_helpers.models.saving import SAMPLE_TAGGER, load_tagger
from lstm_helpers.prediction.text import tag_text


def test_the_figure_is_drawn_from_the_committed_tagger():
    saved = json.loads((SAMPLE_TAGGER / "state.json").read_text("utf-8"))
    with Image.open(readme_figure.OUTPUT) as picture:
        said = picture.text
    again = "python tools/readme_figure.py draws it anew"
    assert said.get("Weights") == saved["weights_sha256"], again
    assert said.get("Sentence") == readme_figure.TEXT, again


def test_what_is_drawn_says_what_it_is_drawn_from(tmp_path, monkeypatch):
    monkeypatch.setattr(readme_figure, "OUTPUT", tmp_path / "gates.png")
    readme_figure.main()
    with Image.open(readme_figure.OUTPUT) as picture:
        assert picture.text.items() >= readme_figure.drawn_from().items()


def test_one_name_is_tagged_as_a_person_and_as_a_place_as_the_readme_says():
    tagged = tag_text(load_tagger(SAMPLE_TAGGER), readme_figure.TEXT)
    assert [word.tag for word in tagged if word.word == "Jordan"] == ["I-per", "B-geo"]
