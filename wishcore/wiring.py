"""The one place that chooses adapters."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from wishcore import accounts, db
from wishcore.identities import IdentityProvider
from wishcore.integrations.amazon import AmazonCatalogue
from wishcore.integrations.amazon_wire import AmazonCredential
from wishcore.integrations.facebook import FacebookProvider, FacebookSettings
from wishcore.integrations.google import google
from wishcore.integrations.maildir import FolderMailer
from wishcore.integrations.openid import OpenIdProvider
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
    providers: Mapping[str, IdentityProvider]
    """Where else people can sign in, by name, in the order in which they are offered."""


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Integrations]:
    """Open the database and the adapters that the settings ask for, and close them again."""
    async with AsyncExitStack() as stack:
        await db.connect(settings.database, pool_max=settings.database_pool_max)
        stack.push_async_callback(db.disconnect)
        stripe = StripeGateway(
            secret_key=settings.stripe_secret_key.get_secret_value(),
            webhook_secret=settings.webhook_secret,
            base=settings.stripe_base,
            calls_per_second=settings.stripe_pace,
            deployment=settings.wish_public_url,
        )
        stack.push_async_callback(stripe.close)
        amazon = _amazon(settings)
        stack.push_async_callback(amazon.close)
        hasher = accounts.PasswordHasher(memory_kib=settings.wish_password_memory_kib)
        stack.callback(hasher.close)
        providers = _providers(settings)
        for provider in providers:
            stack.push_async_callback(provider.close)
        yield Integrations(
            payments=stripe,
            mailer=_mailer(settings),
            catalogue=amazon,
            web=GuardedWeb(),
            hasher=hasher,
            server_secret=settings.secret(),
            providers={provider.name: provider for provider in providers},
        )


def _providers(settings: Settings) -> list[OpenIdProvider | FacebookProvider]:
    found: list[OpenIdProvider | FacebookProvider] = []
    if app := settings.google:
        found.append(
            google(
                issuer=app.base,
                client_id=app.app_id,
                client_secret=app.secret,
                # The real time, also where our clock is ahead: foreign tokens know no other.
                clock=time.time,
            )
        )
    if app := settings.facebook:
        found.append(
            FacebookProvider(
                FacebookSettings(
                    app_id=app.app_id,
                    app_secret=app.secret,
                    version=settings.facebook_graph_version,
                    dialog_base=app.base,
                    graph_base=settings.facebook_graph,
                )
            )
        )
    return found


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
