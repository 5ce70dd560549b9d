"""What an operator does with accounts, on a database of its own."""

from typing import Any

import pytest

from tests.api.conftest import StartWorld

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")


@pytest.mark.slow
def test_an_operator_gives_roles_reads_events_and_closes_accounts(start: StartWorld) -> None:
    world = start()
    shared = world.shared()
    owner = shared.owner
    giver = world.guest()
    pledge = shared.paid(giver, 2_500)

    given = world.command("account", "give-role", owner.email, "seller")
    assert given["roles"] == ["buyer", "seller"]
    assert "role_not_found" in world.command("account", "give-role", owner.email, "boss", code=3)
    assert world.command("account", "take-role", owner.email, "seller")["roles"] == ["buyer"]
    world.command("account", "close", owner.email, "--yes")
    owner.api.refused(401, "bad_token", "GET", "/v1/me")
    assert "account_not_found" in world.command("account", "close", owner.email, "--yes", code=3)

    events = world.command("account", "events", owner.profile["id"])
    kinds = [event["kind"] for event in _rows(events)]
    assert kinds == ["account_closed", "role_taken", "role_given", "signed_in", "signed_up"]
    due = world.command("tick", "--dry-run")["due"]
    assert (due["accounts_to_erase"], due["items_withdrawn"]) == (1, 1)
    ticked = world.command("tick")
    assert ticked["erase"] == {"accounts_erased": 1}
    assert shared.becomes(giver, pledge["id"], "refunded")["refund_reason"] == "withdrawn"
    assert world.command("tick")["erase"] == {"accounts_erased": 0}


def test_what_has_expired_is_pruned_once(start: StartWorld, database_url: str) -> None:
    world = start()
    world.account()
    later = start(url=database_url, ahead_seconds=40 * 86_400)

    pruned = later.command("tokens", "prune")
    assert (pruned["tokens"], pruned["sessions"], pruned["codes"]) == (2, 1, 1)
    assert set(later.command("tokens", "prune").values()) == {0}


def _rows(printed: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = printed if isinstance(printed, list) else printed["items"]
    return rows
