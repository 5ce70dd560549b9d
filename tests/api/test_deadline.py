"""The deadline passes: lists close, what is not fully paid goes back, and everybody is told."""

from datetime import timedelta

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import Shared, World, in_days, pledge_of
from tests.support.http import Json
from wishcore import invariants, jobs
from wishcore.settings import load
from wishcore.times import Clock
from wishcore.wiring import connected

DAY = 86_400


async def run_jobs(world: World) -> jobs.Refunded:
    """Run the scheduler's jobs once, with the clock and the settings of a server."""
    settings = load(world.server.environment, folder=world.server.folder)
    now = Clock(settings.clock_offset).now()
    async with connected(settings) as integrations:
        await jobs.recover(payments=integrations.payments, clock=lambda: now)
        await jobs.expire(now=now)
        done = await jobs.refund(payments=integrations.payments, clock=lambda: now)
        link = settings.return_url
        await jobs.notify(mailer=integrations.mailer, link=link, clock=lambda: now)
        broken = await invariants.check(now=now)
    assert broken == []
    return done


async def test_after_the_deadline_unfunded_pledges_go_back_once_and_say_so(
    start: StartWorld,
) -> None:
    world = start()
    shared = world.shared(price=5000)
    other = world.item(shared.owner.api, shared.list_id, price=9000, title="Kite")
    reserved = shared
    unfunded = Shared(world, shared.owner, shared.list_id, other["id"], shared.token)
    account, guest = world.account(), world.guest(address="grace@people.example")
    stays = reserved.paid(account.api)
    goes = [unfunded.paid(guest, 1000), unfunded.paid(account.api, 2000)]

    refunds_now = await run_jobs(world)
    assert refunds_now.refunded == 0
    assert unfunded.funding(guest)["state"] == "open"

    assert world.server.stop() == 0
    later = start(ahead_seconds=31 * DAY)
    token = later.nobody.post(
        "/v1/auth/token",
        {"email": account.email, "password": "wet paint on the garden bench"},
        status=200,
    )["access_token"]
    givers = {"account": later.nobody.signed(token), "guest": later.nobody.signed(guest.token)}

    # Before any job ran, the clock alone has closed the list.
    path = f"/v1/shared/{shared.token}"
    assert later.nobody.get(path)["state"] == "inactive"
    states = {item["id"]: item["funding"]["state"] for item in givers["guest"].get(path)["items"]}
    assert states == {shared.item_id: "reserved", other["id"]: "closing"}
    givers["guest"].refused(409, "item_not_open", "POST", unfunded.pledges, pledge_of(100))
    mine = f"/v1/pledges/{goes[0]['id']}"
    givers["guest"].refused(409, "pledge_not_returnable", "DELETE", mine)

    first, second = await run_jobs(later), await run_jobs(later)

    assert (first.refunded, second.refunded) == (2, 0)
    for giver, pledge in (("guest", goes[0]), ("account", goes[1])):
        shown = givers[giver].get(f"/v1/pledges/{pledge['id']}")
        assert (shown["state"], shown["refund_reason"]) == ("refunded", "unfunded")
        assert shown["refunded_at"] is not None
        assert _refunded(later, pledge) == pledge["amount"]["amount_minor"]
    assert givers["account"].get(f"/v1/pledges/{stays['id']}")["state"] == "paid"
    assert _refunded(later, stays) == 0
    states = {item["id"]: item["funding"]["state"] for item in givers["guest"].get(path)["items"]}
    assert states == {shared.item_id: "reserved", other["id"]: "unfunded"}
    letters = " ".join(later.letters("grace@people.example"))
    assert "10.00 USD" in letters


def _refunded(world: World, pledge: Json) -> int:
    (row,) = world.sandbox.payments("pledge", pledge["id"])
    assert row["refunded_count"] <= 1
    return row["refunded_total"]


@pytest.mark.slow
async def test_an_owner_cannot_change_an_inactive_list_but_read_and_remove_it(
    start: StartWorld,
) -> None:
    world = start()
    shared = world.shared()
    assert world.server.stop() == 0
    later = start(ahead_seconds=31 * DAY)
    credentials = {"email": shared.owner.email, "password": "wet paint on the garden bench"}
    tokens = later.nobody.post("/v1/auth/token", credentials, status=200)
    owner = later.nobody.signed(tokens["access_token"])
    path = f"/v1/lists/{shared.list_id}"
    item = f"{path}/items/{shared.item_id}"
    price = {"amount_minor": 5000, "currency": "USD"}

    for _ in range(2):
        assert owner.get(path)["state"] == "inactive"
        assert owner.get("/v1/lists")["items"][0]["state"] == "inactive"
        revival = {"deadline": in_days(60)}
        owner.refused(409, "list_inactive", "PATCH", path, revival)
        owner.refused(409, "list_inactive", "PATCH", path, {})
        owner.refused(409, "list_inactive", "PATCH", item, {"title": "New"})
        owner.refused(409, "list_inactive", "POST", f"{path}/items", {"title": "x", "price": price})
        await run_jobs(later)  # The job that closes lists changes nothing that can be seen.
    assert owner.get(item)["title"] == "Bicycle"
    owner.delete(item)
    owner.delete(path)


@pytest.mark.slow
async def test_a_withdrawn_item_gives_everything_back_though_it_was_reserved(
    start: StartWorld,
) -> None:
    world = start()
    shared, giver = world.shared(price=5000), world.guest()
    made = shared.paid(giver)

    shared.owner.api.delete(f"/v1/lists/{shared.list_id}/items/{shared.item_id}")
    giver.refused(404, "item_not_found", "POST", shared.pledges, pledge_of(100))
    assert (await run_jobs(world)).refunded == 1
    assert (await run_jobs(world)).refunded == 0

    shown = giver.get(f"/v1/pledges/{made['id']}")
    assert (shown["state"], shown["refund_reason"]) == ("refunded", "withdrawn")
    assert shown["item"]["title"] == "Bicycle"
    assert giver.get(f"/v1/shared/{shared.token}")["items"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after"), [(timedelta(minutes=-2), 201), (timedelta(minutes=2), 409)]
)
def test_the_last_moment_to_pledge_is_before_the_deadline(
    world: World, start: StartWorld, shared_database: str, before: timedelta, after: int
) -> None:
    shared, giver = world.shared(deadline=in_days(1)), world.guest()
    ahead = int(DAY + before.total_seconds())

    later = start(url=shared_database, ahead_seconds=ahead)

    there = later.nobody.signed(giver.token)
    assert there.send("POST", shared.pledges, pledge_of(100)).status_code == after
