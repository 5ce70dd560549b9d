"""Clocks that jump a day ahead and back: nothing twice, nothing early, and no crash."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import Shared, World, in_days
from tests.conftest import Engine
from tests.proof.staying_up.alive import assert_books
from tests.support.http import Api
from tests.support.oauth import wish
from tests.support.planting import python_path
from tests.support.proof import Proof
from tests.support.server import Server
from tests.support.skipping import skip_loudly

LIBRARIES: Final = tuple(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
DAY: Final = 86_400

pytestmark = [
    pytest.mark.nightly("postgres"),
    pytest.mark.timeout(600),
    pytest.mark.slow,
]


@pytest.fixture(autouse=True)
def can_fake(request: pytest.FixtureRequest) -> None:
    """Insist in the long run on what moves the clocks; a change says in red that it lacks it."""
    why = "libfaketime is missing (apt install faketime): no clock jumped"
    if not LIBRARIES and request.config.getoption("--long"):
        pytest.fail(why)
    if not LIBRARIES:
        skip_loudly(why)


def faked(file: Path) -> dict[str, str]:
    """Return the environment of a process whose clock is as far off as a file says."""
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Otherwise a thread that waits for another one never pauses once the clock has jumped.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }


def jump(file: Path, seconds: int) -> None:
    """Move the clocks of all processes that look into the file."""
    new = file.with_suffix(".new")
    new.write_text(f"{seconds:+d}\n")
    new.replace(file)


def tick(server: Server, file: Path) -> subprocess.CompletedProcess[str]:
    """Run `wish tick` with the same clock as the server."""
    return subprocess.run(
        [sys.executable, "-m", "wishcli", "tick"],
        cwd=server.folder,
        env={**python_path(), **server.environment, **faked(file)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_clock_jumps(start: StartWorld, tmp_path: Path, proof: Proof, engine: Engine) -> None:
    clock = tmp_path / "clock"
    jump(clock, 0)
    world = start(WISH_RATE_LIMITS="false", **faked(clock))
    due, later = world.shared(deadline=in_days(0.5)), world.shared(deadline=in_days(30))
    giver = world.guest()
    early, kept = due.paid(giver, 300)["id"], later.paid(giver, 500)["id"]
    is_guarded = engine == "postgres"

    jump(clock, DAY)
    proof.inject("clock a day ahead")
    assert due.pledge(giver, 300).status_code == 409
    _assert_ticked(world, clock, is_guarded=is_guarded)
    assert _refunded(due, early) == (0 if is_guarded else 300)
    ahead = later.paid(giver, 200)["id"]

    jump(clock, 0)
    proof.inject("clock back again")
    # What was closed stays closed; where nothing was, the list is open until its deadline.
    again = due.pledge(giver, 300)
    assert again.status_code == (201 if is_guarded else 409)
    later.owner.api.patch(f"/v1/lists/{later.list_id}", {"title": "Still here"})

    jump(clock, -DAY)
    proof.inject("clock a day behind")
    behind = later.paid(giver, 100)["id"]
    _assert_ticked(world, clock, is_guarded=is_guarded)
    assert world.nobody.get("/health/ready")["status"] == "ok"

    jump(clock, 0)
    proof.inject("clock back again")
    assert _refunded(later, kept) == _refunded(later, ahead) == _refunded(later, behind) == 0
    # What was charged while the clock was behind is a day old to us, and Stripe takes half an hour
    # until it is in the balance.
    world.sandbox.control("settle")
    assert_books(later)
    _close(world, due, giver, early)


def _assert_ticked(world: World, clock: Path, *, is_guarded: bool) -> None:
    done = tick(world.server, clock)
    assert done.returncode == (75 if is_guarded else 0), done.stderr
    assert ("clock_is_wrong" in done.stderr) == is_guarded


def _close(world: World, due: Shared, giver: Api, pledge_id: str) -> None:
    """Let the deadline pass by the setting for demonstrations, and look for what went back."""
    server = Server(
        world.server.process,
        world.server.port,
        world.server.log_file,
        world.server.folder,
        {**world.server.environment, "WISH_CLOCK_OFFSET_SECONDS": str(DAY)},
    )
    for _ in range(2):
        done = wish(server, "tick")
        assert done.code == 0, done.err
    assert _refunded(due, pledge_id) == 300
    assert giver.get(f"/v1/pledges/{pledge_id}")["state"] == "refunded"


def _refunded(shared: Shared, pledge_id: str) -> int:
    """Return what Stripe gave back for a pledge, once at most, of what it took once."""
    (row,) = shared.world.sandbox.payments("pledge", pledge_id)
    assert row["charged_count"] == 1
    assert row["refunded_count"] <= 1
    return row["refunded_total"]
