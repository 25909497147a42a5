"""What stands in the environment -> arguments of a reader, by name."""

import shlex
from collections.abc import Mapping

NAMES = (
    "word_column",
    "tag_column",
    "sentence_column",
    "delimiter",
    "encoding",
    "tag_scheme",
    "strays",
)
VARIABLE = "LSTM_CORPUS_OPTIONS"


def read_arguments(environ: Mapping[str, str]) -> dict[str, str]:
    """Read arguments as they are written in Python, or in a shell.

    Parameters
    ----------
    environ : mapping of str to str
        ``LSTM_CORPUS_OPTIONS`` holds them, if it is set: ``name=value``, with blanks or
        commas between them, and quotes around a value where it has a blank.

    Returns
    -------
    dict of str to str

    Raises
    ------
    ValueError
        If there is another name, a name twice, or a quote that is never closed.

    Examples
    --------
    >>> read_arguments({"LSTM_CORPUS_OPTIONS": "tag_scheme='IOB1', word_column=1"})
    {'tag_scheme': 'IOB1', 'word_column': '1'}
    """
    given = environ.get(VARIABLE, "")
    lexer = shlex.shlex(given, posix=True, punctuation_chars="")
    lexer.whitespace += ","
    lexer.whitespace_split = True
    lexer.commenters = lexer.escape = ""  # names may have a #, and a tab is \t
    arguments: dict[str, str] = {}
    try:
        for word in lexer:
            name, _, value = word.partition("=")
            if not value or name not in NAMES or name in arguments:
                raise ValueError(f"{word!r} in it")
            arguments[name] = value
    except ValueError as error:
        wanted = f"name=value, each name once, of {', '.join(NAMES)}"
        raise ValueError(
            f"{VARIABLE}: got {given!r} ({error}), wanted {wanted}"
        ) from error
    return arguments
