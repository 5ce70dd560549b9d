"""What `wish doctor` looks at. One look that fails does not hide the others."""

import asyncio
import tempfile
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from pydantic import SecretStr

from wishcli import process, runtime
from wishcore import administration, migrating, prices, wiring
from wishcore.errors import WishError
from wishcore.identities import Start
from wishcore.money import Money
from wishcore.payments import PaymentRefused
from wishcore.settings import Settings
from wishcore.times import Clock
from wishcore.wiring import Integrations

SKEW_MAX: Final = timedelta(seconds=5)
LOOK_SECONDS_MAX: Final = 20
_TRIAL: Final = Start(redirect_uri="", state="", nonce="", code_challenge="")
_SMTP_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found."""

    about: str
    is_well: bool
    seen: str
    remedy: str = ""


class Unwell(Exception):
    """Something is wrong; the text says what, and the remedy what to do."""

    def __init__(self, seen: str, *, remedy: str) -> None:
        super().__init__(seen)
        self.remedy = remedy


def examine() -> tuple[Mapping[str, str], list[Seen]]:
    """Return the settings without secrets, and what each look found.

    Raises:
        BadSettings: one is unknown or cannot be right; nothing else is looked at.
    """
    settings = process.read_settings()
    return _shown(settings), process.run_until_signalled(lambda: _look(settings))


async def _look(settings: Settings) -> list[Seen]:
    found = [_readiness(settings)]
    try:
        runtime.require_database(settings)
        async with wiring.connected(settings) as integrations:
            found.append(Seen(about="database", is_well=True, seen=_without_password(settings)))
            found.append(await _seen("migrations", _migrations(settings)))
            found.append(await _seen("clock", _clock(settings)))
            found.append(await _seen("sign-in", _providers(settings, integrations)))
            found.append(await _seen("payments", _payments(settings, integrations)))
            found.append(await _seen("prices", _prices(settings, integrations)))
    except runtime.NoDatabase as error:
        found.append(Seen(about="database", is_well=False, seen=error.title, remedy="wish migrate"))
    except Exception as error:
        # Whatever a driver says when it cannot connect is what the operator has to know.
        seen = f"{_without_password(settings)}: {error}"
        remedy = "check DATABASE_URL, and that the server runs; then look again"
        found.append(Seen(about="database", is_well=False, seen=seen, remedy=remedy))
    found.append(await _seen("mail", _mail(settings)))
    return found


def _readiness(settings: Settings) -> Seen:
    """Name what production needs and has not; on a laptop that is as it should be."""
    needed = list(settings.refused_when_live)
    if settings.is_sandbox:
        needed.append("STRIPE_SECRET_KEY is needed: this is the sandbox's")
    hints = []
    if not settings.database_url.get_secret_value():
        hints.append("DATABASE_URL is empty: the database is a file of this machine")
    if not settings.cors_origins:
        hints.append(
            "WISH_CORS_ORIGINS is empty: only pages of front ends of `wish client` may call"
        )
    seen = "not enough for real money" if needed else "enough for real money"
    remedy = "; ".join([*needed, *hints])
    is_well = not (needed and settings.is_live)
    return Seen(about="settings", is_well=is_well, seen=seen, remedy=remedy)


async def _seen(about: str, look: Awaitable[str]) -> Seen:
    try:
        async with asyncio.timeout(LOOK_SECONDS_MAX):
            return Seen(about=about, is_well=True, seen=await look)
    except TimeoutError:
        return Seen(about=about, is_well=False, seen=f"no answer in {LOOK_SECONDS_MAX} s")
    except Unwell as unwell:
        return Seen(about=about, is_well=False, seen=str(unwell), remedy=unwell.remedy)


async def _migrations(settings: Settings) -> str:
    if missing := await migrating.pending(settings.database):
        raise Unwell(f"missing: {', '.join(missing)}", remedy="wish migrate")
    return "up to date"


async def _clock(settings: Settings) -> str:
    here = Clock().now()
    skew = await administration.database_time() - here
    if abs(skew) > SKEW_MAX:
        raise Unwell(
            f"the database's clock differs by {skew.total_seconds():.0f} s",
            remedy="keep the clocks of both machines right (chrony, systemd-timesyncd)",
        )
    if settings.wish_clock_offset_seconds:
        raise Unwell(
            f"set ahead by {settings.clock_offset}",
            remedy="remove WISH_CLOCK_OFFSET_SECONDS: it is for demonstrations",
        )
    return f"{here:%Y-%m-%d %H:%M:%S}Z, as the database's"


async def _payments(settings: Settings, integrations: Integrations) -> str:
    name = "the sandbox" if settings.is_sandbox else "Stripe"
    try:
        balance = await integrations.payments.available_balance()
    except (WishError, PaymentRefused) as error:
        raise Unwell(
            f"{name} gives no answer at {settings.stripe_base}",
            remedy="wish sandbox" if settings.is_sandbox else "check STRIPE_SECRET_KEY",
        ) from error
    mode = "real money moves" if settings.is_live else "no real money"
    held = ", ".join(str(Money(amount, currency)) for currency, amount in sorted(balance.items()))
    return f"{name} at {settings.stripe_base}, {mode}; it holds {held or 'nothing'}"


async def _prices(settings: Settings, integrations: Integrations) -> str:
    unserved = set(settings.amazon_tags) - integrations.catalogue.marketplaces
    if unserved:
        raise Unwell(
            f"no credential serves {', '.join(sorted(unserved))}",
            remedy="set AMAZON_CREDENTIAL_… of its region, or mend AMAZON_PARTNER_TAGS",
        )
    if settings.amazon_credentials and not settings.amazon_tags:
        raise Unwell("a credential without any partner tag", remedy="set AMAZON_PARTNER_TAGS")
    if not integrations.catalogue.marketplaces:
        return "Amazon is not set up: prices are typed by hand (docs/amazon.md)"
    for access in await prices.accesses():
        if access.closure is not None and access.closed_until is not None:
            closed = f"{access.name}: {access.closure}, until {access.closed_until:%Y-%m-%d %H:%M}Z"
            if Clock(settings.clock_offset).now() < access.closed_until:
                raise Unwell(closed, remedy="docs/amazon.md says what each reason means")
    return f"Amazon, for {', '.join(sorted(integrations.catalogue.marketplaces))}"


async def _providers(settings: Settings, integrations: Integrations) -> str:
    offered = integrations.providers
    for provider in offered.values():
        try:
            await provider.page(_TRIAL)
        except WishError as error:
            if settings.is_sandbox:
                return f"with a password; the stand-in for {provider.title} is not there"
            raise Unwell(
                f"{provider.title} gives no answer: {error.detail}",
                remedy="check GOOGLE_… and FACEBOOK_…",
            ) from error
    names = ", ".join(provider.title for provider in offered.values())
    return f"with a password{f', at {names}' if names else ''}"


async def _mail(settings: Settings) -> str:
    url = settings.smtp_url.get_secret_value()
    return await _smtp(url) if url else await asyncio.to_thread(_folder, settings.wish_var / "mail")


async def _smtp(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or _SMTP_PORTS[parts.scheme]
    try:
        _, writer = await asyncio.open_connection(parts.hostname, port)
    except OSError as error:
        raise Unwell(
            f"{parts.hostname}:{port} cannot be reached: {error.strerror or error}",
            remedy="check SMTP_URL and the firewall",
        ) from error
    writer.close()
    return f"{parts.hostname}:{port} can be reached"


def _folder(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Unwell(
            f"{folder} cannot be written to: {error.strerror}",
            remedy="check WISH_VAR and its owner",
        ) from error
    return f"letters become files in {folder}"


def _shown(settings: Settings) -> dict[str, str]:
    shown = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = "(set)" if value.get_secret_value() else ""
        shown[name.upper()] = str(value)
    return shown | {"DATABASE_URL": _without_password(settings)}


def _without_password(settings: Settings) -> str:
    parts = urlsplit(settings.database)
    user, mark, place = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    # The query may hold a password, too (libpq takes one there).
    shown = f"{name}:***{mark}{place}" if password else parts.netloc
    return parts._replace(netloc=shown, query="").geturl()
