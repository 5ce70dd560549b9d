"""The jobs of a scheduler: what they do, print and leave, once, twice, dry, interrupted."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ask
from tests.cli.runner import WAIT_SECONDS, Wish, ended
from tests.cli.world import AFTER_DEADLINE, World, refunds_at_stripe
from tests.support.server import Sandbox, eventually, start_sandbox

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

JOBS = ("recover", "expire", "refund", "notify", "tick")
TABLES = ("wish_list", "item", "funding", "pledge", "pledge_event", "refund", "ledger_entry")


@pytest.fixture
def contents(ask: Ask) -> Callable[[], Any]:
    """Return everything that the database says of lists and money."""
    return lambda: {table: sorted(map(str, ask(f"SELECT * FROM {table}"))) for table in TABLES}


@pytest.mark.parametrize("job", JOBS)
def test_nothing_to_do_is_done(lonely: Wish, job: str) -> None:
    done = lonely.ok(job)

    assert done.out.startswith(f"{'recover' if job == 'tick' else job}: ")
    assert done.out.count("\n") == 1
    assert done.err == ""
    assert all(char not in "123456789" for char in done.out)


def test_a_dry_run_tells_what_is_due_and_changes_nothing(
    world: World, contents: Callable[[], Any]
) -> None:
    before = contents()

    due = {job: world.wish.ok(job, "--dry-run", "--json", **AFTER_DEADLINE).json for job in JOBS}
    line = world.wish.ok("expire", "--dry-run", **AFTER_DEADLINE).out

    assert contents() == before
    assert due["expire"] == {
        "dry_run": True,
        "due": {"lists_to_close": 1, "items_to_decide": 3, "items_withdrawn": 0},
    }
    assert due["recover"]["due"]["payments_in_progress"] == 1
    assert due["notify"]["due"]["letters"] == 5
    assert due["tick"]["due"].items() >= due["expire"]["due"].items()
    assert line == "expire, due: lists to close 1, items to decide 3, items withdrawn 0\n"


def test_a_deadline_one_job_after_the_other(world: World, sandbox: Sandbox) -> None:
    def run(job: str) -> Any:
        return world.wish.ok(job, "--json", **AFTER_DEADLINE).json

    assert run("recover") == {
        "notices": 0, "looked_at": 1, "ended": 1, "unanswered": 0, "refused": [], "failed": [],
    }  # fmt: skip
    assert run("expire")["lists_closed"] == 1
    assert world.states() == {"paid": 3, "refund_due": 2, "declined": 1, "abandoned": 1}
    assert run("refund")["refunded"] == 2
    assert run("notify") == {"sent": 7, "unsent": 0}
    assert refunds_at_stripe(sandbox, world) == [4_500, 6_000]

    for job in JOBS[:-1]:
        assert not any(_numbers(run(job))), f"{job} did something twice."
    tidied = run("tick")  # Prunes what expired in the month up to the deadline.
    assert not any(_numbers({job: tidied[job] for job in JOBS[:-1]}))
    assert not any(_numbers(run("tick")))
    assert refunds_at_stripe(sandbox, world) == [4_500, 6_000]
    world.wish.ok("check")
    world.wish.ok("reconcile")


def test_a_tick_does_it_all(world: World, sandbox: Sandbox) -> None:
    done = world.wish.ok("tick", "--json", **AFTER_DEADLINE).json

    assert list(done) == [
        "recover", "expire", "refund", "notify", "sync-prices", "erase", "prune",
    ]  # fmt: skip
    assert done["refund"]["refunded"] == 2
    assert done["notify"]["sent"] == 7
    assert refunds_at_stripe(sandbox, world) == [4_500, 6_000]
    assert not any(_numbers(world.wish.ok("tick", "--json", **AFTER_DEADLINE).json))


def test_a_tick_goes_on_without_stripe_and_the_next_one_ends_it(
    world: World, sandbox: Sandbox
) -> None:
    with sandbox.fault(action="drop_before", times=None):
        done = world.wish("tick", "--json", **AFTER_DEADLINE)

    assert done.code == 75
    assert done.json["recover"]["unanswered"] == 1
    assert done.json["expire"]["lists_closed"] == 1
    assert done.json["refund"] == {
        "refunded": 0, "pending": 0, "disputed": 0, "unanswered": 2,
        "refused": [], "failed": [],
    }  # fmt: skip
    assert done.json["notify"]["sent"] == 5
    assert refunds_at_stripe(sandbox, world) == []

    later = {
        "WISH_CLOCK_OFFSET_SECONDS": str(int(AFTER_DEADLINE["WISH_CLOCK_OFFSET_SECONDS"]) + 600)
    }
    world.wish.ok("tick", **later)
    assert refunds_at_stripe(sandbox, world) == [4_500, 6_000]
    world.wish.ok("reconcile")


@pytest.mark.parametrize("job", ["recover", "refund"])
def test_a_silent_stripe_is_for_later(world: World, sandbox: Sandbox, job: str) -> None:
    if job == "refund":
        world.wish.ok("list", "close", world.list_id, "--yes")
        world.wish.ok("expire")
    with sandbox.fault(action="drop_before", times=None):
        done = world.wish(job, **(AFTER_DEADLINE if job == "recover" else {}))

    assert done.code == 75
    assert f"unanswered {1 if job == 'recover' else 2}" in done.out


@pytest.mark.parametrize("job", ["recover", "tick"])
def test_a_payment_that_stripe_does_not_know_is_for_a_person(
    world: World, sandbox: Sandbox, job: str
) -> None:
    (left,) = world.pledges("--state", "requires_action")
    sandbox.control("reset")

    for _ in range(2):
        done = world.wish(job, "--json", WISH_CLOCK_OFFSET_SECONDS="3600")

        assert done.code == 1
        assert f"wish: pledge {left['id']}: " in done.err
        assert "resource_missing" in done.err
        assert "Traceback" not in done.err
        told = done.json["recover"] if job == "tick" else done.json
        assert told["refused"] == [{"pledge_id": left["id"], "code": "resource_missing"}]
        assert told["unanswered"] == 0
    assert world.states()["requires_action"] == 1, "Nobody knows whether it was charged."

    world.wish.ok("pledge", "abandon", left["id"], "--yes")
    assert "requires_action" not in world.states()
    assert world.wish(job, WISH_CLOCK_OFFSET_SECONDS="3600").err.count("pledge") == 0
    world.wish.ok("check")


@pytest.mark.parametrize("job", ["recover", "tick"])
def test_what_is_for_a_person_is_named_without_room_for_the_answer(
    world: World, sandbox: Sandbox, job: str
) -> None:
    (left,) = world.pledges("--state", "requires_action")
    sandbox.control("reset")
    words = [job, "--json"]
    later = {"WISH_CLOCK_OFFSET_SECONDS": "3600"}

    with (
        Path("/dev/full").open("w") as full,
        ended(world.wish.start_into(full, subprocess.PIPE, *words, **later)) as process,
    ):
        _, said = process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 1
    assert f"wish: pledge {left['id']}: " in said
    assert "There is no room to write" in said


def test_another_accounts_key_is_for_a_person_and_costs_no_refund(
    world: World, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Every refund stays to be sent; with the right key the next run sends each once."""
    world.wish.ok("list", "close", world.list_id, "--yes")
    world.wish.ok("expire")
    due = {pledge["id"] for pledge in world.pledges("--state", "refund_due")}
    other = start_sandbox(tmp_path / "another account")
    wrong = {"STRIPE_API_BASE": other.url, "STRIPE_SECRET_KEY": "sk_test_another"}
    try:
        for seconds in ("0", "600"):  # The second try looks first what the first one sent.
            done = world.wish("refund", "--json", WISH_CLOCK_OFFSET_SECONDS=seconds, **wrong)
            assert done.code == 1
            assert {one["pledge_id"] for one in done.json["refused"]} == due
            assert {one["code"] for one in done.json["refused"]} == {"resource_missing"}
            assert all(f"wish: pledge {pledge_id}: " in done.err for pledge_id in due)
            assert world.states()["refunding"] == len(due) == 2
        assert other.book() == []
    finally:
        other.end()

    world.wish.ok("refund", WISH_CLOCK_OFFSET_SECONDS="1200")
    assert world.states()["refunded"] == 2
    assert refunds_at_stripe(sandbox, world) == [4_500, 6_000]
    assert {row["refunded_count"] for row in sandbox.payments("list", world.list_id)} == {0, 1}
    world.wish.ok("reconcile")


def test_letters_that_nobody_takes_are_for_later(world: World) -> None:
    (world.wish.folder / "var").mkdir(exist_ok=True)
    (world.wish.folder / "var" / "mail").write_text("not a folder")

    done = world.wish("notify", "--json")

    assert (done.code, done.json) == (75, {"sent": 0, "unsent": 5})


def test_a_bug_in_one_job_does_not_keep_the_others(world: World, ask: Ask) -> None:
    ask("ALTER TABLE payment_notice RENAME TO gone")
    try:
        done = world.wish("tick", "--json", **AFTER_DEADLINE)
    finally:
        ask("ALTER TABLE gone RENAME TO payment_notice")

    assert done.code == 1
    assert done.json["recover"] == {"failed": "ExceptionGroup"}
    assert done.json["refund"]["refunded"] == 2
    assert "Traceback" in done.err


@pytest.mark.parametrize("job", ["refund", "tick"])
def test_a_bug_in_one_pledge_does_not_hide_what_became_of_another(
    world: World, ask: Ask, job: str
) -> None:
    world.wish.ok("list", "close", world.list_id, "--yes")
    world.wish.ok("expire")
    failing, broken = (pledge["id"] for pledge in world.pledges("--state", "refund_due"))
    _spoil(ask, f"id = '{failing}'")
    ask(  # The second move from now on finds its place taken.
        "INSERT INTO pledge_event (id, list_id, pledge_id, version, state, note, created_at)"
        " SELECT id, list_id, id, version + 2, 'held', '', created_at FROM pledge"
        f" WHERE id = '{broken}'"
    )

    done = world.wish(job, "--json")

    assert done.code == 1
    assert f"wish: pledge {failing}: its refund failed; `wish pledge show` says why\n" in done.err
    assert f"It concerns {broken}." in done.err
    assert "Traceback" in done.err
    assert bool(done.out) == (job == "tick")
    assert "its refund failed" not in world.wish(job, "--json").err, "It is named once."


@pytest.mark.only("sqlite")
def test_a_tick_with_an_old_schema_says_what_to_do(bare: Wish) -> None:
    file = bare.folder / "old.sqlite3"
    file.touch()

    done = bare("tick", DATABASE_URL=f"sqlite://{file}")

    assert done.code == 3
    assert "wish: schema_outdated: " in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["SIGTERM", "SIGINT"]
)
def test_a_signal_ends_a_job_cleanly(
    world: World, sandbox: Sandbox, number: signal.Signals, code: int
) -> None:
    world.wish.ok("list", "close", world.list_id, "--yes")
    world.wish.ok("expire")

    with sandbox.fault(action="hold_after", method="POST", path="/v1/refunds", times=None):
        with world.wish.started("refund") as command:
            eventually(sandbox.is_holding, seconds=30, what="the sandbox holds a refund")
            done = command.end(number)
        sandbox.control("faults/release")

    assert (done.code, done.out) == (code, "")
    assert "Traceback" not in done.err
    world.wish.ok("refund", WISH_CLOCK_OFFSET_SECONDS="600")
    assert world.states()["refunded"] == 2
    assert refunds_at_stripe(sandbox, world) == [4_500, 6_000]


def test_a_signal_does_not_hide_what_became_of_a_refund(
    world: World, sandbox: Sandbox, ask: Ask
) -> None:
    world.wish.ok("list", "close", world.list_id, "--yes")
    world.wish.ok("expire")
    _spoil(ask, "state = 'refund_due'")

    with sandbox.fault(action="hold_after", method="POST", path="/v1/refunds", nth=2):
        with world.wish.started("refund") as command:
            eventually(sandbox.is_holding, seconds=30, what="the sandbox holds a refund")
            eventually(lambda: "refund_failed" in world.states(), seconds=30, what="one failed")
            done = command.end(signal.SIGTERM)
        sandbox.control("faults/release")

    (failed,) = world.pledges("--state", "refund_failed")
    assert done.code == 143
    assert done.err == (
        f"wish: pledge {failed['id']}: its refund failed; `wish pledge show` says why\n"
    )


def _spoil(ask: Ask, which: str) -> None:
    """Let our books say a cent more than Stripe was paid: what it gives back then is not enough."""
    ask(
        "UPDATE ledger_entry SET amount_minor = amount_minor - 1 WHERE account = 'givers'"
        f" AND subject_id IN (SELECT id FROM pledge WHERE {which})"
    )
    ask(f"UPDATE pledge SET amount_minor = amount_minor + 1 WHERE {which}")


def _numbers(result: Any) -> list[int]:
    if isinstance(result, dict):
        return [number for part in result.values() for number in _numbers(part)]
    return [result]
