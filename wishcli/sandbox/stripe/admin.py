"""Controls for tests, under `/_sandbox`: the clock, the book, faults, webhooks."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta, Struct, json

from wishcli.sandbox.stripe import audit
from wishcli.sandbox.stripe.model import disputing, refunding, schedule
from wishcli.sandbox.stripe.model.objects import ChargeStatus, Dispute
from wishcli.sandbox.stripe.model.refusals import Refusal
from wishcli.sandbox.stripe.model.world import State
from wishcli.sandbox.stripe.webhooks import Disorder, NotLoopback, Webhooks
from wishcli.sandbox.stripe.wire.faults import Rule
from wishcli.sandbox.stripe.wire.pipeline import Gate

_RESEND_MAX = 100

B = TypeVar("B", bound=Struct)


class Advance(Struct, kw_only=True, forbid_unknown_fields=True):
    """How far to move the sandbox clock forward."""

    seconds: float


class Capture(Struct, kw_only=True, forbid_unknown_fields=True):
    """When later charges reach the balance."""

    after_seconds: Annotated[float, Meta(ge=0)]


class Open(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is disputed of a charge; nothing said means all that is left of it."""

    amount: Annotated[int, Meta(gt=0)] | None = None
    is_inquiry: bool = False
    fails_refunds: bool = False
    """Whether the refunds of the charge were made moments before: then they fail."""


class Close(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a dispute ends; a lost one may give a part back."""

    outcome: Literal["won", "lost"]
    returned: Annotated[int, Meta(ge=0)] = 0


class Forget(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which idempotency key to forget; nothing means all."""

    key: str | None = None


class Target(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where webhooks go; no address means nowhere."""

    url: str | None
    secret: str = "whsec_sandbox"


class Resend(Struct, kw_only=True, forbid_unknown_fields=True):
    """How often to send an event again."""

    times: int = 1


class RuleList(Struct, kw_only=True, forbid_unknown_fields=True):
    """Several rules at once."""

    rules: list[Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The controls of one sandbox."""

    gate: Gate
    webhooks: Webhooks

    async def book(self, _request: web.Request) -> web.Response:
        """Give the book, summed up."""
        return _answer(audit.summary(self.gate.world.state))

    async def requests(self, _request: web.Request) -> web.Response:
        """Give the last requests."""
        return _answer({"requests": self.gate.journal.entries()})

    async def advance(self, request: web.Request) -> web.Response:
        """Move the clock forward and do what has become due."""
        order = await _read(request, Advance)
        if order.seconds < 0:
            raise web.HTTPBadRequest(text="The clock only moves forward.")
        world = self.gate.world
        world.state.clock_offset_seconds += order.seconds
        world.changed.set()
        return _answer({"done": schedule.run_due(world), "now": world.now()})

    async def set_capture(self, request: web.Request) -> web.Response:
        """Let later charges reach the balance at once, or so much later."""
        order, world = await _read(request, Capture), self.gate.world
        world.config = replace(world.config, balance_after_seconds=order.after_seconds)
        return _answer({"after_seconds": order.after_seconds})

    async def settle(self, _request: web.Request) -> web.Response:
        """Do everything that waits."""
        world = self.gate.world
        return _answer({"done": schedule.run_all(world), "now": world.now()})

    async def open_dispute(self, request: web.Request) -> web.Response:
        """Dispute a charge or a part of it, whatever became of it."""
        order = await _read(request, Open)
        world = self.gate.world
        intent = world.state.intents.get(request.match_info["id"])
        charge = world.state.charges.get(intent.latest_charge or "") if intent else None
        if charge is None or charge.status is not ChargeStatus.SUCCEEDED:
            raise web.HTTPNotFound(text="No such charge.")
        with _conflicts():
            dispute = disputing.open_dispute(
                world,
                charge,
                reason="fraudulent",
                is_inquiry=order.is_inquiry,
                amount=order.amount,
            )
        if order.fails_refunds:
            refunding.fail_all_of(world, charge)
        return _answer({"id": dispute.id, "status": dispute.status})

    async def close_dispute(self, request: web.Request) -> web.Response:
        """Decide a dispute."""
        order = await _read(request, Close)
        dispute = self._dispute(request)
        is_won = order.outcome == "won"
        with _conflicts():
            disputing.close_dispute(
                self.gate.world, dispute, is_won=is_won, returned=order.returned
            )
        return _answer({"id": dispute.id, "status": dispute.status})

    async def escalate_dispute(self, request: web.Request) -> web.Response:
        """Make a dispute of an inquiry."""
        dispute = self._dispute(request)
        with _conflicts():
            disputing.escalate_inquiry(self.gate.world, dispute)
        return _answer({"id": dispute.id, "status": dispute.status})

    async def overturn_dispute(self, request: web.Request) -> web.Response:
        """Decide a closed dispute the other way."""
        dispute = self._dispute(request)
        with _conflicts():
            disputing.overturn_dispute(self.gate.world, dispute)
        return _answer({"id": dispute.id, "status": dispute.status})

    async def forget_keys(self, request: web.Request) -> web.Response:
        """Forget idempotency keys before their time."""
        order = await _read(request, Forget)
        self.gate.world.changed.set()
        return _answer({"forgotten": self.gate.keys.forget(order.key)})

    async def list_faults(self, _request: web.Request) -> web.Response:
        """Show the faults that are set."""
        return _answer({"rules": self.gate.faults.listed()})

    async def add_faults(self, request: web.Request) -> web.Response:
        """Add one rule or several."""
        body = await request.read()
        is_list = b'"rules"' in body
        for rule in _decode(body, RuleList).rules if is_list else [_decode(body, Rule)]:
            self.gate.faults.add(rule)
        return _answer({"rules": self.gate.faults.listed()})

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Drop all rules and let go what they hold."""
        self.gate.faults.clear()
        return _answer({"rules": []})

    async def release(self, _request: web.Request) -> web.Response:
        """Let go what is held, wake whoever is stopped, but keep the rules."""
        self.gate.faults.release()
        return _answer({"rules": self.gate.faults.listed()})

    async def show_webhook(self, _request: web.Request) -> web.Response:
        """Show how delivery stands."""
        endpoint = self.webhooks.endpoint
        return _answer(
            {
                "url": endpoint.url if endpoint else None,
                "queued": self.webhooks.queued,
                "attempts": self.webhooks.attempts,
                "delivered": self.webhooks.delivered,
                "failed": self.webhooks.failed,
                "forged": self.webhooks.forged,
                "forged_taken": self.webhooks.forged_taken,
            }
        )

    async def set_webhook(self, request: web.Request) -> web.Response:
        """Point delivery somewhere else."""
        order = await _read(request, Target)
        try:
            self.webhooks.point_to(order.url, secret=order.secret)
        except NotLoopback as problem:
            raise web.HTTPBadRequest(text=str(problem)) from problem
        return await self.show_webhook(request)

    async def disturb_webhook(self, request: web.Request) -> web.Response:
        """Deliver doubled, late, in another order, with forged ones in between."""
        self.webhooks.disturb(await _read(request, Disorder))
        return await self.show_webhook(request)

    async def resend(self, request: web.Request) -> web.Response:
        """Send an event again."""
        order = await _read(request, Resend)
        event = self.gate.world.state.events.get(request.match_info["id"])
        if event is None:
            raise web.HTTPNotFound(text="No such event.")
        if not 1 <= order.times <= _RESEND_MAX:
            raise web.HTTPBadRequest(text=f"times must be between 1 and {_RESEND_MAX}.")
        self.webhooks.resend(event, times=order.times)
        return _answer({"queued": self.webhooks.queued})

    async def reset(self, _request: web.Request) -> web.Response:
        """Forget everything but the configuration and the webhook endpoint."""
        self.webhooks.clear()
        self.gate.faults.clear()
        self.gate.journal.clear()
        self.gate.world.state = State()
        self.gate.world.changed.set()
        return _answer({"reset": True})

    def _dispute(self, request: web.Request) -> Dispute:
        dispute = self.gate.world.state.disputes.get(request.match_info["id"])
        if dispute is None:
            raise web.HTTPNotFound(text="No such dispute.")
        return dispute


def add_routes(app: web.Application, controls: Controls) -> None:
    """Put the controls under `/_sandbox`."""
    table: list[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]]] = [
        ("GET", "book", controls.book),
        ("GET", "requests", controls.requests),
        ("POST", "advance", controls.advance),
        ("POST", "capture", controls.set_capture),
        ("POST", "settle", controls.settle),
        ("POST", "payment_intents/{id}/dispute", controls.open_dispute),
        ("POST", "disputes/{id}/close", controls.close_dispute),
        ("POST", "disputes/{id}/escalate", controls.escalate_dispute),
        ("POST", "disputes/{id}/overturn", controls.overturn_dispute),
        ("POST", "keys/forget", controls.forget_keys),
        ("GET", "faults", controls.list_faults),
        ("POST", "faults", controls.add_faults),
        ("DELETE", "faults", controls.clear_faults),
        ("POST", "faults/release", controls.release),
        ("GET", "webhook", controls.show_webhook),
        ("POST", "webhook", controls.set_webhook),
        ("POST", "webhook/disorder", controls.disturb_webhook),
        ("POST", "events/{id}/resend", controls.resend),
        ("POST", "reset", controls.reset),
    ]
    for method, path, handler in table:
        app.router.add_route(method, f"/_sandbox/{path}", handler)


@contextmanager
def _conflicts() -> Iterator[None]:
    """Answer 409 where the present state refuses an order."""
    try:
        yield
    except Refusal as refusal:
        raise web.HTTPConflict(text=str(refusal)) from refusal


async def _read(request: web.Request, shape: type[B]) -> B:
    return _decode(await request.read(), shape)


def _decode(body: bytes, shape: type[B]) -> B:
    try:
        return json.decode(body or b"{}", type=shape)
    except msgspec.DecodeError as problem:
        raise web.HTTPBadRequest(text=str(problem)) from problem


def _answer(shown: object) -> web.Response:
    return web.Response(body=json.encode(shown), content_type="application/json")
