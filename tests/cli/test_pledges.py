"""`wish pledge …`."""

from uuid import uuid4

import pytest

from tests.cli.runner import Wish
from tests.cli.world import World, refunds_at_stripe
from tests.support.server import Sandbox

pytestmark = pytest.mark.nightly("postgres")


def test_pledges_are_found(world: World) -> None:
    assert len(world.pledges()) == 7
    assert {pledge["giver"] for pledge in world.pledges("tent")} == {
        "alan@example.org",
        "mary@example.org",
    }
    (bicycle,) = world.pledges("bicycle", "--state=paid")
    assert bicycle["amount"] == {"amount_minor": 24_000, "currency": "USD"}
    for text in (bicycle["id"], bicycle["intent_id"]):
        assert world.pledges(text) == [bicycle]
    assert world.pledges(world.item("Tent")) == world.pledges("tent")
    assert world.pledges(world.item("Tent").upper()) == world.pledges("tent")
    assert len(world.pledges("", f"--list={world.list_id}", "--limit=3")) == 3
    assert world.pledges("", f"--list={uuid4()}") == []
    assert bicycle["id"] in world.wish.ok("pledge", "search").out
    unknown = world.wish("pledge", "search", "--state=happy")
    assert unknown.code == 2
    assert "refund_failed" in unknown.err


def test_a_pledge_shows_all_that_was_written(world: World) -> None:
    (pledge,) = world.pledges("bicycle")

    shown = world.wish.ok("pledge", "show", pledge["id"], "--json").json

    assert shown["pledge"] == pledge
    assert [event["state"] for event in shown["events"]] == ["held", "confirming", "paid"]
    assert shown["refunds"] == []
    assert sum(leg["amount"]["amount_minor"] for leg in shown["movements"]) == 0
    for part in (f"charge:{pledge['id']}", "confirming", "grace@example.org"):
        assert part in world.wish.ok("pledge", "show", pledge["id"]).out


def test_a_pledge_is_refunded_by_hand_once(world: World, sandbox: Sandbox) -> None:
    pledge = world.pledges("microscope", "--state=paid")[0]

    done = world.wish.ok("pledge", "refund", pledge["id"], "--yes", "--json")

    assert done.json == {"id": pledge["id"], "done": "refund_due"}
    again = world.wish("pledge", "refund", pledge["id"], "--yes")
    assert (again.code, again.out) == (3, "")
    assert "refund_not_possible" in again.err
    world.wish.ok("refund")
    world.wish.ok("refund")
    assert refunds_at_stripe(sandbox, world) == [pledge["amount"]["amount_minor"]]
    shown = world.wish.ok("pledge", "show", pledge["id"], "--json").json
    assert [refund["state"] for refund in shown["refunds"]] == ["succeeded"]
    assert shown["pledge"]["refund_reason"] == "operator"


def test_a_promised_gift_is_not_refunded(world: World) -> None:
    (pledge,) = world.pledges("bicycle")

    done = world.wish("pledge", "refund", pledge["id"], "--yes")

    assert done.code == 3
    assert world.pledges("bicycle") == [pledge]


def test_a_pledge_that_is_not_there(lonely: Wish) -> None:
    for words in (("pledge", "show", uuid4()), ("pledge", "refund", "--yes", uuid4())):
        done = lonely(*words)
        assert done.code == 3
        assert "pledge_not_found" in done.err
