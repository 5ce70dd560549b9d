"""Lists: newest first, filtered, in pages with cursors."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from wishcli.sandbox.stripe.model.refusals import Json, Refusal, no_such
from wishcli.sandbox.stripe.wire.arguments import Arguments

LIST_PARAMETERS = frozenset({"created", "ending_before", "expand", "limit", "starting_after"})

_LIMIT_DEFAULT = 10
_LIMIT_MAX = 100


class Listed(Protocol):
    """What every listed object has."""

    @property
    def created(self) -> int:
        """The time of creation."""


T = TypeVar("T", bound=Listed)


def page(
    arguments: Arguments,
    *,
    url: str,
    objects: dict[str, T],
    show: Callable[[T], Json],
    matches: Callable[[T], bool] = lambda _: True,
) -> Json:
    """Give one page of the objects that match, and whether there are more in that direction."""
    limit = _limit(arguments)
    is_created = _created_filter(arguments)
    after, before = arguments.text("starting_after"), arguments.text("ending_before")
    if after is not None and before is not None:
        raise Refusal(
            "You may only specify one of these parameters: starting_after, ending_before.",
            code="parameters_exclusive",
        )
    names = list(reversed(objects))
    if after is not None:
        names = names[_position(names, after, param="starting_after") + 1 :]
    if before is not None:
        names = names[: _position(names, before, param="ending_before")]
    found = [
        item for name in names if is_created((item := objects[name]).created) and matches(item)
    ]
    chosen = found[:limit] if before is None else found[-limit:]
    return {
        "object": "list",
        "data": [show(item) for item in chosen],
        "has_more": len(found) > limit,
        "url": url,
    }


def _limit(arguments: Arguments) -> int:
    limit = arguments.integer("limit")
    if limit is None:
        return _LIMIT_DEFAULT
    if not 1 <= limit <= _LIMIT_MAX:
        raise Refusal(
            f"This value must be between 1 and {_LIMIT_MAX}.",
            code="parameter_invalid_integer",
            param="limit",
        )
    return limit


def _position(names: list[str], name: str, *, param: str) -> int:
    try:
        return names.index(name)
    except ValueError as problem:
        raise no_such("object", name, param=param) from problem


def _created_filter(arguments: Arguments) -> Callable[[int], bool]:
    bounds = arguments.group("created")
    if bounds is None:
        exact = arguments.integer("created")
        return lambda created: exact is None or created == exact
    above, from_ = bounds.integer("gt"), bounds.integer("gte")
    below, until = bounds.integer("lt"), bounds.integer("lte")
    return lambda created: (
        (above is None or created > above)
        and (from_ is None or created >= from_)
        and (below is None or created < below)
        and (until is None or created <= until)
    )
