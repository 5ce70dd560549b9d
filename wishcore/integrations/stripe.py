"""Stripe as the payment gateway. No exception of Stripe's passes this module."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

import httpx
import stripe
from aiolimiter import AsyncLimiter
from stripe import CardError, InvalidRequestError, SignatureVerificationError, StripeError
from stripe.params import PaymentIntentCreateParams

from wishcore import db
from wishcore.ids import new_id
from wishcore.integrations.stripe_http import BoundedClient
from wishcore.money import Money
from wishcore.payments import (
    CALL_SECONDS_MAX,
    BadNotice,
    BadPaymentMethod,
    CardDeclined,
    Dispute,
    DisputeStatus,
    Intent,
    IntentStatus,
    Notice,
    PaymentBusy,
    PaymentRefused,
    PaymentsUnavailable,
    RefundAtProvider,
    RefundStatus,
)

T = TypeVar("T")

API_VERSION: Final = "2026-10-28.endive"
"""The version whose answers this module reads. It is changed here, with the tests."""
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
_WARNINGS: Final = frozenset(
    {"warning_needs_response", "warning_under_review", "warning_closed", "prevented"}
)


class StripeGateway:
    """Takes card payments through PaymentIntents and gives them back in full."""

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
        # The SDK's own aiohttp client lets raw errors through on torn answers. These limits are of
        # each read; what comes byte by byte is ended by `_call`.
        self._http = BoundedClient(timeout=httpx.Timeout(20, connect=5))
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
        return _read(lambda: _id(method, "pm_"))

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
        return _read(lambda: _id(intent, "pi_"))

    async def confirm_intent(self, intent_id: str, *, key: str, return_url: str) -> Intent:
        """Try to take the money."""
        intent = await self._call(
            lambda: self._client.v1.payment_intents.confirm_async(
                intent_id,
                {"return_url": return_url, "expand": _EXPAND},
                {"idempotency_key": key},
            )
        )
        return _read(lambda: _intent(intent))

    async def get_intent(self, intent_id: str) -> Intent:
        """Read the intent with its charge, fee and dispute."""
        intent = await self._call(
            lambda: self._client.v1.payment_intents.retrieve_async(intent_id, {"expand": _EXPAND})
        )
        dispute = None
        if _read(lambda: _is_disputed(intent)):
            disputes = await self._call(
                lambda: self._client.v1.disputes.list_async(
                    {"payment_intent": intent_id, "limit": 1}
                )
            )
            dispute = _read(lambda: _dispute(disputes.data[0]) if disputes.data else None)
        return _read(lambda: _intent(intent, dispute))

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
        return _read(lambda: _intent(intent))

    async def create_refund(self, *, key: str, intent_id: str) -> RefundAtProvider:
        """Give the whole amount back."""
        refund = await self._call(
            lambda: self._client.v1.refunds.create_async(
                {"payment_intent": intent_id, "metadata": {"key": key}}, {"idempotency_key": key}
            )
        )
        return _read(lambda: _refund(refund))

    async def refunds_of(self, intent_id: str) -> Sequence[RefundAtProvider]:
        """Return every refund of the intent, newest first."""
        found = await self._call(
            lambda: self._client.v1.refunds.list_async({"payment_intent": intent_id, "limit": 100})
        )
        return _read(lambda: [_refund(refund) for refund in found.data])

    def intents_since(self, since: datetime) -> AsyncIterator[Intent]:
        """Walk over all intents created since then, the newest first."""
        ask = self._client.v1.payment_intents.list_async
        return self._walk(ask, _intent, since, expand=["data.latest_charge.balance_transaction"])

    def refunds_since(self, since: datetime) -> AsyncIterator[RefundAtProvider]:
        """Walk over all refunds created since then, the newest first."""
        return self._walk(self._client.v1.refunds.list_async, _refund, since)

    def disputes_since(self, since: datetime) -> AsyncIterator[str]:
        """Walk over the intents of all disputes opened since then, the newest first."""
        ask = self._client.v1.disputes.list_async
        # One of a charge without an intent is none of ours: it keeps its charge's name.
        return self._walk(ask, lambda one: str(one["payment_intent"] or one["charge"]), since)

    async def available_balance(self) -> Mapping[str, int]:
        """Return what Stripe holds for us, available and pending, per currency."""
        balance = await self._call(self._client.v1.balance.retrieve_async)
        return _read(lambda: _totals(balance))

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
            notice = _notice(event)
        except (SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as bad:
            raise BadNotice from bad
        if is_early or not is_ours:
            raise BadNotice
        return notice

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _walk(
        self,
        page_of: Callable[[Any], Awaitable[Any]],
        read: Callable[[Any], T],
        since: datetime,
        **more: object,
    ) -> AsyncIterator[T]:
        """Read a list of Stripe's, page by page."""
        params = {"created": {"gte": int(since.timestamp())}, "limit": 100, **more}
        while True:
            page = await self._call(partial(page_of, params))
            for found in _read(partial(_each, read, page)):
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
            if error.http_status == httpx.codes.CONFLICT:
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
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PaymentsUnavailable("The answer cannot be read") from error


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
    if error.http_status == httpx.codes.CONFLICT:
        return PaymentBusy()
    if _decline_code_of(error):
        return _declined(error)
    if code in _OF_METHOD or param.startswith(("payment_method", "card", "token")):
        return BadPaymentMethod()
    return PaymentRefused(str(error.code or "invalid_request"))


def _each(read: Callable[[Any], T], page: Any) -> list[T]:
    return [read(found) for found in page.data]


def _id(found: Any, prefix: str) -> str:
    """Return the id of what was made. What is stored in its place would be lost for ever."""
    if not isinstance(found["id"], str) or not found["id"].startswith(prefix):
        raise ValueError(found["id"])
    return found["id"]


def _is_disputed(intent: Any) -> bool:
    charge = intent["latest_charge"]
    return charge is not None and bool(charge["disputed"])


def _totals(balance: Any) -> dict[str, int]:
    totals: dict[str, int] = {}
    for part in (*balance.available, *balance.pending):
        currency = str(part["currency"]).upper()
        totals[currency] = totals.get(currency, 0) + int(part["amount"])
    return totals


def _intent(found: Any, dispute: Dispute | None = None) -> Intent:
    charge = found["latest_charge"]
    error = found["last_payment_error"]
    action = found["next_action"]
    redirect = action["redirect_to_url"] if action and "redirect_to_url" in action else None
    return Intent(
        id=str(found["id"]),
        status=IntentStatus(found["status"]),
        amount=Money(int(found["amount"]), str(found["currency"]).upper()),
        created_at=datetime.fromtimestamp(int(found["created"]), UTC),
        charged_at=_charged_at(charge),
        pledge_id=str(found["metadata"]["pledge"]) if "pledge" in found["metadata"] else "",
        decline_code=_decline_code(error),
        fee=_fee(charge),
        dispute=dispute,
        client_secret=str(found["client_secret"] or ""),
        action_url=str(redirect["url"]) if redirect else "",
    )


def _decline_code(error: Any) -> str:
    if error is None:
        return ""
    # Stripe's objects have no .get(); absent and null mean the same.
    named = error["decline_code"] if "decline_code" in error else None  # noqa: SIM401
    return str(named or error["code"])


def _charged_at(charge: Any) -> datetime | None:
    if charge is None or isinstance(charge, str):
        return None
    return datetime.fromtimestamp(int(charge["created"]), UTC)


def _fee(charge: Any) -> Money | None:
    if charge is None or isinstance(charge, str):
        return None
    transaction = charge["balance_transaction"]
    if transaction is None or isinstance(transaction, str):
        return None
    return Money(int(transaction["fee"]), str(transaction["currency"]).upper())


def _dispute(found: Any) -> Dispute | None:
    """Read a dispute. An early warning has taken no money, and may be refunded: it is none."""
    status = str(found["status"])
    if status in _WARNINGS:
        return None
    moved = found["balance_transactions"]
    fee = sum(int(transaction["fee"]) for transaction in moved)
    currency = str(moved[0]["currency"]).upper() if moved else ""
    outcome = {"won": DisputeStatus.WON, "lost": DisputeStatus.LOST}
    return Dispute(
        outcome.get(status, DisputeStatus.OPEN),
        opened_at=datetime.fromtimestamp(int(found["created"]), UTC),
        fee=Money(fee, currency) if fee else None,
    )


def _refund(found: Any) -> RefundAtProvider:
    failure = found["failure_reason"] if "failure_reason" in found else None  # noqa: SIM401
    return RefundAtProvider(
        id=str(found["id"]),
        status=RefundStatus(found["status"]),
        amount=Money(int(found["amount"]), str(found["currency"]).upper()),
        intent_id=str(found["payment_intent"]),
        created_at=datetime.fromtimestamp(int(found["created"]), UTC),
        failure=str(failure or ""),
    )


def _notice(event: Mapping[str, Any]) -> Notice:
    about = event["data"]["object"]
    intent = about["id"] if about["object"] == "payment_intent" else about.get("payment_intent")
    return Notice(
        id=str(event["id"])[:100],
        kind=str(event["type"])[:100],
        intent_id=str(intent)[:100] if intent else None,
        created_at=datetime.fromtimestamp(int(event["created"]), UTC),
    )
