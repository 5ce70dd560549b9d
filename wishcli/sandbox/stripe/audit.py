"""The book, summed up: what was really charged and given back."""

from collections import Counter

from wishcli.sandbox.stripe.model.book import Account, PostingKind
from wishcli.sandbox.stripe.model.objects import ChargeStatus, Intent, RefundStatus
from wishcli.sandbox.stripe.model.refusals import Json
from wishcli.sandbox.stripe.model.world import State

_TOTALS = {
    PostingKind.CHARGE: "charged",
    PostingKind.REFUND: "refunded",
    PostingKind.REFUND_FAILURE: "refund_failed",
    PostingKind.DISPUTE: "disputed",
    PostingKind.DISPUTE_REVERSAL: "reinstated",
}


def summary(state: State) -> Json:
    """Sum the book up by currency and by payment intent.

    All totals are gross: a refund that failed counts as refunded and as refund_failed.
    """
    return {
        "balanced": state.book.is_balanced() and _agrees_with_transactions(state),
        "currencies": _currencies(state),
        "counts": _counts(state),
        "payment_intents": _intents(state),
    }


def _currencies(state: State) -> dict[str, Json]:
    totals: dict[str, Counter[str]] = {}
    for posting in state.book.postings.values():
        total = totals.setdefault(posting.currency, Counter())
        total[_TOTALS[posting.kind]] += posting.gross
        total["fees"] += posting.entries[Account.FEES]
        total["net"] += posting.entries[Account.BALANCE]
    columns = [*_TOTALS.values(), "fees", "net"]
    return {
        currency: {column: total[column] for column in columns}
        for currency, total in totals.items()
    }


def _counts(state: State) -> Json:
    charges = Counter(charge.status for charge in state.charges.values())
    refunds = Counter(refund.status for refund in state.refunds.values())
    return {
        "payment_methods": len(state.payment_methods),
        "payment_intents": len(state.intents),
        "charges_succeeded": charges[ChargeStatus.SUCCEEDED],
        "charges_pending": charges[ChargeStatus.PENDING],
        "charges_failed": charges[ChargeStatus.FAILED],
        "refunds_succeeded": refunds[RefundStatus.SUCCEEDED],
        "refunds_pending": refunds[RefundStatus.PENDING],
        "refunds_failed": refunds[RefundStatus.FAILED],
        "disputes": len(state.disputes),
        "postings": len(state.book.postings),
    }


def _intents(state: State) -> list[Json]:
    columns = [f"{total}_{what}" for total in _TOTALS.values() for what in ("count", "total")]
    sums: dict[str, Counter[str]] = {name: Counter() for name in state.intents}
    for posting in state.book.postings.values():
        row = sums[posting.payment_intent]
        row[f"{_TOTALS[posting.kind]}_count"] += 1
        row[f"{_TOTALS[posting.kind]}_total"] += posting.gross
    for refund in state.refunds.values():
        if refund.status is RefundStatus.PENDING:
            sums[refund.payment_intent]["refund_pending_count"] += 1
            sums[refund.payment_intent]["refund_pending_total"] += refund.amount
    columns += ["refund_pending_count", "refund_pending_total"]
    return [
        {**_identity(intent), **{column: sums[name][column] for column in columns}}
        for name, intent in state.intents.items()
    ]


def _identity(intent: Intent) -> Json:
    return {
        "id": intent.id,
        "status": intent.status,
        "currency": intent.currency,
        "amount": intent.amount,
        "metadata": intent.metadata,
    }


def _agrees_with_transactions(state: State) -> bool:
    nets: Counter[str] = Counter()
    for transaction in (*state.transactions.values(), *state.underway.values()):
        nets[transaction.currency] += transaction.net
    return all(
        accounts[Account.BALANCE] == nets[currency]
        for currency, accounts in state.book.balances.items()
    )
