"""`wish demo --data`: something to work with in the first minute."""

import httpx
import pytest

from tests.cli.conftest import Ask
from tests.cli.runner import SECRET, WEBHOOK_SECRET, Wish
from tests.cli.world import World, load
from tests.support.server import Sandbox
from wishcore.settings_values import PASSWORD_MEMORY_KIB_MIN

pytestmark = pytest.mark.nightly("postgres")


def test_it_makes_items_in_many_states(world: World) -> None:
    found = {
        item["title"]: item["funding"] and (item["funding"]["state"], item["funding"]["paid"])
        for item in world.loaded["items"]
    }

    assert {
        title: part and (part[0], part[1]["amount_minor"]) for title, part in found.items()
    } == {
        "Bicycle": ("reserved", 24_000),
        "Microscope": ("open", 10_500),
        "Tent": ("reserved", 9_000),
        "Headphones": ("open", 0),
        "Cookbook": ("open", 0),
        "Chess set": None,
    }
    assert world.states() == {"paid": 5, "declined": 1, "requires_action": 1}
    assert world.loaded["guest"]["visitor_token"].startswith("wvp_")
    world.wish.ok("check")


def test_a_second_run_makes_nothing_and_says_so(world: World, sandbox: Sandbox, ask: Ask) -> None:
    again = load(world.wish)
    shown = world.wish.ok("demo", "--data")

    assert again.loaded["items"] == world.loaded["items"]
    assert again.loaded["share_token"] == world.loaded["share_token"]
    assert not again.loaded["is_new"]
    assert not any(account["is_new"] for account in again.loaded["accounts"])
    assert "exists already" in shown.out
    assert ask("SELECT COUNT(*) FROM pledge") == [(7,)]
    assert len(sandbox.payments("list", world.list_id)) == 7


def test_the_guest_gets_a_pass_each_time_until_the_address_has_an_account(world: World) -> None:
    passes = {load(world.wish).loaded["guest"]["visitor_token"] for _ in range(6)}
    assert len(passes - {world.loaded["guest"]["visitor_token"]}) == 6

    person = ("--first-name=Mary", "--last-name=Jackson", "--birthday=1990-12-31")
    email = f"--email={world.loaded['guest']['email']}"
    secret = "two-swans-over-it\n"
    world.wish.ok("account", "create", email, *person, "--password-stdin", stdin=secret)

    assert load(world.wish).loaded["guest"] is None
    assert "has an account by now" in world.wish.ok("demo", "--data").out


def test_after_the_list_was_closed_there_is_a_new_one(world: World) -> None:
    world.wish.ok("list", "close", world.list_id, "--yes")

    assert load(world.wish).list_id != world.list_id


def test_somebody_played_with_the_data(world: World) -> None:
    ada = world.loaded["accounts"][0]["email"]
    world.wish.ok("account", "set-password", ada, "--password-stdin", stdin="two-swans-over-it\n")

    done = world.wish("demo", "--data")

    assert done.code == 3
    assert "demo_changed: ada@example.org" in done.err


def test_without_the_sandbox_it_says_what_to_start(lonely: Wish, ask: Ask) -> None:
    done = lonely("demo", "--data")

    assert (done.code, done.out) == (75, "")
    assert "wish sandbox" in done.err
    assert ask("SELECT * FROM account") == []


def test_where_real_money_moves_it_is_refused(lonely: Wish) -> None:
    live = {
        "STRIPE_SECRET_KEY": "sk_" + "live_nothing",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_API_BASE": "",
        "WISH_SECRET": SECRET,
        "WISH_PUBLIC_URL": "https://wish.example.org",
        "SMTP_URL": "smtps://mail.example.org",
        "MAIL_FROM": "wish@example.org",
        "WISH_PASSWORD_MEMORY_KIB": str(PASSWORD_MEMORY_KIB_MIN),
    }

    done = lonely("demo", "--data", **live)

    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("wish: real_money: ")


def test_the_story_has_no_json(bare: Wish) -> None:
    assert bare("demo", "--json").code == 2


@pytest.mark.only("sqlite")
def test_the_lines_to_try_work(bare: Wish, sandbox: Sandbox) -> None:
    """What is printed is for a running API; here, that the sandbox counted each payment."""
    bare.settings["STRIPE_API_BASE"] = sandbox.url
    bare.ok("migrate")
    shown = bare.ok("demo", "--data").out

    assert shown.count("curl ") == 5
    assert "/v1/shared/wsl_" in shown
    book = httpx.get(f"{sandbox.url}/_sandbox/book").json()
    assert book["balanced"] is True
