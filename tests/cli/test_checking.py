"""`wish check` and `wish reconcile`: books that balance, and books that do not."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Ask
from tests.cli.runner import WAIT_SECONDS, Wish, ended
from tests.cli.world import AFTER_DEADLINE, World
from tests.support.server import Sandbox


def test_sound_books(world: World) -> None:
    assert world.wish.ok("check").out.endswith("facts hold\n")
    assert world.wish.ok("check", "--json").json == {"findings": []}
    assert world.wish.ok("reconcile").out == "reconcile: payments 7, refunds 0, drifts 0\n"


def test_a_planted_inconsistency_is_found(world: World, ask: Ask) -> None:
    item_id = world.item("Microscope")
    ask(f"UPDATE funding SET held_minor = held_minor + 1 WHERE item_id = '{item_id}'")

    found = world.wish("check", "--json")
    shown = world.wish("check")

    assert found.code == shown.code == 1
    assert found.json == {
        "findings": [
            {
                "fact": "held is the sum of the pledges that hold room",
                "what": item_id,
                "amount_minor": 10_501,
            }
        ]
    }
    assert item_id in shown.out
    assert shown.err == ""


def test_what_waits_too_long_is_found(world: World) -> None:
    facts = {
        finding["fact"]
        for finding in world.wish("check", "--json", **AFTER_DEADLINE).json["findings"]
    }

    assert facts == {
        "items are decided within a day of their deadline",
        "payments end within a day",
    }
    world.wish.ok("tick", **AFTER_DEADLINE)
    world.wish.ok("check", **AFTER_DEADLINE)


def test_another_book_at_stripe_is_drift(world: World, sandbox: Sandbox) -> None:
    sandbox.control("reset")

    # Later than any charge takes to reach the balance.
    done = world.wish("reconcile", "--since", "1d", "--json", WISH_CLOCK_OFFSET_SECONDS="10800")

    assert done.code == 1
    kinds = [drift["kind"] for drift in done.json["drifts"]]
    assert kinds == ["paid here, unknown there"] * 5 + ["balance too low for refunds"]
    shown = world.wish("reconcile", "--apply")
    assert shown.code == 1
    assert "paid here, unknown there" in shown.out
    assert world.states()["paid"] == 5


def test_reconciliation_adopts_what_stripe_says(world: World, sandbox: Sandbox) -> None:
    world.wish.ok("list", "close", world.list_id, "--yes")
    world.wish.ok("expire")
    with sandbox.fault(action="drop_after", method="POST", path="/v1/refunds", times=None):
        assert world.wish("refund").code == 75

    world.wish.ok("reconcile")  # Somebody is at it, as far as anybody knows.
    later = {"WISH_CLOCK_OFFSET_SECONDS": "600"}
    assert world.wish("reconcile", **later).code == 1
    assert world.wish("reconcile", "--apply", **later).code == 1, "Only a job may decide."
    world.wish.ok("refund", **later)
    world.wish.ok("reconcile", "--apply")


@pytest.mark.slow
@pytest.mark.parametrize("is_complete", [True, False])
def test_a_refund_whose_failure_is_adopted_is_named(
    world: World, sandbox: Sandbox, ask: Ask, is_complete: bool
) -> None:
    world.wish.ok("list", "close", world.list_id, "--yes")
    world.wish.ok("tick")
    pledge, _ = (pledge["id"] for pledge in world.pledges("--state", "refunded"))
    ask(f"UPDATE refund SET amount_minor = amount_minor + 1 WHERE pledge_id = '{pledge}'")
    named = f"wish: pledge {pledge}: its refund failed; `wish pledge show` says why\n"

    assert named not in world.wish("reconcile").err, "Nothing was adopted."
    if is_complete:
        done = world.wish("reconcile", "--apply", "--json")
        assert done.json["failed"] == [pledge]
    else:
        with sandbox.fault(action="drop_before", method="GET", path="/v1/disputes", times=None):
            done = world.wish("reconcile", "--apply")
        assert (
            done.err == f"{named}wish: payments_unavailable: The payment service did not answer\n"
        )

    assert done.code == 1, "It is named once: no scheduler may take it for what keeps."
    assert named in done.err
    assert named not in world.wish("reconcile", "--apply").err


@pytest.mark.slow
def test_what_is_found_is_for_a_person_without_room_for_it(world: World, ask: Ask) -> None:
    item_id = world.item("Microscope")
    ask(f"UPDATE funding SET held_minor = held_minor + 1 WHERE item_id = '{item_id}'")

    with (
        Path("/dev/full").open("w") as full,
        ended(world.wish.start_into(full, subprocess.PIPE, "check")) as process,
    ):
        _, said = process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 1
    assert said.startswith("wish: unavailable: There is no room to write: ")


def test_one_reconciliation_at_a_time(world: World, ask: Ask) -> None:
    until = (datetime.now(UTC) + timedelta(minutes=1)).isoformat(" ")
    ask(
        "INSERT INTO job_lease (name, holder_id, until) VALUES"
        f" ('reconcile', '01939000-0000-7000-8000-000000000000', '{until}')"
    )

    done = world.wish("reconcile")

    assert done.code == 75
    assert done.err.startswith("wish: job_is_running: ")
    ask("DELETE FROM job_lease")
    world.wish.ok("reconcile")
    assert ask("SELECT * FROM job_lease") == []


def test_a_refusal_of_stripes_is_for_a_person(wish: Wish, sandbox: Sandbox) -> None:
    """Such as `account_invalid`: it is not the next run's to end."""
    with sandbox.fault(
        action="status", status=400, method="GET", path="/v1/payment_intents", times=None
    ):
        done = wish("reconcile")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("wish: Stripe refuses what was asked (")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(("status", "code"), [("requires_capture", 0), ("of_tomorrow", 1)])
def test_a_payment_of_others_in_the_account_ends_no_comparison(
    world: World, sandbox: Sandbox, status: str, code: int
) -> None:
    key = {"Authorization": "Bearer sk_test_sandbox"}
    page = httpx.get(f"{sandbox.url}/v1/payment_intents?limit=100", headers=key).json()
    page["data"].insert(0, page["data"][0] | {"id": "pi_of_others", "status": status})
    rule = {"method": "GET", "path": "/v1/payment_intents", "times": None}

    with sandbox.fault(action="malformed", body=json.dumps(page), **rule):
        done, shown = world.wish("reconcile", "--json"), world.wish("reconcile")

    assert (done.code, shown.code, shown.err) == (code, code, "")
    assert done.json["intents"] == 8
    assert [drift["what"] for drift in done.json["drifts"]] == ["pi_of_others"] * code
    assert ("pi_of_others" in shown.out) is bool(code)


def test_without_stripe_there_is_no_verdict(lonely: Wish, ask: Ask) -> None:
    done = lonely("reconcile", "--json")

    assert (done.code, done.out) == (75, "")
    assert ask("SELECT * FROM job_lease") == []


@pytest.mark.parametrize("since", ["30d", "12h", "2w", "2026-01-01", "2026-01-01T10:00+02:00"])
def test_times_that_are_understood(wish: Wish, since: str) -> None:
    assert wish.ok("reconcile", "--since", since, "--json").json["drifts"] == []


@pytest.mark.parametrize("since", ["yesterday", "30", "-3d", "2026-13-01", ""])
def test_times_that_are_not(wish: Wish, since: str) -> None:
    done = wish("reconcile", f"--since={since}")

    assert done.code == 2
    assert done.err.startswith("wish: bad_moment: ")


def test_nothing_has_happened_since_now_or_a_time_to_come(wish: Wish) -> None:
    """It would compare nothing, and find nothing."""
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    for since in ("0d", "0m", soon, "9999-12-31", "2999-01-01T00:00Z"):
        done = wish("reconcile", "--since", since, "--apply", "--json")

        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("wish: bad_moment: ")
        assert done.err.endswith(" does not lie in the past\n")
    wish.ok("reconcile", "--since", soon, WISH_CLOCK_OFFSET_SECONDS="120")
