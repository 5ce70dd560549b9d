"""The one place that chooses adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from wishcore import accounts, db
from wishcore.integrations.maildir import FolderMailer
from wishcore.integrations.smtp import SmtpMailer
from wishcore.integrations.stripe import StripeGateway
from wishcore.mail import Mailer
from wishcore.payments import PaymentGateway
from wishcore.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrations:
    """What the operations need from outside, one field per protocol."""

    payments: PaymentGateway
    mailer: Mailer
    hasher: accounts.PasswordHasher
    server_secret: str


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Integrations]:
    """Open the database and the adapters that the settings ask for, and close them again."""
    await db.connect(settings.database, pool_max=settings.database_pool_max)
    try:
        stripe = StripeGateway(
            secret_key=settings.stripe_secret_key.get_secret_value(),
            webhook_secret=settings.webhook_secret,
            base=settings.stripe_base,
            calls_per_second=settings.stripe_pace,
            deployment=settings.wish_public_url,
        )
        hasher = accounts.PasswordHasher()
        try:
            yield Integrations(
                payments=stripe,
                mailer=_mailer(settings),
                hasher=hasher,
                server_secret=settings.secret(),
            )
        finally:
            hasher.close()
            await stripe.close()
    finally:
        await db.disconnect()


def _mailer(settings: Settings) -> Mailer:
    if url := settings.smtp_url.get_secret_value():
        return SmtpMailer(url=url, sender=settings.mail_from)
    return FolderMailer(folder=settings.wish_var / "mail", sender=settings.mail_from)
