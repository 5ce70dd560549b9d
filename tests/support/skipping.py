"""Tests that need a program which this machine may lack."""

import sys
from typing import NoReturn

import pytest


def skip_loudly(why: str) -> NoReturn:
    """Skip, and say in red what was not tried, also to whoever reads only the end of the run."""
    if sys.__stderr__ is not None:
        sys.__stderr__.write(f"\n\033[31mSKIPPED: {why}\033[0m\n")
    pytest.skip(why)
