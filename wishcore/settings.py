"""Settings: the only reader of the environment.

Values come from the environment, then from `.env.<name>` (where `WISH_ENV` names one), then from
`.env`, then from the embedded defaults, with which everything runs on one machine without any
setting: SQLite and letters under `var/`, and the bundled Stripe sandbox.
"""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from wishcore.settings_values import (
    AMAZON_CREDENTIAL,
    AMAZON_REGIONS,
    AMAZON_TAG,
    PASSWORD_MEMORY_KIB_MIN,
    SECRET_LENGTH_MIN,
    ProviderApp,
    checked_database,
    has_host,
    kept_secret,
    reasons,
)
from wishcore.settings_values import BadSettings as BadSettings  # noqa: PLC0414 - its public name

SANDBOX_KEY: Final = "sk_test_sandbox"
SANDBOX_WEBHOOK_SECRET: Final = "whsec_the_sandbox_of_one_machine"
SANDBOX_BASE: Final = "http://127.0.0.1:12111"
STRIPE_BASE: Final = "https://api.stripe.com"
IDENTITY_SANDBOX_BASE: Final = "http://127.0.0.1:12112"
SANDBOX_GOOGLE_ID: Final = "sandbox-google-client"
SANDBOX_FACEBOOK_ID: Final = "1234567890"
SANDBOX_IDENTITY_SECRET: Final = "the_secret_of_the_identity_sandbox"
GOOGLE_ISSUER: Final = "https://accounts.google.com"
FACEBOOK_DIALOG_BASE: Final = "https://www.facebook.com"
FACEBOOK_GRAPH_BASE: Final = "https://graph.facebook.com"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_SHORT_SECRET: Final = f"WISH_SECRET is shorter than {SECRET_LENGTH_MIN} characters"


class Settings(BaseModel):
    """Everything that differs between machines; each field is an environment variable."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    wish_env: str = ""
    wish_var: Path = Path("var")
    wish_secret: SecretStr = SecretStr("")
    wish_public_url: str = "http://127.0.0.1:8000"
    wish_share_url: str = ""
    wish_return_url: str = ""
    wish_host: str = "127.0.0.1"
    wish_port: Annotated[int, Field(ge=0, le=65535)] = 8000
    wish_workers: Annotated[int, Field(ge=1, le=64)] = 1
    wish_docs: bool = True
    wish_cors_origins: str = ""
    wish_proxies_count: Annotated[int, Field(ge=0, le=10)] = 0
    wish_forwarded_secret: SecretStr = SecretStr("")
    wish_rate_limits: bool = True
    wish_password_memory_kib: Annotated[int, Field(ge=8, le=2**20)] = PASSWORD_MEMORY_KIB_MIN
    wish_log_level: Literal["debug", "info", "warning", "error"] = "info"
    wish_log_format: Literal["auto", "json", "console"] = "auto"
    wish_clock_offset_seconds: Annotated[int, Field(ge=0, le=400 * 86_400)] = 0
    database_url: SecretStr = SecretStr("")
    database_pool_max: Annotated[int, Field(ge=1, le=200)] = 16
    stripe_secret_key: SecretStr = SecretStr(SANDBOX_KEY)
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_base: str = ""
    stripe_calls_per_second: Annotated[int, Field(ge=0, le=1000)] = 0
    amazon_credential_na: SecretStr = SecretStr("")
    amazon_credential_eu: SecretStr = SecretStr("")
    amazon_credential_fe: SecretStr = SecretStr("")
    amazon_partner_tags: str = ""
    amazon_api_base: str = ""
    amazon_calls_per_second: Annotated[int, Field(ge=1, le=10)] = 1
    amazon_calls_per_day: Annotated[int, Field(ge=1, le=1_000_000)] = 8640
    google_client_id: str = ""
    google_client_secret: SecretStr = SecretStr("")
    google_issuer: str = ""
    facebook_app_id: Annotated[str, Field(pattern=r"^\d{0,30}$")] = ""
    facebook_app_secret: SecretStr = SecretStr("")
    facebook_dialog_base: str = ""
    facebook_graph_base: str = ""
    facebook_graph_version: Annotated[str, Field(pattern=r"^v\d{1,3}\.\d{1,2}$")] = "v25.0"
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "Wish <wish@localhost>"

    @field_validator(
        "wish_public_url",
        "wish_share_url",
        "wish_return_url",
        "stripe_api_base",
        "amazon_api_base",
        "google_issuer",
        "facebook_dialog_base",
        "facebook_graph_base",
    )
    @classmethod
    def _is_base_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not has_host(value) or parts.query):
            raise ValueError("is not the address of a server (https://host)")
        return value.rstrip("/")

    @field_validator("wish_cors_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        for origin in value.split():
            parts = urlsplit(origin)
            if (
                parts.scheme not in {"http", "https"}
                or origin != f"{parts.scheme}://{parts.netloc}"
            ):
                raise ValueError(f"has {origin!r}, which is not an origin (https://host[:port])")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: SecretStr) -> SecretStr:
        checked_database(value.get_secret_value())
        return value

    @field_validator("amazon_credential_na", "amazon_credential_eu", "amazon_credential_fe")
    @classmethod
    def _is_credential(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        number = 1 + AMAZON_REGIONS.index((info.field_name or "")[-2:])
        found = AMAZON_CREDENTIAL.fullmatch(value.get_secret_value())
        if value.get_secret_value() and (found is None or int(found.group(1)) != number):
            raise ValueError(f"is not version:id:secret, with version 3.{number} or 2.{number}")
        return value

    @field_validator("amazon_partner_tags")
    @classmethod
    def _are_partner_tags(cls, value: str) -> str:
        for word in value.split():
            if not AMAZON_TAG.fullmatch(word):
                raise ValueError(f"has {word!r}, which is not www.amazon.com=tag-20")
        return value

    @field_validator("wish_share_url", "wish_return_url")
    @classmethod
    def _has_a_place(cls, value: str, info: ValidationInfo) -> str:
        place = "{token}" if info.field_name == "wish_share_url" else "{pledge}"
        if value and place not in value:
            raise ValueError(f"has no {place} in it")
        return value

    @field_validator("stripe_webhook_secret")
    @classmethod
    def _is_webhook_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith("whsec_"):
            raise ValueError("is not a secret of a webhook (whsec_…)")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        if not re.fullmatch(r"[^<>@]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", value):
            raise ValueError("is not a sender (Wish <wish@example.org>)")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if value.get_secret_value() and (
            parts.scheme not in {"smtp", "smtps", "smtp+starttls"}
            or not has_host(value.get_secret_value())
        ):
            raise ValueError("begins with smtp://, smtps:// or smtp+starttls:// and names a host")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        key = self.stripe_secret_key.get_secret_value()
        if not key.startswith(("sk_test_", "rk_test_", "sk_live_", "rk_live_")):
            raise ValueError("STRIPE_SECRET_KEY is not a secret key of Stripe (sk_test_…)")
        for name, app_id, app_secret in (
            ("GOOGLE_CLIENT_SECRET", self.google_client_id, self.google_client_secret),
            ("FACEBOOK_APP_SECRET", self.facebook_app_id, self.facebook_app_secret),
        ):
            if bool(app_id) != bool(app_secret.get_secret_value()):
                raise ValueError(f"{name} and the id that it belongs to are set together")
        if self.is_live and (refused := self.refused_when_live):
            raise ValueError(f"{'; '.join(refused)} with a live key of Stripe")
        if self.is_sandbox and urlsplit(self.stripe_base).hostname not in _LOOPBACK:
            raise ValueError("STRIPE_API_BASE must be on this machine while the sandbox is in use")
        if 0 < len(self.wish_secret.get_secret_value()) < SECRET_LENGTH_MIN:
            raise ValueError(_SHORT_SECRET)
        return self

    @property
    def refused_when_live(self) -> tuple[str, ...]:
        """What would lose or give away something when real money moves, and how to mend it."""
        own = self.wish_secret.get_secret_value()
        is_toy = {
            "WISH_CLOCK_OFFSET_SECONDS is refused": bool(self.wish_clock_offset_seconds),
            "WISH_RATE_LIMITS=false is refused": not self.wish_rate_limits,
            f"WISH_PASSWORD_MEMORY_KIB below {PASSWORD_MEMORY_KIB_MIN} is refused": (
                self.wish_password_memory_kib < PASSWORD_MEMORY_KIB_MIN
            ),
            "STRIPE_WEBHOOK_SECRET is needed (whsec_…)": not (
                self.stripe_webhook_secret.get_secret_value()
            ),
            "WISH_SECRET is needed (32 random characters or more)": not own,
            _SHORT_SECRET: 0 < len(own) < SECRET_LENGTH_MIN,
            "STRIPE_API_BASE is refused": self.stripe_api_base not in {"", STRIPE_BASE},
            "AMAZON_API_BASE is refused": bool(self.amazon_api_base),
            "WISH_PUBLIC_URL must begin with https://": not (
                self.wish_public_url.startswith("https://")
            ),
            "SMTP_URL is needed, for the codes that people wait for": not (
                self.smtp_url.get_secret_value()
            ),
            "MAIL_FROM is needed: nobody takes letters from localhost": (
                self.mail_from.lower().rstrip(">").endswith("@localhost")
            ),
        }
        for base in (self.google_issuer, self.facebook_dialog_base, self.facebook_graph_base):
            parts = urlsplit(base)
            is_here = bool(base) and (parts.scheme != "https" or parts.hostname in _LOOPBACK)
            is_toy[f"{base}: people sign in at https:// addresses"] = is_here
        return tuple(text for text, is_found in is_toy.items() if is_found)

    @property
    def is_live(self) -> bool:
        """Say whether real money moves."""
        return "_live_" in self.stripe_secret_key.get_secret_value()[:8]

    @property
    def is_sandbox(self) -> bool:
        """Say whether payments go to the bundled sandbox."""
        return self.stripe_secret_key.get_secret_value() == SANDBOX_KEY

    @property
    def uses_sqlite(self) -> bool:
        """Say whether the database is a file."""
        return self.database.startswith("sqlite://")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url.get_secret_value() or f"sqlite://{self.wish_var}/wish.sqlite3"

    @property
    def stripe_base(self) -> str:
        """The address of Stripe, or of its sandbox."""
        return self.stripe_api_base or (SANDBOX_BASE if self.is_sandbox else STRIPE_BASE)

    @property
    def webhook_secret(self) -> str:
        """What Stripe signs its notices with."""
        own = self.stripe_webhook_secret.get_secret_value()
        return own or (SANDBOX_WEBHOOK_SECRET if self.is_sandbox else "")

    @property
    def stripe_pace(self) -> int:
        """How many calls a second this process makes.

        Stripe allows 100 with a live key and 25 with a test key, to all our processes together
        (docs.stripe.com/rate-limits); unless it is set we stay below half of that.
        """
        by_itself = 500 if self.is_sandbox else 40 if self.is_live else 10
        return self.stripe_calls_per_second or by_itself

    @property
    def amazon_credentials(self) -> tuple[tuple[str, str, str], ...]:
        """Version, id and secret of each access to Amazon's prices."""
        texts = (self.amazon_credential_na, self.amazon_credential_eu, self.amazon_credential_fe)
        parts = (text.get_secret_value().split(":", 2) for text in texts if text.get_secret_value())
        return tuple((version, name, secret) for version, name, secret in parts)

    @property
    def amazon_tags(self) -> dict[str, str]:
        """The partner tag of each marketplace."""
        found = (AMAZON_TAG.fullmatch(word) for word in self.amazon_partner_tags.split())
        return {match.group(1): match.group(2) for match in found if match is not None}

    @property
    def has_amazon_sandbox(self) -> bool:
        """Say whether Amazon's prices come from a stand-in on this machine."""
        return urlsplit(self.amazon_api_base).hostname in _LOOPBACK

    @property
    def google(self) -> ProviderApp | None:
        """Who we are at Google, or at its stand-in; none: nobody signs in there."""
        return self._app(
            self.google_client_id,
            self.google_client_secret,
            sandbox_id=SANDBOX_GOOGLE_ID,
            base=self.google_issuer,
            bases=(GOOGLE_ISSUER, f"{IDENTITY_SANDBOX_BASE}/google"),
        )

    @property
    def facebook(self) -> ProviderApp | None:
        """Who we are at Facebook, or at its stand-in, with the base of its dialog."""
        return self._app(
            self.facebook_app_id,
            self.facebook_app_secret,
            sandbox_id=SANDBOX_FACEBOOK_ID,
            base=self.facebook_dialog_base,
            bases=(FACEBOOK_DIALOG_BASE, f"{IDENTITY_SANDBOX_BASE}/facebook"),
        )

    @property
    def facebook_graph(self) -> str:
        """The base of Facebook's Graph, or of its stand-in's."""
        sandbox = f"{IDENTITY_SANDBOX_BASE}/graph"
        return self.facebook_graph_base or (
            FACEBOOK_GRAPH_BASE if self.facebook_app_id else sandbox
        )

    def _app(
        self, own_id: str, secret: SecretStr, *, sandbox_id: str, base: str, bases: tuple[str, str]
    ) -> ProviderApp | None:
        real, sandbox = bases
        if own_id:
            return ProviderApp(own_id, secret.get_secret_value(), base or real)
        if self.is_sandbox:
            return ProviderApp(sandbox_id, SANDBOX_IDENTITY_SECRET, base or sandbox)
        return None

    @property
    def cors_origins(self) -> tuple[str, ...]:
        """The origins whose pages may call the API."""
        return tuple(self.wish_cors_origins.split())

    def share_url(self, token: str) -> str:
        """Return the link that an owner sends to givers: a page of the front end."""
        template = self.wish_share_url or self.wish_public_url + "/v1/shared/{token}"
        return template.replace("{token}", token)

    def return_url(self, pledge_id: UUID) -> str:
        """Return where a giver comes back to after 3-D Secure: a page of the front end."""
        template = self.wish_return_url or self.wish_public_url + "/docs"
        return template.replace("{pledge}", str(pledge_id))

    @property
    def clock_offset(self) -> timedelta:
        """How far ahead the process believes to be."""
        return timedelta(seconds=self.wish_clock_offset_seconds)

    def secret(self) -> str:
        """Return the secret that share links and codes are derived with.

        Unless it is set it is made once and kept in `var/secret`, readable by the owner of the
        process only. All processes of one database need the same: with several machines, set it.
        """
        if own := self.wish_secret.get_secret_value():
            return own
        return kept_secret(self.wish_var / "secret")


def load(environ: Mapping[str, str] | None = None, *, folder: Path = Path()) -> Settings:
    """Read the settings of this process.

    Raises:
        BadSettings: a `WISH_…` variable or a line of an env file is unknown, or a value is bad.
    """
    environment = dict(os.environ if environ is None else environ)
    known = {name.upper() for name in Settings.model_fields}
    found: dict[str, str] = {}
    name = environment.get("WISH_ENV", dotenv_values(folder / ".env").get("WISH_ENV") or "")
    for file in [folder / ".env", *([folder / f".env.{name}"] if name else [])]:
        if not file.exists() and name and file.name != ".env":
            raise BadSettings(f"WISH_ENV: there is no file {file.name}")
        lines = {key: value or "" for key, value in dotenv_values(file).items()}
        if strange := sorted(set(lines) - known):
            raise BadSettings(f"{strange[0]}: unknown setting in {file.name}")
        found |= lines
    for key, value in environment.items():
        if key in known:
            found[key] = value
        elif key.startswith("WISH_"):
            raise BadSettings(f"{key}: unknown setting")
    try:
        return Settings.model_validate({key.lower(): value for key, value in found.items()})
    except ValidationError as error:
        raise BadSettings(reasons(error)) from None
