"""What the tests of jobs and administration begin with: the demo data, loaded by the command."""

from dataclasses import dataclass
from typing import Any

from tests.cli.runner import DAY, Wish
from tests.support.server import Sandbox

AFTER_DEADLINE = {"WISH_CLOCK_OFFSET_SECONDS": str(61 * DAY)}
"""The settings of a machine on which the demo list's deadline has passed."""


@dataclass(frozen=True, slots=True)
class World:
    """A list with pledges in many states, as `wish demo --data` makes it."""

    wish: Wish
    loaded: Any

    @property
    def list_id(self) -> str:
        """The list's id."""
        return str(self.loaded["list_id"])

    def item(self, title: str) -> str:
        """Return the id of an item."""
        (found,) = [item["id"] for item in self.loaded["items"] if item["title"] == title]
        return str(found)

    def pledges(self, *words: str) -> list[Any]:
        """Return pledges as operators see them."""
        found: list[Any] = self.wish.ok("pledge", "search", *words, "--json").json["items"]
        return found

    def states(self) -> dict[str, int]:
        """Return how many pledges are in each state."""
        found = [pledge["state"] for pledge in self.pledges()]
        return {state: found.count(state) for state in found}


def load(wish: Wish) -> World:
    """Load the demo data."""
    return World(wish, wish.ok("demo", "--data", "--json").json)


def refunds_at_stripe(sandbox: Sandbox, world: World) -> list[int]:
    """Return what was given back of each payment that was given back at all."""
    rows = sandbox.payments("list", world.list_id)
    assert all(row["refunded_total"] in {0, row["charged_total"]} for row in rows)
    return sorted(row["refunded_total"] for row in rows if row["refunded_total"])
