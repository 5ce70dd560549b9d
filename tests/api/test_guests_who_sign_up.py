"""Guests who sign up keep what they gave, over HTTP: seen, paid to its end, and taken back."""

import json
import re
from typing import Final

import pytest

from tests.api.world import PASSWORD, World, new_email, pledge_of, press
from tests.support.http import Api, Json
from tests.support.server import eventually

pytestmark = pytest.mark.nightly("postgres")

_OWN: Final = {
    "ID": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "ADDRESS": r"[a-z0-9.]+@people\.example",
    "TIME": r"\d{4}-\d\d-\d\dT[0-9:.]+Z",
}


def test_who_signs_up_sees_and_takes_back_what_they_gave_as_a_guest(world: World) -> None:
    shared, address = world.shared(), new_email("grace")
    pledge = shared.paid(world.guest("Grace", address=address), 4_000, message="For you")
    path = f"/v1/pledges/{pledge['id']}"

    account, stranger = world.account("grace", address=address).api, world.account("eve").api

    assert account.get("/v1/pledges")["items"] == [pledge]
    assert account.get(path) == pledge
    for method in ("GET", "DELETE"):
        stranger.refused(404, "pledge_not_found", method, path)
        shared.owner.api.refused(404, "pledge_not_found", method, path)
    account.delete(path)
    assert account.get(path)["state"] in {"refund_pending", "refunded"}
    account.refused(409, "pledge_not_returnable", "DELETE", path)


def test_a_repetition_by_the_account_is_the_guests_pledge_and_no_new_one(world: World) -> None:
    shared, address = world.shared(price=1_000_000), new_email("grace")
    body = pledge_of(1_000)
    pledge = world.guest("Grace", address=address).post(shared.pledges, body)
    account = world.account("grace", address=address).api

    again = [account.send("POST", shared.pledges, body) for _ in range(31)]

    assert {answer.status_code for answer in again} == {200}
    assert [answer.json() for answer in again] == [pledge] * 31
    faulty = {**body, "message": "Another"}
    account.refused(409, "id_reused", "POST", shared.pledges, faulty)
    assert shared.charged(pledge["id"]) == 1_000
    assert shared.pledge(account, 1_000).headers["ratelimit-remaining"] == "29"


@pytest.mark.parametrize("is_approved", [True, False])
def test_an_account_goes_on_with_the_3d_secure_of_its_guest(
    world: World, is_approved: bool
) -> None:
    shared, address = world.shared(price=5_000), new_email("grace")
    body = pledge_of(payment_method="pm_card_authenticationRequired")
    guest = world.guest("Grace", address=address)
    made = guest.send("POST", shared.pledges, body).json()
    assert made["state"] == "action_required"
    path = f"/v1/pledges/{made['id']}"

    account = world.account("grace", address=address).api
    stranger = world.account("eve").api
    stranger.refused(404, "pledge_not_found", "GET", path)

    def seen() -> bool:
        # Stripe is asked every three seconds; in between there is no action to be seen.
        return bool(account.get(path)["next_action"] == made["next_action"])

    eventually(seen, what="the account is told what to do")
    if is_approved:
        press(world, made["next_action"]["url"], "approve")
        assert shared.becomes(account, made["id"], "paid")["id"] == made["id"]
    else:
        account.delete(path)
        assert account.get(path)["state"] == "abandoned"
        assert shared.funding(guest)["remaining"]["amount_minor"] == 5_000


def test_another_address_leaves_the_guests_pledges_to_whoever_has_the_old_one(
    world: World,
) -> None:
    shared, address, another = world.shared(), new_email("grace"), new_email("hopper")
    pledge = shared.paid(world.guest("Grace", address=address), 4_000)
    account = world.account("grace", address=address).api
    asked = account.post("/v1/me/email", {"email": another, "password": PASSWORD}, status=202)
    code = {"id": asked["id"], "code": world.code_for(another)}

    account.post("/v1/me/email/confirm", code, status=200)

    assert account.get("/v1/pledges")["items"] == []
    assert account.get("/v1/me/export")["pledges"] == []
    again = world.guest("Grace", address=address)
    assert again.get("/v1/pledges")["items"] == [pledge]


def test_an_owner_who_takes_the_address_of_a_giver_is_told_nothing(world: World) -> None:
    shared, address = world.shared(), new_email("family")
    guest = world.guest("Grace", address=address)
    pledge = shared.paid(guest, 4_000)
    owner, path = shared.owner.api, f"/v1/pledges/{pledge['id']}"
    quiet = world.shared().owner.api

    _take_address(world, owner, address)
    _take_address(world, quiet, new_email("family"))

    assert owner.get("/v1/pledges")["items"] == []
    assert _masked(owner.get("/v1/me/export")) == _masked(quiet.get("/v1/me/export"))
    for method in ("GET", "DELETE"):
        unknown = owner.send(method, f"/v1/pledges/{shared.item_id}").json()
        assert owner.send(method, path).json() == unknown
    assert guest.get(path)["state"] == "paid"


def test_an_export_names_the_guest_of_what_it_tells(world: World) -> None:
    shared, address = world.shared(), new_email("grace")
    guest = world.guest("Grace", address=address)
    account = world.account("hopper", address=address).api
    assert account.get("/v1/me/export")["guest"] is None

    pledge = shared.paid(guest, 4_000)

    export = account.get("/v1/me/export")
    assert export["pledges"] == [pledge]
    assert export["guest"]["name"] == "Grace"


def _take_address(world: World, owner: Api, address: str) -> None:
    asked = owner.post("/v1/me/email", {"email": address, "password": PASSWORD}, status=202)
    code = {"id": asked["id"], "code": world.code_for(address)}
    owner.post("/v1/me/email/confirm", code, status=200)


def _masked(export: Json) -> str:
    """Return all of an export but what no two people have in common, in this world or another."""
    text = json.dumps(export, indent=1)
    for what, pattern in _OWN.items():
        text = re.sub(pattern, what, text)
    return text
