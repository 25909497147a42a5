"""Predictions and quizzes: read from cells, unfolded on paper, asked on slides."""

import nbformat.v4 as nbf
import pytest

from handouts.book import book_markdown
from handouts.course import Chapter, Edition
from handouts.quizzes import find_prediction, find_question, on_paper
from handouts.slides import split_slides

PREDICT = (
    "**Predict.** How *many*?\n\n<details><summary>Answer</summary>\n\n{}\n\n</details>"
)
SEVEN = PREDICT.format("Seven.\n\nNot six.")
OPTION = "<details><summary>({}) {}</summary>\n\n{}\n\n</details>"
OPTIONS = [("a", "<code>O</code>", "No: *one*."), ("b", "<em>two</em>", "Right: two.")]
ASKED = "\n\n".join(["**1. Which `B-`?**", *(OPTION.format(*o) for o in OPTIONS)])


def markdown(source):
    return nbf.new_markdown_cell(source)


def code(source, *printed):
    outputs = [nbf.new_output("stream", text=text) for text in printed]
    return nbf.new_code_cell(source, outputs=outputs)


def texts(cells):
    return [cell.source for cell in cells]


def test_a_prediction_is_a_question_and_an_answer():
    found = find_prediction(SEVEN)
    assert found == ("**Predict.** How *many*?", "Seven.\n\nNot six.")


def test_a_question_has_its_options_and_says_which_is_right():
    found = find_question(ASKED)
    assert (found.number, found.text) == (1, "Which `B-`?")
    assert found.options == OPTIONS
    assert [option.is_right for option in found.options] == [False, True]


@pytest.mark.parametrize(
    "source",
    [
        "**1. A term.** It is explained here.",
        "Text.\n\n" + ASKED,
        ASKED + "\n\nMore text.",
        ASKED.replace("(b)", "b:"),
        "<details><summary>Hint</summary>\n\nA hint.\n\n</details>",
        SEVEN + "\n\n" + OPTION.format("a", "x", "y"),
    ],
)
def test_what_is_neither_stays_as_it_is(source):
    assert find_prediction(source) is find_question(source) is None
    cell = markdown(source)
    assert on_paper([cell]) == [cell]


def test_on_paper_an_answer_follows_the_output_that_shows_it():
    silent, loud, later = code("n = 7"), code("print(n)", "7\n"), code("2", "2")
    paper = texts(on_paper([markdown(SEVEN), silent, loud, later]))
    assert paper == [
        "**Predict.** How *many*?",
        "n = 7",
        "print(n)",
        "**Answer.** Seven.\n\nNot six.",
        "2",
    ]


def test_on_paper_no_answer_is_lost_if_nothing_shows_it():
    paper = texts(on_paper([markdown(SEVEN), code("n = 7")]))
    assert paper[-1].startswith("**Answer.** Seven.")


def test_on_paper_the_answers_of_a_quiz_stand_behind_all_else():
    second = ASKED.replace("**1.", "**2.")
    cells = [markdown("## Quiz"), markdown(ASKED), markdown(second), markdown("End.")]
    heading, where, one, two, end, *answers = texts(on_paper(cells))
    assert (heading, end) == ("## Quiz", "End.")
    assert where == "*The answers stand at the end of the chapter.*"
    assert one == "**1. Which `B-`?**\n\n- (a) `O`\n- (b) *two*"
    assert two.startswith("**2. Which")
    assert answers == [
        "**Answers to the quiz**",
        "**1 (b).** (a) No: *one*. (b) Right: two.",
        "**2 (b).** (a) No: *one*. (b) Right: two.",
    ]


def chapter_of(*cells):
    cells = [markdown("# 1. One\n\n**What you'll do.** All."), *cells]
    return Chapter("01_one", "1. One", nbf.new_notebook(cells=cells))


@pytest.mark.parametrize("edition", list(Edition))
def test_a_book_asks_before_it_answers(tmp_path, edition):
    chapter = chapter_of(markdown(SEVEN), code("7", "7"), markdown(ASKED))
    text = book_markdown([chapter], edition, tmp_path)
    assert "<details>" not in text
    assert text.index("How *many*") < text.index("Seven.") < text.index("Which `B-`")
    assert text.index("*two*") < text.index("Right: two.")
    assert chapter.notebook.cells[1].source == SEVEN, "as it was"


def test_a_slide_asks_and_the_speaker_knows_the_answer(tmp_path):
    cells = [markdown("## A\n\n$$x$$"), markdown(SEVEN), code("print(7)", "7\n")]
    *_, asked, answer = split_slides(chapter_of(*cells), tmp_path)
    assert asked.kind == "question"
    assert [part.text for part in asked.parts] == ["**Predict.** How *many*?"]
    assert asked.notes == ["Answer: Seven.\n\nNot six."]
    assert "print(7)" in answer.parts[0].text


def test_a_quiz_is_not_on_slides_and_what_follows_is(tmp_path):
    cells = [
        markdown("## Quiz\n\nTen."),
        markdown(ASKED),
        markdown("## Summary\n\n- B"),
    ]
    _, last = split_slides(chapter_of(*cells), tmp_path)
    assert (last.title, last.parts[0].text) == ("Summary", "- B")
