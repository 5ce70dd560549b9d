"""`wish gift …`: what is bought with the money of reserved items."""

from uuid import uuid4

import pytest

from tests.cli.world import AFTER_DEADLINE, World, refunds_at_stripe
from tests.support.server import Sandbox

pytestmark = pytest.mark.nightly("postgres")


def test_gifts_are_bought_one_by_one(world: World) -> None:
    found = world.wish.ok("gift", "list", "--json").json["items"]
    assert {gift["title"]: gift["paid"]["amount_minor"] for gift in found} == {
        "Bicycle": 24_000,
        "Tent": 9_000,
    }
    for words in (("list",), ("list", "--limit=1")):
        assert "Bicycle" in world.wish.ok("gift", *words).out

    done = world.wish.ok("gift", "bought", world.item("Bicycle"), "--json")

    assert done.json["bought_at"].endswith("Z")
    again = world.wish("gift", "bought", world.item("Bicycle"), "--json")
    assert (again.code, again.out, "gift_bought_already" in again.err) == (3, "", True)
    assert done.json["bought_at"][:19].replace("T", " ") in again.err
    left = world.wish.ok("gift", "list", "--json").json["items"]
    assert [gift["title"] for gift in left] == ["Tent"]
    assert world.wish.ok("gift", "list", "--bought", "--json").json["items"] == [done.json]
    shown = world.wish.ok("gift", "list", "--bought").out
    assert ("Bicycle" in shown, "Tent" in shown) == (True, False)
    item = world.wish.ok("item", "show", world.item("Bicycle"), "--with-funding", "--json").json
    assert item["funding"]["bought_at"] == done.json["bought_at"]
    assert done.json["bought_at"][:4] in world.wish.ok("gift", "bought", world.item("Tent")).out


def test_what_was_bought_stays_when_the_list_is_deleted(world: World, sandbox: Sandbox) -> None:
    world.wish.ok("gift", "bought", world.item("Bicycle"))
    world.wish.ok("list", "delete", world.list_id, "--yes")

    assert world.wish.ok("expire", "--dry-run", "--json").json["due"]["items_withdrawn"] == 4
    for _ in range(2):
        world.wish("tick", **AFTER_DEADLINE)

    assert [pledge["state"] for pledge in world.pledges("bicycle")] == ["paid"]
    tent = [pledge["amount"]["amount_minor"] for pledge in world.pledges("tent")]
    given_back = refunds_at_stripe(sandbox, world)
    assert 24_000 not in given_back
    assert set(tent) <= set(given_back)


def test_what_is_not_reserved_is_not_bought(world: World) -> None:
    before = world.wish.ok("gift", "list", "--json").json
    world.wish.ok("item", "withdraw", world.item("Tent"), "--yes")

    for item, code in (
        (world.item("Microscope"), "gift_not_reserved"),
        (world.item("Tent"), "gift_not_reserved"),
        (uuid4(), "item_not_found"),
    ):
        done = world.wish("gift", "bought", item)
        assert (done.code, done.out) == (3, "")
        assert code in done.err
    left = [gift for gift in before["items"] if gift["title"] != "Tent"]
    assert world.wish.ok("gift", "list", "--json").json == {"items": left}


def test_a_gift_goes_back_to_its_shop(world: World) -> None:
    item = world.item("Bicycle")
    refused = world.wish("gift", "returned", item, "--yes")
    assert (refused.code, "gift_not_bought" in refused.err) == (3, True)
    world.wish.ok("gift", "bought", item)

    assert world.wish("gift", "returned", item).code == 3
    assert len(world.wish.ok("gift", "list", "--json").json["items"]) == 1
    done = world.wish.ok("gift", "returned", item, "--yes", "--json")

    assert done.json["bought_at"] is None
    assert len(world.wish.ok("gift", "list", "--json").json["items"]) == 2
