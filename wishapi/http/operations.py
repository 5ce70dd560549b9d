"""How a resource declares its operations; their signatures say what each one needs."""

import inspect
import re
import types
import typing
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Required, TypedDict, TypeVar, Unpack

from pydantic.fields import FieldInfo

from wishapi.http.calls import Answer, Call
from wishapi.http.forms import Form
from wishapi.http.validation import Body, Query
from wishcore.errors import WishError

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Answer]])

NO_STORE: Final = "no-store"


class Options(TypedDict, total=False):
    """What a declaration says besides method and path.

    `success` maps each status to its read model (`None`: no body, `bytes`: not JSON).
    `refusals` are the errors that the operation, or what it calls, may raise.
    `precheck` runs after the principal is known and before query and body are looked at.
    `consumes` are the media types of a body that the handler takes as `bytes`; `form` describes it.
    `counted` says that answers tell what is left of a limit of the caller's own (`RateLimit-…`).
    """

    success: Required[Mapping[int, object]]
    refusals: tuple[type[WishError], ...]
    precheck: Callable[..., Awaitable[object]] | None
    cache: str
    consumes: tuple[str, ...]
    form: type[Form]
    produces: str
    documented: bool
    counted: bool


class PathParameter(NamedTuple):
    """A parameter in the path: an id, or a text of 1 to 128 unreserved characters."""

    name: str
    kind: type
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path, with everything that its declaration and signature say."""

    tag: str
    method: str
    path: str
    handler: Callable[..., Awaitable[Answer]]
    path_parameters: tuple[PathParameter, ...]
    handler_names: tuple[str, ...]
    precheck_names: tuple[str, ...]
    principals: Mapping[str, object]
    injected: str | None
    body: type[Body] | type[bytes] | None
    body_required: bool
    query: type[Query] | type[str] | None
    success: Mapping[int, object]
    refusals: tuple[type[WishError], ...] = ()
    precheck: Callable[..., Awaitable[object]] | None = None
    cache: str = NO_STORE
    consumes: tuple[str, ...] = ("application/json",)
    form: type[Form] | None = None
    produces: str = "application/json"
    documented: bool = True
    counted: bool = False

    @property
    def name(self) -> str:
        """The name of the handler, unique in the whole API: the `operationId`."""
        return getattr(self.handler, "__name__", type(self.handler).__name__)


@dataclass(slots=True)
class Resource:
    """A group of operations: one file, one tag of the document."""

    name: str
    tag: str
    prefix: str = ""
    description: str = ""
    operations: list[Operation] = field(default_factory=list)

    def get(self, path: str, **options: Unpack[Options]) -> Callable[[Handler], Handler]:
        """Declare the handler that answers `GET` (and so `HEAD`)."""
        return self._declare("GET", path, options)

    def post(self, path: str, **options: Unpack[Options]) -> Callable[[Handler], Handler]:
        """Declare the handler that answers `POST`."""
        return self._declare("POST", path, options)

    def put(self, path: str, **options: Unpack[Options]) -> Callable[[Handler], Handler]:
        """Declare the handler that answers `PUT`."""
        return self._declare("PUT", path, options)

    def patch(self, path: str, **options: Unpack[Options]) -> Callable[[Handler], Handler]:
        """Declare the handler that answers `PATCH`."""
        return self._declare("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[Options]) -> Callable[[Handler], Handler]:
        """Declare the handler that answers `DELETE`."""
        return self._declare("DELETE", path, options)

    def _declare(self, method: str, path: str, options: Options) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.operations.append(
                _operation(handler, options, tag=self.tag, method=method, path=self.prefix + path)
            )
            return handler

        return register


class _Signature(NamedTuple):
    """The parameters of a handler or precheck, by what they ask for."""

    names: tuple[str, ...]
    path: dict[str, PathParameter]
    rest: dict[str, object]
    returns: object


def _operation(
    handler: Callable[..., Awaitable[Answer]],
    options: Options,
    *,
    tag: str,
    method: str,
    path: str,
) -> Operation:
    segments = re.findall(r"\{(\w+)\}", path)
    wanted = _signature(handler, segments)
    rest = dict(wanted.rest)
    body, body_required = _body(rest.pop("body", None))
    query = rest.pop("query", None)
    _check_input(handler, body, query)
    precheck = options.get("precheck")
    injected, checked = None, _Signature((), {}, {}, None)
    if precheck is not None:
        checked = _signature(precheck, segments)
        injected = _injected(rest, checked.returns)
        rest.pop(injected or "", None)
    if missing := set(segments) - wanted.path.keys() - checked.path.keys():
        raise TypeError(f"{path}: {handler!r} takes no {', '.join(sorted(missing))}.")
    parameters = {**checked.path, **wanted.path}
    return Operation(
        tag=tag,
        method=method,
        path=path,
        handler=handler,
        path_parameters=tuple(parameters[name] for name in segments),
        handler_names=wanted.names,
        precheck_names=checked.names,
        principals=_principals({**checked.rest, **rest}, handler),
        injected=injected,
        body=typing.cast("type[Body] | None", body),  # _check_input looked
        body_required=body_required,
        query=typing.cast("type[Query] | type[str] | None", query),
        **options,
    )


def _signature(function: Callable[..., Any], segments: list[str]) -> _Signature:
    hints = typing.get_type_hints(function, include_extras=True)
    returns = hints.pop("return", None)
    names = tuple(inspect.signature(function).parameters)
    path = {name: _path_parameter(name, hints[name]) for name in names if name in segments}
    rest = {name: hints[name] for name in names if name not in path and hints[name] is not Call}
    if any(hints[name] is Call and name != "call" for name in names):
        raise TypeError(f"{function!r}: the parameter of type Call is named `call`.")
    return _Signature(names, path, rest, returns)


def _path_parameter(name: str, hint: object) -> PathParameter:
    description = ""
    if typing.get_origin(hint) is typing.Annotated:
        hint, *extras = typing.get_args(hint)
        described = [extra.description for extra in extras if isinstance(extra, FieldInfo)]
        description = next((text for text in described if text), "")
    kind = getattr(hint, "__supertype__", hint)
    if kind is not uuid.UUID and kind is not str:
        raise TypeError(f"A path parameter is a UUID or a str, not {kind!r} ({name}).")
    return PathParameter(name, kind, description)


def _body(hint: object) -> tuple[object, bool]:
    """Return the model of the body, and whether there must be one: `NewList | None` says no."""
    branches = [branch for branch in typing.get_args(hint) if branch is not type(None)]
    if isinstance(hint, types.UnionType) and len(branches) == 1:
        return branches[0], False
    return hint, True


def _principals(found: dict[str, object], handler: object) -> dict[str, object]:
    if len(set(found.values())) != len(found):
        # It would be looked up twice; and what comes second might be another one.
        raise TypeError(f"{handler!r} and its precheck give one principal two names.")
    return found


def _check_input(handler: object, body: object, query: object) -> None:
    # Pointers of faults lead into the body or into the query: never both in one operation.
    if body is not None and query is not None:
        raise TypeError(f"{handler!r} takes a body or a query, not both.")
    if body not in {None, bytes} and not (isinstance(body, type) and issubclass(body, Body)):
        raise TypeError(f"{handler!r}: `body` is a subclass of Body, or bytes.")
    if query not in {None, str} and not (isinstance(query, type) and issubclass(query, Query)):
        raise TypeError(f"{handler!r}: `query` is a subclass of Query, or str.")


def _injected(rest: Mapping[str, object], returns: object) -> str | None:
    """Return the parameter that takes what the precheck returns: the one of the same type."""
    if returns is None or returns is type(None):
        return None
    return next((name for name, hint in rest.items() if hint == returns), None)
