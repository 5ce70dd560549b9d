"""A forgotten password on the sign-in page: nothing is told, nothing changes without the code."""

import re
from collections.abc import Callable
from datetime import datetime

import httpx
import msgspec
import pytest

from tests.api.oauth.conftest import OAuthWorld
from tests.api.oauth.test_other_companies import NEW, letter_code, newcomer, signed_in, visit
from tests.api.world import new_email
from tests.support.oauth import PASSWORD, new_browser, problem_on, submit
from wishcore import db
from wishcore.opaque import hash_secret

# The database's part is tested by operations.
pytestmark = pytest.mark.nightly("postgres")

NEW_PASSWORD = "dry paint on the garden fence"


def test_the_page_says_the_same_of_every_address(here: OAuthWorld, browser: httpx.Client) -> None:
    page = here.shop.ask(browser)
    pages = [
        re.sub(r'(confirmation" value=)"[^"]*"', r"\1", asked.text).replace(address, "it")
        for address in (here.person(), new_email("nobody"))
        for asked in [submit(browser, page, "Send me a code", email=address)]
    ]

    assert pages[0] == pages[1]
    assert "If the address has an account" in pages[0]


def test_a_new_password_is_set_with_the_code(here: OAuthWorld, browser: httpx.Client) -> None:
    address = here.person()
    sent = submit(browser, here.shop.ask(browser), "Send me a code", email=address)

    done = submit(
        browser, sent, "Go on", code=letter_code(here, address), new_password=NEW_PASSWORD
    )

    assert (done.status_code, "Your password is changed" in done.text) == (200, True)
    assert f'value="{address}"' in done.text
    old = submit(browser, done, ">Sign in<", login=address, password=PASSWORD)
    assert old.status_code == 400
    new = submit(browser, old, ">Sign in<", login=address, password=NEW_PASSWORD)
    assert new.status_code == 303


def test_a_right_code_is_typed_once(here: OAuthWorld, browser: httpx.Client) -> None:
    address = here.person()
    sent = submit(browser, here.shop.ask(browser), "Send me a code", email=address)
    code = letter_code(here, address)

    weak = submit(browser, sent, "Go on", code=code, new_password="password1")
    (kept,) = re.findall(r'name="code" value="([^"]*)"', weak.text)
    done = submit(browser, weak, "Go on", code=kept, new_password=NEW_PASSWORD)
    wrong = submit(browser, sent, "Go on", code="AAAA-AAAA", new_password=NEW_PASSWORD)

    assert kept == code
    assert "Your password is changed" in done.text
    assert "AAAA-AAAA" not in wrong.text


def test_the_page_waits_as_long_as_the_code_is_good(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    page = here.shop.ask(browser)
    submit(browser, page, "Send me a code", email=here.person())
    token = re.findall(r'name="request" value="([^"]+)"', page.text)[0]

    waits = here.inside(lambda now: _seconds_left(token, now))

    assert 1700 < waits <= 1800


async def _seconds_left(token: str, now: datetime) -> float:
    found = await db.fetch_one(
        _Open,
        "SELECT expires_at FROM authorization_request WHERE token_hash = :hash",
        hash=hash_secret(token),
    )
    assert found is not None
    return (found.expires_at - now).total_seconds()


class _Open(msgspec.Struct):
    expires_at: datetime


def reset(here: OAuthWorld, browser: httpx.Client, address: str) -> httpx.Response:
    """Set a new password by a letter."""
    sent = submit(browser, here.shop.ask(browser), "Send me a code", email=address)
    code = letter_code(here, address)
    return submit(browser, sent, "Go on", code=code, new_password=NEW_PASSWORD)


def change(here: OAuthWorld, browser: httpx.Client, address: str) -> httpx.Response:
    """Change the password, signed in by a front end that may."""
    tokens = here.books.tokens(address)
    return here.books.http.post(
        "/v1/me/password",
        json={"old": PASSWORD, "new": NEW_PASSWORD},
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    )


@pytest.mark.parametrize("replace", [reset, change])
def test_who_knew_the_password_keeps_no_way_in(
    here: OAuthWorld,
    browser: httpx.Client,
    replace: Callable[[OAuthWorld, httpx.Client, str], httpx.Response],
) -> None:
    address, (subject, _) = here.person(), newcomer(here)
    page = visit(here, browser, subject, "Facebook")
    inside = signed_in(here, submit(browser, page, ">Sign in<", login=address, password=PASSWORD))
    told = max(here.server.mail_folder.glob(f"*-{address}-*.eml")).read_text()

    with new_browser(here.server) as owners:
        assert replace(here, owners, address).is_success

    assert inside["email"] == address
    assert "signing in at Facebook" in told
    assert "gave the password" in told
    again = visit(here, browser, subject, "Facebook")
    assert "No account is connected with that yet" in again.text


def test_who_had_no_password_keeps_the_other_company(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    subject, address = newcomer(here)
    page = visit(here, browser, subject, "Facebook")
    sent = submit(browser, page, "Create my account", email=address, **NEW)
    made = signed_in(here, submit(browser, sent, "Go on", code=letter_code(here, address)))

    assert reset(here, browser, address).is_success

    assert signed_in(here, visit(here, browser, subject, "Facebook"))["id"] == made["id"]


@pytest.mark.parametrize(
    ("code", "password", "said"),
    [
        ("ZZZZ-9999", NEW_PASSWORD, "code"),
        ("", NEW_PASSWORD, "code"),
        (None, "short", "8 characters"),
        (None, "", "8 characters"),
    ],
)
def test_a_refusal_changes_nothing(
    here: OAuthWorld, browser: httpx.Client, code: str | None, password: str, said: str
) -> None:
    address = here.person()
    sent = submit(browser, here.shop.ask(browser), "Send me a code", email=address)
    right = letter_code(here, address)

    refused = submit(
        browser, sent, "Go on", code=right if code is None else code, new_password=password
    )

    assert refused.status_code == 422
    assert said in problem_on(refused)
    assert here.shop.tokens(address)["token_type"] == "Bearer", "The old password is gone."
    done = submit(browser, refused, "Go on", code=right, new_password=NEW_PASSWORD)
    assert "Your password is changed" in done.text


def test_what_is_no_address_is_said_on_the_page(here: OAuthWorld, browser: httpx.Client) -> None:
    page = here.shop.ask(browser)

    refused = submit(browser, page, "Send me a code", email="nobody")

    assert refused.status_code == 422
    assert problem_on(refused)
    assert "<details open>" in refused.text


def test_a_form_of_another_site_is_refused(here: OAuthWorld, browser: httpx.Client) -> None:
    for path in ("/oauth/reset", "/oauth/reset/confirm"):
        form = {"request": "wpg_x", "email": "a@b.example"}
        answer = browser.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
