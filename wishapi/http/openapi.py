"""The OpenAPI 3.1 document: made once, from the same declarations that answer requests."""

import inspect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from wishapi.errors import status_of
from wishapi.http.endpoints import principals_of, refusals_of
from wishapi.http.operations import Operation, PathParameter, Resource
from wishapi.http.paths import TEXT_PATTERN
from wishapi.http.principals import Bearer, Principals
from wishapi.http.problems import MEDIA_TYPE
from wishapi.http.schemas import Schema, Schemas, schemas_of
from wishapi.http.validation import Body, Query
from wishcore.errors import WishError

_PROBLEM: Final[Schema] = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Programs branch on `code`, never on a text.",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "`/problems/` and the code: an address that explains it.",
        },
        "title": {"type": "string", "description": "The same for each code."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "About this occurrence, for people."},
        "code": {"type": "string", "examples": ["invalid"]},
        "errors": {
            "type": "array",
            "description": "What is wrong with the request, all of it at once.",
            "items": {"$ref": "#/components/schemas/Fault"},
        },
    },
    "required": ["type", "title", "status", "detail", "code", "errors"],
}

_FAULT: Final[Schema] = {
    "type": "object",
    "properties": {
        "pointer": {
            "type": "string",
            "format": "json-pointer",
            "description": (
                "Where (RFC 6901): in the body, or in the query read as one object. "
                "Empty: the whole."
            ),
            "examples": ["/price/amount_minor", "/limit"],
        },
        "message": {"type": "string", "examples": ["Must be a whole number."]},
    },
    "required": ["pointer", "message"],
}

_HEADERS: Final[Mapping[str, Schema]] = {
    "Location": {
        "description": "The path of what was made.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "Try again after so many seconds.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "How to sign in (RFC 6750).",
        "schema": {"type": "string", "examples": ["Bearer"]},
    },
    "RateLimit-Limit": {
        "description": (
            "How often something may be done within a window. Told of a limit that is yours "
            "alone, and with 429 of the one that was reached; else left out."
        ),
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit-Remaining": {
        "description": "How often that is still possible.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Reset": {
        "description": "After so many seconds the count begins anew.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit-Policy": {
        "description": "The limit, and its window in seconds.",
        "schema": {"type": "string", "pattern": "^[0-9]+;w=[0-9]+$", "examples": ["30;w=3600"]},
    },
    "X-Request-Id": {
        "description": "Name it when you report a problem.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{24}$"},
    },
}

_COUNTS: Final = tuple(name for name in _HEADERS if name.startswith("RateLimit-"))

_EXAMPLE_AHEAD: Final = timedelta(days=150)
"""Its month begins 119 to 150 days ahead: in time for a form that is filled in by hand, also after
the server has run for months."""

_HEADERS_BY_STATUS: Final[Mapping[int, tuple[str, ...]]] = {
    201: ("Location",),
    202: ("Location",),
    401: ("WWW-Authenticate",),
    429: ("Retry-After", *_COUNTS),
    503: ("Retry-After",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the document says about the API as a whole."""

    title: str
    version: str
    description: str = ""


def document_of(
    about: About, resources: Sequence[Resource], principals: Principals, *, now: datetime
) -> Schema:
    """Describe every documented operation, with times to come as examples of times.

    Raises:
        TypeError: two operations have the same name, or two models that differ.
    """
    operations = [o for resource in resources for o in resource.operations if o.documented]
    schemas = schemas_of(
        bodies=[
            *(o.body for o in operations if o.body is not None and issubclass(o.body, Body)),
            *(o.form for o in operations if o.form is not None),
        ],
        queries=[o.query for o in operations if o.query is not None and issubclass(o.query, Query)],
        outputs=[*_outputs(operations), *_members(operations, principals)],
    )
    _add_times(schemas.components.values(), now)
    paths: defaultdict[str, Schema] = defaultdict(dict)
    names: set[str] = set()
    for operation in operations:
        if operation.name in names:
            raise TypeError(f"Two operations are called {operation.name}.")
        names.add(operation.name)
        described = _operation(operation, schemas, principals)
        paths[operation.path][operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": about.version,
            "description": about.description,
        },
        "servers": [{"url": "/"}],
        "tags": _tags(resources),
        "paths": dict(paths),
        "components": {
            "schemas": {**schemas.components, "Problem": _PROBLEM, "Fault": _FAULT},
            "headers": dict(_HEADERS),
            "securitySchemes": _security_schemes(operations, principals),
            "responses": {
                **_problems(operations, principals, schemas),
                "Problem": _other_problem(),
            },
        },
    }


def _add_times(components: Iterable[Schema], now: datetime) -> None:
    """Give every time that goes in an example that is taken: a first of a month, at 18:00 UTC."""
    ahead = (now + _EXAMPLE_AHEAD).astimezone(UTC)
    example = f"{ahead:%Y-%m}-01T18:00:00Z"
    for schema in components:
        for member in schema.get("properties", {}).values():
            for part in (member, *member.get("anyOf", ())):
                if part.get("format") == "date-time":
                    part.setdefault("examples", [example])


def _outputs(operations: Iterable[Operation]) -> list[object]:
    models = [model for operation in operations for model in operation.success.values()]
    return [model for model in models if model is not None and model is not bytes]


def _members(operations: Iterable[Operation], principals: Principals) -> list[object]:
    """Return the kinds of what some refusals say beside the usual."""
    refusals = [kind for operation in operations for kind in refusals_of(operation, principals)]
    return [member for kind in refusals for member in kind.members.values()]


def _tags(resources: Iterable[Resource]) -> list[Schema]:
    described: dict[str, str] = {}
    for resource in resources:
        if any(operation.documented for operation in resource.operations):
            described[resource.tag] = described.get(resource.tag) or resource.description
    return [{"name": tag, "description": text} for tag, text in described.items()]


def _security_schemes(operations: Iterable[Operation], principals: Principals) -> Schema:
    bearers: dict[str, Bearer] = {}
    for operation in operations:
        for _, principal in principals_of(operation, principals):
            bearers.update({bearer.name: bearer for bearer in principal.bearers})
    return {
        name: {"type": "http", "scheme": "bearer", "description": bearer.description}
        for name, bearer in bearers.items()
    }


def _operation(operation: Operation, schemas: Schemas, principals: Principals) -> Schema:
    summary, _, rest = inspect.cleandoc(operation.handler.__doc__ or operation.name).partition("\n")
    described: Schema = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": summary.rstrip("."),
    }
    if rest.strip():
        described["description"] = rest.strip()
    parameters = [_path_parameter(p) for p in operation.path_parameters]
    parameters += _query_parameters(operation, schemas)
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = _request_body(operation, schemas)
    described["responses"] = {
        **{str(s): _success(operation, s, schemas) for s in sorted(operation.success)},
        **_problem_references(operation, principals),
        "default": {"$ref": "#/components/responses/Problem"},
    }
    described["security"] = _security(operation, principals)
    return described


def _path_parameter(parameter: PathParameter) -> Schema:
    schema = (
        {"type": "string", "pattern": f"^{TEXT_PATTERN}$", "minLength": 1, "maxLength": 128}
        if parameter.kind is str
        else {"type": "string", "format": "uuid"}
    )
    described = {"name": parameter.name, "in": "path", "required": True, "schema": schema}
    if parameter.description:
        described["description"] = parameter.description
    return described


def _query_parameters(operation: Operation, schemas: Schemas) -> list[Schema]:
    if operation.query is None or not issubclass(operation.query, Query):
        return []
    model = schemas.queries[operation.query]
    parameters = []
    for parameter, whole in model.get("properties", {}).items():
        schema = _not_null(whole)
        described = {
            "name": parameter,
            "in": "query",
            "required": parameter in model.get("required", ()),
        }
        if "description" in schema:
            described["description"] = schema.pop("description")
        parameters.append({**described, "schema": schema})
    return parameters


def _not_null(schema: Schema) -> Schema:
    """Take `null` out: a parameter can be left out, and has no way to say `null`."""
    branches = [branch for branch in schema.get("anyOf", ()) if branch != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default"}}
    if len(branches) == 1:
        return {**branches[0], **rest}
    return schema


def _request_body(operation: Operation, schemas: Schemas) -> Schema:
    body = operation.body
    if body is not None and issubclass(body, Body):
        media: Schema = {"schema": schemas.bodies[body]}
        return {
            "required": operation.body_required,
            "content": dict.fromkeys(body.media_types, media),
        }
    described = {} if operation.form is None else {"schema": schemas.bodies[operation.form]}
    return {"required": True, "content": dict.fromkeys(operation.consumes, described)}


def _success(operation: Operation, status: int, schemas: Schemas) -> Schema:
    model = operation.success[status]
    described: Schema = {
        "description": HTTPStatus(status).phrase,
        "headers": _headers(status, is_counted=operation.counted),
    }
    if model is bytes:
        described["content"] = {operation.produces: {}}
    elif model is not None:
        described["content"] = {operation.produces: {"schema": schemas.outputs[model]}}
    return described


def _headers(status: int, *, is_counted: bool = False) -> Schema:
    names = ["X-Request-Id", *_HEADERS_BY_STATUS.get(status, ()), *(_COUNTS if is_counted else ())]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


_Refusals = dict[int, dict[str, type[WishError]]]


def _by_status(refusals: Iterable[type[WishError]]) -> _Refusals:
    found: _Refusals = {}
    for kind in sorted(refusals, key=lambda kind: (status_of(kind), kind.code)):
        found.setdefault(status_of(kind), {})[kind.code] = kind
    return found


def _problem_references(operation: Operation, principals: Principals) -> Schema:
    return {
        str(status): {"$ref": f"#/components/responses/{_problem_name(operation, kinds)}"}
        for status, kinds in _by_status(refusals_of(operation, principals)).items()
    }


def _problem_name(operation: Operation, codes: Iterable[str]) -> str:
    return ".".join([*codes, "counted"] if operation.counted else codes)


def _problems(operations: Iterable[Operation], principals: Principals, schemas: Schemas) -> Schema:
    """Return each combination of codes that some operation answers with, under their names."""
    found: Schema = {}
    for operation in operations:
        for status, kinds in _by_status(refusals_of(operation, principals)).items():
            headers = _headers(status, is_counted=operation.counted)
            found[_problem_name(operation, kinds)] = _problem(status, kinds, schemas, headers)
    return dict(sorted(found.items()))


def _problem(
    status: int, kinds: Mapping[str, type[WishError]], schemas: Schemas, headers: Schema
) -> Schema:
    carried: defaultdict[str, list[type[WishError]]] = defaultdict(list)
    for kind in kinds.values():
        for member in kind.members:
            carried[member].append(kind)
    whole: Schema = {
        "properties": {
            "code": {"enum": list(kinds)},
            "status": {"const": status},
            **{
                member: {
                    **schemas.outputs[carriers[0].members[member]],
                    "description": "With " + ", ".join(f"`{kind.code}`" for kind in carriers),
                }
                for member, carriers in carried.items()
            },
        },
    }
    always = [_always(kind) for kind in kinds.values() if kind.members]
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, *always], **whole}
    return {
        "description": "; ".join(f"`{code}`: {kind.title}" for code, kind in kinds.items()),
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _always(kind: type[WishError]) -> Schema:
    """Say that a problem with this code has its members."""
    is_it: Schema = {"properties": {"code": {"const": kind.code}}}
    return {"if": is_it, "then": {"required": list(kind.members)}}


def _other_problem() -> Schema:
    return {
        "description": "A request that is refused before its operation is reached.",
        "headers": _headers(0),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _security(operation: Operation, principals: Principals) -> list[Schema]:
    """Return the alternatives; an empty one means that nobody needs to be signed in."""
    found = [principal for _, principal in principals_of(operation, principals)]
    if not found:
        return []
    alternatives: list[Schema] = [{}] if all(p.optional for p in found) else []
    alternatives += [{bearer.name: []} for p in found for bearer in p.bearers]
    return alternatives
