"""Our taggers, trained: scores and what the training costs."""

from dataclasses import asdict, replace
from pathlib import Path

from benchmark.ablations import ABLATIONS
from benchmark.clock import peak_megabytes, seconds_of
from benchmark.parts import count_words, read_fold, read_parts, scores_of
from benchmark.rows import LADDER, Row
from lstm_helpers.data import read_corpus
from lstm_helpers.models import CRF, load_tagger, predict_tags, save_tagger
from lstm_helpers.training import RUNGS, Rung, best_record, train_rung

BUILD = Path(__file__).parents[2] / "build"


def tagger_folder(row: Row) -> Path:
    """Where the tagger that a row trains is kept for other rows."""
    return BUILD / f"benchmark-{row.what}-{row.seed}"


def settings_of(rung: Rung) -> dict:
    """Describe a rung: what a figure was measured with. Functions by their names."""
    settings = asdict(rung)
    plan = settings["plan"]
    for name in ("schedule", "build"):
        plan[name] = plan[name].__name__
    return settings


def seconds_of_training(row: Row) -> float:
    """CPU seconds that the training of a kept tagger took.

    Raises
    ------
    FileNotFoundError
        If the row has kept none.
    ValueError
        If the one that is kept does not say it.
    """
    folder = tagger_folder(row)
    about = load_tagger(folder).about
    if "seconds" not in about:
        way_out = f"train it anew: python tools/benchmark --only {row}"
        raise ValueError(f"{folder}: got a tagger without its seconds; {way_out}")
    return about["seconds"]


def _measure_rung(row: Row) -> dict:
    """Train a rung with its fixed schedule, score it on the test part."""
    parts = read_parts(row.split)
    tagger, history, seconds = _train(RUNGS[row.what], parts, row.seed)
    peak = peak_megabytes()
    if row.is_kept:
        about = tagger.about | {"seconds": seconds}
        save_tagger(tagger_folder(row), replace(tagger, about=about))
    return {
        "rung": settings_of(RUNGS[row.what]),
        "validation_f1": tagger.about["validation_f1"],
        **_scores_by_both(tagger, parts.test),
        "epochs": len(history),
        "best_epoch": best_record(history).epoch,  # on the validation part
        "seconds": seconds,
        "words_a_second": count_words(parts.train) * len(history) / seconds,
        "megabytes": peak,
    }


def _measure_ablation(row: Row) -> dict[str, float]:
    """Train "fast" with something changed on four folds, score it on the fifth one."""
    parts = read_fold(row.fold)
    tagger, _, seconds = _train(ABLATIONS[row.of], parts, seed=row.fold)
    return {**_scores_by_both(tagger, parts.test), "seconds": seconds}


def _scores_by_both(tagger, sentences):
    """Score a tagger's tags, and those of its best paths where it has a CRF."""
    scores = scores_of(sentences, predict_tags(tagger, sentences))
    if isinstance(tagger.model.head, CRF):
        by_path = predict_tags(tagger, sentences, best_path=True)
        scores["f1_best_path"] = scores_of(sentences, by_path)["f1"]
    return scores


def _train(rung, parts, seed):
    """Train a rung; the tagger, the history, and CPU seconds."""
    (tagger, history), seconds = seconds_of(
        train_rung, rung, parts.train, parts.validation, seed=seed, progress=False
    )
    return tagger, history, seconds


def _measure_post_epoch(_: Row) -> dict[str, float]:
    """Train one of the post's epochs, as the post does, on its own split."""
    from lstm_helpers.post import reproduce  # and pandas, which no other training needs

    [record] = reproduce(read_corpus("gmb").path, 1)
    return {
        "f1": record["entity_f1"],
        "f1_words": record["weighted_f1"],
        "f1_swapped": record["swapped_f1"],
        "seconds": record["train_seconds"],  # no reading, no scoring
    }


MEASURES = {
    **dict.fromkeys(LADDER, _measure_rung),
    "ablation": _measure_ablation,
    "post-epoch": _measure_post_epoch,
}
