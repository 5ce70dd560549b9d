"""The balance and the movements it is made of."""

from collections import Counter

from wishcli.sandbox.stripe.model import views
from wishcli.sandbox.stripe.model.objects import BalanceTransaction
from wishcli.sandbox.stripe.model.refusals import Json, no_such
from wishcli.sandbox.stripe.resources import listing
from wishcli.sandbox.stripe.wire.routes import Call, Route


def balance(call: Call) -> Json:
    """Give what is available and what is still on its way, by currency."""
    now = call.world.now()
    available: Counter[str] = Counter()
    pending: Counter[str] = Counter()
    for transaction in call.world.state.transactions.values():
        part = available if transaction.available_on <= now else pending
        part[transaction.currency] += transaction.net
    currencies = sorted({*available, *pending}) or ["usd"]
    return {
        "object": "balance",
        "available": [_amount(available, currency) for currency in currencies],
        "livemode": False,
        "pending": [_amount(pending, currency) for currency in currencies],
    }


def retrieve(call: Call) -> Json:
    """Give a balance transaction."""
    transaction = call.world.state.transactions.get(call.object_id)
    if transaction is None:
        raise no_such("balance transaction", call.object_id, param="id", in_path=True)
    return views.balance_transaction(call.world, transaction)


def page(call: Call) -> Json:
    """List balance transactions, perhaps of one type, currency or source."""
    kind = call.arguments.text("type")
    currency = call.arguments.text("currency")
    source = call.arguments.text("source")

    def matches(transaction: BalanceTransaction) -> bool:
        return (
            kind in {None, str(transaction.type)}
            and currency in {None, transaction.currency}
            and source in {None, transaction.source}
        )

    return listing.page(
        call.arguments,
        url="/v1/balance_transactions",
        objects=call.world.state.transactions,
        show=lambda transaction: views.balance_transaction(call.world, transaction),
        matches=matches,
    )


def _amount(amounts: Counter[str], currency: str) -> Json:
    amount = amounts[currency]
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


ROUTES = (
    Route(
        method="GET",
        path="/v1/balance",
        params=("_balance_retrieve_params", "BalanceRetrieveParams"),
        supported=frozenset({"expand"}),
        produces="balance",
        run=balance,
    ),
    Route(
        method="GET",
        path="/v1/balance_transactions",
        params=("_balance_transaction_list_params", "BalanceTransactionListParams"),
        supported=listing.LIST_PARAMETERS | {"currency", "source", "type"},
        produces="balance_transaction",
        run=page,
        is_list=True,
    ),
    Route(
        method="GET",
        path="/v1/balance_transactions/{id}",
        params=("_balance_transaction_retrieve_params", "BalanceTransactionRetrieveParams"),
        supported=frozenset({"expand"}),
        produces="balance_transaction",
        run=retrieve,
    ),
)
