"""What can be chosen when a sandbox is started."""

import time
from collections.abc import Callable
from dataclasses import dataclass

SECRET = "sandbox-secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An access to the API; its version names the region and how tokens are asked for."""

    id: str
    version: str
    secret: str = SECRET

    @property
    def region(self) -> str:
        """Return the region that its version stands for."""
        return {"1": "na", "2": "eu", "3": "fe"}[self.version[-1]]

    @property
    def is_lwa(self) -> bool:
        """Say whether it is of the newer generation (Login with Amazon)."""
        return self.version.startswith("3.")


CREDENTIALS = tuple(
    Credential(id=f"sandbox-{region}-v{generation}", version=f"{generation}.{number}")
    for generation in (3, 2)
    for number, region in enumerate(("na", "eu", "fe"), start=1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """The choices of one sandbox; the defaults are the real service's first 30 days."""

    credentials: tuple[Credential, ...] = CREDENTIALS
    calls_per_second: float | None = 1.0
    calls_per_day: int | None = 8640
    token_seconds: int = 3600
    products: int = 300
    seed: int = 0
    clock: Callable[[], float] = time.time
    """Also of limits and tokens, so that a test can let hours pass."""
