"""Disputes: how they open and end, and what they do to the balance."""

from wishcli.sandbox.stripe.model import happenings, movements, views
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import Charge, Dispute, DisputeStatus
from wishcli.sandbox.stripe.model.refusals import Refusal
from wishcli.sandbox.stripe.model.world import World


def open_dispute(world: World, charge: Charge, *, reason: str, is_inquiry: bool) -> None:
    """Dispute a charge; unless it is only an inquiry, its money is withdrawn at once."""
    status = DisputeStatus.WARNING_NEEDS_RESPONSE if is_inquiry else DisputeStatus.NEEDS_RESPONSE
    dispute = Dispute(
        id=new_id("du"),
        created=world.now(),
        amount=charge.amount,
        currency=charge.currency,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        reason=reason,
        status=status,
    )
    world.state.disputes[dispute.id] = dispute
    charge.dispute = dispute.id
    _tell(world, dispute, "created")
    if not is_inquiry:
        movements.book_dispute(world, dispute)
        _tell(world, dispute, "funds_withdrawn")


def close_dispute(world: World, dispute: Dispute, *, is_won: bool) -> None:
    """Decide a dispute; a won one brings the money back.

    Raises:
        Refusal: it is closed already; nothing changes.
    """
    if dispute.status not in {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE}:
        raise Refusal(f"This dispute is already closed as {dispute.status}.", began=True)
    if dispute.status is DisputeStatus.WARNING_NEEDS_RESPONSE:
        dispute.status = DisputeStatus.WARNING_CLOSED
    else:
        dispute.status = DisputeStatus.WON if is_won else DisputeStatus.LOST
    _tell(world, dispute, "updated")
    _tell(world, dispute, "closed")
    if dispute.status is DisputeStatus.WON:
        movements.book_dispute_reversal(world, dispute)
        _tell(world, dispute, "funds_reinstated")


def forbids_refund(world: World, charge: Charge) -> bool:
    """Tell whether the charge's money has gone back, or may go back, through a dispute."""
    if charge.dispute is None:
        return False
    status = world.state.disputes[charge.dispute].status
    return status in {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.LOST}


def _tell(world: World, dispute: Dispute, what: str) -> None:
    happenings.record(
        world, type_name=f"charge.dispute.{what}", shown=views.dispute(world, dispute)
    )
