"""The committed tagger is what its script trains."""

import pytest

import train_sample_tagger
from lstm_helpers.models.saving import SAMPLE_TAGGER, load_tagger


@pytest.mark.long
def test_the_committed_tagger_is_what_the_script_trains(tmp_path, monkeypatch):
    monkeypatch.setattr(train_sample_tagger, "SAMPLE_TAGGER", tmp_path / "tagger")
    train_sample_tagger.main()
    again, committed = load_tagger(tmp_path / "tagger"), load_tagger(SAMPLE_TAGGER)
    assert again.encoder.words == committed.encoder.words
    assert again.encoder.tags == committed.encoder.tags
    assert again.about.keys() == committed.about.keys()
    for same in ("corpus", "training_sha256"):
        assert again.about[same] == committed.about[same]
    for score in ("validation_f1", "test_f1"):  # as promised: other processors
        assert again.about[score] == pytest.approx(committed.about[score], abs=0.01)
