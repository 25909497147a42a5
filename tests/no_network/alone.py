"""Run a command where there is no network but this machine's own, if that is allowed.

    python tests/no_network/alone.py pytest tests

On Linux, in a network namespace: nothing in it, in whatever language, sees another
machine. Where that is not allowed (in many containers, on macOS), the command runs all
the same, and sitecustomize.py guards what is Python. One line says which it is.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

USERS, NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP


def leave():
    """Move this process to a network of its own, with loopback; it stays who it was."""
    user, group = os.geteuid(), os.getegid()
    kinds = NETWORK if user == 0 else NETWORK | USERS
    if ctypes.CDLL(None, use_errno=True).unshare(kinds):
        raise OSError(ctypes.get_errno(), "no namespace")
    if user != 0:
        here = Path("/proc/self")
        (here / "setgroups").write_text("deny")
        (here / "uid_map").write_text(f"{user} {user} 1")
        (here / "gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, GET_FLAGS, asked))
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def can_leave():
    """Try it in a child, since a process that has half left cannot come back."""
    child = os.fork()
    if child == 0:
        try:
            leave()
        except (OSError, AttributeError):  # not allowed; not on Linux
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def main(command):
    """Say where the command runs, and become it."""
    if can_leave():
        leave()
        print("network: none but loopback", flush=True)
    else:
        print("network: guarded in Python alone", flush=True)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
