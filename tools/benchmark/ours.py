"""Our taggers, trained: scores and what the training costs."""

from pathlib import Path

from benchmark.ablations import ABLATIONS
from benchmark.clock import peak_megabytes, seconds_of
from benchmark.parts import count_words, read_parts, scores_of
from benchmark.rows import LADDER, Row
from lstm_helpers.data import read_corpus
from lstm_helpers.models import predict_tags, save_tagger
from lstm_helpers.post import reproduce
from lstm_helpers.training import RUNGS, train_rung

BUILD = Path(__file__).parents[2] / "build"


def tagger_folder(rung: str) -> Path:
    """Where a trained tagger is kept between rows."""
    return BUILD / f"benchmark-{rung}"


def _measure_rung(row: Row) -> dict[str, float]:
    """Train a rung with its fixed schedule, score it on the test part."""
    parts = read_parts(row.split)
    tagger, n_epochs, seconds = _train(RUNGS[row.what], parts, row.seed)
    peak = peak_megabytes()
    predicted = predict_tags(tagger, parts.test)
    if row.is_kept:
        save_tagger(tagger_folder(row.what), tagger)
    return {
        "validation_f1": tagger.about["validation_f1"],
        **scores_of(parts.test, predicted),
        "epochs": n_epochs,
        "seconds": seconds,
        "words_a_second": count_words(parts.train) * n_epochs / seconds,
        "megabytes": peak,
    }


def _measure_ablation(row: Row) -> dict[str, float]:
    """Train "fast" with something changed; only the validation part is looked at."""
    tagger, _, seconds = _train(ABLATIONS[row.of], read_parts(), row.seed)
    return {"validation_f1": tagger.about["validation_f1"], "seconds": seconds}


def _train(rung, parts, seed):
    """Train a rung; the tagger, the number of epochs, and CPU seconds."""
    (tagger, history), seconds = seconds_of(
        train_rung, rung, parts.train, parts.validation, seed=seed, progress=False
    )
    return tagger, len(history), seconds


def _measure_post(row: Row) -> dict[str, float]:
    """Train as the post does on its own split: 20 epochs, or one."""
    n_epochs = 20 if row.what == "post" else 1
    records = [*reproduce(read_corpus("gmb").path, n_epochs)]
    last = records[-1]
    return {
        "f1": last["entity_f1"],
        "f1_words": last["weighted_f1"],
        "f1_swapped": last["swapped_f1"],
        # no reading, no scoring
        "seconds": sum(record["train_seconds"] for record in records),
        "epochs": n_epochs,
    }


MEASURES = {
    **dict.fromkeys(LADDER, _measure_rung),
    "ablation": _measure_ablation,
    "post": _measure_post,
    "post-epoch": _measure_post,
}
