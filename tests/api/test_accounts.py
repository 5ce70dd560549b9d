"""Accounts and tokens, as people live through them."""

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import PASSWORD, World, new_email
from tests.support.http import Api, Json

pytestmark = pytest.mark.nightly("postgres")


def sign_in(api: Api, address: str, password: str = PASSWORD) -> Json:
    credentials = {"email": address, "password": password}
    tokens: Json = api.post("/v1/auth/token", credentials, status=200)
    return tokens


def test_somebody_signs_up_signs_in_and_reads_their_own_profile(world: World) -> None:
    address = new_email("Ada.CAPITAL")

    profile = world.sign_up("ada", address=address, username=f"Ada-{address[-20:-15]}")
    tokens = sign_in(world.nobody, address.upper())
    me = world.nobody.signed(tokens["access_token"])

    assert profile["email"] == address.lower()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert me.get("/v1/me") == profile
    assert "password" not in profile


def test_a_username_signs_in_as_well_as_the_address(world: World) -> None:
    name = f"ada.{new_email()[9:20].replace('@', '')}"
    world.sign_up(username=name)
    credentials = {"username": name.upper(), "password": PASSWORD}

    tokens = world.nobody.post("/v1/auth/token", credentials, status=200)

    assert world.nobody.signed(tokens["access_token"]).get("/v1/me")["username"] == name


def test_nobody_learns_whether_the_name_or_the_password_was_wrong(world: World) -> None:
    known = world.account()

    answers = [
        world.nobody.send("POST", "/v1/auth/token", body)
        for body in (
            {"email": known.email, "password": "not this one, certainly"},
            {"email": new_email(), "password": PASSWORD},
            {"username": "never-seen-before", "password": PASSWORD},
            {"email": "not an address", "password": PASSWORD},
        )
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["code"] for answer in answers} == {"wrong_credentials"}
    assert len({answer.content for answer in answers}) == 1


def test_a_refresh_token_is_exchanged_once_and_its_second_use_ends_everything(
    world: World,
) -> None:
    person = world.account()
    exchange = {"refresh_token": person.tokens["refresh_token"]}

    second = world.nobody.post("/v1/auth/token", exchange, status=200)
    assert world.nobody.signed(second["access_token"]).get("/v1/me") == person.profile
    assert set(second.values()).isdisjoint(
        {person.tokens["access_token"], person.tokens["refresh_token"]}
    )

    assert world.nobody.refused(401, "bad_token", "POST", "/v1/auth/token", exchange) == []
    for token in (person.tokens["access_token"], second["access_token"]):
        world.nobody.signed(token).refused(401, "bad_token", "GET", "/v1/me")
    again = {"refresh_token": second["refresh_token"]}
    world.nobody.refused(401, "bad_token", "POST", "/v1/auth/token", again)
    sign_in(world.nobody, person.email)


def test_revoking_any_token_of_a_sign_in_ends_it_and_no_other(world: World) -> None:
    person = world.account()
    other = sign_in(world.nobody, person.email)
    third = sign_in(world.nobody, person.email)

    world.nobody.post("/v1/auth/revoke", {"token": other["refresh_token"]}, status=204)
    world.nobody.signed(third["access_token"]).post("/v1/auth/revoke", status=204)

    for ended in (other, third):
        world.nobody.signed(ended["access_token"]).refused(401, "bad_token", "GET", "/v1/me")
        exchange = {"refresh_token": ended["refresh_token"]}
        world.nobody.refused(401, "bad_token", "POST", "/v1/auth/token", exchange)
    assert person.api.get("/v1/me") == person.profile


def test_revoking_what_nobody_knows_is_no_error(world: World) -> None:
    person = world.account()

    world.nobody.post("/v1/auth/revoke", {"token": "wat_never-was"}, status=204)
    world.nobody.post("/v1/auth/revoke", {}, status=204)

    person.api.get("/v1/me")


def test_a_guest_can_sign_out_too(world: World) -> None:
    by_body, by_header = world.guest(), world.guest()

    world.nobody.post("/v1/auth/revoke", {"token": by_body.token}, status=204)
    by_header.post("/v1/auth/revoke", {}, status=204)

    for guest in (by_body, by_header):
        guest.refused(401, "bad_token", "GET", "/v1/pledges")


def test_a_new_password_signs_everybody_out(world: World) -> None:
    person = world.account()
    elsewhere = sign_in(world.nobody, person.email)
    change = {"old": PASSWORD, "new": "dry paint on the garden fence"}

    person.api.post("/v1/me/password", change, status=204)

    person.api.refused(401, "bad_token", "GET", "/v1/me")
    world.nobody.signed(elsewhere["access_token"]).refused(401, "bad_token", "GET", "/v1/me")
    old = {"email": person.email, "password": PASSWORD}
    world.nobody.refused(401, "wrong_credentials", "POST", "/v1/auth/token", old)
    sign_in(world.nobody, person.email, change["new"])


def test_the_present_password_is_asked_for_before_a_new_one(world: World) -> None:
    person = world.account()
    change = {"old": "certainly not this one", "new": "dry paint on the garden fence"}

    faults = person.api.refused(422, "wrong_password", "POST", "/v1/me/password", change)

    assert faults == ["/old"]
    sign_in(world.nobody, person.email)


def test_a_profile_is_edited_in_part_and_null_takes_the_username_away(world: World) -> None:
    person = world.account()
    name = f"countess-{new_email()[9:14]}".replace("@", "").replace(".", "")

    named = person.api.patch("/v1/me", {"username": name, "first_name": " Augusta "})
    unnamed = person.api.patch("/v1/me", {"username": None})

    assert (named["username"], named["first_name"]) == (name, "Augusta")
    assert named["last_name"] == person.profile["last_name"]
    assert unnamed["username"] is None
    assert person.api.get("/v1/me") == unnamed
    assert person.api.refused(422, "invalid", "PATCH", "/v1/me", {"first_name": None}) == [
        "/first_name"
    ]


def test_a_username_that_is_taken_cannot_be_taken_again(world: World) -> None:
    name = new_email()[9:20].replace("@", "")
    first = world.sign_up(username=name)
    body = {
        "email": first["email"].upper(),
        "password": PASSWORD,
        "first_name": "Eve",
        "last_name": "Copy",
        "birthday": "1990-12-10",
    }
    other = world.account()

    body |= {"email": new_email(), "username": name.upper()}
    faults = world.nobody.refused(409, "username_taken", "POST", "/v1/accounts", body)
    assert faults == ["/username"]
    taken = {"username": name}
    assert other.api.refused(409, "username_taken", "PATCH", "/v1/me", taken) == ["/username"]


def test_a_public_profile_shows_a_name_and_nothing_private(world: World) -> None:
    person, reader = world.account("mary"), world.account("reader")

    shown = reader.api.get(f"/v1/accounts/{person.profile['id']}")

    assert shown == {
        "id": person.profile["id"],
        "display_name": "Mary L.",
        "picture_url": None,
    }
    everybody = reader.api.pages("/v1/accounts", limit=7)
    assert shown in everybody
    assert len({one["id"] for one in everybody}) == len(everybody)
    assert person.email not in str(everybody)


def test_tokens_run_out_with_the_clock(
    world: World, start: StartWorld, shared_database: str
) -> None:
    person, guest = world.account(), world.guest()
    exchange = {"refresh_token": person.tokens["refresh_token"]}

    hour_later = start(url=shared_database, ahead_seconds=3601).nobody
    hour_later.signed(person.tokens["access_token"]).refused(401, "bad_token", "GET", "/v1/me")
    hour_later.signed(guest.token).get("/v1/pledges")
    renewed = hour_later.post("/v1/auth/token", exchange, status=200)
    half_year = start(url=shared_database, ahead_seconds=181 * 86_400).nobody

    last = {"refresh_token": renewed["refresh_token"]}
    half_year.refused(401, "bad_token", "POST", "/v1/auth/token", last)
    half_year.signed(guest.token).refused(401, "bad_token", "GET", "/v1/pledges")
