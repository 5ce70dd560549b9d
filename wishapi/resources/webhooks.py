"""Notices of providers: verified, stored, answered; acted upon afterwards."""

from contextlib import suppress
from typing import Final

import structlog

from wishapi.http import Answer, Call, Resource, StillRunning, answer, shielded
from wishcore import payments, settlement

_log: Final = structlog.stdlib.get_logger("wish.http")

resource = Resource(
    "webhooks",
    tag="Webhooks",
    prefix="/v1",
    description="What Stripe calls. Front ends have no use for it.",
)


@resource.post("/webhooks/stripe", success={204: None}, refusals=(payments.BadNotice,))
async def stripe_notice(call: Call, body: bytes) -> Answer:
    """Take a notice of Stripe's, signed in `Stripe-Signature`."""
    gateway = call.app_ctx.integrations.payments
    notice = gateway.read_notice(body, call.request.headers.get("stripe-signature", ""))
    if await payments.store_notice(notice, now=call.now):
        with suppress(StillRunning):  # Stripe wants its answer at once.
            await shielded(call, _act(call), timeout_seconds=0)
    return answer(status=204)


async def _act(call: Call) -> None:
    gateway, clock = call.app_ctx.integrations.payments, call.app_ctx.clock
    for_people = settlement.ForPeople()
    try:
        await settlement.act_on_notices(payments=gateway, clock=clock, for_people=for_people)
    finally:
        for pledge_id in for_people.failed:
            # Whoever hears of it first says so: to the jobs it is no news any more.
            _log.warning("refund_failed", pledge_id=str(pledge_id))
