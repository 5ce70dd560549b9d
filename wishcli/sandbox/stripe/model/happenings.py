"""Events: what happened, in order, with the object as it was at that moment."""

from msgspec import json

from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import Event
from wishcli.sandbox.stripe.model.refusals import Json
from wishcli.sandbox.stripe.model.world import World


def record(world: World, *, type_name: str, shown: Json) -> None:
    """Record an event and offer it to whoever delivers webhooks.

    The oldest events are forgotten beyond the configured number, as Stripe forgets after a month.
    """
    cause = world.cause
    event = Event(
        id=new_id("evt"),
        created=world.now(),
        type=type_name,
        api_version=world.api_version,
        object=json.decode(json.encode(shown), type=Json),
        request_id=cause.request_id if cause else None,
        idempotency_key=cause.idempotency_key if cause else None,
    )
    events = world.state.events
    events[event.id] = event
    if len(events) > world.config.events_max:
        del events[next(iter(events))]
    world.event_listener(event)
    world.changed.set()
