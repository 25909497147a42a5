"""Twins of mentions, held against a search of every place in the training part."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.iob2 import Mention, find_mentions
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.data.twins import Twin, find_twins, label_span

HERE = [Sentence(["in", "May", "."], ["O", "B-tim", "O"])]
MAY = Mention(0, 1, 2, "tim")


def sentence_of(text, tags):
    return Sentence(text.split(), tags.split())


@st.composite
def corpora(draw):
    """Draw sentences of two different words, so that contexts come back."""
    found = []
    for words in draw(st.lists(st.text("ab", min_size=1, max_size=6), min_size=1)):
        tags = ["O"]
        for _ in words:
            on = [f"I{tags[-1][1:]}"] * (tags[-1] != "O")
            tags.append(draw(st.sampled_from(["O", "B-x", "B-y", *on])))
        found.append(Sentence([*words], tuple(tags[1:])))
    return found


def search(mention, here, train, around):
    """Try every place of every sentence, as text: a letter a word, edges as bars."""

    def as_text(sentence):
        return "|" * around + "".join(sentence.words) + "|" * around

    size = mention.end - mention.start
    wanted = as_text(here)[mention.start :][: size + 2 * around]
    found = Counter()
    for sentence in train:
        for start in range(len(sentence.words)):
            if as_text(sentence).startswith(wanted, start):
                *inside, behind = [*sentence.tags, "O"][start : start + size + 1]
                found[(*inside, *[behind] * (behind[0] == "I"))] += 1
    return found


@given(corpora(), corpora(), st.integers(0, 3))
def test_twins_are_those_of_a_search_of_every_place(here, train, around):
    mentions = find_mentions(sentence.tags for sentence in here)
    found = [(m, search(m, here[m.sentence], train, around)) for m in mentions]
    wanted = [(mention, labels) for mention, labels in found if labels]
    assert find_twins(mentions, here, train, around=around) == wanted


def test_a_longer_mention_labels_its_part_in_another_way():
    train = [
        sentence_of("in May .", "O B-tim O"),
        sentence_of("in May . 5", "O B-tim I-tim I-tim"),
        sentence_of("in May . 5", "O B-per B-tim I-tim"),
        sentence_of("in May . in May .", "O O O O O O"),
    ]
    [twin] = find_twins([MAY], HERE, train)
    assert twin.labellings == {
        ("B-tim",): 1,
        ("B-tim", "I-tim"): 1,
        ("B-per",): 1,
        ("O",): 2,
    }
    assert twin.majority == ("O",)


def test_of_labels_as_frequent_the_first_is_the_majority():
    other, same = sentence_of("in May .", "O B-per O"), HERE[0]
    assert find_twins([MAY], HERE, [other, same])[0].majority == ("B-per",)
    assert find_twins([MAY], HERE, [same, other])[0].majority == ("B-tim",)
    assert find_twins([MAY], HERE, [same, other, other])[0].majority == ("B-per",)


def test_the_edge_of_a_sentence_is_a_word_of_its_own():
    mention = Mention(0, 0, 1, "tim")
    here = [sentence_of("May .", "B-tim O")]
    train = [sentence_of("May .", "B-per O"), sentence_of("in May .", "O B-geo O")]
    assert find_twins([mention], here, train) == [
        Twin(mention, Counter({("B-per",): 1}))
    ]
    assert find_twins([mention], here, train[1:]) == []
    [twin] = find_twins([mention], here, train, around=0)
    assert twin.labellings == {("B-per",): 1, ("B-geo",): 1}


@given(corpora())
def test_a_mention_is_labelled_as_it_is(sentences):
    tags = [sentence.tags for sentence in sentences]
    for number, start, end, kind in find_mentions(tags):
        wanted = (f"B-{kind}", *[f"I-{kind}"] * (end - start - 1))
        assert label_span(tags[number], start, end) == wanted


def test_a_stray_tag_goes_on_with_nothing():
    assert label_span(["O", "I-per"], 0, 1) == ("O",)
    assert label_span(["B-geo", "I-per"], 0, 1) == ("B-geo",)


@pytest.mark.parametrize(
    "place", [(0, 1, 4), (0, 2, 2), (0, -1, 1), (1, 0, 1), (-1, 0, 1)]
)
def test_a_mention_of_no_words_is_refused(place):
    wanted = r"^mentions: got Mention\(.*\), wanted words of one of 1 sentences$"
    with pytest.raises(ValueError, match=wanted):
        find_twins([MAY, Mention(*place, "tim")], HERE, HERE)


def test_what_has_no_tags_is_no_training_part():
    wanted = "^train, sentence 1: got 3 words and 0 tags, wanted as many$"
    with pytest.raises(ValueError, match=wanted):
        find_twins([MAY], HERE, [*HERE, Sentence(["in", "May", "."])])


def test_a_negative_number_of_neighbours_is_refused():
    with pytest.raises(ValueError, match=r"^around: got -1, wanted at least 0$"):
        find_twins([MAY], HERE, HERE, around=-1)


@pytest.mark.parametrize(("part", "wanted"), [(0, "sentences"), (1, "train")])
def test_what_is_no_sentence_is_refused(part, wanted):
    parts = [HERE, HERE]
    parts[part] = [("in", "May")]
    with pytest.raises(TypeError, match=f"^{wanted}: got tuple among them"):
        find_twins([], *parts)
