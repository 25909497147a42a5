"""The rows of the benchmark: what each measures, in which order, what it needs."""

from typing import NamedTuple, Self

from benchmark.ablations import ABLATIONS

LADDER = ("best", "fast", "window", "looks", "words", "post_sizes", "quick")
_COMPARED = ("fast", "crfsuite-pos")  # their times: as often as each other, in turns
_TRAINED = (*LADDER, "crfsuite", "crfsuite-pos", "spacy", "post", "post-epoch")
_ALONE = ("reading", "crf", "throughput")
_OF_RUNGS = ("use", "sizes", "lengths", "cores")  # each for both of KEPT
KEPT = ("fast", "best")  # the rungs whose first tagger is kept for other rows


class Row(NamedTuple):
    """What a row measures.

    As text: "best/SPLIT/SEED", "ablation/NAME/SEED", "use/fast" or "reading".
    """

    what: str  # of _TRAINED, _ALONE or _OF_RUNGS, or "ablation"
    of: str = ""  # the ablation's name, or the rung that is timed
    split: int | None = None  # 0, or 1 for the second one: the split's random state
    seed: int | None = None  # of all that is random in a training

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
            case ["ablation", name, seed] if name in ABLATIONS and seed.isdecimal():
                return cls("ablation", name, seed=int(seed))
            case [what, rung] if what in _OF_RUNGS and rung in KEPT:
                return cls(what, rung)
            case [what, *numbers] if what in _TRAINED and _are_two_numbers(numbers):
                return cls(what, "", *map(int, numbers))
            case [what] if what in _ALONE:
                return cls(what)
        wanted = "one such as best/0/1, use/fast or reading"
        raise ValueError(f"got the row {text!r}, wanted {wanted}")

    @property
    def trained_by(self) -> Self | None:
        """The row that trains the tagger that this one uses, if it uses one."""
        uses_one = self.what in ("use", "cores")
        return type(self)(self.of, split=0, seed=0) if uses_one else None

    @property
    def is_kept(self) -> bool:
        """Whether other rows use the tagger that this one trains."""
        return self.what in KEPT and (self.split, self.seed) == (0, 0)

    @property
    def needs_two_cores(self) -> bool:
        """Whether it compares one thread with two."""
        return self.what == "cores"

    @property
    def compares_sizes(self) -> bool:
        """Whether it compares times of small and large steps."""
        return self.what in ("sizes", "lengths")


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
    return [*first, *map(Row, _ALONE), *(Row("use", rung) for rung in KEPT)]


def _list_whole():
    """List all rows."""
    seeds = range(3)
    rows = [Row("best", split=0, seed=0)]
    rows += [Row(what, split=0, seed=seed) for seed in seeds for what in _COMPARED]
    rows += [Row(q, split=s, seed=k) for s in range(2) for q in LADDER for k in seeds]
    rows += [Row("crfsuite-pos", split=1, seed=0)]
    once = ("crfsuite", "spacy", "post", "post-epoch")
    rows += [Row(what, split=0, seed=0) for what in once]
    rows += [Row("ablation", name, seed=seed) for seed in seeds for name in ABLATIONS]
    rows += map(Row, _ALONE)
    rows += [Row(what, rung) for what in _OF_RUNGS for rung in KEPT]
    return [*dict.fromkeys(rows)]  # each where it is first
