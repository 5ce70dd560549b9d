"""Reconciliation while givers, jobs and Stripe go on: no false alarm, and no true one missed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from typing_extensions import override

from tests.support.books import reconciled
from tests.support.makers import LONG_AGO, MINUTE, World
from tests.support.pausing import PausingGateway
from tests.support.sandbox import REFUNDS
from tests.support.snapshot import snapshot
from wishcore import closing, db, jobs, reconciliation
from wishcore.db import JobIsRunning, leased
from wishcore.db.leases import LEASE, take_lease
from wishcore.ids import new_id
from wishcore.payments import Intent, PaymentGateway, RefundAtProvider, Unreadable
from wishcore.pledges.models import PledgeState
from wishcore.refunds import operations as refunds


async def nothing() -> None:
    """Let nothing happen."""


@dataclass
class Meanwhile(PausingGateway):
    """Something happens when a list was read, and before it is looked at."""

    after_intents: Callable[[], Awaitable[object]] = nothing
    after_refunds: Callable[[], Awaitable[object]] = nothing

    @override
    async def intents_since(self, since: datetime) -> AsyncIterator[Intent | Unreadable]:
        listed = [intent async for intent in self.inner.intents_since(since)]
        await self.after_intents()
        for intent in listed:
            yield intent

    @override
    async def refunds_since(self, since: datetime) -> AsyncIterator[RefundAtProvider | Unreadable]:
        listed = [refund async for refund in self.inner.refunds_since(since)]
        await self.after_refunds()
        for refund in listed:
            yield refund


async def kinds(world: World, gateway: PaymentGateway) -> set[str]:
    return {drift.kind for drift in await reconciled(world, payments=gateway)}


async def test_a_challenge_is_met_after_the_list_was_read(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_authenticationRequired")

    async def approve() -> None:
        await world.challenge(pledge, "approve")
        await world.hear()

    gateway = Meanwhile(world.payments, after_intents=approve)
    assert await kinds(world, gateway) == set()
    assert await world.state(pledge) is PledgeState.PAID, "It did happen meanwhile."


async def test_a_challenge_was_met_a_moment_ago_and_nobody_has_heard(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_authenticationRequired")
    # The pledge waits for long: it is Stripe's clock that says when the card was charged.
    world.now = datetime.now(UTC) + MINUTE
    assert (await world.row(pledge)).updated_at < world.now
    await world.challenge(pledge, "approve")
    assert await reconciled(world) == ()
    world.wait(2 * MINUTE)
    assert [drift.kind for drift in await reconciled(world)] == ["charged, not settled yet"]


async def test_a_charge_that_is_not_written_down_yet(world: World) -> None:
    wish = await world.wish(10_000)
    gateway = PausingGateway(world.payments)
    stop = gateway.stop("after", "confirm_intent")
    pledging = asyncio.create_task(world.pledge(wish, 4_000, payments=gateway))
    await stop.reached.wait()
    assert await reconciled(world) == ()
    stop.go.set()
    await pledging
    assert await reconciled(world) == ()


async def test_charges_that_come_while_it_compares(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 1_000)
    gateway = Meanwhile(
        world.payments,
        after_intents=lambda: world.pledge(wish, 2_000),
        after_refunds=lambda: world.pledge(wish, 3_000),
    )
    stop = gateway.stop("after", "available_balance")
    comparing = asyncio.create_task(kinds(world, gateway))
    await stop.reached.wait()
    await world.pledge(wish, 4_000)
    world.wait(3 * MINUTE)  # A clock that runs on does not make it look older than the balance.
    stop.go.set()
    assert await comparing == set()


async def test_a_refund_that_is_being_sent(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    world.now = wish.deadline
    await world.expire()
    gateway = PausingGateway(world.payments)
    stop = gateway.stop("after", "create_refund")
    sending = asyncio.create_task(jobs.refund(payments=gateway, clock=world.clock))
    await stop.reached.wait()
    assert await reconciled(world) == ()
    stop.go.set()
    await sending
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await reconciled(world) == ()


async def test_a_refund_whose_sender_died_is_told_when_its_lease_has_run_out(
    world: World,
) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    world.now = wish.deadline
    await world.expire()
    await world.sandbox.fault("drop_after", REFUNDS)
    await world.refund()
    await world.sandbox.heal()
    assert await reconciled(world) == ()
    world.wait(refunds.LEASE)
    assert [drift.kind for drift in await reconciled(world)] == ["refund without row"]


async def test_a_refund_that_is_finished_after_the_list_was_read(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000, card="pm_card_pendingRefund")
    await world.close(wish)
    assert await world.state(pledge) is PledgeState.REFUND_PENDING

    async def finish() -> None:
        await world.sandbox.settle()
        assert await kinds(world, world.payments) == set(), "The job asks for it."
        await world.refund()

    assert await kinds(world, Meanwhile(world.payments, after_refunds=finish)) == set()
    assert await world.state(pledge) is PledgeState.REFUNDED, "It did happen meanwhile."


@pytest.mark.parametrize(("outcome", "state"), [("won", "paid"), ("lost", "lost")])
async def test_a_dispute_that_ends_while_it_is_compared(
    world: World, outcome: str, state: str
) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    intent_id = await world.intent_id(pledge)
    await world.sandbox.dispute(intent_id)
    await world.hear("charge.dispute.created")
    world.now = datetime.now(UTC) + 3 * MINUTE
    gateway = PausingGateway(world.payments)
    stop = gateway.stop("after", "get_intent")
    comparing = asyncio.create_task(kinds(world, gateway))
    await stop.reached.wait()
    await world.sandbox.close_dispute(intent_id, outcome)
    await world.hear("charge.dispute.closed")
    stop.go.set()
    assert await comparing - {"balance too low for refunds"} == set()
    assert await world.state(pledge) == state, "It did happen meanwhile."


async def test_all_at_once(world: World) -> None:
    """Givers pledge and refunds are sent while one reconciliation follows the other."""
    closed = await world.wish(100_000)
    going_back = [await world.pledge(closed, 1_000) for _ in range(4)]
    await closing.close_list(closed.list.id, now=world.now)
    wish, givers = await world.wish(100_000), [await world.guest() for _ in range(6)]

    async def serve() -> None:
        await world.expire()
        await asyncio.gather(
            world.refund(), *(world.pledge(wish, 1_000, giver=giver) for giver in givers)
        )

    serving = asyncio.create_task(serve())
    rounds = 0
    while not serving.done():
        assert await reconciled(world) == ()
        rounds += 1
    await serving
    assert rounds > 0
    assert {await world.state(pledge) for pledge in going_back} == {PledgeState.REFUNDED}


# The balance


@dataclass
class PaidOut(PausingGateway):
    """Stripe has paid to the bank all but this."""

    left: int = 0

    @override
    async def available_balance(self) -> Mapping[str, int]:
        return {"USD": self.left}


async def kept_of(pledge_id: UUID) -> int:
    """Return what Stripe holds of a pledge: the amount without its fee."""
    rows = await db.rows(
        "SELECT SUM(amount_minor) AS kept FROM ledger_entry"
        " WHERE subject_id = :pledge AND account = 'stripe'",
        pledge=pledge_id,
    )
    return int(rows[0]["kept"])


async def test_a_payout_that_leaves_what_may_go_back_is_no_alarm(world: World) -> None:
    reserved, due, open_ = [await world.wish(10_000) for _ in range(3)]
    await world.pledge(reserved)
    await world.pledge(due, 3_000)
    await world.pledge(open_, 4_000)
    await closing.close_list(due.list.id, now=world.now)
    await world.expire()
    world.wait(3 * MINUTE)
    pledges = await db.rows("SELECT id, state, amount_minor FROM pledge ORDER BY amount_minor")
    assert [row["state"] for row in pledges] == ["refund_due", "paid", "paid"]
    owed = sum([await kept_of(UUID(str(row["id"]))) for row in pledges[:2]])
    assert 0 < owed < 7_000

    assert await kinds(world, PaidOut(world.payments, left=owed)) == set()
    before = await snapshot()
    short = PaidOut(world.payments, left=owed - 1)
    assert await kinds(world, short) == {"balance too low for refunds"}
    assert await snapshot() == before

    await world.refund()
    rest = await kept_of(UUID(str(pledges[1]["id"])))
    assert await kinds(world, PaidOut(world.payments, left=rest)) == set()
    assert await kinds(world, PaidOut(world.payments, left=rest - 1)) == {
        "balance too low for refunds"
    }


async def test_money_for_gifts_may_be_paid_out(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish)
    world.wait(3 * MINUTE)
    assert await kinds(world, PaidOut(world.payments, left=0)) == set()


# Both books the other way round


@pytest.mark.drifts("refunded here, unknown there")
async def test_a_refund_of_ours_that_stripe_does_not_know(world: World) -> None:
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    await world.close(wish)
    assert await reconciled(world) == ()
    await forge(pledge)
    assert [drift.kind for drift in await reconciled(world)] == ["refunded here, unknown there"]


@db.transactional
async def forge(pledge_id: UUID) -> None:
    assert await db.change(
        "UPDATE refund SET provider_id = 're_none' WHERE pledge_id = :id RETURNING id", id=pledge_id
    )


# The lease


async def test_the_lease_of_a_long_reconciliation_is_prolonged(world: World) -> None:
    wish = await world.wish(10_000)
    for _ in range(4):
        await world.pledge(wish, 1_000)
    refused: list[datetime] = []
    began = world.now

    def slowly(done: int = 1) -> None:
        world.wait(LEASE / 2)

    async def try_to_take() -> None:
        with pytest.raises(JobIsRunning):
            await take_lease("reconcile", holder_id=new_id(), now=world.now)
        refused.append(world.now)

    async with leased("reconcile", clock=world.clock) as keep:

        async def kept() -> None:
            await keep()
            await try_to_take()

        found = await reconciliation.reconcile(
            payments=world.payments,
            since=world.now - LONG_AGO,
            apply=False,
            clock=world.clock,
            progress=slowly,
            keep=kept,
        )
    assert found.intents == 4
    assert refused[-1] - began > LEASE
    await take_lease("reconcile", holder_id=new_id(), now=world.now)


async def test_who_slept_too_long_has_lost_the_lease(world: World) -> None:
    async with leased("reconcile", clock=world.clock) as keep:
        world.wait(LEASE)
        await take_lease("reconcile", holder_id=new_id(), now=world.now)
        with pytest.raises(JobIsRunning):
            await keep()
    with pytest.raises(JobIsRunning):
        await take_lease("reconcile", holder_id=new_id(), now=world.now)
