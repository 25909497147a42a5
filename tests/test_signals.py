"""What is stopped says what is kept; it shows no traceback."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

STOPPED = """
import os, signal, sys, time
sys.path.insert(0, {tools!r})
from signals import stoppable

signal.signal(signal.SIGINT, {before})
with stoppable("Half of it is kept."):
    os.kill(os.getpid(), {sent:d})
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("sent", "before"),
    [
        (signal.SIGINT, "signal.default_int_handler"),
        (signal.SIGTERM, "signal.default_int_handler"),
        (signal.SIGTERM, "signal.SIG_IGN"),  # as a shell starts what is in background
    ],
)
def test_a_stop_ends_in_a_line(sent, before):
    tools = str(Path(__file__).parents[1] / "tools")
    code = STOPPED.format(tools=tools, sent=sent, before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr == "\nStopped. Half of it is kept.\n"
