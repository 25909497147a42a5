"""The command tag hands a cluster what was typed; none is needed here."""

import shlex
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from lstm_helpers.__main__ import main
from lstm_helpers.models import SAMPLE_TAGGER


@pytest.fixture
def cluster(monkeypatch):
    """Stand in for scale.running, which needs Dask; what it is called with."""
    asked, found = (
        {},
        SimpleNamespace(
            failed={}, done=2, kept=1, lines=3000, words=40000, entities=500
        ),
    )

    def opened(what):
        def give(given):
            asked[what] = given
            return nullcontext(SimpleNamespace(dashboard_link="http://x"))

        return give

    def tag_files(*arguments, **named):
        asked["files"], asked["out"], _ = arguments
        asked.update(named)
        return found

    fake = SimpleNamespace(
        start_workers=opened("workers"),
        find_scheduler=opened("scheduler"),
        tag_files=tag_files,
    )
    monkeypatch.setitem(sys.modules, "lstm_helpers.scale.running", fake)
    return asked, found


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (
            ["--workers", "2"],
            {
                "workers": 2,
                "tagger": SAMPLE_TAGGER,
                "form": "jsonl",
                "split": None,
                "field": "text",
                "part_bytes": 64 << 20,
                "progress": False,
            },
        ),
        (
            shlex.split(
                "--scheduler tcp://h:1 --tagger mine --format parquet --split spaces "
                "--field said --part 3"
            ),
            {
                "scheduler": "tcp://h:1",
                "tagger": "mine",
                "form": "parquet",
                "split": "spaces",
                "field": "said",
                "part_bytes": 3 << 20,
                "progress": False,
            },
        ),
    ],
)
def test_a_cluster_is_handed_what_was_typed(cluster, capsys, typed, wanted):
    asked, _ = cluster
    main(["tag", "--file", "a", "b", "--out", "c", *typed])
    assert asked == {"files": ["a", "b"], "out": "c", **wanted}
    printed = capsys.readouterr()
    assert printed.out == (
        "c: 3 parts, 1 of them kept, with 3,000 lines, 40,000 words, 500 entities\n"
    )
    assert printed.err == ""


@pytest.mark.parametrize(
    ("n_failed", "said"), [(1, "1 part could not"), (1200, "1,200 parts could not")]
)
def test_parts_that_could_not_be_tagged_are_said(cluster, capsys, n_failed, said):
    _, found = cluster
    found.failed = {n: f"reason {n}" for n in range(n_failed)}
    with pytest.raises(SystemExit, match=f"^{said} be tagged; all others are$"):
        main(["tag", "--file", "a", "--out", "c", "--workers", "1"])
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"reason {n}" for n in range(n_failed)]
