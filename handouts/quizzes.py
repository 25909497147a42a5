"""Cells -> the predictions and the questions of a quiz in them; for paper, unfolded.

Both fold their answers, which a page can open and paper cannot.
"""

import re
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

FOLDED = r"<details><summary>{}</summary>\n\n((?:(?!</?details>).|\n)+?)\n\n</details>"
OPTION = FOLDED.format(r"\(([a-d])\) (.+)")
PREDICTION = re.compile(rf"(\*\*Predict\.\*\* .+)\n\n{FOLDED.format('Answer')}\s*")
QUESTION = re.compile(rf"\*\*(\d+)\. (.+)\*\*((?:\n\n{OPTION})+)\s*")
ELSEWHERE = "*The answers stand at the end of the chapter.*"


class Prediction(NamedTuple):
    """What a learner is to guess before the next output.

    Attributes
    ----------
    question : str
        Markdown, with the mark that it begins with.
    answer : str
        Markdown.
    """

    question: str
    answer: str


class Option(NamedTuple):
    """An answer that one may choose.

    Attributes
    ----------
    letter : str
    text : str
        In HTML: a summary knows no Markdown.
    verdict : str
        Markdown: whether it is right, and why.
    """

    letter: str
    text: str
    verdict: str

    @property
    def is_right(self) -> bool:
        """Tell whether it is the answer."""
        return self.verdict.startswith("Right: ")


class Question(NamedTuple):
    """A question of a quiz.

    Attributes
    ----------
    number : int
    text : str
        Markdown.
    options : list of Option
    """

    number: int
    text: str
    options: list[Option]


def find_prediction(source: str) -> Prediction | None:
    """Read the prediction that a cell asks for, if it does.

    Examples
    --------
    >>> find_prediction("## A heading") is None
    True
    """
    found = PREDICTION.fullmatch(source)
    return Prediction(found[1], found[2]) if found else None


def find_question(source: str) -> Question | None:
    """Read the question of a quiz that a cell holds, if it does."""
    found = QUESTION.fullmatch(source)
    if not found:
        return None
    options = [Option(*parts) for parts in re.findall(OPTION, found[3])]
    return Question(int(found[1]), found[2], options)


def on_paper(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Move answers away from their questions.

    Parameters
    ----------
    cells : list of NotebookNode
        Of one chapter.

    Returns
    -------
    list of NotebookNode
        The answer to a prediction stands behind the output that shows it, those to a
        quiz behind all other cells.
    """
    kept: list[NotebookNode] = []
    waiting: list[str] = []  # for the next output
    verdicts: list[str] = []
    for cell in cells:
        text = cell.source if cell.cell_type == "markdown" else ""
        if prediction := find_prediction(text):
            kept.append(markdown(prediction.question))
            waiting.append(f"**Answer.** {prediction.answer}")
        elif question := find_question(text):
            if not verdicts:
                kept.append(markdown(ELSEWHERE))
            kept.append(markdown(listed(question)))
            verdicts.append(judged(question))
        else:
            kept.append(cell)
        if cell.get("outputs"):
            kept += map(markdown, waiting)
            waiting = []
    kept += map(markdown, waiting)
    if verdicts:
        kept += map(markdown, ["**Answers to the quiz**", *verdicts])
    return kept


def markdown(text: str) -> NotebookNode:
    """Make a cell of Markdown."""
    return new_markdown_cell(text)  # type: ignore[no-untyped-call]


def listed(question: Question) -> str:
    """Write a question with a list of its options, in Markdown."""
    options = [
        f"- ({option.letter}) {plain(option.text)}" for option in question.options
    ]
    return f"**{question.number}. {question.text}**\n\n" + "\n".join(options)


def judged(question: Question) -> str:
    """Write what each option says when it is opened, in Markdown."""
    right = [option.letter for option in question.options if option.is_right]
    verdicts = [f"({option.letter}) {option.verdict}" for option in question.options]
    return f"**{question.number} ({', '.join(right)}).** " + " ".join(verdicts)


def plain(option: str) -> str:
    """Turn the marks of an option from HTML into Markdown.

    Examples
    --------
    >>> plain("<code>O</code>, the <em>first</em> one")
    '`O`, the *first* one'
    """
    return re.sub("</?em>", "*", re.sub("</?code>", "`", option))
