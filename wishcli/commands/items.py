# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish item …`: the items of a list."""

from typing import Annotated
from uuid import UUID

import typer

from wishcli.options import Json, Yes

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Items of wish lists.")

ItemId = Annotated[UUID, typer.Argument(help="The item's id.", show_default=False)]
PRICE_HELP = "The price of one piece in the list's currency, as 24.99."


@app.command()
def add(
    list_id: Annotated[UUID, typer.Argument(help="The list's id.", show_default=False)],
    *,
    title: Annotated[str, typer.Option()],
    price: Annotated[str, typer.Option(help=PRICE_HELP)],
    quantity: Annotated[int, typer.Option()] = 1,
    priority: Annotated[int, typer.Option(help="1 is wanted most, 5 least.")] = 3,
    note: Annotated[str, typer.Option()] = "",
    url: Annotated[str, typer.Option()] = "",
    as_json: Json = False,
) -> None:
    """Put an item on an active list."""
    from wishcli import rendering, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists, money

    async def put(session: Session) -> lists.ItemForOwner:
        owned = await administration.as_operator(list_id)
        content = lists.ItemContent(
            title=title,
            note=note,
            url=url,
            price=money.parse(price, owned.currency),
            quantity=quantity,
            priority=priority,
        )
        return await lists.add_item(owned, content=content, now=session.now)

    rendering.show_one(runtime.run(put), as_json=as_json)


@app.command()
def show(
    item_id: ItemId,
    with_funding: Annotated[
        bool, typer.Option("--with-funding", help="Show what is pledged: never to the owner.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one item, also one that was withdrawn."""
    from wishcli import rendering, runtime
    from wishcli.rendering import WholeItem
    from wishcli.runtime import Session
    from wishcore import administration

    async def read(_session: Session) -> WholeItem:
        item = await administration.find_item(item_id)
        fundings = await administration.fundings_of(item.list_id) if with_funding else None
        return WholeItem(item=item, fundings=fundings)

    rendering.show_item(runtime.run(read), as_json=as_json)


@app.command()
def edit(
    item_id: ItemId,
    *,
    title: Annotated[str | None, typer.Option()] = None,
    price: Annotated[str | None, typer.Option(help=PRICE_HELP)] = None,
    quantity: Annotated[int | None, typer.Option()] = None,
    priority: Annotated[int | None, typer.Option(help="1 is wanted most, 5 least.")] = None,
    note: Annotated[str | None, typer.Option()] = None,
    url: Annotated[str | None, typer.Option()] = None,
    as_json: Json = False,
) -> None:
    """Change an item of an active list, as its owner would; what is not given stays."""
    from wishcli import rendering, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists, money

    changes = lists.ItemChanges()
    if title is not None:
        changes["title"] = title
    if quantity is not None:
        changes["quantity"] = quantity
    if priority is not None:
        changes["priority"] = priority
    if note is not None:
        changes["note"] = note
    if url is not None:
        changes["url"] = url

    async def change(session: Session) -> lists.ItemForOwner:
        owned = await administration.as_operator_of(item_id)
        if price is not None:
            changes["price"] = money.parse(price, owned.currency)
        return await lists.edit_item(owned, item_id, changes=changes, now=session.now)

    rendering.show_one(runtime.run(change), as_json=as_json)


@app.command()
def withdraw(item_id: ItemId, yes: Yes = False, as_json: Json = False) -> None:
    """Remove an item for everybody.

    All pledges for it go back by the jobs (`wish tick`), which cannot be undone; those for a gift
    that was bought stay.
    """
    from wishcli import output, prompts, runtime
    from wishcli.runtime import Session
    from wishcore import administration, lists

    prompts.confirm(
        "Withdraw the item? Its pledges go back, for good, unless it was bought.", is_sure=yes
    )

    async def remove(session: Session) -> None:
        owned = await administration.as_operator_of(item_id)
        await lists.withdraw_item(owned, item_id, now=session.now)

    runtime.run(remove)
    output.print_done("withdrawn", item_id, as_json=as_json)
