"""A command line -> what the rooms before this one make of it, told in lines."""

from lstm_helpers.commands.describe import add_describe
from lstm_helpers.commands.train import add_train
from lstm_helpers.commands.score import add_score
from lstm_helpers.commands.fetch import add_download

__all__ = ["add_describe", "add_train", "add_score", "add_download"]


def __dir__() -> list[str]:
    return __all__
