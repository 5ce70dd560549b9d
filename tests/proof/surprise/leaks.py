"""Leaks, planted from outside into the processes of a test."""

from collections.abc import Callable


def plant(_active: Callable[[], int]) -> None:
    """Plant."""
