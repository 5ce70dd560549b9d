"""The one place that chooses adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from wishcore import accounts, db
from wishcore.integrations.amazon import AmazonCatalogue
from wishcore.integrations.amazon_wire import AmazonCredential
from wishcore.integrations.maildir import FolderMailer
from wishcore.integrations.smtp import SmtpMailer
from wishcore.integrations.stripe import StripeGateway
from wishcore.integrations.web import GuardedWeb
from wishcore.mail import Mailer
from wishcore.payments import PaymentGateway
from wishcore.prices import PriceCatalogue, SharedAllowance, Web
from wishcore.settings import Settings
from wishcore.times import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrations:
    """What the operations need from outside, one field per protocol."""

    payments: PaymentGateway
    mailer: Mailer
    catalogue: PriceCatalogue
    web: Web
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
        amazon = _amazon(settings)
        hasher = accounts.PasswordHasher()
        try:
            yield Integrations(
                payments=stripe,
                mailer=_mailer(settings),
                catalogue=amazon,
                web=GuardedWeb(),
                hasher=hasher,
                server_secret=settings.secret(),
            )
        finally:
            hasher.close()
            await amazon.close()
            await stripe.close()
    finally:
        await db.disconnect()


def _amazon(settings: Settings) -> AmazonCatalogue:
    return AmazonCatalogue(
        credentials=[
            AmazonCredential(id=name, secret=secret, version=version)
            for version, name, secret in settings.amazon_credentials
        ],
        partner_tags=settings.amazon_tags,
        allowance=SharedAllowance(
            calls_per_second=settings.amazon_calls_per_second,
            calls_per_day=settings.amazon_calls_per_day,
        ),
        clock=Clock(settings.clock_offset).now,
        base=settings.amazon_api_base,
    )


def _mailer(settings: Settings) -> Mailer:
    if url := settings.smtp_url.get_secret_value():
        return SmtpMailer(url=url, sender=settings.mail_from)
    return FolderMailer(folder=settings.wish_var / "mail", sender=settings.mail_from)
