"""The real corpus's parts; tags for one of them -> their scores."""

from collections.abc import Sequence

from lstm_helpers.data import Sentence, Split, benchmark_split, read_corpus
from lstm_helpers.metrics import entity_f1, weighted_token_f1


def read_parts(split: int = 0) -> Split:
    """Read the real corpus and split it, in one of two ways."""
    return benchmark_split(read_corpus("gmb").sentences, random_state=split)


N_FOLDS = 5


def read_fold(fold: int) -> Split:
    """Read the parts that a choice is judged on: the benchmark's test part is in none.

    Returns
    -------
    Split
        ``test`` is one of five folds of the benchmark's training part, ``train`` the
        other four, and ``validation`` the benchmark's. They share no sentence.
    """
    parts = read_parts()
    return fold_of(parts.train, fold)._replace(validation=parts.validation)


def fold_of(train: Sequence[Sentence], fold: int) -> Split:
    """Part one of five folds from the others; equal sentences are in the same one."""
    from sklearn.model_selection import GroupKFold  # 100 MB, which no training needs

    numbers: dict[tuple[str, ...], int] = {}  # of different sentences
    groups = [numbers.setdefault(tuple(s.words), len(numbers)) for s in train]
    folds = GroupKFold(N_FOLDS, shuffle=True, random_state=0)
    others, held_out = [*folds.split(groups, groups=groups)][fold]
    return Split([train[k] for k in others], [], [train[k] for k in held_out])


def count_words(sentences: list[Sentence]) -> int:
    """Count the words of sentences."""
    return sum(len(sentence.words) for sentence in sentences)


def scores_of(
    sentences: list[Sentence], predicted: list[list[str]]
) -> dict[str, float]:
    """Score predicted tags by every measure that is reported."""
    gold = [sentence.tags for sentence in sentences]
    return {
        "f1": entity_f1(gold, predicted),
        "f1_lenient": entity_f1(gold, predicted, lenient=True),
        "f1_words": weighted_token_f1(gold, predicted),
    }
