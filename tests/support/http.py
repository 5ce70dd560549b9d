"""A client of the API that believes nothing: every answer is held against the served document."""

import copy
import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import httpx
from jsonschema import Draft202012Validator, FormatChecker

Json = dict[str, Any]

UNROUTED: Final = frozenset(
    {
        "not_found", "method_not_allowed", "malformed_request", "request_timeout",
        "headers_too_large", "body_too_large",
    }
)  # fmt: skip
"""The codes of requests that are refused before their operation is reached."""

COUNTS: Final = frozenset(
    {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"}
)
"""Headers of answers that tell what is left of a limit."""

_MAY_BE_MISSING: Final = {202: COUNTS | {"Location"}, 429: frozenset[str]()}
"""By status; else the counts alone. Not everything that is in progress has a place."""

SECRET_NAMES: Final = frozenset(
    {
        "password", "old", "new", "access_token", "refresh_token", "visitor_token", "token",
        "client_secret", "email", "payment_method",
    }
)  # fmt: skip
"""Members of bodies whose texts must not be in any log. (Six digits turn up in every time.)"""

SECRETS: Final[set[str]] = set()
"""All of them that were sent or received in this test run."""

FORMATS: Final = FormatChecker(["uuid", "date"])


def _is_instant(value: object) -> bool:
    """Check for more than RFC 3339: always UTC, always of the same length."""
    if not isinstance(value, str):
        return True
    datetime.fromisoformat(value)
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", value) is not None


FORMATS.checks("date-time", raises=ValueError)(_is_instant)


class Undeclared(AssertionError):
    """The server answered what its document does not say."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One method of one path of the document."""

    method: str
    path: str
    spec: Json = field(repr=False)

    @property
    def name(self) -> str:
        """Its operationId."""
        return str(self.spec["operationId"])

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters in its path."""
        return re.findall(r"\{(\w+)\}", self.path)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its paths look like."""
        return re.compile(re.sub(r"\{\w+\}", "[^/]+", self.path))


class Contract:
    """What the served document promises. Output schemas are read as closed: nothing unnamed."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.operations = [
            Operation(method.upper(), path, spec)
            for path, methods in document["paths"].items()
            for method, spec in methods.items()
        ]
        self.seen: dict[tuple[str, int, str], int] = {}
        self._closed = _closed(document)
        self._validators: dict[tuple[str, str], Draft202012Validator] = {}

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request is for."""
        method = "GET" if method == "HEAD" else method
        for operation in self.operations:
            if operation.method == method and operation.pattern.fullmatch(path):
                return operation
        return None

    def check(self, answer: httpx.Response) -> None:
        """Hold an answer against the document.

        Raises:
            Undeclared: status, media type, header, code or body is not what it says.
        """
        request = answer.request
        if request.method == "OPTIONS":
            return
        operation = self.find(request.method, request.url.path)
        said = f"{request.method} {request.url} → {answer.status_code} {answer.text[:2000]}"
        if not re.fullmatch("[0-9a-f]{24}", answer.headers.get("x-request-id", "")):
            raise Undeclared(f"No request id: {said}")
        if operation is None:
            self._check_unrouted(answer, said)
            return
        self._count(operation, answer)
        response = self._response(operation, answer)
        if response is None:
            self._check_unrouted(answer, said)
            return
        self._check_headers(response, answer, said)
        self._check_body(operation, response, answer, said)

    def _response(self, operation: Operation, answer: httpx.Response) -> Json | None:
        responses = operation.spec["responses"]
        found = responses.get(str(answer.status_code))
        return self._resolved(found) if found is not None else None

    def _check_headers(self, response: Json, answer: httpx.Response, said: str) -> None:
        declared: Json = response.get("headers", {})
        for name, header in declared.items():
            value = answer.headers.get(name)
            if value is None and name in _MAY_BE_MISSING.get(answer.status_code, COUNTS):
                continue
            schema = self._resolved(header)["schema"]
            if value is None or not _header_fits(schema, value):
                raise Undeclared(f"The header {name} is {value!r}: {said}")
        if strange := [name for name in COUNTS - declared.keys() if name in answer.headers]:
            raise Undeclared(f"The headers {strange} are not declared: {said}")

    def _check_body(
        self, operation: Operation, response: Json, answer: httpx.Response, said: str
    ) -> None:
        content: Json = response.get("content", {})
        if not content:
            if answer.content:
                raise Undeclared(f"A body where none is declared: {said}")
            return
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        if media_type not in content:
            raise Undeclared(f"The media type {media_type!r}: {said}")
        if answer.request.method == "HEAD" or "schema" not in content[media_type]:
            return
        key = (operation.name, str(answer.status_code))
        if key not in self._validators:
            self._validators[key] = self._validator(content[media_type]["schema"])
        if answer.status_code >= 400 and answer.json().get("code") in UNROUTED:
            self._check_unrouted(answer, said)
            return
        _validate(self._validators[key], answer, said)

    def _check_unrouted(self, answer: httpx.Response, said: str) -> None:
        """Check a refusal that no operation declares, because none was reached."""
        if answer.status_code < 400:
            raise Undeclared(f"Not declared: {said}")
        if answer.headers.get("content-type") != "application/problem+json":
            raise Undeclared(f"Not a problem document: {said}")
        if answer.request.method == "HEAD":
            return
        if answer.json().get("code") not in UNROUTED:
            raise Undeclared(f"The code is not declared: {said}")
        _validate(self._validator({"$ref": "#/components/schemas/Problem"}), answer, said)

    def _validator(self, schema: Json) -> Draft202012Validator:
        # The whole document is the base, so that references can be followed.
        return Draft202012Validator({**self._closed, **schema}, format_checker=FORMATS)

    def _resolved(self, node: Json) -> Json:
        while "$ref" in node:
            target: Any = self._closed
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def _count(self, operation: Operation, answer: httpx.Response) -> None:
        code = ""
        if answer.status_code >= 400 and answer.request.method != "HEAD":
            code = str(answer.json().get("code"))
        key = (operation.name, answer.status_code, code)
        self.seen[key] = self.seen.get(key, 0) + 1


def _closed(document: Json) -> Json:
    """Return a copy in which objects have the declared members only, but for problems.

    Problem documents may have members of their own (RFC 9457, 3.2).
    """
    closed = copy.deepcopy(document)
    for name, schema in closed["components"]["schemas"].items():
        if name != "Problem" and "properties" in schema:
            schema["additionalProperties"] = False
    return closed


def _header_fits(schema: Json, value: str) -> bool:
    read: object = int(value) if schema.get("type") == "integer" and value.isdigit() else value
    return bool(Draft202012Validator(schema, format_checker=FORMATS).is_valid(read))


def _validate(validator: Draft202012Validator, answer: httpx.Response, said: str) -> None:
    found = validator.iter_errors(answer.json())
    faults = [f"{error.json_path}: {error.message}" for error in found]
    if faults:
        raise Undeclared(f"{'; '.join(faults)[:2000]}: {said}")


def secrets_in(value: object, name: str = "") -> Iterator[str]:
    """Yield the texts of a document that are nobody else's business."""
    if isinstance(value, dict):
        if str(value.get("type", "")).startswith("/problems/"):
            return  # the `code` of a problem is none
        for key, inner in value.items():
            yield from secrets_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_in(inner, name)
    elif isinstance(value, str) and name in SECRET_NAMES and _is_findable(value):
        yield value


def _is_findable(text: str) -> bool:
    """Say whether a text in a log is that secret: one of a single letter is found anywhere."""
    return len(text) >= 6 and len(set(text)) > 1


def somewhere() -> str:
    """Return an address that hardly anybody else has: limits of networks do not meet the tests.

    The servers of the tests believe one proxy (`WISH_PROXIES_COUNT`).
    """
    return f"198.{random.randrange(18, 20)}.{random.randrange(256)}.{random.randrange(256)}"


class Api:
    """Somebody who talks to a server: anonymous, or with a token."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        contract: Contract | None = None,
        client: httpx.Client | None = None,
    ) -> None:
        self.url = url
        self.token = token
        self.client = client or httpx.Client(base_url=url, timeout=30)
        self.contract = contract or Contract(self.client.get("/openapi.json").json())

    def close(self) -> None:
        """Close the connections, also those of everybody who was `signed` from here."""
        self.client.close()

    def signed(self, token: str | None) -> "Api":
        """Return the same client with another token."""
        return Api(self.url, token=token, contract=self.contract, client=self.client)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | str | None = None,
    ) -> httpx.Response:
        """Send a request and hold the answer against the document."""
        sent = {"X-Forwarded-For": somewhere()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            content = json.dumps(body).encode()
            SECRETS.update(secrets_in(body))
        if content is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        if isinstance(params, str):
            path, params = f"{path}?{params}", None
        answer = self.client.request(method, path, content=content, headers=sent, params=params)
        if answer.content and answer.headers.get("content-type") == "application/json":
            SECRETS.update(secrets_in(answer.json()))
        self.contract.check(answer)
        return answer

    def expect(self, status: int, method: str, path: str, body: object = None, **more: Any) -> Any:
        """Send a request, insist on the status, and return the document of the answer."""
        answer = self.send(method, path, body, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str, *, status: int = 200, **more: Any) -> Any:
        """GET."""
        return self.expect(status, "GET", path, **more)

    def post(self, path: str, body: object = None, *, status: int = 201, **more: Any) -> Any:
        """POST."""
        return self.expect(status, "POST", path, body, **more)

    def put(self, path: str, body: object, *, status: int = 200, **more: Any) -> Any:
        """PUT."""
        return self.expect(status, "PUT", path, body, **more)

    def patch(self, path: str, body: object, *, status: int = 200, **more: Any) -> Any:
        """PATCH, as a merge patch."""
        headers = {"Content-Type": "application/merge-patch+json"}
        return self.expect(status, "PATCH", path, body, headers=headers, **more)

    def delete(self, path: str, *, status: int = 204, **more: Any) -> Any:
        """DELETE."""
        return self.expect(status, "DELETE", path, **more)

    def refused(
        self, status: int, code: str, method: str, path: str, body: object = None, **more: Any
    ) -> list[str]:
        """Send what must be refused, and return the pointers of the faults."""
        answer = self.send(method, path, body, **more)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        return [fault["pointer"] for fault in problem["errors"]]

    def pages(self, path: str, *, limit: int) -> list[Json]:
        """Read a collection to its end, page by page."""
        found: list[Json] = []
        params = {"limit": str(limit)}
        while True:
            page = self.get(path, params=params)
            assert len(page["items"]) <= limit
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            assert len(page["items"]) == limit, "A page that is not the last one is full."
            params["cursor"] = page["next_cursor"]
