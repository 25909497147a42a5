"""The real corpus's parts; tags for one of them -> their scores."""

from lstm_helpers.data import Sentence, Split, benchmark_split, read_corpus
from lstm_helpers.metrics import entity_f1, weighted_token_f1


def read_parts(split: int = 0) -> Split:
    """Read the real corpus and split it, in one of two ways."""
    return benchmark_split(read_corpus("gmb").sentences, random_state=split)


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
