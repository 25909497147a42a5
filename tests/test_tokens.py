import re
import time
import unicodedata
from collections import Counter
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data import tokens
from lstm_helpers.data.encoding import Encoder
from lstm_helpers.data.layouts import Sentence
from lstm_helpers.data.tokens import (
    TOKENISERS,
    Word,
    count_whole_words,
    find_tokeniser,
    split_at_spaces,
    split_characters,
    split_with,
    split_words,
)

pieces = "a B U.S. Mr. 's ’s s ' - -- . ... , 1 12-year 1990s 3,4 : & _ $ ! é \u0301"
pieces += " n't @ # @b #c http:// www. a@b.org :) <3 \u200d 👩 🏽 🇵 \u093f क"
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


@pytest.mark.parametrize("name", TOKENISERS)
@given(text=texts)
def test_offsets_slice_the_text_back(name, text):
    words = TOKENISERS[name](text)
    for word, start, end in words:
        assert text[start:end] == word
    assert split_with(lambda same: TOKENISERS[name](same), text) == words
    assert split_with(TOKENISERS[name], text) == words


@pytest.mark.parametrize("name", TOKENISERS)
@given(text=texts)
def test_every_character_but_white_space_is_in_exactly_one_word_in_order(name, text):
    words = TOKENISERS[name](text)
    inside = [i for _, start, end in words for i in range(start, end)]
    assert inside == [i for i, character in enumerate(text) if not character.isspace()]


MARKS = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c))[0] == "M"]


@given(st.text("aé𝒶ßक", min_size=1), st.lists(st.sampled_from(MARKS)), st.text("bख"))
def test_a_mark_stays_with_its_letter(before, marks, after):
    word = "".join([before, *marks, after])
    assert [w.word for w in split_words(f"{word} {word}.")] == [word, word, "."]


def test_no_mark_of_unicode_is_left_out():
    for mark in MARKS:
        for split in (split_words, split_characters):
            assert split(f"a{mark}") == [Word(f"a{mark}", 0, 2)], hex(ord(mark))


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
        ("Mirá ate kérè।", "Mirá ate kérè ।"),
        ("हिन्दी में, १९९०", "हिन्दी में , १९९०"),
        ("كَتَبَ الوَلَدُ.", "كَتَبَ الوَلَدُ ."),
        ("Ọ̀gbẹ́ni Adébáyọ̀-Ìbàdàn", "Ọ̀gbẹ́ni Adébáyọ̀-Ìbàdàn"),
        ("می‌خواهم", "می‌خواهم"),
        ("e\u0301te\u0301's", "e\u0301te\u0301 's"),
        ("e\u0301te\u0301n't", "e\u0301te\u0301 n't"),
        ("it's\u0301", "it's\u0301"),
        ("didn't, won’t", "did n't , wo n’t"),
        ("@pell_9's #Verda2!", "@pell_9 's #Verda2 !"),
        ("#नमस्ते", "#नमस्ते"),
        ("a@b #1 @ home", "a @ b # 1 @ home"),
        ("(https://a.org/b?c=1,2).", "( https://a.org/b?c=1,2 ) ."),
        ("See www.verda.org, HTTP://A.B", "See www.verda.org , HTTP://A.B"),
        ("www. it", "www . it"),
        ("to jo.pell+x@verda.org.", "to jo.pell+x@verda.org ."),
        ("Hi :) so ;-( yes:) =)", "Hi :) so ;-( yes :) =)"),
        (":D xD <3 ^_^ o_O -_- :/", ":D xD <3 ^_^ o_O -_- :/"),
        ("thus:(a) at 10:30, a:D", "thus : ( a ) at 10:30 , a : D"),
        (":Day <30", ": Day < 30"),
        ("❤\ufe0flove 👍🏽.", "❤\ufe0f love 👍🏽 ."),
        ("👩\u200d👩\u200d👧 in 🇵🇪🇵🇪", "👩\u200d👩\u200d👧 in 🇵🇪 🇵🇪"),
    ],
)
def test_conventions(text, words):
    assert [word for word, _, _ in split_words(text)] == words.split()


def test_the_bundled_corpus_is_split_as_it_is_written(sample):
    assert share_found_again(sample.sentences) == 1


@pytest.mark.slow
def test_the_real_corpus_is_split_as_it_is_written(gmb):
    assert share_found_again(gmb.sentences) >= 0.999


@pytest.mark.parametrize("text", [None, b"Rome", 7, ["Rome"]])
@pytest.mark.parametrize("split", TOKENISERS.values())
def test_anything_but_text_is_refused(split, text):
    wanted = rf"^text: got {type(text).__name__}, wanted str$"
    with pytest.raises(TypeError, match=wanted):
        split(text)
    with pytest.raises(TypeError, match=wanted):
        split_with(split, text)


ENDLESS = "- . _ ' @ a@ @1 #1 www. http://, a.b@ ^_ -_ n't a' 1,1. [ : \u0301 a\u0301 🇵"


@pytest.mark.long
@pytest.mark.parametrize("piece", [*ENDLESS.split(), "👩\u200d"])
def test_an_endless_text_takes_no_more_than_its_share_of_time(piece):
    """Five seconds would be a hundred times what it takes; squares take minutes."""
    text, start = piece * (200_000 // len(piece)), time.process_time()
    assert "".join(w.word for w in split_words(text)) == text
    assert time.process_time() - start < 5


# --- other tokenisers


def test_characters_keep_their_marks_and_spaces_part_the_rest():
    words = split_characters(" 北京, e\u0301 2")
    assert [w.word for w in words] == ["北", "京", ",", "e\u0301", "2"]
    at_spaces = split_at_spaces(" Pell 's\n(boat)")
    assert at_spaces == [("Pell", 1, 5), ("'s", 6, 8), ("(boat)", 9, 15)]


def test_what_a_tokeniser_gives_are_words_and_some_may_be_left_out():
    given = [["Rome", 3, 7], ("fell", 8, 12)]
    words = split_with(lambda text: iter(given), "In Rome fell")
    assert words == [Word("Rome", 3, 7), Word("fell", 8, 12)]
    assert all(type(word) is Word for word in words)
    assert split_with(lambda text: [], "In Rome") == []


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (["In", "Rome"], TypeError, r"got 'In', wanted \(word, start, end\)"),
        ([("In", 0)], TypeError, r"got \('In', 0\), wanted \(word, start"),
        ([("In", 0.0, 2.0)], TypeError, r"got \('In', 0\.0, 2\.0\), wanted"),
        ([3], TypeError, r"got 3, wanted"),
        ([("In", -2, 2)], ValueError, "'In' from -2 to 2, wanted words in order"),
        ([("Rome", 3, 8)], ValueError, "from 3 to 8, .* within 0 to 7"),
        ([("", 2, 2)], ValueError, "'' from 2 to 2, wanted words in order"),
        ([("In", 0, 2), ("n", 1, 2)], ValueError, "'n' from 1 to 2, .* within 2 to 7"),
        ([("Rome", 3, 7), ("In", 0, 2)], ValueError, "from 0 to 2, .* within 7 to 7"),
        ([("rome", 3, 7)], ValueError, "'rome' from 3 to 7, wanted what .*: 'Rome'"),
    ],
)
def test_a_tokeniser_that_says_something_else_than_the_text_is_refused(
    given, error, message
):
    with pytest.raises(error, match=f"^split: got .*{message.removeprefix('got ')}"):
        split_with(lambda text: given, "In Rome")


# --- what a tokeniser costs


def test_whole_words_are_counted_by_hand():
    some = [Sentence(["al-Qaida", "(s)", "left"]), Sentence(["(s)", "a", "b/c"])]
    found = count_whole_words(some)
    assert (found.n_words, found.n_whole) == (6, 3)
    assert found.cut == Counter({"(s)": 2, "b/c": 1})
    assert found.share == 0.5
    at_spaces = count_whole_words(some, split_at_spaces)
    assert (at_spaces.share, at_spaces.cut) == (1.0, Counter())
    assert count_whole_words([]).share == 0


def test_between_chinese_words_stands_nothing():
    some = [Sentence([*"北京在中国"]), Sentence(["北京"])]
    assert count_whole_words(some, between=" ").share == 1
    assert count_whole_words(some, between="").n_whole == 1
    assert count_whole_words(some) == count_whole_words(some, between="")
    found = count_whole_words(some, split_characters, between="")
    assert found.cut == Counter(["北京"])


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["北", "京", "Pell"], "characters"),
        (["北", "Pell"], "words"),  # half of them
        (["北京", "中国", "在"], "words"),
        (["a", "b", "c"], "words"),
        ([], "words"),
    ],
)
def test_the_tokeniser_follows_from_the_words(words, name):
    assert find_tokeniser(iter(words)) == name
    assert Encoder(["<unk>", *words], ["O"], 1).tokeniser == name


def test_words_that_are_joined_are_not_whole():
    found = count_whole_words([Sentence(["New", "York"])], lambda t: [(t, 0, len(t))])
    assert (found.n_whole, found.share) == (0, 0.0)


def test_whole_words_are_those_that_tests_of_the_corpora_find(sample):
    some = sample.sentences[:500]
    assert count_whole_words(some).share == share_found_again(some)


def test_a_corpus_itself_has_no_whole_words(sample):
    with pytest.raises(TypeError, match=r"sentences: got .*, wanted Sentences, such"):
        count_whole_words(sample)


WORDS = [
    "n't",
    "Mr",
    "U.S.",
    "XD",
    "a_b",
    "x@y.z",
    "www.a",
    "O'N",
    "12th",
    "e\u0301",
    "A",
]
WORDS += [*"aZ.-'’@#:;)(/0é \t\n\xa0\x1c\u200d\u0301"]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join) | st.text())
def test_the_short_way_to_most_words_finds_what_the_others_find(text):
    pattern = vars(tokens)["_PATTERN"].pattern
    short, _, others = pattern.partition("\n    | ")
    assert short.split()[0] == r"[A-Za-z]++(?!\S)"
    slow = re.compile(others, re.VERBOSE)
    assert [w.word for w in split_words(text)] == slow.findall(text)


def test_a_tokeniser_that_gives_nothing_is_told_what_it_has_to_give():
    wanted = r"split: got NoneType from it, wanted words, each as \(word, start, end\)"
    with pytest.raises(TypeError, match=wanted):
        split_with(lambda text: None, "Pell")
