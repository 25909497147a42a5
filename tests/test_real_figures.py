"""What pages and notebooks quote of the real corpus is what was measured on it."""

import shutil
import subprocess
from pathlib import Path

import pytest

import quote

ROOT = Path(__file__).parents[1]
PAGES = quote.find_pages(ROOT)
RECORDED = {
    "gmb": {
        "some_f1": 0.75,
        "some_f1_20": 0.8,
        "some_f1_spread": 0.001,
        "some_f1_low": 0.7,
        "some_f1_high": 0.8,
    },
    "bench": {"words_a_second": 1234567, "share": 0.5, "change": -0.02},
    "scale": {"hours": 7936.51, "least_hours": 100.0, "few_hours": 79.37},
}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("F1 0.7<!--gmb:some_f1-->,", "F1 0.750<!--gmb:some_f1-->,"),
        ("**<!--gmb:some_f1_20-->**", "**0.800<!--gmb:some_f1_20-->**"),
        ("±9<!--gmb:some_f1_spread-->", "±0.001<!--gmb:some_f1_spread-->"),
        (
            "[<!--gmb:some_f1_low-->, 1<!--gmb:some_f1_high-->]",
            "[0.700<!--gmb:some_f1_low-->, 0.800<!--gmb:some_f1_high-->]",
        ),
        (
            "| 1,000<!--bench:words_a_second--> |",
            "| 1,234,567<!--bench:words_a_second--> |",
        ),
        ("50 %, 1<!--bench:share-->.", "50 %, 0.5<!--bench:share-->."),
        ("by -0.01<!--bench:change-->", "by -0.02<!--bench:change-->"),
        ("1<!--scale:hours--> h", "7,937<!--scale:hours--> h"),
        ("1<!--scale:least_hours--> h", "100<!--scale:least_hours--> h"),
        ("1<!--scale:few_hours--> h", "79.37<!--scale:few_hours--> h"),
        ("1.5 <!-- plain -->", "1.5 <!-- plain -->"),
    ],
)
def test_a_figure_is_written_before_its_marker(text, wanted):
    assert quote.requote(text, RECORDED) == wanted


def test_a_marker_without_a_figure_is_an_error():
    with pytest.raises(KeyError, match="unknown"):
        quote.requote("1<!--gmb:unknown-->", RECORDED)


@pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="no git checkout"
)
def test_every_committed_page_and_notebook_is_found():
    command = ["git", "ls-files", "-z", "*.md", "*.ipynb"]
    listed = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    committed = {ROOT / name for name in listed if name and (ROOT / name).exists()}
    assert ROOT / "notebooks" / "START_HERE.md" in committed
    assert committed <= {*PAGES}


def test_what_make_and_learners_leave_behind_is_no_page(tmp_path):
    for name in ("docs/a.md", "b.ipynb", "work/b.ipynb", "build/c.md", "d/.venv/e.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert quote.find_pages(tmp_path) == [tmp_path / "b.ipynb", tmp_path / "docs/a.md"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_quoted_figures_are_the_recorded_ones(path):
    text = path.read_text("utf-8")
    assert text.splitlines() == quote.requote(text, quote.read_recorded()).splitlines()


@pytest.mark.parametrize("page", ["README.md", "docs/benchmark.md"])
def test_something_of_both_sources_is_quoted(page):
    found = quote.QUOTE.findall((ROOT / page).read_text("utf-8"))
    assert {source for _, source, _ in found} == {"gmb", "bench"}
