"""The command download asks for the real corpus, at Kaggle's address or another."""

from lstm_helpers.__main__ import main
from lstm_helpers.files import download


def test_without_an_address_the_corpus_comes_from_kaggle(monkeypatch, capsys, tmp_path):
    asked = []
    monkeypatch.setattr(
        download, "ensure_gmb", lambda url: asked.append(url) or tmp_path
    )
    main(["download"])
    main(["download", "--url", "https://example.org/x.zip"])
    assert asked == [download.KAGGLE_ARCHIVE, "https://example.org/x.zip"]
    assert capsys.readouterr().out.count(f"The real corpus is {tmp_path}, check") == 2
