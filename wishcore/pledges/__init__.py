"""Pledges: the giver's side of an item, from taking room to the settled payment.

No owner's request reads, writes or locks anything of this package's tables.
"""

from wishcore.pledges.funding import (
    AmountTooSmall,
    PledgeExceedsRemaining,
    UnpayableRest,
    WrongCurrency,
)
from wishcore.pledges.giver import Giver
from wishcore.pledges.holding import IdReused, ItemBusy, ItemNotOpen, PledgeRequest
from wishcore.pledges.models import FundingState, PledgeState, RefundReason
from wishcore.pledges.operations import (
    MadePledge,
    PledgeInProgress,
    PledgeNotFound,
    PledgeNotReturnable,
    make_pledge,
    return_pledge,
)
from wishcore.pledges.queries import (
    GiverState,
    ListForGiver,
    NextAction,
    PledgeForGiver,
    is_own_pledge,
    list_for_giver,
    name_as_guest,
    own_pledge,
    own_pledges,
)
from wishcore.pledges.recovery import (
    AbandonNotPossible,
    abandon_by_hand,
    adopt_intent,
    disputed,
    due_disputes,
    find_named_pledge,
    find_pledge_of,
    look_up,
    recover_pledge,
    refresh_pledge,
    unfinished,
)

__all__ = [
    "AbandonNotPossible",
    "AmountTooSmall",
    "FundingState",
    "Giver",
    "GiverState",
    "IdReused",
    "ItemBusy",
    "ItemNotOpen",
    "ListForGiver",
    "MadePledge",
    "NextAction",
    "PledgeExceedsRemaining",
    "PledgeForGiver",
    "PledgeInProgress",
    "PledgeNotFound",
    "PledgeNotReturnable",
    "PledgeRequest",
    "PledgeState",
    "RefundReason",
    "UnpayableRest",
    "WrongCurrency",
    "abandon_by_hand",
    "adopt_intent",
    "disputed",
    "due_disputes",
    "find_named_pledge",
    "find_pledge_of",
    "is_own_pledge",
    "list_for_giver",
    "look_up",
    "make_pledge",
    "name_as_guest",
    "own_pledge",
    "own_pledges",
    "recover_pledge",
    "refresh_pledge",
    "return_pledge",
    "unfinished",
]
