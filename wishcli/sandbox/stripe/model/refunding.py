"""Refunds: what may be given back, and how a refund goes on after it was made."""

from wishcli.sandbox.stripe.model import cards, disputing, happenings, movements, views
from wishcli.sandbox.stripe.model.cards import RefundCourse
from wishcli.sandbox.stripe.model.currencies import shown
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import Charge, Refund, RefundStatus, Step, StepKind
from wishcli.sandbox.stripe.model.refusals import Refusal
from wishcli.sandbox.stripe.model.world import World


def make_refund(
    world: World,
    charge: Charge,
    *,
    amount: int | None,
    reason: str | None,
    metadata: dict[str, str],
) -> Refund:
    """Give back the amount, or all that is left of the charge.

    Raises:
        Refusal: the charge is disputed, already given back, or has less left; nothing changes.
    """
    refund = Refund(
        id=new_id("re"),
        created=world.now(),
        amount=_refundable(world, charge, amount=amount),
        currency=charge.currency,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        status=RefundStatus.SUCCEEDED,
        metadata=metadata,
        reason=reason,
    )
    world.state.refunds[refund.id] = refund
    charge.amount_refunded += refund.amount
    movements.book_refund(world, refund)
    _plan_course(world, refund, charge=charge)
    happenings.record(world, type_name="refund.created", shown=views.refund(refund))
    happenings.record(world, type_name="charge.refunded", shown=views.charge(world, charge))
    return refund


def complete(world: World, refund: Refund) -> None:
    """Let a pending refund arrive, if it has not failed meanwhile."""
    if refund.status is not RefundStatus.PENDING:
        return
    refund.status = RefundStatus.SUCCEEDED
    refund.pending_reason = None
    _tell_update(world, refund)


def fail(world: World, refund: Refund, *, reason: str = "expired_or_canceled_card") -> None:
    """Let the card's bank send a refund back, once: the money returns to the balance."""
    if refund.status is RefundStatus.FAILED:
        return
    refund.status = RefundStatus.FAILED
    refund.pending_reason = None
    refund.failure_reason = reason
    movements.book_refund_failure(world, refund)
    world.state.charges[refund.charge].amount_refunded -= refund.amount
    happenings.record(world, type_name="refund.failed", shown=views.refund(refund))
    _tell_update(world, refund)


def fail_all_of(world: World, charge: Charge) -> None:
    """Let the refunds of a charge fail that were made moments before it was charged back."""
    for refund in world.state.refunds.values():
        if refund.charge == charge.id:
            fail(world, refund, reason="charge_for_pending_refund_disputed")


def _refundable(world: World, charge: Charge, *, amount: int | None) -> int:
    if disputing.forbids_refund(world, charge):
        raise Refusal(
            f"Charge {charge.id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            began=True,
        )
    remaining = charge.amount - charge.amount_refunded
    if remaining == 0:
        raise Refusal(
            f"Charge {charge.id} has already been refunded.",
            code="charge_already_refunded",
            began=True,
        )
    if amount is not None and amount > remaining:
        what = "charge amount" if charge.amount_refunded == 0 else "unrefunded amount on charge"
        raise Refusal(
            f"Refund amount ({shown(amount, charge.currency)}) is greater than {what} "
            f"({shown(remaining, charge.currency)})",
            param="amount",
            began=True,
        )
    return remaining if amount is None else amount


def _plan_course(world: World, refund: Refund, *, charge: Charge) -> None:
    course = cards.get_card(world.state.payment_methods[charge.payment_method].card).refund_course
    if course is RefundCourse.AT_ONCE:
        return
    kind = StepKind.FAIL_REFUND
    if course is RefundCourse.PENDING:
        kind = StepKind.COMPLETE_REFUND
    if course is not RefundCourse.FAILS_LATER:
        refund.status = RefundStatus.PENDING
        refund.pending_reason = "processing"
    due_at = world.time() + world.config.settle_after_seconds
    world.state.steps.append(Step(due_at=due_at, kind=kind, subject=refund.id))


def _tell_update(world: World, refund: Refund) -> None:
    for type_name in ("refund.updated", "charge.refund.updated"):
        happenings.record(world, type_name=type_name, shown=views.refund(refund))
