"""Disputes: retrieve and list; cards open them and the sandbox's controls close them."""

from wishcli.sandbox.stripe.model import views
from wishcli.sandbox.stripe.model.objects import Dispute
from wishcli.sandbox.stripe.model.refusals import Json, no_such
from wishcli.sandbox.stripe.resources import listing
from wishcli.sandbox.stripe.wire.routes import Call, Route


def retrieve(call: Call) -> Json:
    """Give a dispute."""
    dispute = call.world.state.disputes.get(call.object_id)
    if dispute is None:
        raise no_such("dispute", call.object_id, param="id", in_path=True)
    return views.dispute(call.world, dispute)


def page(call: Call) -> Json:
    """List disputes, perhaps of one payment."""
    intent = call.arguments.text("payment_intent")
    charge = call.arguments.text("charge")

    def matches(dispute: Dispute) -> bool:
        return intent in {None, dispute.payment_intent} and charge in {None, dispute.charge}

    return listing.page(
        call.arguments,
        url="/v1/disputes",
        objects=call.world.state.disputes,
        show=lambda dispute: views.dispute(call.world, dispute),
        matches=matches,
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/disputes",
        params=("_dispute_list_params", "DisputeListParams"),
        supported=listing.LIST_PARAMETERS | {"charge", "payment_intent"},
        produces="dispute",
        run=page,
        is_list=True,
    ),
    Route(
        method="GET",
        path="/v1/disputes/{id}",
        params=("_dispute_retrieve_params", "DisputeRetrieveParams"),
        supported=frozenset({"expand"}),
        produces="dispute",
        run=retrieve,
    ),
)
