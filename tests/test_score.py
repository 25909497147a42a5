"""The command score prints what the metrics give, and warns where that is too good."""

import pytest

from lstm_helpers.__main__ import main
from lstm_helpers.data import benchmark_split, read_corpus
from lstm_helpers.metrics import tabulate_scores
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger, predict_tags


def test_a_tagger_is_scored_on_a_corpus(capsys, corpus):
    main(["score", str(corpus)])
    printed = capsys.readouterr()
    read = read_corpus(str(corpus))
    predicted = predict_tags(load_tagger(SAMPLE_TAGGER), read.sentences)
    table = tabulate_scores([s.tags for s in read.sentences], predicted)
    assert printed.out == f"{read.name}, 300 sentences\n{table}\n"
    assert printed.err == f"Note: {read}\n", "it is in Windows-1252"


@pytest.mark.long
def test_a_score_on_training_sentences_has_its_note(capsys, sample):
    main(["score", "sample"])
    printed = capsys.readouterr()
    assert printed.err.startswith("Note: the tagger was trained on a part of this.")
    for part in ("validation", "test"):
        main(["score", "sample", "--part", part])
        printed = capsys.readouterr()
        n = len(getattr(benchmark_split(sample.sentences), part))
        assert printed.out.startswith(f"sample, {n:,} sentences of the {part} part\n")
        assert printed.err == ""
    about = load_tagger(SAMPLE_TAGGER).about
    f1 = float(printed.out.splitlines()[-1].split()[3])
    assert f1 == pytest.approx(about["test_f1"], abs=0.0006)
