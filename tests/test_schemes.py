"""Schemes: held against a naive writer, a naive reader, and seqeval."""

from itertools import product
from string import ascii_letters

import pytest
import seqeval.scheme
from hypothesis import given
from hypothesis import strategies as st
from schemes_written import (
    LETTERS,
    join_neighbours,
    marked_sentences,
    read_closing,
    read_like_conlleval,
    write_tags,
)

from lstm_helpers.data.iob2 import find_mentions, from_iob1, is_tag, may_follow
from lstm_helpers.data.schemes import (
    CLOSING,
    END,
    SCHEMES,
    count_pairs,
    count_strays,
    count_unknown,
    find_scheme,
    looks_like_tag,
    recognise_scheme,
    suggest_schemes,
    take_step,
)

corpora = st.lists(marked_sentences(), min_size=1, max_size=6)


def convert(scheme, tags):
    steps = [
        take_step(scheme, *pair)
        for pair in zip(["O", *tags], [*tags, END], strict=True)
    ]
    return [step.tag for step in steps[:-1]], sum(step.is_stray for step in steps)


@pytest.mark.parametrize("scheme", [*LETTERS, "IOB1", "IO"])
@given(sentence=marked_sentences())
def test_what_is_written_in_a_scheme_is_read_as_iob2(scheme, sentence):
    length, mentions = sentence
    tags = write_tags(scheme, length, mentions)
    wanted = join_neighbours(mentions) if scheme == "IO" else mentions
    assert convert(scheme, tags) == (write_tags("IOB2", length, wanted), 0)


@given(sentence=marked_sentences(kinds=["entity"]))
def test_tags_without_types_get_one(sentence):
    tags = write_tags("BI", *sentence)
    assert convert("BI", tags) == (write_tags("IOB2", *sentence), 0)


@pytest.mark.parametrize("scheme", ["IOBES", "BILOU"])
@given(sentence=marked_sentences())
def test_mentions_are_those_that_seqeval_finds(scheme, sentence):
    tags = write_tags(scheme, *sentence)
    found = seqeval.scheme.Entities([tags], getattr(seqeval.scheme, scheme)).entities
    wanted = [(0, each.start, each.end, each.tag) for each in found[0]]
    assert find_mentions([convert(scheme, tags)[0]]) == sorted(wanted)


@pytest.mark.parametrize(
    "tags", [*product(["O", "B-x", "I-x", "B-y", "I-y"], repeat=4)]
)
def test_strays_begin_mentions_as_conlleval_reads_them(tags):
    read, n_strays = convert("IOB2", tags)
    assert read == read_like_conlleval(tags)
    assert convert("IOB1", tags) == (read, 0)
    one_by_one = ["O"]
    for tag in tags:
        one_by_one.append(from_iob1(one_by_one[-1], tag))
    assert one_by_one[1:] == read
    legal = [may_follow(*pair) for pair in zip(["O", *tags], tags, strict=False)]
    assert n_strays == legal.count(False)


@pytest.mark.parametrize("scheme", CLOSING)
def test_any_tags_of_a_closing_scheme_are_read_one_after_the_other(scheme):
    letters = LETTERS[scheme]
    known = ["O", *(f"{letter}-{kind}" for letter in letters for kind in "xy")]
    for tags in product(known, repeat=3):
        read, n_strays = convert(scheme, tags)
        assert read == read_closing(letters, tags)
        whole = find_mentions([read])
        legal = write_tags(scheme, 3, [each[1:] for each in whole]) == [*tags]
        assert (n_strays == 0) == legal, tags


@pytest.mark.parametrize(
    "tag", ["", "o", "0", "B", "B-", "b-per", "E-per", "per", "O ", "B-a b", "I-é"]
)
def test_the_tags_of_iob2_are_those_that_are_its(tag):
    assert (take_step("IOB2", "O", tag) is not None) == is_tag(tag)


@pytest.mark.parametrize(
    ("scheme", "prefixes"),
    [
        ("IOB2", "BI"),
        ("IOB1", "BI"),
        ("IO", "I"),
        ("IOBES", "BIES"),
        ("BILOU", "BILU"),
        ("BMES", "BMES"),
        ("BI", ""),
    ],
)
def test_a_scheme_has_its_prefixes_and_no_others(scheme, prefixes):
    letters = [c for c in ascii_letters if take_step(scheme, "O", f"{c}-x")]
    assert letters == sorted(prefixes)
    assert [c for c in ascii_letters if looks_like_tag(f"{c}-x")] == sorted("BIESLUM")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("iob1", "IOB1"), ("BIO", "IOB2"), ("bioes", "IOBES"), ("BILUO", "BILOU")],
)
def test_a_scheme_has_other_names(name, wanted):
    assert find_scheme(name) == wanted


@pytest.mark.parametrize("name", ["IOB", "", "IOB3", None])
def test_what_is_no_scheme_is_answered_with_their_names(name):
    with pytest.raises(ValueError, match=f"tag_scheme: got {name!r}, wanted 'IOB2', "):
        find_scheme(name)


@pytest.mark.parametrize("scheme", ["IOB2", *CLOSING])
@given(corpus=corpora)
def test_a_scheme_is_recognised_unless_iob2_is_the_same(scheme, corpus):
    written = [write_tags(scheme, *sentence) for sentence in corpus]
    pairs = count_pairs(written)
    as_iob2 = [write_tags("IOB2", *sentence) for sentence in corpus]
    known = recognise_scheme(pairs)
    assert known is not None
    assert [convert(known, tags)[0] for tags in written] == as_iob2


@given(corpus=corpora)
def test_iob1_is_recognised_asked_for_or_the_same_as_iob2(corpus):
    written = [write_tags("IOB1", *sentence) for sentence in corpus]
    pairs = count_pairs(written)
    n_mentions = sum(len(mentions) for _, mentions in corpus)
    known = recognise_scheme(pairs)
    if n_mentions >= 5:
        assert known == "IOB1"
    assert known in ("IOB1", None) if n_mentions else known == "IOB2"
    assert "IOB1" in suggest_schemes(pairs)


FIVE = "O I-x O I-y O I-x O I-x O "


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ("O O", "IOB2"),
        ("B-x I-x O B-x", "IOB2"),
        ("B-x B-x", "IOB2"),
        ("O I-x", None),  # a stray, or IOB1
        ("I-x O I-x B-x", "IOB1"),
        ("I-x B-x O B-x", None),  # one is a stray
        (FIVE, None),
        (FIVE + "I-y", "IOB1"),
        (FIVE + "I-y B-x", None),
        (FIVE + "I-y O b-x", None),
        ("B-x E-x O S-x", "IOBES"),
        ("B-x I-x E-x", "IOBES"),  # without S
        ("S-x S-y O", "IOBES"),
        ("B-x L-x O U-x", "BILOU"),
        ("B-x M-x E-x O S-x", "BMES"),
        ("B-x M-x I-x E-x", None),
        ("B-x I-x O S-x", None),  # it does not end
        ("O E-x", None),
        ("B-x E-x L-x", None),
        ("B I O B", "BI"),
        ("O I", None),
        ("B O I", None),
        ("O O O O O O x x y y x", "IO"),
        ("O O O O O x y y x", None),  # too few
        ("O O O O O O x y z x y z", None),  # too many types
        ("O O x x y y x", None),  # a type is more frequent than O
        ("x x x x x x", None),  # no O
        ("O O O O O O x x y y 0", None),
        ("O O O O O O x x y y B-x", None),
        ("O O O O O O B_x I_x B_x I_x I_x", None),
        ("O O O O O O x-B x-I x-B x-B x-B", None),
        ("O O O O O O S S S S S", None),  # types, or words alone?
    ],
)
def test_only_what_is_certain_is_recognised(tags, wanted):
    assert recognise_scheme(count_pairs([tags.split()])) == wanted


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ("O I-x", ["IOB2", "IOB1"]),
        ("O I-x O B-x", ["IOB2"]),
        ("O B-x E-x", ["IOBES", "BMES"]),
        ("O S-x L-x", []),
        ("O U-x", ["BILOU"]),
        ("O I", ["BI"]),
        ("O x", ["IO"]),
        ("x y", []),
        ("O x 0", []),
    ],
)
def test_schemes_that_have_all_tags_are_suggested(tags, wanted):
    assert suggest_schemes(count_pairs([tags.split()])) == wanted


def test_what_is_counted_is_each_tag_once():
    pairs = count_pairs([["B-x", "?", "I-x"], ["I-x"]])
    assert count_unknown("IOB2", pairs) == 1
    assert count_strays("IOB2", pairs) == 2
    assert pairs.total() == 6
    assert {*SCHEMES} == {*LETTERS, "IOB1", "IO", "BI"}


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        *((tag, True) for tag in ("disease", "人名", "T1", "per-son", "B", "I-x")),
        *((tag, False) for tag in ("NaN", "a b", "0", "o", "_", "", "b-x", "B_x")),
        *((tag, False) for tag in ("x-B", "x_I", "E-x", "B-x")),
    ],
)
def test_what_names_a_type_has_a_letter_and_no_other_prefix(tag, wanted):
    assert (take_step("IO", "O", tag) is not None) == wanted
