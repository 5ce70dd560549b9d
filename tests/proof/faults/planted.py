"""Bugs that others have really made, planted into a process of a test and nowhere else.

Each function is called in the product's process before it begins, and changes what it is named
after. They are here to show that the harness sees what it is there to see.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from tests.support.striking import DROP_AFTER, KILL_AFTER, KILL_BEFORE
from wishcore import db, payments, refunds
from wishcore.accounts import TokenPair, signing_in
from wishcore.accounts.families import issue_pair
from wishcore.ids import new_id
from wishcore.integrations.stripe import StripeGateway
from wishcore.payments import (
    CardDeclined,
    Intent,
    Notice,
    PaymentGateway,
    PaymentsUnavailable,
    RefundAtProvider,
    RefundStatus,
)
from wishcore.pledges import operations
from wishcore.pledges.models import PledgeState
from wishcore.pledges.steps import PledgeRow, find_pledge
from wishcore.refunds import operations as refunding


@dataclass(frozen=True)
class Plant:
    """A planted bug, and the cases that have to show it: one of them is enough."""

    install: Callable[[], None]
    flow: str
    mode: str
    shown: str
    """What the harness says of it."""
    is_of_stripe: bool = False


def take_silence_for_a_refusal() -> None:
    """Release the room when Stripe does not say what became of a charge."""
    confirm = operations._confirm

    async def impatient(
        pledge: PledgeRow,
        intent_id: str,
        payments: PaymentGateway,
        *,
        return_url: str,
        now: datetime,
    ) -> Intent:
        try:
            return await confirm(pledge, intent_id, payments, return_url=return_url, now=now)
        except PaymentsUnavailable:
            refusal = CardDeclined(decline_code="timeout")
            source = PledgeState.CONFIRMING
            await operations._decline(pledge, refusal, source=source, now=now)
            raise refusal from None

    operations._confirm = impatient


def charge_without_a_key() -> None:
    """Create and confirm a payment at once, each time under another idempotency key."""
    create = StripeGateway.create_intent

    async def hasty(self: StripeGateway, *, key: str, **more: Any) -> str:
        intent_id = await create(self, key=f"{key}:{new_id()}", **more)
        url = "https://wish.test"
        await self.confirm_intent(intent_id, key=str(new_id()), return_url=url)
        return intent_id

    StripeGateway.create_intent = hasty  # type: ignore[method-assign]


def record_a_refund_before_it_is_sent() -> None:
    """Say that a pledge is refunded, and then ask Stripe to do it."""

    async def hopeful(pledge_id: UUID, *, payments: PaymentGateway, now: datetime) -> PledgeState:
        pledge = await find_pledge(pledge_id)
        assert pledge is not None
        assert pledge.intent_id is not None
        sent = RefundAtProvider(
            id=f"re_{pledge_id}",
            intent_id=pledge.intent_id,
            amount=pledge.amount,
            status=RefundStatus.SUCCEEDED,
            created_at=now,
        )
        state = await refunding.record_refund(pledge, sent, now=now)
        await payments.create_refund(key=f"refund:{pledge_id}:1", intent_id=pledge.intent_id)
        return state

    refunds.send_refund = hopeful


def keep_a_claim_for_ever() -> None:
    """Never give up the claim of a process that died while it refunded."""
    refunding.LEASE = timedelta(days=3650)  # type: ignore[misc]


def exchange_a_token_in_two_steps() -> None:
    """Write the new pair of tokens before the old one is used up, in two transactions."""
    exchange = signing_in._exchange

    @db.transactional
    async def issue(token_hash: str, access_scope: str | None, now: datetime) -> TokenPair:
        family = await signing_in._family_of(token_hash)
        return await issue_pair(family, access_scope=access_scope, now=now)

    async def careless(
        token_hash: str, client_id: str | None, access_scope: str | None, now: datetime
    ) -> TokenPair | None:
        pair = await issue(token_hash, access_scope, now)
        return pair if await exchange(token_hash, client_id, access_scope, now) else None

    signing_in._exchange = careless


def answer_a_notice_before_it_is_stored() -> None:
    """Acknowledge what Stripe says, and store it when there is time."""
    store = payments.store_notice
    kept: set[asyncio.Future[bool]] = set()

    async def polite(notice: Notice, *, now: datetime) -> bool:
        kept.add(asyncio.ensure_future(store(notice, now=now)))
        return False

    payments.store_notice = polite


_AT_STRIPE: Final = "but at Stripe it was charged and refunded"

PLANTED: Final = {
    plant.install.__name__: plant
    for plant in (
        Plant(take_silence_for_a_refusal, "pledge", DROP_AFTER, _AT_STRIPE, is_of_stripe=True),
        Plant(charge_without_a_key, "pledge", KILL_AFTER, _AT_STRIPE, is_of_stripe=True),
        Plant(
            record_a_refund_before_it_is_sent,
            "own pledge returned",
            KILL_BEFORE,
            _AT_STRIPE,
            is_of_stripe=True,
        ),
        Plant(
            keep_a_claim_for_ever,
            "own pledge returned",
            KILL_AFTER,
            "is refunding",
            is_of_stripe=True,
        ),
        Plant(
            exchange_a_token_in_two_steps,
            "token refreshed",
            KILL_AFTER,
            "2 refresh tokens of one sign-in are valid",
        ),
        Plant(
            answer_a_notice_before_it_is_stored,
            "webhook in",
            KILL_BEFORE,
            "acknowledged and not stored",
        ),
    )
}
