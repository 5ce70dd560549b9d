"""Amazon's prices as a scheduler and an operator meet them, where something is the matter."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.runner import PASSWORD, Wish
from tests.support.server import Child, start_amazon

pytestmark = pytest.mark.nightly("postgres")

PLACE = "www.amazon.com"
HOUR = 3600


@pytest.fixture
def amazon(tmp_path: Path) -> Iterator[Child]:
    started = start_amazon(tmp_path / "amazon")
    yield started
    started.end()


@pytest.fixture
def wish(lonely: Wish, amazon: Child) -> Wish:
    """The command, with twelve products of Amazon's on a list."""
    lonely.settings |= {
        "AMAZON_CREDENTIAL_NA": "3.1:sandbox-na-v3:sandbox-secret",
        "AMAZON_PARTNER_TAGS": f"{PLACE}=sandbox-20",
        "AMAZON_API_BASE": amazon.url,
    }
    person = ("--email", "ada@example.org", "--first-name", "Ada", "--last-name", "L")
    born = ("--birthday", "1990-12-10", "--password-stdin")
    lonely.ok("account", "create", *person, *born, stdin=PASSWORD)
    about = ("--owner", "ada@example.org", "--title", "Mine", "--currency", "usd")
    made = lonely.ok("list", "create", *about, "--deadline", "30d", "--json").json
    for number in range(12):
        url = f"https://{PLACE}/dp/B0SANDB{number:03}"
        lonely.ok("item", "add", made["id"], "--title", "T", "--price", "5", "--url", url)
    return lonely


def asked(amazon: Child) -> int:
    """Return how many requests were made, also for tokens."""
    return len(httpx.get(f"{amazon.url}/_sandbox/requests").json()["requests"])


@pytest.mark.slow
def test_who_is_not_eligible_is_told_once_and_the_scheduler_stays_quiet(
    wish: Wish, amazon: Child
) -> None:
    httpx.post(f"{amazon.url}/_sandbox/standing", json={"is_eligible": False})
    first = wish("tick", "--json")
    assert (first.code, first.json["sync-prices"]["unanswered"]) == (75, 10)
    before = asked(amazon)
    for _ in range(3):
        tick = wish.ok("tick", "--json").json["sync-prices"]
        assert (tick["unanswered"], tick["marketplaces_closed"]) == (0, 1)
    assert asked(amazon) == before, "Amazon hears nothing, not even for a token."
    by_hand = wish.ok("sync-prices")
    assert by_hand.err.count("Amazon gives no prices at present") == 1
    doctor = wish("doctor", "--json")
    assert doctor.code == 1
    assert "not_eligible, until" in doctor.out

    httpx.post(f"{amazon.url}/_sandbox/standing", json={})
    later = {"WISH_CLOCK_OFFSET_SECONDS": str(6 * HOUR + 60)}
    assert wish.ok("tick", "--json", **later).json["sync-prices"]["products_checked"] == 12


def test_the_dry_run_counts_what_can_be_asked_for(wish: Wish) -> None:
    def due(**settings: str) -> int:
        found = wish.ok("tick", "--dry-run", "--json", **settings).json["due"]
        return int(found["products_to_check"])

    assert due() == 12
    assert due(AMAZON_PARTNER_TAGS="www.amazon.ca=sandbox-20") == 0
    assert due(AMAZON_CREDENTIAL_NA="", AMAZON_PARTNER_TAGS="") == 0
