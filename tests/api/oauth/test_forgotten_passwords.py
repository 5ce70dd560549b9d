"""A forgotten password on the sign-in page: nothing is told, nothing changes without the code."""

import re

import httpx
import pytest

from tests.api.oauth.conftest import OAuthWorld
from tests.api.oauth.test_other_companies import letter_code
from tests.api.world import new_email
from tests.support.oauth import PASSWORD, problem_on, submit

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
