"""A command line -> what the rooms before this one make of it, told in lines."""

__all__: list[str] = []


def __dir__() -> list[str]:
    return __all__
