"""`wish list …` and `wish item …`: as owners do it, and what only operators may."""

from typing import Any
from uuid import uuid4

import pytest

from tests.cli.conftest import Ask
from tests.cli.runner import Wish
from tests.cli.test_accounts import ADA, create
from tests.cli.world import World
from tests.support.server import Sandbox

pytestmark = pytest.mark.nightly("postgres")

FUNDING_WORDS = ("funding", "held", "paid", "target", "reserved", "pledge", "240.00 USD │ 240.00")


@pytest.fixture
def made(lonely: Wish) -> Any:
    """A list."""
    create(lonely, *ADA)
    return lonely.ok(
        "list", "create", "--owner=ada@example.org", "--title=Ada turns ten", "--deadline=30d",
        "--currency=usd", "--occasion=Birthday", "--json",
    ).json  # fmt: skip


@pytest.fixture
def tent(lonely: Wish, made: Any) -> Any:
    """An item."""
    return lonely.ok(
        "item", "add", made["id"], "--title=Tent", "--price=89.90", "--quantity=2", "--json"
    ).json


def test_a_list_is_made_and_found(lonely: Wish, made: Any) -> None:
    shown = lonely.ok("list", "show", made["id"], "--json").json

    assert shown["owner_email"] == "ada@example.org"
    assert (shown["currency"], shown["state"], shown["items"]) == ("USD", "active", [])
    assert shown["deadline"].endswith("Z")
    for text in ("TURNS", "ada@", made["id"][:13], ""):
        (found,) = lonely.ok("list", "search", text, "--json").json["items"]
        assert found == {name: value for name, value in shown.items() if name != "items"}
    assert lonely.ok("list", "search", "100%", "--json").json == {"items": []}
    assert made["id"] in lonely.ok("list", "search").out


def test_a_list_is_edited(lonely: Wish, made: Any) -> None:
    done = lonely.ok(
        "list", "edit", made["id"], "--title=Eleven", "--description=All of it",
        "--occasion=", "--deadline=40d", "--json",
    )  # fmt: skip

    assert done.json["title"] == "Eleven"
    assert done.json["occasion"] == ""
    assert done.json["deadline"] > made["deadline"]
    assert "Eleven" in lonely.ok("list", "edit", made["id"]).out


@pytest.mark.parametrize(
    ("deadline", "code"),
    [
        ("181d", "bad_deadline"),
        ("1m", "bad_deadline"),
        ("soon", "bad_moment"),
        ("2027-01-01T00:00+00:60", "bad_moment"),
    ],
)
def test_a_bad_deadline_changes_nothing(lonely: Wish, made: Any, deadline: str, code: str) -> None:
    done = lonely("list", "edit", made["id"], f"--deadline={deadline}")

    assert done.code == 2
    assert f"wish: {code}: " in done.err
    assert lonely.ok("list", "show", made["id"], "--json").json["deadline"] == made["deadline"]


def test_a_share_link_is_made_kept_replaced_and_switched_off(lonely: Wish, made: Any) -> None:
    first = lonely.ok("list", "share", made["id"], "--json").json
    again = lonely.ok("list", "share", made["id"]).out
    other = lonely.ok("list", "share", made["id"], "--new", "--json").json

    assert first["url"] == f"http://127.0.0.1:8000/v1/shared/{first['token']}"
    assert again == f"{first['url']}\n"
    assert other["token"] != first["token"]
    assert first["token"] not in lonely.ok("list", "show", made["id"], "--json").out
    lonely.ok("list", "unshare", made["id"])
    assert not lonely.ok("list", "show", made["id"], "--json").json["is_shared"]


def test_a_share_link_of_another_secret_is_not_shown(lonely: Wish, made: Any, ask: Ask) -> None:
    """It would open nothing."""
    first = lonely.ok("list", "share", made["id"]).out
    before = ask("SELECT share_hash, share_generation FROM wish_list")

    # Without WISH_SECRET the secret is in var/, which is looked for where the command is run.
    for secret in ("of-another-server-which-nobody-may-see", ""):
        done = lonely("list", "share", made["id"], "--json", WISH_SECRET=secret)

        assert (done.code, done.out) == (3, "")
        assert done.err.startswith("wish: share_link_lost: ")
        assert "WISH_SECRET" in done.err
        assert "--new" in done.err
    assert ask("SELECT share_hash, share_generation FROM wish_list") == before
    assert lonely.ok("list", "share", made["id"]).out == first
    other = lonely.ok("list", "share", made["id"], "--new", WISH_SECRET="x" * 40).out
    assert lonely.ok("list", "share", made["id"], WISH_SECRET="x" * 40).out == other != first


def test_an_item_is_made_edited_and_withdrawn(lonely: Wish, made: Any, tent: Any) -> None:
    assert tent["price"] == {"amount_minor": 8990, "currency": "USD"}
    edited = lonely.ok(
        "item", "edit", tent["id"], "--title=Big tent", "--price=100", "--quantity=1",
        "--priority=1", "--note=Green", "--url=https://example.org/tent", "--json",
    ).json  # fmt: skip
    assert edited["price"]["amount_minor"] == 10_000
    assert edited["note"] == "Green"

    lonely.ok("item", "withdraw", tent["id"], "--yes")

    assert lonely("item", "withdraw", tent["id"], "--yes").code == 3
    assert lonely.ok("item", "show", tent["id"], "--json").json["withdrawn_at"].endswith("Z")
    (item,) = lonely.ok("list", "show", made["id"], "--json").json["items"]
    assert item["withdrawn_at"] is not None


@pytest.mark.parametrize("price", ["8.999", "free", "-1", "0.10", "1e9"])
def test_a_bad_price_makes_nothing(lonely: Wish, made: Any, price: str) -> None:
    assert lonely("item", "add", made["id"], "--title=Tent", f"--price={price}").code == 2
    assert lonely.ok("list", "show", made["id"], "--json").json["items"] == []


@pytest.mark.parametrize(
    ("price", "said"),
    [("0.1", "0.50 USD"), ("600000", "999,999.99 USD"), ("1000000", "999,999.99 USD")],
)
def test_a_bad_price_is_told_as_it_is_typed(
    lonely: Wish, made: Any, tent: Any, price: str, said: str
) -> None:
    done = lonely("item", "edit", tent["id"], f"--price={price}")

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    (item,) = lonely.ok("list", "show", made["id"], "--json").json["items"]
    assert item["price"]["amount_minor"] == 8990


def test_what_is_missing_is_refused(lonely: Wish) -> None:
    for words in (
        ("list", "show"), ("list", "edit"), ("list", "share"), ("list", "unshare"),
        ("list", "close", "--yes"), ("list", "delete", "--yes"), ("item", "show"), ("item", "edit"),
        ("item", "withdraw", "--yes"),
    ):  # fmt: skip
        done = lonely(*words, uuid4())
        assert done.code == 3, words
        assert "_not_found: " in done.err
    assert lonely("list", "show", "nonsense").code == 2


def test_a_list_hides_its_funding_unless_it_is_asked_for(world: World) -> None:
    for words in (("list", "show", world.list_id), ("item", "show", world.item("Bicycle"))):
        hidden = world.wish.ok(*words)
        as_json = world.wish.ok(*words, "--json")
        shown = world.wish.ok(*words, "--with-funding")
        for word in FUNDING_WORDS:
            assert word not in hidden.out + as_json.out, (words, word)
        assert "reserved" in shown.out

    items = world.wish.ok("list", "show", world.list_id, "--with-funding", "--json").json["items"]
    fundings = {item["title"]: item["funding"] for item in items}
    assert fundings["Chess set"] is None
    assert fundings["Microscope"] == {
        "target": {"amount_minor": 18_000, "currency": "USD"},
        "held": {"amount_minor": 10_500, "currency": "USD"},
        "paid": {"amount_minor": 10_500, "currency": "USD"},
        "state": "open",
        "bought_at": None,
    }
    item = world.wish.ok("item", "show", world.item("Tent"), "--with-funding", "--json").json
    assert item["funding"]["state"] == "reserved"


def test_owners_hear_nothing_from_an_edit_of_a_funded_item(world: World) -> None:
    done = world.wish.ok("item", "edit", world.item("Bicycle"), "--price=300", "--json")

    assert "funding" not in done.json
    assert done.json["price"]["amount_minor"] == 30_000


def test_closing_refunds_what_is_not_fully_paid(world: World, sandbox: Sandbox) -> None:
    wish, before = world.wish, world.wish.ok("list", "show", world.list_id, "--json").json
    asked = wish("list", "close", world.list_id, stdin="n\n")
    assert (asked.code, asked.out) == (3, "")
    assert "not_confirmed" in asked.err
    assert wish.ok("list", "show", world.list_id, "--json").json["state"] == "active"

    wish.ok("list", "close", world.list_id, stdin="y\n")

    after = wish.ok("list", "show", world.list_id, "--json").json
    assert after == before | {"state": "inactive"}
    again = wish("list", "close", world.list_id, "--yes")
    assert again.code == 3
    assert "list_closed_already" in again.err
    assert wish.ok("expire", "--dry-run", "--json").json["due"]["items_to_decide"] == 3
    wish.ok("tick")
    assert world.states()["refunded"] == 2
    assert wish("list", "edit", world.list_id, "--title=Later").code == 3


def test_deleting_a_list_and_withdrawing_an_item_give_everything_back(world: World) -> None:
    wish = world.wish
    wish.ok("item", "withdraw", world.item("Bicycle"), "--yes")
    assert wish.ok("tick", "--json").json["refund"]["refunded"] == 1

    wish.ok("list", "delete", world.list_id, "--yes")

    assert wish.ok("tick", "--json").json["refund"]["refunded"] == 4
    assert wish.ok("list", "show", world.list_id, "--json").json["deleted_at"].endswith("Z")
    assert wish("list", "edit", world.list_id).code == 3
    assert wish("item", "edit", world.item("Tent")).code == 3
    wish.ok("check")


def test_nobody_to_ask_is_no_yes(world: World) -> None:
    for words in (
        ("list", "close", world.list_id),
        ("list", "delete", world.list_id),
        ("item", "withdraw", world.item("Tent")),
        ("pledge", "refund", world.pledges("Microscope")[0]["id"]),
    ):
        assert world.wish(*words, "--json").code == 3, words
    assert world.states()["paid"] == 5
