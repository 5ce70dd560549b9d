"""Lists, items and share links, as their owners work with them."""

import pytest

from tests.api.conftest import StartWorld
from tests.api.world import World, in_days

# Other tests send the same statements to PostgreSQL.
pytestmark = pytest.mark.nightly("postgres")


def test_an_owner_works_on_a_list_with_all_five_verbs(world: World) -> None:
    ada = world.account().api
    body = {"title": " Ten ", "currency": "EUR", "deadline": in_days(30), "occasion": "Birthday"}

    answer = ada.send("POST", "/v1/lists", body)
    made, path = answer.json(), answer.headers["location"]

    assert answer.status_code == 201
    assert (made["title"], made["description"], made["state"]) == ("Ten", "", "active")
    assert made["deadline"] == body["deadline"][:-1] + ".000000Z"
    assert ada.get(path) == made

    whole = {"title": "Eleven", "description": "d", "occasion": "", "deadline": in_days(40)}
    replaced = ada.put(path, whole)
    assert {name: replaced[name] for name in ("title", "description", "occasion")} == {
        name: whole[name] for name in ("title", "description", "occasion")
    }
    assert (replaced["id"], replaced["currency"]) == (made["id"], "EUR")
    assert replaced["created_at"] == made["created_at"]
    assert replaced["updated_at"] > made["updated_at"]

    patched = ada.patch(path, {"title": "Twelve"})
    assert patched == {**replaced, "title": "Twelve", "updated_at": patched["updated_at"]}

    ada.delete(path)
    assert ada.refused(404, "list_not_found", "GET", path) == []
    assert ada.refused(404, "list_not_found", "DELETE", path) == []
    assert ada.get("/v1/lists")["items"] == []


def test_an_owner_works_on_an_item_with_all_five_verbs(world: World) -> None:
    ada = world.account().api
    items = f"/v1/lists/{world.list(ada)['id']}/items"
    price = {"amount_minor": 12_345, "currency": "USD"}

    answer = ada.send(
        "POST", items, {"title": "Bicycle", "price": price, "url": "https://b.example"}
    )
    made, path = answer.json(), answer.headers["location"]

    assert answer.status_code == 201
    assert made["price"] == price
    assert (made["quantity"], made["priority"], made["note"]) == (1, 3, "")
    assert ada.get(path) == made

    whole = {
        "title": "Red bicycle",
        "note": "not pink",
        "url": None,
        "price": {"amount_minor": 5000, "currency": "USD"},
        "quantity": 2,
        "priority": 1,
    }
    replaced = ada.put(path, whole)
    assert {name: replaced[name] for name in whole} == whole

    patched = ada.patch(path, {"url": "https://c.example/x?y=1", "note": ""})
    assert patched["url"] == "https://c.example/x?y=1"
    assert ada.patch(path, {"url": None})["url"] is None
    assert ada.patch(path, {})["title"] == "Red bicycle"

    ada.delete(path)
    assert ada.refused(404, "item_not_found", "GET", path) == []
    assert ada.refused(404, "item_not_found", "PATCH", path, {"title": "x"}) == []
    assert ada.refused(404, "item_not_found", "DELETE", path) == []
    assert ada.get(items)["items"] == []


def test_null_is_refused_where_there_is_nothing_to_take_away(world: World) -> None:
    ada = world.account().api
    list_id = world.list(ada)["id"]
    path = f"/v1/lists/{list_id}"
    item = f"{path}/items/{world.item(ada, list_id)['id']}"
    fields = ("title", "description", "occasion", "deadline")

    faults = ada.refused(422, "invalid", "PATCH", path, dict.fromkeys(fields))
    of_item = ("title", "note", "price", "quantity", "priority")
    more = ada.refused(422, "invalid", "PATCH", item, dict.fromkeys(of_item))

    assert sorted(faults) == sorted(f"/{name}" for name in fields)
    assert sorted(more) == sorted(f"/{name}" for name in of_item)


def test_a_put_leaves_nothing_out(world: World) -> None:
    ada = world.account().api
    path = f"/v1/lists/{world.list(ada)['id']}"

    faults = ada.refused(422, "invalid", "PUT", path, {"title": "Only this"})

    assert sorted(faults) == ["/deadline", "/description", "/occasion"]


def test_items_are_paged_to_the_end_most_wanted_first(world: World) -> None:
    ada = world.account().api
    list_id = world.list(ada)["id"]
    made = [world.item(ada, list_id, title=f"{n}", priority=1 + n % 3) for n in range(11)]
    wanted = sorted(made, key=lambda item: (item["priority"], item["id"]))
    path = f"/v1/lists/{list_id}/items"

    assert ada.pages(path, limit=3) == wanted
    assert ada.pages(path, limit=11) == wanted
    assert ada.get(path) == {"items": wanted, "next_cursor": None}


def test_a_page_goes_on_where_it_stopped_also_when_rows_come_and_go(world: World) -> None:
    ada = world.account().api
    list_id = world.list(ada)["id"]
    first, second, third = (world.item(ada, list_id, title=f"{n}") for n in range(3))
    path = f"/v1/lists/{list_id}/items"

    page = ada.get(path, params={"limit": "2"})
    ada.delete(f"{path}/{second['id']}")
    world.item(ada, list_id, title="wanted most", priority=1)
    rest = ada.get(path, params={"limit": "2", "cursor": page["next_cursor"]})

    assert [item["id"] for item in page["items"]] == [first["id"], second["id"]]
    assert rest == {"items": [third], "next_cursor": None}


def test_lists_are_paged_to_the_end_newest_first_and_only_ones_own(world: World) -> None:
    ada, eve = world.account().api, world.account("eve").api
    made = [world.list(ada, title=f"{n}") for n in range(7)]
    world.list(eve)

    assert ada.pages("/v1/lists", limit=3) == made[::-1]
    assert len(ada.get("/v1/lists", params={"limit": "100"})["items"]) == 7


def test_a_share_link_is_seen_replaced_and_switched_off(world: World) -> None:
    ada = world.account().api
    path = f"/v1/lists/{world.list(ada)['id']}"
    share = f"{path}/share"

    assert ada.refused(404, "not_shared", "GET", share) == []
    ada.delete(share)
    first = ada.post(share)
    assert first["url"].endswith(f"/v1/shared/{first['token']}")
    assert ada.get(share) == first
    assert world.nobody.get(f"/v1/shared/{first['token']}")["view"] == "public"

    second = ada.post(share)
    assert second["token"] != first["token"]
    gone = world.nobody.refused(404, "list_not_found", "GET", f"/v1/shared/{first['token']}")
    assert gone == []
    world.nobody.get(f"/v1/shared/{second['token']}")

    ada.delete(share)
    world.nobody.refused(404, "list_not_found", "GET", f"/v1/shared/{second['token']}")
    assert ada.refused(404, "not_shared", "GET", share) == []
    third = ada.post(share)
    assert len({first["token"], second["token"], third["token"]}) == 3


def test_a_share_link_of_another_secret_is_not_shown(start: StartWorld) -> None:
    before = start()
    shared = before.shared()
    after = start(WISH_SECRET="of-the-same-server-when-it-was-set-up-anew")
    ada = after.nobody.signed(shared.owner.tokens["access_token"])
    share = f"/v1/lists/{shared.list_id}/share"

    assert ada.refused(409, "share_link_lost", "GET", share) == []

    after.nobody.get(f"/v1/shared/{shared.token}")
    assert ada.post(share) == ada.get(share)


def test_a_deleted_list_has_no_share_link_any_more(world: World) -> None:
    shared = world.shared()

    shared.owner.api.delete(f"/v1/lists/{shared.list_id}")

    world.nobody.refused(404, "list_not_found", "GET", f"/v1/shared/{shared.token}")
    guest = world.guest()
    guest.refused(404, "list_not_found", "GET", f"/v1/shared/{shared.token}")


def test_the_anonymous_and_the_owner_see_the_same_bytes_and_nothing_private(world: World) -> None:
    shared = world.shared()
    path = f"/v1/shared/{shared.token}"

    anonymous = world.nobody.send("GET", path)
    owner = shared.owner.api.send("GET", path)

    assert anonymous.content == owner.content
    assert shared.owner.email not in anonymous.text
    assert shared.owner.profile["id"] not in anonymous.text
    assert anonymous.json()["owner_name"] == "Olga"
    assert anonymous.headers["cache-control"] == "no-store"


def test_a_list_whose_deadline_stays_may_be_edited_when_it_has_come_near(
    world: World,
) -> None:
    ada = world.account().api
    made = world.list(ada, deadline=in_days(0.0418))
    path = f"/v1/lists/{made['id']}"

    patched = ada.patch(path, {"title": "New", "deadline": made["deadline"]})

    assert patched["title"] == "New"
    assert patched["deadline"] == made["deadline"]


@pytest.mark.slow
def test_a_list_has_two_hundred_items_at_most_and_removed_ones_do_not_count(world: World) -> None:
    ada = world.account().api
    items = f"/v1/lists/{world.list(ada)['id']}/items"
    body = {"title": "One of many", "price": {"amount_minor": 100, "currency": "USD"}}
    made = [ada.post(items, body)["id"] for _ in range(200)]

    assert ada.refused(409, "too_many", "POST", items, body) == []
    ada.delete(f"{items}/{made[0]}")
    ada.post(items, body)
    assert len(ada.pages(items, limit=100)) == 200
