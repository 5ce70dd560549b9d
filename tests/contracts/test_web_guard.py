"""Whatever address people name, only public servers are reached (60 and more, over six ways)."""

import asyncio
import gzip
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.certificates import make_certificate
from tests.support.embedded import empty_database
from tests.support.hostile import HOSTILE, PUBLIC, Handler, Internet, internet
from wishcore.integrations.addresses import is_public
from wishcore.integrations.web import BYTES_MAX, REDIRECTS_MAX, GuardedWeb, look_up
from wishcore.prices.short_links import find_product
from wishcore.prices.web import PageUnreadable, Web, WebPage

Way = Callable[[Internet, Web, str], Awaitable[object]]


@pytest.fixture
async def net() -> AsyncIterator[Internet]:
    async with empty_database(), internet() as found:
        yield found


async def directly(_net: Internet, guard: Web, url: str) -> object:
    return await guard.read_page(url)


async def by_a_redirect(net: Internet, guard: Web, url: str) -> object:
    return await guard.read_page(net.redirect("/away", url))


async def by_the_last_redirect(net: Internet, guard: Web, url: str) -> object:
    net.redirect("/third", url, status=307)
    net.redirect("/second", "/third", status=308)
    return await guard.read_page(net.redirect("/first", "second", status=301))


async def by_a_name_with_two_addresses(net: Internet, guard: Web, url: str) -> object:
    net.answers["two.example"] = deque([[PUBLIC, await an_address(url)]])
    net.redirect("/", url)
    return await guard.read_page(f"http://two.example:{net.port}/")


async def by_a_name_that_changes(net: Internet, guard: Web, url: str) -> object:
    net.answers["rebind.example"] = deque([[PUBLIC], [await an_address(url)]])
    net.redirect("/", "/again")
    return await guard.read_page(f"http://rebind.example:{net.port}/")


async def by_a_short_link(net: Internet, guard: Web, url: str) -> object:
    net.redirect("/x", url)
    target = await guard.find_redirect(f"http://amzn.to:{net.port}/x")
    assert target is not None
    return await guard.find_redirect(target)


async def an_address(url: str) -> str:
    """Return the address that a hostile link means: what a resolver of an attacker would say."""
    host = url.split("/")[2].rpartition("@")[2] if "//" in url else ""
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if not host or any(letter in "ghijklmnopqrstuvwyz%\\" for letter in host.lower()):
        return "127.0.0.1"
    try:
        return (await look_up(host, 80))[0]
    except (OSError, UnicodeError):
        return "127.0.0.1"


WAYS = (
    directly, by_a_redirect, by_the_last_redirect, by_a_name_with_two_addresses,
    by_a_name_that_changes, by_a_short_link,
)  # fmt: skip


def test_there_are_enough_attempts() -> None:
    assert len(set(HOSTILE)) * len(WAYS) >= 360


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("template", HOSTILE)
async def test_a_hostile_address_is_not_reached(net: Internet, way: Way, template: str) -> None:
    with pytest.raises(PageUnreadable) as refusal:
        await way(net, net.guard(), net.hostile(template))

    assert str(refusal.value) == PageUnreadable.title
    assert refusal.value.faults == ()
    assert net.trapped == 0
    assert net.allowed <= {PUBLIC}


async def test_without_the_guard_the_trap_would_shut(net: Internet) -> None:
    open_door = GuardedWeb(is_allowed=lambda _: True, ports=frozenset({net.port}))

    with pytest.raises(PageUnreadable):
        await open_door.read_page(f"http://127.0.0.1:{net.port}/")

    assert net.trapped > 0


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e",
     "::ffff:93.184.215.14"],
)  # fmt: skip
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["", "public.example", "100.64.0.1", "224.0.0.1", "ff02::1", "fec0::1", "64:ff9b::7f00:1",
     "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "192.88.99.1",
     "192.0.0.8", "192.0.0.9", "240.0.0.1", "::7f00:1", "::ffff:10.0.0.1", "fe80::1%lo",
     "2606:4700::1%lo", "5f00::1", "0.0.0.0", "255.255.255.255"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


def page(content: bytes = b"<title>Bicycle</title>", **headers: str) -> Handler:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        found = {"Content-Type": "text/html; charset=utf-8"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return web.Response(body=content, headers=found)

    return answer


async def test_a_page_is_read_over_redirects(net: Internet) -> None:
    net.pages["/bike"] = page()
    net.redirect("/c", f"http://other.example:{net.port}/bike")
    net.redirect("/b", "/c")
    first = net.redirect("/a", "b")

    found = await net.guard().read_page(first)

    assert found.content == b"<title>Bicycle</title>"
    assert found.url == f"http://other.example:{net.port}/bike"
    assert found.charset == "utf-8"
    assert [name.partition(":")[0] for name in net.asked] == ["public.example"] * 3 + [
        "other.example"
    ]


async def test_redirects_have_an_end(net: Internet) -> None:
    endless = net.redirect("/round", "/round")

    with pytest.raises(PageUnreadable):
        await net.guard().read_page(endless)

    assert len(net.asked) == 1 + REDIRECTS_MAX


async def test_nothing_of_ours_is_told(net: Internet) -> None:
    seen: list[dict[str, str]] = []

    async def curious(request: web.BaseRequest) -> web.StreamResponse:
        seen.append({name.lower(): value for name, value in request.headers.items()})
        answer = web.Response(status=302, headers={"Location": "/b"})
        answer.set_cookie("track", "me")
        return answer

    net.pages["/a"], net.pages["/b"] = curious, page()

    await net.guard().read_page(f"http://public.example:{net.port}/a")
    await net.guard().read_page(f"http://public.example:{net.port}/a")

    allowed = {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert [set(headers) - allowed for headers in seen] == [set(), set()]


@pytest.mark.parametrize(
    "answer",
    [
        page(Content_Type="image/png"),
        page(Content_Type=""),
        page(Content_Type="application/json"),
        page(gzip.compress(b"<p>" * 1_000_000), Content_Encoding="gzip"),
        page(b"x" * (BYTES_MAX + 1)),
    ],
)  # fmt: skip
async def test_what_is_not_a_page_of_reasonable_size(net: Internet, answer: Handler) -> None:
    net.pages["/"] = answer

    with pytest.raises(PageUnreadable) as refusal:
        await net.guard().read_page(f"http://public.example:{net.port}/")

    assert str(refusal.value) == PageUnreadable.title


async def test_the_largest_page(net: Internet) -> None:
    net.pages["/"] = page(b"x" * BYTES_MAX)

    found = await net.guard().read_page(f"http://public.example:{net.port}/")

    assert len(found.content) == BYTES_MAX


async def test_a_body_without_an_end(net: Internet) -> None:
    sent = 0

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)
            sent += 65_536

    net.pages["/"] = endless

    with pytest.raises(PageUnreadable):
        await net.guard().read_page(f"http://public.example:{net.port}/")

    assert sent < 10 * BYTES_MAX


@pytest.mark.parametrize("slow", ["head", "body"])
async def test_a_server_that_never_finishes(net: Internet, slow: str) -> None:
    is_left = asyncio.Event()

    async def drip(request: web.BaseRequest) -> web.StreamResponse:
        try:
            if slow == "body":
                response = web.StreamResponse(headers={"Content-Type": "text/html"})
                await response.prepare(request)
                await response.write(b"<")
            await is_left.wait()
            return web.Response()
        finally:
            is_left.set()

    net.pages["/"] = drip

    with pytest.raises(PageUnreadable):
        await net.guard(seconds_max=0.2).read_page(f"http://public.example:{net.port}/")

    is_left.set()


@pytest.mark.usefixtures("net")
async def test_a_resolver_that_never_answers() -> None:
    async def silence(_host: str, _port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(PageUnreadable):
        await GuardedWeb(lookup=silence, seconds_max=0.1).read_page("http://public.example/")


async def test_a_short_link_is_followed_to_the_product_only(net: Internet) -> None:
    """Amazon itself is not asked: the id can be read from the redirect."""
    hops = {
        "https://amzn.to/x": "https://a.co/d/y",
        "https://a.co/d/y": "https://www.amazon.de/dp/B0916J478T?tag=x",
    }
    guard = Followed(hops)

    product = await find_product("http://amzn.to/x", web=guard)

    assert product is not None
    assert (product.marketplace, product.asin) == ("www.amazon.de", "B0916J478T")
    assert guard.asked == list(hops)


@pytest.mark.parametrize(
    ("hops", "asked"),
    [
        ({"https://a.co/x": "https://evil.example/dp/B0916J478T"}, 1),
        ({"https://a.co/x": "http://127.0.0.1/dp/B0916J478T"}, 1),
        ({"https://a.co/x": "https://a.co/x"}, 5),
        ({"https://a.co/x": None}, 1),
        ({"https://a.co/x": "https://www.amazon.com/", "https://www.amazon.com/": None}, 2),
    ],
)
async def test_a_short_link_that_leads_nowhere(hops: dict[str, str | None], asked: int) -> None:
    guard = Followed(hops)

    assert await find_product("https://a.co/x", web=guard) is None
    assert len(guard.asked) == asked


async def test_links_that_need_no_walk_ask_nobody() -> None:
    guard = Followed({})

    assert await find_product("https://shop.example/x", web=guard) is None
    assert await find_product("https://www.amazon.com/dp/B0916J478T", web=guard) is not None
    assert guard.asked == []


class Followed:
    """A web of redirects."""

    def __init__(self, hops: Mapping[str, str | None]) -> None:
        self.hops = dict(hops)
        self.asked: list[str] = []

    async def read_page(self, url: str) -> WebPage:
        raise AssertionError(f"A walk reads no page: {url}")

    async def find_redirect(self, url: str) -> str | None:
        self.asked.append(url)
        return self.hops[url]


async def test_head_is_tried_before_get(net: Internet) -> None:
    methods: list[str] = []

    async def picky(request: web.BaseRequest) -> web.StreamResponse:
        methods.append(request.method)
        if request.method == "HEAD":
            return web.Response(status=405)
        return web.Response(status=301, headers={"Location": "/dp/B0916J478T"})

    net.pages["/x"] = picky

    target = await net.guard().find_redirect(f"http://amzn.to:{net.port}/x")

    assert target == f"http://amzn.to:{net.port}/dp/B0916J478T"
    assert methods == ["HEAD", "GET"]


@pytest.mark.usefixtures("net")
async def test_the_name_goes_into_host_and_tls(tmp_path: Path) -> None:
    """The connection goes to a checked address, and the certificate is that of the name."""
    certificate = make_certificate(tmp_path, "shop.example")
    server_tls = certificate.of_server()
    names: list[str | None] = []
    server_tls.sni_callback = lambda _socket, name, _context: names.append(name)
    hosts: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        hosts.append(request.host)
        return web.Response(text="<p>", content_type="text/html")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, PUBLIC, 0, ssl_context=server_tls)
    await site.start()
    port = runner.addresses[0][1]

    async def lookup(_host: str, _port: int) -> list[str]:
        return [PUBLIC]

    def guard(tls: ssl.SSLContext | None) -> GuardedWeb:
        return GuardedWeb(lookup=lookup, is_allowed=PUBLIC.__eq__, ports=frozenset({port}), tls=tls)

    try:
        trusting = guard(certificate.of_client())
        await trusting.read_page(f"https://shop.example:{port}/")
        for stranger, tls in (("shop.example", None), ("other.example", trusting._tls)):
            with pytest.raises(PageUnreadable):
                await guard(tls).read_page(f"https://{stranger}:{port}/")
    finally:
        await runner.cleanup()
    assert names == ["shop.example", "shop.example", "other.example"]
    assert hosts == [f"shop.example:{port}"]


@pytest.mark.parametrize("status", [200, 404, 410])
async def test_a_link_that_leads_nowhere_for_good(net: Internet, status: int) -> None:
    async def nowhere(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status)

    net.pages["/x"] = nowhere

    assert await net.guard().find_redirect(f"http://amzn.to:{net.port}/x") is None


@pytest.mark.parametrize("status", [403, 408, 429, 500, 503])
async def test_a_link_that_may_lead_somewhere_tomorrow(net: Internet, status: int) -> None:
    async def busy(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status)

    net.pages["/x"] = busy

    with pytest.raises(PageUnreadable):
        await net.guard().find_redirect(f"http://amzn.to:{net.port}/x")
