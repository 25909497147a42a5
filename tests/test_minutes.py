"""What a notebook says that it takes is what is counted on its pages.

And the teacher's page makes sessions of these minutes and of the exercises'.
"""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from minutes import minutes_by_section

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STATED = re.compile(r"[Aa]bout (\d+) minutes without the exercises")
TEACHING = (ROOT / "docs" / "teaching.md").read_text("utf-8")
PART = re.compile(r"([\d.–, ]+) \((\d+)(?: minutes)?\)")  # 1.1–1.4, 1.6 (16)
PLANS = {"Two": 150, "Ten": 90, "Eighteen": 60}  # sessions, and their minutes


def test_minutes_are_counted_by_section():
    picture = new_output("display_data", {"image/png": "", "text/plain": "a"})
    text = new_output("stream", text="b")
    cells = [
        new_markdown_cell("# 1. A title\n\n" + "word " * 98),
        new_markdown_cell("## 1.1 Four [words](of/a/link.md) here\n\n$$a = b$$"),
        new_code_cell("a = 1\n\nb = 2\nprint(a, b)", outputs=[text]),
        new_code_cell("show()", outputs=[text, picture, picture]),
        new_markdown_cell("Last.\n\n## Summary\n\n<b class='x'>One</b>"),
        new_markdown_cell("## Exercises\n\n" + "word " * 500),
        new_code_cell("pass"),
        new_markdown_cell("## In practice\n\nIt is."),
    ]
    assert minutes_by_section(new_notebook(cells=cells)) == pytest.approx(
        {
            "": 100 / 200,
            "1.1": (3 + 1) / 200 + (3 + 1) * 4 / 60 + (1 + 2) * 30 / 60,
            "Summary": 2 / 200,
            "In practice": 4 / 200,
        }
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stated_minutes_are_those_counted(path):
    notebook = nbformat.read(path, as_version=4)
    [stated] = STATED.findall(notebook.cells[0].source)
    counted = sum(minutes_by_section(notebook).values())
    assert abs(int(stated) - counted) <= 6, f"python tools/minutes.py: {counted:.0f}"


# --- the syllabi of the teacher's page


def table_rows(heading):
    """The cells of all tables below a heading, without the lines of dashes."""
    [text] = re.findall(
        rf"^### {heading} .*?(?=^##)", TEACHING, re.MULTILINE | re.DOTALL
    )
    lines = re.findall(r"^\|(.*)\|$", text, re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [row for row in rows if "---" not in row[0]]


def numbers_in(ranges):
    """Write out 1.1–1.3, 2.4 as 1.1, 1.2, 1.3, 2.4."""
    for part in ranges.split(","):
        first, _, last = part.strip().partition("–")
        chapter, start = first.split(".")
        end = last.partition(".")[2] or start
        yield from (f"{chapter}.{k}" for k in range(int(start), int(end) + 1))


def whole(text):
    return int(text.replace(",", ""))


@pytest.fixture(scope="module")
def counted():
    """Minutes by section; the opening goes with the first, the quiz with the last."""
    minutes = {}
    for path in NOTEBOOKS:
        found, waiting = minutes_by_section(nbformat.read(path, as_version=4)), 0.0
        for name, value in found.items():
            if re.fullmatch(r"\d+\.\d+", name):
                minutes[name], waiting = value + waiting, 0.0
                last = name
            elif name:
                minutes[last] += value
            else:
                waiting = value
    return minutes


@pytest.fixture(scope="module")
def tasks():
    """Minutes and points of each exercise, by the page's own table."""
    row = r"^\| (\d\.\d) \| [^|]+ \| (\d+) \| ([123]) \|"
    found = re.findall(row, TEACHING, re.MULTILINE)
    return {name: (int(minutes), 2 * int(level)) for name, minutes, level in found}


def assert_counted(ranges, stated, counted):
    """Hold a number of minutes to the count, but for what a later edit may add."""
    names = [*numbers_in(ranges)]
    found = sum(counted[name] for name in names)
    assert abs(stated - found) <= 3, f"{ranges}: counted {found:.0f}"
    return names


def assert_sums_up(text, first, session):
    """Check 65 + 25, or 93 + 10 + 47 = 150; return the parts."""
    parts, _, total = text.partition(" = ")
    numbers = [whole(part) for part in parts.split(" + ")]
    assert numbers[0] == first, text
    assert sum(numbers) == session == whole(total or str(session)), text
    return numbers


def assert_takes(exercises, stated, tasks):
    names = [*numbers_in(exercises)]
    assert stated == sum(tasks[name][0] for name in names), exercises
    return names


def test_the_plan_of_two_sessions_adds_up(counted, tasks):
    rows = {row[0]: row[1:] for row in table_rows("Two")}
    named, done = [], []
    for k in range(2):
        parts = PART.findall(rows["sections (minutes)"][k])
        minutes = [int(stated) for _, stated in parts]
        for (ranges, _), stated in zip(parts, minutes, strict=True):
            named += assert_counted(ranges.strip(", "), stated, counted)
        assert_sums_up(rows["sections, break, rest"][k], sum(minutes), PLANS["Two"])
        for kind in ("learners do in class", "homework"):
            [(exercises, stated)] = PART.findall(rows[kind][k])
            done += assert_takes(exercises, int(stated), tasks)
    assert len(named) == len({*named})
    assert len(done) == len({*done})
    points = sum(tasks[name][1] for name in done)
    said = f"The {len(done)} exercises of this plan are worth {points} points."
    assert said in TEACHING


@pytest.mark.parametrize("heading", ["Ten", "Eighteen"])
def test_a_plan_of_the_whole_course_adds_up(counted, tasks, heading):
    named, done, taken, left, n_sessions = [], [], 0, 0, 0
    session = PLANS[heading]
    for number, sections, total, homework, *_ in table_rows(heading):
        if number.isdigit() and " + " in total:
            n_sessions += 1
            parts = PART.findall(sections) or [(sections, total.partition(" ")[0])]
            for ranges, stated in parts:
                named += assert_counted(ranges.strip(", "), int(stated), counted)
            first = sum(int(stated) for _, stated in parts)
            _, rest = assert_sums_up(total, first, session)
            taken, left = taken + first, left + rest
            [(exercises, stated)] = PART.findall(homework)
            done += assert_takes(exercises, int(stated), tasks)
        elif number == "sum":
            assert [taken, left] == assert_sums_up(total, taken, n_sessions * session)
            assert sections in ("", f"{taken}")
            assert whole(homework) == sum(minutes for minutes, _ in tasks.values())
    assert named == [*counted], "each section once, in their order"
    assert sorted(done) == sorted(tasks)


def test_the_teachers_page_adds_up_the_stated_minutes():
    first = [nbformat.read(path, as_version=4).cells[0].source for path in NOTEBOOKS]
    stated = [int(STATED.findall(source)[0]) for source in first]
    said = f"{' + '.join(map(str, stated))} = {sum(stated)}\nminutes"
    assert said in TEACHING
