"""One line for each request, without secrets, that nobody can forge."""

import json
import logging
import re
import socket
from typing import Any

import pytest

from tests.support.server import eventually
from wishapi.http.logs import _hide_paths

OLGA = {"Authorization": "Bearer olga"}


@pytest.fixture
def own(start: Any) -> Any:
    return start()


def requests(server: Any) -> list[dict[str, Any]]:
    return [line for line in server.lines() if line["event"] == "request"]


def test_each_request_is_one_line(own: Any) -> None:
    thing = "/v1/things/0190a000-0000-7000-8000-000000000001"
    first = own.client.get(thing, headers=OLGA)
    own.client.get("/v1/shared/a-secret-token?also=secret")
    own.client.post("/nothing/a-secret-token", content=b"secret-body")
    own.client.get("/v1/things", headers={"Authorization": "Bearer secret-token"})
    own.client.post("/v1/raise", json={"what": "bug"})
    eventually(lambda: len(requests(own)) == 5)
    lines = requests(own)
    assert [(line["route"], line["method"], line["status"]) for line in lines] == [
        ("/v1/things/{thing_id}", "GET", 200),
        ("/v1/shared/{token}", "GET", 422),
        ("-", "POST", 404),
        ("/v1/things", "GET", 401),
        ("/v1/raise", "POST", 500),
    ]
    assert [line["principal"] for line in lines] == ["Owner", "", "", "", ""]
    assert lines[0]["request_id"] == first.headers["x-request-id"]
    assert 0 < lines[0]["duration_ms"] < 10_000
    assert set(lines[0]) == {
        "event", "level", "timestamp", "request_id",
        "method", "route", "status", "duration_ms", "principal",
    }  # fmt: skip
    assert "secret-token" not in own.log()
    assert "secret-body" not in own.log()
    assert "also" not in own.log()


@pytest.mark.parametrize(
    ("sent", "logged"),
    [
        (b"abc-123", "abc-123"),
        (b"x" * 500, "x" * 64),
        (b'a"b', "a"),
        (b"\x1b[31mred", ""),
        (b"abc\x0b{}", "abc"),
        ("ä".encode(), ""),
    ],
)
def test_a_clients_request_id_is_logged_clipped_and_clean(
    own: Any, sent: bytes, logged: str
) -> None:
    own.raw(
        b"GET /v1/plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-ID: "
        + sent
        + b"\r\n\r\n"
    )
    eventually(lambda: bool(requests(own)))
    [line] = requests(own)
    assert line["client_request_id"] == logged
    assert re.fullmatch("[0-9a-f]{24}", line["request_id"])


def test_nothing_that_a_client_sends_makes_a_line(own: Any) -> None:
    forged = json.dumps({"event": "request", "forged": True})
    tight = forged.replace(" ", "")
    for request in (
        f"GET /v1/plain\r{forged} HTTP/1.1",
        f"GET /{tight} HTTP/1.1",
        f"F\n{tight}\n /v1/plain HTTP/1.1",
        f"GET /v1/plain HTTP/1.1\r\nX-Request-ID: a\n{forged}",
    ):
        own.raw(f"{request}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    eventually(lambda: len(requests(own)) == 4)
    assert "forged" not in own.log()


def test_a_client_that_hangs_up_is_logged_once_without_its_path(own: Any) -> None:
    with socket.create_connection(("127.0.0.1", own.port), timeout=10) as connection:
        connection.sendall(
            b"GET /v1/work?name=secret-name&milliseconds=300 HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        eventually((own.folder / "secret-name.begun").exists)
    eventually(lambda: bool(requests(own)))
    eventually((own.folder / "secret-name.done").exists)
    own.client.get("/health/live")
    eventually(lambda: len(requests(own)) >= 2)
    assert [line["status"] for line in requests(own)] == [499, 200]
    assert "secret-name" not in own.log()


def test_sanics_own_lines_are_ours(own: Any) -> None:
    own.client.get("/health/live")
    assert own.stop() == 0
    lines = own.lines()
    assert any("Worker" in line["event"] for line in lines)
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Request: GET /v1/shared/tok stopped.", "Request: GET <path> stopped."),
        ("GET http://h:1/v1/shared/tok?x=1 x", "GET http://h:1<path> x"),
        ("<Request: GET /v1/shared/tok> body", "<Request: GET <path> body"),
        ("Goin' Fast @ http://127.0.0.1:8000", "Goin' Fast @ http://127.0.0.1:8000"),
        ("uri: '/v1/shared/tok'", "uri: '<path>'"),
        ("?token=tok", "<path>"),
    ],
)
def test_paths_are_taken_out_of_sanics_messages(message: str, shown: str) -> None:
    record = logging.LogRecord("sanic.root", logging.INFO, "", 1, message, None, None)
    event = {"event": message, "_record": record}
    assert _hide_paths(None, "info", event)["event"] == shown


def test_on_a_terminal_control_characters_are_shown(start: Any) -> None:
    server = start(json=False)
    server.client.get("/v1/plain", headers={"X-Request-ID": "abc"})
    eventually(lambda: "client_request_id=abc" in server.log())
    assert "\x1b" not in server.log()
    assert "route=/v1/plain" in server.log()
