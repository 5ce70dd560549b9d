"""Pledges over HTTP, with the sandbox's book as the witness of what was charged."""

import socket

import pytest

from tests.api.world import Shared, World, new_id, pledge_of, press
from tests.support.http import SECRETS, Api, Json
from tests.support.server import eventually


def test_an_account_and_a_guest_pay_for_a_gift_together(world: World) -> None:
    shared = world.shared(price=10_000)
    account, guest = world.account().api, world.guest("Grace")

    answer = shared.pledge(account, 4000, message="For you", show_name=True)
    first = answer.json()
    second = shared.paid(guest)

    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/pledges/{first['id']}"
    assert (first["state"], first["amount"]["amount_minor"]) == ("paid", 4000)
    assert second["amount"] == {"amount_minor": 6000, "currency": "USD"}
    assert shared.charged(first["id"]) == 4000
    assert shared.charged(second["id"]) == 6000
    for giver in (account, guest):
        funding = shared.funding(giver)
        assert funding["state"] == "reserved"
        assert funding["remaining"]["amount_minor"] == 0
        assert funding["givers"] == [{"name": "Ada", "message": "For you"}]


@pytest.mark.parametrize("gone", ["list", "link"])
def test_a_pledge_whose_list_or_link_is_gone_is_found_at_its_own_address(
    world: World, gone: str
) -> None:
    shared, giver = world.shared(), world.guest()
    made, never = pledge_of(2500), pledge_of(2500)
    giver.post(shared.pledges, made)
    path = f"/v1/lists/{shared.list_id}"
    if gone == "list":
        shared.owner.api.delete(path)
    else:
        shared.owner.api.post(f"{path}/share")

    for body in (made, never):
        giver.refused(404, "list_not_found", "POST", shared.pledges, body)

    assert giver.get(f"/v1/pledges/{made['id']}")["paid_at"] is not None
    assert shared.charged(made["id"]) == 2500
    giver.refused(404, "pledge_not_found", "GET", f"/v1/pledges/{never['id']}")
    assert shared.charged(never["id"]) == 0


def test_a_card_token_pays_as_well_as_a_payment_method(world: World) -> None:
    shared, giver = world.shared(), world.guest()
    body = pledge_of(2500, token="tok_visa")
    del body["payment_method"]

    made = giver.post(shared.pledges, body)

    assert made["state"] == "paid"
    assert shared.charged(made["id"]) == 2500


def test_a_declined_card_is_refused_with_its_reason_and_frees_the_room(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    body = pledge_of(payment_method="pm_card_visa_chargeDeclinedInsufficientFunds")

    for _ in range(2):  # The same request again is the same answer.
        answer = giver.send("POST", shared.pledges, body)
        assert (answer.status_code, answer.json()["code"]) == (402, "card_declined")
        assert answer.json()["decline_code"] == "insufficient_funds"

    assert giver.get(f"/v1/pledges/{body['id']}")["state"] == "declined"
    assert shared.charged(body["id"]) == 0
    assert shared.paid(giver)["amount"]["amount_minor"] == 5000


@pytest.mark.parametrize(("button", "state"), [("approve", "paid"), ("refuse", "declined")])
def test_a_bank_that_asks_is_answered_on_its_page_and_tells_us(
    world: World, button: str, state: str
) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    body = pledge_of(payment_method="pm_card_authenticationRequired")

    answer = giver.send("POST", shared.pledges, body)
    made = answer.json()

    assert answer.status_code == 202
    assert made["state"] == "action_required"
    action = made["next_action"]
    assert action["client_secret"].startswith("pi_")
    assert giver.get(f"/v1/pledges/{made['id']}")["next_action"] == action
    assert giver.get("/v1/pledges")["items"][0]["next_action"] is None
    assert shared.funding(giver)["remaining"]["amount_minor"] == 0, "The room is held."

    press(world, action["url"], button)

    # Not asked for by the giver, who would look it up: the notice alone has to do it.
    def known() -> bool:
        funding = shared.funding(giver)
        seen = (funding["state"], funding["remaining"]["amount_minor"])
        return seen == (("reserved", 0) if state == "paid" else ("open", 5000))

    eventually(known, what="the notice was acted upon")
    assert giver.get(f"/v1/pledges/{made['id']}")["state"] == state
    assert giver.get(f"/v1/pledges/{made['id']}")["next_action"] is None
    assert shared.charged(made["id"]) == (5000 if state == "paid" else 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("drop_after", "*/payment_intents"),
        ("drop_after", "*/confirm"),
        ("status_after", "*/confirm"),
        ("truncate", "*/confirm"),
    ],
)
def test_a_lost_answer_of_stripes_and_a_retry_charge_once(
    world: World, action: str, path: str
) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    body = pledge_of()

    with world.sandbox.fault(action=action, path=path, method="POST", times=10):
        lost = giver.send("POST", shared.pledges, body)
    assert lost.status_code in {201, 202, 503}, lost.text
    again = giver.send("POST", shared.pledges, body)

    assert again.status_code in {200, 202}, again.text
    shared.becomes(giver, body["id"], "paid")
    assert shared.charged(body["id"]) == 5000
    assert giver.send("POST", shared.pledges, body).status_code == 200
    assert shared.charged(body["id"]) == 5000


def test_a_repeated_request_is_answered_with_the_pledge_as_it_is_now(world: World) -> None:
    shared, giver = world.shared(), world.guest()
    body = pledge_of(2500)
    first = giver.post(shared.pledges, body)

    again = giver.send("POST", shared.pledges, body)

    assert again.status_code == 200
    assert again.json() == first
    assert giver.get("/v1/pledges")["items"] == [first]


def test_one_id_is_one_pledge_whoever_uses_it_and_for_whatever(world: World) -> None:
    shared, giver, other = world.shared(), world.guest(), world.guest()
    elsewhere = world.shared()
    body = pledge_of(2500)
    made = giver.post(shared.pledges, body)

    for change in (
        {"amount": {"amount_minor": 2600, "currency": "USD"}},
        {"message": "Another word"},
        {"show_name": True},
        {"payment_method": "pm_card_mastercard"},
    ):
        giver.refused(409, "id_reused", "POST", shared.pledges, {**body, **change})
    other.refused(409, "id_reused", "POST", shared.pledges, body)
    giver.refused(409, "id_reused", "POST", elsewhere.pledges, body)

    assert giver.get(f"/v1/pledges/{body['id']}") == made
    other.refused(404, "pledge_not_found", "GET", f"/v1/pledges/{body['id']}")
    assert shared.charged(body["id"]) == 2500


def test_a_giver_who_hangs_up_in_the_middle_has_paid_once(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    body = pledge_of()
    world.sandbox.notify(None)

    with world.sandbox.fault(action="hold_before", path="*/payment_intents", method="POST"):
        _hang_up(world, giver, shared, body)
        assert shared.charged(body["id"]) == 0
        assert giver.get(f"/v1/pledges/{body['id']}")["state"] == "processing"

    # Nobody asks for the pledge, and no notice comes: the request itself has to go on.
    eventually(lambda: shared.funding(giver)["state"] == "reserved", what="it is paid")
    assert giver.get(f"/v1/pledges/{body['id']}")["state"] == "paid"
    assert giver.send("POST", shared.pledges, body).status_code == 200
    assert shared.charged(body["id"]) == 5000
    assert shared.funding(giver)["state"] == "reserved"


def _hang_up(world: World, giver: Api, shared: Shared, body: Json) -> None:
    """Send a whole request and close the connection without waiting for the answer."""
    request = giver.client.build_request("POST", shared.pledges, json=body)
    head = f"POST {shared.pledges} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {giver.token}\r\nContent-Length: {len(request.content)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", world.server.port), timeout=5) as connection:
        connection.sendall(head.encode() + request.content)
        held = "the charge is on its way"
        eventually(world.sandbox.is_holding, what=held)


def test_ones_own_pledges_are_paged_newest_first_and_are_nobody_elses(world: World) -> None:
    shared, giver, other = world.shared(), world.account().api, world.guest()
    made = [shared.paid(giver, 100 + n) for n in range(5)]
    shared.paid(other, 500)

    assert giver.pages("/v1/pledges", limit=2) == made[::-1]
    assert [pledge["amount"]["amount_minor"] for pledge in other.get("/v1/pledges")["items"]] == [
        500
    ]
    for method in ("GET", "DELETE"):
        path = f"/v1/pledges/{made[0]['id']}"
        other.refused(404, "pledge_not_found", method, path)
        shared.owner.api.refused(404, "pledge_not_found", method, path)


def test_a_pledge_keeps_the_item_as_it_was(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    made = shared.paid(giver, 1000)
    path = f"/v1/lists/{shared.list_id}/items/{shared.item_id}"

    price = {"amount_minor": 9_000, "currency": "USD"}
    shared.owner.api.patch(path, {"title": "Car", "price": price})

    assert giver.get(f"/v1/pledges/{made['id']}")["item"] == made["item"]
    assert made["item"]["title"] == "Bicycle"
    assert shared.funding(giver)["remaining"]["amount_minor"] == 8000


def test_a_pledge_is_taken_back_while_the_item_is_not_reserved(world: World) -> None:
    shared, giver, other = world.shared(price=5000), world.guest(), world.guest()
    made = shared.paid(giver, 1000)
    path = f"/v1/pledges/{made['id']}"

    giver.delete(path)

    assert giver.get(path)["state"] == "refund_pending"
    assert giver.get(path)["refund_reason"] == "giver"
    giver.refused(409, "pledge_not_returnable", "DELETE", path)
    rest = shared.paid(other, 4000)
    other.delete(f"/v1/pledges/{rest['id']}")


def test_a_pledge_for_a_reserved_item_stays(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    made = shared.paid(giver)

    giver.refused(409, "pledge_not_returnable", "DELETE", f"/v1/pledges/{made['id']}")

    assert giver.get(f"/v1/pledges/{made['id']}")["state"] == "paid"


def test_a_payment_that_waits_for_the_bank_is_taken_back_at_once(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    body = pledge_of(payment_method="pm_card_authenticationRequired")
    made = giver.post(shared.pledges, body, status=202)

    giver.delete(f"/v1/pledges/{made['id']}")

    assert giver.get(f"/v1/pledges/{made['id']}")["state"] == "abandoned"
    assert shared.funding(giver)["remaining"]["amount_minor"] == 5000
    assert shared.charged(made["id"]) == 0


def test_what_is_left_is_told_to_whoever_wants_more(world: World) -> None:
    shared, giver = world.shared(price=5000), world.guest()
    shared.paid(giver, 3000)

    answer = shared.pledge(giver, 2001)

    assert (answer.status_code, answer.json()["code"]) == (409, "pledge_exceeds_remaining")
    assert answer.json()["remaining"] == {"amount_minor": 2000, "currency": "USD"}
    rest = shared.pledge(giver, 1960)
    assert (rest.status_code, rest.json()["code"]) == (409, "unpayable_rest")
    assert rest.json()["minimum"] == {"amount_minor": 50, "currency": "USD"}


def test_the_owner_is_refused_before_anything_is_looked_at(world: World) -> None:
    shared, other = world.shared(price=5000), world.shared()
    shared.paid(world.guest())
    owner = shared.owner.api
    answers = [
        owner.send("POST", shared.pledges, body)
        for body in (pledge_of(), pledge_of(100), pledge_of(10**8), {}, None, {"id": 5})
    ]
    answers += [
        owner.send("POST", shared.pledges, content=b"{", headers={"Content-Type": "text/html"}),
        owner.send("POST", shared.pledges, pledge_of(), params="unknown=1"),
        owner.send("POST", shared.pledges.replace(shared.item_id, new_id()), pledge_of()),
        owner.send("POST", shared.pledges.replace(shared.item_id, other.item_id), pledge_of()),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    rows = world.sandbox.payments("item", shared.item_id)
    assert [row["amount"] for row in rows] == [5000]


def test_somebody_anonymous_is_refused_before_anything_is_looked_at(world: World) -> None:
    shared = world.shared()
    paths = (
        shared.pledges,
        shared.pledges.replace(shared.item_id, new_id()),
        shared.pledges.replace(shared.token, "wsl_" + "x" * 43),
    )

    answers = [
        world.nobody.send("POST", path, body)
        for path in paths
        for body in (pledge_of(), {}, None, {"amount": 1})
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_secrets_are_collected_from_what_goes_over_the_wire(world: World) -> None:
    shared, giver = world.shared(), world.guest()
    body = pledge_of(2500)

    shared.world.nobody.signed(giver.token).post(shared.pledges, body)

    assert {giver.token, shared.token, shared.owner.email, body["payment_method"]} <= SECRETS
    assert body["id"] not in SECRETS
