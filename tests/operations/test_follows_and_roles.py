import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from tests.support.makers import refusal
from tests.support.newcomers import Outside
from tests.support.snapshot import snapshot
from wishcore import accounts, follows, leaving, security_events
from wishcore.accounts import Role
from wishcore.errors import Invalid
from wishcore.ids import new_id
from wishcore.security_events import SecurityEventKind as Kind

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def outside(now: datetime) -> Outside:
    return Outside(now)


async def _people(outside: Outside, count: int) -> list[UUID]:
    return [(await outside.sign_up(f"p{n}@example.com")).id for n in range(count)]


async def test_follow_and_unfollow_may_be_repeated(outside: Outside) -> None:
    ann, ben = await _people(outside, 2)

    for _ in range(2):
        await follows.follow(ann, ben, now=outside.now)
    page = await follows.followers_of(ben)
    assert [(one.account.id, one.since) for one in page.items] == [(ann, outside.now)]
    assert [one.account.id for one in (await follows.followed_by(ann)).items] == [ben]
    assert (await follows.followed_by(ben)).items == ()
    for _ in range(2):
        await follows.unfollow(ann, ben)
    assert (await follows.followers_of(ben)).items == ()


async def test_a_follow_at_once_from_everywhere_is_one(outside: Outside) -> None:
    ann, ben = await _people(outside, 2)

    await asyncio.gather(*(follows.follow(ann, ben, now=outside.now) for _ in range(8)))

    assert len((await follows.followers_of(ben)).items) == 1


async def test_pages_of_followers_are_newest_first(outside: Outside) -> None:
    star, *fans = await _people(outside, 6)
    for fan in fans:
        await follows.follow(fan, star, now=outside.now)

    found: list[UUID] = []
    cursor = None
    while True:
        page = await follows.followers_of(star, limit=2, cursor=cursor)
        found += [one.account.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert found == fans[::-1]
    assert await refusal(follows.followers_of(star, cursor="rubbish")) == "invalid"


async def test_who_was_closed_meanwhile_follows_nobody(outside: Outside) -> None:
    gone, other = [(await outside.sign_up(f"{name}@example.com")).id for name in ("gone", "other")]
    await leaving.close_account(gone, now=outside.now)
    before = await snapshot()

    assert await refusal(follows.follow(gone, other, now=outside.now)) == "unauthenticated"
    assert await snapshot() == before


async def test_nobody_follows_themselves_or_nobody(outside: Outside) -> None:
    (ann,) = await _people(outside, 1)
    before = await snapshot()

    assert await refusal(follows.follow(ann, ann, now=outside.now)) == "own_account"
    assert await refusal(follows.follow(ann, new_id(), now=outside.now)) == "account_not_found"
    assert await refusal(follows.followers_of(new_id())) == "account_not_found"
    assert await snapshot() == before


async def test_a_role_is_given_and_taken_from_the_next_request_on(outside: Outside) -> None:
    await outside.sign_up()
    caller = await outside.signed_in()
    assert (caller.is_seller, caller.is_staff) == (False, False)

    for _ in range(2):
        await accounts.give_role(caller.account_id, "seller", by=None, now=outside.now)
    await accounts.give_role(caller.account_id, "staff", by=caller.account_id, now=outside.now)
    again = await outside.signed_in()
    assert (again.is_seller, again.is_staff) == (True, True)
    assert (await accounts.own_profile(caller.account_id)).roles == tuple(Role)
    await accounts.take_role(caller.account_id, "staff", by=None, now=outside.now)

    assert (await accounts.own_profile(caller.account_id)).roles == (Role.BUYER, Role.SELLER)
    events = await security_events.events_of(caller.account_id)
    told = [(event.kind, event.note) for event in events if "role" in event.kind]
    assert told == [
        (Kind.ROLE_TAKEN, "staff, by operator"),
        (Kind.ROLE_GIVEN, f"staff, by {caller.account_id}"),
        (Kind.ROLE_GIVEN, "seller, by operator"),
    ]


@pytest.mark.parametrize("role", ["", "buyer", "admin", "STAFF", "is_staff"])
async def test_what_is_no_role_is_not_given(outside: Outside, role: str) -> None:
    profile = await outside.sign_up()
    before = await snapshot()

    for change in (accounts.give_role, accounts.take_role):
        giving = change(profile.id, role, by=None, now=outside.now)
        assert await refusal(giving) == "role_not_found"
    giving = accounts.give_role(new_id(), "seller", by=None, now=outside.now)
    assert await refusal(giving) == "account_not_found"
    assert await snapshot() == before


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/a.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "https://",
        "https://user:secret@pictures.example/a.jpg",
        "https://pictures.example/a b.jpg",
        "https://[::1/a.jpg",
        "https://pictures.example/" + "a" * 2000,
        "",
    ],
)
async def test_what_is_no_address_of_a_picture_is_refused(outside: Outside, url: str) -> None:
    profile = await outside.sign_up()
    changes = accounts.ProfileChanges(picture_url=url)

    with pytest.raises(Invalid) as refused:
        await accounts.edit_profile(profile.id, changes=changes, now=outside.now)

    assert [fault.pointer for fault in refused.value.faults] == ["/picture_url"]


async def test_others_see_the_chosen_name_and_the_picture(outside: Outside) -> None:
    profile = await outside.sign_up()
    picture = "https://pictures.example/ann.jpg"
    changes = accounts.ProfileChanges(display_name=" Countess ", picture_url=picture)
    await accounts.edit_profile(profile.id, changes=changes, now=outside.now)

    seen = await accounts.public_profile(profile.id)
    assert (seen.display_name, seen.picture_url) == ("Countess", picture)
    nothing = accounts.ProfileChanges(display_name=None, picture_url=None)
    await accounts.edit_profile(profile.id, changes=nothing, now=outside.now)
    seen = await accounts.public_profile(profile.id)
    assert (seen.display_name, seen.picture_url) == ("Ann L.", None)
