"""Who is calling: the types that a handler can ask for, and how each is found."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from wishapi.http.calls import Call
from wishcore.errors import Unauthenticated, WishError


@dataclass(frozen=True, slots=True)
class Bearer:
    """A kind of bearer token, as the OpenAPI document explains it."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """How one type of caller is found, and what the document says about it.

    `resolve` raises `Unauthenticated` when nobody, or the wrong kind of caller, is signed in. With
    `optional` it may return `None`, or whatever stands for an anonymous caller.
    """

    resolve: Callable[[Call], Awaitable[object]]
    bearers: tuple[Bearer, ...]
    optional: bool = False
    refusals: tuple[type[WishError], ...] = (Unauthenticated,)


Principals: TypeAlias = Mapping[object, Principal]
"""From the annotation of a parameter (a class, or an alias such as `Visitor | None`)."""
