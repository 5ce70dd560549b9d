"""Prices from elsewhere, as front ends and owners see them, with and without Amazon."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import MakeDatabase, running_world
from tests.api.world import World
from tests.cli.runner import Wish
from tests.support.http import Json
from tests.support.server import SERVER_SECRET, WEBHOOK_SECRET, Child, Sandbox, start_amazon

pytestmark = pytest.mark.nightly("postgres")

US = "www.amazon.com"
URL = f"https://{US}/dp/B0PRODUCT1"
PRICE = {"amount_minor": 5_000, "currency": "USD"}
NOTHING = {"availability": None, "quantity_available": None, "price_checked_at": None,
           "buy_url": None}  # fmt: skip


def of_amazon(item: Json) -> Json:
    return {name: item[name] for name in NOTHING}


def test_an_item_says_who_sets_its_price(world: World) -> None:
    ada = world.account().api
    items = f"/v1/lists/{world.list(ada)['id']}/items"
    made = ada.post(items, {"title": "Thing", "price": PRICE, "url": URL})
    path = f"{items}/{made['id']}"
    assert (made["price_source"], made["price"]) == ("manual", PRICE)
    assert of_amazon(made) == NOTHING

    assert ada.patch(path, {"price_source": "amazon"})["price_source"] == "amazon"
    assert ada.patch(path, {"note": "x"})["price_source"] == "amazon"
    assert ada.patch(path, {"price": PRICE})["price_source"] == "manual"
    whole = {"title": "T", "note": "", "url": URL, "price": PRICE, "quantity": 1, "priority": 3}
    assert ada.put(path, {**whole, "price_source": "amazon"})["price_source"] == "amazon"
    assert ada.put(path, whole)["price_source"] == "manual"
    wrong = {"url": "https://shop.example/", "price_source": "amazon"}
    assert ada.refused(422, "invalid", "PATCH", path, wrong) == ["/price_source"]
    assert ada.refused(422, "invalid", "PATCH", path, {"price_source": None}) != []


def test_without_access_to_amazon_a_price_has_to_be_typed(world: World) -> None:
    ada = world.account().api
    items = f"/v1/lists/{world.list(ada)['id']}/items"
    for body in ({"url": URL}, {}, {"url": "https://shop.example/"}, {"price_source": "manual"}):
        assert ada.refused(422, "price_needed", "POST", items, {"title": "T", **body}) == ["/price"]
    followed = {"title": "T", "url": URL, "price": PRICE, "price_source": "amazon"}
    assert ada.post(items, followed)["price_source"] == "amazon"


def test_a_preview_tells_nothing_of_our_network(world: World) -> None:
    ada, path = world.account().api, "/v1/links/preview"
    assert world.nobody.refused(401, "unauthenticated", "POST", path, {"url": URL}) == []
    answers = set()
    for url in (
        "http://127.0.0.1/", f"http://127.0.0.1:{world.server.port}/docs", "http://[::1]/",
        "http://localhost:5432/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/",
        "http://0x7f.1/", "http://user@shop.invalid/", "http://shop.invalid:22/",
        "https://www.amazon.com/gp/bestsellers",
    ):  # fmt: skip
        answer = ada.send("POST", path, {"url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, "page_unreadable"), url
        answers.add(answer.json()["detail"])
    assert len(answers) == 1
    for url in ("", "nonsense", "ftp://shop.example/", "javascript:alert(1)", "x" * 2001):
        assert ada.refused(422, "invalid", "POST", path, {"url": url}) == ["/url"]


def test_sixty_links_an_hour_are_looked_up(world: World) -> None:
    """For previews and for first prices together; what is refused before does not count."""
    ada, path = world.account().api, "/v1/links/preview"
    items = f"/v1/lists/{world.list(ada)['id']}/items"
    for url in ("nonsense", " ", "ftp://shop.example/"):
        assert ada.refused(422, "invalid", "POST", path, {"url": url}) == ["/url"]
    ada.post(items, {"title": "T", "price": PRICE, "url": URL})
    for body in ({"url": "https://shop.example/"}, {"url": URL, "price_source": "manual"}):
        ada.refused(422, "price_needed", "POST", items, {"title": "T", **body})
    answers = [ada.send("POST", path, {"url": "http://127.0.0.1/"}) for _ in range(30)]
    answers += [ada.send("POST", items, {"title": "T", "url": URL}) for _ in range(30)]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == [
        str(left) for left in range(59, -1, -1)
    ]
    assert {answer.status_code for answer in answers} == {422}

    refused = ada.send("POST", path, {"url": URL})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 3500 < int(refused.headers["retry-after"]) <= 3600
    assert ada.send("POST", items, {"title": "T", "url": URL}).status_code == 429
    assert len(ada.get(items)["items"]) == 1, "Nothing was made."
    ada.post(items, {"title": "T", "price": PRICE, "url": URL})
    assert world.account().api.post(path, {"url": URL}, status=200)["asin"] == "B0PRODUCT1"


def test_a_preview_without_access_to_amazon_knows_the_product(world: World) -> None:
    ada = world.account().api
    assert ada.post("/v1/links/preview", {"url": f"{URL}?tag=x"}, status=200) == {
        "url": URL, "title": None, "price": None, "image_url": None, "asin": "B0PRODUCT1",
        "marketplace": US,
    }  # fmt: skip


@pytest.fixture(scope="module")
def amazon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    started = start_amazon(tmp_path_factory.mktemp("amazon"))
    yield started
    started.end()


@pytest.fixture(scope="module")
def settings(amazon: Child) -> dict[str, str]:
    return {
        "AMAZON_CREDENTIAL_NA": "3.1:sandbox-na-v3:sandbox-secret",
        "AMAZON_PARTNER_TAGS": f"{US}=sandbox-20",
        "AMAZON_API_BASE": amazon.url,
    }


@pytest.fixture(scope="module")
def place(
    make_database: MakeDatabase,
    sandbox: Sandbox,
    settings: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Wish]]:
    """A server and the command that ask the stand-in for Amazon."""
    url = make_database("prices")
    folder = tmp_path_factory.mktemp("prices")
    common = {"DATABASE_URL": url, "WISH_SECRET": SERVER_SECRET, "STRIPE_API_BASE": sandbox.url,
              "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET}  # fmt: skip
    with running_world(folder, sandbox, database_url=url, ahead_seconds=0, **settings) as world:
        yield world, Wish(_made(folder / "command"), {**common, **settings})


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def offer(amazon: Child, amount: str, **more: object) -> None:
    product = {
        "marketplace": US,
        "asin": "B0PRODUCT1",
        "title": "Bicycle",
        "amount": amount,
        **more,
    }
    answer = httpx.post(f"{amazon.url}/_sandbox/products", json={**product, "amount": amount})
    assert answer.status_code == 200, answer.text


@pytest.mark.slow
def test_a_story_with_amazon(place: tuple[World, Wish], amazon: Child) -> None:
    world, wish = place
    ada = world.account().api
    offer(amazon, "49.90", order_max=2)

    shown = ada.post("/v1/links/preview", {"url": URL}, status=200)
    assert (shown["title"], shown["price"]["amount_minor"]) == ("Bicycle", 4_990)

    owned = world.list(ada)
    items = f"/v1/lists/{owned['id']}/items"
    made = ada.post(items, {"title": shown["title"], "url": f" {URL}\n"})
    assert (made["price"]["amount_minor"], made["price_source"]) == (4_990, "amazon")
    token = ada.post(f"/v1/lists/{owned['id']}/share")["token"]
    giver = world.guest()

    offer(amazon, "39.90", order_max=2)
    due = wish.ok("sync-prices", "--dry-run", "--json").json["due"]
    assert due == {"products_to_check": 1}
    synced = wish.ok("sync-prices", "--json").json
    assert (synced["products_checked"], synced["prices_changed"]) == (1, 1)
    assert wish.ok("sync-prices", "--json").json["products_checked"] == 0

    seen = ada.get(f"{items}/{made['id']}")
    assert seen["price"]["amount_minor"] == 3_990
    assert (seen["availability"], seen["quantity_available"]) == ("available", 2)
    assert seen["price_checked_at"] == seen["updated_at"]
    assert "tag=sandbox-20" in seen["buy_url"]
    for reader in (world.nobody, ada, giver):
        (item,) = reader.get(f"/v1/shared/{token}")["items"]
        assert of_amazon(item) == of_amazon(seen)
        assert item["price"] == seen["price"]
    doctor = wish("doctor", "--json").json["findings"]
    assert {"about": "prices", "is_well": True, "seen": f"Amazon, for {US}", "remedy": ""} in doctor


def test_a_tick_syncs_what_is_due(place: tuple[World, Wish], amazon: Child) -> None:
    world, wish = place
    ada = world.account().api
    offer(amazon, "12.00")
    wish_list = world.list(ada)
    world.item(ada, wish_list["id"], url=f"https://{US}/dp/B0SANDB001", price_source="amazon")

    done = wish.ok("tick", "--json").json

    assert done["sync-prices"]["products_checked"] == 1
    assert done["sync-prices"]["unanswered"] == 0


def test_nothing_is_said_twice_where_amazon_is_not_set_up(place: tuple[World, Wish]) -> None:
    _, wish = place
    off = {"AMAZON_CREDENTIAL_NA": "", "AMAZON_PARTNER_TAGS": ""}
    assert wish.ok("sync-prices", **off).err.count("Amazon is not set up") == 1
    assert "Amazon" not in wish.ok("tick", **off).err
