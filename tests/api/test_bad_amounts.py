"""Amounts and ways to pay that cannot be: each is refused, names the field, and changes nothing."""

import json
from typing import Any

import pytest

from tests.api.world import Seat, World, new_id, pledge_of
from tests.support.http import Json

# It is refused before any database hears of it.
pytestmark = pytest.mark.nightly("postgres")

NOT_WHOLE = [25.0, 25.5, "2500", True, None, [], {}, 1e3]
OUT_OF_RANGE = [0, -1, -2500, 100_000_000, 10**12, 2**63, 10**400]


def money(amount: object, currency: object = "USD") -> Json:
    return {"amount_minor": amount, "currency": currency}


def charges(seat: Seat) -> int:
    return len(seat.shared.world.sandbox.payments("item", seat.shared.item_id))


@pytest.mark.parametrize("amount", NOT_WHOLE + OUT_OF_RANGE, ids=lambda a: repr(a)[:20])
@pytest.mark.usefixtures("unchanged")
def test_an_amount_is_a_positive_whole_number_of_eight_digits_at_most(
    seat: Seat, amount: object
) -> None:
    pledge = {**pledge_of(), "amount": money(amount)}
    del pledge["whole"]
    item = {"title": "Car", "price": money(amount)}

    assert seat.giver.refused(422, "invalid", "POST", seat.shared.pledges, pledge) == [
        "/amount/amount_minor"
    ]
    assert seat.owner.refused(422, "invalid", "POST", seat.items, item) == ["/price/amount_minor"]
    path = f"{seat.items}/{seat.shared.item_id}"
    patch = {"price": money(amount)}
    assert seat.owner.refused(422, "invalid", "PATCH", path, patch) == ["/price/amount_minor"]
    assert charges(seat) == 1


@pytest.mark.parametrize(
    ("currency", "code", "pointer"),
    [
        ("EUR", "wrong_currency", "/amount/currency"),
        ("XXX", "wrong_currency", "/amount/currency"),
        ("usd", "invalid", "/amount/currency"),
        ("US", "invalid", "/amount/currency"),
        ("USD\n", "invalid", "/amount/currency"),
        ("\uff35\uff33\uff24", "invalid", "/amount/currency"),
        ("", "invalid", "/amount/currency"),
        (None, "invalid", "/amount/currency"),
        (840, "invalid", "/amount/currency"),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_pledge_is_in_the_currency_of_its_list(
    seat: Seat, currency: object, code: str, pointer: str
) -> None:
    body = {**pledge_of(), "amount": money(500, currency)}
    del body["whole"]

    assert seat.giver.refused(422, code, "POST", seat.shared.pledges, body) == [pointer]
    assert charges(seat) == 1


@pytest.mark.parametrize("currency", ["EUR", "XXX", "JPY"])
@pytest.mark.usefixtures("unchanged")
def test_a_price_is_in_the_currency_of_its_list(seat: Seat, currency: str) -> None:
    body: Json = {"title": "Car", "price": money(5000, currency)}

    faults = seat.owner.refused(422, "bad_price", "POST", seat.items, body)

    assert faults == ["/price/currency"]


@pytest.mark.parametrize("currency", ["XXX", "ZZZ", "BTC", "KWD"])
@pytest.mark.usefixtures("unchanged")
def test_a_list_has_a_currency_that_cards_are_charged_in(seat: Seat, currency: str) -> None:
    body = {"title": "Ten", "currency": currency, "deadline": "2027-01-01T00:00:00Z"}

    assert seat.owner.refused(422, "unknown_currency", "POST", "/v1/lists", body) == ["/currency"]


@pytest.mark.parametrize(
    ("amount", "status", "code", "pointers"),
    [
        (49, 422, "amount_too_small", ["/amount/amount_minor"]),
        (1, 422, "amount_too_small", ["/amount/amount_minor"]),
        (1001, 409, "pledge_exceeds_remaining", []),
        (99_999_999, 409, "pledge_exceeds_remaining", []),
        (999, 409, "unpayable_rest", []),
        (951, 409, "unpayable_rest", []),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_pledge_fits_what_is_left_and_what_cards_can_pay(
    seat: Seat, amount: int, status: int, code: str, pointers: list[str]
) -> None:
    faults = seat.giver.refused(status, code, "POST", seat.shared.pledges, pledge_of(amount))

    assert faults == pointers
    assert charges(seat) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": money(500)}, "invalid"),
        ({"whole": False}, "invalid"),
        ({"whole": "true"}, "invalid"),
        ({"whole": 1}, "invalid"),
        ({"whole": None}, "invalid"),
        ({"amount": None, "whole": None}, "invalid"),
        ({"amount": 500, "whole": None}, "invalid"),
        ({"token": "tok_visa"}, "invalid"),
        ({"payment_method": None}, "invalid"),
        ({"payment_method": ""}, "invalid"),
        ({"payment_method": "tok_visa"}, "invalid"),
        ({"payment_method": "4242424242424242"}, "invalid"),
        ({"payment_method": "pm_card_visa\n"}, "invalid"),
        ({"payment_method": "pm_" + "x" * 201}, "invalid"),
        ({"payment_method": "pm_../../refunds"}, "invalid"),
        ({"payment_method": None, "token": "pm_card_visa"}, "invalid"),
        ({"show_name": "yes"}, "invalid"),
        ({"show_name": 1}, "invalid"),
        ({"show_name": None}, "invalid"),
        ({"message": "x" * 501}, "invalid"),
        ({"message": None}, "invalid"),
        ({"message": "a\x07b"}, "invalid"),
        ({"message": "a\x1b[2Jb"}, "invalid"),
        ({"message": "a\x00b"}, "invalid"),
        ({"message": "a\ud800b"}, "invalid"),
        ({"id": None}, "invalid"),
        ({"id": ""}, "invalid"),
        ({"id": 5}, "invalid"),
        ({"id": "not-an-id"}, "invalid"),
        ({"id": "x" * 10_000}, "invalid"),
        ({"id": "{7b6f6f3e-6f55-4c38-a1e3-0a1c3f0c1f2a}"}, "invalid"),
        ({"id": "urn:uuid:7b6f6f3e-6f55-4c38-a1e3-0a1c3f0c1f2a"}, "invalid"),
        ({"id": "7b6f6f3e6f554c38a1e30a1c3f0c1f2a"}, "invalid"),
    ],
    ids=lambda value: repr(value)[:40],
)
@pytest.mark.usefixtures("unchanged")
def test_a_pledge_says_one_thing_only(seat: Seat, change: Json, code: str) -> None:
    body = {**pledge_of(), **change}

    faults = seat.giver.refused(422, code, "POST", seat.shared.pledges, body)

    named = {pointer.split("/")[1] for pointer in faults if pointer}
    assert named <= change.keys()
    # What is wrong with the whole, two things or none of two, has no field of its own.
    assert named or {"amount", "whole", "payment_method", "token"} & change.keys()
    assert charges(seat) == 1


@pytest.mark.parametrize("body", [{}, [], "x", 5, None, True, [{"id": 1}]], ids=repr)
@pytest.mark.usefixtures("unchanged")
def test_a_pledge_is_an_object_with_what_it_needs(seat: Seat, body: Any) -> None:
    content = json.dumps(body).encode()
    faults = seat.giver.refused(422, "invalid", "POST", seat.shared.pledges, content=content)

    assert faults == (["/id"] if body == {} else [""])


def test_a_payment_method_that_stripe_does_not_know_frees_the_room(seat: Seat) -> None:
    world = seat.shared.world
    shared, giver = world.shared(price=5000), world.guest()
    body = pledge_of(payment_method="pm_nobody_knows")

    for _ in range(2):
        giver.refused(422, "bad_payment_method", "POST", shared.pledges, body)

    assert giver.get(f"/v1/pledges/{body['id']}")["state"] == "declined"
    assert shared.funding(giver)["remaining"]["amount_minor"] == 5000


def test_nothing_can_be_pledged_where_there_is_nothing_to_pledge_for(world: World) -> None:
    shared, other, giver = world.shared(price=5000), world.shared(), world.guest()
    owner, items = shared.owner.api, f"/v1/lists/{shared.list_id}/items"
    withdrawn = world.item(owner, shared.list_id)["id"]
    owner.delete(f"{items}/{withdrawn}")

    for item_id in (withdrawn, other.item_id, new_id()):
        path = shared.pledges.replace(shared.item_id, item_id)
        assert giver.refused(404, "item_not_found", "POST", path, pledge_of(100)) == []
    for token in ("wsl_" + "A" * 43, shared.list_id, "x"):
        path = shared.pledges.replace(shared.token, token)
        giver.refused(404, "list_not_found", "POST", path, pledge_of(100))
    shared.paid(giver)
    giver.refused(409, "item_not_open", "POST", shared.pledges, pledge_of())
    owner.delete(f"/v1/lists/{shared.list_id}/share")
    giver.refused(404, "list_not_found", "POST", shared.pledges, pledge_of())


def test_a_whole_price_stays_within_eight_digits_whatever_the_quantity(world: World) -> None:
    owner = world.account().api
    items = f"/v1/lists/{world.list(owner)['id']}/items"
    item = {"title": "Car", "price": money(50_000_000), "quantity": 1}
    path = f"{items}/{owner.post(items, item)['id']}"

    faults = owner.refused(422, "bad_price", "PATCH", path, {"quantity": 2})
    assert "/quantity" in faults
    tiny = {"title": "Pin", "price": money(1), "quantity": 49}
    assert owner.refused(422, "bad_price", "POST", items, tiny)
    assert owner.post(items, {**tiny, "quantity": 50})["quantity"] == 50
