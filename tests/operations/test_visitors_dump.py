from collections.abc import Iterator
from datetime import date, datetime

import pytest

from tests.support.newcomers import Outside
from tests.support.snapshot import strings
from wishcore import accounts, visitors

pytestmark = pytest.mark.usefixtures("db")

PASSWORD = "correct horse"


@pytest.fixture
def hasher() -> Iterator[accounts.PasswordHasher]:
    cheap = accounts.PasswordHasher(memory_kib=64, passes=1)
    yield cheap
    cheap.close()


async def sign_up_and_in(
    email: str, hasher: accounts.PasswordHasher, now: datetime
) -> accounts.TokenPair:
    await accounts.register(
        email=email,
        password=PASSWORD,
        first_name="Ann",
        last_name="Lee",
        birthday=date(1990, 1, 2),
        hasher=hasher,
        now=now,
    )
    return await accounts.sign_in(email, password=PASSWORD, hasher=hasher, now=now)


async def test_nothing_in_a_dump_opens_anything(
    hasher: accounts.PasswordHasher, now: datetime
) -> None:
    ann = await sign_up_and_in("ann@example.com", hasher, now)
    ben = await sign_up_and_in("ben@example.com", hasher, now)
    ben = await accounts.refresh(ben.refresh_token, now=now)
    outside = Outside(now)
    asked = await outside.ask_guest("guest@example.com")
    guest = await outside.confirm_guest(asked, outside.code)
    await outside.ask_guest("other@example.com")
    pending = {outside.code, outside.code.replace("-", "")}
    given = {ann.access_token, ann.refresh_token, ben.access_token, ben.refresh_token}
    given |= {guest.visitor_token, PASSWORD}

    dump = await strings()

    assert len(dump) > 20
    assert not [secret for secret in given if any(secret in text for text in dump)]
    assert not pending & dump
    for text in dump:
        for token in (text, *(prefix + text for prefix in ("wat_", "wrt_", "wvp_"))):
            await _opens_nothing(token, now)
    # The real ones do, so nothing above was refused for another reason.
    assert (await accounts.account_of_token(ann.access_token, now=now)).email == "ann@example.com"
    assert (
        await visitors.guest_of_token(guest.visitor_token, now=now)
    ).email == "guest@example.com"
    await accounts.refresh(ben.refresh_token, now=now)


async def _opens_nothing(token: str, now: datetime) -> None:
    with pytest.raises(accounts.BadToken):
        await accounts.account_of_token(token, now=now)
    with pytest.raises(accounts.BadToken):
        await accounts.refresh(token, now=now)
    with pytest.raises(visitors.BadToken):
        await visitors.guest_of_token(token, now=now)
