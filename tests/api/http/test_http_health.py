"""Alive, and ready."""

from pathlib import Path
from typing import Any

import httpx


def test_a_live_process_says_so(client: httpx.Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_process_that_cannot_serve_is_alive_but_not_ready(start: Any) -> None:
    server = start()
    assert server.client.get("/health/ready").json() == {"status": "ok"}
    Path(server.folder, "broken").touch()
    response = server.client.get("/health/ready")
    assert (response.status_code, response.json()["code"]) == (503, "not_ready")
    assert response.headers["retry-after"] == "5"
    assert "secret" not in response.text
    assert server.client.get("/health/live").status_code == 200
    Path(server.folder, "broken").unlink()
    assert server.client.get("/health/ready").status_code == 200
