"""What a setting may be, and the secret that a machine makes for itself."""

import contextlib
import os
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pydantic import ValidationError

SECRET_LENGTH_MIN: Final = 32
PASSWORD_MEMORY_KIB_MIN: Final = 19_456
"""What OWASP's Password Storage Cheat Sheet asks of Argon2id with two passes and one lane."""
_POSTGRES_OPTIONS: Final = frozenset({"host", "sslmode", "statement_cache_size"})
AMAZON_REGIONS: Final = ("na", "eu", "fe")
AMAZON_CREDENTIAL: Final = re.compile(r"[23]\.([123]):[^:\s]+:\S+")
AMAZON_TAG: Final = re.compile(r"(www\.amazon\.[a-z.]{2,6})=([\w-]{1,64})", re.ASCII)


class BadSettings(Exception):
    """A setting is unknown or has a value that cannot be right; the text names each."""


@dataclass(frozen=True, slots=True)
class ProviderApp:
    """Who we are at a company where people sign in."""

    app_id: str
    secret: str = field(repr=False)
    base: str


def kept_secret(path: Path) -> str:
    """Return the secret of this machine, which is made once.

    Raises:
        BadSettings: the file is not what was written.
    """
    if not path.exists():
        _keep(path, secrets.token_urlsafe(48))
    secret = path.read_text()
    if len(secret) < SECRET_LENGTH_MIN:
        raise BadSettings(f"{path}: is damaged. Restore it; or delete it, and share anew")
    return secret


def _keep(path: Path, secret: str) -> None:
    """Write the secret, whole or not at all; of two processes at once the first one counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret")  # Mode 0600.
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    Path(draft).unlink()


def has_host(url: str) -> bool:
    """Say whether the address names a host, here or in an option, and a port that can be one."""
    try:
        parts = urlsplit(url)
        return parts.port != 0 and bool(parts.hostname or "host" in dict(parse_qsl(parts.query)))
    except ValueError:
        return False


def checked_database(url: str) -> None:
    """Refuse what names no database; nothing stands for SQLite in `var/`.

    Raises:
        ValueError: the text says why.
    """
    scheme = url.partition("://")[0]
    if scheme not in {"", "sqlite", "postgres", "postgresql"}:
        raise ValueError("begins with sqlite:// or postgres://")
    if scheme == "sqlite" and not url.removeprefix("sqlite://").partition("?")[0].strip("/"):
        raise ValueError("names no file (sqlite:///folder/file.sqlite3)")
    if scheme.startswith("postgres"):
        if not has_host(url):
            raise ValueError("names no host, or a port that is none")
        if strange := sorted(set(dict(parse_qsl(urlsplit(url).query))) - _POSTGRES_OPTIONS):
            raise ValueError(f"has an option that is not known: {strange[0]}")


def reasons(error: ValidationError) -> str:
    """Name each setting that is wrong, with the reason, and without its value."""
    return "; ".join(
        f"{str(problem['loc'][0]).upper()}: {problem['msg'].removeprefix('Value error, ')}"
        if problem["loc"]
        else problem["msg"].removeprefix("Value error, ")
        for problem in error.errors(include_url=False, include_input=False)
    )
