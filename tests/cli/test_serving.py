"""`wish serve` and `wish sandbox`, as processes: how they start, answer and end."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.cli.runner import WAIT_SECONDS, Started, Wish
from tests.support.planting import ROOT
from tests.support.processes import children_of, gone, workers_of
from tests.support.server import eventually, free_port

pytestmark = [pytest.mark.timeout(120), pytest.mark.slow]


@pytest.fixture
def place(bare: Wish) -> Wish:
    """The command with ports of its own (and cheap passwords), and nothing else set."""
    bare.settings = {
        "STRIPE_API_BASE": f"http://127.0.0.1:{free_port()}",
        "GOOGLE_ISSUER": f"http://127.0.0.1:{free_port()}/google",
        "AERICH_NO_TORTOISE_V1_WARNING": "1",
    }
    return bare


@pytest.fixture
def served(place: Wish) -> Iterator[tuple[Started, str]]:
    """A server with its sandbox, and its address."""
    port = free_port()
    with place.started("serve", "--with-sandbox", "--port", port) as command:
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: _answers(address), seconds=WAIT_SECONDS, what="the API answers")
        yield command, address


def test_it_serves_with_no_settings_at_all_and_ends_with_its_sandbox(
    place: Wish, served: tuple[Started, str]
) -> None:
    command, address = served
    sandbox = place.settings["STRIPE_API_BASE"]
    (child,) = children_of(command.pid)
    assert httpx.get(f"{address}/v1/lists").status_code == 401
    target = httpx.get(f"{sandbox}/_sandbox/webhook").json()
    assert target["url"] == f"{address}/v1/webhooks/stripe"
    loaded = place.ok("demo", "--data", "--json", WISH_PUBLIC_URL=address).json
    shared = httpx.get(f"{address}/v1/shared/{loaded['share_token']}")
    assert shared.status_code == 200
    eventually(lambda: _delivered(sandbox) > 0, what="a notice arrives at the API")

    done = command.end(signal.SIGTERM)

    assert done.code == 0
    assert "Traceback" not in done.err
    gone(child)
    assert (place.folder / "var" / "sandbox.json").exists()


def test_ctrl_c_ends_both(served: tuple[Started, str]) -> None:
    command, _ = served
    (child,) = children_of(command.pid)

    assert command.end(signal.SIGINT).code == 0

    gone(child)


def test_a_killed_server_leaves_no_sandbox(served: tuple[Started, str]) -> None:
    command, _ = served
    (child,) = children_of(command.pid)

    command.process.kill()

    gone(child)


def test_a_signal_while_it_starts_leaves_no_sandbox(place: Wish) -> None:
    place.ok("migrate")
    with place.started("serve", "--with-sandbox", "--port", free_port()) as command:
        eventually(lambda: bool(children_of(command.pid)), seconds=WAIT_SECONDS)
        (child,) = children_of(command.pid)
        done = command.end(signal.SIGTERM)

    # By the signal itself, by the command that was in its way, or as a server that listens already.
    assert done.code in {-signal.SIGTERM, 128 + signal.SIGTERM, 0}
    assert "Traceback" not in done.err
    gone(child)


def test_without_the_sandbox_it_serves_alone(place: Wish) -> None:
    port = free_port()
    with place.started("serve", WISH_PORT=str(port)) as command:
        eventually(lambda: _answers(f"http://127.0.0.1:{port}"), seconds=WAIT_SECONDS)
        assert children_of(command.pid) == []
        assert command.end(signal.SIGTERM).code == 0


def test_a_worker_that_is_killed_is_replaced_and_all_end_together(place: Wish) -> None:
    port = free_port()
    with place.started("serve", "--port", port, "--workers", 2) as command:
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: _answers(address), seconds=WAIT_SECONDS, what="the API answers")
        eventually(lambda: len(workers_of(command.pid)) == 2, seconds=WAIT_SECONDS)
        before = workers_of(command.pid)
        for worker in before:
            os.kill(worker, signal.SIGKILL)
            gone(worker)

        eventually(lambda: _answers(address), seconds=WAIT_SECONDS, what="it answers again")
        after = workers_of(command.pid)
        done = command.end(signal.SIGTERM)

    assert done.code == 0
    assert done.err.count("worker_ended") == 2
    for worker in after:
        gone(worker)


@pytest.mark.nightly
def test_workers_that_keep_dying_end_it(place: Wish) -> None:
    """The remedy is to mend what the log says; here somebody kills each as soon as it is there."""
    with place.started("serve", "--port", free_port(), "--workers", 2) as command:

        def is_over() -> bool:
            for worker in workers_of(command.pid):
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
            return command.process.poll() is not None

        eventually(is_over, seconds=10 * WAIT_SECONDS, what="it gives up")
        done = command.end(signal.SIGTERM)

    assert done.code == 1
    assert "WorkersKeepDying" in done.err
    assert done.err.count("worker_ended") > 10


def test_the_line_of_the_procfile_listens_where_the_platform_says(place: Wish) -> None:
    """Heroku and its like choose the port, and tell it as `PORT`."""
    (line,) = re.findall(r"^web: wish (.+)$", (ROOT / "Procfile").read_text(), flags=re.MULTILINE)
    port = free_port()
    words = line.replace("0.0.0.0", "127.0.0.1").replace("$PORT", str(port)).split()
    with place.started(*words) as command:
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: _answers(address), seconds=WAIT_SECONDS, what="the API answers")

        assert command.end(signal.SIGTERM).code == 0


def test_a_sandbox_that_nobody_would_use_is_refused(bare: Wish) -> None:
    stripe = {"STRIPE_SECRET_KEY": "sk_test_another", "STRIPE_API_BASE": ""}

    for words in (("serve", "--with-sandbox"), ("sandbox",)):
        done = bare.run(*words, **stripe)
        assert (done.code, done.out) == (3, "")
        assert "sandbox_not_in_use" in done.err
    assert not (bare.folder / "var").exists()


def test_a_bad_option_is_a_bad_setting(bare: Wish) -> None:
    done = bare.run("serve", "--port=99999")

    assert done.code == 2
    assert "WISH_PORT" in done.err


def test_a_taken_port(place: Wish) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        alone = place.run("sandbox", "--port", port)
        place.settings["STRIPE_API_BASE"] = f"http://127.0.0.1:{port}"
        beside = place.run("serve", "--with-sandbox", "--port", free_port())
        api = place.run("serve", "--port", port)

    assert alone.code == beside.code == api.code == 3
    for refused in (alone, api):
        assert f"cannot_listen: 127.0.0.1:{port}: Address already in use" in refused.err
        assert "Traceback" not in refused.err
    assert "sandbox_not_started" in beside.err


def test_webhooks_stay_on_this_machine(place: Wish) -> None:
    done = place.run("sandbox", "--webhook-url=http://example.org/hooks")

    assert done.code == 2
    assert "bad_webhook_address" in done.err


def test_the_sandbox_keeps_its_books(place: Wish) -> None:
    state = place.folder / "books" / "sandbox.json"
    words = ("sandbox", "--port=0", "--state", state)
    intents = [_run_sandbox(place, *words, is_first=is_first) for is_first in (True, False)]

    assert intents == [1, 1]
    assert state.exists()


def _run_sandbox(place: Wish, *words: object, is_first: bool) -> int:
    with place.started(*words) as command:
        eventually(lambda: "\n" in command.out, seconds=WAIT_SECONDS, what="it says where it is")
        address = command.out.splitlines()[0]
        headers = {"Authorization": "Bearer sk_test_sandbox", "Idempotency-Key": "once"}
        if is_first:
            order = {"amount": "500", "currency": "usd"}
            made = httpx.post(f"{address}/v1/payment_intents", data=order, headers=headers)
            assert made.status_code == 200, made.text
        count = len(httpx.get(f"{address}/_sandbox/book").json()["payment_intents"])
        assert command.end(signal.SIGTERM).code == 0
    return count


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def _delivered(sandbox: str) -> int:
    return int(httpx.get(f"{sandbox}/_sandbox/webhook").json()["delivered"])
