"""From a declaration to the function that Sanic calls. Everything is looked up once, at start."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from wishapi import errors
from wishapi.http.calls import Answer, ApiRequest, Call
from wishapi.http.encoding import encoder_for
from wishapi.http.headers import Reply
from wishapi.http.operations import NO_STORE, Operation
from wishapi.http.principals import Principal, Principals
from wishapi.http.validation import (
    Body,
    Query,
    check_media_type,
    query_reader,
    read_body,
    refuse_unexpected,
)
from wishcore.db import DatabaseUnavailable
from wishcore.errors import Invalid, NotFound, WishError

Endpoint = Callable[..., Coroutine[Any, Any, Reply]]
_InputReader = Callable[[ApiRequest, dict[str, Any]], None]
_Renderer = Callable[[Answer], Reply]


def endpoint_of(operation: Operation, principals: Principals) -> Endpoint:
    """Return the function that answers one operation.

    The order is part of the design: who calls, what the precheck says (is there such a thing, may
    this caller see it), and only then the shape of what was sent.
    """
    resolvers = [(name, p.resolve) for name, p in principals_of(operation, principals)]
    precheck, precheck_names = operation.precheck, operation.precheck_names
    read_input = _input_reader(operation)
    render = _renderer(operation)
    handler = operation.handler
    unwanted = _found_for(operation) - set(operation.handler_names)

    async def endpoint(request: ApiRequest, **scope: Any) -> Reply:
        ctx = request.app.ctx
        scope["call"] = call = Call(request, ctx.clock())
        for name, resolve in resolvers:
            scope[name] = principal = await resolve(call)
            request.principal = "" if principal is None else type(principal).__name__
        if precheck is not None:
            found = await precheck(**{name: scope[name] for name in precheck_names})
            if operation.injected is not None:
                scope[operation.injected] = found
        read_input(request, scope)
        for name in unwanted:
            del scope[name]
        return render(await handler(**scope))

    return endpoint


def _found_for(operation: Operation) -> set[str]:
    """Return the names of all that is found for an operation before its handler runs."""
    names = {"call", *(p.name for p in operation.path_parameters), *operation.principals}
    if operation.injected is not None:
        names.add(operation.injected)
    if operation.body is not None:
        names.add("body")
    if operation.query is not None:
        names.add("query")
    return names


def principals_of(operation: Operation, principals: Principals) -> list[tuple[str, Principal]]:
    """Return the principals that an operation asks for, by the names of its parameters.

    Raises:
        TypeError: a parameter is none of the things that a handler can ask for.
    """
    found = []
    for name, annotation in operation.principals.items():
        if annotation not in principals:
            raise TypeError(f"{operation.name}: nobody provides {name}: {annotation!r}.")
        found.append((name, principals[annotation]))
    return found


def refusals_of(operation: Operation, principals: Principals) -> tuple[type[WishError], ...]:
    """Return every refusal that can really occur in an operation."""
    kinds: list[type[WishError]] = [*operation.refusals, Invalid]
    for _, principal in principals_of(operation, principals):
        kinds.extend(principal.refusals)
    if operation.path_parameters:
        kinds.append(NotFound)
    if operation.body is not None:
        kinds += [errors.BodyTooLarge, errors.UnsupportedMediaType]
    if operation.body not in {None, bytes}:
        kinds.append(errors.MalformedJson)
    kinds += [errors.InternalError, errors.AnswerTimedOut, DatabaseUnavailable]
    return tuple(dict.fromkeys(kinds))


def _input_reader(operation: Operation) -> _InputReader:
    body, query = operation.body, operation.query
    if query is str:
        return _with_raw_query
    if query is not None and issubclass(query, Query):
        read_query = query_reader(query)

        def with_query(request: ApiRequest, scope: dict[str, Any]) -> None:
            refuse_unexpected(request.body, "")
            scope["query"] = read_query(request.query_string)

        return with_query
    if body is None:
        return _without_input
    model = body if issubclass(body, Body) else None
    accepted = operation.consumes if model is None else model.media_types
    required = operation.body_required

    def with_body(request: ApiRequest, scope: dict[str, Any]) -> None:
        refuse_unexpected(b"", request.query_string)
        content = request.body
        if content:
            check_media_type(request.headers, accepted)
        if model is None:
            scope["body"] = content
        else:
            scope["body"] = read_body(model, content) if content or required else None

    return with_body


def _with_raw_query(request: ApiRequest, scope: dict[str, Any]) -> None:
    refuse_unexpected(request.body, "")
    scope["query"] = request.query_string


def _without_input(request: ApiRequest, _: Mapping[str, Any]) -> None:
    if request.body or request.query_string:
        refuse_unexpected(request.body, request.query_string)


def _renderer(operation: Operation) -> _Renderer:
    encoders = {
        status: encoder_for(model)
        for status, model in operation.success.items()
        if model is not None and model is not bytes
    }
    # `no-store` is in what every answer carries, unless it says otherwise.
    cache = {} if operation.cache == NO_STORE else {"Cache-Control": operation.cache}

    def render(given: Answer) -> Reply:
        status = given.status
        if status not in operation.success:
            raise RuntimeError(f"{operation.name} does not declare the status {status}.")
        headers = {**cache, **given.headers} if given.headers else cache
        encode = encoders.get(status)
        if encode is not None:
            content = encode(given.value)
        else:
            content = given.value if isinstance(given.value, bytes) else b""
        return Reply(content, status, headers=headers, media_type=given.media_type)

    return render
