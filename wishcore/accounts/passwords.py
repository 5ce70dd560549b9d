"""Passwords: how they are hashed, and which are too weak."""

import asyncio
import re
import secrets
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import argon2
from argon2.exceptions import VerifyMismatchError

from wishcore.errors import Fault, Invalid, Unavailable
from wishcore.settings_values import PASSWORD_MEMORY_KIB_MIN

T = TypeVar("T")

LENGTH_MIN: Final = 8
LENGTH_MAX: Final = 256
PASSES: Final = 2
LANES: Final = 1
THREADS: Final = 2
WAITING_MAX: Final = 20
NO_PASSWORD: Final = "!"
"""What is stored for somebody who signs in at a provider only: no password matches it."""

_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_UNIT_MAX: Final = 4
_RUN_MIN: Final = 3
_RUNS: Final = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
_WORDS: Final = frozenset(
    {
        "password", "passwort", "passw", "passcode", "secret", "letmein", "welcome", "login",
        "admin", "administrator", "master", "iloveyou", "iloveu", "loveme", "sunshine", "princess",
        "monkey", "dragon", "shadow", "superman", "batman", "football", "baseball", "basketball",
        "hockey", "soccer", "michael", "jordan", "charlie", "daniel", "jessica", "ashley",
        "summer", "winter", "spring", "autumn", "whatever", "trustno", "changeme", "default",
        "guest", "user", "test", "testing", "temp", "computer", "internet", "samsung", "google",
        "facebook", "starwars", "pokemon", "freedom", "flower", "cookie", "chocolate", "butterfly",
        "purple", "orange", "banana", "cheese", "killer", "hunter", "ranger", "buster", "tigger",
        "jennifer", "thomas", "andrew", "michelle", "mustang", "harley", "corvette", "ferrari",
        "access", "hello", "helloworld", "goodbye", "family", "forever", "friends", "mylove",
        "lovely", "blessed", "jesus", "christ", "angel", "qwerty", "qwertz", "azerty", "asdfgh",
        "zxcvbn", "qazwsx", "birthday", "christmas", "wish", "wishlist", "present", "presents",
        "giftlist",
    }
)  # fmt: skip
"""What very many people choose, before they add a number and an exclamation mark."""
_LOOKALIKES: Final = (
    str.maketrans("013457@$!", "oieastasi"),
    str.maketrans("013457@$!", "oleastasl"),
)
_TRIMMINGS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class WeakPassword(Invalid):
    """The password is too short, too long, or among the first that anybody would try."""

    code = "weak_password"
    title = "This password is too easy to guess"


class SignInBusy(Unavailable):
    """So many passwords wait to be checked that another one would wait too long."""

    code = "sign_in_busy"
    title = "Too many people sign in at this moment"


class PasswordHasher:
    """Argon2id in a few threads of its own, with a queue that ends.

    Hashing is made to cost memory and time. So a flood of sign-ins must neither stop the event
    loop nor pile up: whoever finds the queue full is told to come back.
    """

    def __init__(
        self,
        *,
        memory_kib: int = PASSWORD_MEMORY_KIB_MIN,
        passes: int = PASSES,
        threads: int = THREADS,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._argon = argon2.PasswordHasher(
            time_cost=passes,
            memory_cost=memory_kib,
            parallelism=LANES,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
        )
        self._nobodys = _hash_of_nothing(memory_kib=memory_kib, passes=passes)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="passwords")
        self._places = threading.BoundedSemaphore(threads + waiting_max)

    async def hash_password(self, password: str) -> str:
        """Return what is stored in place of the password.

        Raises:
            SignInBusy: the queue is full.
        """
        return await self._run(lambda: self._argon.hash(_canonical(password)))

    async def check_password(self, stored: str | None, password: str) -> bool:
        """Say whether this is the password, with the same work if there is none.

        `None` stands for an account that does not exist, `NO_PASSWORD` for one without a password.

        Raises:
            SignInBusy: the queue is full; nothing is known about the password.
        """
        known = stored if stored != NO_PASSWORD else None
        matches = await self._run(lambda: self._verify(known or self._nobodys, password))
        return matches and known is not None

    def is_outdated(self, stored: str) -> bool:
        """Say whether the hash was made with other, mostly weaker, parameters."""
        return self._argon.check_needs_rehash(stored)

    def close(self) -> None:
        """Let the threads go; whoever still waits is refused."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._argon.verify(stored, _canonical(password))
        except VerifyMismatchError:
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise SignInBusy
        future = self._pool.submit(work)
        # Also when the caller gives up: a thread that has begun keeps its place to the end.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)


def checked_password(password: str, *, pointer: str, known: Iterable[str | None]) -> str:
    """Return the password if it may be chosen: any 8 to 256 characters that are not obvious.

    `known` is what others know of the person: e-mail address, username.

    Raises:
        WeakPassword: too short, too long, common, or equal to something known.
    """
    text = unicodedata.normalize("NFC", password[: LENGTH_MAX * 4])
    if len(text) < LENGTH_MIN:
        raise _weak(pointer, f"A password has at least {LENGTH_MIN} characters")
    if len(text) > LENGTH_MAX:
        raise _weak(pointer, f"A password has at most {LENGTH_MAX} characters")
    folded = text.casefold()
    names = {part for name in known if name for part in (name, name.partition("@")[0])}
    if folded in {name.casefold() for name in names}:
        raise _weak(pointer, "A password is not your e-mail address or username")
    if _is_common(folded):
        raise _weak(pointer, "This is one of the first passwords that anybody would try")
    return password


def _is_common(folded: str) -> bool:
    return _is_repetition(folded) or _is_run(folded) or _is_decorated(folded)


def _is_repetition(text: str) -> bool:
    # A text is made of a repeated unit if it is found in itself, moved by the unit's length.
    return any(text[size:] == text[:-size] for size in range(1, _UNIT_MAX + 1))


def _is_run(text: str) -> bool:
    return any(text in run or text in run[::-1] for run in _RUNS)


def _is_decorated(text: str) -> bool:
    word = _TRIMMINGS.sub("", text)
    if len(word) >= _RUN_MIN and _is_run(word):
        return True
    variants = {plain.translate(table) for plain in (text, word) for table in _LOOKALIKES}
    return any(_TRIMMINGS.sub("", variant) in _WORDS for variant in {word, *variants})


def _weak(pointer: str, message: str) -> WeakPassword:
    return WeakPassword(message, faults=[Fault(pointer, message)])


def _canonical(password: str) -> bytes:
    # Keyboards compose "é" differently (RFC 8265). What is longer than allowed is nobody's
    # password, and a megabyte of it is not worth the work.
    text = unicodedata.normalize("NFC", password[: LENGTH_MAX * 4])
    return text[: LENGTH_MAX + 1].encode("utf-8", "surrogatepass")


def _hash_of_nothing(*, memory_kib: int, passes: int) -> str:
    # Well-formed, so that checking it costs the same; random, so that no password matches.
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_SALT_BYTES, _HASH_BYTES)
    )
    return f"$argon2id$v=19$m={memory_kib},t={passes},p={LANES}${salt}${digest}"
