"""Viterbi's steps are drawn as trying out all paths finds them."""

import itertools
import math

import numpy as np
import pytest
from drawn import ILL_TEXT
from matplotlib.figure import Figure
from moved import drawn_afresh, image, move

from lstm_helpers.figures.widgets_viterbi import draw_viterbi, explore_viterbi

pytestmark = pytest.mark.usefixtures("series_style")

SIZE = (7.2, 4.0)  # inches, as in the notebook
TAGS = ("O", "B", "I")
WORDS = ["Ms.", "Pell", "saw", "it"]
RNG = np.random.default_rng(3)
E, A = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 3))
START, END = RNG.normal(size=(2, 3))
FORBIDDEN = np.where(np.eye(3) > 0, -np.inf, A)
CASES = {"scores": (E, A), "no tag twice": (E, FORBIDDEN), "other scores": (-E, A.T)}


def every_path(e, A, n_words):
    """All paths over the first words: their tags -> their scores, without the end."""
    for path in itertools.product(range(3), repeat=n_words):
        steps = itertools.pairwise(path)
        score = START[path[0]] + sum(e[t, k] for t, k in enumerate(path))
        yield path, score + sum(A[step] for step in steps)


def best_way(e, A, n_words, last):
    ways = {p: s for p, s in every_path(e, A, n_words) if p[-1] == last}
    best = max(ways, key=ways.get)
    return best, ways[best]


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("case", CASES)
def test_a_step_shows_what_trying_out_all_paths_finds(case, step):
    e, A = CASES[case]
    figure = Figure()
    route, lines, nodes, *texts, title = draw_viterbi(figure, START, END, WORDS, TAGS)(
        step=step, e=e, A=A
    )
    scores = {p: s + END[p[-1]] for p, s in every_path(e, A, 4)}
    Z = sum(map(math.exp, scores.values()))
    assert not title.get_parse_math(), "a dollar is a word"
    said, total = title.get_text().split("\n")
    assert total == f"All 81 paths together: ln Z = {math.log(Z):.2f}"
    best = max(scores, key=scores.get)
    assert route.get_visible() == (step == 5)
    if step == 5:
        names = " ".join(TAGS[k] for k in best)
        share = math.exp(scores[best]) / Z
        score = f"score {scores[best]:.2f}, probability {share:.2f}"
        assert said == f"Best path {names}: {score}"
        assert route.get_xydata().tolist() == [[t, k] for t, k in enumerate(best)]
    else:
        highest = max((best_way(e, A, step, k)[1], TAGS[k]) for k in range(3))
        wanted = f"the highest v is {highest[0]:.2f} for {highest[1]}"
        assert said == f"Word {step} of 4: {wanted}"
    n_read = min(step, 4)
    back = []
    for t, k in itertools.product(range(4), range(3)):
        text = texts[3 * t + k].get_text()
        if t >= n_read:
            assert text == ""
            continue
        path, v = best_way(e, A, t + 1, k)
        through = sum(math.exp(s) for p, s in scores.items() if p[t] == k) / Z
        assert text == f"{v:.2f}\np {through:.2f}"
        back += [[[t - 1, path[-2]], [t, k]]] if t else []
    segments = [segment.tolist() for segment in lines.get_segments()]
    assert sorted(segments) == sorted(back)
    unread = nodes.get_facecolor()[3 * n_read :]
    assert (unread == 1).all()


def test_words_and_tags_stand_beside_their_nodes():
    figure = Figure()
    draw_viterbi(figure, START, END, WORDS, TAGS)
    [ax] = figure.axes
    names = [
        [label.get_text() for label in axis.get_ticklabels()]
        for axis in (ax.xaxis, ax.yaxis)
    ]
    assert names == [WORDS, [*TAGS]]
    assert ax.yaxis_inverted(), "the first tag on top"


SLIDERS = {"emissions": [(1, 2), (3, 0)], "transitions": [(1, 2)]}


@pytest.mark.long
def test_every_move_shows_what_a_fresh_drawing_shows(drawings):
    before = E.copy(), A.copy()
    box = explore_viterbi(E, START, END, A, WORDS, TAGS, **SLIDERS)
    step, *sliders, _ = box.children
    start = [slider.value for slider in sliders]
    assert start == [E[1, 2], E[3, 0], A[1, 2]]
    seen = []
    for at in [
        (1, *start),
        (4, *start),
        (5, *start),
        (5, 2.0, *start[1:]),
        (5, -1, 3, 0),
    ]:
        move(box, at)
        alt, pixels = image(box)
        e, transitions = E.copy(), A.copy()
        e[1, 2], e[3, 0], transitions[1, 2] = at[1:]
        afresh = drawn_afresh(
            SIZE, draw_viterbi, START, END, WORDS, TAGS, step=at[0], e=e, A=transitions
        )
        np.testing.assert_allclose(pixels, afresh, atol=1.1 / 255)
        assert "ln Z = " in alt
        seen.append(box.children[-1].value)
    assert len(set(seen)) == len(seen)
    move(box, (1, *start))
    assert box.children[-1].value == seen[0], "the way leaves no trace"
    assert sum(figure is drawings[0] for figure in drawings) == 1, "drawn whole once"
    np.testing.assert_array_equal(before[0], E)
    np.testing.assert_array_equal(before[1], A)
    assert [name for name, _ in step.options] == [
        *("1: Ms.", "2: Pell", "3: saw", "4: it"),
        "walk back",
    ]


@pytest.mark.long
def test_a_slider_is_named_by_its_score_and_reaches_it():
    e = E.copy()
    e[0, 1] = -7.5
    box = explore_viterbi(
        e, START, END, A, WORDS, TAGS, emissions=[(0, 1), (1, 0)], transitions=[(2, 1)]
    )
    _, low, other, transition, _ = box.children
    assert low.description == "e Ms., B"
    assert other.description == "e Pell, O"
    assert transition.description == "A I, then B"
    assert (low.min, low.max, low.value) == (-7.5, 7.5, -7.5)
    assert (other.min, other.max) == (-3, 3)


def test_the_end_decides_which_tag_is_the_last():
    redraw = draw_viterbi(Figure(), np.zeros(3), np.array([0.0, 0.0, 2.0]), ["a"], TAGS)
    *_, title = redraw(step=2, e=np.array([[1.0, 0.5, 0.0]]), A=np.zeros((3, 3)))
    share = math.exp(2) / (math.exp(1) + math.exp(0.5) + math.exp(2))
    best = f"Best path I: score 2.00, probability {share:.2f}\n"
    assert title.get_text().startswith(best)


@pytest.mark.long
def test_the_same_word_twice_has_a_slider_for_each_place():
    box = explore_viterbi(
        E,
        START,
        END,
        A,
        ["a", "a", "b", "c"],
        TAGS,
        emissions=[(0, 1), (1, 1)],
        transitions=[],
    )
    _, first, second, _ = box.children
    assert (first.value, second.value) == (E[0, 1], E[1, 1])


@pytest.mark.long
def test_ill_words_are_shown_as_far_as_they_can_be():
    for word, shown in ILL_TEXT.items():
        box = explore_viterbi(
            E[:1],
            START,
            END,
            A,
            [word],
            ["O", word, "I"],
            emissions=[(0, 1)],
            transitions=[(1, 2)],
        )
        box.children[1].value = 3.0
        box.children[0].value = 1
        if START[1] + 3 > max(START[0] + E[0, 0], START[2] + E[0, 2]):
            assert f"for {shown}" in image(box)[0]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(START[:2], END, WORDS), (START, END[:1], WORDS), (START, END, [])],
)
def test_every_tag_has_a_start_and_an_end(start, end, words):
    with pytest.raises(ValueError, match=r"^start, end: got \d words, 3 tags, shapes"):
        draw_viterbi(Figure(), start, end, words, TAGS)


@pytest.mark.parametrize(("e", "A"), [(E[:3], A), (E[:, :2], A), (E, A[:2])])
def test_scores_fit_words_and_tags(e, A):
    redraw = draw_viterbi(Figure(), START, END, WORDS, TAGS)
    with pytest.raises(ValueError, match=r"^e, A: got shapes .* wanted \(4, 3\) and"):
        redraw(step=1, e=e, A=A)
