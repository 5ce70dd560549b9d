"""Who sends a generated request: mostly somebody who may, and now and then anybody."""

import random
from collections import Counter
from typing import Final

from typing_extensions import override

from tests.proof.bad_input.realm import PEOPLE, Realm

STRANGERS_EVERY: Final = 4
"""One request in so many comes from somebody else, once an operation was reached at all."""
OUTSIDERS_EVERY: Final = 6
"""In chains: one request in so many for something private."""

ENDS_SESSIONS: Final = frozenset({"sign_out_everywhere", "revoke_token"})
ENDS_MORE: Final = frozenset({"close_account", "change_password"})
SPENT: Final = ENDS_SESSIONS | ENDS_MORE
"""Operations that end what they are asked with: a spare account asks them."""

PRIVATE: Final = ("{list_id}", "{pledge_id}", "{session_id}")
"""Paths with these are for one person alone, and for their front ends."""
OUTSIDERS: Final = (
    "anonymous", "stranger", "staff", "owner's revoked token", "owner's expired token",
    "closed account",
)  # fmt: skip
"""Who owns nothing that a chain makes."""


class Crowd:
    """Who asks next, where requests have nothing to do with each other."""

    def __init__(self, realm: Realm, dice: random.Random) -> None:
        self.people: Counter[str] = Counter()
        """Who asked how often."""
        self._realm, self._dice = realm, dice
        self._reached: set[str] = set()
        self._spent_by: set[str] = set()
        realm.join("spare")

    def token_for(self, name: str, path: str) -> str | None:
        """Return the token to ask an operation with, if any."""
        who = self._who(name, path)
        self.people[who] += 1
        if who == "spare":
            self._replace_if_spent()
        return self._realm.people[who].token

    def was_done(self, name: str, authorization: str) -> None:
        """Remember what was done, for some of it ends sessions."""
        self._reached.add(name)
        if name in SPENT:
            self._spent_by.add(name)
        elif name == "end_session":
            self._realm.renew(authorization.removeprefix("Bearer "))

    def _replace_if_spent(self) -> None:
        """Let the spare account be one that can ask: another one, if this one was ended."""
        if not self._spent_by or self._realm.is_signed_in("spare"):
            return
        if self._spent_by & ENDS_MORE:
            self._realm.join("spare")
        else:
            self._realm.people["spare"] = self._realm.signed_in("spare")
        self._spent_by.clear()

    def _who(self, name: str, path: str) -> str:
        if name in SPENT:
            return "spare"
        if name not in self._reached and "{pledge_id}" in path:
            return "giver"  # They are this giver's, and asked for a few times only.
        if name in self._reached and not self._dice.randrange(STRANGERS_EVERY):
            return self._dice.choice(PEOPLE)
        return self._who_may(name, path)

    def _who_may(self, name: str, path: str) -> str:
        if "/roles/" in path:
            return "staff"
        return self._giver() if "pledge" in name else "owner"

    def _giver(self) -> str:
        return self._dice.choice(("giver", "guest"))


class Cast(Crowd):
    """Who asks next in a chain: the same owner and the same giver until it ends.

    What one of them made is there for them, until they remove it, and what they removed is gone.
    Outsiders ask as well, but for what is private only: they make nothing, and find nothing.
    """

    def __init__(self, realm: Realm, dice: random.Random) -> None:
        super().__init__(realm, dice)
        self.begin()

    def begin(self) -> None:
        """Begin the next chain, with another giver maybe."""
        self._givers = self._dice.choice(("giver", "guest"))

    def must_be_refused(self, path: str, authorization: str) -> bool:
        """Say whether somebody asked for what is none of their business."""
        token = authorization.removeprefix("Bearer ") or None
        return _is_private(path) and token in {self._realm.people[who].token for who in OUTSIDERS}

    @override
    def _who(self, name: str, path: str) -> str:
        if _is_private(path) and not self._dice.randrange(OUTSIDERS_EVERY):
            return self._dice.choice(OUTSIDERS)
        return "spare" if name in SPENT else self._who_may(name, path)

    @override
    def _giver(self) -> str:
        return self._givers


def _is_private(path: str) -> bool:
    return any(hole in path for hole in PRIVATE)
