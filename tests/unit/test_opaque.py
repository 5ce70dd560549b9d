import re
from uuid import UUID

import pytest

from wishcore import opaque
from wishcore.errors import Unauthenticated

SECRET = "0123456789abcdef0123456789abcdef"
LIST = UUID("01900000-0000-7000-8000-000000000001")
OTHER_LIST = UUID("01900000-0000-7000-8000-000000000002")


def test_secrets_have_their_prefix_and_256_bits_each_its_own() -> None:
    made = {opaque.new_secret("wat_") for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch(r"wat_[A-Za-z0-9_-]{43}", secret) for secret in made)


def test_hash_is_sha_256_and_hides_the_secret() -> None:
    # The vector is FIPS 180-2's.
    assert opaque.hash_secret("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "ü" * 10_000])
def test_anything_can_be_hashed(text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", opaque.hash_secret(text))
    assert re.fullmatch(r"[0-9a-f]{64}", opaque.hash_subject(SECRET, text, text))


def test_share_token_is_the_same_each_time() -> None:
    token = opaque.derive_share_token(SECRET, LIST, 1)

    assert token == opaque.derive_share_token(SECRET, LIST, 1)
    assert re.fullmatch(r"wsl_[A-Za-z0-9_-]{43}", token)


def test_share_token_depends_on_server_list_and_generation() -> None:
    tokens = {
        opaque.derive_share_token(secret, list_id, generation)
        for secret in (SECRET, SECRET[::-1])
        for list_id in (LIST, OTHER_LIST)
        for generation in (1, 2, 256)
    }

    assert len(tokens) == 12


def test_is_same_compares_whole_texts() -> None:
    assert opaque.is_same("abc", "abc")
    assert not opaque.is_same("abc", "abd")
    assert not opaque.is_same("abc", "ab")
    assert not opaque.is_same("ä", "\ud800")


def test_a_bad_token_does_not_say_why() -> None:
    refusal = opaque.BadToken()

    assert isinstance(refusal, Unauthenticated)
    assert (refusal.code, refusal.detail) == ("bad_token", "This token is not valid")
