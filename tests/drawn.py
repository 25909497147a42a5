"""What tests draw, and how they read what was drawn."""

import numpy as np

from lstm_helpers.metrics import Bin, TypeScore

VALUES = np.random.default_rng(0).uniform(-0.9, 0.9, (3, 5))  # T = 3 words, H = 5 units
WORDS = ["Pell", "saw", "Verda"]
TAGS = ["B-per", "O", "B-geo"]
COUNTS = {"I-geo": 20, "O": 12345, "B-geo": 300}
MEASURES = {
    "all O": {"F1, strict": 0.0, "accuracy": 0.8},
    "ours": {"F1, strict": 0.7, "accuracy": 0.9},
}
BY_TYPE = {"geo": TypeScore(0.5, 1.0, 0.75, 3), "LOC": TypeScore(1, 1, 0.9, 2)}
CONFUSION = np.array([[9, 1], [0, 4]])
VERDICTS = {"right": 1500, "missed": 500}
BINS = [Bin(0.4, 0.5, 2, 0.45, 0.5), Bin(0.9, 1.0, 20, 0.99, 0.9)]
RUNS = {
    "RNN": np.array([[1.0, 5.0], [3.0, 4.0], [8.0, 0.0]]),
    "LSTM": np.array([[7.0, 2.0], [6.0, 2.5], [9.0, 2.0]]),
}
CUBE = np.linspace(0, 2, 41), np.linspace(0, 2, 41) ** 3, 1.0, 1.0, 3.0, 0.5
CURVES = {"SGD": [3, 2], "Adam": [2, 1], "RowAdagrad": [1, 0]}
CHANGES = {  # of "unsure", two standard errors are 0.2 to each side
    "gain": [0.2, 0.3, 0.4],
    "loss": [-0.4, -0.3, -0.35],
    "one run": [-0.1],
    "unsure": [0.2, -0.1, 0.2],
}
ESTIMATES = {"ours": [0.6], "copies": [0.9, 0.85, 0.95], "wide": [0.72, 0.7, 0.82]}
SHAPES = {"ids": (3,), "x": (3, 4), "h": (3, 6), "z": (3, 5), "scores": (3, 5)}
PATHS = {"best": [0, 4, 2], "by itself": [0, 1, 2], "gold": [3, 4, 2]}
WEIGHTS = [(0, 1, 2, 4.0), (1, 2, 0, 0.5)]
ERROR_TABLE = {"none": {"W": 1e-11, "b": 2e-9}, "sign": {"W": 0.25, "b": 3e-12}}
AREAS = np.array([0.5, 0.9, 0.1, 0.7])
ILL_TEXT = {  # words that no word should be: as they are drawn
    "$$": "$$",
    "$^$": "$^$",
    "a$b$": "a$b$",
    r"\frac": r"\frac",
    r"$\frac$": r"$\frac$",
    r"\$x\$": r"\$x\$",
    "\ud800a": "\ufffda",
    "\0\x1b[1m\x9d": "\ufffd\ufffd[1m\ufffd",
    "\u202etfel": "\ufffdtfel",
    "a\tb\nc": "a b c",
    "word" * 5000: "word" * 9 + "wor…",
}
SIZES, SCORES = [100, 200, 400], np.array([[0.5, 0.7, 0.8], [0.55, 0.65, 0.85]])


def predict_score(n):
    """The error falls by a quarter with each doubling."""
    return 1 - 0.45 * (n / 100) ** np.log2(0.75)


PER_TYPE = (
    {"geo": [0, 20, 300], "a$b": [0, 0, 7]},
    {"geo": [0, 0.6, 0.9], "a$b": [0, 0, 0.3]},
)
GROUPS = np.array([0.0, 0.1, 3.0, 0.2, 2.9, 0.1]), np.array([1, 0, 0, 1, 0, 0], bool)

EXAMPLES = {  # of every function that draws on one Axes: what to call it with
    "plot_curves": ((CURVES,), {"bound": 2.0, "words": WORDS[:2]}),
    "plot_spread": ((RUNS,), {}),
    "plot_tangent": (CUBE, {}),
    "plot_ablations": ((CHANGES,), {}),
    "plot_bars": ((VERDICTS,), {}),
    "plot_by_type": ((BY_TYPE,), {}),
    "plot_measures": ((MEASURES,), {}),
    "plot_reliability": ((BINS,), {}),
    "plot_separation": ((AREAS,), {}),
    "plot_tag_counts": ((COUNTS,), {}),
    "plot_word_changes": (([0, 0.25, 0.5], WORDS), {}),
    "plot_intervals": ((ESTIMATES, {"ours": "by words"}), {"between": (0.5, 1.0)}),
    "plot_lengths": (([1, 3, 3, 4],), {}),
    "plot_learning_curve": ((SIZES, SCORES, predict_score), {"n_fitted": 2}),
    "plot_by_count": (PER_TYPE, {}),
    "plot_two_groups": ((*GROUPS, ("names", "others")), {}),
    "plot_confusion": ((CONFUSION, ["geo", "per"]), {}),
    "plot_error_table": ((ERROR_TABLE,), {"bound": 1e-8}),
    "plot_trellis": ((np.abs(VALUES), WORDS, [*"abcde"], PATHS), {}),
    "plot_weights": ((VALUES, WORDS, [*"abcde"], WEIGHTS), {}),
    "plot_transitions": ((CONFUSION / 2, ["geo", "per"]), {}),
    "plot_state": ((VALUES, "c", WORDS), {}),
    "plot_stretches": (([(4, 0, 2)],), {}),
    "plot_mentions": ((WORDS, TAGS), {}),
    "plot_tagger": ((WORDS, TAGS, SHAPES), {}),
    "plot_cell": ((3,), {}),
}


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def curves(ax):
    """The lines of the legend by name: their points."""
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.get_lines()}
    return {name: drawn[name] for name in legend(ax) if name in drawn}


def looks(lines):
    """What tells lines apart in black and white."""
    return {(line.get_marker(), line.get_linestyle()) for line in lines}
