"""Every pair of states of every table: what is allowed works, everything else raises."""

from enum import StrEnum
from typing import TypeVar

import pytest

from wishcore.lists.models import LIST_MOVES, ListState
from wishcore.pledges.models import (
    FUNDING_MOVES,
    IN_FLIGHT,
    PLEDGE_MOVES,
    FundingState,
    PledgeState,
)
from wishcore.pledges.queries import GIVER_STATES
from wishcore.refunds.models import REFUND_MOVES, RefundState
from wishcore.states import ImpossibleMove, Moves, check_move

S = TypeVar("S", bound=StrEnum)

TABLES: list[tuple[type[StrEnum], object, StrEnum, set[str]]] = [
    (ListState, LIST_MOVES, ListState.ACTIVE, {"inactive"}),
    (FundingState, FUNDING_MOVES, FundingState.OPEN, {"unfunded", "withdrawn"}),
    (PledgeState, PLEDGE_MOVES, PledgeState.HELD, {"declined", "abandoned", "lost"}),
    (RefundState, REFUND_MOVES, RefundState.REQUESTED, {"failed"}),
]


@pytest.mark.parametrize(("states", "moves", "first", "final"), TABLES)
def test_every_pair(
    states: type[StrEnum], moves: Moves[StrEnum], first: StrEnum, final: set[str]
) -> None:
    assert set(moves) == set(states), "Every state is a key."
    for before in states:
        for after in states:
            if after in moves[before]:
                check_move(moves, before, after)
            else:
                with pytest.raises(ImpossibleMove, match=f"{before} cannot become {after}"):
                    check_move(moves, before, after)
    # A bank may decide anew, also of what is lost.
    assert {str(state) for state in states if not moves[state] - {PledgeState.DISPUTED}} == final
    assert all(state not in moves[state] for state in states), "No move leads nowhere."


@pytest.mark.parametrize(("states", "moves", "first", "final"), TABLES)
def test_every_state_is_reached_and_leads_to_an_end(
    states: type[StrEnum], moves: Moves[StrEnum], first: StrEnum, final: set[str]
) -> None:
    assert _reached(moves, first) == set(states)
    for state in states:
        assert {str(one) for one in _reached(moves, state)} & final, f"{state} never ends"


def test_money_is_only_given_back_after_it_was_taken() -> None:
    before_paid = _reached(PLEDGE_MOVES, PledgeState.HELD, without=PledgeState.PAID)
    assert before_paid == IN_FLIGHT | {PledgeState.DECLINED, PledgeState.ABANDONED}


def test_whoever_lost_room_never_pays() -> None:
    for over in (PledgeState.DECLINED, PledgeState.ABANDONED):
        assert _reached(PLEDGE_MOVES, over) == {over}


def test_givers_have_a_word_for_every_state() -> None:
    assert set(GIVER_STATES) == set(PledgeState)


def _reached(moves: Moves[S], first: S, *, without: S | None = None) -> set[S]:
    seen, left = {first}, [first]
    while left:
        for after in moves[left.pop()] - seen - {without}:
            seen.add(after)
            left.append(after)
    return seen
