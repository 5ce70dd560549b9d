"""Stripe as the payment gateway. No exception of Stripe's passes this module."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final, TypeVar

import stripe
from aiolimiter import AsyncLimiter
from stripe import CardError, InvalidRequestError, SignatureVerificationError, StripeError
from stripe.params import PaymentIntentCreateParams, RefundCreateParams

from wishcore import db
from wishcore.ids import new_id
from wishcore.integrations.stripe_answers import (
    UNREADABLE,
    dispute_of,
    each,
    each_by_itself,
    id_of,
    intent_of,
    is_disputed,
    notice_of,
    refund_of,
    totals_of,
)
from wishcore.integrations.stripe_http import BoundedClient
from wishcore.money import Money
from wishcore.payments import (
    CALL_SECONDS_MAX,
    BadNotice,
    BadPaymentMethod,
    CardDeclined,
    Dispute,
    Intent,
    Notice,
    PaymentBusy,
    PaymentRefused,
    PaymentsUnavailable,
    RefundAtProvider,
    Unreadable,
)

T = TypeVar("T")

API_VERSION: Final = "2026-10-28.endive"
"""The version whose answers we read. It is changed here, with the tests."""
TOLERANCE_SECONDS: Final = 300
CALLS_AT_ONCE_MAX: Final = 100
"""How many connections there are: while Stripe is silent, calls pile up."""
_EXPAND: Final = ["latest_charge.balance_transaction"]
_OF_METHOD: Final = frozenset(
    {
        "payment_method_unactivated",
        "payment_method_unexpected_state",
        "payment_method_invalid_parameter",
        "payment_method_not_available",
        "payment_method_currency_mismatch",
        "payment_method_unsupported_type",
        "token_already_used",
        "token_in_use",
    }
)
"""Codes of errors that the choice of the payment method made, whatever parameter they name."""


class StripeGateway:
    """Takes card payments through PaymentIntents and gives them back."""

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        base: str,
        calls_per_second: int,
        deployment: str,
        call_seconds_max: float = CALL_SECONDS_MAX,
    ) -> None:
        self._http = BoundedClient()
        self._client = stripe.StripeClient(
            secret_key,
            http_client=self._http,
            base_addresses={"api": base},
            stripe_version=API_VERSION,
            max_network_retries=1,
        )
        self._webhook_secret = webhook_secret
        self._is_live = "_live_" in secret_key[:8]
        self._deployment = deployment
        self._pace = AsyncLimiter(calls_per_second, 1)
        self._room = asyncio.Semaphore(CALLS_AT_ONCE_MAX)
        self._call_seconds_max = call_seconds_max

    async def create_payment_method(self, *, key: str, token: str) -> str:
        """Turn a card token into a payment method."""
        method = await self._call(
            lambda: self._client.v1.payment_methods.create_async(
                {"type": "card", "card": {"token": token}}, {"idempotency_key": key}
            )
        )
        return _read(lambda: id_of(method, "pm_"))

    async def create_intent(
        self, *, key: str, amount: Money, payment_method: str, metadata: Mapping[str, str]
    ) -> str:
        """Create an unconfirmed intent; return its id.

        Stripe refuses a key that comes with other parameters. Those are not the caller's alone:
        a server that goes on for another may be of another version, or at another address. So
        they are part of the key: then it makes an intent of its own, and nobody confirms the first.
        """
        params: PaymentIntentCreateParams = {
            "amount": amount.amount_minor,
            "currency": amount.currency.lower(),
            "payment_method": payment_method,
            "allowed_payment_method_types": ["card"],
            "metadata": {**metadata, "deployment": self._deployment},
        }
        intent = await self._call(
            lambda: self._client.v1.payment_intents.create_async(
                params, {"idempotency_key": f"{key}:{_digest(params)}"}
            )
        )
        return _read(lambda: id_of(intent, "pi_"))

    async def confirm_intent(self, intent_id: str, *, key: str, return_url: str) -> Intent:
        """Try to take the money."""
        intent = await self._call(
            lambda: self._client.v1.payment_intents.confirm_async(
                intent_id,
                {"return_url": return_url, "expand": _EXPAND},
                {"idempotency_key": key},
            )
        )
        return _read(lambda: intent_of(intent))

    async def get_intent(self, intent_id: str) -> Intent:
        """Read the intent with its charge, fee and disputes."""
        intent = await self._call(
            lambda: self._client.v1.payment_intents.retrieve_async(intent_id, {"expand": _EXPAND})
        )
        disputes: tuple[Dispute, ...] = ()
        if _read(lambda: is_disputed(intent)):
            listed = await self._call(
                lambda: self._client.v1.disputes.list_async(
                    {"payment_intent": intent_id, "limit": 100}
                )
            )
            found = _read(lambda: each(dispute_of, listed))
            disputes = tuple(one for one in found if one is not None)
        return _read(lambda: intent_of(intent, disputes))

    async def cancel_intent(self, intent_id: str) -> Intent:
        """Cancel the intent if it still can be; return it as it stands afterwards.

        Each try has a key of its own: a refusal would be replayed for a day, and canceling twice
        does no harm.
        """
        try:
            intent = await self._call(
                lambda: self._client.v1.payment_intents.cancel_async(
                    intent_id,
                    {"cancellation_reason": "abandoned"},
                    {"idempotency_key": f"cancel:{new_id()}"},
                )
            )
        except PaymentRefused:
            return await self.get_intent(intent_id)
        return _read(lambda: intent_of(intent))

    async def create_refund(
        self, *, key: str, intent_id: str, part: Money | None = None
    ) -> RefundAtProvider:
        """Give the whole amount back, or a part where a bank has taken the rest."""
        params: RefundCreateParams = {"payment_intent": intent_id, "metadata": {"key": key}}
        if part is not None:
            params["amount"] = part.amount_minor
        refund = await self._call(
            lambda: self._client.v1.refunds.create_async(params, {"idempotency_key": key})
        )
        return _read(lambda: refund_of(refund))

    async def refunds_of(self, intent_id: str) -> Sequence[RefundAtProvider]:
        """Return every refund of the intent, newest first."""
        found = await self._call(
            lambda: self._client.v1.refunds.list_async({"payment_intent": intent_id, "limit": 100})
        )
        return _read(lambda: [refund_of(refund) for refund in found.data])

    def intents_since(self, since: datetime) -> AsyncIterator[Intent | Unreadable]:
        """Walk over all intents created since then, the newest first."""
        ask = self._client.v1.payment_intents.list_async
        return self._walk(ask, intent_of, since, expand=["data.latest_charge.balance_transaction"])

    def refunds_since(self, since: datetime) -> AsyncIterator[RefundAtProvider | Unreadable]:
        """Walk over all refunds created since then, the newest first."""
        return self._walk(self._client.v1.refunds.list_async, refund_of, since)

    def disputes_since(self, since: datetime) -> AsyncIterator[str | Unreadable]:
        """Walk over the intents of all disputes opened since then, the newest first."""
        ask = self._client.v1.disputes.list_async
        # One of a charge without an intent is none of ours: it keeps its charge's name.
        return self._walk(ask, lambda one: str(one["payment_intent"] or one["charge"]), since)

    async def available_balance(self) -> Mapping[str, int]:
        """Return what Stripe holds for us, available and pending, per currency."""
        balance = await self._call(self._client.v1.balance.retrieve_async)
        return _read(lambda: totals_of(balance))

    def read_notice(self, payload: bytes, signature: str) -> Notice:
        """Verify a notice and return what it is about."""
        if not self._webhook_secret:
            raise BadNotice("This server has no secret to verify notices with")
        try:
            stripe.WebhookSignature.verify_header(
                payload.decode(), signature, self._webhook_secret, TOLERANCE_SECONDS
            )
            event = json.loads(payload)
            stamp = dict(part.split("=", 1) for part in signature.split(","))["t"]
            # Stripe's own check takes a time stamp from the future.
            is_early = int(stamp) > time.time() + TOLERANCE_SECONDS
            is_ours = event["livemode"] is self._is_live
            notice = notice_of(event)
        except (SignatureVerificationError, RecursionError, *UNREADABLE) as bad:
            raise BadNotice from bad
        if is_early or not is_ours:
            raise BadNotice
        return notice

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()

    async def _walk(
        self,
        page_of: Callable[[Any], Awaitable[Any]],
        read: Callable[[Any], T],
        since: datetime,
        **more: object,
    ) -> AsyncIterator[T | Unreadable]:
        """Read a list of Stripe's, page by page: each of what it names by itself."""
        params = {"created": {"gte": int(since.timestamp())}, "limit": 100, **more}
        while True:
            page = await self._call(partial(page_of, params))
            for found in _read(partial(each_by_itself, read, page)):
                yield found
            if not page.has_more or not page.data:
                return
            params["starting_after"] = page.data[-1].id

    async def _call(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask Stripe, at our pace, and translate every way in which that can go wrong."""
        db.forbid_transaction()
        try:
            async with self._pace, asyncio.timeout(self._call_seconds_max), self._room:
                return await ask()
        except CardError as error:
            raise _declined(error) from error
        except InvalidRequestError as error:
            raise _refused(error) from error
        except StripeError as error:
            if error.http_status == HTTPStatus.CONFLICT:
                raise PaymentBusy from error
            # Connection, time limit, 429, 5xx, our own key refused.
            raise PaymentsUnavailable from error
        except Exception as error:
            # An answer that does not end or cannot be read: nobody knows whether it was done.
            raise PaymentsUnavailable from error


def _digest(params: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:16]


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except UNREADABLE as error:
        why = f"{type(error).__name__}: {error}"
        raise PaymentsUnavailable("The answer cannot be read", unreadable=why) from error


def _declined(error: CardError | InvalidRequestError) -> CardDeclined:
    # The SDK's message is Stripe's own text for card holders.
    code = _decline_code_of(error) or error.code or "declined"
    return CardDeclined(str(error.user_message or ""), decline_code=str(code))


def _decline_code_of(error: StripeError) -> str:
    details = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
    return str(details.get("decline_code") or "")


def _refused(error: InvalidRequestError) -> Exception:
    """Tell what the giver chose wrongly from what we asked wrongly."""
    param, code = str(error.param or ""), str(error.code or "")
    if error.http_status == HTTPStatus.CONFLICT:
        return PaymentBusy()
    if _decline_code_of(error):
        return _declined(error)
    if code in _OF_METHOD or param.startswith(("payment_method", "card", "token")):
        return BadPaymentMethod()
    return PaymentRefused(str(error.code or "invalid_request"))
