"""Counting. One statement decides, so that many processes at once allow no more than one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from wishcore import db
from wishcore.errors import TooManyRequests
from wishcore.limits.client import Client
from wishcore.limits.policies import Policy


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted: a policy, for somebody or something."""

    policy: Policy
    subject: str = ""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """One that was counted, and can be given back."""

    key: str
    used: int
    ends_at: datetime


class _UsedUp(Exception):
    def __init__(self, policy: Policy, taken: Taken) -> None:
        super().__init__(policy.name)
        self.policy = policy
        self.taken = taken


async def take(client: Client, *counts: Count, now: datetime) -> Sequence[Taken]:
    """Count one for each, if there is one left of each.

    Name the narrow counts before the wide ones: a wide one is a row that many wait for.

    Raises:
        TooManyRequests: one of them is used up; nothing was counted.
    """
    if not client.is_limited:
        return ()
    try:
        taken = await _take_all(client, counts, now)
    except _UsedUp as used_up:
        one = used_up.taken
        allowance = client.keep(
            one.key, used_up.policy, used=one.used, ends_at=one.ends_at, now=now
        )
        raise TooManyRequests(retry_after_seconds=allowance.reset_seconds) from None
    for count, one in zip(counts, taken, strict=True):
        client.keep(one.key, count.policy, used=one.used, ends_at=one.ends_at, now=now)
    return taken


async def give_back(client: Client, taken: Sequence[Taken]) -> None:
    """Take back what turned out not to count, unless its window is over."""
    if taken:
        await _give_back(taken)
    for one in taken:
        client.restore(one.key)


@db.transactional
async def _give_back(taken: Sequence[Taken]) -> None:
    for one in taken:
        await db.change(
            """
            UPDATE rate_limit SET used = used - 1
            WHERE key = :key AND ends_at = :ends_at AND used > 0 RETURNING key
            """,
            key=one.key,
            ends_at=one.ends_at,
        )


@db.transactional
async def _take_all(client: Client, counts: Sequence[Count], now: datetime) -> list[Taken]:
    taken = []
    for count in counts:
        one = await _take(client.key(count.policy, count.subject), count.policy, now)
        if one.used > count.policy.most:
            raise _UsedUp(count.policy, one)  # And so nothing is written.
        taken.append(one)
    return taken


async def _take(key: str, policy: Policy, now: datetime) -> Taken:
    taken = await db.fetch_one(
        Taken,
        """
        INSERT INTO rate_limit (key, used, ends_at) VALUES (:key, 1, :ends_at)
        ON CONFLICT (key) DO UPDATE SET
            used = CASE WHEN rate_limit.ends_at <= :now THEN 1 ELSE rate_limit.used + 1 END,
            ends_at = CASE WHEN rate_limit.ends_at <= :now THEN excluded.ends_at
                           ELSE rate_limit.ends_at END
        RETURNING key, used, ends_at
        """,
        key=key,
        ends_at=now + policy.window,
        now=now,
    )
    assert taken is not None, "It is inserted or updated."
    return taken
