"""What README and notebooks quote of the real corpus is what was measured on it."""

import json
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
RECORDED = {
    source: json.loads((ROOT / "data" / file).read_text("utf-8"))["figures"]
    for source, file in {"gmb": "real_figures.json", "bench": "benchmark.json"}.items()
}
QUOTE = re.compile(r"(\S*?)<!--(gmb|bench):(\w+)-->")


def quotes():
    yield from QUOTE.findall((ROOT / "README.md").read_text("utf-8"))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            yield from QUOTE.findall(cell.source)


def test_something_is_quoted():
    assert len(list(quotes())) >= 5


@pytest.mark.parametrize(("number", "source", "key"), sorted(set(quotes())))
def test_quoted_figures_are_the_recorded_ones(number, source, key):
    recorded = RECORDED[source][key]
    assert float(re.sub(r"[^\d.]", "", number)) == recorded, f"{key}: {recorded}"
