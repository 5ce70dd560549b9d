"""Whoever asks from outside, and what is left to them."""

from dataclasses import dataclass, field
from datetime import datetime

from wishcore.limits.policies import Policy
from wishcore.opaque import hash_subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left of a limit."""

    policy: Policy
    remaining: int
    reset_seconds: int
    """Until the count begins anew."""


@dataclass(slots=True, kw_only=True)
class Client:
    """Whoever asks from outside: a network, known by a keyed hash, and a device's own words."""

    network: str
    device: str = ""
    server_secret: str = field(repr=False)
    is_limited: bool = True
    """Operators may switch all limits off, for a load test."""
    allowances: list[Allowance] = field(default_factory=list)
    """What was left of each limit that this request counted for."""

    @classmethod
    def at(
        cls, address: str, *, device: str = "", server_secret: str, is_limited: bool = True
    ) -> "Client":
        """Return the client at a network address."""
        network = hash_subject(server_secret, "network", address)
        return cls(
            network=network, device=device, server_secret=server_secret, is_limited=is_limited
        )

    def key(self, policy: Policy, subject: str) -> str:
        """Return the name of a count, which does not tell whose it is."""
        return f"{policy.name}:{hash_subject(self.server_secret, policy.name, subject)}"

    def keep(self, policy: Policy, *, used: int, ends_at: datetime, now: datetime) -> Allowance:
        """Remember what is left of a limit, and return it."""
        seconds = max(1, -int(-(ends_at - now).total_seconds() // 1))
        allowance = Allowance(
            policy=policy, remaining=max(0, policy.most - used), reset_seconds=seconds
        )
        self.allowances.append(allowance)
        return allowance

    def shown_allowance(self) -> Allowance | None:
        """Return the tightest limit that may be told: one's own, or one that is used up."""
        shown = [one for one in self.allowances if not one.policy.is_shared or not one.remaining]
        return min(shown, key=lambda one: (one.remaining, -one.reset_seconds), default=None)
