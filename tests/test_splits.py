"""Splits: the post's own, and the benchmark's, whose parts share no sentence."""

import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from lstm_helpers.data.splits import benchmark_split, post_split


def count(sentences):
    return len(sentences), sum(len(sentence.words) for sentence in sentences)


def as_words(sentences):
    return [tuple(sentence.words) for sentence in sentences]


@pytest.mark.parametrize("random_state", [0, 1])
def test_the_posts_split_is_what_pandas_and_sklearn_make(sample, random_state):
    labels = [sentence.label for sentence in sample.sentences]
    grouped = [label for label, _ in pd.Series(labels).groupby(labels)]
    wanted = train_test_split(grouped, test_size=0.33, random_state=random_state)
    for part, part_wanted in zip(
        post_split(sample.sentences, random_state), wanted, strict=True
    ):
        assert [sentence.label for sentence in part] == part_wanted


@pytest.mark.parametrize("n", [3, 10, 101])
def test_a_part_of_any_size_is_what_sklearn_makes(sample, n):
    some = sample.sentences[:n]
    train, test = post_split(some, 5)
    in_text_order = sorted(some, key=lambda sentence: sentence.label)
    assert [train, test] == train_test_split(
        in_text_order, test_size=0.33, random_state=5
    )
    split = benchmark_split(some, 5)
    wanted, validation = train_test_split(train, test_size=0.1, random_state=5)
    assert split.train == wanted
    assert all(sentence in validation for sentence in split.validation)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_two_sentences_are_too_few_for_three_parts(sample, n):
    with pytest.raises(ValueError, match=f"got {n} sentences, wanted one at least"):
        benchmark_split(sample.sentences[:n])
    assert all(benchmark_split(sample.sentences[:3]))


def test_the_benchmarks_parts_share_no_sentence(sample):
    train, validation, test = map(set, map(as_words, benchmark_split(sample.sentences)))
    assert train.isdisjoint(validation)
    assert train.isdisjoint(test)
    assert validation.isdisjoint(test)


def test_the_benchmarks_test_part_is_the_posts_without_what_train_has(sample):
    post_train, post_test = post_split(sample.sentences)
    known = as_words(post_train)
    wanted = [s for s in post_test if tuple(s.words) not in known]
    assert benchmark_split(sample.sentences).test == wanted
    assert len(wanted) < len(post_test)


def test_the_benchmarks_train_and_validation_parts_come_from_the_posts_train_part(
    sample,
):
    post_train, _ = post_split(sample.sentences)
    train, validation, _ = benchmark_split(sample.sentences)
    left_out = [s for s in post_train if s not in train + validation]
    assert len(train) == int(0.9 * len(post_train))
    assert set(as_words(left_out)) <= set(as_words(train))


@pytest.mark.slow
def test_the_real_corpus_splits_as_documented(gmb):
    assert [count(part) for part in post_split(gmb.sentences)] == [
        (32_132, 703_215),
        (15_827, 345_360),
    ]
    train, validation, test = benchmark_split(gmb.sentences)
    assert (len(train), len(validation)) == (28_918, 3_190)
    assert count(test) == (15_661, 342_936)


def test_a_corpus_itself_is_not_split(sample):
    for split in (benchmark_split, post_split):
        for wrong in (sample, ["a", "b"]):
            message = (
                r"^sentences: got .*, wanted Sentences, such as corpus\.sentences$"
            )
            with pytest.raises(TypeError, match=message):
                split(wrong)
