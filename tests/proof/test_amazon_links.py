"""Amazon's links by the hundred thousand: made with a known answer, disguised, and mutilated."""

import json
import string
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.support.durations import fastest
from tests.support.proof import Proof
from wishcore.prices.asin import AmazonProduct, find_asin, is_amazon, is_short_link
from wishcore.prices.marketplaces import MARKETPLACES, SHORT_HOSTS

SECONDS_MAX: Final = 0.005
SAMPLES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "amazon_urls.json").read_text()
)
LINKS: Final[list[str]] = [
    sample["url"] for kind in ("positive", "needs_redirect", "negative") for sample in SAMPLES[kind]
]
HOSTS: Final = sorted(MARKETPLACES)
LETTERS: Final = string.digits + string.ascii_uppercase
SALT: Final = (
    string.printable + "\u0430\u043e\u200b\u202e\ud800\uffff\x00\u0661\uff0e\u3002\u2044\u017f"
)
PATHS: Final = (
    "dp", "dp/product", "gp/product", "gp/product/glance", "gp/aw/d", "gp/aw/ol", "gp/aw/reviews",
    "gp/reader", "gp/offer-listing", "exec/obidos/ASIN", "exec/obidos/tg/detail/-", "o/ASIN",
    "exec/obidos/tg/detail/-/books", "ASIN", "product-reviews", "review/product",
)  # fmt: skip
PREFIXES: Final = ("", "", "Some-Thing/", "-/de/", "-/en/Slug/", "%E5%97%9A-x/", "a,b%20c/", "x/-/")
ENDS: Final = (
    "", "", "/", "/ref=sr_1_1", "?th=1&psc=1", "/?tag=me-20", "&tag=me-20", "#x", ";psc=1", ",",
    ")", "/ref=x?pd_rd_i=B0000000XX&smid=A278BT9THV", "?dpID=51wXkY7fFSL&colid=3EBYHP2FOCGSV",
)  # fmt: skip


def an_asin(dice: Random) -> str:
    if dice.random() < 0.7:
        return "B" + "".join(dice.choices(LETTERS, k=9))
    return "".join(dice.choices(string.digits, k=9)) + dice.choice(string.digits + "X")


def in_any_case(dice: Random, text: str) -> str:
    return dice.choice((text, text, text.upper(), text.lower(), text.swapcase()))


def a_path(dice: Random, asin: str) -> str:
    path = f"/{dice.choice(PREFIXES)}{dice.choice(PATHS)}/{asin}"
    match dice.randrange(8):
        case 0:  # Behind an advertisement.
            target = quote(path + dice.choice(("", "/ref=x", "?th=1")), safe="")
            return f"/{dice.choice(('sspa/click', 'gp/slredirect/a.html'))}?ie=UTF8&url={target}"
        case 1:  # Of the old product API, which encoded its query into the path.
            return path + quote(dice.choice(("?SubscriptionId=x&tag=me", "/ref=x", "#x")), safe="")
        case _:
            return in_any_case(dice, path) + dice.choice(ENDS)


def a_link(dice: Random) -> tuple[str, AmazonProduct]:
    """Make a link to a product, as Amazon and its partners write them, and the answer."""
    host, asin = dice.choice(HOSTS), an_asin(dice)
    path = a_path(dice, asin)
    port = dice.choice(("", "", "", "", ":443", ":80", "."))
    scheme = in_any_case(dice, dice.choice(("https", "http")))
    return f"{scheme}://{in_any_case(dice, host)}{port}{path}", AmazonProduct(
        MARKETPLACES[host], asin
    )


DISGUISES: Final[dict[str, Callable[[str, str], str]]] = {
    "a longer name": lambda host, path: f"https://{host}.evil.example{path}",
    "a name without its dot": lambda host, path: f"https://not{host}{path}",
    "a name with a hyphen": lambda host, path: f"https://{host.replace('.', '-')}{path}",
    "another sub-domain": lambda host, path: f"https://images.{host}{path}",
    "another end": lambda host, path: f"https://{host}m{path}",
    "two dots": lambda host, path: f"https://{host}..{path}",
    "a user": lambda host, path: f"https://{host}@evil.example{path}",
    "a user of Amazon's": lambda host, path: f"https://evil.example@{host}{path}",
    "an empty user": lambda host, path: f"https://@{host}{path}",
    "a password": lambda host, path: f"https://{host}:443@evil.example{path}",
    "an encoded sign": lambda host, path: f"https://{host}%40evil.example{path}",
    "an encoded dot": lambda host, path: f"https://{host.replace('.', '%2e')}{path}",
    "a backslash": lambda host, path: f"https://{host}\\.evil.example{path}",
    "a backslash before": lambda host, path: f"https://evil.example\\@{host}{path}",
    "another port": lambda host, path: f"https://{host}:8443{path}",
    "port 0": lambda host, path: f"https://{host}:0{path}",
    "no number": lambda host, path: f"https://{host}:x{path}",
    "a strange digit": lambda host, path: f"https://{host}:44\u0663{path}",
    "cyrillic": lambda host, path: f"https://{host.replace('a', chr(0x430))}{path}",
    "full width": lambda host, path: f"https://{host.replace('m', chr(0xFF4D))}{path}",
    "an ideographic stop": lambda host, path: f"https://{host.replace('.', chr(0x3002))}{path}",
    "punycode": lambda host, path: f"https://xn--{host}{path}",
    "nothing seen": lambda host, path: f"https://{host}\u200b{path}",
    "in the path": lambda host, path: f"https://evil.example/https://{host}{path}",
    "in the query": lambda host, path: f"https://evil.example/?u=https://{host}{path}",
    "in the fragment": lambda host, path: f"https://evil.example#https://{host}{path}",
    "no scheme": lambda host, path: f"//{host}{path}",
    "another scheme": lambda host, path: f"javascript://{host}{path}",
    "one slash": lambda host, path: f"https:/{host}{path}",
    "a blank": lambda host, path: f" https://{host}{path}",
    "a line": lambda host, path: f"https://{host}\n{path}",
    "an address": lambda _host, path: f"https://[::1]{path}",
}


@pytest.mark.parts(4)
def test_every_form_of_link_gives_its_product(proof: Proof) -> None:
    dice = proof.random
    for _ in range(proof.size(5_000, 300_000)):
        link, product = a_link(dice)
        assert find_asin(link) == product, (proof.seed, link)
        assert is_amazon(link)
        assert not is_short_link(link)
        proof.inject("link with a known answer")


@pytest.mark.parts(4)
def test_no_disguise_is_taken_for_amazon(proof: Proof) -> None:
    dice = proof.random
    names = sorted(DISGUISES)
    for number in range(proof.size(5_000, 200_000)):
        name = names[number % len(names)]
        link = DISGUISES[name](dice.choice(HOSTS), a_path(dice, an_asin(dice)))
        assert find_asin(link) is None, (proof.seed, name, link)
        assert not is_amazon(link), (proof.seed, name, link)
        proof.inject(f"link in one of {len(names)} disguises")


@pytest.mark.parts(4)
def test_mutilated_and_random_strings_raise_nothing(proof: Proof) -> None:
    """What is found has always the form of an id, and a storefront's host."""
    dice = proof.random
    found, count = 0, proof.size(20_000, 1_000_000)
    begin = time.process_time()
    for _ in range(count):
        text = mutated(dice, a_link(dice)[0] if dice.random() < 0.3 else dice.choice(LINKS))
        product = find_asin(text)
        is_amazon(text)
        if is_short_link(text):
            assert any(host in text.lower() for host in SHORT_HOSTS), (proof.seed, text)
        if product is not None:
            found += 1
            assert product.marketplace in MARKETPLACES.values(), (proof.seed, text)
            assert product.marketplace.removeprefix("www.") in text.lower(), (proof.seed, text)
            assert len(product.asin) == 10, (proof.seed, text)
            assert set(product.asin) <= set(LETTERS), (proof.seed, text)
    proof.inject("mutilated or random string", count)
    assert found > count // 50, f"The mutations destroy everything (seed {proof.seed})."
    # Many times what it takes: only something that is not linear is slower.
    assert time.process_time() - begin < 5 + count * 400e-6, proof.seed


def mutated(dice: Random, text: str) -> str:
    if dice.random() < 0.1:
        return "".join(dice.choice(SALT) for _ in range(dice.randrange(60)))
    for _ in range(dice.randrange(4)):
        at, upto = sorted(dice.randrange(len(text) + 1) for _ in range(2))
        match dice.randrange(5):
            case 0:
                text = text[:at] + dice.choice(SALT) + text[at:]
            case 1:
                text = text[:at] + text[min(upto, at + 3) :]
            case 2:
                text = text[:at] + text[at:upto] * 2 + text[upto:]
            case 3:
                text = text[:at] + dice.choice(LINKS)[dice.randrange(20) :]
            case _:
                text = text[:at] + f"%{dice.randrange(256):02x}" + text[at:]
    return text


@pytest.mark.parts(2)
def test_ten_thousand_characters_take_no_time(proof: Proof) -> None:
    """The longest text that is read, and a longer one, made of what may confuse a pattern."""
    dice = proof.random
    pieces = (
        [f"/{path}" for path in PATHS] + list(PREFIXES) + ["/", "%2F", "%", "&url=/", "B0", "-"]
    )
    for _ in range(proof.size(20, 1_000)):
        piece = "".join(dice.choices(pieces, k=dice.randrange(1, 4))) or "/"
        base = f"https://{dice.choice(HOSTS)}" + dice.choice(("", "/sspa/click?url=", "/?asin=&"))
        for length in (4_096, 10_000):
            text = (base + piece * length)[:length]
            seconds = fastest(partial(find_asin, text), enough=SECONDS_MAX)
            assert seconds < SECONDS_MAX, (proof.seed, text[:200])
            proof.inject("long string, timed")
