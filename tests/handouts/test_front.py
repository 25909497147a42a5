"""The page that leads to all that was made."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from handouts import front
from handouts.course import read_course

ROOT = Path(__file__).parents[2]


def links(path):
    return re.findall(r'<a href="([^"#]+)"', path.read_text("utf-8"))


def test_it_leads_to_all_that_was_made(made):
    found = links(made / "index.html")
    tops = {path.name for path in made.iterdir() if not path.name.startswith(".")}
    assert {link.partition("/")[0] for link in found} == tops - {"index.html"}
    assert "site/index.html" in found
    for folder in ("learner", "slides", "solutions"):
        chapters = {path.name for path in (made / folder).glob("[0-9]*")}
        assert len(chapters) >= 7
        assert chapters <= {Path(k).name for k in found if k.startswith(f"{folder}/")}
    assert all((made / link).exists() for link in found)


def test_what_was_not_made_is_left_out(tmp_path):
    (tmp_path / "course.epub").touch()
    path = front.make_front(read_course(ROOT / "notebooks"), tmp_path)
    assert links(path) == ["course.epub"]
    text = path.read_text("utf-8")
    assert "learners who ask for it" in text
    assert "zip" not in re.sub("<style>.*?</style>", "", text, flags=re.DOTALL)


def test_a_table_that_has_gone_is_missed(tmp_path, monkeypatch):
    monkeypatch.setattr(front, "TEACHING", tmp_path / "teaching.md")
    (tmp_path / "teaching.md").write_text("# Teaching\n")
    with pytest.raises(ValueError, match=r"teaching\.md: got no table that begins"):
        front.make_front([], tmp_path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, made, scheme):
    page = open_page(made / "index.html", color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], len(rule["nodes"])) for rule in found] == []
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
