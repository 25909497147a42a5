"""Predictions and quizzes: their form, and the answers that can be computed."""

import itertools
import math
import re
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Entities
from torch import nn

from handouts.quizzes import find_prediction, find_question

ROOT = Path(__file__).parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
COMPLETE = [
    "01_math",
    "02_data",
    "03_model",
    "04_training",
    "05_prediction",
    "06_gradients",
    "07_crf",
    "08_your_corpus",
]
NUMBER = re.compile(r"\(\d\.\d+\)|(?<![\w.])(\d+(?:,\d{3})*\.\d+|\d+(?:,\d{3})+|\d\d+)")
HEADING = re.compile(r"^#{1,3} .+$", re.MULTILINE)
MARKDOWN = re.compile(r"[*_$\\\[\]`]|\(\d\.\d+\)")  # which a summary would not set


def cells_of(name):
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells


def is_quiz(cell):
    return cell.cell_type == "markdown" and cell.source.startswith("## Quiz")


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def cells(request):
    return cells_of(request.param.stem)


@pytest.fixture
def questions(cells):
    """Of each cell of the quiz, if there is one: its question, or None."""
    starts = [k for k, cell in enumerate(cells) if is_quiz(cell)]
    assert len(starts) <= 1
    behind = cells[starts[0] + 1 :] if starts else []
    quiz = itertools.takewhile(lambda cell: not cell.source.startswith("#"), behind)
    return [find_question(cell.source) for cell in quiz]


@pytest.fixture
def predictions(cells):
    """Of each prediction: the place of its cell, and what was read from it."""
    return [
        (k, find_prediction(cell.source))
        for k, cell in enumerate(cells)
        if cell.source.startswith("**Predict")
    ]


@pytest.mark.parametrize("name", COMPLETE)
def test_a_notebook_has_three_predictions_and_a_quiz(name):
    cells = cells_of(name)
    assert sum(cell.source.startswith("**Predict.") for cell in cells) >= 3
    assert sum(map(is_quiz, cells)) == 1


def test_a_quiz_has_ten_questions(questions):
    assert None not in questions, "a cell is no question, or not written like one"
    assert len(questions) in (0, 10)
    assert [q.number for q in questions] == list(range(1, len(questions) + 1))


def test_a_quiz_stands_before_summary_and_exercises(cells):
    text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
    headings = [found[0] for found in HEADING.finditer(text)]
    if "## Quiz" in headings:
        at = headings.index("## Quiz")
        assert headings[at + 1] == "## Summary"
        assert "## Exercises" in headings[at:]


def test_one_option_is_right_and_each_has_a_reason(questions):
    for question in questions:
        assert question.text.endswith(("?", ".")), question.text
        letters = "".join(option.letter for option in question.options)
        assert letters in ("abc", "abcd"), question.text
        assert sum(option.is_right for option in question.options) == 1, question.text
        assert len({option.text for option in question.options}) == len(letters)
        for option in question.options:
            assert option.is_right or option.verdict.startswith("No: "), option
            assert option.verdict.endswith("."), option
            assert option.is_right or len(option.verdict.split()) > 5, option


def test_options_hold_nothing_that_a_summary_does_not_set(questions):
    for question in questions:
        for option in question.options:
            assert not MARKDOWN.search(option.text), option


def test_neither_place_nor_length_gives_the_answer_away(questions):
    if not questions:
        return
    places = Counter(o.letter for q in questions for o in q.options if o.is_right)
    assert len(places) >= 3
    assert max(places.values()) <= 5
    n_longest = 0
    for question in questions:
        *_, second, longest = sorted(question.options, key=lambda o: len(o.text))
        n_longest += longest.is_right and len(longest.text) > len(second.text)
    assert n_longest <= 6


def test_a_prediction_stands_right_before_what_shows_the_answer(cells, predictions):
    for k, prediction in predictions:
        assert prediction, f"not written like a prediction: {cells[k].source}"
        assert "?" in prediction.question
        assert cells[k + 1].cell_type == "code", cells[k].source
        assert cells[k + 1].outputs, cells[k].source


# --- what can be computed


NOT_PRINTED = {  # by notebook: numbers of answers that no output shows
    "01_math": {"1.3": f"{0.924 * 1 + 0.818 * 0.462:.1f}", "0.5": f"{1 / (1 + 1):.1f}"},
    "02_data": {
        "100": "100",
        "141": f"{4 + 14 + 18 + 23 + 28 + 54}",
        "0.92": f"{2 * 85 / (100 + 85):.2f}",
    },
    "05_prediction": {"2,000": "2,000", "10": "10"},
    "06_gradients": {
        "0.5": f"{1 / (1 + math.exp(0)):.1f}",
        "0.95": f"{1 / (1 + math.exp(-3)):.2f}",
        "99": f"{100 - 1}",
    },
    "07_crf": {
        "17": "17",
        "22": "22",
        "27": f"{3**3}",
        "96": f"{math.floor(100 * 0.932**0.5)}",
        "97": f"{math.ceil(100 * 0.932**0.5)}",
        "100": "100",
    },
    "08_your_corpus": {
        "100,000": "100,000",
        "10,000": f"{1e9 / 100_000:,.0f}",
    },
}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_numbers_of_an_answer_are_asked_or_printed_or_computed(path):
    cells, others = cells_of(path.stem), NOT_PRINTED.get(path.stem, {})
    assert all(said == computed for said, computed in others.items())
    for k, cell in enumerate(cells):
        if prediction := find_prediction(cell.source):
            shown = "".join(map(str, cells[k + 1].outputs)) + prediction.question
            for number in filter(None, NUMBER.findall(prediction.answer)):
                assert number in shown or number in others, (number, cell.source)


def right(name, number):
    """The right option of a question, without its marks."""
    [found] = [
        question
        for cell in cells_of(name)
        if (question := find_question(cell.source)) and question.number == number
    ]
    [text] = [option.text for option in found.options if option.is_right]
    return re.sub("<[^>]+>", "", text), found


def wins(name, number, beginning, values):
    """Check that these values are options, and that the first one is right."""
    text, question = right(name, number)
    assert question.text.startswith(beginning)
    assert text.startswith(values[0]), question.text
    options = [re.sub("<[^>]+>", "", option.text) for option in question.options]
    for value in values:
        assert [o for o in options if o.startswith(value)], (value, question.text)


def test_answers_of_notebook_1():
    C = 0.5 * 0.8 + 1 * 0.6
    values = [f"{C:.1f}", f"{math.tanh(C):.2f}", f"{0.5 * 0.8 + (1 - 0.5) * 0.6:.1f}"]
    wins("01_math", 1, "A unit has C = 0.8", values)
    h, slope = 0.9, 1.0
    for _ in range(30):
        h = math.tanh(1.5 * h)
        slope *= 1.5 * (1 - h**2)
    assert (f"{h:.3f}", f"{1.5 * (1 - h**2):.2f}") == ("0.859", "0.39")
    assert slope < 1e-9
    wins("01_math", 4, "An RNN's unit with W = 1.5", ["By next to nothing"])
    values = [f"About {100 * 0.9**10:.0f} %", f"{100 * 0.9:.0f} %", "Nothing"]
    wins("01_math", 5, "A forget gate stays at 0.9", values)
    lstm, block = nn.LSTM(10, 20), 20 * (20 + 10 + 1)
    counts = [4 * block, block, 6 * block, sum(p.numel() for p in lstm.parameters())]
    assert counts[3] - counts[0] == lstm.bias_ih_l0.numel()
    wins("01_math", 6, "An LSTM by our six equations", [f"{n:,}" for n in counts])
    both_ways, x = nn.LSTM(2, 3, bidirectional=True), torch.randn(5, 1, 2)
    changed = torch.cat([x[:-1] + 1, x[-1:]])
    last = [both_ways(words)[0][-1, 0, 3:] for words in (x, changed)]
    assert torch.equal(*last), "the last word alone"
    assert last[0].all(), "not zero"
    wins("01_math", 7, "An `nn.LSTM` of two directions", ["The last word alone"])
    values = [f"{0.3 + -0.1:.1f}", f"{(0.3 + -0.1) / 2:.1f}", "0.3"]
    wins("01_math", 8, "PyTorch's two biases", values)


def test_answers_of_notebook_2():
    _, question = right("02_data", 1)
    assert "IOB2" in question.text
    for option in question.options:
        tags = re.sub("<[^>]+>", "", option.text).split()
        pairs = itertools.pairwise(["O", *tags])
        legal = all(b[0] != "I" or (a[0] in "BI" and a[1:] == b[1:]) for a, b in pairs)
        assert legal == option.is_right
    _, question = right("02_data", 2)
    [tags] = re.findall("`(.+)`", question.text)
    n_mentions = len(Entities([tags.split()], IOB2).entities[0])
    n_inside = sum(tag != "O" for tag in tags.split())
    wins("02_data", 2, "How many mentions", [f"{n_mentions}", "2", f"{n_inside}"])
    n_batches = math.ceil(70 / 32) + math.ceil(10 / 32)
    values = [f"{n_batches}", "2", f"{math.ceil(80 / 32)}", f"{70 + 10}"]
    wins("02_data", 9, "70 sentences have 5 words and 10 sentences have 6", values)
    drawn = 0.75**2 + 0.25**2
    values = [f"In {100 * 3 / 4:.0f} of", "In 50 of", f"In about {100 * drawn:.0f} of"]
    wins("02_data", 10, "In training and in the test part alike", values)


def test_answers_of_notebook_3():
    embedding = nn.Embedding(1000, 2)
    embedding(torch.tensor([4, 8, 15, 16, 23, 8])).sum().backward()
    touched = embedding.weight.grad.abs().sum(dim=1).count_nonzero()
    wins("03_model", 2, "An embedding has 1,000 rows", [f"{touched}", "6", "1,000"])
    z = torch.tensor([2.0, 1.0, 0.0])
    assert torch.allclose((z + 7).softmax(0), z.softmax(0))
    assert (2 * z).softmax(0)[0] > z.softmax(0)[0]
    wins("03_model", 3, "You add 7 to all logits", ["Nothing"])
    values = [f"{math.log(9):.1f}", f"{1 / 9:.2f}", "9"]
    wins("03_model", 4, "An untrained tagger has 9 tags", values)
    logits = torch.tensor([0.9, 0.06, 0.04]).log().requires_grad_()
    F.cross_entropy(logits, torch.tensor(0)).backward()
    values = [f"{logits.grad[0].item():.1f}", "0.9", "0.1"]
    wins("03_model", 6, "The gold tag of a word has the probability 0.9", values)
    gold = torch.tensor(1)
    once = F.cross_entropy(z, gold)
    assert torch.isclose(F.cross_entropy(z.log_softmax(0), gold), once)
    assert not torch.isclose(F.cross_entropy(z.softmax(0), gold), once)
    wins("03_model", 7, "A model ends in a log-softmax", ["The loss is right"])


def test_answers_of_notebook_4():
    values = [f"{(8 * 1.0 + 2 * 2.0) / 10:.1f}", f"{(1.0 + 2.0) / 2:.1f}", "3.0"]
    wins("04_training", 5, "Two batches: one has 8 words", values)
    weights = torch.zeros(2, requires_grad=True)
    optimiser = torch.optim.Adam([weights], lr=0.01)
    weights.grad = torch.tensor([4.0, 0.0004])
    optimiser.step()
    assert torch.allclose(weights, torch.tensor(-0.01), rtol=1e-3)
    wins("04_training", 6, "Adam's rate is 0.01", ["Both by about 0.01"])
    weights.grad = torch.tensor([12.0, 16.0])
    assert nn.utils.clip_grad_norm_([weights], 5.0) == 20
    assert torch.allclose(weights.grad, torch.tensor([12.0, 16.0]) / 4, rtol=1e-4)
    wins("04_training", 7, "A gradient has the norm 20", ["Every entry is a quarter"])
    assert 0.005 < 2 * 0.004
    wins("04_training", 8, "With five seeds", ["No difference that stands out"])


def test_answers_of_notebook_5():
    n_gold, n_found, n_right = 6, 5, 4
    precision, recall = n_right / n_found, n_right / n_gold
    f1 = 2 * precision * recall / (precision + recall)
    either = n_right / (n_gold + n_found - n_right)
    values = [f"{each:.2f}" for each in (f1, precision, recall, either)]
    wins("05_prediction", 1, "Six mentions are gold. A tagger finds five", values)
    stray = ["O", "I-per", "O"]
    assert (len(Entities([stray], IOB2).entities[0]), len(get_entities(stray))) == (
        0,
        1,
    )
    expected = "Strict: nothing. Lenient: one false positive"
    wins("05_prediction", 3, "Gold says `O O O`", [expected])
    assert (0.9 - 0.8) > 3 * (0.9 * 0.1 / 100) ** 0.5
    wins("05_prediction", 7, "A hundred words were tagged", ["Too sure of itself"])
    start = "In Paris.".index("Paris")
    assert start == 3
    wins("05_prediction", 9, "In a text", [f"{start + len('Paris')}", "7"])


def test_figures_that_notebook_5_has_printed():
    outputs = [o for c in cells_of("05_prediction") for o in c.get("outputs", [])]
    printed = "".join(output.get("text", "") for output in outputs)
    n_named = {k: int(n) for k, n in re.findall(r"(.+?) +(\d+) mentions, ", printed)}
    recall = re.findall(r"(\w+ +\w+) +word unknown .* recall (0\.\d+)", printed)
    recall = {" ".join(k.split()): f"{float(r):.2f}" for k, r in recall}
    _, reasons = right("05_prediction", 6)
    said = " ".join(option.verdict for option in reasons.options)
    assert f"counts {n_named['other types']} of them" in said
    assert f"and {n_named['not shown']} whose words" in said
    assert f"{recall['unseen no']} against {recall['seen no']}" in said
    assert f"to {recall['unseen some']}, and to {recall['unseen every']}" in said
    row = r"all known: (\S+) of +([\d,]+) +an unknown word: (\S+) of +([\d,]+)"
    shares = []
    for kind in ("1 word", "4 words and more"):
        [found] = re.findall(rf"{kind} +{row}", printed)
        known, n_known, new, n_new = (float(part.replace(",", "")) for part in found)
        every = (known * n_known + new * n_new) / (n_known + n_new)
        shares.append((f"{100 * every:.0f}", f"{100 * known:.0f}"))
    (short, short_known), (long, long_known) = shares
    _, question = right("05_prediction", 10)
    assert f"found in {short} of 100 cases, long ones in {long}." in question.text
    assert f"it is {short_known} and {long_known}." in question.text


def test_answers_of_notebook_6():
    def slope(step):
        return (math.exp(step) - math.exp(-step)) / (2 * step) - 1

    def one_sided(step):
        return (math.exp(step) - 1) / step - 1

    assert math.isclose(slope(0.005) / slope(0.01), 1 / 4, rel_tol=1e-3)
    assert math.isclose(one_sided(0.005) / one_sided(0.01), 1 / 2, rel_tol=1e-2)
    values = ["A quarter of it", "A half of it"]
    wins("06_gradients", 1, "Slopes are measured by the central", values)
    values = [f"{0.9**3:.3f}", f"{0.9**4:.3f}", f"{1 - 3 * 0.1:.1f}", "0.9"]
    wins("06_gradients", 4, "A derivative of 1 arrives at C", values)


def test_answers_of_notebook_7():
    values = [f"{5**4}", f"{5 * 4}", f"{4**5:,}", f"{5 * 4 * 3 * 2}"]
    wins("07_crf", 1, "There are 5 tags, and a sentence has 4 words", values)
    alpha, steps = np.array([1, 2]), np.array([[1, 2], [1, 1]])
    by_listing = [sum(alpha[j] * steps[j, k] for j in (0, 1)) for k in (0, 1)]
    turned = [sum(alpha[j] * steps[k, j] for j in (0, 1)) for k in (0, 1)]
    best = [max(alpha[j] * steps[j, k] for j in (0, 1)) for k in (0, 1)]
    values = [f"({a}, {b})" for a, b in (by_listing, turned, best)]
    wins("07_crf", 2, "Two tags. At the first word alpha is (1, 2)", values)
    wins("07_crf", 4, "The gold tag of a word has", [f"{1 - 0.8:.1f}", "-0.2", "0.8"])
    assert 0.6 + 0.5 > 1
    wins("07_crf", 7, "Two mentions overlap", ["No: no path holds both"])
    rng = np.random.default_rng(1)
    folds = rng.normal(size=(100_000, 5))
    errors = folds.std(axis=1, ddof=1) / 5**0.5
    share = np.mean(abs(folds.mean(axis=1)) > 2 * errors)
    assert f"{share:.2f}" == "0.12"
    assert round(28 * share) == 3
    wins("07_crf", 10, "A change that does nothing", ["About three"])


def test_answers_of_notebook_8():
    error = 1 - 0.80
    falls_by = (1 - 0.90) / error
    values = [f"{1 - (1 - 0.90) * falls_by**n:.{n + 1}f}" for n in (1, 2)]
    wins("08_your_corpus", 2, "A tagger reaches an F1 of 0.80", [*values, "1.00"])
    name, other = 9 * 0.1, 1 * 0.9
    values = [f"{name / (name + other):.1f}", "0.1", f"{9 * 0.1:.1f}", f"{0.1 / 9:.2f}"]
    wins("08_your_corpus", 5, "A name that has the probability 0.1", values)
    _, question = right("08_your_corpus", 6)
    for option in question.options:
        tags = re.sub("<[^>]+>", "", option.text).split()
        found = Entities([[*tags, "I-per"]], IOB2).entities[0]
        whole = [(e.start, e.end) for e in found] == [(0, 4)]
        assert whole == option.is_right, "a word in three pieces, and one behind it"
    spans = list(itertools.combinations_with_replacement(range(10), 2))
    values = [len(spans), math.comb(10, 2), 10 * 10, 2**10]
    wins("08_your_corpus", 7, "A tagger of nested names", [f"{n:,}" for n in values])
    hours = 9e9 / 50_000 / 3600
    values = [f"{hours / 20:.1f} hours", f"{hours:.0f} hours"]
    wins("08_your_corpus", 10, "A core tags 50,000 words a second", values)
