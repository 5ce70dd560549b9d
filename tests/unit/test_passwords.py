import asyncio
import time
from collections.abc import Iterator

import pytest

from wishcore.accounts import passwords
from wishcore.accounts.passwords import (
    PasswordHasher,
    SignInBusy,
    WeakPassword,
    checked_password,
)
from wishcore.errors import Unavailable

pytestmark = pytest.mark.slow

GOOD = "correct horse"


@pytest.fixture
def hasher() -> Iterator[PasswordHasher]:
    cheap = PasswordHasher(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


@pytest.fixture
def slow_hasher() -> Iterator[PasswordHasher]:
    """One thread, one place to wait, and half a second for each password."""
    slow = PasswordHasher(passes=30, threads=1, waiting_max=1)
    yield slow
    slow.close()


def check(password: str, *known: str | None) -> str:
    return checked_password(password, pointer="/password", known=known)


async def test_a_password_matches_its_own_hash_only(hasher: PasswordHasher) -> None:
    stored = await hasher.hash_password(GOOD)

    assert await hasher.check_password(stored, GOOD)
    assert not await hasher.check_password(stored, GOOD + " ")
    assert not await hasher.check_password(stored, GOOD.upper())
    assert not await hasher.check_password(stored, "")


async def test_equal_passwords_have_different_hashes(hasher: PasswordHasher) -> None:
    assert await hasher.hash_password(GOOD) != await hasher.hash_password(GOOD)


async def test_hashes_are_argon2id_with_the_parameters_of_owasp() -> None:
    hasher = PasswordHasher()
    try:
        stored = await hasher.hash_password(GOOD)
    finally:
        hasher.close()

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(stored) <= 200, "The column is no wider."


async def test_nobody_has_no_password(hasher: PasswordHasher) -> None:
    assert not await hasher.check_password(None, GOOD)
    assert not await hasher.check_password(None, "")


async def test_nobody_costs_as_much_as_somebody() -> None:
    hasher = PasswordHasher(threads=1)
    try:
        somebody = await _least_seconds(hasher, await hasher.hash_password(GOOD))
        nobody = await _least_seconds(hasher, None)
    finally:
        hasher.close()

    assert 0.5 < nobody / somebody < 2


async def _least_seconds(hasher: PasswordHasher, stored: str | None) -> float:
    seconds = []
    for _ in range(5):
        before = time.process_time()
        await hasher.check_password(stored, "another one")
        seconds.append(time.process_time() - before)
    return min(seconds)


async def test_no_character_is_cut_off(hasher: PasswordHasher) -> None:
    longest = "ab!4" * 63 + "zzzz"
    stored = await hasher.hash_password(longest)

    assert await hasher.check_password(stored, longest)
    assert not await hasher.check_password(stored, longest[:-1])
    assert not await hasher.check_password(stored, longest + "z")
    assert not await hasher.check_password(stored, longest + "z" * 100_000)


@pytest.mark.parametrize(
    "password", ["  with spaces  ", "пароль-пароль", "🎁🎁🎂🎂🎈🎈🎉🎉", "a\0b\0c\0d\0e"]
)
async def test_any_character_may_be_used(hasher: PasswordHasher, password: str) -> None:
    check(password)
    stored = await hasher.hash_password(password)

    assert await hasher.check_password(stored, password)
    assert not await hasher.check_password(stored, password[:-1])


async def test_half_a_surrogate_is_wrong_and_not_a_failure(hasher: PasswordHasher) -> None:
    stored = await hasher.hash_password(GOOD)

    assert not await hasher.check_password(stored, "\ud800")


async def test_the_same_letter_from_two_keyboards_is_the_same(hasher: PasswordHasher) -> None:
    stored = await hasher.hash_password("caf\u00e9 au lait")

    assert await hasher.check_password(stored, "cafe\u0301 au lait")


async def test_raised_parameters_make_a_hash_outdated(hasher: PasswordHasher) -> None:
    stored = await hasher.hash_password(GOOD)
    raised = PasswordHasher(memory_kib=128, passes=1)
    try:
        assert raised.is_outdated(stored)
        assert not hasher.is_outdated(stored)
        assert await raised.check_password(stored, GOOD), "It is still the password."
    finally:
        raised.close()


async def test_whoever_finds_the_queue_full_is_refused_at_once(
    slow_hasher: PasswordHasher,
) -> None:
    answers = await asyncio.gather(
        *(slow_hasher.check_password(None, GOOD) for _ in range(5)), return_exceptions=True
    )

    assert answers[:2] == [False, False]
    assert [type(answer) for answer in answers[2:]] == [SignInBusy] * 3
    assert issubclass(SignInBusy, Unavailable)


async def test_places_are_free_again_afterwards(slow_hasher: PasswordHasher) -> None:
    await asyncio.gather(*(slow_hasher.check_password(None, GOOD) for _ in range(2)))

    again = await asyncio.gather(*(slow_hasher.check_password(None, GOOD) for _ in range(2)))

    assert again == [False, False]


async def test_a_caller_who_gives_up_frees_the_place_in_the_queue(
    slow_hasher: PasswordHasher,
) -> None:
    working = asyncio.create_task(slow_hasher.check_password(None, GOOD))
    waiting = asyncio.create_task(slow_hasher.check_password(None, GOOD))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert await slow_hasher.check_password(None, GOOD) is False
    assert await working is False


async def test_the_loop_goes_on_while_a_password_is_hashed(slow_hasher: PasswordHasher) -> None:
    hashing = asyncio.create_task(slow_hasher.hash_password(GOOD))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 100


def test_defaults_are_two_threads_and_twenty_places() -> None:
    assert (passwords.THREADS, passwords.WAITING_MAX) == (2, 20)


def test_seven_characters_are_too_few() -> None:
    assert check("1!aB5c7d") == "1!aB5c7d"
    with pytest.raises(WeakPassword, match="at least 8"):
        check("1!aB5c7")


def test_257_characters_are_too_many() -> None:
    fits = "".join(chr(0x4E00 + number) for number in range(256))

    assert check(fits) == fits
    with pytest.raises(WeakPassword, match="at most 256"):
        check(fits + "!")


def test_a_megabyte_is_refused() -> None:
    with pytest.raises(WeakPassword, match="at most 256"):
        check("ab!4" * 250_000)


@pytest.mark.parametrize(
    "password",
    [
        "password", "Password1", "P@ssw0rd!", "passw0rd123", "12345678", "9876543210", "11111111",
        "abababab", "abcabcabc", "        ", "qwertyuiop", "asdfghjkl", "1q2w3e4r", "iloveyou",
        "ILOVEYOU2", "we1come1", "letmein!!", "abcd1234", "trustno1", "monkey2024", "wishlist1",
    ],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword) as refusal:
        check(password)

    assert refusal.value.code == "weak_password"
    assert [fault.pointer for fault in refusal.value.faults] == ["/password"]


@pytest.mark.parametrize("password", [GOOD, "Tr0ub4dor&3", "83920174", "monkey island", "a8374829"])
def test_what_is_not_obvious_is_fine(password: str) -> None:
    assert check(password) == password


@pytest.mark.parametrize(
    "password", ["ann.lee@example.com", "Ann.Lee@Example.com", "ANN.LEE1", "ann.lee1990"]
)
def test_what_others_know_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="e-mail address or username"):
        check(password, "ann.lee@example.com", "ann.lee1", "ann.lee1990@example.com", None)
