"""The owner learns nothing: not from what is read, not from what works, not from waiting."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import msgspec
import pytest

from tests.support.makers import DAY, MINUTE, SECRET, Wish, World, refusal
from wishcore import lists, pledges
from wishcore.money import Money

GIVERS_TABLES = (
    "funding", "pledge", "pledge_event", "refund", "ledger_entry", "payment_notice", "visitor",
    "visitor_pass",
)  # fmt: skip


async def observed(world: World, wish: Wish) -> bytes:
    """Return all that the owner, and whoever is anonymous, can read of the list."""
    views: list[object] = [
        await lists.own_list(wish.list, now=world.now),
        await lists.own_lists(wish.owner.account_id, now=world.now),
        await lists.own_items(wish.list, now=world.now),
        await lists.own_item(wish.list, wish.item_id, now=world.now),
        await lists.find_share_token(wish.list, server_secret=SECRET),
    ]
    for viewer in (wish.owner, None):
        access = await lists.by_share_link(wish.token, viewer)
        views += [access, await lists.shared_list(access, now=world.now)]
    return msgspec.json.encode(views)


async def test_reading_shows_nothing_of_what_givers_do(world: World) -> None:
    wish = await world.wish(10_000)
    second = await world.item(wish.list, 5_000)
    giver = await world.guest()
    before = await observed(world, wish)

    async def unchanged() -> None:
        assert await observed(world, wish) == before

    back = await world.pledge(wish, 4_000, giver=giver, message="Psst", show_name=True)
    await unchanged()
    await refusal(world.pledge(wish, 1_000, card="pm_card_chargeDeclined"))
    await world.pledge(wish, 1_000, card="pm_card_authenticationRequired")
    await unchanged()
    await world.pledge(wish, item_id=second)
    await unchanged()
    await world.give_back(back, giver)
    await world.refund()
    await unchanged()
    await world.expire()
    await world.notify()
    await unchanged()
    assert (await world.seen_by(wish, giver)).items[1].funding.state == "reserved"


async def test_the_deadline_shows_and_closing_does_not(world: World) -> None:
    wish = await world.wish(10_000)
    whole = await world.item(wish.list, 5_000)
    await world.pledge(wish, 4_000)
    await world.pledge(wish, item_id=whole)
    world.now = wish.deadline
    before = await observed(world, wish)
    assert b'"inactive"' in before
    await world.expire()
    await world.refund()
    world.wait(DAY)
    await world.recover()
    assert await observed(world, wish) == before


async def test_no_view_has_a_field_for_it(world: World) -> None:
    wish = await world.wish()
    await world.pledge(wish, message="Psst", show_name=True)
    shown = (await observed(world, wish)).decode().lower()
    for word in ("pledge", "target", "held", "paid", "reserved", "remaining", "psst", "gina"):
        assert word not in shown.replace('"sees_funding":false', "")


async def test_funding_is_for_identified_givers_only(world: World) -> None:
    wish = await world.wish()
    for viewer in (wish.owner, None):
        access = await lists.by_share_link(wish.token, viewer)
        with pytest.raises(AssertionError):
            await pledges.list_for_giver(access, now=world.now)


async def everything_an_owner_does(world: World, wish: Wish) -> list[str]:
    """Do it all, and return the answers, refusals included."""
    owned, now = wish.list, world.now
    second = await world.item(owned, 5_000)
    works: list[Callable[[], Awaitable[object]]] = [
        lambda: lists.as_owner(wish.owner.account_id, owned.id),
        lambda: lists.edit_list(owned, changes={"title": "New"}, now=now),
        lambda: lists.edit_list(owned, changes={"deadline": now + 2 * DAY}, now=now),
        lambda: lists.edit_list(owned, changes={"deadline": now - DAY}, now=now),
        lambda: lists.edit_item(owned, wish.item_id, changes={"price": Money(100, "USD")}, now=now),
        lambda: lists.edit_item(
            owned, wish.item_id, changes={"price": Money(90_000, "USD")}, now=now
        ),
        lambda: lists.edit_item(owned, wish.item_id, changes={"quantity": 0}, now=now),
        lambda: lists.withdraw_item(owned, second, now=now),
        lambda: lists.withdraw_item(owned, second, now=now),
        lambda: observed(world, wish),
        lambda: refusal(world.pledge(wish, giver=wish.owner)),
        lambda: lists.share(owned, server_secret=SECRET, now=now),
        lambda: lists.unshare(owned, now=now),
        lambda: lists.withdraw_item(owned, wish.item_id, now=now),
        lambda: lists.delete_list(owned, now=now),
        lambda: lists.own_list(owned, now=now),
    ]
    answers = []
    for number, work in enumerate(works):
        async with asyncio.timeout(1):
            answers.append(f"{number}: {await refusal(work())}")
    return answers


async def test_the_same_works_whatever_was_given(world: World) -> None:
    quiet, busy = await world.wish(10_000), await world.wish(10_000)
    await world.pledge(busy, 4_000)
    await world.pledge(busy)
    expected = await everything_an_owner_does(world, quiet)
    assert await everything_an_owner_does(world, busy) == expected
    assert sum(answer.endswith("done") for answer in expected) == 12


@asynccontextmanager
async def blindfold(url: str) -> AsyncIterator[None]:
    """Keep every table of the givers' side to somebody else."""
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            names = ", ".join(GIVERS_TABLES)
            await other.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await other.close()


@pytest.mark.only("postgres")
async def test_owners_need_nothing_of_the_givers_side(world: World, db: str) -> None:
    wish = await world.wish(10_000)
    await world.pledge(wish, 4_000)
    async with blindfold(db):
        answers = await everything_an_owner_does(world, wish)
    assert sum(answer.endswith("done") for answer in answers) == 12


@pytest.mark.only("postgres")
async def test_the_blindfold_blinds(world: World, db: str) -> None:
    wish = await world.wish()
    giver = await world.guest()
    async with blindfold(db):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await world.seen_by(wish, giver)


@pytest.mark.only("postgres")
async def test_givers_wait_for_no_owner(world: World, db: str) -> None:
    """An owner who edits holds the list's row: a pledge only reads it."""
    wish = await world.wish()
    giver = await world.guest()
    other = await asyncpg.connect(db)
    try:
        async with other.transaction():
            await other.execute("UPDATE wish_list SET title = 'New'")
            await other.execute("UPDATE item SET price_minor = 1")
            async with asyncio.timeout(2):
                await world.pledge(wish, 4_000, giver=giver)
    finally:
        await other.close()
    world.wait(MINUTE)
    await world.expire()
