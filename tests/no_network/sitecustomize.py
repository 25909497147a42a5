"""With this folder in PYTHONPATH, a Python process reaches nothing but its own machine.

``make test`` puts it there, for pytest and for every kernel and process it starts. An
audit hook cannot be taken off again, and sees the sockets of every library that uses
Python's. What is not Python it does not see: where it is allowed, alone.py keeps that
from the network as well.
"""

import ipaddress
import sys

NAMED = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


def is_here(host):
    """Say whether a host is this machine itself."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse(event, arguments):
    """Raise an error before anything leaves the machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path, or none
    elif event in NAMED:
        host = arguments[0]
    elif event == "socket.getnameinfo":
        host = arguments[0][0]
    else:
        return
    if not is_here(host):
        raise ConnectionRefusedError(f"no network in tests: got {host!r}")


sys.addaudithook(refuse)
