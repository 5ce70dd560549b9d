"""Everything the stand-ins know: people, codes, tokens, keys, and what they are told to lie."""

import secrets
import time
from dataclasses import dataclass, field
from functools import cache

from joserfc.jwk import RSAKey
from msgspec import Struct

from wishcli.sandbox.identity.config import IdentityConfig
from wishcli.sandbox.identity.lies import Lies


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who has accounts at both companies."""

    subject: str
    first_name: str
    last_name: str
    email: str | None = None
    email_verified: bool = False

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.first_name} {self.last_name}"


class Grant(Struct, frozen=True, kw_only=True):
    """What a code was given for."""

    person: Person
    redirect_uri: str
    nonce: str | None
    code_challenge: str | None
    ends_at: float


PEOPLE = (
    Person(
        subject="100000000000000000001",
        first_name="Ada",
        last_name="Lovelace",
        email="ada.lovelace@mail.example",
        email_verified=True,
    ),
    Person(
        subject="100000000000000000002",
        first_name="Grace",
        last_name="Hopper",
        email="grace.hopper@mail.example",
        email_verified=False,
    ),
    Person(subject="100000000000000000003", first_name="Alan", last_name="Turing"),
)


def new_key() -> RSAKey:
    """Make a key to sign with."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


@cache
def _first_keys() -> tuple[RSAKey, RSAKey]:
    """Make the keys that every run in this process begins with: each takes a tenth of a second."""
    return new_key(), new_key()


@dataclass(slots=True)
class World:
    """One run of the stand-ins. Nothing is kept."""

    config: IdentityConfig
    base_url: str = ""
    google_redirect_uris: set[str] = field(default_factory=set)
    facebook_redirect_uris: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=lambda: {one.subject: one for one in PEOPLE})
    google_codes: dict[str, Grant] = field(default_factory=dict)
    facebook_codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Person] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _first_keys()[0])
    foreign_key: RSAKey = field(default_factory=lambda: _first_keys()[1])
    lies: Lies = field(default_factory=Lies)

    def new_code(self, grants: dict[str, Grant], grant: Grant) -> str:
        """Make a code for what somebody granted."""
        code = f"4/{secrets.token_urlsafe(24)}"
        grants[code] = grant
        return code

    def take_code(self, grants: dict[str, Grant], code: str) -> Grant | None:
        """Use a code up; `None` if it is unknown, used or too old."""
        grant = grants.pop(code, None)
        return grant if grant is not None and grant.ends_at > time.time() else None

    def new_token(self, prefix: str, person: Person) -> str:
        """Make an access token."""
        token = prefix + secrets.token_urlsafe(32)
        self.tokens[token] = person
        return token

    def rotate_key(self) -> None:
        """Sign with another key from now on, and publish only that."""
        self.key = new_key()
