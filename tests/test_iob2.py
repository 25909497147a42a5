"""IOB2: held against the scheme written as one regular expression, and seqeval."""

import re
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.scheme import IOB2, Entities

from lstm_helpers.data.iob2 import (
    count_illegal,
    find_mentions,
    from_iob1,
    is_tag,
    list_tags,
    may_follow,
)

TAGS = ["O", "B-x", "I-x", "B-y", "I-y"]
SCHEME = re.compile(r"(O |B-(\w+) (I-\2 )*)*")  # all of it, each tag and a space
tag_lists = st.lists(st.lists(st.sampled_from(TAGS), min_size=1), min_size=1)


@pytest.mark.parametrize("tags", [*product(TAGS, repeat=3)], ids=" ".join)
def test_a_sequence_is_legal_if_each_tag_may_follow_the_one_before(tags):
    legal = all(may_follow(*pair) for pair in pairwise(["O", *tags]))
    assert legal == bool(SCHEME.fullmatch(" ".join(tags) + " "))
    assert (count_illegal([tags]) == 0) == legal


@pytest.mark.parametrize("tag", ["O", "B-per", "I-per", "B-a-b", "I-é", "B-I-x"])
def test_what_is_a_tag_is_one(tag):
    assert is_tag(tag)


@pytest.mark.parametrize(
    "tag", ["", "o", "0", "B", "I", "B-", "I-", "b-per", "E-per", "per", "O ", "B-a b"]
)
def test_what_is_no_tag_is_none(tag):
    assert not is_tag(tag)


def test_tags_are_listed_once_in_order():
    assert list_tags(["y", "x", "y"]) == TAGS
    assert list_tags([]) == ["O"]
    assert all(map(is_tag, list_tags(["per", "a-b"])))


@given(tag_lists)
def test_mentions_are_seqevals(sentences):
    wanted = [
        (number, entity.start, entity.end, entity.tag)
        for number, entities in enumerate(Entities(sentences, IOB2).entities)
        for entity in entities
    ]
    assert find_mentions(sentences) == sorted(wanted)


@pytest.mark.parametrize(
    ("iob1", "iob2"),
    [
        ("I-x I-x O I-x", "B-x I-x O B-x"),
        ("I-x B-x I-x", "B-x B-x I-x"),  # a mention right after another of its type
        ("I-x I-y B-y", "B-x B-y B-y"),
        ("B-x I-x O", "B-x I-x O"),
    ],
)
def test_iob1_becomes_iob2(iob1, iob2):
    converted = ["O"]
    for tag in iob1.split():
        converted.append(from_iob1(converted[-1], tag))
    assert converted[1:] == iob2.split()


@given(tag_lists)
def test_strays_are_counted_one_by_one(sentences):
    wanted = 0
    for tags in sentences:
        for k, tag in enumerate(tags):
            before = tags[k - 1] if k else "O"
            wanted += tag.startswith("I-") and before not in ("B" + tag[1:], tag)
    assert count_illegal(sentences) == wanted
