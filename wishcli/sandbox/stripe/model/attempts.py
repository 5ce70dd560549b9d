"""Attempts to pay: what a card does when an intent is confirmed."""

from dataclasses import dataclass

from wishcli.sandbox.stripe.model import cards, disputing, happenings, movements, views
from wishcli.sandbox.stripe.model.cards import AUTHENTICATION_REQUIRED, Card, Decline
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import (
    Authentication,
    Charge,
    ChargeStatus,
    Intent,
    IntentStatus,
    PaymentError,
    PaymentMethod,
    Step,
    StepKind,
)
from wishcli.sandbox.stripe.model.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a confirmation wants a challenge to be treated."""

    is_off_session: bool
    refuses_action: bool
    use_sdk: bool
    return_url: str | None
    base_url: str


def attempt(world: World, intent: Intent, *, method: PaymentMethod, terms: Terms) -> None:
    """Try to pay the intent with the card; the intent tells what came of it."""
    card = cards.get_card(method.card)
    intent.payment_method = method.id
    intent.last_error = None
    _end_authentication(world, intent)
    if not card.needs_authentication:
        _charge(world, intent, method=method, authenticated=False)
    elif terms.is_off_session:
        _decline(world, intent, method=method, decline=AUTHENTICATION_REQUIRED)
    elif terms.refuses_action:
        _fail(
            world,
            intent,
            error=_error(AUTHENTICATION_REQUIRED, method=method, charge=None),
        )
    else:
        _challenge(world, intent, terms=terms)


def approve(world: World, intent: Intent) -> None:
    """Let the cardholder pass the challenge; the card may still decline."""
    assert intent.payment_method is not None
    method = world.state.payment_methods[intent.payment_method]
    _end_authentication(world, intent)
    _charge(world, intent, method=method, authenticated=True)


def refuse(world: World, intent: Intent) -> None:
    """Let the cardholder fail the challenge."""
    _end_authentication(world, intent)
    _fail(
        world,
        intent,
        error=PaymentError(
            kind="invalid_request_error",
            code="payment_intent_authentication_failure",
            message="The provided PaymentMethod has failed authentication. You can provide "
            "payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent "
            "again.",
            payment_method=intent.payment_method,
        ),
    )


def cancel(world: World, intent: Intent, *, reason: str | None) -> None:
    """Cancel the intent for good."""
    _end_authentication(world, intent)
    intent.status = IntentStatus.CANCELED
    intent.canceled_at = world.now()
    intent.cancellation_reason = reason
    _tell(world, intent, "payment_intent.canceled")


def finish(world: World, intent: Intent) -> None:
    """End the wait of a slow card."""
    assert intent.latest_charge is not None
    charge = world.state.charges[intent.latest_charge]
    method = world.state.payment_methods[charge.payment_method]
    card = cards.get_card(method.card)
    if card.decline is None:
        _succeed(world, intent, charge=charge, card=card)
    else:
        _record_decline(charge, card.decline)
        _fail_with_charge(world, intent, charge=charge, decline=card.decline, method=method)


def reach_balance(world: World, charge: Charge) -> None:
    """Let what was captured asynchronously reach the balance, and tell it."""
    movements.reach_balance(world, charge)
    happenings.record(world, type_name="charge.updated", shown=views.charge(world, charge))


def _challenge(world: World, intent: Intent, *, terms: Terms) -> None:
    name = new_id("3ds")
    return_url = terms.return_url or intent.return_url
    intent.authentication = Authentication(
        id=name,
        url=f"{terms.base_url}/3ds/{name}",
        return_url=return_url,
        by_redirect=return_url is not None and not terms.use_sdk,
    )
    world.state.authentications[name] = intent.id
    intent.status = IntentStatus.REQUIRES_ACTION
    _tell(world, intent, "payment_intent.requires_action")


def _end_authentication(world: World, intent: Intent) -> None:
    if intent.authentication is not None:
        world.state.authentications.pop(intent.authentication.id, None)
        intent.authentication = None


def _charge(world: World, intent: Intent, *, method: PaymentMethod, authenticated: bool) -> None:
    card = cards.get_card(method.card)
    if card.is_slow:
        charge = _new_charge(world, intent, method=method, authenticated=authenticated)
        intent.status = IntentStatus.PROCESSING
        due_at = world.time() + world.config.settle_after_seconds
        world.state.steps.append(
            Step(due_at=due_at, kind=StepKind.FINISH_PAYMENT, subject=intent.id)
        )
        happenings.record(world, type_name="charge.pending", shown=views.charge(world, charge))
        _tell(world, intent, "payment_intent.processing")
    elif card.decline is not None:
        _decline(world, intent, method=method, decline=card.decline, authenticated=authenticated)
    else:
        charge = _new_charge(world, intent, method=method, authenticated=authenticated)
        _succeed(world, intent, charge=charge, card=card)


def _new_charge(
    world: World, intent: Intent, *, method: PaymentMethod, authenticated: bool
) -> Charge:
    charge = Charge(
        id=new_id("ch"),
        created=world.now(),
        amount=intent.amount,
        currency=intent.currency,
        payment_intent=intent.id,
        payment_method=method.id,
        status=ChargeStatus.PENDING,
        metadata=dict(intent.metadata),
        authenticated=authenticated,
        description=intent.description,
        receipt_email=intent.receipt_email,
        statement_descriptor_suffix=intent.statement_descriptor_suffix,
    )
    world.state.charges[charge.id] = charge
    intent.latest_charge = charge.id
    return charge


def _succeed(world: World, intent: Intent, *, charge: Charge, card: Card) -> None:
    charge.status = ChargeStatus.SUCCEEDED
    movements.book_charge(world, charge, is_available_at_once=card.is_available_at_once)
    late = world.config.balance_after_seconds
    if late and intent.capture_method == "automatic_async":
        due_at = world.time() + late
        world.state.steps.append(
            Step(due_at=due_at, kind=StepKind.REACH_BALANCE, subject=charge.id)
        )
    else:
        movements.reach_balance(world, charge)
    world.state.payment_methods[charge.payment_method].spent = True
    intent.status = IntentStatus.SUCCEEDED
    intent.amount_received = intent.amount
    happenings.record(world, type_name="charge.succeeded", shown=views.charge(world, charge))
    _tell(world, intent, "payment_intent.succeeded")
    if card.dispute_reason is not None:
        for amount in (intent.amount // 2, None) if card.is_disputed_twice else (None,):
            disputing.open_dispute(
                world,
                charge,
                reason=card.dispute_reason,
                is_inquiry=card.is_inquiry,
                amount=amount,
            )


def _decline(
    world: World,
    intent: Intent,
    *,
    method: PaymentMethod,
    decline: Decline,
    authenticated: bool = False,
) -> None:
    charge = _new_charge(world, intent, method=method, authenticated=authenticated)
    _record_decline(charge, decline)
    _fail_with_charge(world, intent, charge=charge, decline=decline, method=method)


def _record_decline(charge: Charge, decline: Decline) -> None:
    charge.status = ChargeStatus.FAILED
    charge.failure_code = decline.code
    charge.failure_message = decline.message
    charge.decline_code = decline.decline_code


def _fail_with_charge(
    world: World, intent: Intent, *, charge: Charge, decline: Decline, method: PaymentMethod
) -> None:
    happenings.record(world, type_name="charge.failed", shown=views.charge(world, charge))
    _fail(world, intent, error=_error(decline, method=method, charge=charge))


def _error(decline: Decline, *, method: PaymentMethod, charge: Charge | None) -> PaymentError:
    return PaymentError(
        code=decline.code,
        message=decline.message,
        decline_code=decline.decline_code,
        payment_method=method.id,
        charge=charge.id if charge else None,
    )


def _fail(world: World, intent: Intent, *, error: PaymentError) -> None:
    intent.last_error = error
    intent.payment_method = None
    intent.status = IntentStatus.REQUIRES_PAYMENT_METHOD
    _tell(world, intent, "payment_intent.payment_failed")


def _tell(world: World, intent: Intent, type_name: str) -> None:
    happenings.record(world, type_name=type_name, shown=views.payment_intent(world, intent))
