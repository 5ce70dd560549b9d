"""How each object looks in an answer: the fields of the real API, ids not yet expanded."""

from wishcli.sandbox.stripe.model import cards
from wishcli.sandbox.stripe.model.objects import (
    BalanceTransaction,
    Charge,
    ChargeStatus,
    Dispute,
    DisputeStatus,
    Event,
    Intent,
    IntentStatus,
    PaymentError,
    PaymentMethod,
    Refund,
    RefundStatus,
)
from wishcli.sandbox.stripe.model.refusals import Json
from wishcli.sandbox.stripe.model.world import World

_EXPIRY_MONTH = 12
_EXPIRY_YEAR = 2034


def payment_method(method: PaymentMethod) -> Json:
    """Show a payment method."""
    card = cards.get_card(method.card)
    return {
        "id": method.id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": _no_billing_details(),
        "card": {
            "brand": card.brand,
            "checks": _no_checks(),
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": _EXPIRY_MONTH,
            "exp_year": _EXPIRY_YEAR,
            "fingerprint": f"sandbox{card.last4}",
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": method.created,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": dict(method.metadata),
        "type": "card",
    }


def payment_intent(world: World, intent: Intent) -> Json:
    """Show a payment intent."""
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": intent.amount_received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": _automatic_methods(intent),
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency,
        "customer": None,
        "customer_account": None,
        "description": intent.description,
        "excluded_payment_method_types": None,
        "last_payment_error": _last_error(world, intent),
        "latest_charge": intent.latest_charge,
        "livemode": False,
        "metadata": dict(intent.metadata),
        "next_action": _next_action(intent),
        "on_behalf_of": None,
        "payment_method": intent.payment_method,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": list(intent.payment_method_types),
        "processing": _processing(intent),
        "receipt_email": intent.receipt_email,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent.statement_descriptor_suffix,
        "status": intent.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def payment_error(world: World, error: PaymentError) -> Json:
    """Show why a payment failed, as in `last_payment_error` and in a 402 answer."""
    shown: Json = {
        "type": error.kind,
        "code": error.code,
        "message": error.message,
        "doc_url": f"https://stripe.com/docs/error-codes/{error.code.replace('_', '-')}",
    }
    if error.charge is not None:
        shown["charge"] = error.charge
    if error.decline_code is not None:
        shown["decline_code"] = error.decline_code
    if error.payment_method is not None:
        shown["payment_method"] = payment_method(world.state.payment_methods[error.payment_method])
    return shown


def charge(world: World, charge: Charge) -> Json:
    """Show a charge."""
    succeeded = charge.status is ChargeStatus.SUCCEEDED
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.amount if succeeded else 0,
        "amount_refunded": charge.amount_refunded,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": charge.balance_transaction,
        "billing_details": _no_billing_details(),
        "calculated_statement_descriptor": _descriptor(charge) if succeeded else None,
        "captured": succeeded,
        "created": charge.created,
        "currency": charge.currency,
        "customer": None,
        "description": charge.description,
        "disputed": bool(charge.disputes),
        "failure_balance_transaction": None,
        "failure_code": charge.failure_code,
        "failure_message": charge.failure_message,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(charge.metadata),
        "on_behalf_of": None,
        "outcome": _outcome(world, charge),
        "paid": succeeded,
        "payment_intent": charge.payment_intent,
        "payment_method": charge.payment_method,
        "payment_method_details": _method_details(world, charge),
        "radar_options": {},
        "receipt_email": charge.receipt_email,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": succeeded and charge.amount_refunded == charge.amount,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": charge.statement_descriptor_suffix,
        "status": charge.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def refund(refund: Refund) -> Json:
    """Show a refund."""
    shown: Json = {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.balance_transaction,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "destination_details": {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number"},
            "type": "card",
        },
        "metadata": dict(refund.metadata),
        "payment_intent": refund.payment_intent,
        "reason": refund.reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": refund.status,
        "transfer_reversal": None,
    }
    if refund.status is RefundStatus.PENDING:
        shown["pending_reason"] = refund.pending_reason
    if refund.status is RefundStatus.FAILED:
        shown["failure_reason"] = refund.failure_reason
        shown["failure_balance_transaction"] = refund.failure_balance_transaction
    return shown


def dispute(world: World, dispute: Dispute) -> Json:
    """Show a dispute; its balance transactions come whole, as at Stripe."""
    is_open = dispute.status in {
        DisputeStatus.NEEDS_RESPONSE,
        DisputeStatus.WARNING_NEEDS_RESPONSE,
    }
    due_by = dispute.created + 9 * 86_400
    transactions = [
        balance_transaction(world, world.state.transactions[name])
        for name in dispute.balance_transactions
    ]
    return {
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": transactions,
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by if is_open else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": is_open and world.now() > due_by,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": dispute.status is DisputeStatus.WARNING_NEEDS_RESPONSE,
        "livemode": False,
        "metadata": {},
        "payment_intent": dispute.payment_intent,
        "reason": dispute.reason,
        "status": dispute.status,
    }


def balance_transaction(world: World, transaction: BalanceTransaction) -> Json:
    """Show a movement of the balance; whether it is available is a matter of its date."""
    return {
        "id": transaction.id,
        "object": "balance_transaction",
        "amount": transaction.amount,
        "available_on": transaction.available_on,
        "balance_type": "payments",
        "created": transaction.created,
        "currency": transaction.currency,
        "description": transaction.description,
        "exchange_rate": None,
        "fee": transaction.fee,
        "fee_details": _fee_details(transaction),
        "net": transaction.net,
        "reporting_category": transaction.reporting_category,
        "source": transaction.source,
        "status": "available" if transaction.available_on <= world.now() else "pending",
        "type": transaction.type,
    }


def event(event: Event) -> Json:
    """Show an event, as lists and webhooks carry it."""
    return {
        "id": event.id,
        "object": "event",
        "api_version": event.api_version,
        "created": event.created,
        "data": {"object": event.object},
        "livemode": False,
        "pending_webhooks": event.pending_webhooks,
        "request": {"id": event.request_id, "idempotency_key": event.idempotency_key},
        "type": event.type,
    }


def _automatic_methods(intent: Intent) -> Json | None:
    if intent.allow_redirects is None:
        return None
    return {"allow_redirects": intent.allow_redirects, "enabled": True}


def _last_error(world: World, intent: Intent) -> Json | None:
    return None if intent.last_error is None else payment_error(world, intent.last_error)


def _next_action(intent: Intent) -> Json | None:
    authentication = intent.authentication
    if authentication is None:
        return None
    if not authentication.by_redirect:
        return {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {
                "type": "three_d_secure_redirect",
                "stripe_js": authentication.url,
                "source": authentication.id,
            },
        }
    return {
        "type": "redirect_to_url",
        "redirect_to_url": {"return_url": authentication.return_url, "url": authentication.url},
    }


def _processing(intent: Intent) -> Json | None:
    if intent.status is not IntentStatus.PROCESSING:
        return None
    return {"type": "card", "card": {}}


def _descriptor(charge: Charge) -> str:
    suffix = charge.statement_descriptor_suffix
    return "SANDBOX" if suffix is None else f"SANDBOX* {suffix}"[:22]


def _outcome(world: World, charge: Charge) -> Json | None:
    if charge.status is ChargeStatus.PENDING:
        return None
    card = cards.get_card(world.state.payment_methods[charge.payment_method].card)
    is_blocked = charge.status is ChargeStatus.FAILED and card.risk_level == "highest"
    shown: Json = {
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": card.risk_level,
        "risk_score": 20,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if charge.status is ChargeStatus.FAILED:
        shown |= {
            "network_status": "not_sent_to_network" if is_blocked else "declined_by_network",
            "reason": charge.decline_code,
            "seller_message": "The bank did not accept this payment.",
            "type": "blocked" if is_blocked else "issuer_declined",
        }
    return shown


def _method_details(world: World, charge: Charge) -> Json:
    card = cards.get_card(world.state.payment_methods[charge.payment_method].card)
    result: Json = {
        "authentication_flow": "challenge",
        "result": "authenticated",
        "version": "2.2.0",
    }
    return {
        "card": {
            "amount_authorized": charge.amount,
            "brand": card.brand,
            "checks": _no_checks(),
            "country": card.country,
            "exp_month": _EXPIRY_MONTH,
            "exp_year": _EXPIRY_YEAR,
            "fingerprint": f"sandbox{card.last4}",
            "funding": card.funding,
            "installments": None,
            "last4": card.last4,
            "mandate": None,
            "network": card.brand,
            "three_d_secure": result if charge.authenticated else None,
            "wallet": None,
        },
        "type": "card",
    }


def _fee_details(transaction: BalanceTransaction) -> list[Json]:
    if transaction.fee == 0:
        return []
    return [
        {
            "amount": transaction.fee,
            "application": None,
            "currency": transaction.currency,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]


def _no_billing_details() -> Json:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": None, "name": None, "phone": None, "tax_id": None}


def _no_checks() -> Json:
    return {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None}
