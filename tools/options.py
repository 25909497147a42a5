"""What the tools' command lines have in common."""

import argparse


def at_least_one(text: str) -> int:
    """Read a number of processes, for argparse."""
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"got {text!r}, wanted a number from 1 on")
    return number
