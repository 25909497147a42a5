"""The rows of the benchmark: what each measures, in which order, what it needs."""

from typing import NamedTuple, Self

from benchmark.ablations import ABLATIONS
from benchmark.parts import N_FOLDS
from benchmark.tuning import GRID

LADDER = ("best", "fast", "window", "looks", "words", "post_sizes", "quick")
_COMPARED = ("fast", "crfsuite-pos")  # their times: as often as each other, in turns
_TUNED = ("crfsuite-tuned", "crfsuite-pos-tuned")  # once for each split
_ONCE = ("crfsuite", "spacy", "spacy-long", "post-epoch")
_TRAINED = (*LADDER, "crfsuite-pos", *_TUNED, *_ONCE, "transformer")
_OF_FOLDS = {"ablation": ABLATIONS, "crfsuite-grid": GRID}
_STAGES = ("reading", "crf", "throughput")
_OF_THE_CORPUS = ("contexts", "repeats", "pool")
_ALONE = (*_STAGES, *_OF_THE_CORPUS, "check")  # make benchmark-check uses the last one
_USING_ONE = ("use", "first", "cores", "twins")
_OF_RUNGS = (*_USING_ONE, "sizes", "lengths")  # each for both of KEPT
_OF_SEEDS = ("neighbours",)
_FOLDS = [*map(str, range(N_FOLDS))]
_SEEDS = range(3)
KEPT = ("fast", "best")  # the rungs whose taggers are kept for other rows


class Row(NamedTuple):
    """What a row measures.

    As text: "best/SPLIT/SEED", "ablation/NAME/FOLD", "use/fast", "neighbours/SEED" or
    "reading".
    """

    what: str  # of _TRAINED, _OF_FOLDS, _OF_RUNGS, _OF_SEEDS or _ALONE
    of: str = ""  # what is changed, or the rung whose tagger is used
    split: int | None = None  # 0, or 1 for the second one: the split's random state
    seed: int | None = None  # of all that is random in a training
    fold: int | None = None  # of the training part, and the seed

    def __str__(self) -> str:
        return "/".join(str(part) for part in self if part not in ("", None))

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a row's text.

        Raises
        ------
        ValueError
            If it is not one.
        """
        match text.split("/"):
            case [what, name, fold] if _is_changed(what, name) and fold in _FOLDS:
                return cls(what, name, fold=int(fold))
            case [what, rung] if what in _OF_RUNGS and rung in KEPT:
                return cls(what, rung)
            case [what, seed] if what in _OF_SEEDS and seed.isdecimal():
                return cls(what, seed=int(seed))
            case [what, *numbers] if what in _TRAINED and _are_two_numbers(numbers):
                return cls(what, "", *map(int, numbers))
            case [what] if what in _ALONE:
                return cls(what)
        wanted = "one such as best/0/1, use/fast or reading"
        raise ValueError(f"got the row {text!r}, wanted {wanted}")

    @property
    def trained_by(self) -> tuple[Self, ...]:
        """The rows that train the taggers that this one uses."""
        if self.what in _USING_ONE:
            return (type(self)(self.of, split=0, seed=0),)
        if self.what == "spacy-long":  # for as long as it
            return (type(self)("best", split=0, seed=0),)
        pooled = KEPT if self.what == "pool" else ()
        return tuple(type(self)(q, split=0, seed=k) for q in pooled for k in _SEEDS)

    @property
    def is_kept(self) -> bool:
        """Whether other rows use the tagger that this one trains."""
        return self.what in KEPT and self.split == 0 and self.seed in _SEEDS

    @property
    def needs_two_cores(self) -> bool:
        """Whether it compares one thread with two."""
        return self.what == "cores"

    @property
    def compares_sizes(self) -> bool:
        """Whether it compares times of small and large steps."""
        return self.what in ("sizes", "lengths")


def _is_changed(what, name):
    """Say whether there is a change of this name."""
    return name in _OF_FOLDS.get(what, ())


def _are_two_numbers(texts):
    """Say whether these can be a split and a seed."""
    return len(texts) == 2 and all(map(str.isdecimal, texts))


def list_rows(quick: bool) -> list[Row]:
    """List all rows, or those of a quick run.

    The longest begins; beside it, in turns, those whose times are compared.
    """
    return _list_quick() if quick else _list_whole()


def _list_quick():
    """List a part of the rows: one split, one seed, no ablations, not all kinds."""
    trained = ("best", *_COMPARED, "looks", "post_sizes", "quick", "post-epoch")
    first = [Row(what, split=0, seed=0) for what in trained]
    return [*first, *map(Row, _STAGES), *(Row("use", rung) for rung in KEPT)]


def _list_whole():
    """List all rows."""
    rows = [Row("best", split=0, seed=0)]
    rows += [Row(what, split=0, seed=seed) for seed in _SEEDS for what in _COMPARED]
    rows += [Row(what, split=0, seed=seed) for what in LADDER for seed in _SEEDS]
    rows += [Row(what, split=1, seed=seed) for what in KEPT for seed in _SEEDS]
    rows += [Row("crfsuite-pos", split=1, seed=0)]
    rows += [Row(what, split=s, seed=0) for s in range(2) for what in _TUNED]
    rows += [Row(what, split=0, seed=0) for what in _ONCE]
    rows += [Row("transformer", split=0, seed=seed) for seed in _SEEDS]
    for what, changes in _OF_FOLDS.items():
        rows += [Row(what, q, fold=k) for k in range(N_FOLDS) for q in changes]
    rows += [Row(what, seed=seed) for what in _OF_SEEDS for seed in _SEEDS]
    rows += map(Row, _ALONE)
    rows += [Row(what, rung) for what in _OF_RUNGS for rung in KEPT]
    return [*dict.fromkeys(rows)]  # each where it is first
