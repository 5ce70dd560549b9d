"""What clients may send: bodies, merge patches and queries, checked strictly and all at once."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Final, TypeVar
from urllib.parse import parse_qsl

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from wishapi.errors import UnsupportedMediaType
from wishapi.http import sentences, strict_json
from wishcore.errors import Fault, Invalid
from wishcore.pages import LIMIT_DEFAULT, LIMIT_MAX

FAULTS_MAX: Final = 100
_STRICT: Final = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """A JSON object in the body of a request: no unknown members, no conversions."""

    model_config = _STRICT
    media_types: ClassVar[tuple[str, ...]] = ("application/json",)
    example: ClassVar[Mapping[str, object] | None] = None
    """A body that is taken, for the document, where the members' examples do not go together."""


class Patch(Body):
    """A merge patch (RFC 7396): an absent member changes nothing, `null` removes.

    Every field defaults to `absent()`. A field whose type has no `None` refuses `null`.
    """

    media_types: ClassVar[tuple[str, ...]] = ("application/merge-patch+json", "application/json")

    def changes(self) -> dict[str, Any]:
        """Return the members that the client sent, by field name, in the order of declaration."""
        sent = self.model_fields_set
        return {name: getattr(self, name) for name in type(self).model_fields if name in sent}


def absent() -> Any:
    """Return the default of a field of a `Patch`: the client did not send it."""
    return Field(default_factory=lambda: None)


class Query(BaseModel):
    """The parameters of a query: known names, each at most once, in one spelling."""

    model_config = _STRICT


class PageQuery(Query):
    """Which part of a collection."""

    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX, description="At most so many items.")] = (
        LIMIT_DEFAULT
    )
    cursor: Annotated[
        str | None,
        Field(
            max_length=512, description="`next_cursor` of the page before; none: from the start."
        ),
    ] = None


_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,6})?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _read_instant(value: object) -> datetime:
    # pydantic by itself also takes "1700000000" for a time, and times without an offset.
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError(sentences.INSTANT)
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(sentences.INSTANT) from None


def _read_day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(sentences.DAY)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(sentences.DAY) from None


Instant = Annotated[
    datetime,
    BeforeValidator(_read_instant),
    # The document adds an example: no fixed one is ahead for ever, and not too far.
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time with its offset (RFC 3339), turned into UTC."""

Day = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["1990-12-24"]}),
]
"""A calendar date (RFC 3339)."""


def check_media_type(headers: Mapping[str, str], accepted: tuple[str, ...]) -> None:
    """Check that a body is of an accepted type, in UTF-8 and not compressed.

    Raises:
        UnsupportedMediaType: it is not.
    """
    if headers.get("content-type") in accepted and "content-encoding" not in headers:
        return
    media_type, _, parameters = headers.get("content-type", "").lower().partition(";")
    charset = re.search(r"charset\s*=\s*\"?([\w-]*)", parameters)
    if (
        media_type.strip() not in accepted
        or (charset is not None and charset[1] not in {"utf-8", "utf8"})
        or headers.get("content-encoding", "identity").lower() != "identity"
    ):
        raise UnsupportedMediaType(f"Send {' or '.join(accepted)}, in UTF-8, not compressed")


def read_body(model: type[M], raw: bytes) -> M:
    """Read the body of a request.

    Raises:
        MalformedJson: it is not JSON.
        Invalid: it has faults; all of them are named.
    """
    if not raw.strip():
        raise Invalid(faults=[Fault("", "A JSON object is required.")])
    document, faults = strict_json.read(raw)
    return _validated(model, raw, document, faults)


def query_reader(model: type[M]) -> Callable[[str], M]:
    """Return the function that reads a query, by the same rules as a body.

    It raises `Invalid` when there are faults; all of them are named.
    """
    # The JSON type of each parameter, so that "10" can be read where 10 is meant.
    properties = model.model_json_schema().get("properties", {})
    kinds = {name: _kind(schema) for name, schema in properties.items()}
    if not set(kinds.values()) <= {"string", "integer", "boolean"}:
        raise TypeError(f"{model.__name__}: a parameter is a text, an integer or a truth value.")

    def read(query_string: str) -> M:
        texts, faults = _texts(query_string)
        values = {name: _value(text, kinds.get(name, "string")) for name, text in texts.items()}
        return _validated(model, json.dumps(values).encode(), values, faults)

    return read


def refuse_unexpected(raw: bytes, query_string: str) -> None:
    """Refuse a body or query parameters that an operation does not have.

    Raises:
        Invalid: there are some.
    """
    if raw:
        raise Invalid(faults=[Fault("", "No body is expected here.")])
    if query_string:
        texts, faults = _texts(query_string)
        faults += [Fault(strict_json.pointer((name,)), sentences.UNKNOWN) for name in texts]
        raise Invalid(faults=_one_each(faults))


def _validated(model: type[M], raw: bytes, document: object, faults: list[Fault]) -> M:
    found: M | None = None
    try:
        found = model.model_validate_json(raw)
    except ValidationError as error:
        # What makes the document itself ambiguous comes first. `json_invalid` is half a surrogate
        # pair, which strict_json named at its place.
        faults = faults + [
            Fault(strict_json.pointer(_path(problem["loc"], document)), sentences.sentence(problem))
            for problem in error.errors(include_url=False, include_input=False)
            if problem["type"] != "json_invalid"
        ]
    if faults or found is None:
        raise Invalid(faults=_one_each(faults))
    return found


def _one_each(faults: list[Fault]) -> list[Fault]:
    """Keep the first fault of each place, and not more than a client can use."""
    named: dict[str, Fault] = {}
    for fault in faults:
        named.setdefault(fault.pointer, fault)
    return list(named.values())[:FAULTS_MAX]


def _path(loc: tuple[str | int, ...], document: object) -> strict_json.Path:
    """Keep of pydantic's location what leads into the document, and a name that is missing.

    The rest are names of union branches and validators, which mean nothing to a client.
    """
    path: list[str | int] = []
    value: Any = document
    for segment in loc:
        try:
            value = value[segment]
        except (KeyError, IndexError, TypeError):
            if segment is not loc[-1] or not isinstance(value, dict):
                continue
        path.append(segment)
    return tuple(path)


def _texts(query_string: str) -> tuple[dict[str, str], list[Fault]]:
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:  # also the UnicodeDecodeError of bytes that are not UTF-8
        raise Invalid(faults=[Fault("", "The query cannot be read.")]) from None
    texts = dict(pairs)
    faults = []
    if len(texts) != len(pairs):
        names = [name for name, _ in pairs]
        faults = [
            Fault(strict_json.pointer((name,)), "Is given more than once.")
            for name in texts
            if names.count(name) > 1
        ]
    for name, text in texts.items():
        if message := strict_json.text_fault(text) or strict_json.text_fault(name):
            faults.append(Fault(strict_json.pointer((name,)), message))
    return texts, faults


def _kind(schema: Mapping[str, Any]) -> str:
    branches = [schema, *schema.get("anyOf", ())]
    found = [branch["type"] for branch in branches if branch.get("type", "null") != "null"]
    return str(found[0]) if found else "string"


_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII).fullmatch


def _value(text: str, kind: str) -> str | int | bool:
    """Read a number or truth value in its one spelling; any other text fails in its type."""
    if kind == "integer" and _INTEGER(text):
        return int(text)
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text
