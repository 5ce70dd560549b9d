"""Somebody else's client against the same stand-in: it asks what we ask, and reads what we read.

`python-amazon-paapi` bundles Amazon's own SDK. It cannot live beside our libraries, so it gets an
environment of its own, made once and kept in the folder of temporary files.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.amazon import DE, JP, US, AmazonSandbox, Turns, amazon_sandbox
from tests.support.certificates import environment_that_trusts_the_world
from tests.support.embedded import empty_database
from tests.support.skipping import skip_loudly
from wishcli.sandbox.amazon import SandboxConfig
from wishcli.sandbox.amazon.catalogue import asin_of
from wishcore.money import Money, minor_digits
from wishcore.prices import CatalogueClosed, Offer

pytestmark = pytest.mark.slow

PACKAGE: Final = "python-amazon-paapi==7.1.0"
HERE: Final = Path(__file__).parent
INSTALL_SECONDS_MAX: Final = 150
FAST = SandboxConfig(calls_per_second=None, calls_per_day=None)


@pytest.fixture(scope="module")
def oracle() -> Path:
    """The Python of an environment that has the other client."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    name = f"wish-oracle-{PACKAGE.replace('==', '-')}-{version}-{os.getuid()}"
    folder = Path(tempfile.gettempdir(), name)
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        try:
            subprocess.run(
                [str(python), "-m", "pip", "install", "--quiet", PACKAGE],
                env=environment_that_trusts_the_world(),
                check=True,
                capture_output=True,
                timeout=INSTALL_SECONDS_MAX,
            )
        except (subprocess.SubprocessError, OSError) as error:
            skip_loudly(
                f"{PACKAGE} cannot be installed ({error}): nobody else read Amazon's answers"
            )
        (folder / "ready").touch()
    return python


@pytest.fixture
async def amazon() -> AsyncIterator[AmazonSandbox]:
    async with empty_database(), amazon_sandbox(FAST) as sandbox:
        yield sandbox


async def asked_by_them(
    oracle: Path, amazon: AmazonSandbox, version: str, marketplace: str, *asins: str
) -> Any:
    process = await asyncio.create_subprocess_exec(
        oracle, HERE / "amazon_oracle.py", amazon.url, version, marketplace, *asins,
        stdout=asyncio.subprocess.PIPE, env={"PATH": os.environ["PATH"], "NO_PROXY": "*"},
    )  # fmt: skip
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    return json.loads(output)


async def asked_by_us(
    amazon: AmazonSandbox, generation: int, marketplace: str, *asins: str
) -> dict[str, Offer]:
    catalogue = amazon.catalogue(Turns(), generation=generation)
    # The other client was told this tag for every marketplace.
    catalogue._tags[marketplace] = "sandbox-20"
    try:
        return dict(await catalogue.offers(marketplace, asins))
    finally:
        await catalogue.close()


def told(offer: Offer) -> dict[str, object]:
    """Return what both clients say of a product, in the same words."""
    return {"title": offer.title, "page": offer.page_url, "image": offer.image_url,
            "price": offer.price}  # fmt: skip


def told_by_them(item: dict[str, Any]) -> dict[str, object]:
    price = None
    if item["amount"] is not None:
        minor = Decimal(item["amount"]).scaleb(minor_digits(item["currency"]))
        price = Money(int(minor), item["currency"])
    return {"title": item["title"], "page": item["page"], "image": item["image"], "price": price}


@pytest.mark.parametrize(
    ("version", "marketplace"),
    [("3.1", US), ("3.2", DE), ("3.3", JP), ("2.1", US), ("2.2", DE), ("2.3", JP)],
)
async def test_both_ask_and_read_the_same(
    oracle: Path, amazon: AmazonSandbox, version: str, marketplace: str
) -> None:
    asins = [asin_of(number) for number in range(9)]
    await amazon.product(asins[1], marketplace=marketplace, kind="out_of_stock")
    await amazon.product(asins[2], marketplace=marketplace, kind="without_offer")
    await amazon.product(asins[3], marketplace=marketplace, kind="used_only")
    await amazon.product(asins[4], marketplace=marketplace, kind="silent")
    asked = [*asins, "UNKNOWN001"]

    theirs = await asked_by_them(oracle, amazon, version, marketplace, *asked)
    ours = await asked_by_us(amazon, int(version[0]), marketplace, *asked)

    entries = await amazon.requests("")
    half = len(entries) // 2
    assert [requests_of(entry) for entry in entries[:half]] == [
        requests_of(entry) for entry in entries[half:]
    ]
    assert [entry["status"] for entry in entries] == [200] * 4
    assert theirs["errors"] == ["ItemNotAccessible"]
    assert set(ours) == set(theirs["items"]) == {*asins} - {asins[4]}
    for asin, offer in ours.items():
        assert told(offer) == told_by_them(theirs["items"][asin]), asin
        assert (offer.quantity_max or None) == (theirs["items"][asin]["most"] or None)


def requests_of(entry: dict[str, Any]) -> object:
    """Return what matters of a request: the order of fields and of resources does not."""
    body = entry["body"]
    if isinstance(body, str):
        body = sorted(body.split("&"))
    elif "resources" in body:
        body = {**body, "resources": sorted(body["resources"])}
    headers = dict(entry["headers"])
    headers["content-type"] = headers["content-type"].lower().replace(" ", "")
    return entry["method"], entry["path"], headers, entry["authorization"], body


@pytest.mark.parametrize("version", ["3.1", "2.1"])
async def test_both_go_on_after_a_pause_and_a_new_token(
    oracle: Path, amazon: AmazonSandbox, version: str
) -> None:
    answers: list[object] = []
    for ask in ("theirs", "ours"):
        await amazon.control("faults", action="status", status=429, retry_after=0)
        if ask == "theirs":
            found = await asked_by_them(oracle, amazon, version, US, asin_of(0))
            answers.append(list(found["items"]))
        else:
            answers.append(list(await asked_by_us(amazon, int(version[0]), US, asin_of(0))))

    assert answers == [[asin_of(0)]] * 2
    assert [entry["status"] for entry in await amazon.requests()] == [429, 200] * 2


async def test_both_give_up_where_they_are_not_eligible(
    oracle: Path, amazon: AmazonSandbox
) -> None:
    await amazon.control("standing", is_eligible=False)

    theirs = await asked_by_them(oracle, amazon, "3.1", US, asin_of(0))

    assert "error" in theirs
    with pytest.raises(CatalogueClosed):
        await asked_by_us(amazon, 3, US, asin_of(0))
    assert [entry["status"] for entry in await amazon.requests()] == [403, 403]
