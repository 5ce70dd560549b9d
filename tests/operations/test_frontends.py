"""What can be registered as a front end, and what cannot."""

from dataclasses import replace
from datetime import datetime

import pytest

from wishcore import frontends
from wishcore.errors import Invalid
from wishcore.frontends import Client, Registration, origin_of

pytestmark = pytest.mark.usefixtures("db")

FINE = Registration(client_id="fine", name="Fine", redirect_uris=["https://fine.example/cb"])


@pytest.mark.parametrize("client_id", ["", "xy", "Shop", "sh op", "-shop", "shop-", "x" * 65])
async def test_an_id_is_plain(client_id: str, now: datetime) -> None:
    with pytest.raises(Invalid):
        await frontends.add_client(replace(FINE, client_id=client_id), now=now)


@pytest.mark.parametrize(
    "uri",
    [
        "http://fine.example/cb", "https://fine.example/cb#part", "https://*.example/cb",
        "https://user@fine.example/cb", "https://Fine.example/cb", "javascript:alert(1)",
        "//fine.example/cb", "https://fine.example/a b", "https:/fine.example", "https://",
        "https://fine.example/é", "http://127.0.0.1.evil.example/", "http://127.0.0.2/cb",
        "https://fine.example:0/cb", "https://fine.example\\@evil.example/", "data:text/html,x",
        "app:/cb", "app.fine://host/cb", "https://fine.example/" + "x" * 2000,
    ],
)  # fmt: skip
async def test_no_such_address_is_returned_to(uri: str, now: datetime) -> None:
    with pytest.raises(Invalid):
        await frontends.add_client(replace(FINE, redirect_uris=[uri]), now=now)


@pytest.mark.parametrize(
    "uri",
    [
        "https://fine.example", "https://fine.example/cb?from=wish", "https://fine.example:8443/",
        "http://127.0.0.1:3000/cb", "http://localhost:5173/cb", "http://[::1]:8080/cb",
        "com.example.app:/signed-in",
    ],
)  # fmt: skip
async def test_such_an_address_is(uri: str, now: datetime) -> None:
    made = await frontends.add_client(replace(FINE, redirect_uris=[uri]), now=now)

    assert made.client.may_return_to(uri)
    assert not made.client.may_return_to(uri + "x")
    assert made.secret is None


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "", "https://fine.example/", "https://fine.example:443", "http://fine.example",
     "https://FINE.example", "https://*.fine.example", "app.fine:"],
)  # fmt: skip
async def test_no_such_origin_calls_us(origin: str, now: datetime) -> None:
    with pytest.raises(Invalid):
        await frontends.add_client(replace(FINE, origins=[origin]), now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(FINE, name=" "),
        replace(FINE, redirect_uris=[]),
        replace(FINE, grants=[]),
        replace(FINE, grants=["client_credentials"]),
        replace(FINE, scopes=[]),
        replace(FINE, scopes=["everything"]),
        replace(FINE, redirect_uris=["https://fine.example/cb"] * 21),
    ],
    ids=range(7),
)
async def test_a_front_end_is_whole(wrong: Registration, now: datetime) -> None:
    with pytest.raises(Invalid):
        await frontends.add_client(wrong, now=now)


async def test_what_is_kept_is_said_anew_and_never_comes_back(now: datetime) -> None:
    await frontends.keep_client(FINE, now=now)
    await frontends.keep_client(replace(FINE, redirect_uris=["https://new.example/"]), now=now)
    (kept,) = await frontends.list_clients()
    await frontends.remove_client("fine", now=now)
    await frontends.keep_client(FINE, now=now)

    assert kept.redirect_uris == "https://new.example/"
    assert await frontends.list_clients() == []
    with pytest.raises(frontends.ClientNotFound):
        await frontends.remove_client("fine", now=now)
    with pytest.raises(frontends.ClientIdTaken):
        await frontends.add_client(FINE, now=now)


async def test_origins_are_those_of_who_is_registered(now: datetime) -> None:
    for name in ("one", "two"):
        origins = [f"https://{name}.example", "https://both.example"]
        await frontends.add_client(replace(FINE, client_id=name, origins=origins), now=now)
    await frontends.remove_client("two", now=now)

    assert await frontends.registered_origins() == {"https://one.example", "https://both.example"}


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        ("https://fine.example:8443/cb?x=1", "https://fine.example:8443"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_a_policy_names_the_origin(uri: str, origin: str) -> None:
    assert origin_of(uri) == origin


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, "read write"), ("", "read write"), ("read", "read"), ("write read", "read write"),
        ("read  read", "read"), ("account", None), ("read everything", None), (" ", None),
    ],
)  # fmt: skip
def test_a_scope_is_what_was_registered_or_less(
    asked: str | None, granted: str | None, now: datetime
) -> None:
    client = Client(
        client_id="fine", name="Fine", secret_hash=None, redirect_uris="", origins="",
        grants="authorization_code", scopes="read write", created_at=now, updated_at=now,
    )  # fmt: skip

    assert client.granted_scope(asked) == granted
