"""`make test` needs no network: a guard stands in every process that it starts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[1]
GUARDED = os.environ | {"PYTHONPATH": str(ROOT / "tests" / "no_network")}
OUTSIDE = [  # 192.0.2.0 and 2001:db8:: are set aside for examples
    "socket.create_connection(('192.0.2.1', 80), 1)",
    "socket.create_connection(('2001:db8::1', 80), 1)",
    "socket.create_connection(('example.org', 80), 1)",
    "socket.getaddrinfo('example.org', 80)",
    "socket.gethostbyname('example.org')",
    "socket.gethostbyname_ex('example.org')",
    "socket.gethostbyaddr('192.0.2.1')",
    "socket.getnameinfo(('192.0.2.1', 80), 0)",
    "socket.getnameinfo(('2001:db8::1', 80, 0, 0), 0)",
    "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
    "urllib.request.urlopen('http://192.0.2.1', timeout=1)",
]
INSIDE = """
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname(), 5)
socket.getaddrinfo("localhost", 80)
socket.getnameinfo(("127.0.0.1", 80), 0)
"""
ALONE = ROOT / "tests" / "no_network" / "alone.py"
IN_C = """
import ctypes, errno, os, socket, struct

def connect(host, port):
    c = ctypes.CDLL(None, use_errno=True)
    address = struct.pack("=H", socket.AF_INET) + struct.pack("!H", port)
    address += socket.inet_aton(host) + bytes(8)
    failed = c.connect(c.socket(socket.AF_INET, socket.SOCK_STREAM, 0), address, 16)
    return errno.errorcode[ctypes.get_errno()] if failed else "connected"

server = socket.create_server(("127.0.0.1", 0))
print(connect(*server.getsockname()), connect("192.0.2.1", 80), os.geteuid())
"""


@pytest.mark.parametrize("outside", OUTSIDE)
def test_a_guarded_process_reaches_nothing_outside(outside):
    code = f"import socket, urllib.request\n{outside}"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=GUARDED, capture_output=True, text=True)
    assert done.returncode == 1
    assert "no network in tests: got" in done.stderr


def test_a_guarded_process_reaches_itself():
    command = [sys.executable, "-c", f"import socket\n{INSIDE}"]
    subprocess.run(command, env=GUARDED, check=True)


@pytest.mark.long
def test_a_guarded_kernel_reaches_nothing_outside():
    manager, client = start_new_kernel(env=GUARDED)
    try:
        for code, status in ((OUTSIDE[0], "error"), (INSIDE, "ok")):
            reply = client.execute_interactive(
                f"import socket\n{code}", output_hook=lambda _: None, timeout=60
            )["content"]
            assert reply["status"] == status
            if status == "error":
                assert "no network in tests" in reply["evalue"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_where_it_is_allowed_nothing_in_any_language_reaches_outside():
    command = [sys.executable, ALONE, sys.executable, "-c", IN_C]
    network, *said = subprocess.check_output(command, text=True).splitlines()
    if network != "network: none but loopback":
        pytest.skip("a network namespace is not allowed here")
    assert said == [f"connected ENETUNREACH {os.geteuid()}"]


def test_where_it_is_not_allowed_the_command_runs_all_the_same():
    """As in a container, or under Python for a system that is not Linux."""
    code = f"""
import sys
sys.path.insert(0, {str(ALONE.parent)!r})
import alone
def refuse():
    raise OSError(1, "not allowed")
alone.leave = refuse
alone.main([sys.executable, "-c", "print('runs')"])
"""
    command = [sys.executable, "-c", code]
    said = subprocess.check_output(command, text=True).splitlines()
    assert said == ["network: guarded in Python alone", "runs"]


def test_a_commands_exit_status_is_handed_on():
    command = [sys.executable, ALONE, sys.executable, "-c", "exit(7)"]
    assert subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 7


def test_what_make_tests_is_guarded_and_what_sets_it_up_is_not():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    n_guarded = 0
    for target in ("check", "test"):
        recipe = re.search(rf"^{target}: .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
        commands = recipe[1].splitlines()
        assert all(line.startswith("\t$(TEST) ") for line in commands)
        n_guarded += len(commands)
    assert n_guarded == 3
    assert makefile.count("PYTHONPATH") == 1, "exported, it would reach pip"
    assert '\nTEST := PYTHONPATH="$(CURDIR)/tests/no_network" ' in makefile
    assert "\t$(BIN)/python tests/no_network/alone.py $(BIN)/pytest " in makefile
