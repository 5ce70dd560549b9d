"""Requests made from the served document: right ones, and ones that are wrong in one thing.

An operation that is added to the product is met here without a change, as long as its parameters
are places that other answers name, and its members have examples, limits or names that are known.
Where that is not enough, the tour of all operations fails and says which one it never got done.
"""

import json
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from tests.proof.surprise.memory import Memory
from tests.proof.surprise.wire import Request
from tests.proof.surprise.worlds import FRONT_END, MARKET, OLD_FRONT_END, PASSWORD
from tests.support.http import Contract, Json, Operation

NOT_OWNERS: Final[Mapping[str, str]] = {
    "stripe_notice": "Stripe alone can sign it; what others send is refused, which is compared too",
}
"""Operations that no owner gets done, and why."""

FIXED: Final[Mapping[str, str]] = {"role": "seller"}
"""Parameters of paths that no answer names."""
NOBODYS: Final = ("wrt_" + "A" * 43,)
ASINS: Final = ("B0SURPRIS1", "B0SURPRIS2", "B0SURPRIS3")
PRICES: Final = (50, 100, 500, 1000, 2500, 5000)
DEADLINES: Final = (timedelta(hours=3), timedelta(hours=3), timedelta(days=30))
"""Many pass while the test watches."""

# Bodies of which the document cannot say what belongs together.
COMBINATIONS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "issue_tokens": (("email", "password"), ("refresh_token",)),
    "make_pledge": (("id", "amount", "payment_method"), ("id", "amount", "token", "message")),
    "add_item": (
        ("title", "url"),
        ("title", "price", "note", "priority"),
        ("title", "price", "url", "price_source"),
    ),
}
SPOILERS: Final = (
    "no member", "another type", "unknown member", "null", "out of range", "another id",
    "unknown query", "nobody", "bad token", "condition", "HEAD", "OPTIONS", "broken", "media type",
)  # fmt: skip
_UNKNOWN: Final = ("pledged", "funded", "reserved", "funding", "remaining", "target", "state")
_QUERIES: Final = (
    "limit=0", "limit=101", "cursor=abc", "sort=funded", "include=pledges", "filter[reserved]=true",
    "fields=funding", "limit=1&limit=2",
)  # fmt: skip
_CONDITIONS: Final = (
    {"If-None-Match": "*"}, {"If-None-Match": '"1"'}, {"If-Match": '"1"'},
    {"If-Modified-Since": "Sat, 01 Jan 2028 00:00:00 GMT"},
    {"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, {"Range": "bytes=0-10"},
)  # fmt: skip


class Requests:
    """Makes the requests of one owner, with one source of chance."""

    def __init__(
        self, contract: Contract, memory: Memory, draw: random.Random, now: datetime
    ) -> None:
        self.memory = memory
        self._contract = contract
        self._draw = draw
        self._began_at = now
        self._made = 0

    def right(self, operation: Operation) -> Request | None:
        """Return a request that should be done, or nothing if nothing is known to ask it about."""
        names = [name for name in operation.parameters if name not in FIXED]
        found = self.memory.find(names, self._draw)
        if found is None:
            return None
        path = operation.path.format(**found, **FIXED)
        query = self._query(operation, path)
        headers = self._headers(operation)
        body = self._body(operation, headers)
        return Request(
            method=operation.method,
            path=path + query,
            headers=headers,
            body=body,
            operation=operation.name,
        )

    def wrong(self, operation: Operation) -> Request | None:
        """Return one that is wrong in one thing, or only unusual."""
        request = self.right(operation)
        if request is None:
            request = self._about_nothing(operation)
        how = self._draw.choice(SPOILERS)
        return self._spoiled(request, how)

    # What is right

    def _headers(self, operation: Operation) -> dict[str, str]:
        self._made += 1
        owner = self.memory.owner
        headers = {
            "X-Proof": f"{owner.number}/{self._made}",
            "X-Forwarded-For": home_of(owner.number),
        }
        schemes = operation.spec.get("security", [])
        if not schemes or ({} in schemes and self._draw.random() < 0.5):
            return headers
        tokens = [owner.token] * 5 + [owner.session, owner.app]
        headers["Authorization"] = f"Bearer {self._draw.choice(tokens)}"
        return headers

    def _query(self, operation: Operation, path: str) -> str:
        names = [p["name"] for p in operation.spec.get("parameters", []) if p.get("in") == "query"]
        given = {}
        if "limit" in names and self._draw.random() < 0.5:
            given["limit"] = str(self._draw.choice([1, 2, 5, 100]))
        if "cursor" in names and path in self.memory.cursors and self._draw.random() < 0.4:
            given["cursor"] = self.memory.cursors[path]
        return f"?{urlencode(given)}" if given else ""

    def _body(self, operation: Operation, headers: dict[str, str]) -> bytes | None:
        content: Json = operation.spec.get("requestBody", {}).get("content", {})
        if not content:
            return None
        media_type = next(iter(content))
        headers["Content-Type"] = media_type
        if "form" in media_type:
            return urlencode(self._form(operation)).encode()
        schema = self._resolved(content[media_type].get("schema", {}))
        return json.dumps(self._whole(operation, schema)).encode()

    def _form(self, operation: Operation) -> dict[str, str]:
        owner = self.memory.owner
        if operation.name != "exchange_for_tokens":
            return {"client_id": FRONT_END, "token": owner.app_refresh}
        if self._draw.random() < 0.5:
            credentials = {"username": owner.email, "password": PASSWORD}
            return {"client_id": OLD_FRONT_END, "grant_type": "password", **credentials}
        refresh = {"grant_type": "refresh_token", "refresh_token": owner.app_refresh}
        return {"client_id": FRONT_END, **refresh}

    def _whole(self, operation: Operation, schema: Json) -> Json:
        members: Json = schema.get("properties", {})
        required = schema.get("required", [])
        combinations = COMBINATIONS.get(operation.name)
        if combinations:
            names = list(self._draw.choice(combinations))
        else:
            optional = [name for name in members if name not in required]
            chosen = [name for name in optional if self._draw.random() < 0.4]
            names = [*required, *chosen]
            if not names and optional:
                names = [self._draw.choice(optional)]
        known = self.memory.questions.get(operation.path.removesuffix("/confirm"), {})
        return {
            name: known[name] if name in known else self._member(operation, name, members[name])
            for name in names
        }

    def _member(self, operation: Operation, name: str, schema: Json) -> object:
        known = self._known(operation, name)
        return self._value(operation, schema) if known is None else known

    def _known(self, operation: Operation, name: str) -> object:
        """Return what a member of this name has to be, whatever the operation."""
        owner, draw, tokens = self.memory.owner, self._draw, self.memory.tokens
        known: dict[str, Callable[[], object]] = {
            "email": lambda: self._email(operation),
            "password": lambda: PASSWORD,
            "old": lambda: PASSWORD,
            "new": lambda: PASSWORD,
            "refresh_token": lambda: tokens[-1] if tokens else owner.refresh_token,
            "token": lambda: (
                "tok_visa" if operation.name == "make_pledge" else [*NOBODYS, *tokens][-1]
            ),
            "currency": lambda: "USD",
            "amount_minor": lambda: draw.choice(PRICES),
            "deadline": lambda: (
                (self._began_at + draw.choice(DEADLINES)).isoformat().replace("+00:00", "Z")
            ),
            "url": lambda: f"https://{MARKET}/dp/{draw.choice(ASINS)}",
            "username": lambda: f"name{self._made}.of{owner.number}",
            "quantity": lambda: draw.choice([1, 1, 2, 3]),
            "picture_url": lambda: "https://pictures.example/1.jpg",
        }
        return known[name]() if name in known else None

    def _email(self, operation: Operation) -> str:
        is_own = operation.path.startswith("/v1/auth/")
        if operation.path.startswith("/v1/visitors"):
            is_own = self._draw.random() < 0.5
        owner = self.memory.owner
        return owner.email if is_own else f"new{self._made}.of{owner.number}@people.example"

    def _value(self, operation: Operation, schema: Json) -> object:
        schema = self._resolved(schema)
        if "anyOf" in schema:
            examples = {"examples": schema["examples"]} if "examples" in schema else {}
            return self._value(operation, {**schema["anyOf"][0], **examples})
        if "const" in schema or "enum" in schema:
            return self._draw.choice(schema.get("enum") or [schema["const"]])
        if schema.get("type") == "object":
            inner: Json = schema.get("properties", {})
            return {each: self._member(operation, each, inner[each]) for each in inner}
        if schema.get("examples") and self._draw.random() < 0.8:
            return schema["examples"][0]
        return self._scalar(schema)

    def _scalar(self, schema: Json) -> object:
        match schema.get("type"), schema.get("format"):
            case _, "uuid":
                return str(UUID(int=self._draw.getrandbits(128), version=4))
            case "integer", _:
                return self._draw.randint(schema.get("minimum", 0), schema.get("maximum", 100))
            case "boolean", _:
                return self._draw.random() < 0.5
        examples = schema.get("examples")
        return examples[0] if examples else f"Words {self._draw.randrange(1000)}"

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            more = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**self._contract.document["components"]["schemas"][name], **more}
        return schema

    # What is wrong

    def _about_nothing(self, operation: Operation) -> Request:
        names = dict.fromkeys(operation.parameters, str(UUID(int=self._draw.getrandbits(128))))
        headers = self._headers(operation)
        body = self._body(operation, headers)
        return Request(
            method=operation.method, path=operation.path.format(**names), headers=headers,
            body=body, operation=operation.name,
        )  # fmt: skip

    def _spoiled(self, request: Request, how: str) -> Request:  # noqa: C901
        headers, body = dict(request.headers), request.body
        method, path = request.method, request.path
        match how:
            case "nobody":
                headers.pop("Authorization", None)
            case "bad token":
                headers["Authorization"] = "Bearer wat_" + "A" * 43
            case "condition":
                headers |= self._draw.choice(_CONDITIONS)
            case "HEAD" if method == "GET":
                method = "HEAD"
            case "OPTIONS":
                method, body = "OPTIONS", None
            case "broken" if body:
                body = body[:-1]
            case "media type" if body:
                headers["Content-Type"] = "text/plain"
            case "another id":
                path = self._with_another_id(path)
            case _ if body and "json" in headers.get("Content-Type", ""):
                body = self._spoiled_body(body, how)
            case _:
                how = "unknown query"
                path += ("&" if "?" in path else "?") + self._draw.choice(_QUERIES)
        return Request(
            method=method, path=path, headers=headers, body=body,
            operation=request.operation, spoiled=how,
        )  # fmt: skip

    def _with_another_id(self, path: str) -> str:
        base, mark, query = path.partition("?")
        parts = base.split("/")
        long = [n for n, part in enumerate(parts) if len(part) >= 36]
        if long:
            parts[self._draw.choice(long)] = str(UUID(int=self._draw.getrandbits(128)))
        return "/".join(parts) + mark + query

    def _spoiled_body(self, body: bytes, how: str) -> bytes:
        content: dict[str, Any] = json.loads(body)
        name = self._draw.choice(sorted(content)) if content else ""
        match how:
            case "no member" if name:
                del content[name]
            case "another type" if name:
                content[name] = {"a": 1} if isinstance(content[name], str) else "text"
            case "null" if name:
                content[name] = None
            case "out of range" if name:
                content[name] = -1 if isinstance(content[name], int) else "x" * 6000
            case _:
                content[self._draw.choice(_UNKNOWN)] = 1
        return json.dumps(content).encode()


def home_of(number: int) -> str:
    """Return the address of an owner's home, where a giver may live, too."""
    return f"198.18.{number // 250}.{number % 250 + 1}"
