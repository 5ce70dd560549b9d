"""Guests: a confirmed address becomes a visitor pass, and an owner gets none for the own list."""

import pytest

from tests.api.world import PASSWORD, World, new_email, pledge_of


def test_a_code_from_the_mail_becomes_a_pass_that_opens_every_shared_list(world: World) -> None:
    first, second = world.shared(), world.shared()

    guest = world.guest("Grace")

    assert guest.token is not None
    for shared in (first, second):
        assert guest.get(f"/v1/shared/{shared.token}")["view"] == "giver"
        assert shared.funding(guest)["state"] == "open"


def test_a_code_is_good_once_and_for_its_address_only(world: World) -> None:
    address, other = new_email("grace"), new_email("eve")
    for one in (address, other):
        world.nobody.post("/v1/visitors", {"name": "Grace", "email": one}, status=202)
    code = world.code_for(address)

    stolen = {"email": other, "code": code}
    pasted = {"email": address.upper(), "code": f" {code[:3]} {code[3:]} "}
    if world.code_for(other) != code:  # one in a million
        faults = world.nobody.refused(422, "wrong_code", "POST", "/v1/visitors/confirm", stolen)
        assert faults == ["/code"]
    world.nobody.post("/v1/visitors/confirm", pasted, status=200)

    world.nobody.refused(422, "wrong_code", "POST", "/v1/visitors/confirm", pasted)


def test_the_fifth_wrong_try_ends_a_code(world: World) -> None:
    address = new_email("grace")
    world.nobody.post("/v1/visitors", {"name": "Grace", "email": address}, status=202)
    code = world.code_for(address)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    for _ in range(5):
        body = {"email": address, "code": wrong}
        world.nobody.refused(422, "wrong_code", "POST", "/v1/visitors/confirm", body)

    body = {"email": address, "code": code}
    world.nobody.refused(422, "wrong_code", "POST", "/v1/visitors/confirm", body)


def test_the_answer_is_the_same_for_every_address_and_an_account_gets_another_letter(
    world: World,
) -> None:
    known, unknown = world.sign_up()["email"], new_email()

    answers = [
        world.nobody.send("POST", "/v1/visitors", {"name": "G", "email": address})
        for address in (known, unknown, *[unknown] * 6)
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1
    assert "sign in" in world.letters(known)[-1].lower()
    assert len(world.letters(unknown)) == 5, "No more than five letters go out in an hour."


def test_an_owner_gets_no_pass_for_the_own_address(world: World) -> None:
    shared = world.shared()

    body = {"name": "Olga", "email": shared.owner.email}
    world.nobody.post("/v1/visitors", body, status=202)

    letter = world.letters(shared.owner.email)[-1]
    assert "sign in" in letter
    digits = "".join(char if char.isdigit() else " " for char in letter).split()
    assert not any(len(number) == 6 for number in digits)
    guess = {"email": shared.owner.email, "code": "000000"}
    world.nobody.refused(422, "wrong_code", "POST", "/v1/visitors/confirm", guess)


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
    world.nobody.post("/v1/visitors", {"name": "Olga", "email": address}, status=202)
    code = world.code_for(address)
    world.sign_up("olga", address=address)

    body = {"email": address, "code": code}
    world.nobody.refused(422, "wrong_code", "POST", "/v1/visitors/confirm", body)


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
