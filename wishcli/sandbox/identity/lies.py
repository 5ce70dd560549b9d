"""What the stand-ins say and do wrongly, when they are told to."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web
from msgspec import Struct


class Lie(StrEnum):
    """One thing that is wrong from now on."""

    # About the id_token
    EXPIRED = "expired"
    OLD = "old"
    FROM_THE_FUTURE = "from_the_future"
    UNSIGNED = "unsigned"
    SYMMETRIC = "symmetric"
    FOREIGN_KEY = "foreign_key"
    UNKNOWN_KEY = "unknown_key"
    FOREIGN_ISSUER = "foreign_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    SHARED_AUDIENCE = "shared_audience"
    WRONG_NONCE = "wrong_nonce"
    NO_NONCE = "no_nonce"
    NO_SUBJECT = "no_subject"
    WRONG_AT_HASH = "wrong_at_hash"
    NO_ID_TOKEN = "no_id_token"
    VERIFIED_AS_TEXT = "verified_as_text"
    # About discovery
    OTHER_DISCOVERED_ISSUER = "other_discovered_issuer"
    # About a token of Facebook
    INVALID_TOKEN = "invalid_token"
    OTHER_APP = "other_app"
    PAGE_TOKEN = "page_token"
    OTHER_USER = "other_user"
    # About the way back
    ISSUER_IN_CALLBACK = "issuer_in_callback"
    FOREIGN_ISSUER_IN_CALLBACK = "foreign_issuer_in_callback"


class Fault(StrEnum):
    """How the answer to a request goes wrong."""

    DROP = "drop"
    HOLD = "hold"
    HTML = "html"
    STATUS_500 = "status_500"
    LIST = "list"
    REDIRECT = "redirect"
    HUGE = "huge"


class Orders(Struct, forbid_unknown_fields=True):
    """What is to go wrong: lies, and a fault for each path that ends so."""

    lies: list[Lie] = []
    faults: dict[str, Fault] = {}


@dataclass(slots=True)
class Lies:
    """The present orders."""

    told: frozenset[Lie] = frozenset()
    faults: dict[str, Fault] = field(default_factory=dict)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def obey(self, orders: Orders) -> None:
        """Take new orders in place of the old ones, and let go what was held."""
        self.release.set()
        self.release = asyncio.Event()
        self.told = frozenset(orders.lies)
        self.faults = dict(orders.faults)

    def tells(self, lie: Lie) -> bool:
        """Say whether this is told at present."""
        return lie in self.told

    def fault_at(self, path: str) -> Fault | None:
        """Return what goes wrong with a request."""
        return next((fault for end, fault in self.faults.items() if path.endswith(end)), None)


async def answer_wrongly(fault: Fault, request: web.Request, lies: Lies) -> web.StreamResponse:
    """Answer as the fault says."""
    if fault is Fault.DROP and request.transport is not None:
        request.transport.abort()
    if fault is Fault.HOLD:
        await lies.release.wait()
    answers = {
        Fault.HTML: web.Response(text="<html><h1>Sorry</h1></html>", content_type="text/html"),
        Fault.STATUS_500: web.json_response({"error": "server_error"}, status=500),
        Fault.LIST: web.json_response(["not", "an", "object"]),
        Fault.REDIRECT: web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        Fault.HUGE: web.json_response({"filler": "x" * 2**21}),
    }
    return answers.get(fault) or web.Response(status=503)
