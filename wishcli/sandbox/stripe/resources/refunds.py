"""Refunds: create, retrieve and list."""

from wishcli.sandbox.stripe.model import refunding, views
from wishcli.sandbox.stripe.model.objects import Charge, ChargeStatus, Refund
from wishcli.sandbox.stripe.model.refusals import Json, Refusal, no_such
from wishcli.sandbox.stripe.resources import checks, listing
from wishcli.sandbox.stripe.wire.routes import Call, Route


def create(call: Call) -> Json:
    """Give back a payment, whole or in part.

    Raises:
        Refusal: there is nothing to give back, or not that much; nothing changes.
    """
    arguments = call.arguments
    amount = arguments.integer("amount")
    if amount is not None and amount < 1:
        raise Refusal(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    metadata = checks.metadata(arguments)
    refund = refunding.make_refund(
        call.world,
        _get_charge(call),
        amount=amount,
        reason=arguments.text("reason"),
        metadata=metadata,
    )
    return views.refund(refund)


def retrieve(call: Call) -> Json:
    """Give a refund."""
    refund = call.world.state.refunds.get(call.object_id)
    if refund is None:
        raise no_such("refund", call.object_id, param="id", in_path=True)
    return views.refund(refund)


def page(call: Call) -> Json:
    """List refunds, perhaps of one payment."""
    intent = call.arguments.text("payment_intent")
    charge = call.arguments.text("charge")

    def matches(refund: Refund) -> bool:
        return intent in {None, refund.payment_intent} and charge in {None, refund.charge}

    return listing.page(
        call.arguments,
        url="/v1/refunds",
        objects=call.world.state.refunds,
        show=views.refund,
        matches=matches,
    )


def _get_charge(call: Call) -> Charge:
    intent_id = call.arguments.text("payment_intent")
    charge_id = call.arguments.text("charge")
    if (intent_id is None) == (charge_id is None):
        raise Refusal(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing" if intent_id is None else "parameters_exclusive",
        )
    if intent_id is not None:
        return _charge_of_intent(call, intent_id)
    charge = call.world.state.charges.get(charge_id or "")
    if charge is None:
        raise no_such("charge", charge_id or "", param="charge", in_path=True)
    if charge.status is not ChargeStatus.SUCCEEDED:
        raise Refusal(
            f"Charge {charge.id} was not successful and cannot be refunded.",
            param="charge",
            began=True,
        )
    return charge


def _charge_of_intent(call: Call, name: str) -> Charge:
    state = call.world.state
    intent = state.intents.get(name)
    if intent is None:
        raise no_such("payment_intent", name, param="payment_intent", in_path=True)
    charge = None if intent.latest_charge is None else state.charges[intent.latest_charge]
    if charge is None or charge.status is not ChargeStatus.SUCCEEDED:
        raise Refusal(
            f"This PaymentIntent ({name}) does not have a successful charge to refund.",
            param="payment_intent",
            began=True,
        )
    return charge


ROUTES = (
    Route(
        method="POST",
        path="/v1/refunds",
        params=("_refund_create_params", "RefundCreateParams"),
        supported=frozenset({"amount", "charge", "expand", "metadata", "payment_intent", "reason"}),
        produces="refund",
        run=create,
    ),
    Route(
        method="GET",
        path="/v1/refunds",
        params=("_refund_list_params", "RefundListParams"),
        supported=listing.LIST_PARAMETERS | {"charge", "payment_intent"},
        produces="refund",
        run=page,
        is_list=True,
    ),
    Route(
        method="GET",
        path="/v1/refunds/{id}",
        params=("_refund_retrieve_params", "RefundRetrieveParams"),
        supported=frozenset({"expand"}),
        produces="refund",
        run=retrieve,
    ),
)
