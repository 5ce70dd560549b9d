"""SIGTERM in the middle of a pledge: it is finished or recovered, and nobody was told a lie."""

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.api.conftest import StartWorld
from tests.api.world import World, pledge_of
from tests.support.http import Api, Json
from tests.support.load import PRICE, Load, load_on
from tests.support.oauth import wish
from tests.support.processes import is_running, workers_of
from tests.support.proof import Proof
from tests.support.server import (
    SERVER_SECRET,
    Sandbox,
    eventually,
    free_port,
    launch,
    start_server,
)

STOP_SECONDS_MAX: Final = 45.0
CONFIRM: Final = "/v1/payment_intents/*/confirm"
CREATE: Final = "/v1/payment_intents"
STOPPED_IN_THE_START: Final = """
import asyncio, logging, os, signal, sys
from wishapi import server
from wishcore.settings import load
create_app = server.create_app
def stop(*_):
    os.kill(os.getpid(), signal.Signals[sys.argv[2]])
    return True
async def stop_in_the_start(app):
    stop()
    for _ in range(100):  # The server answers already, and the start goes on.
        await asyncio.sleep(0)
async def stop_and_go_on(app, concern, action, going_on=server.Sanic._server_event):
    if (concern, action) == ("init", "after"):
        stop()
    await going_on(app, concern, action)
async def end(app):
    print("The start is over.", flush=True)
def created(settings):
    app = create_app(settings)
    app.register_listener(end, "after_server_start")
    match sys.argv[1]:
        case "as the database opens":
            app.register_listener(stop_in_the_start, "before_server_start")
        case "before it listens": type(app).ack = stop
        case "as it listens": type(app)._server_event = stop_and_go_on
        case "in a listener": app.register_listener(stop_in_the_start, "after_server_start")
        case "before it runs": logging.getLogger("sanic.server").addFilter(
            lambda said: "ready" not in said.getMessage() or stop())
    return app
server.create_app = created
server.serve(load())
"""

pytestmark = [pytest.mark.timeout(600), pytest.mark.nightly("postgres"), pytest.mark.slow]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("action", "path"),
    [("hold_before", CREATE), ("hold_after", CREATE), ("hold_after", CONFIRM)],
    ids=["before the intent", "after the intent", "after the charge"],
)
def test_a_pledge_in_progress_is_finished_before_the_server_ends(
    start: StartWorld, proof: Proof, workers: int, action: str, path: str
) -> None:
    world = start(WISH_WORKERS=str(workers))
    sandbox = world.sandbox
    shared, giver = world.shared(), world.guest()
    body = pledge_of(700)
    with ThreadPoolExecutor(1) as pool:
        with sandbox.fault(action=action, path=path, method="POST"):
            answer = pool.submit(giver.send, "POST", shared.pledges, body)
            eventually(sandbox.is_holding, what="the pledge is at Stripe")
            world.server.process.send_signal(signal.SIGTERM)
            proof.inject(f"SIGTERM {action} {path}")
            eventually(lambda: _is_refused(world), what="nobody is let in")
            keeper = world.server.process.pid
            for pid in (keeper, *workers_of(keeper)):  # As service managers do, again and to all.
                os.kill(pid, signal.SIGTERM)
            assert world.server.process.poll() is None, "It ended before the pledge did."
        told = answer.result()

    assert told.status_code == 201, told.text
    assert world.server.process.wait(STOP_SECONDS_MAX) == 0
    assert shared.charged(body["id"]) == 700


@pytest.mark.parametrize(
    "moment", ["before it listens", "as it listens", "in a listener", "before it runs"]
)
def test_a_signal_in_the_middle_of_the_start_waits_for_its_end(
    database_url: str, tmp_path: Path, proof: Proof, moment: str
) -> None:
    settings = {"DATABASE_URL": database_url, "WISH_VAR": str(tmp_path)}
    settings |= {"WISH_SECRET": SERVER_SECRET, "WISH_PORT": str(free_port())}

    process, log = launch(tmp_path, STOPPED_IN_THE_START, [moment, "SIGTERM"], settings)

    try:
        assert process.wait(STOP_SECONDS_MAX) == 0
    finally:
        process.kill()
    proof.inject(f"SIGTERM in the start, {moment}")
    assert "The start is over." in log.read_text()
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_as_the_database_opens_ends_the_start(
    database_url: str, tmp_path: Path, proof: Proof, told: signal.Signals
) -> None:
    settings = {"DATABASE_URL": database_url, "WISH_VAR": str(tmp_path)}
    settings |= {"WISH_SECRET": SERVER_SECRET, "WISH_PORT": str(free_port())}
    arguments = ["as the database opens", told.name]

    process, log = launch(tmp_path, STOPPED_IN_THE_START, arguments, settings)

    try:
        assert process.wait(STOP_SECONDS_MAX) == -told
    finally:
        process.kill()
    proof.inject(f"{told.name} as the database opens")
    assert "The start is over." not in log.read_text()


@pytest.mark.nightly  # It waits for as long as a server may take to end: 40 s.
@pytest.mark.parametrize("workers", [1, 2])
def test_a_pledge_that_stripe_does_not_answer_is_left_to_recovery(
    start: StartWorld, sandbox: Sandbox, proof: Proof, database_url: str, workers: int
) -> None:
    server = start_server(
        sandbox.log_file.parent / "ending",
        database_url=database_url,
        stripe_url=sandbox.url,
        WISH_WORKERS=str(workers),
    )
    try:
        world = World.around(server, sandbox)
        shared, giver = world.shared(), world.guest()
        body = pledge_of(700)
        with (
            ThreadPoolExecutor(1) as pool,
            sandbox.fault(action="hold_after", path=CONFIRM, method="POST"),
        ):
            answer = pool.submit(_told, giver, shared.pledges, body)
            eventually(sandbox.is_holding, what="the pledge is at Stripe")
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            proof.inject("SIGTERM while Stripe is silent")
            assert server.process.wait(STOP_SECONDS_MAX) == 0
            proof.inject("seconds until it ended", int(time.monotonic() - began))
            assert answer.result() in {0, 202}
    finally:
        server.end()
    shown = wish(server, "pledge", "show", body["id"]).out
    assert "confirming" in shown, shown
    assert "declined" not in shown, shown

    later = start(ahead_seconds=180)
    assert wish(later.server, "tick").code == 0
    again = later.nobody.signed(giver.token)
    assert again.get(f"/v1/pledges/{body['id']}")["state"] == "paid"
    assert shared.charged(body["id"]) == 700


def _told(giver: Api, path: str, body: Json) -> int:
    """Return the status of the answer; 0: there was none."""
    try:
        return giver.send("POST", path, body).status_code
    except httpx.TransportError:
        return 0


def test_a_killed_worker_is_replaced_and_nothing_told_is_lost(
    start: StartWorld, proof: Proof
) -> None:
    world = start(WISH_WORKERS="2", WISH_RATE_LIMITS="false", expected=("worker_ended",))
    load = load_on(world.shared(price=PRICE))
    with load.running():
        for _ in range(proof.size(3, 9)):
            before = len(load.told)
            eventually(partial(_more_told, load, before + 2), seconds=60, what="pledges")
            victim = proof.random.choice(workers_of(world.server.process.pid))
            os.kill(victim, signal.SIGKILL)
            proof.inject("worker killed")
            eventually(partial(_is_replaced, world, victim), seconds=30, what="two again")
    assert load.bugs == []
    assert {status for status, _ in load.codes()} <= {0, 200, 201, 404}, load.seen
    load.check()


def _more_told(load: Load, count: int) -> bool:
    return len(load.told) > count or bool(load.bugs)


def _is_replaced(world: World, victim: int) -> bool:
    now = workers_of(world.server.process.pid)
    return len(now) == 2 and victim not in now


def test_workers_do_not_outlive_the_one_who_keeps_them(start: StartWorld, proof: Proof) -> None:
    world = start(WISH_WORKERS="2")
    mine = workers_of(world.server.process.pid)
    assert len(mine) == 2

    world.server.process.kill()
    proof.inject("the keeper of workers killed")

    try:
        eventually(lambda: not any(map(is_running, mine)), seconds=30, what="they have ended")
    finally:
        for pid in filter(is_running, mine):
            os.kill(pid, signal.SIGKILL)
    assert _is_refused(world)


def _is_refused(world: World) -> bool:
    try:
        socket.create_connection(("127.0.0.1", world.server.port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # It waited to be let in as the door was closed.
        return False
    return False
