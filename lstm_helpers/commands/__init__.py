"""A command line -> what the rooms before this one make of it, told in lines.

The commands load these rooms when they need them: Ctrl+C meets the command then, and
not the seconds before it.
"""

from lstm_helpers.commands.describe import add_describe
from lstm_helpers.commands.train import add_train
from lstm_helpers.commands.tag import add_tag
from lstm_helpers.commands.score import add_score
from lstm_helpers.commands.fetch import add_download

__all__ = ["add_describe", "add_train", "add_tag", "add_score", "add_download"]


def __dir__() -> list[str]:
    return __all__
