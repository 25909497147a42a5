"""Measured figures <-> a file that README and notebooks quote, written whole."""

import json
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lstm_helpers.files import write_whole


def read_results(path: Path) -> dict[str, dict]:
    """Read a file of results.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict
        What :func:`write_results` wrote. Where there is no file, or it has no rows,
        ``figures`` or ``rows`` are there and empty.
    """
    found = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {"figures": {}, "rows": {}, **found}


def write_results(
    path: Path,
    command: str,
    packages: Iterable[str],
    figures: dict[str, float],
    rows: dict[str, dict] | None = None,
) -> None:
    """Write figures, and how they were measured, whole or not at all.

    Parameters
    ----------
    path : Path
        Its folder is made if need be; an older file is replaced.
    command : str
        What measures them.
    packages : iterable of str
        Whose versions are recorded beside Python's.
    figures : dict of str to float
        What is quoted, rounded as it is quoted.
    rows : dict of str to dict, optional
        What the figures were computed from.

    Raises
    ------
    OSError
        If it cannot be written. An older file is then still there.
    """
    content = {
        "command": command,
        "machine": f"{_processor()}, one thread a process, {platform.system()}",
        "versions": {
            "python": platform.python_version(),
            **{package: _version(package) for package in packages},
        },
        "figures": dict(sorted(figures.items())),
    }
    if rows is not None:
        content["rows"] = dict(sorted(rows.items()))
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, default=float) + "\n"
    write_whole(path, text.encode("utf-8"))


def _processor():
    """Name the processor."""
    path = Path("/proc/cpuinfo")  # Linux; elsewhere Python knows more
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(package):
    """Give a package's version, if it is installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
