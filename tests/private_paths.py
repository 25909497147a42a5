"""Files -> the paths in them that belong to somebody's machine.

Texts and pictures alike are searched as bytes. Where a page needs an example of a home,
it is Ann's.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEFORE = rb"(?:(?<![\w.%s-])|(?<=\[\d\dm))"  # a colour may stand before a path
HOME = rb"/(?:home/(?!ann/)[\w-]|(?:root)/|(?:Users)/[\w-])[^\s\"'<>\\]*"
CHECKOUT = rb"/[^\s\"'<>\\]+/lstm_helpers/"  # whoever's
HERE = b"|".join(re.escape(str(path).encode()) for path in (ROOT, ROOT.resolve()))
PRIVATE = re.compile(
    BEFORE % b":/" + b"(?:" + HOME + b"|" + CHECKOUT + b")"  # no web address's path
    b"|" + BEFORE % b"" + b"(?:" + HERE + rb")(?![\w.-])"
)


def find_private_paths(files):
    """Search files.

    Parameters
    ----------
    files : iterable of Path

    Returns
    -------
    list of str
        "file: what was found", empty if nothing was.
    """
    return [
        f"{file}: {found.decode(errors='replace')}"
        for file in files
        for found in PRIVATE.findall(file.read_bytes())
    ]
