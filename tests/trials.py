"""How often a test is tried with random examples: a tenth as often in make check."""

from hypothesis import settings


def trials(n):
    """Decorate a test: try it n times, or n per cent of what the profile says."""
    return settings(max_examples=max(5, n * settings.default.max_examples // 100))
