"""Guests: a confirmed address becomes a visitor pass, and an owner gets none for the own list."""

from typing import Final

import pytest

from tests.api.world import PASSWORD, World, new_email, pledge_of
from tests.support.http import somewhere
from tests.support.mailbox import CODE

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")

CONFIRM: Final = "/v1/visitors/confirm"


def test_a_code_from_the_mail_becomes_a_pass_that_opens_every_shared_list(world: World) -> None:
    first, second = world.shared(), world.shared()

    guest = world.guest("Grace")

    assert guest.token is not None
    for shared in (first, second):
        assert guest.get(f"/v1/shared/{shared.token}")["view"] == "giver"
        assert shared.funding(guest)["state"] == "open"


def test_a_code_is_good_once_and_with_its_id_only(world: World) -> None:
    address = new_email("grace")
    mine, code = _asked(world, address)
    other, other_code = _asked(world, new_email("eve"))

    for mixed in ({"id": other, "code": code}, {"id": mine, "code": other_code}):
        faults = world.nobody.refused(422, "code_not_valid", "POST", CONFIRM, mixed)
        assert faults == ["/code"]
    pasted = {"id": mine, "code": f" {code.lower().replace('-', ' ')} "}
    world.nobody.post(CONFIRM, pasted, status=200)

    world.nobody.refused(422, "code_not_valid", "POST", CONFIRM, pasted)


def test_the_fifth_wrong_try_ends_a_code(world: World) -> None:
    mine, code = _asked(world, new_email("grace"))

    for _ in range(5):
        wrong = {"id": mine, "code": "AAAA-AAAA"}
        world.nobody.refused(422, "code_not_valid", "POST", CONFIRM, wrong)

    world.nobody.refused(422, "code_not_valid", "POST", CONFIRM, {"id": mine, "code": code})


def test_strangers_neither_name_nor_block_nor_void_a_guest(world: World) -> None:
    shared, giver = world.shared(), world.guest("Gus")
    address = new_email("grace")
    stranger = {"X-Forwarded-For": somewhere()}
    mine, code = _asked(world, address)

    for _ in range(7):  # More than an address gets letters for, from one network.
        body = {"name": "Ada is ugly", "email": address}
        theirs = world.nobody.post("/v1/visitors", body, status=202, headers=stranger)["id"]
        for guess in (code, "AAAA-AAAA"):
            wrong = {"id": theirs, "code": guess}
            answer = world.nobody.send("POST", CONFIRM, wrong, headers=stranger)
            assert (answer.status_code, answer.json()["code"]) == (422, "code_not_valid")
    again, newest = _asked(world, address)

    made = [
        world.nobody.post(CONFIRM, {"id": asked, "code": right}, status=200)["visitor_token"]
        for asked, right in ((mine, code), (again, newest))
    ]
    shared.paid(world.nobody.signed(made[0]), 2_500, show_name=True)
    assert [one["name"] for one in shared.funding(giver)["givers"]] == ["Grace"]


def test_the_answer_is_the_same_for_every_address_and_an_account_gets_another_letter(
    world: World,
) -> None:
    known, unknown = world.sign_up()["email"], new_email()
    home = {"X-Forwarded-For": somewhere()}

    answers = [
        world.nobody.send("POST", "/v1/visitors", {"name": "G", "email": address}, headers=home)
        for address in (known, unknown, *[unknown] * 6)
    ]

    said = [answer.json() for answer in answers]
    assert {(answer.status_code, len(answer.content)) for answer in answers} == {
        (202, len(answers[0].content))
    }
    assert [one.keys() for one in said] == [{"id", "expires_in"}] * 8
    assert {one["expires_in"] for one in said} == {1800}
    assert len({one["id"] for one in said}) == 8
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1
    assert "sign in" in world.letters(known)[-1].lower()
    assert len(world.letters(unknown)) == 5, "No more go out in an hour for one network."


def test_an_owner_gets_no_pass_for_the_own_address(world: World) -> None:
    shared = world.shared()

    body = {"name": "Olga", "email": shared.owner.email}
    asked = world.nobody.post("/v1/visitors", body, status=202)["id"]

    letter = world.letters(shared.owner.email)[-1]
    assert "sign in" in letter
    assert not CODE.findall(letter)
    guess = {"id": asked, "code": "AAAA-AAAA"}
    world.nobody.refused(422, "code_not_valid", "POST", CONFIRM, guess)


@pytest.mark.parametrize("amount", [None, 100, 10**7])
def test_a_pass_from_before_the_owner_signed_up_is_the_owners_seat(
    world: World, amount: int | None
) -> None:
    address = new_email("olga")
    early = world.guest("Olga", address=address)
    owner = world.account("olga", address=address)
    made = world.list(owner.api)
    item = world.item(owner.api, made["id"])
    token = owner.api.post(f"/v1/lists/{made['id']}/share")["token"]

    seen = early.send("GET", f"/v1/shared/{token}")
    pledges = f"/v1/shared/{token}/items/{item['id']}/pledges"
    refusal = early.send("POST", pledges, pledge_of(amount))

    assert seen.content == world.nobody.send("GET", f"/v1/shared/{token}").content
    assert (refusal.status_code, refusal.json()["code"]) == (403, "own_item")


def test_a_code_sent_before_somebody_signed_up_is_worth_nothing_afterwards(world: World) -> None:
    address = new_email("olga")
    asked, code = _asked(world, address)
    world.sign_up("olga", address=address)

    body = {"id": asked, "code": code}
    world.nobody.refused(422, "code_not_valid", "POST", CONFIRM, body)


def test_a_pass_is_no_access_token_and_an_access_token_no_pass(world: World) -> None:
    guest, person = world.guest(), world.account()
    list_id = world.list(person.api)["id"]

    for method, path in (
        ("GET", "/v1/me"),
        ("GET", "/v1/lists"),
        ("POST", "/v1/lists"),
        ("GET", f"/v1/lists/{list_id}"),
        ("DELETE", f"/v1/lists/{list_id}"),
        ("GET", "/v1/accounts"),
    ):
        guest.refused(401, "bad_token", method, path)
    # An account may give as well: its token opens what a pass opens.
    assert person.api.get("/v1/pledges")["items"] == []
    exchange = {"refresh_token": guest.token}
    world.nobody.refused(401, "bad_token", "POST", "/v1/auth/token", exchange)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x y é", "Basic b2xnYTpzZWNyZXQ=", "bearer\twat_x", "x" * 600],
)
def test_a_broken_authorization_is_an_error_and_no_anonymous_visit(
    world: World, header: str
) -> None:
    shared = world.shared()

    for method, path in (
        ("GET", f"/v1/shared/{shared.token}"),
        ("GET", "/v1/me"),
        ("GET", "/v1/pledges"),
        ("POST", shared.pledges),
    ):
        answer = world.nobody.client.request(
            method, path, headers=[(b"Authorization", header.encode("utf-8"))]
        )
        world.nobody.contract.check(answer)
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("prefix", ["wat_", "wrt_", "wvp_", "wsl_", ""])
def test_a_forged_token_is_refused_whatever_it_looks_like(world: World, prefix: str) -> None:
    forged = world.nobody.signed(prefix + "A" * 43)

    forged.refused(401, "bad_token", "GET", "/v1/me")
    forged.refused(401, "bad_token", "GET", "/v1/pledges")
    forged.refused(401, "bad_token", "GET", "/v1/shared/anything")


def test_a_refresh_token_or_a_share_token_is_no_access_token(world: World) -> None:
    shared = world.shared()

    for token in (shared.owner.tokens["refresh_token"], shared.token, PASSWORD.replace(" ", "")):
        world.nobody.signed(token).refused(401, "bad_token", "GET", "/v1/me")
        world.nobody.signed(token).refused(401, "bad_token", "GET", "/v1/pledges")
    access = {"refresh_token": shared.owner.api.token}
    world.nobody.refused(401, "bad_token", "POST", "/v1/auth/token", access)


def _asked(world: World, address: str) -> tuple[str, str]:
    """Ask for a code by the name of Grace; return the id, and the code from the letter."""
    asked = world.nobody.post("/v1/visitors", {"name": "Grace", "email": address}, status=202)
    return str(asked["id"]), world.code_for(address)
