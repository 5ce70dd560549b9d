"""Notices of providers: verified, stored, answered; acted upon afterwards."""

from contextlib import suppress

from wishapi.http import Answer, Call, Resource, StillRunning, answer, shielded
from wishcore import payments, settlement

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
            acting = settlement.act_on_notices(payments=gateway, clock=call.app_ctx.clock)
            await shielded(call, acting, timeout_seconds=0)
    return answer(status=204)
