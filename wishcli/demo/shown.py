"""What demo data looks like to whoever loaded it: credentials, links, lines to try."""

import json
from uuid import UUID, uuid4

import msgspec

from wishcli import output
from wishcore.administration import FundingForOperator


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in."""

    account_id: UUID
    email: str
    is_new: bool
    access_token: str
    refresh_token: str


class DemoGuest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a visitor pass."""

    email: str
    visitor_token: str


class DemoItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item, and how far its funding is."""

    id: UUID
    title: str
    funding: FundingForOperator | None


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """All that was loaded, by this run or an earlier one."""

    is_new: bool
    password: str
    accounts: tuple[DemoAccount, ...]
    guest: DemoGuest | None
    list_id: UUID
    share_token: str
    share_url: str
    items: tuple[DemoItem, ...]
    api: str


def show(demo: Demo, *, as_json: bool) -> None:
    """Print the demo data."""
    if as_json:
        output.print_json(demo)
        return
    made = "was made" if demo.is_new else "exists already"
    output.print_line(f"The demo list {made}: {demo.list_id}")
    output.print_line(f"Its share link: {demo.share_url}")
    output.print_line(f"Everybody's password: {demo.password}")
    rows = [
        ("owner" if account is demo.accounts[0] else "giver", account.email, account.access_token)
        for account in demo.accounts
    ]
    if demo.guest is not None:
        rows.append(("guest", demo.guest.email, demo.guest.visitor_token))
    output.print_table(["who", "email", "token"], rows, title="People")
    if demo.guest is None:
        output.print_line("The guest's address has an account by now: it gets no pass.")
    output.print_table(["item", "id", "state", "held", "paid"], map(_item_row, demo.items))
    output.print_line("Try:")
    for line in _lines(demo):
        output.print_line(f"  {line}")


def _item_row(item: DemoItem) -> tuple[object, ...]:
    funding = item.funding
    if funding is None:
        return (item.title, item.id, "open", None, None)
    return (item.title, item.id, funding.state, funding.held, funding.paid)


def _lines(demo: Demo) -> list[str]:
    owner, giver = (f'-H "Authorization: Bearer {who.access_token}"' for who in demo.accounts[:2])
    shared = f"{demo.api}/v1/shared/{demo.share_token}"
    amount = {"amount_minor": 1000, "currency": "USD"}
    pledge = {"id": str(uuid4()), "amount": amount, "payment_method": "pm_card_visa"}
    json_type = '-H "Content-Type: application/json"'
    return [
        f"curl {shared}",
        f"curl {giver} {shared}",
        f"curl {giver} {json_type} -d '{json.dumps(pledge)}' "
        f"{shared}/items/{demo.items[-1].id}/pledges",
        f"curl {giver} {demo.api}/v1/pledges",
        f"curl {owner} {demo.api}/v1/lists",
    ]
