"""Charges: retrieve and list; they are only ever made by payment intents."""

from wishcli.sandbox.stripe.model import views
from wishcli.sandbox.stripe.model.objects import Charge
from wishcli.sandbox.stripe.model.refusals import Json, no_such
from wishcli.sandbox.stripe.resources import listing
from wishcli.sandbox.stripe.wire.routes import Call, Route


def retrieve(call: Call) -> Json:
    """Give a charge."""
    charge = call.world.state.charges.get(call.object_id)
    if charge is None:
        raise no_such("charge", call.object_id, param="id", in_path=True)
    return views.charge(call.world, charge)


def page(call: Call) -> Json:
    """List charges, perhaps of one payment."""
    intent = call.arguments.text("payment_intent")

    def show(charge: Charge) -> Json:
        return views.charge(call.world, charge)

    return listing.page(
        call.arguments,
        url="/v1/charges",
        objects=call.world.state.charges,
        show=show,
        matches=lambda charge: intent in {None, charge.payment_intent},
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/charges",
        params=("_charge_list_params", "ChargeListParams"),
        supported=listing.LIST_PARAMETERS | {"payment_intent"},
        produces="charge",
        run=page,
        is_list=True,
    ),
    Route(
        method="GET",
        path="/v1/charges/{id}",
        params=("_charge_retrieve_params", "ChargeRetrieveParams"),
        supported=frozenset({"expand"}),
        produces="charge",
        run=retrieve,
    ),
)
