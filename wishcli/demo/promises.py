"""The promises of the story, each kept or broken, and how they are shown."""

from dataclasses import dataclass, field
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

BAR_WIDTH: Final = 24
_COLOURS: Final = {"reserved": "green", "open": "yellow", "closing": "yellow"}


@dataclass(slots=True, kw_only=True)
class Promises:
    """What was promised so far, and whether it held."""

    console: Console
    broken: list[str] = field(default_factory=list)
    kept: int = 0

    def check(self, promise: str, held: object, seen: object = "") -> None:
        """Print one promise; a broken one with what was seen instead."""
        if held:
            self.kept += 1
            self.console.print(Text.assemble(("  ✓ ", "bold green"), promise))
        else:
            self.broken.append(promise)
            self.console.print(Text.assemble(("  ✗ ", "bold red"), f"{promise}: {seen}"))


def show_funding(console: Console, title: str, shared: dict[str, Any]) -> None:
    """Print a list as a giver sees it, with a bar for each item."""
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("item")
    table.add_column("price", justify="right")
    table.add_column("funding", min_width=BAR_WIDTH)
    table.add_column("pledged", justify="right")
    table.add_column("state")
    for item in shared["items"]:
        funding = item["funding"]
        target, pledged = _minor(funding["target"]), _minor(funding["pledged"])
        state = funding["state"]
        table.add_row(
            item["title"],
            money(funding["target"]),
            bar(pledged, target, _COLOURS.get(state, "red")),
            money(funding["pledged"]),
            Text(state, style=_COLOURS.get(state, "red")),
        )
    console.print(table)


def show_pledges(console: Console, title: str, rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Print what became of everybody's pledges."""
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False)
    for heading in ("giver", "for", "amount", "state", "because"):
        table.add_column(heading, justify="right" if heading == "amount" else "left")
    for name, pledge in rows:
        table.add_row(
            name,
            pledge["item"]["title"],
            money(pledge["amount"]),
            pledge["state"],
            pledge["refund_reason"] or "",
        )
    console.print(table)


def bar(part: int, whole: int, colour: str) -> Text:
    """Return a bar that is full only when all is paid."""
    filled = min(part * BAR_WIDTH // whole, BAR_WIDTH) if whole else 0
    return Text("█" * filled, style=colour) + Text("░" * (BAR_WIDTH - filled), style="dim")


def money(amount: dict[str, Any]) -> str:
    """Return an amount of dollars for people."""
    minor = _minor(amount)
    return f"{minor // 100}.{minor % 100:02d} {amount['currency']}"


def _minor(amount: dict[str, Any]) -> int:
    return int(amount["amount_minor"])
