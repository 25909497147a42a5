"""Write the measured figures into README and notebooks, before their markers.

    python tools/quote.py

A quoted figure is followed by a comment with its source and key, <!--gmb:key--> for
data/real_figures.json, <!--bench:key--> for data/benchmark.json. The test
tests/test_real_figures.py fails where this would change something.
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = {"gmb": "real_figures.json", "bench": "benchmark.json"}
QUOTE = re.compile(r"([\d.,]+)(<!--(gmb|bench):(\w+)-->)")


def main():
    """Rewrite what differs, and say where."""
    recorded = {
        source: json.loads((ROOT / "data" / file).read_text("utf-8"))["figures"]
        for source, file in SOURCES.items()
    }

    def quoted(match):
        figure = recorded[match[3]][match[4]]
        return (f"{figure:,}" if isinstance(figure, int) else str(figure)) + match[2]

    for path in [ROOT / "README.md", *sorted((ROOT / "notebooks").glob("*.ipynb"))]:
        before = path.read_text("utf-8")
        after = QUOTE.sub(quoted, before)
        if after != before:
            path.write_text(after, "utf-8")
            print(f"{path.relative_to(ROOT)}: rewritten")


if __name__ == "__main__":
    main()
