"""The stand-in for Amazon refuses what the service refuses, and answers as it answers."""

import json
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.support.amazon import DE, US, AmazonSandbox, amazon_sandbox
from wishcli.sandbox.amazon import SandboxConfig
from wishcli.sandbox.amazon.catalogue import asin_of
from wishcli.sandbox.amazon.config import SECRET

FAST = SandboxConfig(calls_per_second=None, calls_per_day=None)
GOOD: Mapping[str, object] = {
    "partnerTag": "sandbox-20",
    "itemIds": [asin_of(1)],
    "resources": ["offersV2.listings.price", "offersV2.listings.availability"],
}


@pytest.fixture
async def amazon() -> AsyncIterator[AmazonSandbox]:
    async with amazon_sandbox(FAST) as sandbox:
        yield sandbox


async def token(amazon: AmazonSandbox, client_id: str = "sandbox-na-v3", **more: str) -> str:
    asked = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": SECRET,
        "scope": "creatorsapi::default" if client_id.endswith("3") else "creatorsapi/default",
    }
    if client_id.endswith("3"):
        answer = await amazon.http.post("/auth/o2/token", json=asked | more)
    else:
        answer = await amazon.http.post("/oauth2/token", data=asked | more)
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_in"] == 3600
    return str(answer.json()["access_token"])


async def get_items(
    amazon: AmazonSandbox,
    body: Mapping[str, object] | bytes = GOOD,
    *,
    marketplace: str | None = US,
    authorization: str | None = None,
) -> httpx.Response:
    if authorization is None:
        authorization = f"Bearer {await token(amazon)}"
    headers = {"Content-Type": "application/json", "Authorization": authorization}
    if marketplace is not None:
        headers["x-marketplace"] = marketplace
    content = body if isinstance(body, bytes) else json.dumps(dict(body)).encode()
    return await amazon.http.post("/catalog/v1/getItems", content=content, headers=headers)


@pytest.mark.parametrize(
    ("change", "error", "status"),
    [
        ({"client_secret": "wrong"}, "invalid_client", 401),
        ({"client_id": "sandbox-na-v2"}, "invalid_client", 401),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"scope": "creatorsapi/default"}, "invalid_scope", 400),
        ({"more": "x"}, "invalid_request", 400),
    ],
)
async def test_token_requests_that_are_refused(
    amazon: AmazonSandbox, change: Mapping[str, str], error: str, status: int
) -> None:
    asked = {"grant_type": "client_credentials", "client_id": "sandbox-na-v3",
             "client_secret": SECRET, "scope": "creatorsapi::default", **change}  # fmt: skip

    answer = await amazon.http.post("/auth/o2/token", json=asked)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_each_generation_has_an_encoding_of_its_own(amazon: AmazonSandbox) -> None:
    asked = {"grant_type": "client_credentials", "client_id": "sandbox-na-v3",
             "client_secret": SECRET, "scope": "creatorsapi::default"}  # fmt: skip

    assert (await amazon.http.post("/auth/o2/token", data=asked)).status_code == 400
    assert (await amazon.http.post("/oauth2/token", json=asked)).status_code == 400


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"partnerTag": ""}, {"partnerTag"}),
        ({"partnerTag": " "}, {"partnerTag"}),
        ({"partnerTag": "x" * 65}, {"partnerTag"}),
        ({"itemIds": []}, {"itemIds"}),
        ({"itemIds": [asin_of(n) for n in range(11)]}, {"itemIds"}),
        ({"itemIds": ["short"]}, {"itemIds"}),
        ({"itemIds": asin_of(1)}, {"itemIds"}),
        ({"resources": ["offersV2"]}, {"resources"}),
        ({"resources": ["offersV2.listings"]}, {"resources"}),
        ({"condition": "Used"}, {"condition"}),
        ({"languagesOfPreference": ["de", "en"]}, {"languagesOfPreference"}),
        ({"asins": ["x"]}, {"asins"}),
        ({"partnerTag": None, "itemIds": None}, {"partnerTag", "itemIds"}),
    ],
)
async def test_fields_that_are_refused(
    amazon: AmazonSandbox, change: Mapping[str, object], fields: set[str]
) -> None:
    answer = await get_items(amazon, {**GOOD, **change})

    assert answer.status_code == 400
    assert answer.json()["reason"] == "FieldValidationFailed"
    assert {fault["name"] for fault in answer.json()["fieldList"]} == fields


@pytest.mark.parametrize("marketplace", [None, "amazon.com", "www.amazon.co.za", "US"])
async def test_marketplaces_that_are_refused(amazon: AmazonSandbox, marketplace: str) -> None:
    answer = await get_items(amazon, marketplace=marketplace)

    assert answer.json()["fieldList"][0]["name"] == "x-marketplace"


async def test_a_body_that_is_none(amazon: AmazonSandbox) -> None:
    assert (await get_items(amazon, b"{")).json()["reason"] == "CannotParse"
    assert (await get_items(amazon, b"[]")).json()["reason"] == "CannotParse"


async def test_a_credential_serves_its_own_region(amazon: AmazonSandbox) -> None:
    assert (await get_items(amazon, marketplace=DE)).json()["reason"] == "InvalidAssociate"


async def test_tokens_that_are_refused(amazon: AmazonSandbox) -> None:
    old, new = await token(amazon, "sandbox-na-v2"), await token(amazon)

    async def reason(authorization: str) -> tuple[int, object]:
        answer = await get_items(amazon, authorization=authorization)
        return answer.status_code, answer.json().get("reason")

    assert await reason("") == (401, "MissingCredential")
    assert await reason("Basic x") == (401, "MissingCredential")
    assert await reason("Bearer nonsense") == (401, "InvalidToken")
    assert await reason(f"Bearer {old}") == (401, "Other")
    assert await reason(f"Bearer {new}, Version 3.1") == (401, "Other")
    assert await reason(f"Bearer {old}, Version 2.1") == (200, None)
    await amazon.control("tokens/expire")
    assert await reason(f"Bearer {new}") == (401, "TokenExpired")


async def test_an_answer_is_partial_and_in_any_order(amazon: AmazonSandbox) -> None:
    await amazon.product("SILENT0001", kind="silent")
    ids = [asin_of(n) for n in range(7)]
    asked = [*ids, "SILENT0001", "UNKNOWN001"]
    orders = set()
    for _ in range(5):
        shown = (await get_items(amazon, {**GOOD, "itemIds": asked})).json()
        found = [item["asin"] for item in shown["itemsResult"]["items"]]
        orders.add(tuple(found))
        assert sorted(found) == ids
        assert [error["code"] for error in shown["errors"]] == ["ItemNotAccessible"]
    assert len(orders) > 1


async def shown(amazon: AmazonSandbox, **product: object) -> Any:
    await amazon.product("PRODUCT001", **product)
    resources = [*GOOD["resources"], "offersV2.listings.isBuyBoxWinner"]  # type: ignore[misc]
    body = {**GOOD, "itemIds": ["PRODUCT001"], "resources": resources}
    text = (await get_items(amazon, body)).text
    return json.loads(text, parse_float=Decimal)["itemsResult"]["items"][0]


async def test_what_a_product_looks_like(amazon: AmazonSandbox) -> None:
    usual = await shown(amazon, amount="19.99", order_max=3)
    best = next(each for each in usual["offersV2"]["listings"] if each["isBuyBoxWinner"])
    assert best["price"]["money"]["amount"] == Decimal("19.99")
    assert best["availability"]["maxOrderQuantity"] == 3
    assert "condition" not in best, "Only what was asked for is shown."
    assert usual["detailPageURL"].startswith("https://www.amazon.com/dp/PRODUCT001?tag=sandbox-20&")

    gone = await shown(amazon, kind="out_of_stock", availability="OUT_OF_STOCK")
    assert gone["offersV2"]["listings"][0]["availability"]["type"] == "OUT_OF_STOCK"
    assert "price" not in gone["offersV2"]["listings"][0]
    assert "offersV2" not in await shown(amazon, kind="without_offer")
    used = await shown(amazon, kind="used_only")
    assert [each["isBuyBoxWinner"] for each in used["offersV2"]["listings"]] == [False]


async def test_the_recorded_refusals(amazon: AmazonSandbox) -> None:
    await amazon.control("standing", is_eligible=False)
    answer = await get_items(amazon)
    assert answer.status_code == 403
    assert answer.json() == {
        "message": "Your account does not currently meet the eligibility requirements.",
        "reason": "AssociateNotEligible",
        "type": "AccessDeniedException",
    }
    await amazon.control("standing", unlinked_tags=["sandbox-20"])
    answer = await get_items(amazon)
    assert (answer.status_code, answer.json()["reason"]) == (400, "InvalidAssociate")


async def test_the_limits_are_kept_by_its_clock() -> None:
    async with amazon_sandbox(SandboxConfig(calls_per_day=3)) as amazon:
        authorization = f"Bearer {await token(amazon)}"

        async def status() -> int:
            return (await get_items(amazon, authorization=authorization)).status_code

        assert [await status(), await status()] == [200, 429]
        await amazon.clock.sleep(0.9)
        assert await status() == 429
        for _ in range(2):
            await amazon.clock.sleep(1)
            assert await status() == 200
        await amazon.clock.sleep(1)
        assert await status() == 429
        await amazon.clock.sleep(86_400)
        authorization = f"Bearer {await token(amazon)}"
        assert await status() == 200
        assert await amazon.refused() == 3


async def test_prices_drift_the_same_way_each_time(amazon: AmazonSandbox) -> None:
    async def prices() -> dict[tuple[str, str], str]:
        found = (await amazon.http.get("/_sandbox/products")).json()["products"]
        return {(each["marketplace"], each["asin"]): each["amount"] for each in found}

    before = await prices()
    changed = (await amazon.control("drift", seed=7))["changed"]
    after = await prices()

    assert len(before) == 300 * 20
    assert sum(before[key] != after[key] for key in before) == changed > 1000
    async with amazon_sandbox(FAST) as other:
        assert (await other.control("drift", seed=7))["changed"] == changed


async def test_the_journal_holds_no_secret(amazon: AmazonSandbox) -> None:
    given = await token(amazon)
    await get_items(amazon, authorization=f"Bearer {given}")

    entries = await amazon.requests("")

    assert [entry["path"] for entry in entries] == ["/auth/o2/token", "/catalog/v1/getItems"]
    assert given not in str(entries)
    assert SECRET not in str(entries)
