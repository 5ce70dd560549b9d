"""Staying signed in: refresh families, revocation, the password grant, and removed front ends."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.api.oauth.conftest import OAuthWorld
from tests.support.oauth import PASSWORD, FrontEnd, refusal, wish, wish_json

# The database's part is tested by operations.
pytestmark = pytest.mark.nightly("postgres")


def test_a_refresh_token_is_exchanged_for_the_next_pair(here: OAuthWorld) -> None:
    first = here.shop.tokens(here.ada)
    second = here.shop.refresh(first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == first["scope"] == "read write"
    assert here.shop.me(second["access_token"]).status_code == 200


def test_a_refresh_token_used_twice_ends_the_family(here: OAuthWorld) -> None:
    first = here.shop.tokens(here.ada)
    second = here.shop.refresh(first["refresh_token"]).json()

    assert refusal(here.shop.refresh(first["refresh_token"])) == (400, "invalid_grant")
    for tokens in (first, second):
        assert here.shop.me(tokens["access_token"]).status_code == 401
    assert refusal(here.shop.refresh(second["refresh_token"])) == (400, "invalid_grant")


def test_of_refreshes_at_once_one_wins(here: OAuthWorld) -> None:
    token = here.shop.tokens(here.ada)["refresh_token"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: here.shop.refresh(token), range(8)))

    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    # The others may be thieves: what the first got has ended as well.
    assert here.shop.me(won[0].json()["access_token"]).status_code == 401


def test_a_refresh_token_is_its_own_front_ends(here: OAuthWorld) -> None:
    tokens = here.shop.tokens(here.ada)
    token = tokens["refresh_token"]

    assert refusal(here.books.refresh(token)) == (400, "invalid_grant")
    assert refusal(here.legacy.refresh(token)) == (400, "invalid_grant")
    own = here.shop.http.post("/v1/auth/token", json={"refresh_token": token})
    assert own.status_code == 401
    access = here.shop.refresh(tokens["access_token"])
    assert refusal(access) == (400, "invalid_grant")
    assert here.shop.refresh(token).status_code == 200


def test_a_scope_shrinks_for_one_access_token(here: OAuthWorld) -> None:
    tokens = here.books.tokens(here.ada)
    assert tokens["scope"] == "read write account"

    less = here.books.refresh(tokens["refresh_token"], scope="read").json()
    assert less["scope"] == "read"
    bearer = {"Authorization": f"Bearer {less['access_token']}"}
    assert here.books.http.post("/v1/lists", json={}, headers=bearer).status_code == 403
    more = here.books.refresh(less["refresh_token"]).json()
    assert more["scope"] == "read write account"
    beyond = here.books.refresh(more["refresh_token"], scope="read everything")
    assert refusal(beyond) == (400, "invalid_scope")
    assert here.books.refresh(more["refresh_token"]).status_code == 200


def test_staff_lends_no_front_end_the_giving_of_roles(here: OAuthWorld) -> None:
    address, other = here.person(), here.person()
    wish_json(here.server, "account", "give-role", address, "staff")
    wanted = wish_json(here.server, "account", "show", other)
    path = f"/v1/accounts/{wanted['id']}/roles/staff"
    writes = here.books.tokens(address, scope="read write")["access_token"]
    whole = here.books.tokens(address)["access_token"]

    for method in ("PUT", "DELETE"):
        refused = here.books.http.request(method, path, headers=bearer(writes))
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert wish_json(here.server, "account", "show", other)["roles"] == ["buyer"]
    assert here.books.http.put(path, headers=bearer(whole)).status_code == 204
    assert wish_json(here.server, "account", "show", other)["roles"] == ["buyer", "staff"]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_scope_never_grows(here: OAuthWorld) -> None:
    tokens = here.books.tokens(here.ada, scope="read")

    grown = here.books.refresh(tokens["refresh_token"], scope="read write")

    assert refusal(grown) == (400, "invalid_scope")


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_revoking_ends_the_sign_in(here: OAuthWorld, name: str) -> None:
    tokens = here.shop.tokens(here.ada)

    answer = here.shop.post("/oauth/revoke", {"token": tokens[name]})

    assert (answer.status_code, answer.content) == (200, b"")
    assert here.shop.me(tokens["access_token"]).status_code == 401
    assert refusal(here.shop.refresh(tokens["refresh_token"])) == (400, "invalid_grant")
    assert here.shop.post("/oauth/revoke", {"token": tokens[name]}).status_code == 200


def test_only_its_own_front_end_revokes(here: OAuthWorld) -> None:
    tokens = here.shop.tokens(here.ada)
    form = {"token": tokens["access_token"]}

    assert refusal(here.books.post("/oauth/revoke", form)) == (400, "invalid_grant")
    nobody = here.shop.http.post("/oauth/revoke", data={**form, "client_id": "nobody"})
    assert refusal(nobody) == (401, "invalid_client")
    assert refusal(here.shop.post("/oauth/revoke", {})) == (400, "invalid_request")
    assert here.shop.me(tokens["access_token"]).status_code == 200
    assert here.shop.post("/oauth/revoke", {"token": "wat_unknown"}).status_code == 200


def test_the_password_grant_is_for_who_was_given_it(here: OAuthWorld) -> None:
    form = {"grant_type": "password", "username": here.ada, "password": PASSWORD}

    granted = here.legacy.post("/oauth/token", form)
    assert granted.status_code == 200
    assert here.legacy.me(granted.json()["access_token"]).json()["email"] == here.ada
    for front_end in (here.shop, here.books):
        refused = front_end.post("/oauth/token", form)
        assert refusal(refused) == (400, "unauthorized_client")
    wrong = here.legacy.post("/oauth/token", {**form, "password": "not this one"})
    unknown = here.legacy.post("/oauth/token", {**form, "username": "nobody@people.example"})
    assert refusal(wrong) == refusal(unknown) == (400, "invalid_grant")
    assert wrong.content == unknown.content
    beyond = here.legacy.post("/oauth/token", {**form, "scope": "account"})
    assert refusal(beyond) == (400, "invalid_scope")


def test_another_password_ends_everything_that_is_on_its_way(
    here: OAuthWorld, browser: httpx.Client
) -> None:
    somebody = here.person()
    tokens = here.shop.tokens(somebody)
    code = here.shop.sign_in(browser, somebody)["code"]

    changed = wish(here.server, "account", "set-password", somebody, "--password-stdin",
                   stdin="another colour on the bench\n")  # fmt: skip

    assert changed.code == 0, changed.err
    assert refusal(here.shop.exchange(code)) == (400, "invalid_grant")
    assert refusal(here.shop.refresh(tokens["refresh_token"])) == (400, "invalid_grant")


def test_a_removed_front_end_gets_nothing(here: OAuthWorld, browser: httpx.Client) -> None:
    uri = "https://gone.example/cb"
    wish_json(here.server, "client", "add", "gone", "--name", "Gone", "--redirect-uri", uri)
    gone = FrontEnd(here.server, "gone", uri)
    tokens = gone.tokens(here.ada)
    code = gone.sign_in(browser, here.ada)["code"]
    page = gone.ask(browser)

    removed = wish_json(here.server, "client", "remove", "gone")

    assert removed["signed_out"] == 2
    assert gone.me(tokens["access_token"]).status_code == 401
    assert refusal(gone.exchange(code)) == (401, "invalid_client")
    assert refusal(gone.refresh(tokens["refresh_token"])) == (401, "invalid_client")
    assert gone.ask(browser).status_code == 422
    token = page.text.partition('name="request" value="')[2].partition('"')[0]
    typed = {"request": token, "login": here.ada, "password": PASSWORD}
    assert browser.post("/oauth/authorize", data=typed).status_code == 422
    again = wish(here.server, "client", "add", "gone", "--name", "Gone", "--redirect-uri", uri)
    assert (again.code, "client_id_taken" in again.err) == (3, True)
    gone.http.close()


def test_a_rotated_secret_is_worth_nothing(here: OAuthWorld, browser: httpx.Client) -> None:
    uri = "https://rotated.example/cb"
    words = ("rotated", "--name", "R", "--redirect-uri", uri, "--confidential")
    made = wish_json(here.server, "client", "add", *words)
    front_end = FrontEnd(here.server, "rotated", uri, made["client_secret"])
    tokens = front_end.tokens(here.ada)

    secret = wish_json(here.server, "client", "rotate", "rotated")["client_secret"]

    assert refusal(front_end.refresh(tokens["refresh_token"])) == (401, "invalid_client")
    front_end.secret = secret
    assert front_end.refresh(tokens["refresh_token"]).status_code == 200
    public = wish(here.server, "client", "rotate", "shop")
    assert (public.code, "client_is_public" in public.err) == (3, True)
    front_end.http.close()
