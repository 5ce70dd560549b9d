"""Closing an account, in a world with lists, pledges and money: the books balance afterwards."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from tests.support.makers import SECRET, Wish, World, refusal
from tests.support.newcomers import CHEAP, at, new_pass
from tests.support.snapshot import snapshot, strings
from wishcore import accounts, db, exports, follows, leaving, lists, sessions, visitors
from wishcore.errors import TooManyRequests, Unauthenticated
from wishcore.identities import Described, link_identity, recognize
from wishcore.integrations.google import ISSUER, google
from wishcore.mail import Letter
from wishcore.money import Money
from wishcore.pledges.models import PledgeState

PLANTED = (
    "planted.lastname", "Plantedname", "Plantedlast", "planteduser", "Planteddisplay",
    "planted.example", "plantedtitle", "planteddescription", "plantedoccasion", "plantednote",
    "plantedurl", "B0PLANTED1", "plantedmessage", "1987-06-05", "Planteddevice",
)  # fmt: skip


async def _leave(world: World, caller: accounts.SignedIn) -> None:
    await leaving.close_account(caller.account_id, client=at(), now=world.now)


async def test_lists_are_withdrawn_and_what_was_paid_for_them_goes_back(world: World) -> None:
    wish = await world.wish()
    giver = await world.account("Gil")
    partly = await world.pledge(wish, 4_000, giver=giver)
    other = await world.item(wish.list, 5_000)
    wholly = await world.pledge(wish, item_id=other)

    await _leave(world, wish.owner)

    assert await refusal(lists.by_share_link(wish.token, giver)) == "list_not_found"
    assert await world.state(partly) is PledgeState.PAID
    await world.expire()
    await world.refund()
    assert await world.state(partly) is PledgeState.REFUNDED
    assert await world.state(wholly) is PledgeState.REFUNDED
    world.mailbox.letters.clear()
    await world.notify()
    assert giver.email in [letter.to for letter in world.mailbox.letters]


async def test_closing_writes_the_same_with_and_without_pledges(world: World) -> None:
    plain, funded = await world.wish(), await world.wish()
    await world.pledge(funded, 4_000)
    giver_side = ("funding", "pledge", "pledge_event", "ledger_entry", "refund", "visitor")
    before = await snapshot()

    await _leave(world, plain.owner)
    await _leave(world, funded.owner)

    after = await snapshot()
    assert {name: before[name] for name in giver_side} == {name: after[name] for name in giver_side}
    assert len(after["erasure"]) == 2


async def test_a_closed_account_is_gone_at_once_and_once(world: World) -> None:
    caller = await world.account("Ann")
    await _leave(world, caller)

    assert await refusal(accounts.own_profile(caller.account_id)) == "account_not_found"
    assert await refusal(accounts.public_profile(caller.account_id)) == "account_not_found"
    before = await snapshot()
    assert await refusal(_leave(world, caller)) == "account_not_found"
    assert await snapshot() == before
    assert before["token"] == []
    await accounts.register(
        email=caller.email,
        password="a horse of another colour",
        first_name="Ann",
        last_name="Again",
        birthday=_birthday(),
        hasher=CHEAP,
        now=world.now,
    )


async def test_nothing_personal_is_left_and_the_money_is(world: World) -> None:
    caller, pledge_id = await _planted(world)
    assert [word for word in PLANTED if not _found(word, await strings())] == [], "Planted all."

    await _leave(world, caller)
    await leaving.erase(now=world.now, progress=_silent)

    left = await strings()
    assert [word for word in PLANTED if _found(word, left)] == []
    row = await world.row(pledge_id)
    assert (row.state, row.amount_minor) == (PledgeState.PAID, 4_000)
    before = await snapshot()
    assert (await leaving.erase(now=world.now, progress=_silent)).accounts_erased == 0
    assert await snapshot() == before
    world.wait(timedelta(hours=1))
    assert (await leaving.erase(now=world.now, progress=_silent)).accounts_erased == 1
    assert (await snapshot())["erasure"] == []


async def test_no_list_outlives_the_account_of_its_owner(world: World) -> None:
    for number in range(10):
        caller = await world.account(f"Ann{number}")
        work = [_list(world, caller) for _ in range(3)]
        work.insert(number % 4, _leave(world, caller))

        found = await asyncio.gather(*work, return_exceptions=True)

        refusals = {type(one) for one in found if one is not None}
        assert refusals <= {Unauthenticated, lists.ListNotFound}
        rows = await db.rows(
            "SELECT title FROM wish_list WHERE owner_id = :id AND deleted_at IS NULL",
            id=caller.account_id,
        )
        assert rows == []
        assert await refusal(_list(world, caller)) == "unauthenticated"


async def test_who_left_gets_no_letters(world: World) -> None:
    wish, giver = await world.wish(), await world.account("Gil")
    await world.pledge(wish, 4_000, giver=giver)
    await _leave(world, giver)
    world.mailbox.letters.clear()

    await world.close(wish)
    await world.notify()

    assert [letter for letter in world.mailbox.letters if _is_to_nobody(letter)] == []
    assert (await world.notify()).sent == 0, "It is not tried again and again."


async def test_a_guest_with_an_address_that_was_not_confirmed_is_somebody_else(
    world: World,
) -> None:
    guest = await world.guest("Gina")
    squatter = await accounts.register(
        email=guest.email,
        password="a horse of another colour",
        first_name="Eve",
        last_name="Squat",
        birthday=_birthday(),
        hasher=CHEAP,
        now=world.now,
    )

    await leaving.close_account(squatter.id, now=world.now)
    await leaving.erase(now=world.now, progress=_silent)

    assert guest.email in await strings()


async def test_the_export_has_all_that_is_ones_own_and_nothing_else(world: World) -> None:
    caller, pledge_id = await _planted(world)
    own = (await lists.own_lists(caller.account_id, now=world.now)).items[0]
    owned = await lists.as_owner(caller.account_id, own.id)
    shared = await lists.share(owned, server_secret=SECRET, now=world.now)
    before = await exports.export_of(caller, client=at(), now=world.now)

    giver = await world.account("Gilbert")
    access = await lists.by_share_link(shared, giver)
    assert access.sees_funding
    await follows.follow(giver.account_id, caller.account_id, now=world.now)
    item = (await lists.own_items(owned, now=world.now)).items[0]
    await world.pledge(_wish_of(world, owned, item.id, shared, caller), 2_000, giver=giver)
    after = await exports.export_of(caller, client=at(), now=world.now)

    own_pledge, as_guest = after.pledges
    assert (own_pledge.id, own_pledge.message) == (pledge_id, "plantedmessage")
    assert as_guest.message == "plantedmessage of a guest"
    assert after.guest is not None
    assert after.guest.name == "Plantedname"
    assert after.lists == before.lists
    assert (after.profile, after.pledges) == (before.profile, before.pledges)
    assert after.following == before.following
    text = repr(after)
    assert [word for word in PLANTED if word.lower() not in text.lower()] == ["1987-06-05"]
    assert "Gilbert" not in text


async def test_the_export_has_what_other_companies_said_and_every_session(world: World) -> None:
    caller = await world.account("Ann")
    described = Described(
        subject="7", name="Ann Lee", locale="de", claims={"sub": "7", "hd": "planted.example"}
    )
    await _come_from_google(described, caller.account_id, world.now)
    for _ in range(exports.PAGE + 1):
        await _begin_session(caller.account_id, world.now)

    export = await exports.export_of(caller, client=at(), now=world.now)

    (identity,) = export.identities
    assert (identity.provider, identity.subject, identity.locale) == ("google", "7", "de")
    assert identity.claims == described.claims
    assert len(export.sessions) > exports.PAGE + 1


@db.transactional
async def _come_from_google(described: Described, account_id: UUID, now: datetime) -> None:
    provider = google(issuer=ISSUER, client_id="id", client_secret="secret", clock=now.timestamp)
    found = await recognize(provider, described, now=now)
    assert await link_identity(found.identity.id, account_id, now=now)


@db.transactional
async def _begin_session(account_id: UUID, now: datetime) -> None:
    later = now + timedelta(days=1)
    family = await accounts.begin_family(account_id, expires_at=later, now=now)
    assert family.expires_at == later


async def test_an_export_is_asked_for_ten_times_an_hour(world: World) -> None:
    caller = await world.account("Ann")
    for _ in range(10):
        await exports.export_of(caller, client=at(), now=world.now)

    with pytest.raises(TooManyRequests):
        await exports.export_of(caller, client=at(), now=world.now)


async def _planted(world: World) -> tuple[accounts.SignedIn, UUID]:
    """Return somebody who left words everywhere, and what was pledged."""
    email = "planted.lastname@planted.example"
    guest = await _guest(world, email)
    wish = await world.wish()
    await world.pledge(wish, 1_000, giver=guest, message="plantedmessage of a guest")
    profile = await accounts.register(
        email=email,
        password="a horse of another colour",
        first_name="Plantedname",
        last_name="Plantedlast",
        birthday=date(1987, 6, 5),
        username="planteduser",
        confirmed_at=world.now,
        hasher=CHEAP,
        now=world.now,
    )
    changes = accounts.ProfileChanges(
        display_name="Planteddisplay", picture_url="https://planted.example/me.jpg"
    )
    await accounts.edit_profile(profile.id, changes=changes, now=world.now)
    pair = await sessions.sign_in(
        email,
        password="a horse of another colour",
        hasher=CHEAP,
        client=at(device="Planteddevice"),
        now=world.now,
    )
    caller = await accounts.account_of_token(pair.access_token, now=world.now)
    await follows.follow(caller.account_id, wish.owner.account_id, now=world.now)
    await _list(world, caller)
    pledge_id = await world.pledge(
        wish, 4_000, giver=caller, message="plantedmessage", show_name=True
    )
    return caller, pledge_id


async def _guest(world: World, email: str) -> visitors.Guest:
    made = await new_pass(email, name="Plantedname", now=world.now)
    return await visitors.guest_of_token(made.visitor_token, now=world.now)


async def _list(world: World, caller: accounts.SignedIn) -> None:
    made = await lists.create_list(
        owner_id=caller.account_id,
        content=lists.ListContent(
            title="plantedtitle",
            description="planteddescription",
            occasion="plantedoccasion",
            deadline=world.now + timedelta(days=30),
        ),
        currency="USD",
        now=world.now,
    )
    owned = await lists.as_owner(caller.account_id, made.id)
    content = lists.ItemContent(
        title="plantedtitle",
        note="plantednote",
        url="https://www.amazon.com/plantedurl/dp/B0PLANTED1",
        price=Money(10_000, "USD"),
        quantity=1,
        priority=3,
    )
    await lists.add_item(owned, content=content, now=world.now)


def _wish_of(
    world: World, owned: lists.OwnedList, item_id: UUID, token: str, owner: accounts.SignedIn
) -> Wish:
    deadline = world.now + timedelta(days=30)
    return Wish(owner=owner, list=owned, item_id=item_id, token=token, deadline=deadline)


def _found(word: str, texts: set[str]) -> bool:
    return any(word.lower() in text.lower() for text in texts)


def _is_to_nobody(letter: Letter) -> bool:
    return letter.to.endswith(".invalid")


def _birthday() -> date:
    return date(1990, 1, 2)


def _silent(done: int = 1) -> None:
    """Show no progress."""
