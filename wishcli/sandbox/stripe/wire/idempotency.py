"""Idempotency keys: the same request under the same key is executed once."""

import hashlib

from msgspec import json

from wishcli.sandbox.stripe.model.objects import StoredAnswer
from wishcli.sandbox.stripe.model.refusals import Refusal
from wishcli.sandbox.stripe.model.world import World
from wishcli.sandbox.stripe.wire.forms import Tree

_KEPT_SECONDS = 24 * 3600
_LENGTH_MAX = 255
_NEVER_KEPT = frozenset({409, 429})


class Keys:
    """The keys in use now; the answers already given belong to the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._in_progress: set[str] = set()

    def begin(self, key: str, *, endpoint: str, fingerprint: str) -> StoredAnswer | None:
        """Give the stored answer to replay, or take the key for executing the request.

        Raises:
            Refusal: the key was used for another request, or its request is still in progress.
        """
        if len(key) > _LENGTH_MAX:
            raise Refusal("Idempotency-Key may be at most 255 characters long.")
        self._prune()
        stored = self._world.state.answers.get(key)
        if stored is not None:
            if (stored.endpoint, stored.fingerprint) != (endpoint, fingerprint):
                raise _other_request(key, stored=stored, endpoint=endpoint)
            return stored
        if key in self._in_progress:
            raise _still_in_progress(key)
        self._in_progress.add(key)
        return None

    def release(self, key: str) -> None:
        """Give the key back after the request ended."""
        self._in_progress.discard(key)

    def keep(self, key: str, answer: StoredAnswer) -> None:
        """Keep an answer for replays, unless it is of those that Stripe never keeps."""
        if answer.status not in _NEVER_KEPT:
            self._world.state.answers[key] = answer

    def forget(self, key: str | None) -> int:
        """Forget one key, or all, and count them."""
        answers = self._world.state.answers
        if key is None:
            count = len(answers)
            answers.clear()
            return count
        return 0 if answers.pop(key, None) is None else 1

    def _prune(self) -> None:
        answers = self._world.state.answers
        limit = self._world.time() - _KEPT_SECONDS
        while answers:
            oldest = next(iter(answers))
            if answers[oldest].created > limit:
                return
            del answers[oldest]


def fingerprint(tree: Tree) -> str:
    """Make a digest of parameters that does not depend on their order."""
    return hashlib.sha256(json.encode(tree, order="deterministic")).hexdigest()


def _other_request(key: str, *, stored: StoredAnswer, endpoint: str) -> Refusal:
    if stored.endpoint != endpoint:
        message = (
            f"Keys for idempotent requests can only be used for the same endpoint they were first "
            f"used for ('{endpoint}' vs '{stored.endpoint}'). Try using a key other than '{key}' "
            "if you meant to execute a different request."
        )
    else:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request."
        )
    return Refusal(message, kind="idempotency_error")


def _still_in_progress(key: str) -> Refusal:
    return Refusal(
        "There is currently another in-progress request using this Idempotent Key (that probably "
        f"means you submitted twice, and the other request is still going through): {key}. "
        "Please try again later.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )
