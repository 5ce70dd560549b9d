"""A refund that was made since the backup: adopted if it is surely ours, and otherwise named."""

from uuid import UUID

import pytest

from tests.support.backups import Backup
from tests.support.books import TOO_LOW, reconciled
from tests.support.makers import DAY, MINUTE, Wish, World
from tests.support.sandbox import REFUNDS
from tests.support.snapshot import snapshot
from wishcore import db, refunds
from wishcore.ids import new_id
from wishcore.pledges.models import FundingState, PledgeState

NAMED = "refund without row"


async def kinds(world: World, *, apply: bool = False) -> set[str]:
    found = {drift.kind for drift in await reconciled(world, apply=apply)}
    return found - {TOO_LOW}  # The sandbox's account begins empty.


async def paid(world: World, card: str = "pm_card_visa") -> tuple[Wish, UUID]:
    wish = await world.wish(10_000)
    return wish, await world.pledge(wish, 4_000, card=card)


async def give_back(world: World, pledge: UUID, **order: str) -> None:
    """Refund a charge at Stripe, as a process of a lost database did, or somebody else."""
    intent = {"payment_intent": await world.intent_id(pledge)}
    await world.sandbox.ask("POST", REFUNDS, intent | order)


def key_of(pledge: UUID, generation: object = 1) -> dict[str, str]:
    return {"metadata[key]": f"refund:{pledge}:{generation}"}


async def generations(pledge: UUID) -> list[int]:
    rows = await db.rows(
        "SELECT generation FROM refund WHERE pledge_id = :pledge ORDER BY generation", pledge=pledge
    )
    return [row["generation"] for row in rows]


async def test_a_refund_since_the_backup_is_adopted(backup: Backup, world: World) -> None:
    wish, giver = await world.wish(10_000), await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await backup.take()
    await world.give_back(pledge, giver)
    await world.refund()
    await backup.restore()
    before = await snapshot()
    assert await kinds(world) == {NAMED}
    assert await snapshot() == before, "Nothing is changed unasked."

    assert await kinds(world, apply=True) == set()

    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await world.funding(wish)).held_minor == 0
    before = await snapshot()
    assert await kinds(world, apply=True) == set()
    await world.refund()
    assert await snapshot() == before
    assert await world.sandbox.asked(REFUNDS) == 1, "Nothing was sent again."
    world.mailbox.letters.clear()
    await world.notify()
    assert "Your refund" in world.mailbox.letters[-1].subject


@pytest.mark.parametrize("is_failing", [False, True])
async def test_one_that_takes_its_time(world: World, *, is_failing: bool) -> None:
    card = "pm_sandbox_pendingRefundFails" if is_failing else "pm_card_pendingRefund"
    _, pledge = await paid(world, card)
    await give_back(world, pledge, **key_of(pledge, 3))
    assert await kinds(world, apply=True) == set()
    assert await world.state(pledge) is PledgeState.REFUND_PENDING

    await world.sandbox.settle()
    done = await world.refund()

    assert (done.refunded, done.failed) == ((0, (pledge,)) if is_failing else (1, ()))
    if is_failing:
        await refunds.refund_by_hand(pledge, now=world.now)
        await world.refund()
    # A key that was used in the time that was lost is not used again: Stripe repeats its answer.
    assert await generations(pledge) == ([3, 4] if is_failing else [3])


async def test_one_that_has_failed_since_is_no_refund(world: World) -> None:
    _, pledge = await paid(world, "pm_card_refundFail")
    await give_back(world, pledge, **key_of(pledge))
    await world.sandbox.settle()
    assert await kinds(world, apply=True) == set()
    assert await world.state(pledge) is PledgeState.PAID


async def test_one_that_the_jobs_end_by_themselves(backup: Backup, world: World) -> None:
    wish, giver = await world.wish(10_000), await world.guest()
    pledge = await world.pledge(wish, 4_000, giver=giver)
    await world.give_back(pledge, giver)
    await backup.take()
    await world.refund()
    await backup.restore()
    assert await kinds(world, apply=True) == {NAMED}
    assert await world.state(pledge) is PledgeState.REFUND_DUE
    await world.refund()
    assert await kinds(world) == set()
    assert await world.sandbox.refunded(pledge) == 4_000


async def test_the_rest_that_went_back_since_the_backup_goes_back_once(
    backup: Backup, world: World
) -> None:
    """Stripe would take it a second time, as it was a part: so it is looked for first."""
    wish = await world.wish(10_000, open_for=170 * DAY)
    pledge = await world.pledge(wish, 4_000)
    await backup.take()
    opened = await world.sandbox.dispute(await world.intent_id(pledge), amount=2_500)
    await world.sandbox.decide(opened, "lost")
    await world.hear()
    await world.refund()
    assert await world.sandbox.refunded(pledge) == 1_500
    await backup.restore()
    world.wait(2 * DAY)
    await world.sandbox.forget_keys()
    assert await kinds(world, apply=True) == {NAMED}
    assert await world.state(pledge) is PledgeState.REFUND_DUE

    assert (await world.refund()).refunded == 1

    assert await world.sandbox.refunded(pledge) == 1_500
    assert await kinds(world) == set()


@pytest.mark.drifts(NAMED)
@pytest.mark.parametrize(
    "order",
    ["by hand", "by hand with a number", "another pledge", "no number", "a part", "a strange key"],
)
async def test_what_is_not_surely_ours_is_named(world: World, order: str) -> None:
    _, pledge = await paid(world)
    world.by_hand.add(pledge)
    orders = {
        "by hand": {},
        "by hand with a number": {"metadata[key]": "1"},
        "another pledge": key_of(new_id()),
        "no number": key_of(pledge, "x"),
        "a part": key_of(pledge) | {"amount": "3999"},
        "a strange key": {"metadata[key]": f"refund:{pledge}"},
    }
    await give_back(world, pledge, **orders[order])
    before = await snapshot()
    assert await kinds(world, apply=True) == {NAMED}
    assert await snapshot() == before


@pytest.mark.drifts(NAMED, "two live refunds")
async def test_two_parts_of_which_one_has_our_key_are_named(world: World) -> None:
    _, pledge = await paid(world)
    world.by_hand.add(pledge)
    await give_back(world, pledge, amount="1000")
    await give_back(world, pledge, amount="3000", **key_of(pledge))
    before = await snapshot()
    assert await kinds(world, apply=True) == {NAMED, "two live refunds"}
    assert await snapshot() == before


@pytest.mark.drifts(NAMED)
async def test_one_for_an_item_that_is_reserved_is_named(world: World) -> None:
    """The money is missing for the gift: a person decides what becomes of it."""
    wish, pledge = await paid(world)
    await world.pledge(wish, 6_000)
    world.by_hand.add(pledge)
    await give_back(world, pledge, **key_of(pledge))
    before = await snapshot()
    assert await kinds(world, apply=True) == {NAMED}
    assert await snapshot() == before
    assert (await world.funding(wish)).state is FundingState.RESERVED


@pytest.mark.drifts(NAMED)
async def test_one_of_a_pledge_that_the_bank_has_taken_back_is_named(world: World) -> None:
    _, pledge = await paid(world)
    world.by_hand.add(pledge)
    await give_back(world, pledge, **key_of(pledge))
    await world.sandbox.dispute(await world.intent_id(pledge))
    assert await kinds(world, apply=True) == {NAMED}
    assert await world.state(pledge) is PledgeState.DISPUTED
    world.wait(3 * MINUTE)
