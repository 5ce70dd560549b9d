"""Movements of money: each is one balance transaction and one posting, made together."""

from msgspec import structs

from wishcli.sandbox.stripe.model.book import Account, Posting, PostingKind
from wishcli.sandbox.stripe.model.currencies import card_fee
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import (
    BalanceTransaction,
    Charge,
    Dispute,
    Refund,
    TransactionType,
)
from wishcli.sandbox.stripe.model.world import World

_SETTLEMENT_SECONDS = 2 * 86_400


def book_charge(world: World, charge: Charge, *, is_available_at_once: bool) -> None:
    """Book money taken from a card, less the fee; it is under way until `reach_balance`."""
    transaction = _transaction(
        world,
        amount=charge.amount,
        currency=charge.currency,
        fee=card_fee(charge.amount),
        type_=TransactionType.CHARGE,
        source=charge.id,
        description=charge.description,
        delay_seconds=0 if is_available_at_once else _SETTLEMENT_SECONDS,
    )
    _post(
        world,
        name=f"charge:{charge.id}",
        kind=PostingKind.CHARGE,
        payment_intent=charge.payment_intent,
        transaction=transaction,
    )
    world.state.underway[charge.id] = transaction


def reach_balance(world: World, charge: Charge) -> None:
    """Let what was charged reach the balance: from now on its fee is known."""
    underway = world.state.underway.pop(charge.id)
    late = world.now() - underway.created
    transaction = structs.replace(
        underway, created=world.now(), available_on=underway.available_on + late
    )
    world.state.transactions[transaction.id] = transaction
    charge.balance_transaction = transaction.id


def book_refund(world: World, refund: Refund) -> None:
    """Book money given back; the fee stays with Stripe."""
    refund.balance_transaction = _move(
        world,
        name=f"refund:{refund.id}",
        kind=PostingKind.REFUND,
        payment_intent=refund.payment_intent,
        transaction=_transaction(
            world,
            amount=-refund.amount,
            currency=refund.currency,
            type_=TransactionType.REFUND,
            source=refund.id,
            description="REFUND FOR CHARGE",
        ),
    )


def book_refund_failure(world: World, refund: Refund) -> None:
    """Book the return of a refund that the card's bank did not take."""
    refund.failure_balance_transaction = _move(
        world,
        name=f"refund_failure:{refund.id}",
        kind=PostingKind.REFUND_FAILURE,
        payment_intent=refund.payment_intent,
        transaction=_transaction(
            world,
            amount=refund.amount,
            currency=refund.currency,
            type_=TransactionType.REFUND_FAILURE,
            source=refund.id,
            description="REFUND FAILURE",
        ),
    )


def book_dispute(world: World, dispute: Dispute, *, has_fee: bool) -> None:
    """Book the withdrawal of disputed money, and the fee for the dispute."""
    name = _move(
        world,
        name=f"dispute:{dispute.id}:{len(dispute.balance_transactions)}",
        kind=PostingKind.DISPUTE,
        payment_intent=dispute.payment_intent,
        transaction=_transaction(
            world,
            amount=-dispute.amount,
            currency=dispute.currency,
            fee=world.config.dispute_fee_minor if has_fee else 0,
            type_=TransactionType.ADJUSTMENT,
            category="dispute",
            source=dispute.id,
            description=f"Chargeback withdrawal for {dispute.charge}",
        ),
    )
    dispute.balance_transactions.append(name)


def book_dispute_reversal(world: World, dispute: Dispute, amount: int) -> None:
    """Book the return of disputed money, or of a part; the dispute's fee is not returned."""
    name = _move(
        world,
        name=f"dispute_reversal:{dispute.id}:{len(dispute.balance_transactions)}",
        kind=PostingKind.DISPUTE_REVERSAL,
        payment_intent=dispute.payment_intent,
        transaction=_transaction(
            world,
            amount=amount,
            currency=dispute.currency,
            type_=TransactionType.ADJUSTMENT,
            category="dispute_reversal",
            source=dispute.id,
            description=f"Chargeback reversal for {dispute.charge}",
        ),
    )
    dispute.balance_transactions.append(name)


def _transaction(
    world: World,
    *,
    amount: int,
    currency: str,
    type_: TransactionType,
    source: str,
    description: str | None,
    fee: int = 0,
    category: str | None = None,
    delay_seconds: int = 0,
) -> BalanceTransaction:
    return BalanceTransaction(
        id=new_id("txn"),
        created=world.now(),
        available_on=world.now() + delay_seconds,
        amount=amount,
        currency=currency,
        fee=fee,
        type=type_,
        reporting_category=category or type_,
        source=source,
        description=description,
    )


def _move(
    world: World,
    *,
    name: str,
    kind: PostingKind,
    payment_intent: str,
    transaction: BalanceTransaction,
) -> str:
    """Keep the transaction and its posting together, and give the transaction's id."""
    _post(world, name=name, kind=kind, payment_intent=payment_intent, transaction=transaction)
    world.state.transactions[transaction.id] = transaction
    return transaction.id


def _post(
    world: World,
    *,
    name: str,
    kind: PostingKind,
    payment_intent: str,
    transaction: BalanceTransaction,
) -> None:
    entries = {
        Account.CARDHOLDERS: -transaction.amount,
        Account.BALANCE: transaction.net,
        Account.FEES: transaction.fee,
    }
    world.state.book.post(
        Posting(
            name=name,
            kind=kind,
            payment_intent=payment_intent,
            currency=transaction.currency,
            created=transaction.created,
            entries=entries,
        )
    )
