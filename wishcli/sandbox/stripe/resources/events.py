"""Events: retrieve and list."""

from fnmatch import fnmatchcase

from wishcli.sandbox.stripe.model import views
from wishcli.sandbox.stripe.model.objects import Event
from wishcli.sandbox.stripe.model.refusals import Json, Refusal, no_such
from wishcli.sandbox.stripe.resources import listing
from wishcli.sandbox.stripe.wire.routes import Call, Route


def retrieve(call: Call) -> Json:
    """Give an event."""
    event = call.world.state.events.get(call.object_id)
    if event is None:
        raise no_such("event", call.object_id, param="id", in_path=True)
    return views.event(event)


def page(call: Call) -> Json:
    """List events, perhaps of some types; one type may end with a wildcard."""
    pattern = call.arguments.text("type")
    types = call.arguments.texts("types")
    if pattern is not None and types:
        raise Refusal(
            "You may only specify one of these parameters: type, types.",
            code="parameters_exclusive",
        )

    def matches(event: Event) -> bool:
        if pattern is not None:
            return fnmatchcase(event.type, pattern)
        return not types or event.type in types

    return listing.page(
        call.arguments,
        url="/v1/events",
        objects=call.world.state.events,
        show=views.event,
        matches=matches,
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/events",
        params=("_event_list_params", "EventListParams"),
        supported=listing.LIST_PARAMETERS | {"type", "types"},
        produces="event",
        run=page,
        is_list=True,
    ),
    Route(
        method="GET",
        path="/v1/events/{id}",
        params=("_event_retrieve_params", "EventRetrieveParams"),
        supported=frozenset({"expand"}),
        produces="event",
        run=retrieve,
    ),
)
