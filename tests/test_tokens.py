from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.tokens import split_words

pieces = "a B U.S. Mr. 's ’s s ' - -- . ... , 1 12-year 1990s 3,4 : & _ $ ! é \u0301"
texts = st.text() | st.lists(st.sampled_from([" ", *pieces.split()])).map("".join)


def offsets(words):
    """Return where each word stands once all are joined with spaces."""
    ends = accumulate(words, lambda end, word: end + 1 + len(word), initial=-1)
    return {(end + 1, end + 1 + len(w), w) for end, w in zip(ends, words, strict=False)}


def share_found_again(sentences):
    found = total = 0
    for sentence in sentences:
        split = split_words(" ".join(sentence.words))
        found += len(offsets(sentence.words) & {(s, e, word) for word, s, e in split})
        total += len(sentence.words)
    return found / total


@given(texts)
def test_offsets_slice_the_text_back(text):
    for word, start, end in split_words(text):
        assert text[start:end] == word


@given(texts)
def test_every_character_but_white_space_is_in_exactly_one_word_in_order(text):
    inside = [i for _, start, end in split_words(text) for i in range(start, end)]
    assert inside == [i for i, character in enumerate(text) if not character.isspace()]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (" \t\n\u00a0", ""),
        ("Rome fell.", "Rome fell ."),
        ("It rose, then fell; why?", "It rose , then fell ; why ?"),
        ("the U.S. army", "the U.S. army"),
        ("at 9 a.m. sharp", "at 9 a.m. sharp"),
        ("Mr. Pell met Gen. Ode", "Mr. Pell met Gen. Ode"),
        ("Ask Mr.", "Ask Mr ."),
        ("Iran's army", "Iran 's army"),
        ("Iran’s army", "Iran ’s army"),
        ("the U.S.'s army", "the U.S. 's army"),
        ("the miners' strike", "the miners ' strike"),
        ("O'Neill and Shi'ites", "O'Neill and Shi'ites"),
        ("al-Qaida's AT&T", "al-Qaida 's AT&T"),
        ("a 12-year truce", "a 12-year truce"),
        ("the 1990s", "the 1990s"),
        ("3,400 at 2.5 from 10:30.", "3,400 at 2.5 from 10:30 ."),
        ("$5 or 5%", "$ 5 or 5 %"),
        ('"So," he said', '" So , " he said'),
        ("“So”–what", "“ So ” – what"),
        ("(Reuters)", "( Reuters )"),
        ("So... --what", "So ... -- what"),
        ("Łódź, São Paulo", "Łódź , São Paulo"),
    ],
)
def test_conventions(text, words):
    assert [word for word, _, _ in split_words(text)] == words.split()


def test_the_bundled_corpus_is_split_as_it_is_written(sample):
    assert share_found_again(sample.sentences) >= 0.99


@pytest.mark.slow
def test_the_real_corpus_is_split_as_it_is_written(gmb):
    assert share_found_again(gmb.sentences) >= 0.999


@pytest.mark.parametrize("text", [None, b"Rome", 7, ["Rome"]])
def test_anything_but_text_is_refused(text):
    wanted = rf"^text: got {type(text).__name__}, wanted str$"
    with pytest.raises(TypeError, match=wanted):
        split_words(text)
