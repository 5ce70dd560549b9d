"""What an operation of the API is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from wishcli.sandbox.stripe.model.refusals import Json
from wishcli.sandbox.stripe.model.world import World
from wishcli.sandbox.stripe.wire.arguments import Arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to an operation, its parameters checked."""

    world: World
    arguments: Arguments
    object_id: str
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation: where it is, what it takes, and what runs it.

    `supported` are the parameters the sandbox acts on. Others that the SDK declares are refused
    rather than ignored.
    """

    method: str
    path: str
    params: tuple[str, str]
    supported: frozenset[str]
    produces: str
    run: Callable[[Call], Json]
    is_list: bool = False
