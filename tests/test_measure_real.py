"""What is measured on the real corpus is recorded beside what was measured before."""

import pytest

import measure_real
from results import read_results, write_results


@pytest.fixture
def output(tmp_path, monkeypatch, sample):
    """Let the figures go to a file of the test's own; measure nothing."""
    path = tmp_path / "figures.json"
    monkeypatch.setattr(measure_real, "OUTPUT", path)
    monkeypatch.setattr(measure_real, "read_corpus", lambda _: sample)
    for name in ("traps", "baselines", "model", "fit", "post"):
        found = {name: 1.5}
        monkeypatch.setattr(measure_real, f"measure_{name}", lambda *_, f=found: f)
    write_results(path, "an older command", [], {"post": 0.25, "fit": 0.75})
    return path


@pytest.mark.parametrize(("options", "post"), [([], 1.5), (["--quick"], 0.25)])
def test_figures_that_were_not_measured_now_are_kept(
    output, monkeypatch, options, post
):
    monkeypatch.setattr("sys.argv", ["measure_real.py", *options])
    measure_real.main()
    found = read_results(output)
    measured = dict.fromkeys(("baselines", "fit", "model", "traps"), 1.5)
    assert found["figures"] == measured | {"post": post}
    assert found["command"] == "python tools/measure_real.py"
    assert {"python", "torch", "pandas"} <= found["versions"].keys()
