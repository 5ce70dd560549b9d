"""Controls for tests, under `/_sandbox`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct, field

from wishcli.sandbox.amazon.catalogue import MARKETPLACES, Product
from wishcli.sandbox.amazon.faults import Rule

if TYPE_CHECKING:
    from wishcli.sandbox.amazon.app import Service

B = TypeVar("B", bound=Struct)


class Standing(Struct, kw_only=True, forbid_unknown_fields=True):
    """How the service thinks of us, and how it writes."""

    is_eligible: bool = True
    unlinked_tags: list[str] = field(default_factory=list)
    root: str = "itemsResult"
    """The reference page names it `itemResults`; the live service answers `itemsResult`."""


class Drift(Struct, kw_only=True, forbid_unknown_fields=True):
    """How the prices drift: the same seed drifts the same way."""

    seed: int = 0


class Removal(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which product is to vanish."""

    marketplace: str
    asin: str


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls of one sandbox."""

    service: "Service"

    async def requests(self, _request: web.Request) -> web.Response:
        """Give the last requests, and how many the limits refused."""
        entries, refused = list(self.service.journal), self.service.limits.refused
        return _answer({"requests": entries, "refused": refused})

    async def products(self, _request: web.Request) -> web.Response:
        """Give the whole catalogue."""
        return _answer({"products": list(self.service.catalogue.products.values())})

    async def put(self, request: web.Request) -> web.Response:
        """Add a product, or replace it."""
        product = await _read(request, Product)
        if product.marketplace not in MARKETPLACES:
            raise web.HTTPBadRequest(text="There is no such marketplace.")
        self.service.catalogue.put(product)
        return _answer({"put": product})

    async def remove(self, request: web.Request) -> web.Response:
        """Take a product out of the catalogue."""
        order = await _read(request, Removal)
        key = (order.marketplace, order.asin)
        return _answer({"removed": self.service.catalogue.products.pop(key, None) is not None})

    async def drift(self, request: web.Request) -> web.Response:
        """Let the prices drift."""
        order = await _read(request, Drift)
        return _answer({"changed": self.service.catalogue.drift(order.seed)})

    async def stand(self, request: web.Request) -> web.Response:
        """Change how the service thinks of us."""
        self.service.standing = await _read(request, Standing)
        return _answer({"standing": self.service.standing})

    async def show_faults(self, _request: web.Request) -> web.Response:
        """Show the faults that are set, and how many requests one holds."""
        faults = self.service.faults
        return _answer({"rules": faults.rules, "holding": faults.holding})

    async def until_held(self, _request: web.Request) -> web.Response:
        """Answer once a fault holds a request."""
        await self.service.faults.held.wait()
        return _answer({"holding": self.service.faults.holding})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Add a fault."""
        self.service.faults.rules.append(await _read(request, Rule))
        return _answer({"rules": self.service.faults.rules})

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Drop all faults and let go what they hold."""
        self.service.faults.clear()
        return _answer({"rules": []})

    async def expire_tokens(self, _request: web.Request) -> web.Response:
        """Let all tokens expire now."""
        return _answer({"expired": self.service.tokens.expire()})


def add_routes(app: web.Application, service: "Service") -> None:
    """Put the controls under `/_sandbox`."""
    controls = Controls(service)
    table: list[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]]] = [
        ("GET", "requests", controls.requests),
        ("GET", "products", controls.products),
        ("POST", "products", controls.put),
        ("POST", "products/remove", controls.remove),
        ("POST", "drift", controls.drift),
        ("POST", "standing", controls.stand),
        ("GET", "faults", controls.show_faults),
        ("GET", "faults/held", controls.until_held),
        ("POST", "faults", controls.add_fault),
        ("DELETE", "faults", controls.clear_faults),
        ("POST", "tokens/expire", controls.expire_tokens),
    ]
    for method, path, handler in table:
        app.router.add_route(method, f"/_sandbox/{path}", handler)


async def _read(request: web.Request, shape: type[B]) -> B:
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=shape)
    except msgspec.DecodeError as problem:
        raise web.HTTPBadRequest(text=str(problem)) from problem


def _answer(shown: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(shown), content_type="application/json")
