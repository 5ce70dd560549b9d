"""A front end signs somebody in with a code and PKCE, and nobody else gets in."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.api.oauth.conftest import SHOP_URI, OAuthWorld
from tests.support.http import Api
from tests.support.identity import form_of, query_of
from tests.support.oauth import (
    PASSWORD,
    challenge_of,
    new_browser,
    new_verifier,
    problem_on,
    refusal,
    submit,
)

# The database's part is tested by operations.
pytestmark = pytest.mark.nightly("postgres")


def test_a_front_end_signs_somebody_in(here: OAuthWorld, browser: httpx.Client) -> None:
    given = here.shop.sign_in(browser, here.ada)
    answer = here.shop.exchange(given["code"])

    assert given.keys() == {"from", "code", "iss", "state"}
    assert given["from"] == "wish"
    assert given["state"] == "a state of the front end"
    assert given["iss"] == here.server.url
    tokens = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert tokens.keys() == {
        "access_token", "refresh_token", "expires_in", "scope", "token_type",
    }  # fmt: skip
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"] == "read write"
    assert here.shop.me(tokens["access_token"]).json()["email"] == here.ada


def test_a_confidential_front_end_proves_itself(here: OAuthWorld, browser: httpx.Client) -> None:
    code = here.books.sign_in(browser, here.ada)["code"]
    proofs: list[tuple[dict[str, str], tuple[str, str] | None]] = [
        ({"client_id": "books"}, None),
        ({"client_id": "books", "client_secret": "wcs_wrong"}, None),
        ({}, ("books", "wcs_wrong")),
        ({}, ("shop", str(here.books.secret))),
        ({}, ("nobody", str(here.books.secret))),
        ({"client_id": "shop", "client_secret": str(here.books.secret)}, None),
    ]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": SHOP_URI}

    for fields, basic in proofs:
        auth = httpx.BasicAuth(*basic) if basic else httpx.USE_CLIENT_DEFAULT
        answer = here.books.http.post("/oauth/token", data=form | fields, auth=auth)
        assert refusal(answer) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")
    both = here.books.post("/oauth/token", {**form, "client_secret": str(here.books.secret)})
    assert refusal(both) == (400, "invalid_request")
    assert here.books.exchange(code).status_code == 200


def test_the_secret_may_come_in_the_body(here: OAuthWorld, browser: httpx.Client) -> None:
    code = here.books.sign_in(browser, here.ada)["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": here.books.redirect_uri,
        "code_verifier": here.books.verifier,
        "client_id": "books",
        "client_secret": str(here.books.secret),
    }

    assert here.books.http.post("/oauth/token", data=form).status_code == 200


def test_the_page_is_safe_and_needs_no_script(here: OAuthWorld, browser: httpx.Client) -> None:
    page = here.shop.ask(browser)
    policy = page.headers["content-security-policy"]

    assert "<script" not in page.text
    assert "The &lt;Shop&gt; &amp; Co" in page.text
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://shop.example " in policy
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    cookie = page.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert 'name="viewport"' in page.text


@pytest.mark.parametrize(
    "uri",
    [
        SHOP_URI + "x",
        SHOP_URI[:-1],
        SHOP_URI.replace("https", "http"),
        SHOP_URI.replace("shop.example", "SHOP.example"),
        SHOP_URI.replace("shop.example", "shop.example:443"),
        SHOP_URI.replace("shop.example", "shop.example:8443"),
        SHOP_URI.replace("shop.example", "shop.example@evil.example"),
        SHOP_URI.replace("signed-in", "signed-IN"),
        SHOP_URI.replace("signed-in", "./signed-in"),
        SHOP_URI.replace("signed-in", "signed%2din"),
        SHOP_URI + "#part",
        SHOP_URI + "&more=1",
        "https://shop.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "",
    ],
)
def test_no_other_address_is_returned_to(here: OAuthWorld, browser: httpx.Client, uri: str) -> None:
    page = here.shop.ask(browser, redirect_uri=uri)

    assert page.status_code == 422
    assert "location" not in page.headers
    assert "set-cookie" not in page.headers
    assert "not with the address to return to (redirect_uri)" in problem_on(page)


@pytest.mark.parametrize("client_id", ["nobody", "SHOP", "shop ", "", "shop\u0000"])
def test_an_unregistered_front_end_gets_no_redirect(
    here: OAuthWorld, browser: httpx.Client, client_id: str
) -> None:
    page = here.shop.ask(browser, client_id=client_id)

    assert page.status_code == 422
    assert "location" not in page.headers
    assert "set-cookie" not in page.headers


def test_nobody_returns_to_the_address_of_another_front_end(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    page = here.shop.ask(browser, client_id="books")

    assert (page.status_code, "location" in page.headers) == (422, False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "x" * 42 + "="}, "invalid_request"),
        ({"code_challenge": "x" * 44}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"scope": "read everything"}, "invalid_scope"),
        ({"scope": "account"}, "invalid_scope"),
        ({"state": "x" * 1001}, "invalid_request"),
    ],
)
def test_a_wrong_question_goes_back(
    here: OAuthWorld, browser: httpx.Client, change: dict[str, str | None], error: str
) -> None:
    given = here.shop.came_back(here.shop.ask(browser, **change))

    assert given["error"] == error
    assert given["iss"] == here.server.url
    assert given["error_description"]
    assert "code" not in given
    if "state" not in change:
        assert given["state"] == "a state of the front end"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "code_challenge", "scope"])
def test_a_question_has_no_parameter_twice(
    here: OAuthWorld, browser: httpx.Client, name: str
) -> None:
    question = {"scope": "read", **here.shop.question()}
    answer = browser.get("/oauth/authorize", params=[*question.items(), (name, question[name])])

    if name in {"client_id", "redirect_uri"}:
        assert answer.status_code == 422
        assert "location" not in answer.headers
    else:
        assert here.shop.came_back(answer)["error"] == "invalid_request"


def test_unknown_parameters_are_ignored(here: OAuthWorld, browser: httpx.Client) -> None:
    assert here.shop.ask(browser, ui_locales="de").status_code == 200


def test_a_scope_may_be_less(here: OAuthWorld) -> None:
    tokens = here.books.tokens(here.ada, scope="read")

    assert tokens["scope"] == "read"
    assert here.books.me(tokens["access_token"]).status_code == 200
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    refused = here.books.http.post("/v1/lists", json={}, headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"code_verifier": "v" * 43}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code_verifier": "v" * 129}, "invalid_grant"),
        ({"code_verifier": "é" * 43}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": SHOP_URI + "x"}, "invalid_grant"),
        ({"redirect_uri": SHOP_URI.replace("shop", "Shop")}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"code": "wac_" + "x" * 43}, "invalid_grant"),
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unauthorized_client"),
        ({"client_id": "legacy"}, "invalid_grant"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_a_code_is_exchanged_only_as_it_was_given(
    here: OAuthWorld, browser: httpx.Client, change: dict[str, str | None], error: str
) -> None:
    code = here.shop.sign_in(browser, here.ada)["code"]

    answer = here.shop.exchange(code, **change)

    status = 401 if error == "invalid_client" else 400
    assert refusal(answer) == (status, error)
    assert here.shop.exchange(code).status_code == 200


def test_the_challenge_itself_is_no_verifier(here: OAuthWorld, browser: httpx.Client) -> None:
    code = here.shop.sign_in(browser, here.ada)["code"]

    plain = here.shop.exchange(code, code_verifier=challenge_of(here.shop.verifier))

    assert refusal(plain) == (400, "invalid_grant")


def test_a_code_used_twice_ends_the_sign_in(here: OAuthWorld, browser: httpx.Client) -> None:
    code = here.shop.sign_in(browser, here.ada)["code"]
    first = here.shop.exchange(code).json()
    second = here.shop.refresh(first["refresh_token"]).json()
    assert here.shop.me(second["access_token"]).status_code == 200

    again = here.shop.exchange(code, code_verifier=new_verifier())

    assert refusal(again) == (400, "invalid_grant")
    for tokens in (first, second):
        assert here.shop.me(tokens["access_token"]).status_code == 401
    assert refusal(here.shop.refresh(second["refresh_token"])) == (400, "invalid_grant")


def test_of_two_exchanges_at_once_one_wins_and_then_both_lose(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    code = here.shop.sign_in(browser, here.ada)["code"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: here.shop.exchange(code), range(8)))

    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert {refusal(answer) for answer in answers if answer not in won} == {(400, "invalid_grant")}
    assert here.shop.me(won[0].json()["access_token"]).status_code == 401


def test_a_form_has_no_field_twice(here: OAuthWorld) -> None:
    for path in ("/oauth/token", "/oauth/revoke"):
        answer = here.shop.http.post(
            path,
            content="client_id=shop&client_id=shop&grant_type=refresh_token&token=x",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert refusal(answer) == (400, "invalid_request")


def test_what_is_no_form_is_refused(here: OAuthWorld) -> None:
    form = "application/x-www-form-urlencoded"
    api = Api(here.server.url)

    for content in (b"\xff=1", b"a=%FF", b"grant_type=%00", b"&".join([b"a=1"] * 51)):
        answer = api.send("POST", "/oauth/token", content=content, headers={"Content-Type": form})
        assert refusal(answer) == (400, "invalid_request")
    assert api.send("POST", "/oauth/token", {"grant_type": "x"}).status_code == 415
    api.close()


def test_the_answers_are_those_of_the_document(here: OAuthWorld, browser: httpx.Client) -> None:
    api = Api(here.server.url)
    code = here.shop.sign_in(browser, here.ada)["code"]
    fields = here.shop.exchange(code).request.content

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert api.send("POST", "/oauth/token", content=fields, headers=headers).status_code == 400
    nobody = api.send("POST", "/oauth/token", content=b"client_id=nobody", headers=headers)
    assert nobody.status_code == 401
    metadata = api.get("/.well-known/oauth-authorization-server")
    assert metadata["issuer"] == here.server.url
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert "password" not in metadata["grant_types_supported"]
    api.close()


def test_a_wrong_password_is_said_on_the_page(here: OAuthWorld, browser: httpx.Client) -> None:
    page = here.shop.ask(browser)
    pages = [
        submit(browser, page, "Sign in", login=login, password="not this one")
        for login in (here.ada, "nobody@people.example")
    ]

    assert {problem_on(one) for one in pages} == {"The name or the password is wrong"}
    assert {one.status_code for one in pages} == {400}
    assert here.ada in pages[0].text
    assert "not this one" not in pages[0].text
    right = submit(browser, pages[0], "Sign in", login=here.ada, password=PASSWORD)
    assert here.shop.came_back(right)["code"]


def test_a_page_belongs_to_one_browser(here: OAuthWorld, browser: httpx.Client) -> None:
    page = here.shop.ask(browser)
    with new_browser(here.server) as other, new_browser(here.server) as fresh:
        here.shop.ask(other)
        for thief in (other, fresh):
            stolen = submit(thief, page, "Sign in", login=here.ada, password=PASSWORD)
            assert stolen.status_code == 422
            assert "out of date" in problem_on(stolen)
            assert "location" not in stolen.headers


def test_a_page_answers_once(here: OAuthWorld, browser: httpx.Client) -> None:
    page = here.shop.ask(browser)
    submit(browser, page, "Sign in", login=here.ada, password=PASSWORD)

    again = submit(browser, page, "Sign in", login=here.ada, password=PASSWORD)

    assert again.status_code == 422
    assert "location" not in again.headers


def test_a_form_of_another_site_is_refused(here: OAuthWorld, browser: httpx.Client) -> None:
    action, fields = form_of(here.shop.ask(browser).text, "Sign in")
    typed = fields | {"login": here.ada, "password": PASSWORD}

    for site in ("cross-site", "same-site"):
        answer = browser.post(action, data=typed, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403
    without = browser.post(action, data={"login": here.ada, "password": PASSWORD})
    assert without.status_code == 422
    twice = browser.post(
        action,
        content="login=a&login=b",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert twice.status_code == 422


def test_two_tabs_can_sign_in_one_after_the_other(here: OAuthWorld, browser: httpx.Client) -> None:
    first, second = here.shop.ask(browser), here.shop.ask(browser)
    before = dict(browser.cookies)

    one = submit(browser, first, "Sign in", login=here.ada, password=PASSWORD)
    two = submit(browser, second, "Sign in", login=here.ada, password=PASSWORD)

    assert query_of(one.headers["location"])["code"] != query_of(two.headers["location"])["code"]
    assert dict(browser.cookies) != before
