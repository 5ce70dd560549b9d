"""What must not be torn is finished, whatever becomes of the client or the server."""

import signal
import socket
import time
from typing import Any

import pytest

from tests.support.server import eventually


@pytest.fixture
def own(start: Any) -> Any:
    return start()


def hang_up(server: Any, name: str, *, milliseconds: int) -> None:
    """Ask for work, and go as soon as it has begun."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        query = f"name={name}&milliseconds={milliseconds}"
        connection.sendall(f"GET /v1/work?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        eventually((server.folder / f"{name}.begun").exists)


def test_who_waits_gets_the_result(server: Any) -> None:
    response = server.client.get("/v1/work?name=waits&milliseconds=1")
    assert (response.status_code, response.json()) == (200, {"seen": {"state": "saved"}})


def test_when_the_time_is_up_the_work_goes_on(server: Any) -> None:
    response = server.client.get("/v1/work?name=slow&milliseconds=300&timeout_milliseconds=10")
    assert (response.status_code, response.json()) == (202, {"seen": {"state": "running"}})
    assert not (server.folder / "slow.done").exists()
    eventually((server.folder / "slow.done").exists)


def test_a_client_that_hangs_up_does_not_stop_the_work(own: Any) -> None:
    hang_up(own, "gone", milliseconds=300)
    # The handler was cancelled while the work was still going on.
    eventually(lambda: any(line.get("status") == 499 for line in own.lines()))
    assert not (own.folder / "gone.done").exists()
    eventually((own.folder / "gone.done").exists)


def test_a_server_that_stops_waits_for_the_work_and_closes_after_it(own: Any) -> None:
    hang_up(own, "last", milliseconds=700)
    assert own.stop() == 0
    assert (own.folder / "last.done").read_text() == "open=True"


def test_the_wait_is_bounded(start: Any) -> None:
    own = start(limits={"drain_seconds": 0.2})
    hang_up(own, "endless", milliseconds=20_000)
    begun = time.monotonic()
    own.process.send_signal(signal.SIGTERM)
    assert own.process.wait(20) == 0
    assert time.monotonic() - begun < 5
    assert not (own.folder / "endless.done").exists()
    assert any(line["event"] == "tasks_cut_off" and line["count"] == 1 for line in own.lines())


def test_an_answer_that_takes_too_long_is_given_up(start: Any) -> None:
    own = start(limits={"response_seconds": 0.3})
    response = own.client.get("/v1/sleep")
    assert (response.status_code, response.json()["code"]) == (503, "timed_out")
    assert response.headers["retry-after"] == "5"


def test_a_request_that_does_not_arrive_is_given_up(start: Any) -> None:
    own = start(limits={"request_seconds": 0.3})
    answer = own.raw(b"GET /v1/plain HTTP/1.1\r\nHost:")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request_timeout"' in answer
    assert b"x-content-type-options: nosniff" in answer.lower()


def test_an_idle_connection_is_closed(start: Any) -> None:
    own = start(limits={"keep_alive_seconds": 0.3})
    answer = own.raw(b"GET /v1/plain HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
