"""Write the measured figures into pages and notebooks, before their markers.

    python tools/quote.py

A quoted figure is followed by a comment with its source and key, <!--gmb:key--> for
data/real_figures.json, <!--bench:key--> for data/benchmark.json, <!--own:key--> for
data/own_figures.json, <!--scale:key--> for data/scale.json. The test
tests/test_real_figures.py fails where this would change something.
"""

import json
import os
import re
from pathlib import Path

from lstm_helpers.files import write_whole

ROOT = Path(__file__).parents[1]
SOURCES = {
    "gmb": "real_figures.json",
    "bench": "benchmark.json",
    "own": "own_figures.json",
    "scale": "scale.json",
}
NOT_OURS = {".git", ".venv", ".ipynb_checkpoints", ".pytest_cache"}
NOT_OURS |= {"build", "models", "work"}  # what make and learners leave behind
QUOTE = re.compile(r"-?[\d.,]*(<!--(gmb|bench|own|scale):(\w+)-->)")


def main():
    """Rewrite what differs, and say where."""
    recorded = read_recorded()
    for path in find_pages(ROOT):
        before = path.read_bytes()
        after = requote(before.decode("utf-8"), recorded).encode("utf-8")
        if after != before:
            write_whole(path, after, found=before)
            print(f"{path.relative_to(ROOT)}: rewritten")


def find_pages(root):
    """List every Markdown page and notebook in a checkout, wherever it stands."""
    pages = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if name not in NOT_OURS]
        pages += [Path(folder, n) for n in names if n.endswith((".md", ".ipynb"))]
    return sorted(pages)


def read_recorded():
    """Read the figures of both sources."""
    return {
        source: json.loads((ROOT / "data" / file).read_text("utf-8"))["figures"]
        for source, file in SOURCES.items()
    }


def requote(text, recorded):
    """Replace the figure before each marker by the recorded one."""

    def quoted(match):
        marker, source, key = match.groups()
        return layout(key, recorded[source][key]) + marker

    return QUOTE.sub(quoted, text)


def layout(key, figure):
    """Lay out a figure: thousands apart, an F1 with three decimals, no 100.1."""
    if abs(figure) >= 100:
        figure = round(figure)
    if isinstance(figure, int):
        return f"{figure:,}"
    return f"{figure:.3f}" if re.search(r"_f1(_\d+|_low|_high)?$", key) else str(figure)


if __name__ == "__main__":
    main()
