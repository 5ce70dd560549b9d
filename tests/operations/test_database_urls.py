"""What a database's URL may say."""

from typing import Any

import pytest

from wishcore.db import tortoise_config


def _credentials(url: str) -> dict[str, Any]:
    credentials: dict[str, Any] = tortoise_config(url)["connections"]["default"]["credentials"]
    return credentials


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///var/lib/wish.sqlite3", "/var/lib/wish.sqlite3"),
        ("sqlite://var/wish.sqlite3", "var/wish.sqlite3"),
        ("sqlite:///a%20folder/wish.sqlite3?busy_timeout=5", "/a folder/wish.sqlite3"),
    ],
)
def test_a_file(url: str, path: str) -> None:
    assert _credentials(url)["file_path"] == path


def test_a_file_is_waited_for_unless_told_otherwise() -> None:
    assert _credentials("sqlite://x")["busy_timeout"] == 10_000
    assert _credentials("sqlite://x?busy_timeout=5")["busy_timeout"] == "5"


def test_a_server() -> None:
    url = "postgres://ann:p%40ss@db.example.org:6432/wish?sslmode=require&statement_cache_size=0"
    found = _credentials(url)

    assert (found["user"], found["password"]) == ("ann", "p@ss")
    assert (found["host"], found["port"]) == ("db.example.org", 6432)
    assert (found["database"], found["ssl"]) == ("wish", "require")
    assert found["statement_cache_size"] == 0
    assert found["server_settings"]["lock_timeout"] == "5000"


def test_a_socket() -> None:
    assert _credentials("postgres://ann@/wish?host=/run/postgresql")["host"] == "/run/postgresql"
