"""A dispute opens while a refund is sent whose answer nobody hears: Stripe may have taken both."""

import asyncio
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest

from tests.support.books import reconciled
from tests.support.makers import DAY, MINUTE, World
from tests.support.pausing import PausingGateway
from wishcore import db as database
from wishcore import jobs, ledger
from wishcore.pledges.disputes import settle_disputes
from wishcore.pledges.models import FundingState, PledgeState
from wishcore.pledges.steps import lock_funding

HEARINGS: Final = ("notices", "the end alone", "jobs", "reconciliation")
"""Who is the first to hear of it."""


async def balance(account: str) -> int:
    found = [one for one in await ledger.balances() if one.account == account]
    return sum(one.amount_minor for one in found)


def rest(world: World) -> None:
    """Let pass what a notice may take, so that the books are compared in full after the test."""
    world.now = max(world.now, datetime.now(UTC)) + 3 * MINUTE


async def sent(world: World, when: str) -> UUID:
    """Return a pledge of 4,000 whose refund was sent; what came of it nobody heard."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    await world.sandbox.fault(f"drop_{when}", "/v1/refunds")
    assert (await world.refund()).unanswered == 1
    await world.sandbox.heal()
    assert await world.state(pledge) is PledgeState.REFUNDING
    assert await world.sandbox.refunded(pledge) == (4_000 if when == "after" else 0)
    return pledge


async def hear(world: World, hearing: str, *, is_over: bool) -> None:
    match hearing:
        case "notices":
            await world.hear("charge.dispute.created", "charge.dispute.closed")
        case "the end alone":
            if is_over:
                await world.hear("charge.dispute.closed")
        case "jobs":
            world.wait(5 * MINUTE)
            await world.recover()
            await world.refund()
        case _:
            # It leaves two minutes to notices, and a refund its lease.
            world.wait(5 * MINUTE)
            await reconciled(world, apply=True)


async def disputed(
    world: World, pledge: UUID, outcome: str, hearing: str, amount: int = 4_000, **order: object
) -> None:
    opened = await world.sandbox.dispute(await world.intent_id(pledge), amount=amount, **order)
    await hear(world, hearing, is_over=False)
    if outcome:
        await world.sandbox.decide(opened, outcome)
        await hear(world, hearing, is_over=True)
    # Whoever was the first, two days of jobs, and reconciliation, end the rest.
    for _ in range(2):
        world.wait(DAY)
        await world.recover()
        await world.refund()
        await reconciled(world, apply=True)


@pytest.mark.nightly("postgres")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("hearing", "amount"), [*zip(HEARINGS, (4_000, 1_500) * 2, strict=True), ("jobs", 1_500)]
)
@pytest.mark.parametrize("outcome", ["", "won", "lost"])
async def test_stripe_took_both(world: World, hearing: str, amount: int, outcome: str) -> None:
    """It went back, and what a bank takes besides is the operator's loss: nobody gets it twice."""
    pledge = await sent(world, "after")
    await disputed(world, pledge, outcome, hearing, amount)
    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await balance("givers") == 0
    assert await balance("disputes") == (0 if outcome == "won" else amount)
    rest(world)


@pytest.mark.nightly("postgres")
@pytest.mark.slow
@pytest.mark.parametrize("hearing", HEARINGS)
@pytest.mark.parametrize(
    ("outcome", "end", "owed"),
    [("", PledgeState.DISPUTED, 4_000), ("won", PledgeState.REFUNDED, 0),
     ("lost", PledgeState.LOST, 0)],
)  # fmt: skip
async def test_stripe_never_had_the_refund(
    world: World, hearing: str, outcome: str, end: PledgeState, owed: int
) -> None:
    pledge = await sent(world, "before")
    await disputed(world, pledge, outcome, hearing)
    assert await world.state(pledge) is end
    assert await balance("givers") == -owed
    assert await world.sandbox.refunded(pledge) == (4_000 if outcome == "won" else 0)
    rest(world)


@pytest.mark.nightly("postgres")
@pytest.mark.slow
@pytest.mark.parametrize("hearing", HEARINGS)
@pytest.mark.parametrize(
    ("outcome", "end", "owed"),
    [("", PledgeState.DISPUTED, 4_000), ("won", PledgeState.REFUND_FAILED, 4_000),
     ("lost", PledgeState.LOST, 0)],
)  # fmt: skip
async def test_the_dispute_makes_the_refund_fail(
    world: World, hearing: str, outcome: str, end: PledgeState, owed: int
) -> None:
    """So it is with refunds made moments before: after a win a person has to look."""
    pledge = await sent(world, "after")
    await disputed(world, pledge, outcome, hearing, fails_refunds=True)
    assert await world.state(pledge) is end
    assert await balance("givers") == -owed
    assert await world.sandbox.refunded(pledge) == 0
    rest(world)


@pytest.mark.slow
@pytest.mark.parametrize("outcome", ["won", "lost"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_whoever_sends_it_sleeps_meanwhile(world: World, when: str, outcome: str) -> None:
    wish = await world.wish(10_000, open_for=170 * DAY)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    pausing = PausingGateway(world.payments)
    stop = pausing.stop("after" if when == "after" else "before", "create_refund")
    sleepy = asyncio.create_task(jobs.refund(payments=pausing, clock=world.clock))
    async with asyncio.timeout(10):
        await stop.reached.wait()
        opened = await world.sandbox.dispute(await world.intent_id(pledge))
        await world.hear()
        if outcome == "lost":
            await world.sandbox.decide(opened, "lost")
            await world.hear()
        stop.go.set()
        await sleepy
    if outcome == "won":
        await world.sandbox.decide(opened, "won")
        await world.hear()
        await world.refund()
    is_back = when == "after" or outcome == "won"
    assert await world.state(pledge) is (PledgeState.REFUNDED if is_back else PledgeState.LOST)
    assert await world.sandbox.refunded(pledge) == is_back * 4_000
    assert await balance("givers") == 0
    rest(world)


async def test_stripe_falls_silent_while_it_is_asked(world: World) -> None:
    """Nothing is decided on half of the news: the pledge stays disputed, and is asked again."""
    pledge = await sent(world, "after")
    opened = await world.sandbox.dispute(await world.intent_id(pledge))
    await world.sandbox.decide(opened, "lost")
    await world.sandbox.fault("drop_before", "/v1/refunds", method="GET")
    assert await world.hear("charge.dispute.closed") == 0
    assert await world.state(pledge) is PledgeState.DISPUTED
    assert (await world.recover()).ended == 0
    assert await world.state(pledge) is PledgeState.DISPUTED
    await world.sandbox.heal()

    await world.refund()

    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await balance("givers"), await balance("disputes")) == (0, 4_000)
    rest(world)


async def test_stripe_repeats_its_refusal_after_the_dispute_was_won(world: World) -> None:
    """Whoever met the refusal died before the dispute was read: the next try has another key."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    opened = await world.sandbox.dispute(await world.intent_id(pledge))
    await world.sandbox.fault("drop_before", "/v1/payment_intents/*", method="GET")
    assert (await world.refund()).unanswered == 1
    assert await world.state(pledge) is PledgeState.REFUNDING
    await world.sandbox.heal()
    await world.sandbox.decide(opened, "won")
    world.wait(5 * MINUTE)

    await world.refund()

    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await world.sandbox.refunded(pledge) == 4_000
    rest(world)


async def part_lost(world: World) -> tuple[UUID, str]:
    """Return a pledge of 4,000, of which 1,500 were lost and the rest is due, and its dispute."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    pledge = await world.pledge(wish, 4_000)
    opened = await world.sandbox.dispute(await world.intent_id(pledge), amount=1_500)
    await world.sandbox.decide(opened, "lost")
    await world.hear()
    assert await world.state(pledge) is PledgeState.REFUND_DUE
    return pledge, opened


@pytest.mark.drifts("a bank gave back, owed")
async def test_a_bank_gives_back_while_nobody_knows_of_the_rest(world: World) -> None:
    """It counts as the giver's again only if the rest, as it was, has not gone back."""
    pledge, opened = await part_lost(world)
    await world.sandbox.fault("drop_after", "/v1/refunds")
    assert (await world.refund()).unanswered == 1
    await world.sandbox.overturn(opened)
    await world.sandbox.fault("drop_before", "/v1/refunds", method="GET")
    assert await world.hear() == 0, "Stripe tells of the dispute, and not of the refund."
    assert await world.state(pledge) is PledgeState.DISPUTED
    await world.sandbox.heal()
    world.wait(DAY)

    await world.recover()
    await world.refund()

    assert await world.state(pledge) is PledgeState.REFUNDED
    assert await world.sandbox.refunded(pledge) == 2_500
    assert (await balance("givers"), await balance("disputes")) == (0, -1_500)
    rest(world)


@pytest.mark.only("postgres")
async def test_the_rest_is_claimed_while_the_bank_gives_back(world: World) -> None:
    """Whoever claims it gives back all that is owed by then, and so waits for what is booked."""
    pledge, opened = await part_lost(world)
    await world.sandbox.overturn(opened)
    row = await world.row(pledge)
    intent = await world.payments.get_intent(await world.intent_id(pledge))
    booked, go = asyncio.Event(), asyncio.Event()

    @database.transactional
    async def settle() -> None:
        await lock_funding(row.item_id)
        await settle_disputes(row, intent.disputes, now=world.now)
        booked.set()
        await go.wait()

    settling = asyncio.ensure_future(settle())
    try:
        async with asyncio.timeout(10):
            await booked.wait()
            assert (await world.refund()).refunded == 0
    finally:
        go.set()
        await settling

    assert (await world.refund()).refunded == 1
    assert await world.sandbox.refunded(pledge) == 4_000
    assert (await balance("givers"), await balance("disputes")) == (0, 0)
    rest(world)


async def test_older_news_of_a_refund_that_has_failed_since(world: World) -> None:
    """Whoever asked before it failed, and writes it down last, does not revive it."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    giver = await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver, card="pm_sandbox_pendingRefundFails")
    await world.give_back(pledge, giver)
    assert (await world.refund()).pending == 1
    await world.sandbox.dispute(await world.intent_id(pledge))
    await world.hear()
    assert await world.state(pledge) is PledgeState.REFUND_PENDING
    pausing = PausingGateway(world.payments)
    stop = pausing.stop("after", "refunds_of")
    late = asyncio.create_task(jobs.refund(payments=pausing, clock=world.clock))
    async with asyncio.timeout(10):
        await stop.reached.wait()
        await world.sandbox.settle()
        await world.hear("refund.failed")
        assert await world.state(pledge) is PledgeState.DISPUTED
        stop.go.set()
        await late

    assert await world.state(pledge) is PledgeState.DISPUTED
    rows = await database.rows("SELECT state FROM refund WHERE pledge_id = :id", id=pledge)
    assert [row["state"] for row in rows] == ["failed"]
    rest(world)


@pytest.mark.parametrize(
    ("outcome", "state"), [("won", PledgeState.REFUND_DUE), ("lost", PledgeState.LOST)]
)
async def test_what_was_taken_back_and_disputed_keeps_its_room_until_the_bank_decides(
    world: World, outcome: str, state: PledgeState
) -> None:
    """After a cut of the price the item waits for it, too: the runbook says so."""
    wish, giver = await world.wish(10_000), await world.guest()
    back = await world.pledge(wish, 6_000, giver=giver)
    await world.give_back(back, giver)
    await world.sandbox.dispute(await world.intent_id(back))
    await world.hear()
    await world.pledge(wish, 4_000)
    await world.reprice(wish, 4_000)
    world.wait(60 * DAY)

    await world.expire()
    await world.refund()

    assert await world.state(back) is PledgeState.DISPUTED
    assert (await world.funding(wish)).state is FundingState.CLOSING
    await world.sandbox.close_dispute(await world.intent_id(back), outcome)
    await world.hear()
    assert await world.state(back) is state
    await world.refund()
    await world.expire()
    assert (await world.funding(wish)).state is FundingState.RESERVED
