"""Whoever asks from outside, and what is left to them."""

from dataclasses import dataclass, field, replace
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
    was_refused: bool = False
    """Whether there was nothing left to take."""


@dataclass(slots=True, kw_only=True)
class Client:
    """Whoever asks from outside: a network, known by a keyed hash, and a device's own words."""

    network: str
    device: str = ""
    server_secret: str = field(repr=False)
    is_limited: bool = True
    """Operators may switch all limits off, for a load test."""
    allowances: dict[str, Allowance] = field(default_factory=dict)
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

    def keep(
        self, key: str, policy: Policy, *, used: int, ends_at: datetime, now: datetime
    ) -> Allowance:
        """Remember what is left of a limit, and return it."""
        seconds = max(1, -int(-(ends_at - now).total_seconds() // 1))
        allowance = self.allowances[key] = Allowance(
            policy=policy,
            remaining=max(0, policy.most - used),
            reset_seconds=seconds,
            was_refused=used > policy.most,
        )
        return allowance

    def restore(self, key: str) -> None:
        """Remember that one was given back."""
        if (before := self.allowances.get(key)) is not None:
            self.allowances[key] = replace(before, remaining=before.remaining + 1)

    def shown_allowance(self) -> Allowance | None:
        """Return the tightest limit that may be told: one's own, or one that refused."""
        shown = [
            one for one in self.allowances.values() if one.was_refused or not one.policy.is_shared
        ]
        return min(
            shown,
            key=lambda one: (not one.was_refused, one.remaining / one.policy.most),
            default=None,
        )
