"""What an operator does with accounts, on a database of its own."""

import json
import os
import subprocess
import sys
from typing import Any

from tests.api.conftest import StartWorld
from tests.api.world import World
from tests.support.server import ROOT


def _wish(world: World, *words: str, code: int = 0) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "wishcli", *words, "--json"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **world.server.environment},
        cwd=world.server.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def test_an_operator_gives_roles_reads_events_and_closes_accounts(start: StartWorld) -> None:
    world = start()
    shared = world.shared()
    owner = shared.owner
    giver = world.guest()
    pledge = shared.paid(giver, 2_500)

    given = _wish(world, "account", "give-role", owner.email, "seller")
    assert given["roles"] == ["buyer", "seller"]
    assert "role_not_found" in _wish(world, "account", "give-role", owner.email, "boss", code=3)
    assert _wish(world, "account", "take-role", owner.email, "seller")["roles"] == ["buyer"]
    _wish(world, "account", "close", owner.email, "--yes")
    owner.api.refused(401, "bad_token", "GET", "/v1/me")
    assert "account_not_found" in _wish(world, "account", "close", owner.email, "--yes", code=3)

    events = _wish(world, "account", "events", owner.profile["id"])
    kinds = [event["kind"] for event in _rows(events)]
    assert kinds == ["account_closed", "role_taken", "role_given", "signed_in", "signed_up"]
    due = _wish(world, "tick", "--dry-run")["due"]
    assert (due["accounts_to_erase"], due["items_withdrawn"]) == (1, 1)
    ticked = _wish(world, "tick")
    assert ticked["erase"] == {"accounts_erased": 1}
    assert shared.becomes(giver, pledge["id"], "refunded")["refund_reason"] == "withdrawn"
    assert _wish(world, "tick")["erase"] == {"accounts_erased": 0}


def test_what_has_expired_is_pruned_once(start: StartWorld, database_url: str) -> None:
    world = start()
    world.account()
    later = start(url=database_url, ahead_seconds=40 * 86_400)

    pruned = _wish(later, "tokens", "prune")
    assert (pruned["tokens"], pruned["sessions"], pruned["codes"]) == (2, 1, 1)
    assert set(_wish(later, "tokens", "prune").values()) == {0}


def _rows(printed: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = printed if isinstance(printed, list) else printed["items"]
    return rows
