"""From the sign-up to the end of an account, as front ends see it."""

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import PASSWORD, Person, World, dump, new_email, rows
from tests.support.http import Json

pytestmark = pytest.mark.nightly("postgres")

NEW_PASSWORD = "dry paint on the garden fence"
CLOSING = {"password": PASSWORD}


def _person(address: str) -> Json:
    return {
        "email": address,
        "password": PASSWORD,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "birthday": "1990-12-10",
    }


def _reset(world: World, address: str, password: str = NEW_PASSWORD) -> None:
    asked = world.nobody.post("/v1/auth/reset", {"email": address}, status=202)
    body = {"id": asked["id"], "code": world.code_for(address), "password": password}
    world.nobody.post("/v1/auth/reset/confirm", body, status=204)


def test_a_sign_up_tells_nobody_which_addresses_are_taken(world: World) -> None:
    taken = world.account().email
    answers = [
        world.nobody.send("POST", "/v1/accounts", _person(address))
        for address in (taken, new_email(), taken.upper())
    ]

    assert {answer.status_code for answer in answers} == {202}
    bodies = [answer.json() for answer in answers]
    assert len({body.pop("id") for body in bodies}) == 3
    assert bodies == [{"expires_in": 1800}] * 3
    assert len({tuple(answer.headers) for answer in answers}) == 1
    assert "belongs to an account" in world.letters(taken)[-1]


def test_a_password_is_kept_at_the_price_that_the_setting_names(start: StartWorld) -> None:
    world = start(WISH_PASSWORD_MEMORY_KIB="72")
    world.account()

    kept = str(rows(world.server.environment["DATABASE_URL"])["account"])
    assert "$argon2id$v=19$m=72,t=2,p=1$" in kept


def test_before_its_code_comes_back_there_is_no_account(world: World) -> None:
    address = new_email()
    asked = world.nobody.post("/v1/accounts", _person(address), status=202)
    credentials = {"email": address, "password": PASSWORD}

    world.nobody.refused(401, "wrong_credentials", "POST", "/v1/auth/token", credentials)
    wrong = {"id": asked["id"], "code": "AAAA-AAAA"}
    faults = world.nobody.refused(422, "code_not_valid", "POST", "/v1/accounts/confirm", wrong)
    assert faults == ["/code"]
    right = {"id": asked["id"], "code": world.code_for(address)}
    profile = world.nobody.post("/v1/accounts/confirm", right)

    assert (profile["email"], profile["email_confirmed"]) == (address, True)
    assert profile["roles"] == ["buyer"]
    world.nobody.post("/v1/auth/token", credentials, status=200)
    world.nobody.refused(422, "code_not_valid", "POST", "/v1/accounts/confirm", right)


def test_a_forgotten_password_is_replaced_and_signs_everybody_out(world: World) -> None:
    person = world.account()

    _reset(world, person.email)

    person.api.refused(401, "bad_token", "GET", "/v1/me")
    old = {"email": person.email, "password": PASSWORD}
    world.nobody.refused(401, "wrong_credentials", "POST", "/v1/auth/token", old)
    new = {"email": person.email, "password": NEW_PASSWORD}
    world.nobody.post("/v1/auth/token", new, status=200)
    assert "was changed" in world.letters(person.email)[-1]


def test_a_reset_tells_nobody_which_addresses_have_an_account(world: World) -> None:
    known, unknown = world.account().email, new_email()
    answers = [
        world.nobody.send("POST", "/v1/auth/reset", {"email": address})
        for address in (known, unknown)
    ]

    assert {answer.status_code for answer in answers} == {202}
    assert [list(answer.json()) for answer in answers] == [["id", "expires_in"]] * 2
    assert len({answer.headers["content-length"] for answer in answers}) == 1
    assert "There is none" in world.letters(unknown)[-1]


def test_another_address_needs_the_password_and_the_code(world: World) -> None:
    person, address = world.account(), new_email("new")
    wrong = {"email": address, "password": "certainly not this one"}

    assert person.api.refused(422, "wrong_password", "POST", "/v1/me/email", wrong) == ["/password"]
    assert world.letters(address) == []
    asked = person.api.post("/v1/me/email", {"email": address, "password": PASSWORD}, status=202)
    code = {"id": asked["id"], "code": world.code_for(address)}
    world.account().api.refused(422, "code_not_valid", "POST", "/v1/me/email/confirm", code)
    asked = person.api.post("/v1/me/email", {"email": address, "password": PASSWORD}, status=202)
    code = {"id": asked["id"], "code": world.code_for(address)}
    profile = person.api.post("/v1/me/email/confirm", code, status=200)

    assert profile["email"] == address
    assert "was changed" in world.letters(person.email)[-1]
    world.nobody.post("/v1/auth/token", {"email": address, "password": PASSWORD}, status=200)


def test_sessions_are_listed_and_ended_one_by_one_and_all(world: World) -> None:
    person = world.account()
    credentials = {"email": person.email, "password": PASSWORD}
    others = [
        world.nobody.signed(
            world.nobody.post(
                "/v1/auth/token", credentials, status=200, headers={"User-Agent": f"Phone {n}"}
            )["access_token"]
        )
        for n in range(2)
    ]

    listed = person.api.get("/v1/me/sessions")["items"]
    assert [one["device"] for one in listed[:2]] == ["Phone 1", "Phone 0"]
    assert [one["is_current"] for one in listed] == [False, False, True]
    person.api.delete(f"/v1/me/sessions/{listed[0]['id']}")
    others[1].refused(401, "bad_token", "GET", "/v1/me")
    gone = f"/v1/me/sessions/{listed[0]['id']}"
    person.api.refused(404, "session_not_found", "DELETE", gone)
    others[0].delete("/v1/me/sessions")

    for api in (person.api, *others):
        api.refused(401, "bad_token", "GET", "/v1/me")


def test_nobody_ends_somebody_elses_session(world: World) -> None:
    person, other = world.account(), world.account("eve")
    (session,) = person.api.get("/v1/me/sessions")["items"]

    path = f"/v1/me/sessions/{session['id']}"
    other.api.refused(404, "session_not_found", "DELETE", path)
    person.api.get("/v1/me")


def test_closing_an_account_answers_the_same_with_and_without_pledges(world: World) -> None:
    plain, funded = world.shared(), world.shared()
    giver = world.guest()
    pledge = funded.paid(giver, 2_500)

    answers = [shared.owner.api.send("POST", "/v1/me/close", CLOSING) for shared in (plain, funded)]

    assert [(a.status_code, a.content) for a in answers] == [(204, b"")] * 2
    assert len({tuple(answer.headers) for answer in answers}) == 1
    for shared in (plain, funded):
        _is_gone(world, shared.owner)
        giver.refused(404, "list_not_found", "GET", f"/v1/shared/{shared.token}")
    assert giver.get(f"/v1/pledges/{pledge['id']}")["state"] == "paid"


def test_who_becomes_a_guest_right_after_the_closing_stays_one(
    start: StartWorld, database_url: str
) -> None:
    world = start()
    person, shared = world.account("grace"), world.shared()
    person.api.post("/v1/me/close", CLOSING, status=204)
    guest = world.guest("Grace", address=person.email)
    pledge = shared.paid(guest, 2_500, message="For you")

    assert world.command("erase")["accounts_erased"] == 1

    assert guest.get("/v1/pledges")["items"] == [pledge]
    assert world.guest("Grace", address=person.email).get("/v1/pledges")["items"] == [pledge]


@pytest.mark.parametrize("body", [{}, {"password": None}, {"password": "not this one"}])
def test_a_token_alone_closes_no_account(world: World, body: Json) -> None:
    person = world.account()

    faults = person.api.refused(422, "wrong_password", "POST", "/v1/me/close", body)

    assert faults == ["/password"]
    assert person.api.get("/v1/me") == person.profile
    person.api.refused(405, "method_not_allowed", "DELETE", "/v1/me")
    person.api.post("/v1/me/close", CLOSING, status=204)
    _is_gone(world, person)


def test_a_closed_account_is_an_unknown_one_byte_by_byte(world: World) -> None:
    person = world.account()
    person.api.post("/v1/me/close", CLOSING, status=204)

    answers = [
        world.nobody.send("POST", "/v1/auth/token", {"email": address, "password": PASSWORD})
        for address in (person.email, new_email())
    ]
    profiles = [
        world.account().api.send("GET", f"/v1/accounts/{account_id}")
        for account_id in (person.profile["id"], "01900000-0000-7000-8000-000000000001")
    ]

    for pair in (answers, profiles):
        assert pair[0].content == pair[1].content
        assert list(pair[0].headers) == list(pair[1].headers)
    world.account(address=person.email)


def test_an_export_has_what_the_person_gave(world: World) -> None:
    shared, giver = world.shared(), world.account("grace")
    pledge = shared.paid(giver.api, 2_500)
    followed = world.account("mary")
    giver.api.put(f"/v1/me/following/{followed.profile['id']}", None, status=204)

    mine = giver.api.get("/v1/me/export")
    owners = shared.owner.api.get("/v1/me/export")

    assert mine["profile"] == giver.profile
    assert [one["id"] for one in mine["pledges"]] == [pledge["id"]]
    assert [one["account"]["id"] for one in mine["following"]] == [followed.profile["id"]]
    assert [one["id"] for one in owners["lists"]] == [shared.list_id]
    assert [one["id"] for one in owners["lists"][0]["items"]] == [shared.item_id]
    assert pledge["id"] not in str(owners)
    assert owners["pledges"] == []


def test_followers_come_page_by_page_and_leave_with_their_account(world: World) -> None:
    star, fans = world.account("star"), [world.account(f"fan{n}") for n in range(3)]
    path = f"/v1/accounts/{star.profile['id']}/followers"
    for fan in fans:
        fan.api.put(f"/v1/me/following/{star.profile['id']}", None, status=204)

    found = fans[0].api.pages(path, limit=2)
    assert [one["account"]["display_name"] for one in found] == ["Fan2 L.", "Fan1 L.", "Fan0 L."]
    fans[0].api.post("/v1/me/close", CLOSING, status=204)
    fans[1].api.delete(f"/v1/me/following/{star.profile['id']}")

    left = star.api.get(path)["items"]
    assert [one["account"]["id"] for one in left] == [fans[2].profile["id"]]
    me = star.profile["id"]
    star.api.refused(422, "own_account", "PUT", f"/v1/me/following/{me}")
    nobody = "01900000-0000-7000-8000-000000000001"
    star.api.refused(404, "account_not_found", "PUT", f"/v1/me/following/{nobody}")
    star.api.refused(404, "account_not_found", "GET", f"/v1/accounts/{nobody}/following")
    star.api.refused(422, "invalid", "GET", path, params={"cursor": "rubbish"})


def test_roles_are_given_by_staff_only(world: World) -> None:
    person, other = world.account(), world.account("other")
    path = f"/v1/accounts/{other.profile['id']}/roles/seller"

    for method in ("PUT", "DELETE"):
        person.api.refused(403, "staff_only", method, path)
        world.guest().refused(401, "bad_token", method, path)
        world.nobody.refused(401, "unauthenticated", method, path)
    assert other.api.get("/v1/me")["roles"] == ["buyer"]


def test_staff_gives_and_takes_roles_at_once(start: StartWorld, database_url: str) -> None:
    world = start()
    staff, other = world.staff(), world.account("other")
    path = f"/v1/accounts/{other.profile['id']}/roles/"

    staff.api.put(path + "seller", None, status=204)
    assert other.api.get("/v1/me")["roles"] == ["buyer", "seller"]
    staff.api.put(path + "staff", None, status=204)
    other.api.delete(f"/v1/accounts/{staff.profile['id']}/roles/staff")
    staff.api.refused(403, "staff_only", "DELETE", path + "seller")
    for role in ("admin", "buyer"):
        other.api.refused(404, "role_not_found", "PUT", path + role)
    nobody = "/v1/accounts/01900000-0000-7000-8000-000000000001/roles/seller"
    other.api.refused(404, "account_not_found", "PUT", nobody)
    assert sum("role_" in row for row in dump(database_url)["security_event"]) == 4


def _is_gone(world: World, person: Person) -> None:
    person.api.refused(401, "bad_token", "GET", "/v1/me")
    exchange = {"refresh_token": person.tokens["refresh_token"]}
    world.nobody.refused(401, "bad_token", "POST", "/v1/auth/token", exchange)
    credentials = {"email": person.email, "password": PASSWORD}
    world.nobody.refused(401, "wrong_credentials", "POST", "/v1/auth/token", credentials)
