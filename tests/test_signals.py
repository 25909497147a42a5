"""What is stopped says what is kept; it shows no traceback."""

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from signals import stoppable

TOOLS = str(Path(__file__).parents[1] / "tools")
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
    code = STOPPED.format(tools=TOOLS, sent=sent, before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 130
    assert done.stderr == "\nStopped. Half of it is kept.\n"


AGAIN = """
import asyncio, atexit, os, signal, sys, time
sys.path.insert(0, {tools!r})
from signals import run_stoppable, stoppable

def send(*_):
    for sent in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), sent)

def work():
    try:
        send()
        time.sleep(60)
    finally:
        send()
        time.sleep(0.1)
        print("cleaned up")

async def work_in_a_loop():
    try:
        send()
        await asyncio.sleep(60)
    finally:
        send()
        await asyncio.sleep(0.1)
        print("cleaned up")

atexit.register(send)
with stoppable("Half of it is kept."):
    {call}
"""


@pytest.mark.parametrize("call", ["work()", "run_stoppable(work_in_a_loop())"])
def test_those_that_follow_break_into_nothing(call):
    code = AGAIN.format(tools=TOOLS, call=call)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == "\nStopped. Half of it is kept.\n"
    assert (done.returncode, done.stdout) == (130, "cleaned up\n")


ENDED = """
import asyncio, os, signal, sys
sys.path.insert(0, {tools!r})
from signals import run_stoppable, stoppable

async def work():
    await asyncio.sleep(0)
    print("done")

before = [signal.getsignal(sent) for sent in (signal.SIGINT, signal.SIGTERM)]
with stoppable("Half of it is kept."):
    run_stoppable(work())
    if {then!r} == "stop":
        os.kill(os.getpid(), signal.SIGINT)
    print("went on")
assert before == [signal.getsignal(sent) for sent in (signal.SIGINT, signal.SIGTERM)]
"""


@pytest.mark.parametrize(
    ("then", "status", "said"),
    [("go on", 0, "done\nwent on\n"), ("stop", 130, "done\n")],
)
def test_work_that_has_ended_leaves_a_stop_to_what_follows(then, status, said):
    code = ENDED.format(tools=TOOLS, then=then)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (status, said)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("end", [KeyboardInterrupt, ValueError, None])
def test_handlers_are_restored_where_no_signal_came(end):
    before = [signal.getsignal(sent) for sent in (signal.SIGINT, signal.SIGTERM)]
    wanted = {KeyboardInterrupt: SystemExit, None: ()}.get(end, end)
    with contextlib.suppress(wanted), stoppable("All of it is kept."):
        if end:
            raise end
    after = [signal.getsignal(sent) for sent in (signal.SIGINT, signal.SIGTERM)]
    assert after == before
