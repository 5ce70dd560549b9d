"""Disputes: how they open and end, and what they do to the balance.

What Stripe says of them, and what this follows:

- One payment may be disputed more than once, each time for a part of it; every dispute has an id
  of its own (docs.stripe.com/disputes/api, "Multiple disputes on a single payment"). Several may be
  open at once: that is what Stripe's `pm_card_createMultipleDisputes` does.
- The disputed amount is usually the charge's, but may be a part of it or, where a bank bundles
  charges or a currency moved, more (the Dispute object; stripe.com/docs/disputes/receiving).
- A dispute that is lost may give a part back: "partially won" in the dashboard, `lost` in the API
  (support.stripe.com, "dispute for full charge amount after a partial refund was issued").
- An inquiry takes no money and forbids no refund; a bank may make a dispute of it, under its id.
- A refund of what is charged back is refused (`charge_disputed`). One that was made moments before
  may fail later (`charge_for_pending_refund_disputed`); an older one stays, and the bank takes the
  whole charge besides. Both were seen in Stripe's test mode.
- An end may change: in github.com/antiwork/gumroad, pull request 6833, 905 disputes of 127,332 were
  both won and lost at some time.

What is not known of Stripe: whether the rest of a charge can be given back when a part of it was
lost. Here it can, and nothing stops who gives too much back.
"""

from typing import Final

from wishcli.sandbox.stripe.model import happenings, movements, views
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import Charge, Dispute, DisputeStatus
from wishcli.sandbox.stripe.model.refusals import Refusal
from wishcli.sandbox.stripe.model.world import World

_OPEN: Final = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE})


def open_dispute(
    world: World,
    charge: Charge,
    *,
    reason: str,
    is_inquiry: bool = False,
    amount: int | None = None,
) -> Dispute:
    """Dispute a charge, or a part; unless it is only an inquiry, the money is withdrawn at once.

    Raises:
        Refusal: all of the charge is disputed already, or lost; nothing changes.
    """
    rest = charge.amount - sum(
        dispute.amount
        for dispute in _disputes_of(world, charge)
        if dispute.status in {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.LOST}
    )
    if rest <= 0:
        raise Refusal(f"All of charge {charge.id} is disputed already.", began=True)
    status = DisputeStatus.WARNING_NEEDS_RESPONSE if is_inquiry else DisputeStatus.NEEDS_RESPONSE
    dispute = Dispute(
        id=new_id("du"),
        created=world.now(),
        amount=rest if amount is None else amount,
        currency=charge.currency,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        reason=reason,
        status=status,
    )
    world.state.disputes[dispute.id] = dispute
    charge.disputes.append(dispute.id)
    _tell(world, dispute, "created")
    if not is_inquiry:
        _withdraw(world, dispute, has_fee=True)
    return dispute


def escalate_inquiry(world: World, dispute: Dispute) -> None:
    """Make a dispute of an inquiry: its money is withdrawn.

    Raises:
        Refusal: it is no open inquiry; nothing changes.
    """
    if dispute.status is not DisputeStatus.WARNING_NEEDS_RESPONSE:
        raise Refusal(f"This is no open inquiry, but {dispute.status}.", began=True)
    dispute.status = DisputeStatus.NEEDS_RESPONSE
    _tell(world, dispute, "updated")
    _withdraw(world, dispute, has_fee=True)


def close_dispute(world: World, dispute: Dispute, *, is_won: bool, returned: int = 0) -> None:
    """Decide a dispute; a won one brings the money back, a lost one perhaps a part (`returned`).

    Raises:
        Refusal: it is closed already; nothing changes.
    """
    if dispute.status not in _OPEN:
        raise Refusal(f"This dispute is already closed as {dispute.status}.", began=True)
    if dispute.status is DisputeStatus.WARNING_NEEDS_RESPONSE:
        dispute.status = DisputeStatus.WARNING_CLOSED
    else:
        dispute.status = DisputeStatus.WON if is_won else DisputeStatus.LOST
    _tell(world, dispute, "updated")
    _tell(world, dispute, "closed")
    if dispute.status is DisputeStatus.WON:
        _reinstate(world, dispute, dispute.amount)
    elif dispute.status is DisputeStatus.LOST and returned:
        _reinstate(world, dispute, returned)


def overturn_dispute(world: World, dispute: Dispute) -> None:
    """Let the bank decide the other way after all: what was won is withdrawn again.

    Raises:
        Refusal: it is not decided; nothing changes.
    """
    if dispute.status not in {DisputeStatus.WON, DisputeStatus.LOST}:
        raise Refusal(f"This dispute is not decided, but {dispute.status}.", began=True)
    is_won = dispute.status is DisputeStatus.LOST
    dispute.status = DisputeStatus.WON if is_won else DisputeStatus.LOST
    _tell(world, dispute, "updated")
    if is_won:
        _reinstate(world, dispute, _withdrawn(world, dispute))
    else:
        _withdraw(world, dispute, has_fee=False)


def forbids_refund(world: World, charge: Charge) -> bool:
    """Tell whether the charge's money has gone back, or may go back, through a dispute."""
    disputes = _disputes_of(world, charge)
    if any(dispute.status is DisputeStatus.NEEDS_RESPONSE for dispute in disputes):
        return True
    lost = [dispute for dispute in disputes if dispute.status is DisputeStatus.LOST]
    return sum(_withdrawn(world, dispute) for dispute in lost) >= charge.amount


def _disputes_of(world: World, charge: Charge) -> list[Dispute]:
    return [world.state.disputes[name] for name in charge.disputes]


def _withdrawn(world: World, dispute: Dispute) -> int:
    """Return what the bank has of it now."""
    moved = (world.state.transactions[name] for name in dispute.balance_transactions)
    return -sum(transaction.amount for transaction in moved)


def _withdraw(world: World, dispute: Dispute, *, has_fee: bool) -> None:
    movements.book_dispute(world, dispute, has_fee=has_fee)
    _tell(world, dispute, "funds_withdrawn")


def _reinstate(world: World, dispute: Dispute, amount: int) -> None:
    movements.book_dispute_reversal(world, dispute, amount)
    _tell(world, dispute, "funds_reinstated")


def _tell(world: World, dispute: Dispute, what: str) -> None:
    happenings.record(
        world, type_name=f"charge.dispute.{what}", shown=views.dispute(world, dispute)
    )
