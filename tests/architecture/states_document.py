"""Writes docs/states.md from the tables in the code (`make docs`)."""

from enum import StrEnum
from pathlib import Path
from typing import Any

from wishcore.lists.models import LIST_MOVES
from wishcore.pledges.models import FUNDING_MOVES, PLEDGE_MOVES
from wishcore.pledges.queries import GIVER_STATES
from wishcore.refunds.models import REFUND_MOVES
from wishcore.states import Moves

PATH = Path(__file__).parents[2] / "docs" / "states.md"

INTRODUCTION = """\
# States

This page is made from the tables in the code by `make docs`; a test compares them. A move is always
a compare-and-set in the database: it happens once, whoever brings the news, and each move of a
pledge leaves one event.
"""

MEANINGS = """\
## What a pledge's states mean

| state | the giver is shown | meaning |
|---|---|---|
"""

MEANING = {
    "held": "Room is taken in the item; no payment can be confirmed yet.",
    "confirming": "The PaymentIntent is stored; Stripe is being asked to charge it.",
    "requires_action": "The bank wants the giver to confirm (3-D Secure), for 30 minutes.",
    "processing": "Stripe takes its time.",
    "paid": "Charged. If the item is reserved the money is kept for the gift.",
    "declined": "The card was refused. Nothing was charged; the room is free again.",
    "abandoned": "The payment was never finished. Nothing was charged; the room is free again.",
    "refund_due": "It goes back; the next job sends it.",
    "refunding": "A process is sending the refund (a lease of three minutes).",
    "refund_pending": "Stripe has the refund and has not finished it.",
    "refunded": "Stripe says that the money went back.",
    "refund_failed": "Stripe could not give it back: an operator's task (docs/runbook.md).",
    "disputed": "The card's bank took the money, or a part, while it looks into a complaint.",
    "lost": "The dispute was lost: the bank keeps all of it, unless it decides anew.",
}


def document() -> str:
    """Return the page."""
    parts = [
        INTRODUCTION,
        _diagram("A list", LIST_MOVES),
        _diagram("The funding of an item", FUNDING_MOVES),
        _diagram("A pledge", PLEDGE_MOVES),
        MEANINGS + "".join(_meaning(state) for state in PLEDGE_MOVES),
        _diagram("A refund", REFUND_MOVES),
    ]
    return "\n".join(parts)


def _diagram(title: str, moves: Moves[Any]) -> str:
    states: list[StrEnum] = list(moves)
    lines = [f"    [*] --> {states[0]}"]
    for state in states:
        lines += [f"    {state} --> {after}" for after in states if after in moves[state]]
        if not moves[state]:
            lines.append(f"    {state} --> [*]")
    return f"## {title}\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


def _meaning(state: Any) -> str:
    return f"| `{state}` | `{GIVER_STATES[state]}` | {MEANING[state]} |\n"


if __name__ == "__main__":
    PATH.write_text(document())
