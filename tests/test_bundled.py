import pytest

from lstm_helpers.data.corpus import read_corpus
from lstm_helpers.files import bundled
from lstm_helpers.files.bundled import DATA_FOLDER, find_bundled
from lstm_helpers.models.saving import find_tagger


def test_what_comes_with_the_project_is_found():
    assert find_bundled("sample.csv") == DATA_FOLDER / "sample.csv"
    assert find_bundled("sample_tagger").is_dir()


def test_an_installation_without_the_data_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled, "DATA_FOLDER", tmp_path)
    for use in (lambda: read_corpus("sample"), lambda: find_tagger("sample")):
        with pytest.raises(FileNotFoundError, match="wanted what comes with"):
            use()
