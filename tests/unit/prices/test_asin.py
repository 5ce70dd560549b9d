"""The product id inside a link, with every sample and with a great deal of nonsense."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.durations import fastest
from wishcore.prices.asin import LENGTH_MAX, AmazonProduct, find_asin, is_amazon, is_short_link
from wishcore.prices.marketplaces import MARKETPLACES, REGIONS, SHORT_HOSTS

SAMPLES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "amazon_urls.json").read_text()
)
SECONDS_MAX: Final = 0.005

PRODUCT = AmazonProduct("www.amazon.com", "B0916J478T")


def test_the_samples_were_found() -> None:
    assert len(SAMPLES["positive"]) > 40 < len(SAMPLES["needs_redirect"]) * 10
    assert len(SAMPLES["negative"]) > 20


@pytest.mark.parametrize("sample", SAMPLES["positive"], ids=lambda sample: sample["form"])
def test_a_products_link(sample: dict[str, str]) -> None:
    assert find_asin(sample["url"]) == AmazonProduct(sample["marketplace"], sample["asin"])
    assert is_amazon(sample["url"])
    assert not is_short_link(sample["url"])


@pytest.mark.parametrize("sample", SAMPLES["negative"], ids=lambda sample: sample["reason"])
def test_no_products_link(sample: dict[str, str]) -> None:
    assert find_asin(sample["url"]) is None
    assert not is_short_link(sample["url"])


@pytest.mark.parametrize("sample", SAMPLES["needs_redirect"], ids=lambda sample: sample["url"])
def test_a_short_link(sample: dict[str, str]) -> None:
    assert find_asin(sample["url"]) is None
    assert is_short_link(sample["url"])
    assert is_amazon(sample["url"])


def test_the_hosts_are_those_of_the_samples() -> None:
    suffixes, subs = SAMPLES["hosts"]["storefront_suffixes"], SAMPLES["hosts"]["allowed_subdomains"]

    assert set(MARKETPLACES) == {
        f"{sub}.{suffix}".strip(".") for suffix in suffixes for sub in subs
    }
    assert set(MARKETPLACES.values()) == {f"www.{suffix}" for suffix in suffixes}
    assert set(SAMPLES["hosts"]["short_link_hosts"]) == SHORT_HOSTS
    assert set(MARKETPLACES.values()) - set(REGIONS) == {"www.amazon.co.za"}


@pytest.mark.parametrize(
    "path",
    [
        "/dp/B0916J478T",
        "/gp/product/B0916J478T/",
        "/gp/aw/d/B0916J478T?x=1",
        "/gp/offer-listing/B0916J478T#x",
        "/exec/obidos/ASIN/B0916J478T/me-20",
        "/o/ASIN/B0916J478T",
        "/ASIN/B0916J478T",
        "/product-reviews/B0916J478T",
        "/gp/aw/reviews/B0916J478T",
        "/dp/product/B0916J478T",
        "/gp/product/glance/B0916J478T",
        "/exec/obidos/tg/detail/-/B0916J478T/102-1",
        "/exec/obidos/tg/detail/-/kitchen/B0916J478T/reviews/",
        "/gp/aw/ol/B0916J478T",
        "/gp/reader/B0916J478T/ref=sib_dp_pt",
        "/review/product/B0916J478T",
        "/ask/questions/asin/B0916J478T/1",
        "/gp/product/B0916J478T/B0000000YY",
        "/-/de/dp/B0916J478T?th=1&psc=1#customerReviews",
        "/Slug%20with%20blanks/dp/B0916J478T%2Fref%3Dx",
        "/dp/B0916J478T&tag=x",
        "/slredirect/x.html?url=/dp/B0916J478T",
        "/-/en/dp/b0916j478t",
        "/a-slug/dp/B0916J478T;psc=1",
        "/dp/B0916J478T,B0000000000",
        "/dp/B0916J478T)",
        "/%2Fdp%2FB0916J478T",
        "/sspa/click?ie=UTF8&url=%2Fslug%2Fdp%2FB0916J478T%2Fref%3Dsr_1%3Fx",
        "/gp/slredirect/picassoRedirect.html/?url=%2Fgp%2Fproduct%2FB0916J478T",
        "/-/de/sspa/click?url=%2Fdp%2FB0916J478T%23x",
        "/?asin=B0916J478T",
        "?ASIN=b0916j478t",
    ],
)
def test_a_form_of_path(path: str) -> None:
    assert find_asin(f"https://www.amazon.com{path}") == PRODUCT


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/dp/",
        "/dp//B0916J478T",
        "/xdp/B0916J478T",
        "/dp/B0916J478",
        "/dp/B0916J478T.html",
        "/hz/wishlist/ls/3EBYHP2FOCGSV",
        "/hz/wishlist/ls/3EBYHP2FOCGSV?asin=B0916J478T",
        "/gp/customer-reviews/R1ABCDEFGH?ASIN=B0916J478T",
        "/somebody/e/B000AP7UNC",
        "/stores/author/B000AP7UNC",
        "/gp/redirect.html?location=https%3A%2F%2Fevil.example%2Fdp%2FB0916J478T",
        "/gp/slredirects?url=/dp/B0916J478T",
        "/sspa/click?url=dp%2FB0916J478T",
        "/#/dp/B0916J478T",
        "?x=/dp/B0916J478T",
        "/dp/B0916J478T%00",
        "/dp/B0916J478T%252F",
        "/dp/09160478TX",
        "/dp/\u0412091\u0411J478T",
        "/dp/B09\u0661\u0661J478T",
        "/dp/\u017f123456789",
        "/s?k=B0916J478T&asin=B0916J478T",
        "/sspa/click?url=%2F%2Fevil.example%2Fdp%2FB0916J478T",
        "/sspa/click?url=https%3A%2F%2Fevil.example%2Fdp%2FB0916J478T",
        "/sspa/click?url=%2F%5Cevil.example%2Fdp%2FB0916J478T",
        "/sspa/click?url=%2Fhome%3Fx%3D%2Fdp%2FB0916J478T",
        "/sspa/clicks?url=%2Fdp%2FB0916J478T",
        "/?dpID=B0916J478T&smid=A278BT9THV444Y",
    ],
)
def test_no_form_of_path(path: str) -> None:
    assert find_asin(f"https://www.amazon.com{path}") is None


@pytest.mark.parametrize(
    "base",
    [
        "ftp://www.amazon.com",
        "javascript://www.amazon.com",
        "https:/www.amazon.com",
        "https:www.amazon.com",
        "https://www.amazon.com:8443",
        "https://www.amazon.com:99999",
        "https://www.amazon.com:-1",
        "https://www.amazon.com..",
        "https://www..amazon.com",
        "https://images.amazon.com",
        "https://www.www.amazon.com",
        "https://amazon.co.uk.evil.example",
        "https://www.amazon.comm",
        "https://www-amazon.com",
        "https://@www.amazon.com",
        "https://www.amazon.com%40evil.example",
        "https://www.amazon.com\t",
        "https://www.\u200bamazon.com",
        "https://www.amazon.c\u014dm",
        "https://\uff57\uff57\uff57.amazon.com",
        "https://[::1]",
        "https://[www.amazon.com",
    ],
)
def test_no_storefront(base: str) -> None:
    assert find_asin(f"{base}/dp/B0916J478T") is None


@pytest.mark.parametrize("host", sorted(MARKETPLACES))
def test_every_storefront(host: str) -> None:
    expected = AmazonProduct(MARKETPLACES[host], "0596007833")

    assert find_asin(f"https://{host}/dp/0596007833") == expected
    assert find_asin(f"http://{host.upper()}./slug/dp/0596007833/ref=x") == expected


def test_a_reader_names_the_book_in_its_query() -> None:
    assert find_asin("https://read.amazon.com/reader?asin=B0916J478T") == PRODUCT
    assert find_asin("https://www.amazon.com/reader?asin=B0916J478T") is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    find_asin(text)
    find_asin(f"https://www.amazon.com/{text}")
    find_asin(f"https://www.amazon.com/dp/{text}")
    find_asin(f"https://{text}/dp/B0916J478T")


LONG: Final[dict[str, Callable[[int], str]]] = {
    "slashes": lambda n: "https://www.amazon.com/" + "/" * n,
    "almost ids": lambda n: "https://www.amazon.com/" + "dp/B0916J47/" * (n // 12),
    "almost prefixes": lambda n: "https://www.amazon.com" + "/gp/product" * (n // 11),
    "details": lambda n: "https://www.amazon.com" + "/exec/obidos/tg/detail/-/a-b-c" * (n // 29),
    "obidos": lambda n: "https://www.amazon.com" + "/exec/obidos/tg/detail" * (n // 22),
    "percents": lambda n: "https://www.amazon.com/" + "%" * n,
    "encoded": lambda n: "https://www.amazon.com/" + "%2Fdp%2F" * (n // 8),
    "query": lambda n: "https://www.amazon.com/?" + "asin=&" * (n // 6),
    "ampersands": lambda n: "https://read.amazon.com/?" + "&" * n,
    "advertisements": lambda n: "https://www.amazon.com/sspa/click?" + "url=%2F%2F&" * (n // 11),
    "host": lambda n: "https://" + "www.amazon.com." * (n // 15) + "/dp/B0916J478T",
    "signs at": lambda n: "https://" + "@" * n + "www.amazon.com/dp/B0916J478T",
    "brackets": lambda n: "https://[" + ":" * n + "]/dp/B0916J478T",
    "spaces": lambda n: " " * n,
    "letters": lambda n: "B" * n,
}


@pytest.mark.parametrize("kind", LONG)
@pytest.mark.parametrize("length", [LENGTH_MAX - 40, 10_000])
def test_long_links_take_no_time(kind: str, length: int) -> None:
    text = LONG[kind](length)

    assert fastest(lambda: find_asin(text), enough=SECONDS_MAX) < SECONDS_MAX


def test_a_link_longer_than_that_is_not_read() -> None:
    link = "https://www.amazon.com/dp/B0916J478T?x="

    assert find_asin(link + "x" * (LENGTH_MAX - len(link))) == PRODUCT
    assert find_asin(link + "x" * (LENGTH_MAX - len(link) + 1)) is None
