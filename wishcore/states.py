"""State machines as tables: which state may follow which."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)

Moves = Mapping[S, frozenset[S]]
"""For each state the states that may follow. Every state is a key; final states have none."""


class ImpossibleMove(AssertionError):
    """The code tried a move that its table does not have. It is a bug, never a user's mistake."""


def check_move(moves: Moves[S], before: S, after: S) -> None:
    """Return if the table has this move.

    Raises:
        ImpossibleMove: it does not.
    """
    if after not in moves[before]:
        raise ImpossibleMove(f"{before} cannot become {after}")
