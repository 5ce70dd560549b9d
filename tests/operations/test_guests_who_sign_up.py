"""What somebody gave as a guest is theirs when they have an account with the same address."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from tests.support.makers import MINUTE, World, refusal
from tests.support.newcomers import Outside, at
from tests.support.snapshot import snapshot
from wishcore import accounts, db, exports, leaving, lists, pledges
from wishcore.db import queries
from wishcore.ids import new_id
from wishcore.pledges.models import PledgeState, RefundReason
from wishcore.visitors import Guest

EMAIL = "grace@example.org"


async def _guest(world: World) -> Guest:
    return await world.guest("Grace", address=EMAIL)


async def _sign_up(world: World) -> accounts.SignedIn:
    return await world.account("Grace", address=EMAIL, confirmed_at=world.now)


async def _change_address(world: World, caller: accounts.SignedIn, address: str) -> None:
    outside = Outside(world.now)
    asked = await outside.ask_email(caller.account_id, address)
    changed = await outside.change_email(caller.account_id, asked.id, outside.code)
    assert changed.email == address


async def _ids(giver: accounts.SignedIn | Guest, *, limit: int = 20) -> list[UUID]:
    """Return the giver's own pledges, page by page."""
    found: list[UUID] = []
    cursor = None
    while True:
        page = await pledges.own_pledges(pledges.Giver.of(giver), limit=limit, cursor=cursor)
        found += [one.id for one in page.items]
        if (cursor := page.next_cursor) is None:
            return found


async def test_one_person_has_one_list_of_pledges_newest_first(world: World) -> None:
    wish, guest = await world.wish(), await _guest(world)
    await world.pledge(wish, 1_000)
    made = []
    for _ in range(2):
        made.append(await world.pledge(wish, 1_000, giver=guest))
        world.wait(MINUTE)
    caller = await _sign_up(world)
    made.append(await world.pledge(wish, 1_000, giver=caller))
    world.wait(MINUTE)
    made.append(await world.pledge(wish, 1_000, giver=guest))
    made.reverse()

    assert [await _ids(caller, limit=limit) for limit in (1, 2, 3, 4, 5)] == [made] * 5
    giver = pledges.Giver.of(caller)
    assert [(await pledges.own_pledge(one, giver)).id for one in made] == made
    exported = await exports.export_of(caller, client=at(), now=world.now)
    assert [one.id for one in exported.pledges] == made
    assert exported.guest == exports.ExportedGuest(name="Grace")


async def test_an_account_takes_back_what_its_guest_gave(world: World) -> None:
    wish, guest = await world.wish(), await _guest(world)
    pledge = await world.pledge(wish, 4_000, giver=guest)
    caller = await _sign_up(world)

    await world.give_back(pledge, caller)
    await world.refund()
    await world.notify()

    assert await world.state(pledge) is PledgeState.REFUNDED
    assert (await world.row(pledge)).refund_reason is RefundReason.GIVER
    assert await world.sandbox.refunded(pledge) == 4_000
    assert {letter.to for letter in world.mailbox.letters} == {EMAIL}


async def test_an_account_gives_up_the_3d_secure_of_its_guest(world: World) -> None:
    wish, guest = await world.wish(), await _guest(world)
    pledge = await world.pledge(wish, giver=guest, card="pm_card_authenticationRequired")

    await world.give_back(pledge, await _sign_up(world))

    assert await world.state(pledge) is PledgeState.ABANDONED
    assert (await world.funding(wish)).held_minor == 0


async def test_an_account_may_send_its_guests_request_again(world: World) -> None:
    wish, guest, pledge = await world.wish(), await _guest(world), new_id()
    await world.pledge(wish, 4_000, giver=guest, pledge_id=pledge, message="Hello")
    caller = await _sign_up(world)
    before = await snapshot()

    assert (
        await world.pledge(wish, 4_000, giver=caller, pledge_id=pledge, message="Hello") == pledge
    )
    other = world.pledge(wish, 4_001, giver=caller, pledge_id=pledge, message="Hello")
    assert await refusal(other) == "id_reused"
    stranger = world.pledge(wish, 4_000, giver=wish.owner, pledge_id=pledge, message="Hello")
    assert await refusal(stranger) == "own_item"
    assert await snapshot() == before
    assert len(await world.sandbox.intents()) == 1


async def test_a_request_that_stripe_did_not_answer_is_finished_by_the_account(
    world: World,
) -> None:
    wish, guest, pledge = await world.wish(), await _guest(world), new_id()
    await world.sandbox.break_down()
    lost = world.pledge(wish, 4_000, giver=guest, pledge_id=pledge)
    assert await refusal(lost) == "payments_unavailable"
    await world.sandbox.heal()

    await world.pledge(wish, 4_000, giver=await _sign_up(world), pledge_id=pledge)

    assert await world.sandbox.charged(pledge) == 4_000
    assert (await world.funding(wish)).held_minor == 4_000


async def test_a_guest_and_its_account_at_once_pay_once(world: World) -> None:
    wish, guest = await world.wish(100_000), await _guest(world)
    caller = await _sign_up(world)
    for _ in range(5):
        pledge = new_id()
        said = await asyncio.gather(
            *(
                refusal(world.pledge(wish, 1_000, giver=giver, pledge_id=pledge))
                for giver in (guest, caller, guest, caller)
            )
        )

        # A pass opens nothing of the account's, should that have been the first.
        assert [said[1], said[3]] == ["done", "done"]
        assert (said[0], said[2]) in {("done", "done"), ("id_reused", "id_reused")}
        assert await world.sandbox.charged(pledge) == 1_000
    assert (await world.funding(wish)).held_minor == 5_000


async def _unconfirmed(world: World) -> accounts.SignedIn:
    return await world.account("Grace", address=EMAIL)


async def _with_another_address(world: World) -> accounts.SignedIn:
    return await world.account("Grace", confirmed_at=world.now)


async def _moved_away(world: World) -> accounts.SignedIn:
    caller = await _sign_up(world)
    await _change_address(world, caller, "grace.hopper@example.org")
    return caller


async def _came_again_after_closing(world: World) -> accounts.SignedIn:
    caller = await _sign_up(world)
    await leaving.close_account(caller.account_id, client=at(), now=world.now)
    await leaving.erase(now=world.now, progress=_silent)
    return await _sign_up(world)


@pytest.mark.parametrize(
    "somebody_else",
    [_unconfirmed, _with_another_address, _moved_away, _came_again_after_closing],
)
async def test_whoever_has_not_proved_the_guests_address_is_somebody_else(
    world: World, somebody_else: Callable[[World], Awaitable[accounts.SignedIn]]
) -> None:
    wish, guest, pledge = await world.wish(), await _guest(world), new_id()
    await world.pledge(wish, 4_000, giver=guest, pledge_id=pledge)
    caller = await somebody_else(world)
    before = await snapshot()

    assert await _ids(caller) == []
    giver = pledges.Giver.of(caller)
    assert not await pledges.is_own_pledge(pledge, giver)
    assert await refusal(pledges.own_pledge(pledge, giver)) == "pledge_not_found"
    assert await refusal(world.give_back(pledge, caller)) == "pledge_not_found"
    again = world.pledge(wish, 4_000, giver=caller, pledge_id=pledge)
    assert await refusal(again) == "id_reused"
    assert await snapshot() == before


async def test_a_guest_is_not_the_account(world: World) -> None:
    """An account is proved by more than a code: a pass opens nothing of it."""
    wish, guest = await world.wish(), await _guest(world)
    caller = await _sign_up(world)
    pledge = await world.pledge(wish, 4_000, giver=caller)

    assert await _ids(guest) == []
    assert await refusal(world.give_back(pledge, guest)) == "pledge_not_found"
    assert await world.state(pledge) is PledgeState.PAID


async def test_a_new_address_brings_the_pledges_of_its_guest(world: World) -> None:
    wish, guest = await world.wish(), await _guest(world)
    pledge = await world.pledge(wish, 4_000, giver=guest)
    caller = await world.account("Ann", confirmed_at=world.now)

    await _change_address(world, caller, EMAIL)

    assert await _ids(caller) == [pledge]
    await world.give_back(pledge, caller)
    assert await world.state(pledge) is PledgeState.REFUND_DUE


async def test_an_owner_who_takes_a_givers_address_sees_nothing_of_the_own_list(
    world: World,
) -> None:
    """A couple may share a mailbox: what the one gave must not be shown to the other."""
    wish, other, guest = await world.wish(), await world.wish(), await _guest(world)
    elsewhere = await world.pledge(other, 4_000, giver=guest)
    world.wait(MINUTE)
    guest = await world.guest("Bob", address=EMAIL)
    partly = await world.pledge(wish, 4_000, giver=guest)
    giver = pledges.Giver.of(wish.owner)
    await _change_address(world, wish.owner, EMAIL)
    before = await snapshot()

    assert await _ids(wish.owner) == [elsewhere]
    assert not await pledges.is_own_pledge(partly, giver)
    assert await refusal(pledges.own_pledge(partly, giver)) == "pledge_not_found"
    assert await refusal(world.give_back(partly, wish.owner)) == "pledge_not_found"
    assert await snapshot() == before
    exported = await exports.export_of(wish.owner, client=at(), now=world.now)
    assert [one.id for one in exported.pledges] == [elsewhere]
    assert exported.guest == exports.ExportedGuest(name="Grace"), "Not Bob, who came after her."
    await lists.delete_list(wish.list, now=world.now)
    assert await _ids(wish.owner) == [elsewhere]


async def test_no_pledges_but_ones_own_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    """With more than one index, and never by looking through all pledges."""
    wish, guest = await world.wish(), await _guest(world)
    pledge = await world.pledge(wish, 4_000, giver=guest)
    caller = await _sign_up(world)
    asked: list[tuple[str, dict[str, queries.Value]]] = []
    run = queries.rows

    async def heard(sql: str, **values: queries.Value) -> list[queries.Row]:
        if "FROM pledge\n" in sql or "FROM pledge " in sql:
            asked.append((sql, values))
        return list(await run(sql, **values))

    with monkeypatch.context() as patched:
        patched.setattr(queries, "rows", heard)
        giver = pledges.Giver.of(caller)
        await pledges.own_pledge(pledge, giver)
        page = await pledges.own_pledges(giver, limit=1)
        assert page.next_cursor is None
        await world.give_back(pledge, caller)

    is_postgres = engine == "postgres"
    plans = [await _plan(sql, values, is_postgres=is_postgres) for sql, values in asked]
    assert len(plans) >= 3
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        assert "SCAN" not in plan, plan
    assert any("idx_pledge_account" in plan and "idx_pledge_visitor" in plan for plan in plans)


async def _plan(sql: str, values: dict[str, queries.Value], *, is_postgres: bool) -> str:
    if is_postgres:
        return await _plan_of_postgres(sql, values)
    return "\n".join(row["detail"] for row in await db.rows("EXPLAIN QUERY PLAN " + sql, **values))


@db.transactional
async def _plan_of_postgres(sql: str, values: dict[str, queries.Value]) -> str:
    # Tables of a few rows are read as a whole, unless that is made dear.
    await db.rows("SET LOCAL enable_seqscan = off")
    return "\n".join(row["QUERY PLAN"] for row in await db.rows("EXPLAIN " + sql, **values))


def _silent(done: int = 1) -> None:
    """Show no progress."""
