"""Closing an account, and the guest that its person was before or becomes afterwards."""

import asyncio
from datetime import timedelta

import pytest

from tests.support.makers import MINUTE, World
from tests.support.newcomers import Outside, at, new_pass
from tests.support.snapshot import strings
from wishcore import accounts, db, leaving, pledges, visitors
from wishcore.errors import Unauthenticated
from wishcore.pledges.models import PledgeState

EMAIL = "grace@example.org"


async def _become_guest(world: World, name: str) -> tuple[visitors.Guest, str]:
    """Return a guest with the address, and the visitor pass."""
    made = await new_pass(EMAIL, name=name, now=world.now)
    guest = await visitors.guest_of_token(made.visitor_token, now=world.now)
    return guest, made.visitor_token


async def _sign_up(world: World) -> accounts.SignedIn:
    return await world.account("Grace", address=EMAIL, confirmed_at=world.now)


async def _close(world: World, caller: accounts.SignedIn) -> None:
    await leaving.close_account(caller.account_id, client=at(), now=world.now)
    world.wait(timedelta(seconds=1))


async def _erase(world: World) -> None:
    world.wait(timedelta(seconds=1))
    await leaving.erase(now=world.now, progress=_silent)


async def test_a_guest_since_the_closing_stays_and_the_one_of_before_does_not(
    world: World,
) -> None:
    wish = await world.wish()
    before, old_pass = await _become_guest(world, "Gracebefore")
    old = await world.pledge(wish, 1_000, giver=before, message="words of before", show_name=True)
    await _close(world, await _sign_up(world))
    guest, since_pass = await _become_guest(world, "Gracesince")
    made = await world.pledge(wish, 2_000, giver=guest, message="words since", show_name=True)

    for _ in range(2):
        await _erase(world)
        world.wait(timedelta(hours=1))

    with pytest.raises(Unauthenticated):
        await visitors.guest_of_token(old_pass, now=world.now)
    assert await visitors.guest_of_token(since_pass, now=world.now) == guest
    giver = pledges.Giver.of(guest)
    shown = await pledges.own_pledge(made, giver)
    assert (shown.message, shown.show_name) == ("words since", True)
    assert {one.id for one in (await pledges.own_pledges(giver)).items} == {old, made}
    left = await strings()
    assert "Gracesince" in left
    assert [word for word in ("words of before", "Gracebefore") if word in left] == []
    await world.give_back(made, guest)
    assert await world.state(made) is PledgeState.REFUND_DUE


async def test_a_code_sent_since_the_closing_is_still_good(world: World) -> None:
    await _close(world, await _sign_up(world))
    outside = Outside(world.now)
    asked = await outside.ask_guest(EMAIL)

    await _erase(world)

    made = await outside.confirm_guest(asked, outside.code)
    assert (await visitors.guest_of_token(made.visitor_token, now=world.now)).email == EMAIL


async def test_who_did_not_come_again_is_forgotten_with_all_that_was_said(world: World) -> None:
    """Also what was said after the closing, with a pass from before the account."""
    wish = await world.wish()
    guest, visitor_pass = await _become_guest(world, "Gracebefore")
    await world.pledge(wish, 1_000, giver=guest, message="words of before")
    await _close(world, await _sign_up(world))
    late = await world.pledge(wish, 1_000, giver=guest, message="words since")

    await _erase(world)

    with pytest.raises(Unauthenticated):
        await visitors.guest_of_token(visitor_pass, now=world.now)
    left = await strings()
    words = ("words of before", "words since", "Gracebefore", EMAIL)
    assert [word for word in words if word in left] == []
    assert await world.state(late) is PledgeState.PAID
    again, _ = await _become_guest(world, "Gracesince")
    assert (await pledges.own_pledges(pledges.Giver.of(again))).items == ()


async def test_of_two_closings_the_last_one_counts(world: World) -> None:
    await _close(world, await _sign_up(world))
    _, visitor_pass = await _become_guest(world, "Gracebetween")
    world.wait(MINUTE)
    await _close(world, await _sign_up(world))

    await _erase(world)

    with pytest.raises(Unauthenticated):
        await visitors.guest_of_token(visitor_pass, now=world.now)
    assert EMAIL not in await strings()


async def test_whoever_becomes_a_guest_while_the_job_works_is_one(world: World) -> None:
    for _ in range(8):
        await _become_guest(world, "Gracebefore")
        await _close(world, await _sign_up(world))

        (guest, visitor_pass), _ = await asyncio.gather(
            _become_guest(world, "Gracesince"),
            leaving.erase(now=world.now, progress=_silent),
        )

        assert await visitors.guest_of_token(visitor_pass, now=world.now) == guest
        (row,) = await db.rows("SELECT name FROM visitor WHERE email = :email", email=EMAIL)
        assert row["name"] == "Gracesince"
        world.wait(timedelta(hours=2))
        world.mailbox.letters.clear()


def _silent(done: int = 1) -> None:
    """Show no progress."""
