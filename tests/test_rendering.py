import json
import re
from html import unescape

import pytest
from builders import UNWRITABLE, writable
from hypothesis import given
from hypothesis import strategies as st

from lstm_helpers.data.tokens import split_words
from lstm_helpers.prediction.rendering import (
    FORMATS,
    render_conll,
    render_doubts,
    render_html,
    render_huggingface,
    render_json,
    render_spacy,
    render_text,
)
from lstm_helpers.prediction.text import TaggedWord, find_entities
from lstm_helpers.style import ENTITY_COLOURS

HOSTILE = """<script>alert("1")</script> & 'Ode' &amp; "Rome" """


def tag(text, tags, unknown=()):
    """Give a text's words these tags, O to the words left over."""
    words = split_words(text)
    tags = [*tags.split(), *["O"] * len(words)]
    return [
        TaggedWord(*word, tag, word.word not in unknown)
        for word, tag in zip(words, tags, strict=False)
    ]


def shown(html):
    """Return a page's text without the types written behind the entities."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r" <small>.*?</small>", "", html)))


texts = st.text(st.characters()) | st.text("aB1 <>&\"'/[]?.\n") | st.just(HOSTILE)
tag_lists = st.lists(
    st.sampled_from(["O", "B-geo", "I-geo", "B-per", "I-per", "B-</mark>"])
).map(" ".join)


@given(texts, tag_lists, st.integers(0, 2))
def test_html_shows_the_text_and_closes_every_entity(text, tags, n_left_out):
    tagged = tag(text, tags, unknown="aB1")[n_left_out:]
    html = render_html(text, tagged)
    assert html.encode("utf-8")
    assert shown(html) == writable(text)
    entities = find_entities(text, tagged)
    for opening, closing in (("<mark ", "</mark>"), ("<small>", "</small>")):
        assert html.count(opening) == html.count(closing) == len(entities)
    marks = re.findall(r"<mark [^>]*>(.*?)</mark>", html, re.DOTALL)
    mentions = [writable(entity.mention) for entity in entities]
    assert [shown(mark) for mark in marks] == mentions


def test_hostile_words_and_types_are_escaped():
    tagged = tag(HOSTILE, "O B-<b> O B-per I-per", unknown=["script", "&"])
    html = render_html(HOSTILE, tagged)
    elements = set(re.findall(r"</?(\w+)", html))
    assert elements == {"div", "mark", "small", "b", "bdi", "span"}
    assert "&lt;" in html
    assert "<b><bdi>&lt;b&gt;</bdi></b>" in html
    assert html.count('"') == 2 * html.count('="')  # those of attributes alone


def test_what_html_cannot_hold_is_shown_as_such():
    text = "a\0b \ud800 c\x1b[2Jd"
    html = render_html(text, tag(text, "B-\udfff"))
    assert html.encode("utf-8")
    assert writable(html) == html
    assert shown(html) == "a\ufffdb \ufffd c\ufffd[2Jd"


@pytest.mark.parametrize(("first", "last"), UNWRITABLE)
@pytest.mark.parametrize("render", [render_html, render_text])
def test_each_character_that_cannot_be_shown_is_replaced(render, first, last):
    for code in range(first, last + 1):
        text = f"a{chr(code)}b"
        assert chr(code) not in render(text, tag(text, f"O B-{text}")), hex(code)
        assert "\ufffd" in render(text, []), hex(code)


@pytest.mark.parametrize("render", [render_html, render_text])
def test_only_the_carriage_return_of_a_line_end_stays(render):
    text, wanted = "a\r\nb\rc\r\r\nd\r", "a\r\nb\ufffdc\ufffd\r\nd\ufffd"
    assert re.sub(r"<[^>]*>", "", render(text, tag(text, ""))) == wanted


def test_no_other_character_is_replaced():
    within = {code for a, b in UNWRITABLE for code in range(a, b + 1)}
    others = "".join(chr(code) for code in range(0x110000) if code not in within)
    assert render_text(others, []) == others
    assert shown(render_html(others, [])) == others


def test_html_is_no_mathematics_to_any_mathjax():
    text = "It cost between $30 million and $50 million."
    [classes] = re.findall(r'^<div class="([^"]*)"', render_html(text, tag(text, "")))
    assert set(classes.split()) == {"mathjax_ignore", "tex2jax_ignore"}


@pytest.mark.parametrize("kind", [*ENTITY_COLOURS, "LOC"])
@pytest.mark.parametrize("render", [render_html, render_text])
def test_every_type_is_written_out(render, kind):
    text = "In New York"
    assert kind in render(text, tag(text, f"O B-{kind} I-{kind}"))


def test_unknown_words_are_marked():
    text = "In Rome or Lima."
    tagged = tag(text, "O B-geo O B-geo", unknown=["In", "Lima"])
    marked = re.findall(
        r"<span [^>]*not seen[^>]*>(.*?)</span>", render_html(text, tagged)
    )
    assert marked == ["In", "Lima"]
    assert render_text(text, tagged) == "In? [Rome geo] or [Lima? geo]."


@pytest.mark.parametrize(
    ("text", "tags", "plain"),
    [
        ("", "", ""),
        (" \n", "", " \n"),
        ("It fell.", "", "It fell."),
        ("In  New York,", "O B-geo I-geo", "In  [New York geo],"),
        ("Ode Rome", "B-per B-geo", "[Ode per] [Rome geo]"),
        ("Ode Rome", "B-per B-per", "[Ode per] [Rome per]"),
        ("Rome's Ode ", "B-geo O B-per", "[Rome geo]'s [Ode per] "),
        # An I- that continues nothing belongs to nothing; the last word closes.
        ("Ode Rome", "I-per B-geo", "Ode [Rome geo]"),
        ("Ode Rome", "B-per I-geo", "[Ode per] Rome"),
        ("Jo Ode of Rome", "B-per I-per O I-per", "[Jo Ode per] of Rome"),
    ],
)
def test_plain_text_brackets_the_entities(text, tags, plain):
    assert render_text(text, tag(text, tags)) == plain


def test_a_type_without_a_colour_is_grey_and_one_with_a_probability_says_so():
    [word] = tag("Rome", "B-zoo")
    html = render_html("Rome", [word._replace(probability=0.934)])
    assert "background:#e6e6e6;" in html
    assert html.endswith("<b><bdi>zoo</bdi></b> 0.93</small></mark></div>")
    assert render_text("Rome", [word._replace(probability=0.934)]) == "[Rome zoo 0.93]"


def test_columns_hold_a_word_and_its_tag():
    text = "In New York."
    assert render_conll(text, tag(text, "O B-geo I-geo")) == (
        "In\tO\nNew\tB-geo\nYork\tI-geo\n.\tO"
    )
    assert render_conll(" ", []) == ""


def test_no_word_makes_a_column_or_a_line():
    words = ["a b", "c\td", "e\nf", "g\u2028h", "\x00", "\u202e"]
    tagged = [TaggedWord(word, 0, 1, "O", True) for word in words]
    rows = render_conll("", tagged).split("\n")
    assert rows == [f"{x}\tO" for x in ["a�b", "c�d", "e�f", "g�h", "�", "�"]]


@given(st.text() | st.just(HOSTILE), tag_lists)
def test_json_gives_the_text_and_its_entities_back(text, tags):
    tagged = tag(text, tags)
    line = render_json(text, tagged)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    found = json.loads(line)
    assert found["text"] == text
    entities = find_entities(text, tagged)
    assert found["entities"] == [entity._asdict() for entity in entities]


def test_a_probability_in_json_has_four_digits():
    [word] = tag("Rome", "B-geo")
    line = render_json("Rome", [word._replace(probability=0.123456)])
    assert line == (
        '{"text": "Rome", "entities": [{"kind": "geo", "start": 0, "end": 4, '
        '"mention": "Rome", "probability": 0.1235}]}'
    )


def test_formats_go_by_their_names():
    wanted = {"text": render_text, "conll": render_conll, "jsonl": render_json}
    wanted |= {"spacy": render_spacy, "huggingface": render_huggingface}
    assert wanted == FORMATS


def doubts(text, tagged, **how):
    """What :func:`render_doubts` says, line by line, without its elements."""
    html = render_doubts(text, tagged, **how)
    assert {*re.findall(r"<(\w+)", html)} <= {"div", "small", "br", "bdi"}
    return [unescape(re.sub(r"<[^>]*>", "", line)) for line in html.split("<br/>")]


def judged(text, tags, probabilities, unknown=()):
    tagged = zip(tag(text, tags, unknown), probabilities, strict=True)
    return [word._replace(probability=p) for word, p in tagged]


def test_doubts_name_unknown_words_once_and_the_least_sure_first():
    text = "Ms. Pell met Pell in Rome ."
    tags = "B-per I-per O O O B-geo O"
    p = [0.7, 0.7, 0.99, 0.5, 1.0, 0.625, 0.875]
    tagged = judged(text, tags, p, unknown=["Pell", "met"])
    assert doubts(text, tagged) == [
        "Never seen in training: Pell, met.",
        "Least sure: Pell O 0.50, Rome geo 0.62, Ms. Pell per 0.70.",
    ]
    assert doubts(text, tagged, n=1)[1] == "Least sure: Pell O 0.50."
    assert doubts(text, tagged, n=9)[1].endswith(", . O 0.88, met O 0.99, in O 1.00.")


def test_doubts_of_what_is_known_and_carries_no_probability():
    assert doubts("In Rome", tag("In Rome", "O B-geo")) == [
        "Never seen in training: none."
    ]
    assert render_doubts("", []) == ""


def test_doubts_are_no_mathematics_and_hold_no_element_of_a_word():
    tagged = judged(HOSTILE, "O B-<b>", [0.5] * len(tag(HOSTILE, "")), ["<", "script"])
    html = render_doubts(HOSTILE, tagged, n=99)
    assert html.startswith('<div class="mathjax_ignore tex2jax_ignore"><small>')
    assert "<script" not in html
    unknown, least = doubts(HOSTILE, tagged, n=99)
    assert unknown == "Never seen in training: <, script."
    assert "script <b> 0.50" in least


@given(texts, tag_lists)
def test_doubts_can_be_written_of_any_text(text, tags):
    tagged = [word._replace(probability=0.5) for word in tag(text, tags)]
    html = render_doubts(text, tagged, n=len(text))
    assert bool(html.encode("utf-8")) == bool(tagged)
    assert html == writable(html)
    assert html.count("<bdi>") == html.count("</bdi>")


def test_spacys_form_is_a_text_and_its_places():
    text = "Åsa Pell left Rome ."
    tagged = tag(text, "B-per I-per O B-geo O")
    line = render_spacy(text, tagged)
    assert line.isascii()
    assert json.loads(line) == [text, {"entities": [[0, 8, "per"], [14, 18, "geo"]]}]
    assert json.loads(render_spacy("", [])) == ["", {"entities": []}]


def test_hugging_faces_form_is_words_and_tags():
    line = render_huggingface("not looked at", tag("Åsa left", "B-per O"))
    assert line.isascii()
    assert json.loads(line) == {"tokens": ["Åsa", "left"], "ner_tags": ["B-per", "O"]}
    assert json.loads(render_huggingface(" ", [])) == {"tokens": [], "ner_tags": []}


@given(texts, tag_lists)
def test_each_form_of_json_is_a_line_and_holds_the_same_entities(text, tags):
    tagged = tag(text, tags)
    spacy, huggingface = render_spacy(text, tagged), render_huggingface(text, tagged)
    assert "\n" not in spacy + huggingface
    same, pair = json.loads(spacy)
    assert same == text
    found = [(e.start, e.end, e.kind) for e in find_entities(text, tagged)]
    assert [tuple(entity) for entity in pair["entities"]] == found
    lists = json.loads(huggingface)
    assert lists["tokens"] == [word.word for word in tagged]
    assert lists["ner_tags"] == [word.tag for word in tagged]


def test_what_hugging_face_refuses_is_not_written():
    tagged = [TaggedWord("a\ud800", 0, 2, "O", True), TaggedWord("😀", 3, 4, "O", True)]
    line = render_huggingface("a\ud800 😀", tagged)
    assert json.loads(line)["tokens"] == ["a\ufffd", "😀"]
    assert json.loads(render_json("a\ud800 😀", tagged))["text"] == "a\ud800 😀"
