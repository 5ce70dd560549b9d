"""What happened at the doors: logged for today, and kept for whoever has to look back."""

from wishcore.security_events.models import SecurityEventKind
from wishcore.security_events.operations import note, record
from wishcore.security_events.queries import SecurityEventShown, events_of, find_events

__all__ = [
    "SecurityEventKind",
    "SecurityEventShown",
    "events_of",
    "find_events",
    "note",
    "record",
]
