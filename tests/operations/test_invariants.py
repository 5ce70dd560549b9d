"""The invariants find what breaks them: each is broken here once, and mended."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.support.makers import DAY, World
from wishcore import db, invariants, refunds
from wishcore.ids import new_id

INSTANT = timedelta(microseconds=1)
BREAKS: dict[str, tuple[str, ...]] = {
    "movements balance": ("UPDATE ledger_entry SET amount_minor = amount_minor + 1",),
    "held is the sum of the pledges that hold room": ("UPDATE funding SET held_minor = 4001",),
    "paid is the sum of the pledges that are paid and stay": (
        "UPDATE funding SET paid_minor = 3999",
    ),
    "what is reserved is paid, or lost to a dispute": ("UPDATE funding SET state = 'reserved'",),
    "a decided item keeps no paid pledge that is not for a gift": (
        "UPDATE funding SET state = 'unfunded'",
    ),
    "what a giver is owed is what the ledger says": (
        "UPDATE ledger_entry SET account = 'fees' WHERE account = 'givers'",
    ),
    "no more is lost to a bank than was charged, and not all of what stays": (
        "UPDATE ledger_entry SET movement = 'dispute_lost:x', amount_minor = -amount_minor"
        " WHERE account = 'givers'",
    ),
    "a refunded pledge has exactly one refund that succeeded": (
        "UPDATE pledge SET state = 'refunded', refund_reason = 'giver', refunded_at = paid_at",
    ),
    "a pledge has one event for each move": ("UPDATE pledge SET version = version + 1",),
    "pledges are in the currency of their item": ("UPDATE funding SET currency = 'EUR'",),
    "a funding belongs to an item of its list": ("UPDATE funding SET list_id = :other",),
}
PREVENTED = {
    "no item is over-funded": "UPDATE funding SET held_minor = target_minor + 1",
    "a charged pledge has its intent": "UPDATE pledge SET intent_id = NULL",
}
"""What the tables refuse by themselves."""


class TakenBack(Exception):
    """Nothing of the damage may stay."""


@db.transactional
async def damaged(now: datetime, *sqls: str, other: UUID) -> None:
    for sql in sqls:
        await db.rows(sql + " RETURNING 1 AS one", other=other)
    raise TakenBack({finding.fact for finding in await invariants.check(now=now)})


async def found(world: World, *sqls: str) -> set[str]:
    with pytest.raises(TakenBack) as damage:
        await damaged(world.now, *sqls, other=new_id())
    facts: set[str] = damage.value.args[0]
    return facts


@pytest.fixture
async def paid(world: World) -> UUID:
    return await world.pledge(await world.wish(10_000), 4_000)


def test_every_fact_is_broken_here() -> None:
    assert {*BREAKS, *PREVENTED} == set(invariants.INVARIANTS)


@pytest.mark.slow
@pytest.mark.parametrize("fact", BREAKS)
async def test_what_breaks_it_is_found(world: World, paid: UUID, fact: str) -> None:
    assert await invariants.check(now=world.now) == []
    assert fact in await found(world, *BREAKS[fact])
    assert await invariants.check(now=world.now) == []


@pytest.mark.parametrize("fact", PREVENTED)
async def test_what_the_tables_refuse(world: World, paid: UUID, fact: str) -> None:
    with pytest.raises(Exception, match=r"(?i)check|constraint"):
        await damaged(world.now, PREVENTED[fact], other=paid)


async def test_a_finding_says_what_and_how_much(world: World, paid: UUID) -> None:
    @db.transactional
    async def damage() -> list[invariants.Finding]:
        await db.rows("UPDATE pledge SET version = 9 RETURNING id")
        raise TakenBack(await invariants.check(now=world.now))

    with pytest.raises(TakenBack) as damage_done:
        await damage()
    (finding,) = damage_done.value.args[0]
    assert (finding.what, finding.amount_minor) == (str(paid), 9)


async def test_what_lasts_too_long(world: World) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 1_000, card="pm_card_refundFail")
    await world.close(wish)
    await world.sandbox.settle()
    await world.hear("refund.failed")
    slow = await world.pledge(await world.wish(10_000), 1_000, card="pm_card_pendingRefund")
    await refunds.refund_by_hand(slow, now=world.now)
    await world.refund()
    await world.pledge(await world.wish(10_000), 1_000, card="pm_sandbox_processing")
    await world.pledge(await world.wish(10_000), 1_000, card="pm_card_createDispute")
    await world.hear("charge.dispute.created")
    await world.pledge(await world.wish(10_000, open_for=DAY), 1_000)

    world.wait(DAY - INSTANT)
    assert await invariants.check(now=world.now) == []
    world.wait(DAY + INSTANT)
    facts = {finding.fact for finding in await invariants.check(now=world.now)}
    assert facts == set(invariants.STUCK)
