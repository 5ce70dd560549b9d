"""What can be chosen when a sandbox is started."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """The choices of one sandbox; the defaults suit development.

    Durations of the sandbox's own world (`settle_after_seconds`) follow the sandbox clock, which
    can be moved; those of webhook delivery follow real time.

    Attributes:
        balance_after_seconds: When a charge that is captured asynchronously, which is Stripe's
            default, reaches the balance, and its fee is known: it is told by `charge.updated`,
            within an hour (docs.stripe.com/payments/payment-intents/asynchronous-capture). With
            nothing it is there at once, and no more is told.
    """

    webhook_url: str | None = None
    webhook_secret: str = "whsec_sandbox"
    webhook_tries: int = 8
    webhook_timeout_seconds: float = 5.0
    webhook_backoff_seconds: float = 0.5
    webhook_jitter_seconds: float = 0.0
    webhook_duplicate_share: float = 0.0
    seed: int = 0
    require_idempotency_key: bool = True
    rate_limit_per_second: int | None = None
    settle_after_seconds: float = 30.0
    balance_after_seconds: float = 0.0
    dispute_fee_minor: int = 1500
    state_file: Path | None = None
    api_version: str | None = None
    events_max: int = 20_000
