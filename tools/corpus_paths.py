"""Make the reader's paths whole: kernels run in other folders than the command."""

import os
from pathlib import Path


def make_whole(environ):
    """Let relative paths count from the current folder, whoever reads them.

    Parameters
    ----------
    environ : mapping of str to str
        ``LSTM_CORPUS`` and ``LSTM_DATA_DIR`` are changed in place, where they are set
        and are paths.
    """
    for name in ("LSTM_CORPUS", "LSTM_DATA_DIR"):
        value = environ.get(name)
        if value and value not in ("sample", "gmb"):
            home = os.path.expanduser(value)  # noqa: PTH111 - or as it is, never an error
            environ[name] = str(Path(home).absolute())
