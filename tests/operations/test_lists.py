"""What owners do with their lists and items."""

import asyncio
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest

from tests.support.makers import DAY, SECRET, World, refusal
from tests.support.snapshot import snapshot
from wishcore import lists
from wishcore.errors import Invalid
from wishcore.ids import new_id
from wishcore.lists import operations
from wishcore.money import Money
from wishcore.pages import Page

HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


def content(world: World, **changes: object) -> lists.ListContent:
    fields: dict[str, object] = {
        "title": "Birthday",
        "description": "",
        "occasion": "",
        "deadline": world.now + 30 * DAY,
    }
    return lists.ListContent(**{**fields, **changes})  # type: ignore[arg-type]


def item(**changes: object) -> lists.ItemContent:
    fields: dict[str, object] = {
        "title": "Bicycle",
        "note": "",
        "url": "",
        "price": Money(10_000, "USD"),
        "quantity": 1,
        "priority": 3,
    }
    return lists.ItemContent(**{**fields, **changes})  # type: ignore[arg-type]


async def test_a_new_list(world: World) -> None:
    owner = await world.account()
    made = await lists.create_list(
        owner_id=owner.account_id,
        content=content(world, title="  My birthday ", description="All\nof it"),
        currency="JPY",
        now=world.now,
    )
    assert (made.title, made.description, made.currency) == ("My birthday", "All\nof it", "JPY")
    assert made.state is lists.ListState.ACTIVE
    assert made.created_at == made.updated_at == world.now
    owned = await lists.as_owner(owner.account_id, made.id)
    assert await lists.own_list(owned, now=world.now) == made
    assert await lists.find_share_token(owned, server_secret=SECRET) is None


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (HOUR, "done"),
        (HOUR - INSTANT, "bad_deadline"),
        (180 * DAY, "done"),
        (180 * DAY + INSTANT, "bad_deadline"),
        (-DAY, "bad_deadline"),
    ],
)
async def test_a_deadline_lies_between_an_hour_and_180_days(
    world: World, ahead: timedelta, code: str
) -> None:
    owner = await world.account()
    before = await snapshot()
    making = lists.create_list(
        owner_id=owner.account_id,
        content=content(world, deadline=world.now + ahead),
        currency="USD",
        now=world.now,
    )
    assert await refusal(making) == code
    assert (await snapshot() == before) is (code != "done")


async def test_the_deadline_is_moved_under_the_same_limits(world: World) -> None:
    wish = await world.wish()
    for ahead, code in ((HOUR, "done"), (181 * DAY, "bad_deadline"), (30 * DAY, "done")):
        changes = lists.ListChanges(deadline=world.now + ahead)
        assert await refusal(lists.edit_list(wish.list, changes=changes, now=world.now)) == code
    in_berlin = (world.now + DAY).astimezone(timezone(2 * HOUR))
    edited = await lists.edit_list(wish.list, changes={"deadline": in_berlin}, now=world.now)
    assert edited.deadline == in_berlin
    assert edited.deadline.utcoffset() == timedelta(0)


async def test_a_deadline_that_came_near_may_stay(world: World) -> None:
    wish = await world.wish()
    world.now = wish.deadline - INSTANT
    edited = await lists.edit_list(
        wish.list, changes={"title": "Soon", "deadline": wish.deadline}, now=world.now
    )
    assert (edited.title, edited.deadline) == ("Soon", wish.deadline)
    near = lists.ListChanges(deadline=wish.deadline + INSTANT)
    assert await refusal(lists.edit_list(wish.list, changes=near, now=world.now)) == "bad_deadline"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"title": "x" * 201},
        {"title": "bell \a"},
        {"description": "x" * 5001},
        {"occasion": "x" * 81},
        {"deadline": datetime(2026, 12, 1)},  # noqa: DTZ001
    ],
)
async def test_a_list_that_says_what_it_may_not(world: World, changes: dict[str, object]) -> None:
    wish = await world.wish()
    before = await snapshot()
    (field,) = changes
    with pytest.raises(Invalid) as refused:
        await lists.edit_list(wish.list, changes=changes, now=world.now)  # type: ignore[arg-type]
    assert refused.value.faults[0].pointer == f"/{field}"
    assert await snapshot() == before


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"note": "x" * 2001}, "/note"),
        ({"url": "javascript:alert(1)"}, "/url"),
        ({"price": Money(49, "USD")}, "/price/amount_minor"),
        ({"price": Money(10_000, "EUR")}, "/price/currency"),
        ({"price": Money(100_000, "USD"), "quantity": 1000}, "/quantity"),
        ({"price": Money(1_000_000, "USD"), "quantity": 100}, "/price/amount_minor"),
        ({"quantity": 0}, "/quantity"),
        ({"priority": 6}, "/priority"),
    ],
)
async def test_an_item_that_says_what_it_may_not(
    world: World, changes: dict[str, object], pointer: str
) -> None:
    wish = await world.wish()
    before = await snapshot()
    with pytest.raises(Invalid) as refused:
        await lists.add_item(wish.list, content=item(**changes), now=world.now)
    assert refused.value.faults[0].pointer == pointer
    with pytest.raises(Invalid):
        await lists.edit_item(wish.list, wish.item_id, changes=changes, now=world.now)  # type: ignore[arg-type]
    assert await snapshot() == before


async def test_an_edit_changes_what_it_names(world: World) -> None:
    wish = await world.wish()
    before = await lists.own_item(wish.list, wish.item_id, now=world.now)
    world.wait(HOUR)
    edited = await lists.edit_item(wish.list, wish.item_id, changes={"note": "red"}, now=world.now)
    assert (edited.note, edited.title, edited.price) == ("red", before.title, before.price)
    assert (edited.created_at, edited.updated_at) == (before.created_at, world.now)


async def test_somebody_elses_list_is_none(world: World) -> None:
    wish, stranger = await world.wish(), await world.account("Sue")
    for account_id, list_id in (
        (stranger.account_id, wish.list.id),
        (wish.owner.account_id, new_id()),
    ):
        with pytest.raises(lists.ListNotFound):
            await lists.as_owner(account_id, list_id)
    other = await world.wish()
    before = await snapshot()
    for item_id in (other.item_id, new_id()):
        codes = {
            await refusal(lists.own_item(wish.list, item_id, now=world.now)),
            await refusal(lists.edit_item(wish.list, item_id, changes={"note": ""}, now=world.now)),
            await refusal(lists.withdraw_item(wish.list, item_id, now=world.now)),
        }
        assert codes == {"item_not_found"}
    assert await snapshot() == before


async def test_after_the_deadline_a_list_can_be_read_and_deleted(world: World) -> None:
    wish = await world.wish()
    for is_closed in (False, True):
        world.now = wish.deadline
        if is_closed:
            await world.expire()
        before = await snapshot()
        codes = {
            await refusal(lists.edit_list(wish.list, changes={"title": "x"}, now=world.now)),
            await refusal(lists.add_item(wish.list, content=item(), now=world.now)),
            await refusal(
                lists.edit_item(wish.list, wish.item_id, changes={"note": ""}, now=world.now)
            ),
        }
        assert codes == {"list_inactive"}
        assert await snapshot() == before
        shown = await lists.own_list(wish.list, now=world.now)
        assert shown.state is lists.ListState.INACTIVE
        assert shown.updated_at < world.now, "The closing job must not show."
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    await lists.delete_list(wish.list, now=world.now)


async def test_a_deleted_list_is_gone(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    await lists.delete_list(wish.list, now=world.now)
    before = await snapshot()
    for work in (
        lists.as_owner(wish.owner.account_id, wish.list.id),
        lists.by_share_link(wish.token, giver),
        lists.own_list(wish.list, now=world.now),
        lists.edit_list(wish.list, changes={"title": "x"}, now=world.now),
        lists.add_item(wish.list, content=item(), now=world.now),
        lists.edit_item(wish.list, wish.item_id, changes={"note": ""}, now=world.now),
        lists.share(wish.list, server_secret=SECRET, now=world.now),
        lists.delete_list(wish.list, now=world.now + DAY),
    ):
        assert await refusal(work) == "list_not_found"
    assert await snapshot() == before
    assert await lists.find_share_token(wish.list, server_secret=SECRET) is None
    page = await lists.own_lists(wish.owner.account_id, now=world.now)
    assert page == Page((), None)


async def test_a_share_link_is_renewed_and_switched_off(world: World) -> None:
    wish = await world.wish()
    giver = await world.guest()
    assert await lists.find_share_token(wish.list, server_secret=SECRET) == wish.token
    second = await lists.share(wish.list, server_secret=SECRET, now=world.now)
    assert second != wish.token
    with pytest.raises(lists.ListNotFound):
        await lists.by_share_link(wish.token, giver)
    assert (await lists.by_share_link(second, giver)).list_id == wish.list.id
    await lists.unshare(wish.list, now=world.now)
    for token in (wish.token, second, "", "wsl_", "\ud800"):
        with pytest.raises(lists.ListNotFound):
            await lists.by_share_link(token, giver)
    third = await lists.share(wish.list, server_secret=SECRET, now=world.now)
    assert third not in {wish.token, second}, "A link that was switched off stays off."


async def test_a_share_link_of_another_secret_is_not_shown(world: World) -> None:
    wish = await world.wish()
    before = await snapshot()
    with pytest.raises(lists.ShareLinkLost):
        await lists.find_share_token(wish.list, server_secret="y" * 32)
    assert await snapshot() == before
    assert (await lists.by_share_link(wish.token, None)).list_id == wish.list.id, "It works still."
    token = await lists.share(wish.list, server_secret="y" * 32, now=world.now)
    assert await lists.find_share_token(wish.list, server_secret="y" * 32) == token
    with pytest.raises(lists.ShareLinkLost):
        await lists.find_share_token(wish.list, server_secret=SECRET)
    await lists.unshare(wish.list, now=world.now)
    assert await lists.find_share_token(wish.list, server_secret=SECRET) is None


async def test_who_sees_what_by_a_share_link(world: World) -> None:
    wish = await world.wish()
    as_guest = await world.guest()
    stranger = await world.account("Sue")
    for viewer, is_owner, sees in (
        (None, False, False),
        (wish.owner, True, False),
        (as_guest, False, True),
        (stranger, False, True),
    ):
        access = await lists.by_share_link(wish.token, viewer)
        assert (access.is_owner, access.sees_funding) == (is_owner, sees)
        shared = await lists.shared_list(access, now=world.now)
        assert shared.owner_name == "Olga"
        assert [one.id for one in shared.items] == [wish.item_id]


async def test_lists_page_by_page(world: World) -> None:
    owner = await world.account()
    made = [(await world.wish(owner=owner)).list.id for _ in range(5)]
    shown: list[UUID] = []
    cursor = None
    while True:
        page = await lists.own_lists(owner.account_id, now=world.now, limit=2, cursor=cursor)
        shown += [one.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert shown == made[::-1]


async def test_items_page_by_page_what_is_wanted_most_first(world: World) -> None:
    wish = await world.wish()
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    made = {}
    for priority in (3, 1, 5, 1, 3):
        one = await lists.add_item(wish.list, content=item(priority=priority), now=world.now)
        made[one.id] = priority
    shown: list[UUID] = []
    cursor = None
    while True:
        page = await lists.own_items(wish.list, now=world.now, limit=2, cursor=cursor)
        shown += [one.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert shown == sorted(made, key=lambda one: (made[one], one))


@pytest.mark.parametrize(
    "position",
    [
        '[0, "00000000-0000-7000-8000-000000000001"]',
        '[99999999999, "00000000-0000-7000-8000-000000000001"]',
        '[99999999999999999999999, "00000000-0000-7000-8000-000000000001"]',
        '["00000000-0000-7000-8000-000000000001"]',
        '["x"]',
        "[]",
    ],
)
async def test_a_cursor_of_somebodys_making(world: World, position: str) -> None:
    wish = await world.wish()
    cursor = urlsafe_b64encode(position.encode()).decode().rstrip("=")
    with pytest.raises(Invalid):
        await lists.own_items(wish.list, now=world.now, cursor=cursor)
    if "0000-0000" not in position or position.count(","):
        with pytest.raises(Invalid):
            await lists.own_lists(wish.owner.account_id, now=world.now, cursor=cursor)


async def test_there_are_so_many_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "LISTS_MAX", 2)
    monkeypatch.setattr(operations, "ITEMS_MAX", 2)
    owner = await world.account()
    wish, _ = await world.wish(owner=owner), await world.wish(owner=owner)
    making = lists.create_list(
        owner_id=owner.account_id, content=content(world), currency="USD", now=world.now
    )
    await world.item(wish.list, 500)
    before = await snapshot()
    assert await refusal(making) == "too_many"
    assert await refusal(world.item(wish.list, 500)) == "too_many"
    assert await snapshot() == before
    await lists.withdraw_item(wish.list, wish.item_id, now=world.now)
    await world.item(wish.list, 500)
    await lists.delete_list(wish.list, now=world.now)
    await world.wish(owner=owner)


async def test_items_added_at_once_do_not_pass_the_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "ITEMS_MAX", 3)
    wish = await world.wish()
    codes = await asyncio.gather(*[refusal(world.item(wish.list, 500)) for _ in range(6)])
    assert sorted(codes) == ["done"] * 2 + ["too_many"] * 4


async def test_a_currency_that_lists_do_not_have(world: World) -> None:
    owner = await world.account()
    for currency in ("XXX", "usd", "", "VND"):
        making = lists.create_list(
            owner_id=owner.account_id, content=content(world), currency=currency, now=world.now
        )
        assert await refusal(making) == "unknown_currency"
