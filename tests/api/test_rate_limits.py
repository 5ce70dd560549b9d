"""Limits as front ends meet them, with several server processes on one database."""

import itertools

import httpx
import pytest

from tests.api.conftest import StartWorld
from tests.api.world import PASSWORD, World, new_email, new_id, pledge_of
from tests.support.http import somewhere

pytestmark = [pytest.mark.nightly("postgres"), pytest.mark.slow]

WRONG = "not this one, certainly"


def _sign_in(world: World, address: str, password: str, network: str = "") -> httpx.Response:
    credentials = {"email": address, "password": password}
    headers = {"X-Forwarded-For": network or somewhere()}
    return world.nobody.send("POST", "/v1/auth/token", credentials, headers=headers)


def test_wrong_passwords_for_one_name_end_in_429_with_its_headers(world: World) -> None:
    known, unknown = world.account(), new_email()

    for address in (known.email, unknown):
        left = [_sign_in(world, address, WRONG) for _ in range(10)]
        assert {answer.status_code for answer in left} == {401}
        assert [int(answer.headers["ratelimit-remaining"]) for answer in left] == [
            *range(9, -1, -1)
        ]
        refused = _sign_in(world, address, PASSWORD)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(refused.headers["retry-after"]) <= 300
        assert refused.headers["ratelimit-limit"] == "10"
        assert refused.headers["ratelimit-remaining"] == "0"
        assert refused.headers["ratelimit-policy"] == "10;w=300"
        assert refused.headers["ratelimit-reset"] == refused.headers["retry-after"]


def test_two_processes_on_one_database_allow_no_more_than_one(
    world: World, start: StartWorld, shared_database: str
) -> None:
    other = start(url=shared_database)
    network = somewhere()
    answers = [
        _sign_in(each, new_email(), WRONG, network).status_code
        for each, _ in zip(itertools.cycle((world, other)), range(14), strict=False)
    ]

    assert answers == [401] * 10 + [429] * 4


def test_who_signed_in_here_before_is_not_locked_out_by_strangers(world: World) -> None:
    person, home = world.account(), somewhere()
    assert _sign_in(world, person.email, PASSWORD, home).status_code == 200
    for _ in range(10):
        _sign_in(world, person.email, WRONG)

    assert _sign_in(world, person.email, PASSWORD).status_code == 429
    assert _sign_in(world, person.email, PASSWORD, home).status_code == 200


def test_an_address_that_a_client_makes_up_counts_only_behind_a_proxy(start: StartWorld) -> None:
    world = start(WISH_PROXIES_COUNT="0")
    answers = [_sign_in(world, new_email(), WRONG).status_code for _ in range(11)]

    assert answers == [401] * 10 + [429]


def test_limits_can_be_switched_off_for_a_load_test(start: StartWorld) -> None:
    world = start(WISH_RATE_LIMITS="false")
    answers = [_sign_in(world, "ada@example.org", WRONG) for _ in range(15)]

    assert {answer.status_code for answer in answers} == {401}
    assert not [answer for answer in answers if "ratelimit-limit" in answer.headers]


def test_a_giver_makes_thirty_pledges_an_hour(world: World) -> None:
    shared, giver = world.shared(price=1_000_000), world.account("grace")
    first = shared.pledge(giver.api, 1_000)
    assert first.headers["ratelimit-limit"] == "30"
    assert first.headers["ratelimit-remaining"] == "29"

    bodies = [pledge_of(1_000) for _ in range(30)]
    answers = [giver.api.send("POST", shared.pledges, body) for body in bodies]
    assert [answer.status_code for answer in answers] == [201] * 29 + [429]
    assert int(answers[-1].headers["retry-after"]) > 3500
    assert giver.api.send("GET", "/v1/pledges").status_code == 200
    assert shared.pledge(world.guest(), 1_000).status_code == 201, "Others have their own."


def test_the_same_pledge_sent_again_does_not_count(world: World) -> None:
    shared, giver = world.shared(price=1_000_000), world.guest()
    body = pledge_of(1_000)
    assert giver.send("POST", shared.pledges, body).status_code == 201

    again = [giver.send("POST", shared.pledges, body) for _ in range(31)]

    assert {answer.status_code for answer in again} == {200}
    assert shared.pledge(giver, 1_000).headers["ratelimit-remaining"] == "28"


def test_who_sends_the_same_again_while_stripe_does_not_answer_is_not_locked_out(
    world: World,
) -> None:
    shared, giver = world.shared(price=1_000_000), world.guest()
    body = pledge_of(1_000)
    # An answer that cannot be read is none, and the SDK does not wait and ask again.
    fault = {"action": "malformed", "body": "", "path": "/v1/payment_intents", "times": None}
    with world.sandbox.fault(**fault):
        told = [giver.send("POST", shared.pledges, body) for _ in range(32)]
    assert {(one.status_code, one.json()["code"]) for one in told} == {
        (503, "payments_unavailable")
    }

    assert giver.send("POST", shared.pledges, body).json()["state"] == "paid"
    assert shared.charged(body["id"]) == 1_000
    assert shared.pledge(giver, 1_000).headers["ratelimit-remaining"] == "28"


def test_each_card_that_is_tried_counts_and_its_refusal_sent_again_does_not(world: World) -> None:
    shared, giver = world.shared(price=1_000_000), world.guest()
    bodies = [pledge_of(1_000, payment_method="pm_card_chargeDeclined") for _ in range(31)]
    answers = [giver.send("POST", shared.pledges, body) for body in bodies]
    assert [answer.status_code for answer in answers] == [402] * 30 + [429]

    again = [giver.send("POST", shared.pledges, body) for body in bodies]
    assert [answer.status_code for answer in again] == [402] * 30 + [429]
    assert (
        giver.send("POST", shared.pledges, {**bodies[0], "payment_method": "pm_card_visa"}).json()[
            "code"
        ]
        == "id_reused"
    ), "One id is one card."


def test_what_made_no_pledge_does_not_count(world: World) -> None:
    shared, giver = world.shared(price=1_000_000), world.guest()
    gone = shared.pledges.replace(shared.item_id, new_id())
    answers = [giver.send("POST", gone, pledge_of(1_000)) for _ in range(31)]
    assert {answer.status_code for answer in answers} == {404}

    assert shared.pledge(giver, 1_000).headers["ratelimit-remaining"] == "29"


def test_twenty_refusals_an_hour_for_one_item_and_nothing_charged(world: World) -> None:
    shared, giver = world.shared(price=10_000), world.guest()
    answers = [shared.pledge(giver, 10_001 + number) for number in range(21)]

    assert [answer.status_code for answer in answers] == [409] * 20 + [429]
    assert shared.funding(world.guest())["pledged"]["amount_minor"] == 0
    other = world.shared(price=10_000)
    assert other.pledge(giver, 1_000).status_code == 201, "Each item has its own."


def test_an_owner_is_refused_the_same_however_often_and_counts_for_nobody(world: World) -> None:
    shared = world.shared()
    answers = [shared.pledge(shared.owner.api, 10_001) for _ in range(35)]

    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert not [answer for answer in answers if "ratelimit-limit" in answer.headers]
    world.nobody.refused(401, "unauthenticated", "POST", shared.pledges, pledge_of(1_000))


def test_links_that_lead_nowhere_are_counted_and_those_that_lead_somewhere_never(
    world: World,
) -> None:
    shared, home = world.shared(), {"X-Forwarded-For": somewhere()}
    paths = [f"/v1/shared/wsl_{number}" for number in range(61)]
    missed = [world.nobody.send("GET", path, headers=home) for path in paths]

    assert [answer.status_code for answer in missed] == [404] * 60 + [429]
    assert not [answer for answer in missed[:60] if "ratelimit-limit" in answer.headers]
    found = [world.nobody.send("GET", f"/v1/shared/{shared.token}", headers=home) for _ in "ab"]
    assert {answer.status_code for answer in found} == {200}
    assert not [answer for answer in found if "ratelimit-limit" in answer.headers]
    guest = world.guest()
    assert guest.send("GET", paths[0], headers=home).status_code == 404, "Guests have their own."


def test_codes_for_visitors_are_counted_for_the_network(world: World) -> None:
    home = {"X-Forwarded-For": somewhere()}
    answers = [
        world.nobody.send("POST", "/v1/visitors", {"name": "G", "email": new_email()}, headers=home)
        for _ in range(61)
    ]

    assert [answer.status_code for answer in answers] == [202] * 60 + [429]
    assert not [answer for answer in answers[:60] if "ratelimit-limit" in answer.headers]
    guess = {"id": new_id(), "code": "AAAA-AAAA"}
    wrong = [
        world.nobody.send("POST", "/v1/visitors/confirm", guess, headers=home) for _ in range(61)
    ]
    assert [answer.status_code for answer in wrong] == [422] * 60 + [429]


def test_sign_ups_are_counted_for_the_network(world: World) -> None:
    home = {"X-Forwarded-For": somewhere()}
    body = {
        "password": PASSWORD,
        "first_name": "Ada",
        "last_name": "Lovelace",
        "birthday": "1990-12-10",
    }
    answers = [
        world.nobody.send("POST", "/v1/accounts", {**body, "email": new_email()}, headers=home)
        for _ in range(101)
    ]

    assert [answer.status_code for answer in answers] == [202] * 100 + [429]
    assert int(answers[-1].headers["retry-after"]) > 86_000
    resets = [
        world.nobody.send("POST", "/v1/auth/reset", {"email": new_email()}, headers=home)
        for _ in range(31)
    ]
    assert [answer.status_code for answer in resets] == [202] * 30 + [429]
