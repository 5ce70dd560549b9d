"""A database of yesterday comes back: what was charged since finds its pledge, or is reported."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.support.backups import Backup
from tests.support.books import reconciled
from tests.support.makers import DAY, MINUTE, Giving, Wish, World, refusal
from tests.support.sandbox import INTENTS
from wishcore import db, invariants
from wishcore.ids import new_id
from wishcore.money import Money
from wishcore.payments import PaymentsUnavailable
from wishcore.pledges.models import FundingState, PledgeState

LACKS = "charge that its pledge lacks"


async def kinds(world: World, *, apply: bool = False) -> set[str]:
    found = {drift.kind for drift in await reconciled(world, apply=apply)}
    return found - {"balance too low for refunds"}  # The sandbox's account begins empty.


async def jobs_of_an_hour(world: World) -> None:
    """Let the scheduler run as ever, also after every time limit."""
    for _ in range(3):
        world.wait(31 * MINUTE)
        await world.recover()
        await world.expire()
        await world.refund()


async def held(world: World) -> tuple[Wish, UUID, Giving]:
    """Return a pledge that has its room, but no payment yet: Stripe does not answer."""
    wish, giver, pledge = await world.wish(10_000), await world.guest(), new_id()
    await world.sandbox.fault("drop_before", INTENTS)
    with pytest.raises(PaymentsUnavailable):
        await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge)
    await world.sandbox.heal()
    assert await world.state(pledge) is PledgeState.HELD
    return wish, pledge, giver


async def test_a_charge_since_the_backup_is_adopted(backup: Backup, world: World) -> None:
    wish, pledge, giver = await held(world)
    await backup.take()
    await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge)
    assert await world.state(pledge) is PledgeState.PAID
    await backup.restore()
    assert await world.state(pledge) is PledgeState.HELD

    assert await kinds(world) == {LACKS}
    assert await world.state(pledge) is PledgeState.HELD, "Nothing is changed unasked."
    assert await kinds(world, apply=True) == set()

    assert await world.state(pledge) is PledgeState.PAID
    await jobs_of_an_hour(world)
    assert await invariants.check(now=world.now) == []
    assert await refusal(world.pledge(wish, 10_000)) == "pledge_exceeds_remaining"
    await world.pledge(wish, 6_000)
    assert (await world.funding(wish)).state is FundingState.RESERVED
    assert await world.sandbox.charged(pledge) == 4_000


async def test_a_challenge_since_the_backup_is_adopted_and_ends(
    backup: Backup, world: World
) -> None:
    """Nothing is charged yet; its window is still open, and must not stay so."""
    wish, giver, pledge = await world.wish(10_000), await world.guest(), new_id()
    card = "pm_card_authenticationRequired"
    await world.sandbox.fault("drop_before", INTENTS)
    with pytest.raises(PaymentsUnavailable):
        await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge, card=card)
    await world.sandbox.heal()
    await backup.take()
    await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge, card=card)
    await backup.restore()

    assert await kinds(world) == {LACKS}
    assert await kinds(world, apply=True) == set()

    assert await world.state(pledge) is PledgeState.REQUIRES_ACTION
    await jobs_of_an_hour(world)
    assert await world.state(pledge) is PledgeState.ABANDONED
    (intent,) = await world.sandbox.intents_of(pledge)
    assert intent["status"] == "canceled"


@pytest.mark.drifts(LACKS, "refund without pledge")
async def test_jobs_that_run_before_the_books_are_compared(backup: Backup, world: World) -> None:
    """The room is free again, perhaps sold: the charge is reported until a person gives it back."""
    wish, pledge, giver = await held(world)
    await backup.take()
    await world.pledge(wish, 4_000, giver=giver, pledge_id=pledge)
    intent_id = await world.intent_id(pledge)
    await backup.restore()
    world.by_hand.add(pledge)
    await jobs_of_an_hour(world)
    assert await world.state(pledge) is PledgeState.ABANDONED
    await world.pledge(wish, 10_000)

    for apply in (False, True):
        (found,) = [one for one in await reconciled(world, apply=apply) if one.kind == LACKS]
        assert (found.what, found.detail) == (intent_id, f"pledge {pledge}, abandoned")
    assert await world.state(pledge) is PledgeState.ABANDONED

    await world.sandbox.refund_by_hand(intent_id)
    assert await world.sandbox.refunded(pledge) == 4_000


@pytest.mark.drifts("charge without pledge")
async def test_a_pledge_that_is_younger_than_the_backup(backup: Backup, world: World) -> None:
    wish = await world.wish(10_000)
    await backup.take()
    pledge = await world.pledge(wish, 4_000)
    await backup.restore()
    world.by_hand.add(pledge)
    for apply in (False, True):
        assert await kinds(world, apply=apply) == {"charge without pledge"}


async def test_what_stripe_did_since_the_backup(backup: Backup, world: World) -> None:
    """A refund, a dispute, and a charge whose answer the backup was waiting for."""
    wish, giver = await world.wish(10_000, open_for=60 * DAY), await world.guest()
    back = await world.pledge(wish, 2_000, giver=giver)
    disputed = await world.pledge(wish, 1_000)
    await world.sandbox.fault("drop_after", "/v1/payment_intents/*/confirm")
    confirming = await world.pledge(wish, 3_000)
    await world.sandbox.heal()
    await backup.take()
    await world.give_back(back, giver)
    await world.refund()
    await world.sandbox.dispute(await world.intent_id(disputed))
    await world.hear()
    await world.recover()
    assert await world.state(disputed) is PledgeState.DISPUTED
    await backup.restore()
    world.now = max(world.now, datetime.now(UTC)) + 3 * MINUTE

    assert await kinds(world) == {
        "charged, not settled yet", "disputed, unheard of", "refund without row",
    }  # fmt: skip
    assert await kinds(world, apply=True) == set()

    assert await world.state(confirming) is PledgeState.PAID
    assert await world.state(disputed) is PledgeState.DISPUTED
    assert await world.state(back) is PledgeState.REFUNDED


async def test_a_charge_that_is_the_pledges_in_everything_is_adopted(world: World) -> None:
    _, pledge, _ = await held(world)
    await charge(world, str(pledge), 4_000)
    assert await kinds(world, apply=True) == set()
    assert await world.state(pledge) is PledgeState.PAID


@pytest.mark.drifts(LACKS)
@pytest.mark.parametrize("amount", [3_999, 4_001])
async def test_a_charge_of_another_amount_is_not_adopted(world: World, amount: int) -> None:
    _, pledge, _ = await held(world)
    world.by_hand.add(pledge)
    await charge(world, str(pledge), amount)
    assert await kinds(world, apply=True) == {LACKS}
    assert await world.state(pledge) is PledgeState.HELD


@pytest.mark.drifts(LACKS)
async def test_a_second_charge_of_a_paid_pledge(world: World) -> None:
    """Somebody pledged again after the backup was restored: the first charge goes back by hand."""
    wish = await world.wish(10_000)
    pledge = await world.pledge(wish, 4_000)
    intent_id = await world.intent_id(pledge)
    world.by_hand.add(pledge)
    await charge(world, str(pledge), 4_000)
    assert await kinds(world, apply=True) == {LACKS}
    assert await world.intent_id(pledge) == intent_id


@pytest.mark.drifts(LACKS)
@pytest.mark.parametrize("other", ["item", "list"])
async def test_a_charge_for_something_else_is_not_adopted(world: World, other: str) -> None:
    """Since the backup its giver used the pledge's id for this; now the same id is for that."""
    _, pledge, _ = await held(world)
    world.by_hand.add(pledge)
    await charge(world, str(pledge), 4_000, **{other: str(new_id())})
    assert await kinds(world, apply=True) == {LACKS}
    assert await world.state(pledge) is PledgeState.HELD


@pytest.mark.drifts(LACKS)
async def test_a_charge_that_does_not_say_what_it_is_for_is_not_adopted(world: World) -> None:
    _, pledge, _ = await held(world)
    world.by_hand.add(pledge)
    await charge(world, str(pledge), 4_000, item="", list="")
    assert await kinds(world, apply=True) == {LACKS}
    assert await world.state(pledge) is PledgeState.HELD


async def charge(world: World, named: str, amount: int, **metadata: str) -> None:
    """Charge a card at Stripe, as a process of a lost database did."""
    row = await world.row(UUID(named))
    ours = {"pledge": named, "item": str(row.item_id), "list": str(row.list_id)}
    intent_id = await world.payments.create_intent(
        key="pi", amount=Money(amount, "USD"), payment_method="pm_card_visa",
        metadata={name: value for name, value in (ours | metadata).items() if value},
    )  # fmt: skip
    await world.payments.confirm_intent(intent_id, key="confirm", return_url="https://wish.test")


async def test_the_backup_is_another_database(backup: Backup, world: World) -> None:
    await world.wish()
    await backup.take()
    await world.wish()
    lists = "SELECT id FROM wish_list"
    assert len(await db.rows(lists)) == 2
    await backup.restore()
    assert len(await db.rows(lists)) == 1
