"""Text in, entities out."""

import subprocess
import sys

import pytest
from builders import TAGGER, TAGS, TEXT, build_chinese_tagger, small_pool
from hypothesis import given
from hypothesis import strategies as st
from seqeval.scheme import IOB2, Entities

from lstm_helpers.data.layouts import Sentence
from lstm_helpers.data.tokens import split_characters, split_words
from lstm_helpers.models.trained import predict_surely, predict_tags
from lstm_helpers.prediction import text as text_module
from lstm_helpers.prediction.text import (
    Entity,
    TaggedWord,
    find_entities,
    join_words,
    tag_text,
    tag_texts,
)

ODD_TEXTS = {
    "one character": "x",
    "emoji": "👩‍👩‍👧 met 🇵🇪 in 👍🏽.",
    "right to left": "رئيس الوزراء في القدس، אתמול.",
    "combining marks": "e\u0301 \u0301\u0301 o\u0308sterreich",
    "control characters": "a\x00b\x07 \x1b[31mred\x1b[0m \x85 \u200b\ufeff\u202e",
    "lone surrogates": "\ud800 Pell\udfff \udc00\ud800",
    "no end": "a" * 200_000,
    "only apostrophes": "'" * 20_000 + "n't" * 20_000,
    "only full stops": "a." * 50_000,
    "only digits": "1,1." * 50_000,
}


def check_words(tagger, text):
    """See that the words of a text stand where they say, and cover all of it."""
    end_before = 0
    for word, start, end, tag, known, probability in tag_text(tagger, text):
        assert end_before <= start < end
        assert text[end_before:start].strip() == ""
        assert text[start:end] == word
        assert tag in TAGS
        assert known == (word in tagger.encoder.word_to_ix)
        assert 0 <= probability <= 1
        end_before = end
    assert text[end_before:].strip() == ""


@given(st.text(st.characters()) | st.text("Pell Verda's.,-3\n"))
def test_every_word_is_where_it_says(text):
    check_words(TAGGER, text)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_every_text_is_tagged(text):
    check_words(TAGGER, text)
    check_words(small_pool(), text)


@pytest.mark.long
def test_a_text_of_a_hundred_thousand_words_is_tagged():
    for tagger in (TAGGER, small_pool()):
        assert len(tag_text(tagger, "Pell left " * 50_000)) == 100_000


def test_a_text_gets_the_tags_of_its_words():
    tagged = tag_text(TAGGER, TEXT)
    words = Sentence([word.word for word in tagged])
    [tags] = predict_tags(TAGGER, [words])
    assert words.words == TEXT.split()
    assert [word.tag for word in tagged] == tags
    [judged] = predict_surely(TAGGER, [words])
    assert [(word.tag, word.probability) for word in tagged] == judged


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0"])
def test_blank_text_has_no_words(text):
    assert tag_text(TAGGER, text) == []


@pytest.mark.parametrize("text", [None, b"Pell", ["Pell"]])
def test_only_text_is_tagged(text):
    with pytest.raises(TypeError, match=f"got {type(text).__name__}, wanted str"):
        tag_text(TAGGER, text)


def tag_by_hand(text, tags):
    tagged, end = [], 0
    for word, tag in zip(text.split(), tags, strict=True):
        start = text.index(word, end)
        end = start + len(word)
        tagged.append(TaggedWord(word, start, end, tag, known=True))
    return tagged


ROME, PELL = Entity("geo", 0, 4, "Rome"), Entity("per", 5, 9, "Pell")
LAKE, VERDA = Entity("geo", 0, 11, "Lake  Verda"), Entity("geo", 10, 15, "Verda")
ROMA = Entity("geo", 5, 9, "Roma")


@pytest.mark.parametrize(
    ("text", "tags", "entities"),
    [
        pytest.param("", "", [], id="no words"),
        pytest.param("it rained", "O O", [], id="nobody"),
        pytest.param("Lake  Verda froze", "B-geo I-geo O", [LAKE], id="two words"),
        pytest.param("Rome Pell Verda", "O O B-geo", [VERDA], id="the last word"),
        pytest.param("Rome Pell", "B-geo B-per", [ROME, PELL], id="side by side"),
        pytest.param("Rome Roma", "B-geo B-geo", [ROME, ROMA], id="B- after B-"),
        pytest.param("Rome Pell", "B-geo I-per", [ROME], id="I- of another type"),
        pytest.param("Rome a Verda", "B-geo O I-geo", [ROME], id="I- after a gap"),
        pytest.param("Lake Verda", "I-geo I-geo", [], id="I- at the beginning"),
        pytest.param(
            "Rome a Pell", "B-geo I-per I-geo", [ROME], id="I- after stray I-"
        ),
    ],
)
def test_entities_worked_by_hand(text, tags, entities):
    assert find_entities(text, tag_by_hand(text, tags.split())) == entities


def test_an_entity_has_the_probability_of_its_words():
    words = tag_by_hand("Lake Verda froze", ["B-geo", "I-geo", "O"])
    said = [
        word._replace(probability=p)
        for word, p in zip(words, (0.7, 0.7, 0.9), strict=True)
    ]
    [entity] = find_entities("Lake Verda froze", said)
    assert entity == Entity("geo", 0, 10, "Lake Verda", 0.7)


@given(st.lists(st.sampled_from(TAGS)))
def test_entities_are_those_of_strict_scoring(tags):
    text = " ".join("x" * len(tags))  # word k stands at 2 k
    found = find_entities(text, tag_by_hand(text, tags))
    [wanted] = Entities([tags], IOB2).entities if tags else [[]]
    assert [(e.kind, e.start // 2, e.end // 2 + 1) for e in found] == [
        (entity.tag, entity.start, entity.end) for entity in wanted
    ]
    assert all(text[e.start : e.end] == e.mention for e in found)


def test_words_joined_are_where_they_say():
    text, tagged = join_words(
        ["Pell", "'s", "Ode"], ["B-per", "O", "O"], TAGGER.encoder
    )
    assert text == "Pell 's Ode"
    assert [text[w.start : w.end] for w in tagged] == [w.word for w in tagged]
    assert [w.known for w in tagged] == [True, False, False]
    assert find_entities(text, tagged) == [Entity("per", 0, 4, "Pell")]


FORKS = """
import os, signal, torch
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger
from lstm_helpers.prediction import tag_text

torch.set_num_threads({n_threads})
tagger = load_tagger(SAMPLE_TAGGER)
wanted = tag_text(tagger, "Pell left Lake Verda in May .")
if os.fork() == 0:
    signal.alarm(30)  # which ends a child that hangs
    os._exit(tag_text(tagger, "Pell left Lake Verda in May .") != wanted)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.mark.long
def test_a_forked_child_tags_if_its_parent_has_one_thread():
    """With two threads it hangs, on most machines: the notes of tag_text say so."""
    command = [sys.executable, "-c", FORKS.format(n_threads=1)]
    assert subprocess.check_output(command, text=True) == "0\n"


FIRST_TAG = """
import sys
from lstm_helpers.models import SAMPLE_TAGGER, load_tagger
from lstm_helpers.prediction import find_entities, render_html, tag_text

tagger, text = load_tagger(SAMPLE_TAGGER), "Pell left Lake Verda in May."
render_html(text, tag_text(tagger, text))
print(*sys.modules)
"""


@pytest.mark.long
def test_a_first_tag_waits_for_no_library_that_it_does_not_need():
    done = subprocess.run(
        [sys.executable, "-c", FIRST_TAG], capture_output=True, text=True, check=True
    )
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert "torch" in imported
    assert not imported & {"sklearn", "scipy", "pandas", "seqeval", "matplotlib"}
    assert "torch._dynamo" not in done.stdout.split()


def test_a_text_is_decided_by_mentions_unless_the_best_path_is_wanted(monkeypatch):
    asked = []

    def judge(_, sentences, *, best_path):
        asked.append(best_path)
        return [[("O", 1.0) for _ in sentence.words] for sentence in sentences]

    monkeypatch.setattr(text_module, "predict_surely", judge)
    tag_text(TAGGER, "Pell")
    tag_text(TAGGER, "Pell", best_path=True)
    assert asked == [False, True]


# --- a tokeniser of one's own; many texts


def test_the_words_are_those_of_the_tokeniser_that_is_given():
    def halve(text):
        return [(text[:4], 0, 4), (text[6:], 6, len(text))]

    tagged = tag_text(TAGGER, "Pell, Verda", split=halve)
    assert [(w.word, w.start, w.end) for w in tagged] == halve("Pell, Verda")
    [tags] = predict_tags(TAGGER, [Sentence(["Pell", "Verda"])])
    assert [word.tag for word in tagged] == tags
    words = [w.word for w in tag_text(TAGGER, "北京 a", split=split_characters)]
    assert words == ["北", "京", "a"]
    assert tag_text(TAGGER, "Pell", split=lambda text: []) == []


def test_text_is_cut_as_the_words_that_the_tagger_knows():
    tagger = build_chinese_tagger()
    for tagged in tag_text(tagger, "在北京"), tag_texts(tagger, ["在北京"])[0]:
        assert [word.word for word in tagged] == [*"在北京"]
    assert len(tag_text(tagger, "在北京", split=split_words)) == 1


def test_a_tokeniser_with_wrong_places_tags_nothing():
    with pytest.raises(ValueError, match="split: got 'Pell' from 1 to 5, wanted what"):
        tag_text(TAGGER, "Pell left", split=lambda text: [("Pell", 1, 5)])
    with pytest.raises(TypeError, match=r"split: got 'P', wanted \(word, start, end"):
        tag_text(TAGGER, "Pell left", split=lambda text: text)


@given(st.lists(st.text("Pell Verda's.,\n"), max_size=6))
def test_many_texts_are_tagged_as_each_of_them(texts):
    for many, text in zip(tag_texts(TAGGER, iter(texts)), texts, strict=True):
        one = tag_text(TAGGER, text)
        assert [w[:5] for w in many] == [w[:5] for w in one]
        assert [w.probability for w in many] == pytest.approx(
            [w.probability for w in one], abs=1e-5
        )


def test_many_texts_take_the_same_options(monkeypatch):
    asked = []

    def judge(_, sentences, *, best_path):
        asked.append((best_path, [sentence.words for sentence in sentences]))
        return [[("O", 1.0) for _ in sentence.words] for sentence in sentences]

    monkeypatch.setattr(text_module, "predict_surely", judge)
    options = {"best_path": True, "split": split_characters}
    assert [*map(len, tag_texts(TAGGER, ["ab", " ", "c"], **options))] == [2, 0, 1]
    assert asked == [(True, [["a", "b"], ["c"]])]
