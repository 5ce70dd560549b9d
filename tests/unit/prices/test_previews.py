"""What a page says of its product, and what hostile pages can do: nothing."""

import json
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.durations import fastest
from wishcore.integrations.web import BYTES_MAX
from wishcore.money import Money
from wishcore.prices.previews import LinkPreview, preview_page, read_preview
from wishcore.prices.web import PageUnreadable, WebPage

URL: Final = "https://shop.example/bikes/24"
SECONDS_MAX: Final = 3.0


def read(html: str, charset: str = "") -> LinkPreview:
    return read_preview(html.encode(charset or "utf-8"), url=URL, charset=charset)


def json_ld(document: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(document)}</script>'


def test_open_graph() -> None:
    found = read(
        """
        <html><head><title>Shop</title>
        <meta property="og:title" content="Bicycle &amp; bell">
        <meta property="og:image" content="/pictures/bike.jpg">
        <meta property="product:price:amount" content="249.90">
        <meta property="product:price:currency" content="eur">
        </head></html>
        """
    )

    assert found == LinkPreview(
        url=URL,
        title="Bicycle & bell",
        price=Money(24_990, "EUR"),
        image_url="https://shop.example/pictures/bike.jpg",
    )


def test_schema_org_as_json() -> None:
    found = read(
        json_ld({"@type": "BreadcrumbList"})
        + json_ld(
            {
                "@context": "https://schema.org",
                "@graph": [
                    {"@type": "WebSite", "name": "Shop"},
                    {
                        "@type": ["Thing", "http://schema.org/Product"],
                        "name": "Bicycle",
                        "image": [{"@type": "ImageObject", "url": "//cdn.example/b.jpg"}],
                        "offers": [
                            {"@type": "Offer", "availability": "x"},
                            {"@type": "Offer", "price": 19.99, "priceCurrency": "USD"},
                        ],
                    },
                ],
            }
        )
    )

    assert found.title == "Bicycle"
    assert found.price == Money(1999, "USD")
    assert found.image_url == "https://cdn.example/b.jpg"


def test_many_offers_begin_at_the_lowest() -> None:
    offers = {"@type": "AggregateOffer", "lowPrice": "1,980", "priceCurrency": "JPY"}

    assert read(json_ld({"@type": "Product", "offers": offers})).price == Money(1980, "JPY")


def test_schema_org_as_attributes() -> None:
    found = read(
        """
        <div itemscope itemtype="https://schema.org/Product">
          <h1 itemprop="name">A  bicycle
             with bell <i>new</i></h1>
          <img itemprop="image" src="b.jpg">
          <span itemprop="offers" itemscope itemtype="https://schema.org/Offer">
            <meta itemprop="priceCurrency" content="GBP"><span itemprop="price">1,299.00</span>
          </span>
        </div>
        """
    )

    assert found.title == "A bicycle with bell"
    assert found.price == Money(129_900, "GBP")
    assert found.image_url == "https://shop.example/bikes/b.jpg"


def test_a_source_without_a_price_leaves_it_to_the_next() -> None:
    found = read(
        json_ld({"@type": "Product", "name": "Bicycle", "offers": {"price": "12"}})
        + '<meta property="og:title" content="Other">'
        '<meta property="og:price:amount" content="12.50">'
        '<meta property="og:price:currency" content="USD">'
    )

    assert (found.title, found.price) == ("Bicycle", Money(1250, "USD"))


def test_a_page_of_nothing_but_a_title() -> None:
    assert read("<head><title> Some\u202e page </title><body><svg><title>x") == LinkPreview(
        url=URL, title="Some page", price=None, image_url=None
    )


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("19", "USD", 1900),
        ("19.9", "USD", 1990),
        ("19,90", "EUR", 1990),
        ("19.9900", "USD", 1999),
        ("1,299", "USD", 129_900),
        ("1,299.50", "USD", 129_950),
        ("1.299,50", "EUR", 129_950),
        ("1.234.567", "JPY", 1_234_567),
        (" 12.00 ", "usd", 1200),
        ("1980.00", "JPY", 1980),
    ],
)
def test_amounts(text: str, currency: str, minor: int) -> None:
    assert _priced(text, currency) == Money(minor, currency.upper())


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1.299", "EUR"),
        ("19.990", "USD"),
        ("0", "USD"),
        ("0.00", "USD"),
        ("-5", "USD"),
        ("1e3", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("from 12", "USD"),
        ("$12", "USD"),
        ("12.345", "USD"),
        ("12.50", "JPY"),
        ("1,2,3", "USD"),
        ("12", "XXX"),
        ("12", ""),
        ("", "USD"),
        ("\u0661\u0662", "USD"),
        ("999999999", "USD"),
        ("9" * 1000, "USD"),
    ],
)
def test_amounts_that_are_left_out(text: str, currency: str) -> None:
    assert _priced(text, currency) is None


def _priced(text: str, currency: str) -> Money | None:
    return read(
        f'<meta property="og:price:amount" content="{text}">'
        f'<meta property="og:price:currency" content="{currency}">'
    ).price


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:image/png;base64,x", "http://[", "x" * 3000,
     "https://cdn.example/\u202ex", "https://cdn.example/a b"],
)  # fmt: skip
def test_pictures_that_are_left_out(address: str) -> None:
    assert read(f'<meta property="og:image" content="{address}">').image_url is None


def test_titles_are_cut() -> None:
    assert len(read(f"<head><title>{'long ' * 1000}</title>").title or "") <= 200


@pytest.mark.parametrize(
    ("charset", "declared", "title"),
    [
        ("shift_jis", "", "自転車"),
        ("", "windows-1252", "Fahrräder"),
        ("nonsense", "iso-8859-1", "vélo"),
        ("", "", "自転車"),
    ],
)
def test_charsets(charset: str, declared: str, title: str) -> None:
    coded = f'<meta charset="{declared}"><head><title>{title}</title>'.encode(
        declared or (charset if charset != "nonsense" else "") or "utf-8"
    )

    assert read_preview(coded, url=URL, charset=charset).title == title


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "hex", "zlib", "utf-7"])
def test_codecs_that_are_no_charset(charset: str) -> None:
    found = read_preview(b"<head><title>x+AD4-\\u0041</title>", url=URL, charset=charset)

    assert found.title == "x+AD4-\\u0041"


@given(st.binary(max_size=2000), st.sampled_from(["", "utf-16", "shift_jis", "gb18030", "big5"]))
def test_any_bytes_are_read_without_an_error(content: bytes, charset: str) -> None:
    read_preview(content, url=URL, charset=charset)


@given(
    st.recursive(
        st.none() | st.text(max_size=8) | st.integers() | st.floats() | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["@type", "name", "offers", "price", "priceCurrency", "image", "url"]
                ),
                inner | st.sampled_from(["Product", "USD", "12.50"]),
                max_size=5,
            )
        ),
        max_leaves=15,
    )
)
def test_any_document_is_read_without_an_error(document: object) -> None:
    read(json_ld(document))
    read(json_ld({"@type": "Product", "offers": document, "name": document, "image": document}))


def test_what_is_commented_out_is_not_read() -> None:
    assert (
        read('<!-- <meta property="og:title" content="Old"> --><title>New</title>').title == "New"
    )
    assert read("<title>New</title><!-- <title>Old</title>").title == "New"
    assert read("<!-- <title>Old</title>").title is None


def test_signs_inside_of_attributes() -> None:
    found = read("""<meta content='a "b" > c &lt; d' property=og:title><META NAME=x>""")

    assert found.title == 'a "b" > c < d'


HEAVY: Final[dict[str, Callable[[], str]]] = {
    "nested": lambda: "<div>" * (BYTES_MAX // 5),
    "open tags": lambda: "<" * BYTES_MAX,
    "metas": lambda: '<meta content="x">' * (BYTES_MAX // 18),
    "one meta": lambda: "<meta " + "a " * (BYTES_MAX // 2),
    "scripts": lambda: '<script type="application/ld+json">{</script>' * (BYTES_MAX // 45),
    "deep json": lambda: f'<script type="application/ld+json">{"[" * BYTES_MAX}',
    "wide json": lambda: json_ld([[{}] * 300] * 300),
    "items": lambda: (
        '<p itemscope itemtype="https://schema.org/Product">'
        + '<b itemprop="name">' * (BYTES_MAX // 19)
    ),
    "title": lambda: "<head><title>" + " " * BYTES_MAX,
    "comments": lambda: "<!--" * (BYTES_MAX // 4),
    "short comments": lambda: "<!---->" * (BYTES_MAX // 7),
    "quotes": lambda: "<a \"<a '" * (BYTES_MAX // 8),
    "far quotes": lambda: ("<a " * 1500 + "'") * (BYTES_MAX // 4501),
    "quoted tags": lambda: ("<a '" + "<a" * 1500 + "'") * (BYTES_MAX // 3005),
    "attributes": lambda: "<a " + "''" * (BYTES_MAX // 2),
    "open scripts": lambda: '<script type="application/ld+json">' * (BYTES_MAX // 35),
    "links": lambda: "<a>" * (BYTES_MAX // 3),
    "charsets": lambda: "<meta " * (BYTES_MAX // 6),
    "digits": lambda: (
        f'<meta property="og:price:amount" content="{"1," * (BYTES_MAX // 2)}">'
        '<meta property="og:price:currency" content="USD">'
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HEAVY)
def test_heavy_pages_take_little_time(kind: str) -> None:
    content = HEAVY[kind]().encode()

    def read() -> None:
        read_preview(content, url=URL)

    assert fastest(read, enough=SECONDS_MAX, tries=3) < SECONDS_MAX


class OnePage:
    """A web of one page."""

    async def read_page(self, url: str) -> WebPage:
        if url != URL:
            raise PageUnreadable
        return WebPage(url=f"{URL}/en", content=b"<head><title>Bicycle</title>", charset="")

    async def find_redirect(self, url: str) -> str | None:
        raise AssertionError(f"A preview asks for the page: {url}")


async def test_a_preview_is_of_the_page_in_the_end() -> None:
    found = await preview_page(URL, web=OnePage())

    assert (found.url, found.title) == (f"{URL}/en", "Bicycle")
    with pytest.raises(PageUnreadable):
        await preview_page("https://other.example/", web=OnePage())
