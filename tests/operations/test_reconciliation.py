"""Our book against Stripe's: no drift where there is none, each kind where there is one."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.support.books import no_lease, reconciled
from tests.support.makers import LONG_AGO, MINUTE, World
from tests.support.sandbox import CONFIRM
from tests.support.snapshot import snapshot
from wishcore import db, jobs, reconciliation
from wishcore.ids import new_id
from wishcore.money import Money
from wishcore.payments import PaymentsUnavailable
from wishcore.pledges.models import PledgeState
from wishcore.reconciliation.differences import REACHES_BALANCE_WITHIN


@db.transactional
async def damage(sql: str, **values: UUID | str | int) -> None:
    """Do to the book what no operation does."""
    assert await db.change(sql + " RETURNING id", **values)


def rest(world: World) -> None:
    """Let pass what a request or a notice may take, by the sandbox's clock, too."""
    world.now = max(world.now, datetime.now(UTC)) + 3 * MINUTE


async def kinds(world: World, *, apply: bool = False) -> set[str]:
    return {drift.kind for drift in await reconciled(world, apply=apply)}


async def charge_without_pledge(world: World, pledge_id: UUID) -> str:
    """Charge a card for a pledge that our database has lost."""
    intent_id = await world.payments.create_intent(
        key=f"pi:{pledge_id}",
        amount=Money(1_000, "USD"),
        payment_method="pm_card_visa",
        metadata={"pledge": str(pledge_id), "item": "x", "list": "x"},
    )
    await world.payments.confirm_intent(intent_id, key="confirm", return_url="https://wish.test")
    return intent_id


async def test_two_books_that_agree(world: World) -> None:
    wish = await world.wish(10_000)
    for card in ("pm_card_visa", "pm_card_authenticationRequired", "pm_sandbox_processing"):
        await world.pledge(wish, 1_000, card=card)
    back = await world.wish(10_000)
    await world.pledge(back, 4_000)
    await world.pledge(back, 4_000, card="pm_card_pendingRefund")
    before = await snapshot()
    found = await reconciliation.reconcile(
        payments=world.payments,
        since=world.now - LONG_AGO,
        apply=False,
        clock=world.clock,
        progress=jobs.silent,
        keep=no_lease,
    )
    assert (found.intents, found.refunds, found.drifts) == (5, 0, ())
    assert await snapshot() == before


async def test_a_refund_on_its_way_is_no_drift(world: World) -> None:
    """Stripe takes it off the balance at once; our ledger has it when it has arrived."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_pendingRefund")
    await world.close(wish)
    assert await world.state(pledge) is PledgeState.REFUND_PENDING
    assert await kinds(world) == set()


async def test_charged_but_not_settled_is_adopted(world: World) -> None:
    wish = await world.wish(10_000)
    await world.sandbox.fault("drop_after", CONFIRM)
    pledge = await world.pledge(wish, 4_000)
    await world.sandbox.heal()
    assert await kinds(world) == set(), "The request may still be at work."
    rest(world)
    assert await kinds(world) == {"charged, not settled yet"}
    assert await world.state(pledge) is PledgeState.CONFIRMING, "Nothing is changed unasked."
    assert await kinds(world, apply=True) == set()
    assert await world.state(pledge) is PledgeState.PAID


async def test_a_refund_that_failed_unheard_is_adopted(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_refundFail")
    await world.close(wish)
    await world.sandbox.settle()
    assert await kinds(world) == {"refund in another state"}
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await kinds(world, apply=True) == set()
    assert await world.state(pledge) is PledgeState.REFUND_FAILED


async def test_a_fee_that_was_told_late_is_booked(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await damage("DELETE FROM ledger_entry WHERE movement = :fee", fee=f"fee:{pledge}")
    assert await kinds(world) == set(), "Its notice gets its time."
    world.wait(REACHES_BALANCE_WITHIN)
    assert await kinds(world) == {"fee not booked", "balance too low for refunds"}
    assert await kinds(world, apply=True) == set()
    assert await kinds(world, apply=True) == set()


@pytest.mark.drifts("charge without pledge")
async def test_a_charge_that_we_do_not_know(world: World) -> None:
    lost = new_id()
    world.by_hand.add(lost)
    await charge_without_pledge(world, lost)
    assert await kinds(world) == {"charge without pledge"}
    assert await kinds(world, apply=True) == {"charge without pledge"}


@pytest.mark.drifts("charge without pledge", "refund without pledge")
async def test_a_refund_that_we_do_not_know(world: World) -> None:
    lost = new_id()
    world.by_hand.add(lost)
    await world.sandbox.refund_by_hand(await charge_without_pledge(world, lost))
    assert await kinds(world) == {"charge without pledge", "refund without pledge"}


async def test_an_unconfirmed_intent_of_a_dead_process_is_no_drift(world: World) -> None:
    lost = new_id()
    world.by_hand.add(lost)
    await world.payments.create_intent(
        key="pi", amount=Money(500, "USD"), payment_method="pm_card_visa",
        metadata={"pledge": str(lost)},
    )  # fmt: skip
    assert await kinds(world) == set()


@pytest.mark.drifts("refund without row", "balance too low for refunds")
async def test_a_refund_by_hand_at_stripe(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    world.by_hand.add(pledge)
    await world.sandbox.refund_by_hand(await world.intent_id(pledge))
    assert await kinds(world) == {"refund without row"}
    world.wait(3 * MINUTE)
    assert await kinds(world) == {"refund without row", "balance too low for refunds"}


@pytest.mark.drifts("refund without row", "two live refunds", "balance too low for refunds")
async def test_two_refunds_of_one_pledge(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    world.by_hand.add(pledge)
    for amount in (1_000, 2_000):
        await world.sandbox.refund_by_hand(await world.intent_id(pledge), amount=amount)
    assert "two live refunds" in await kinds(world)


async def test_a_book_that_was_tampered_with(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    unpaid = await world.pledge(wish, 1_000, card="pm_card_authenticationRequired")
    intent_id = await world.intent_id(pledge)
    cases = {
        "another amount": ("UPDATE pledge SET amount_minor = 4001 WHERE id = :id", pledge),
        "charged, but not here": ("UPDATE pledge SET state = 'abandoned' WHERE id = :id", pledge),
        "paid here, not charged": (
            "UPDATE pledge SET state = 'paid', paid_at = created_at WHERE id = :id",
            unpaid,
        ),
        "paid here, unknown there": (
            "UPDATE pledge SET intent_id = 'pi_none' WHERE id = :id",
            pledge,
        ),
    }
    for kind, (sql, pledge_id) in cases.items():
        state = await world.state(pledge_id)
        await damage(sql, id=pledge_id)
        assert kind in await kinds(world), kind
        paid_at = "paid_at" if pledge_id == pledge else "NULL"
        await damage(
            f"UPDATE pledge SET amount_minor = :amount, state = :state, paid_at = {paid_at},"
            " intent_id = :intent WHERE id = :id",
            amount=4_000 if pledge_id == pledge else 1_000,
            state=state,
            intent=intent_id if pledge_id == pledge else await world.intent_id(unpaid),
            id=pledge_id,
        )
        assert await kinds(world) == set()


async def test_another_pledge_in_the_metadata(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 1_000)
    lost = new_id()
    world.by_hand.add(lost)
    intent_id = await world.payments.create_intent(
        key="pi", amount=Money(1_000, "USD"), payment_method="pm_card_visa",
        metadata={"pledge": str(lost)},
    )  # fmt: skip
    before = await world.intent_id(pledge)
    await damage("UPDATE pledge SET intent_id = :new WHERE id = :id", id=pledge, new=intent_id)
    assert "another pledge in its metadata" in await kinds(world)
    await damage("UPDATE pledge SET intent_id = :new WHERE id = :id", id=pledge, new=before)


async def test_stripe_is_gone(world: World) -> None:
    await world.sandbox.break_down()
    with pytest.raises(PaymentsUnavailable):
        await reconciled(world)
