"""Faults on demand: a small table of rules, asked once for each request."""

import asyncio
import random
from collections import Counter
from enum import StrEnum
from fnmatch import fnmatchcase

from aiohttp import web
from msgspec import Struct, field

from wishcli.sandbox.stripe.wire import callers


class Action(StrEnum):
    """What a fault does; "before" is before anything is booked, "after" is afterwards."""

    DELAY = "delay"
    HOLD_BEFORE = "hold_before"
    HOLD_AFTER = "hold_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    STATUS = "status"
    STATUS_AFTER = "status_after"
    STATUS_KEPT = "status_kept"
    TRUNCATE = "truncate"
    RESET = "reset"
    HTML = "html"
    HTML_AFTER = "html_after"
    MALFORMED = "malformed"
    HUGE = "huge"
    DRIP = "drip"
    NOTICE_FIRST = "notice_first"
    KILL_BEFORE = "kill_before"
    KILL_AFTER = "kill_after"
    STOP_BEFORE = "stop_before"
    STOP_AFTER = "stop_after"
    WAKE = "wake"


_SIGNALLING = frozenset(
    {Action.KILL_BEFORE, Action.KILL_AFTER, Action.STOP_BEFORE, Action.STOP_AFTER, Action.WAKE}
)


class Rule(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which requests a fault meets: from the nth that matches, a number of times.

    `times` of nothing means all from the nth on. Of those, `share` are met, drawn by `seed`; the
    action is `action`, or one of `among`, drawn by the seed too. With a `pid` only the requests
    of that process match; but `wake` wakes that process at anybody's request.
    """

    action: Action | None = None
    among: tuple[Action, ...] = ()
    path: str = "*"
    method: str | None = None
    nth: int = 1
    times: int | None = 1
    share: float = 1.0
    seed: int = 0
    seconds: float = 0.0
    status: int = 500
    body: str = "{"
    body_bytes: int = 64 * 1024 * 1024
    pid: int | None = None

    def __post_init__(self) -> None:
        if (self.action is None) == (not self.among):
            raise ValueError("A rule has an `action`, or several to choose from in `among`.")
        chosen = {self.action, *self.among}
        if self.pid is None and chosen & _SIGNALLING:
            raise ValueError("A process that is signalled must be named: `pid`.")
        if self.pid is not None:
            callers.check_may_be_signalled(self.pid)


class Watched(Struct, kw_only=True):
    """A rule with the number of requests that matched it, and of those now held by it."""

    rule: Rule
    chance: random.Random
    seen: int = 0
    met: int = 0
    holding: int = 0
    did: Counter[str] = field(default_factory=Counter)
    release: asyncio.Event = field(default_factory=asyncio.Event)


class Strike(Struct, frozen=True, kw_only=True):
    """A fault that meets a request."""

    watched: Watched
    action: Action

    @property
    def rule(self) -> Rule:
        """What was ordered."""
        return self.watched.rule


class Faults:
    """The table of rules."""

    def __init__(self) -> None:
        self._watched: list[Watched] = []
        self._stopped: set[int] = set()

    def add(self, rule: Rule) -> None:
        """Add a rule; it counts matching requests from now on."""
        # It only spreads faults, and a test wants to repeat them.
        chance = random.Random(rule.seed)  # noqa: S311
        self._watched.append(Watched(rule=rule, chance=chance))

    def clear(self) -> None:
        """Drop all rules, let go whatever they hold, and wake whom they stopped."""
        self.release()
        self._watched.clear()

    def release(self) -> None:
        """Let go the requests that are held now and will be, and wake whoever is stopped."""
        for pid in sorted(self._stopped):
            self.wake(pid)
        for watched in self._watched:
            watched.release.set()

    def listed(self) -> list[dict[str, object]]:
        """Show the rules with their counts."""
        return [
            {
                "action": watched.rule.action,
                "path": watched.rule.path,
                "method": watched.rule.method,
                "nth": watched.rule.nth,
                "times": watched.rule.times,
                "seen": watched.seen,
                "met": watched.met,
                "did": watched.did,
                "holding": watched.holding,
            }
            for watched in self._watched
        ]

    def meet(self, request: web.Request) -> Strike | None:
        """Count the request against every rule, and give the first that strikes."""
        striking: Strike | None = None
        for watched in self._watched:
            if not _matches(watched.rule, request):
                continue
            watched.seen += 1
            if striking is None and _is_due(watched):
                striking = _strike(watched)
        return striking

    def kill(self, pid: int) -> None:
        """End the caller where it stands."""
        callers.kill(pid)

    def stop(self, pid: int) -> None:
        """Stop the caller where it stands, until it is woken."""
        self._stopped.add(pid)
        callers.stop(pid)

    def wake(self, pid: int) -> None:
        """Let a stopped process go on, and let go its request that was held meanwhile."""
        if pid in self._stopped:
            self._stopped.discard(pid)
            callers.wake(pid)
        for watched in self._watched:
            if watched.rule.pid == pid:
                watched.release.set()


def _matches(rule: Rule, request: web.Request) -> bool:
    if rule.method not in {None, request.method} or not fnmatchcase(request.path, rule.path):
        return False
    is_filter = rule.pid is not None and rule.action is not Action.WAKE
    return not is_filter or callers.is_from(request, rule.pid or 0)


def _is_due(watched: Watched) -> bool:
    rule = watched.rule
    if watched.seen < rule.nth:
        return False
    if rule.times is not None and watched.seen >= rule.nth + rule.times:
        return False
    return rule.share >= 1 or watched.chance.random() < rule.share


def _strike(watched: Watched) -> Strike:
    action = watched.rule.action or watched.chance.choice(watched.rule.among)
    watched.met += 1
    watched.did[action] += 1
    return Strike(watched=watched, action=action)


def action_of(strike: Strike | None) -> Action | None:
    """Give the action of a fault, if there is one."""
    return None if strike is None else strike.action


async def hold(strike: Strike, *, seconds: float | None = None) -> None:
    """Keep the request until it is let go, or for so long."""
    watched = strike.watched
    watched.holding += 1
    try:
        async with asyncio.timeout(seconds):
            await watched.release.wait()
    except TimeoutError:
        return
    finally:
        watched.holding -= 1
