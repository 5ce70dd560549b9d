"""How Tortoise reaches the database: two engines, one set of models."""

from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise import Tortoise
from tortoise.connection import get_connection

MODELS: Final = (
    "wishcore.db.leases",
    "wishcore.limits.models",
    "wishcore.security_events.models",
    "wishcore.accounts.models",
    "wishcore.identities.models",
    "wishcore.frontends.models",
    "wishcore.oauth.models",
    "wishcore.confirmations.models",
    "wishcore.follows.models",
    "wishcore.leaving.models",
    "wishcore.visitors.models",
    "wishcore.ledger.models",
    "wishcore.payments.models",
    "wishcore.lists.models",
    "wishcore.prices.models",
    "wishcore.pledges.models",
    "wishcore.refunds.models",
    "aerich.models",
)
"""Every module with tables."""


def tortoise_config(url: str, *, pool_max: int = 16) -> dict[str, Any]:
    """Return Tortoise's configuration for a `sqlite://` or `postgres://` URL."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    connection = (
        {"engine": "wishcore.db.sqlite", "credentials": _sqlite(url, options)}
        if parts.scheme == "sqlite"
        else {"engine": "wishcore.db.postgres", "credentials": _postgres(url, options, pool_max)}
    )
    return {
        "connections": {"default": connection},
        "apps": {"models": {"models": list(MODELS), "default_connection": "default"}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, *, pool_max: int = 16) -> None:
    """Open the database for this process, and ask it something, so that a bad URL fails now."""
    await Tortoise.init(
        config=tortoise_config(url, pool_max=pool_max), _enable_global_fallback=True
    )
    try:
        await ping()
    except BaseException:
        await disconnect()
        raise


async def ping() -> None:
    """Return if the database answers; raise what the driver raises if it does not."""
    await get_connection("default").execute_query_dict("SELECT 1 AS one")


async def disconnect() -> None:
    """Close the database. An open SQLite connection would keep the process from ending."""
    await Tortoise.close_connections()


def _sqlite(url: str, options: dict[str, str]) -> dict[str, Any]:
    path = unquote(url.removeprefix("sqlite://").partition("?")[0])
    # FULL: what was acknowledged, and what is about to be charged, survives a power cut.
    return {"file_path": path, "busy_timeout": 10_000, "synchronous": "FULL", **options}


def _postgres(url: str, options: dict[str, str], pool_max: int) -> dict[str, Any]:
    parts = urlsplit(url)
    server_settings = {
        "application_name": "wish",
        "statement_timeout": "10000",
        "lock_timeout": "5000",
        # Whatever the server does for others: what was acknowledged here survives its crash.
        "synchronous_commit": "on",
        "idle_in_transaction_session_timeout": "15000",
    }
    credentials: dict[str, Any] = {
        "host": unquote(options.pop("host", parts.hostname or "localhost")),
        "port": parts.port or 5432,
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.removeprefix("/")),
        "minsize": 1,
        "maxsize": pool_max,
        "command_timeout": 15,
        "server_settings": server_settings,
    }
    if (mode := options.pop("sslmode", None)) is not None:
        credentials["ssl"] = mode
    if (size := options.pop("statement_cache_size", None)) is not None:
        credentials["statement_cache_size"] = int(size)  # 0 behind PgBouncer before 1.21.
    assert not options, "The settings know every option."
    return credentials
