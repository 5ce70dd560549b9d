"""The kinds of refusal. Each domain subclasses one beside the function that raises it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request, and where (a JSON pointer, RFC 6901)."""

    pointer: str
    message: str


class WishError(Exception):
    """A refusal that the person or program who asked can act upon.

    `code` is stable: programs branch on it, never on the text.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    members: ClassVar[Mapping[str, type]] = MappingProxyType({})
    """What a program may want to know beside the code: attributes, and of which kind they are."""

    def __init__(self, detail: str = "", *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.faults = tuple(faults)

    @property
    def extra(self) -> Mapping[str, object]:
        """The values of `members`."""
        return {name: getattr(self, name) for name in self.members}


class NotFound(WishError):
    """There is no such thing, or it is not for the caller to know."""

    code = "not_found"
    title = "There is no such thing"


class Unauthenticated(WishError):
    """Nobody is signed in, or what proves it is not valid."""

    code = "unauthenticated"
    title = "Sign in first"


class Forbidden(WishError):
    """The caller is known, and may not."""

    code = "forbidden"
    title = "This is not allowed"


class Invalid(WishError):
    """The request can never succeed as it is written."""

    code = "invalid"
    title = "The request is not valid"


class Conflict(WishError):
    """The request cannot succeed in the present state."""

    code = "conflict"
    title = "The present state does not allow this"


class TooManyRequests(WishError):
    """A limit of how often something may be asked for is reached."""

    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 60) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Declined(WishError):
    """A payment was refused by the card's side; no money moved."""

    code = "declined"
    title = "The payment was declined"


class Unavailable(WishError):
    """An outside service did not answer. Trying again later is right."""

    code = "unavailable"
    title = "Try again later"
    retry_after_seconds: ClassVar[int] = 5


def invalid(pointer: str, message: str) -> Invalid:
    """Return the refusal of one field."""
    return Invalid(message, faults=[Fault(pointer, message)])
