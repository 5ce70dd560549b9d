"""The sign-in page and the password grant are within the same limits as everybody's way in."""

import pytest

from tests.api.conftest import StartWorld
from tests.api.oauth.conftest import LEGACY_URI, add_front_end, make_account
from tests.api.world import new_email
from tests.support.oauth import PASSWORD, FrontEnd, new_browser, problem_on, submit
from wishcore import frontends
from wishcore.frontends import Registration

# The database's part is tested by operations.
pytestmark = pytest.mark.nightly("postgres")

TRIES = 10


def test_guessing_ends(start: StartWorld) -> None:
    server = start().server
    ada = new_email("ada")
    make_account(server, ada)
    legacy = Registration(
        client_id="legacy", name="Legacy", redirect_uris=[LEGACY_URI], grants=frontends.GRANTS
    )
    add_front_end(server, legacy)
    front_end = FrontEnd(server, "legacy", LEGACY_URI)
    form = {"grant_type": "password", "username": ada, "password": "not this one"}

    with new_browser(server) as browser:
        page = front_end.ask(browser)
        for number in range(TRIES):
            if number % 2:
                assert front_end.post("/oauth/token", form).status_code == 400
            else:
                wrong = submit(browser, page, "Sign in", login=ada, password="not this one")
                assert wrong.status_code == 400
        refused = submit(browser, page, "Sign in", login=ada, password=PASSWORD)
        by_grant = front_end.post("/oauth/token", {**form, "password": PASSWORD})
    front_end.http.close()

    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert problem_on(refused) == "Too many requests"
    assert (by_grant.status_code, by_grant.json()["code"]) == (429, "too_many_requests")
