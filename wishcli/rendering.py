"""How the things of the domain look on a terminal, and as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from wishcli import output
from wishcore.administration import (
    FundingForOperator,
    ItemForOperator,
    ListForOperator,
    PledgeHistory,
)
from wishcore.errors import Invalid
from wishcore.frontends import Client
from wishcore.pledges import PledgeState


class UnknownState(Invalid):
    """Pledges have no such state."""

    code = "unknown_state"
    title = "Pledges have no such state"


class WholeItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item, and the fundings of its list if they were asked for."""

    item: ItemForOperator
    fundings: Mapping[UUID, FundingForOperator] | None


class WholeList(msgspec.Struct, frozen=True, kw_only=True):
    """A list with its items, and their fundings if they were asked for."""

    head: ListForOperator
    items: list[ItemForOperator]
    fundings: Mapping[UUID, FundingForOperator] | None


class ClientForOperator(msgspec.Struct, frozen=True, kw_only=True):
    """A front end without the hash of its secret. Lists are words separated by blanks."""

    client_id: str
    name: str
    kind: str
    redirect_uris: str
    origins: str
    grants: str
    scopes: str
    created_at: datetime
    updated_at: datetime


def pledge_state(text: str | None) -> PledgeState | None:
    """Read a state as an operator types it.

    Raises:
        UnknownState: there is none of this name; the text has all names.
    """
    if text is None:
        return None
    try:
        return PledgeState(text.strip().lower())
    except ValueError:
        raise UnknownState(f"A state is one of: {', '.join(sorted(PledgeState))}") from None


def show_one(shown: msgspec.Struct, *, as_json: bool) -> None:
    """Print one thing."""
    if as_json:
        output.print_json(shown)
    else:
        output.print_fields(asdict(shown))


def show_many(found: Sequence[msgspec.Struct], columns: Sequence[str], *, as_json: bool) -> None:
    """Print some of the fields of many things as a table, or all of them as JSON."""
    if as_json:
        output.print_json({"items": found})
    else:
        rows = [[getattr(row, column) for column in columns] for row in found]
        output.print_table([column.replace("_", " ") for column in columns], rows)


def show_whole_list(whole: WholeList, *, as_json: bool) -> None:
    """Print a list with its items."""
    items = [_item(item, whole.fundings) for item in whole.items]
    if as_json:
        output.print_json(asdict(whole.head) | {"items": items})
        return
    output.print_fields(asdict(whole.head))
    columns = ["id", "title", "price", "quantity", "priority", "withdrawn"]
    rows: list[list[object]] = [
        [item.id, item.title, item.price, item.quantity, item.priority, item.withdrawn_at]
        for item in whole.items
    ]
    if whole.fundings is not None:
        columns += ["state", "held", "paid", "target", "bought"]
        for row, item in zip(rows, whole.items, strict=True):
            row.extend(_funding_cells(whole.fundings.get(item.id)))
    output.print_table(columns, rows, title="Items")


def show_item(whole: WholeItem, *, as_json: bool) -> None:
    """Print one item."""
    shown = _item(whole.item, whole.fundings)
    if as_json:
        output.print_json(shown)
        return
    funding = shown.pop("funding", None)
    if isinstance(funding, FundingForOperator):
        shown |= {f"funding {name}": part for name, part in asdict(funding).items()}
    output.print_fields(shown)


def show_pledge(history: PledgeHistory, *, as_json: bool) -> None:
    """Print a pledge with all that was written about it."""
    if as_json:
        output.print_json(history)
        return
    output.print_fields(asdict(history.pledge))
    _print_rows(history.events, title="Moves")
    _print_rows(history.refunds, title="Refunds")
    _print_rows(history.movements, title="Movements of money")


def show_client(client: Client, *, secret: str | None, as_json: bool) -> None:
    """Print a front end, and its secret if that was just made."""
    shown = asdict(_client(client)) | ({"client_secret": secret} if secret else {})
    if as_json:
        output.print_json(shown)
    else:
        output.print_fields(shown)


def show_clients(clients: Sequence[Client], *, as_json: bool) -> None:
    """Print front ends."""
    columns = ("client_id", "name", "kind", "redirect_uris", "origins", "grants", "scopes")
    show_many([_client(client) for client in clients], columns, as_json=as_json)


def _client(client: Client) -> ClientForOperator:
    return ClientForOperator(
        client_id=client.client_id,
        name=client.name,
        kind="confidential" if client.is_confidential else "public",
        redirect_uris=client.redirect_uris,
        origins=client.origins,
        grants=client.grants,
        scopes=client.scopes,
        created_at=client.created_at,
        updated_at=client.updated_at,
    )


def _item(
    item: ItemForOperator, fundings: Mapping[UUID, FundingForOperator] | None
) -> dict[str, object]:
    shown = asdict(item)
    # Without being asked for, not even the word appears.
    return shown if fundings is None else shown | {"funding": fundings.get(item.id)}


def _funding_cells(funding: FundingForOperator | None) -> tuple[object, ...]:
    if funding is None:
        return ("", None, None, None, None)
    return (funding.state, funding.held, funding.paid, funding.target, funding.bought_at)


def _print_rows(rows: tuple[msgspec.Struct, ...], *, title: str) -> None:
    if rows:
        columns = [name.replace("_", " ") for name in rows[0].__struct_fields__]
        output.print_table(columns, [asdict(row).values() for row in rows], title=title)
