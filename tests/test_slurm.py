"""SLURM's jobs become workers: with programs that stand in for SLURM's own."""

import os
import signal

import pytest
from builders import build_tagger
from clusters import NEEDS, results

from lstm_helpers.__main__ import main
from lstm_helpers.models.saving import save_tagger
from lstm_helpers.scale.running import tag_files

pytestmark = [
    pytest.mark.scale,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SBATCH = """#!/bin/sh
job=$(mktemp "$(dirname "$0")/job.XXXXXX")
cp "$1" "$job"  # as SLURM does: who submits a job removes it
setsid bash "$job" > "$job.log" 2>&1 < /dev/null &
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
for job in "$@"; do kill -- "-$job" 2> /dev/null; done
"""


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Put programs into the path that start a job here, and end it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, content in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (folder / name).write_text(content)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def test_jobs_of_slurm_tag_what_one_process_tags(slurm, tmp_path):
    distributed = pytest.importorskip("distributed", reason=NEEDS)
    jobqueue = pytest.importorskip("dask_jobqueue", reason=NEEDS)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # its import sets another
    save_tagger(tmp_path / "mine", build_tagger())
    text, one = tmp_path / "in.txt", tmp_path / "one"
    text.write_text("Mr. Pell left Lake Verda in May .\n" * 60_000)
    call = ["tag", "--file", str(text), "--format", "jsonl", "--out", str(one)]
    main([*call, "--tagger", str(tmp_path / "mine")])
    options = {"tagger": tmp_path / "mine", "part_bytes": 1 << 20, "progress": False}
    with (
        jobqueue.SLURMCluster(
            cores=1,
            processes=1,
            memory="2GB",
            interface="lo",
            log_directory=str(tmp_path),
            local_directory=str(tmp_path),
            scheduler_options={"dashboard_address": ":0"},
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        cluster.scale(jobs=2)
        client.wait_for_workers(2, timeout=120)
        found = tag_files(str(text), tmp_path / "out", client, **options)
    assert found.done == 2
    assert b"".join(results(tmp_path / "out").values()) == one.read_bytes()
    assert len([*slurm.glob("job.??????")]) == 2
