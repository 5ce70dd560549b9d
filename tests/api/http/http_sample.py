"""A tiny API on the layer under test, as a process: `python http_sample.py '<options in JSON>'`."""

import asyncio
import json
import socket
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import structlog
from pydantic import Field
from sanic import Sanic

from wishapi.http import (
    BACKLOG,
    About,
    Answer,
    App,
    Bearer,
    Body,
    Call,
    Connection,
    Day,
    Instant,
    Limits,
    PageQuery,
    Patch,
    Principal,
    Query,
    Resource,
    StillRunning,
    absent,
    answer,
    build,
    configure_logging,
    shielded,
)
from wishcore import errors
from wishcore.money import Money

T = TypeVar("T")
NOW = datetime(2030, 1, 1, tzinfo=UTC)
THING_ID = uuid.UUID("0190a000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Owner:
    name: str


@dataclass(frozen=True, slots=True)
class Visitor:
    name: str


class Kind(StrEnum):
    BOOK = "book"
    BIKE = "bike"


class Thing(msgspec.Struct, frozen=True):
    """A thing."""

    id: uuid.UUID
    title: str
    price: Money
    kind: Kind
    deadline: datetime
    created_at: datetime
    gone_at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    next_cursor: str | None


class Echo(msgspec.Struct, frozen=True):
    """What came in."""

    seen: dict[str, str]


class ThingMissing(errors.NotFound):
    """There is no such thing, or it is somebody else's."""

    code = "thing_missing"
    title = "There is no such thing"


class OutOfRoom(errors.Conflict):
    """The amount is more than what remains."""

    code = "out_of_room"
    title = "There is not enough room"
    members = MappingProxyType({"remaining": Money})

    def __init__(self, remaining: Money) -> None:
        super().__init__("Only a part is left")
        self.remaining = remaining


class PriceIn(Body):
    amount_minor: Annotated[int, Field(ge=1, le=99_999_999)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["USD"])]


class NewThing(Body):
    """A thing to make."""

    title: Annotated[str, Field(min_length=1, max_length=20, examples=["Bicycle"])]
    price: PriceIn
    deadline: Instant
    kind: Kind = Kind.BOOK
    day: Day | None = None
    shared: bool = False
    ref: uuid.UUID | None = None
    tags: Annotated[tuple[Annotated[str, Field(max_length=10)], ...], Field(max_length=3)] = ()


class ThingPatch(Patch):
    title: Annotated[str, Field(min_length=1, max_length=20)] = absent()
    note: Annotated[str, Field(max_length=20)] | None = absent()


class Search(PageQuery):
    kind: Kind | None = None
    open: bool = False
    after: Instant | None = None


class Which(Body):
    what: Annotated[str, Field(max_length=30)]


things = Resource("things", tag="Things", prefix="/v1", description="Things to try.")


def thing(title: str = "Bicycle", **changes: Any) -> Thing:
    made = Thing(
        THING_ID, title, Money(2500, "USD"), Kind.BIKE, NOW, NOW + timedelta(microseconds=7)
    )
    return msgspec.structs.replace(made, **changes)


async def owned(call: Call, caller: Owner, thing_id: uuid.UUID) -> Thing:
    if thing_id != THING_ID:
        raise ThingMissing
    if caller.name != "olga":
        raise errors.Forbidden
    return thing()


@things.post("/things", success={201: Thing}, refusals=(OutOfRoom,))
async def create_thing(call: Call, caller: Owner, body: NewThing) -> Answer:
    """Make a thing.

    It is not kept.
    """
    if body.title == "too much":
        raise OutOfRoom(Money(5, "USD"))
    made = thing(body.title, deadline=body.deadline, tags=body.tags)
    return answer(made, status=201, location=f"/v1/things/{made.id}")


@things.get("/things", success={200: Page[Thing]})
async def list_things(call: Call, caller: Owner, query: Search) -> Answer:
    """List things."""
    return answer(Page((thing(tags=(str(query.limit), str(query.kind), str(query.open))),), None))


@things.get(
    "/things/{thing_id}",
    success={200: Thing},
    refusals=(ThingMissing, errors.Forbidden),
    precheck=owned,
)
async def get_thing(
    found: Thing, thing_id: Annotated[uuid.UUID, Field(description="Its id.")]
) -> Answer:
    """Show a thing."""
    return answer(replace_id(found, thing_id))


def replace_id(found: Thing, thing_id: uuid.UUID) -> Thing:
    return msgspec.structs.replace(found, id=thing_id)


@things.patch(
    "/things/{thing_id}",
    success={200: Echo},
    refusals=(ThingMissing, errors.Forbidden),
    precheck=owned,
)
async def edit_thing(found: Thing, body: ThingPatch) -> Answer:
    """Change a thing."""
    return answer(Echo({name: repr(value) for name, value in body.changes().items()}))


@things.delete("/things/{thing_id}", success={204: None}, refusals=(ThingMissing,))
async def delete_thing(caller: Owner, thing_id: uuid.UUID) -> Answer:
    """Remove a thing."""
    return answer(status=204)


@things.get("/shared/{token}", success={200: Echo}, cache="public, max-age=60")
async def get_shared(token: str, visitor: Visitor | None) -> Answer:
    """Show what is shared."""
    return answer(Echo({"token": token, "visitor": visitor.name if visitor else ""}))


@things.post("/hooks", success={200: Echo}, consumes=("application/json", "text/plain"))
async def take_hook(body: bytes) -> Answer:
    """Take a notice as it came."""
    return answer(Echo({"length": str(len(body))}))


@things.post("/optional", success={200: Echo})
async def take_optional(body: Which | None) -> Answer:
    """Take something, or nothing."""
    return answer(Echo({"what": body.what if body else "nothing"}))


@things.get("/plain", success={200: Echo})
async def get_plain(call: Call) -> Answer:
    """Say who asks."""
    return answer(
        Echo(
            {
                "id": str(call.request.id),
                "now": call.now.isoformat(),
                "greeting": call.app_ctx.greeting,
            }
        )
    )


RAISED: Mapping[str, Exception] = MappingProxyType(
    {
        "not_found": errors.NotFound(),
        "forbidden": errors.Forbidden(),
        "unauthenticated": errors.Unauthenticated(),
        "invalid": errors.invalid("/a", "Is wrong."),
        "conflict": errors.Conflict("Later"),
        "declined": errors.Declined(),
        "unavailable": errors.Unavailable(),
        "too_many_requests": errors.TooManyRequests(retry_after_seconds=7),
        "bug": RuntimeError("secret-in-a-bug"),
    }
)


@things.post("/raise", success={200: Echo})
async def raise_error(body: Which) -> Answer:
    """Raise what is asked for."""
    raise RAISED[body.what]


@things.get("/lying", success={200: Echo})
async def lie() -> Answer:
    """Answer with a status that is not declared."""
    return answer(Echo({}), status=203)


class Work(Query):
    name: Annotated[str, Field(max_length=40)]
    milliseconds: Annotated[int, Field(ge=0, le=20_000)]
    timeout_milliseconds: Annotated[int, Field(ge=0, le=20_000)] = 10_000


@things.get("/work", success={200: Echo, 202: Echo})
async def work(call: Call, query: Work) -> Answer:
    """Do something that must be finished."""
    folder: Path = call.app_ctx.folder

    async def save() -> str:
        (folder / f"{query.name}.begun").touch()
        await asyncio.sleep(query.milliseconds / 1000)
        (folder / f"{query.name}.done").write_text(f"open={not call.app_ctx.closed}")
        return "saved"

    try:
        saved = await shielded(call, save(), timeout_seconds=query.timeout_milliseconds / 1000)
    except StillRunning:
        return answer(Echo({"state": "running"}), status=202)
    return answer(Echo({"state": saved}))


@things.get("/sleep", success={200: Echo})
async def sleep(call: Call) -> Answer:
    """Take longer than the server waits."""
    await asyncio.sleep(20)
    return answer(Echo({}))


async def find_owner(call: Call) -> Owner:
    if call.bearer_token not in {"olga", "oscar"}:
        raise errors.Unauthenticated
    return Owner(call.bearer_token or "")


async def find_visitor(call: Call) -> Visitor | None:
    if call.bearer_token is None:
        return None
    if call.bearer_token != "vera":
        raise errors.Unauthenticated
    return Visitor(call.bearer_token)


ACCESS = Bearer("access_token", "From `POST /v1/auth/token`.")
PASS = Bearer("visitor_pass", "From `POST /v1/visitors/confirm`.")


def make_app(options: Mapping[str, Any]) -> App:
    limits = replace(Limits(), **options.get("limits", {}))

    async def ready() -> None:
        if (folder / "broken").exists():
            raise ConnectionError("secret-database-address")

    folder = Path(options.get("folder", "/nonexistent"))
    app = build(
        options.get("name", "sample"),
        [things],
        about=About(title="Sample", version="1", description="For tests."),
        clock=lambda: NOW,
        ready=ready,
        principals={
            Owner: Principal(resolve=find_owner, bearers=(ACCESS,)),
            Visitor | None: Principal(resolve=find_visitor, bearers=(ACCESS, PASS), optional=True),
        },
        context={"greeting": "hello", "folder": folder, "closed": False},
        public_url=options.get("public_url", "http://127.0.0.1"),
        origins=options.get("origins", ()),
        docs=options.get("docs", True),
        limits=limits,
    )

    async def close(app: App) -> None:
        app.ctx.closed = True

    app.register_listener(close, "after_server_stop")
    return app


def main() -> None:
    options = json.loads(sys.argv[1])
    configure_logging("DEBUG", json=options.get("json", True))
    structlog.get_logger("sample").info("started")
    app = make_app(options)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))

    async def announce(_: App) -> None:
        print(listening.getsockname()[1], flush=True)  # noqa: T201

    app.register_listener(announce, "after_server_start")
    app.prepare(
        sock=listening, protocol=Connection, backlog=BACKLOG, single_process=True, motd=False
    )
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
