"""Signing in at Google and Facebook: who gets in, and who does not."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import uuid4

import httpx
import pytest

from tests.api.oauth.conftest import OAuthWorld
from tests.api.world import new_email
from tests.support.identity import query_of
from tests.support.oauth import PASSWORD, new_browser, problem_on, submit

# The database's part is tested by operations.
pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

NEW = {"first_name": "Ada", "last_name": "Lovelace", "birthday": "1990-12-10"}


def newcomer(here: OAuthWorld, **facts: object) -> tuple[str, str]:
    """Let somebody new have accounts at both companies; return subject and address."""
    subject, address = str(uuid4().int)[:21], new_email("newcomer")
    here.identity.add_person(subject, **{"email": address, "email_verified": True, **facts})
    return subject, address


def leave(here: OAuthWorld, browser: httpx.Client, company: str = "Google") -> str:
    """Press the company's button, and return where the browser is sent."""
    page = here.shop.ask(browser)
    answer = submit(browser, page, f"Continue with {company}")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def visit(
    here: OAuthWorld, browser: httpx.Client, subject: str | None, company: str = "Google"
) -> httpx.Response:
    """Go to a company, choose who to be, and come back."""
    there = leave(here, browser, company)
    return browser.get(here.identity.visit(there, subject))


def signed_in(here: OAuthWorld, answer: httpx.Response) -> dict[str, object]:
    """Return the profile of whoever came back to the front end."""
    code = here.shop.came_back(answer)["code"]
    tokens = here.shop.exchange(code)
    assert tokens.status_code == 200, tokens.text
    found: dict[str, object] = here.shop.me(tokens.json()["access_token"]).json()
    return found


def changed(location: str, **change: str | None) -> str:
    """Return an address with other parameters; `None` takes one away."""
    parts = urlsplit(location)
    query = {**dict(parse_qsl(parts.query)), **change}
    kept = {name: value for name, value in query.items() if value is not None}
    return urlunsplit(parts._replace(query=urlencode(kept)))


def test_somebody_new_comes_from_google(here: OAuthWorld, browser: httpx.Client) -> None:
    subject, address = newcomer(here)
    page = visit(here, browser, subject)
    assert page.status_code == 200
    assert address in page.text
    assert 'value="Lovelace"' in page.text
    assert 'id="email"' not in page.text

    first = signed_in(here, submit(browser, page, "Create my account", **NEW))
    with new_browser(here.server) as another:
        second = signed_in(here, visit(here, another, subject))

    assert (first["email"], first["email_confirmed"]) == (address, True)
    assert second["id"] == first["id"]


def test_the_front_end_never_sees_the_companys_tokens(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    subject, _ = newcomer(here)
    page = visit(here, browser, subject)
    answer = submit(browser, page, "Create my account", **NEW)

    for text in (page.text, str(page.headers), answer.headers["location"]):
        assert "ya29." not in text
        assert "id_token" not in text
    assert here.shop.came_back(answer)["code"].startswith("wac_")


def test_somebody_new_comes_from_facebook(here: OAuthWorld, browser: httpx.Client) -> None:
    subject, address = newcomer(here)
    page = visit(here, browser, subject, "Facebook")
    assert f'value="{address}"' in page.text  # It can be changed: nobody verified it.

    typed = submit(browser, page, "Create my account", email=address, **NEW)
    wrong = submit(browser, typed, "Go on", code="WRNG-CODE")
    code = letter_code(here, address)
    first = signed_in(here, submit(browser, wrong, "Go on", code=code))
    with new_browser(here.server) as another:
        second = signed_in(here, visit(here, another, subject, "Facebook"))

    assert "wrong" in problem_on(wrong)
    assert (first["email"], first["email_confirmed"]) == (address, True)
    assert second["id"] == first["id"]


def letter_code(here: OAuthWorld, address: str) -> str:
    """Return the code in the newest letter to an address."""
    newest = max(here.server.mail_folder.glob(f"*-{address}-*.eml"))
    # On a line of its own: the headers have ids that may read like a code.
    found = re.search(r"^ {4}([A-Z2-9]{4}-[A-Z2-9]{4})\r?$", newest.read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def test_somebody_signs_up_with_a_password(here: OAuthWorld, browser: httpx.Client) -> None:
    address = new_email("paula")
    page = here.shop.ask(browser)
    young = submit(
        browser, page, "8 characters", email=address, new_password=PASSWORD,
        **{**NEW, "birthday": "1899-12-31"},
    )  # fmt: skip
    weak = submit(browser, page, "8 characters", email=address, new_password="12345678", **NEW)
    sent = submit(browser, page, "8 characters", email=address, new_password=PASSWORD, **NEW)
    done = submit(browser, sent, "Go on", code=letter_code(here, address))

    assert (young.status_code, weak.status_code, sent.status_code) == (422, 422, 200)
    assert "birthday" in problem_on(young).lower()
    assert PASSWORD not in young.text
    assert "<details open>" in weak.text
    assert signed_in(here, done)["email"] == address
    assert here.shop.tokens(address)["token_type"] == "Bearer"


def test_a_confirmed_account_is_found_by_a_verified_address(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    subject, address = newcomer(here)
    profile = sign_up(here, address)

    found = signed_in(here, visit(here, browser, subject))

    assert found["id"] == profile["id"]
    newest = max(here.server.mail_folder.glob(f"*-{address}-*.eml"))
    assert "signing in at Google" in newest.read_text()


def sign_up(here: OAuthWorld, address: str) -> dict[str, object]:
    """Make an account whose address is confirmed."""
    with new_browser(here.server) as browser:
        page = here.shop.ask(browser)
        sent = submit(browser, page, "8 characters", email=address, new_password=PASSWORD, **NEW)
        done = submit(browser, sent, "Go on", code=letter_code(here, address))
        return signed_in(here, done)


def test_an_unverified_address_opens_nothing(here: OAuthWorld, browser: httpx.Client) -> None:
    subject, address = newcomer(here, email_verified=False)
    sign_up(here, address)

    page = visit(here, browser, subject)

    assert page.status_code == 200
    assert "No account is connected with that yet" in page.text


def test_an_address_at_facebook_opens_nothing(here: OAuthWorld, browser: httpx.Client) -> None:
    subject, address = newcomer(here)
    profile = sign_up(here, address)
    page = visit(here, browser, subject, "Facebook")
    assert "No account is connected with that yet" in page.text

    # With the password once, the two are connected.
    first = signed_in(here, submit(browser, page, "Password", login=address, password=PASSWORD))
    with new_browser(here.server) as another:
        second = signed_in(here, visit(here, another, subject, "Facebook"))

    assert profile["id"] == first["id"] == second["id"]


def test_an_address_that_moves_at_the_company_changes_nothing_here(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    subject, address = newcomer(here)
    first = signed_in(
        here, submit(browser, visit(here, browser, subject), "Create my account", **NEW)
    )
    victim = sign_up(here, new_email("victim"))
    here.identity.add_person(subject, email=str(victim["email"]), email_verified=True)

    with new_browser(here.server) as another:
        second = signed_in(here, visit(here, another, subject))

    assert second["id"] == first["id"] != victim["id"]
    assert second["email"] == address


def test_who_has_no_password_cannot_sign_in_with_one(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    subject, address = newcomer(here)
    signed_in(here, submit(browser, visit(here, browser, subject), "Create my account", **NEW))

    for password in ("!", "", PASSWORD):
        page = here.shop.ask(browser)
        refused = submit(browser, page, "Sign in", login=address, password=password)
        assert (refused.status_code, problem_on(refused)) == (
            400, "The name or the password is wrong",
        )  # fmt: skip


def test_cancelling_leads_back_to_the_page(here: OAuthWorld, browser: httpx.Client) -> None:
    pages = [visit(here, browser, None, company) for company in ("Google", "Facebook")]
    assert [problem_on(page) for page in pages] == [
        "You did not sign in at Google",
        "You did not sign in at Facebook",
    ]
    page = pages[-1]
    done = submit(browser, page, "Sign in", login=here.ada, password=PASSWORD)
    assert here.shop.came_back(done)["code"]


def test_the_state_of_another_browser_is_refused(here: OAuthWorld, browser: httpx.Client) -> None:
    subject, _ = newcomer(here)
    back = here.identity.visit(leave(here, browser), subject)

    with new_browser(here.server) as other, new_browser(here.server) as fresh:
        here.shop.ask(other)
        for thief in (other, fresh):
            refused = thief.get(back)
            assert refused.status_code == 422
            assert "out of date" in problem_on(refused)
            assert "location" not in refused.headers
    assert browser.get(back).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"state": "wst_" + "x" * 43}, {"state": None}, {"state": ""}],
    ids=["unknown", "missing", "empty"],
)
def test_a_state_that_nobody_set_out_with_is_refused(
    here: OAuthWorld, browser: httpx.Client, change: dict[str, str | None]
) -> None:
    subject, _ = newcomer(here)
    back = here.identity.visit(leave(here, browser), subject)

    assert browser.get(changed(back, **change)).status_code == 422
    assert browser.get(back).status_code == 200


def test_a_callback_works_once(here: OAuthWorld, browser: httpx.Client) -> None:
    subject, _ = newcomer(here)
    back = here.identity.visit(leave(here, browser), subject)
    browser.get(back)

    again = browser.get(back)

    assert again.status_code == 422
    assert "out of date" in problem_on(again)


def test_a_callback_of_the_other_company_is_refused(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    subject, _ = newcomer(here)
    back = here.identity.visit(leave(here, browser), subject)

    assert browser.get(back.replace("/auth/google/", "/auth/facebook/")).status_code == 422
    assert browser.get(back.replace("/auth/google/", "/auth/evil/")).status_code == 422
    assert browser.get(back).status_code == 200


@pytest.mark.parametrize("name", ["state", "code", "iss"])
def test_a_callback_has_no_parameter_twice(
    here: OAuthWorld, browser: httpx.Client, name: str
) -> None:
    subject, _ = newcomer(here)
    here.identity.order("issuer_in_callback")
    back = here.identity.visit(leave(here, browser), subject)

    twice = browser.get(f"{back}&{urlencode({name: query_of(back)[name]})}")

    assert twice.status_code == 422
    assert browser.get(back).status_code == 200


def test_a_foreign_issuer_is_refused(here: OAuthWorld, browser: httpx.Client) -> None:
    subject, _ = newcomer(here)
    here.identity.order("foreign_issuer_in_callback")

    refused = visit(here, browser, subject)

    assert refused.status_code == 422
    assert "could not be verified" in problem_on(refused)


@pytest.mark.parametrize(
    "lie", ["foreign_issuer", "expired", "unsigned", "foreign_key", "wrong_nonce", "symmetric"]
)
def test_a_false_id_token_signs_nobody_in(
    here: OAuthWorld, browser: httpx.Client, lie: str
) -> None:
    subject, _ = newcomer(here)
    here.identity.order(lie)

    page = visit(here, browser, subject)

    assert page.status_code == 422
    assert "could not be verified" in problem_on(page)
    here.identity.order()
    answer = submit(browser, page, "Continue with Google")
    welcome = browser.get(here.identity.visit(answer.headers["location"], subject))
    assert "Create my account" in welcome.text


@pytest.mark.parametrize("fault", ["drop", "html", "status_500"])
@pytest.mark.parametrize(
    ("company", "path"), [("Google", "token"), ("Facebook", "access_token"), ("Facebook", "me")]
)
def test_a_company_that_is_down_leaves_the_other_ways(
    here: OAuthWorld, browser: httpx.Client, company: str, path: str, fault: str
) -> None:
    subject, _ = newcomer(here)
    back = here.identity.visit(leave(here, browser, company), subject)
    here.identity.order(**{path: fault})

    page = browser.get(back)

    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "did not answer" in problem_on(page)
    done = submit(browser, page, "Sign in", login=here.ada, password=PASSWORD)
    assert here.shop.came_back(done)["code"]


@pytest.mark.parametrize("lie", ["invalid_token", "other_app", "page_token", "other_user"])
def test_a_token_of_facebook_for_another_signs_nobody_in(
    here: OAuthWorld, browser: httpx.Client, lie: str
) -> None:
    subject, _ = newcomer(here)
    here.identity.order(lie)

    page = visit(here, browser, subject, "Facebook")

    assert page.status_code == 422
    assert "could not be verified" in problem_on(page)


def test_an_unknown_company_is_not_offered(here: OAuthWorld, browser: httpx.Client) -> None:
    page = here.shop.ask(browser)
    token = page.text.partition('name="request" value="')[2].partition('"')[0]

    assert browser.post("/auth/evil/start", data={"request": token}).status_code == 422
