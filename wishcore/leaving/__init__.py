"""Closing an account: at once what its person owns, and by a job what is on the givers' side."""

from wishcore.leaving.erasing import Erased, erase
from wishcore.leaving.operations import close_account

__all__ = ["Erased", "close_account", "erase"]
